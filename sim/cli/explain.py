"""`consortium explain`: a rule as its sentence in the ODD, its code and its parameters."""

import argparse
import ast
import inspect
import re
import textwrap
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.cli.codes import FINE, UsageError
from sim.parameters import as_written, did_you_mean

if TYPE_CHECKING:
    from sim.parameters import Declaration


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "explain", help="show a rule: its sentence in the ODD, its code, its parameters",
        description="Show a rule of the model: its sentence in the ODD, its code and its parameters. "
        "`consortium list rules` names the rules.",
    )  # fmt: skip
    verb.add_argument("rule", help="the name of a rule")
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Print one rule."""
    print(explained(told.rule))
    return FINE


def explained(name: str) -> str:
    """A rule in full. Raises UsageError with the nearest names when there is none."""
    from sim.parameters import declared
    from sim.rules import RULES
    from sim.settings import Settings

    rule = found(name)
    code = textwrap.dedent(inspect.getsource(rule)).rstrip()
    known = declared(Settings)
    listed = [parameter_line(told) for told in parameters_read(code, known)]
    return "\n".join([
        f"{name}   ({RULES[name]})", "", odd_section(odd_text(), name) or first_sentence(rule), "",
        textwrap.indent(code, "    "), "", "Parameters" if listed else "It reads no parameters.", *listed,
    ])  # fmt: skip


def found(name: str) -> Any:
    """The function or method of a rule. Raises UsageError with the nearest names when there is none."""
    from sim.rules import RULES

    if name not in RULES:
        hint = did_you_mean(name, RULES) or " See `consortium list rules`."
        raise UsageError(f"there is no rule {name}.{hint}")
    module, _, path = RULES[name].partition(":")
    rule: Any = import_module(module)
    for part in path.split("."):
        rule = getattr(rule, part)
    return inspect.unwrap(rule)


def odd_text() -> str:
    """The model's description, which lies beside the rules."""
    from importlib import resources

    file = resources.files("sim") / "ODD.md"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def odd_section(text: str, name: str) -> str:
    """What stands under `### rule: name`, up to the next heading; empty when it is not there."""
    head = re.search(rf"^#+ rule: `?{re.escape(name)}`?\s*$", text, flags=re.M)
    if head is None:
        return ""
    return re.split(r"^#+ ", text[head.end() :], maxsplit=1, flags=re.M)[0].strip()


def first_sentence(rule: Any) -> str:
    """The first sentence of a docstring."""
    text = " ".join((inspect.getdoc(rule) or "").split())
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]


def parameters_read(code: str, known: Sequence["Declaration"]) -> list["Declaration"]:
    """The declared settings whose names a piece of code reads.

    Where it names groups of settings (`settings.membership`), only settings of these groups count.
    """
    names = {node.attr for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute)}
    groups = set(re.findall(r"settings\.(\w+)", code))
    read = [told for told in known if re.split(r"[.\[\]]+", told.name)[-1] in names]
    return [told for told in read if not groups or told.name.split(".")[0] in groups]


def parameter_line(told: "Declaration") -> str:
    """A setting on one line."""
    unit = f" {told.unit}" if told.unit else ""
    return f"  {told.name} = {as_written(told.default)}{unit}  [{told.range}]  {told.meaning} ({told.source})"
