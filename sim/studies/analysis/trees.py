"""A second opinion on where something happens: a small classification tree (CART, scikit-learn)."""

from typing import Any

import numpy as np
import pandas as pd

DEPTH = 3


def leaves(x: pd.DataFrame, y: np.ndarray) -> pd.DataFrame:
    """A row a leaf, densest first: its rule in words, points, density, coverage.

    `x` are points × keys (numbers or words), `y` whether a point is of interest. Leaves hold at least five points and
    a twentieth of all. An empty frame when nothing splits.
    """
    from sklearn.tree import DecisionTreeClassifier

    numbers, choice = _numbered(x)
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=max(5, len(y) // 20), random_state=1)
    tree.fit(numbers.to_numpy(dtype=float), y.astype(int))
    where = tree.apply(numbers.to_numpy(dtype=float))
    rules = _rules(tree.tree_, list(numbers.columns), choice)
    if len(rules) < 2:
        return pd.DataFrame({"rule": [], "points": [], "density": [], "coverage": []})
    rows = [(rule, int((where == leaf).sum()), float(y[where == leaf].mean()), float(y[where == leaf].sum() / y.sum()))
            for leaf, rule in rules.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=["rule", "points", "density", "coverage"]).sort_values(
        "density", ascending=False, ignore_index=True)  # fmt: skip


def _numbered(x: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """Numbers as they are, words as a column a choice; which column stands for which key and choice."""
    columns, choice = {}, {}
    for key in x.columns:
        if pd.api.types.is_numeric_dtype(x[key]) and not pd.api.types.is_bool_dtype(x[key]):
            columns[key] = x[key].to_numpy(dtype=float)
            continue
        words = x[key].astype(str)
        for value in sorted(words.unique()):
            columns[f"{key}={value}"] = (words == value).to_numpy(dtype=float)
            choice[f"{key}={value}"] = (key, value)
    return pd.DataFrame(columns), choice


def _rules(
    tree: Any, names: list[str], choice: dict[str, tuple[str, str]], node: int = 0, said: tuple[str, ...] = ()
) -> dict[int, str]:
    """The rule of every leaf below a node."""
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    if left == right:
        return {node: " and ".join(said) or "everywhere"}
    name = names[tree.feature[node]]
    if name in choice:
        key, value = choice[name]
        below, above = f"{key} is not {value}", f"{key} is {value}"
    else:
        below, above = f"{name} up to {tree.threshold[node]:.3g}", f"{name} above {tree.threshold[node]:.3g}"
    return _rules(tree, names, choice, left, _with(said, below)) | _rules(tree, names, choice, right, _with(said, above))


def _with(said: tuple[str, ...], new: str) -> tuple[str, ...]:
    """A rule with one more condition, which takes the place of a looser bound of the same key.

    >>> _with(("fee above 2", "leakage up to 1"), "fee above 3")
    ('leakage up to 1', 'fee above 3')
    """
    start = next((new.split(bound)[0] + bound for bound in (" above ", " up to ") if bound in new), new)
    return (*(each for each in said if not each.startswith(start)), new)
