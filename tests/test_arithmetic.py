"""The last digit is the same on every processor: NumPy's own exponentials, powers and matrix products are not."""

import ast
import math
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.arithmetic import exps, logs, powers

ROOT = Path(sim.__file__).parent
AFTERWARDS = {"report", "studies", "explorer", "patterns", "cli"}  # what looks at histories and moves none
BY_PROCESSOR = {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "power", "float_power", "cbrt", "logaddexp", "sin",
                "cos", "tan", "tanh", "arctan", "dot", "matmul", "inner", "vdot", "tensordot", "einsum", "linalg"}  # fmt: skip


def by_processor(tree: ast.AST) -> list[str]:
    """What a module leaves to NumPy outside its compiled rules that differs between processors."""
    if isinstance(tree, ast.FunctionDef) and any(ast.unparse(each) == "compiled" for each in tree.decorator_list):
        return []
    own = isinstance(tree, ast.Attribute) and ast.unparse(tree.value) == "np" and tree.attr in BY_PROCESSOR
    own = own or (isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.MatMult))
    return [ast.unparse(tree)] * own + [found for inner in ast.iter_child_nodes(tree) for found in by_processor(inner)]


def test_no_rule_leaves_its_last_digit_to_the_processor() -> None:
    model = [path for path in ROOT.rglob("*.py") if not AFTERWARDS & set(path.relative_to(ROOT).parts)]
    assert len(model) > 50
    found = {path.name: by_processor(ast.parse(path.read_text(encoding="utf-8"))) for path in model}
    assert {name: told for name, told in found.items() if told} == {}


def test_the_search_finds_what_it_looks_for() -> None:
    planted = "def rule(a):\n    return np.exp(a) @ a\n@compiled\ndef other(a):\n    return np.exp(a)\n"
    assert by_processor(ast.parse(planted)) == ["np.exp(a) @ a", "np.exp"]


def test_arrays_give_what_single_numbers_give() -> None:
    values = np.linspace(0.01, 20.0, 60).reshape(4, 15)
    for row, column in ((0, 0), (1, 7), (3, 14)):
        value = float(values[row, column])
        assert exps(values)[row, column] == math.exp(value)
        assert logs(values)[row, column] == math.log(value)
        assert powers(0.3, values)[row, column] == 0.3**value
    assert exps(np.zeros((0, 3))).shape == (0, 3)
    with pytest.raises(OverflowError):
        exps(np.array([1e4]))
    with pytest.raises(ValueError):
        logs(np.array([0.0]))
