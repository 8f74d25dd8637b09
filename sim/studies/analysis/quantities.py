"""What is analysed: an outcome, the chance of a condition, a date that may never come.

An expression is read with Python's own grammar and evaluated without it: names of outcomes, numbers, comparisons,
`and`, `or`, `not`, `+ - * /` and `reached(date)`. A date that never comes is *later than any year* in a comparison and
is *put at the horizon* where a number is needed, which is said; any other value that is missing is refused by name.
"""

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import SettingError, did_you_mean
from sim.records.outcomes import OUTCOMES
from sim.studies.analysis.cases import Cases, count

_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
_WRITE = (
    "Write an outcome (consortium list outcomes), a comparison such as year_international>2005, or reached(year_bi_national)."
)


@dataclass(frozen=True)
class Quantity:
    """A number a run, aligned with the runs of the cases, with its name and what was done to get it."""

    text: str
    label: str
    unit: str
    values: pd.Series
    condition: bool
    notes: tuple[str, ...] = ()


@dataclass
class _Term:
    """A part of an expression while it is read: numbers or truths, perhaps dates that may never come."""

    values: Any
    truth: bool = False
    date: str = ""


def quantity(text: str, cases: Cases) -> Quantity:
    """The number a run that an expression means. Raises SettingError in a sentence that says what to write."""
    told = read(text, cases)
    label, unit = text, "chance" if told.condition else ""
    if text in OUTCOMES:
        label, unit = OUTCOMES[text].label, OUTCOMES[text].unit
    return Quantity(text, label, unit, told.values, told.condition, told.notes)


def condition(text: str, cases: Cases) -> Quantity:
    """The same for something that holds or does not. Raises SettingError for a plain number."""
    told = quantity(text, cases)
    if told.condition:
        return told
    values = set(told.values.unique())
    if values <= {0.0, 1.0}:
        return Quantity(text, told.label, "chance", told.values, True, told.notes)
    low, high = told.values.min(), told.values.max()
    raise SettingError(f"{text} is a number ({low:.4g} to {high:.4g} here): say from where on a run is of interest, "
                       f"for example '{text}>{(low + high) / 2:.3g}'.")  # fmt: skip


def read(text: str, cases: Cases) -> Quantity:
    """Evaluate an expression over the runs of the cases."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise SettingError(f"'{text}' cannot be read. {_WRITE}") from None
    reader = _Reader(text, cases)
    term = reader.term(tree)
    values = reader.number(term)
    return Quantity(text, text, "", pd.Series(values, index=cases.runs.index, dtype=float), term.truth, tuple(reader.notes))


class _Reader:
    """Walks an expression and keeps what has to be said about it."""

    def __init__(self, text: str, cases: Cases) -> None:
        self.text, self.cases = text, cases
        self.notes: list[str] = []

    def term(self, node: ast.AST) -> _Term:
        """The values of one part of the expression."""
        if isinstance(node, ast.Name):
            return self._outcome(node.id)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return _Term(float(node.value))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _Term(-self.number(self.term(node.operand)))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return _Term(~self._truth(self.term(node.operand)), truth=True)
        if isinstance(node, ast.BoolOp):
            return self._both(node)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            return self._reckoned(node)
        if isinstance(node, ast.Compare):
            return self._compared(node)
        if isinstance(node, ast.Call):
            return self._reached(node)
        raise SettingError(f"'{ast.unparse(node)}' in '{self.text}' is not understood. {_WRITE}")

    def _outcome(self, name: str) -> _Term:
        if name not in self.cases.outcomes:
            known = [*self.cases.outcomes, *OUTCOMES]
            raise SettingError(f"the study holds no outcome {name}.{did_you_mean(name, known)} "
                               "`consortium list outcomes` explains them.")  # fmt: skip
        values = self.cases.runs[name].to_numpy(dtype=float)
        if _is_date(name):
            return _Term(np.where(np.isnan(values), np.inf, values), date=name)
        self._refuse_nan(name, values)
        return _Term(values)

    def _refuse_nan(self, name: str, values: np.ndarray) -> None:
        there = (self.cases.runs["status"] == "done").to_numpy()
        bad = self.cases.runs[(np.isnan(values) | np.isinf(values)) & there]
        if len(bad):
            first = bad.iloc[0]
            meaning = f" ({OUTCOMES[name].meaning})" if name in OUTCOMES else ""
            raise SettingError(
                f"{name}{meaning} is no number in {len(bad)} of {count(int(there.sum()), 'run')}, the first at point "
                f"{first['point']} with seed {first['seed']}. It is not read as zero: choose an outcome that every history "
                "has (a wait, a mean over all months) or a chance such as reached(year_international)."
            )

    def _reached(self, node: ast.Call) -> _Term:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name != "reached" or len(node.args) != 1 or not isinstance(node.args[0], ast.Name):
            raise SettingError(f"'{ast.unparse(node)}' in '{self.text}' is not understood. {_WRITE}")
        term = self._outcome(node.args[0].id)
        if not term.date:
            raise SettingError(f"{node.args[0].id} is no date; reached() asks whether a date such as year_bi_national comes.")
        return _Term(np.isfinite(term.values), truth=True)

    def _compared(self, node: ast.Compare) -> _Term:
        terms = [self.term(each) for each in (node.left, *node.comparators)]
        held = np.full(len(self.cases.runs), True)
        for sign, left, right in zip(node.ops, terms[:-1], terms[1:], strict=True):
            if type(sign) not in _COMPARE:
                raise SettingError(f"'{ast.unparse(node)}' in '{self.text}' is not understood. {_WRITE}")
            held = held & _COMPARE[type(sign)](left.values, right.values)
        dates = [term.date for term in terms if term.date]
        for name in dates:
            self._say_never(name, "counts as later than any year")
        return _Term(held, truth=True)

    def _both(self, node: ast.BoolOp) -> _Term:
        parts = [self._truth(self.term(each)) for each in node.values]
        joined = np.logical_and.reduce(parts) if isinstance(node.op, ast.And) else np.logical_or.reduce(parts)
        return _Term(joined, truth=True)

    def _truth(self, term: _Term) -> np.ndarray:
        if term.truth:
            return np.asarray(term.values, dtype=bool)
        if not np.isin(term.values, (0.0, 1.0)).all():
            raise SettingError(f"'{self.text}' joins a number with and, or, not: compare it first, for example members_mean>10.")
        return np.asarray(term.values, dtype=bool)

    def _reckoned(self, node: ast.BinOp) -> _Term:
        left, right = self.term(node.left), self.term(node.right)
        for term in (left, right):
            if term.date and np.isinf(term.values).any():
                raise SettingError(f"{term.date} never comes in {int(np.isinf(term.values).sum())} runs, so '{self.text}' has no "
                                   "value there: compare dates (year_a<year_b) or use the wait_ outcomes.")  # fmt: skip
        with np.errstate(divide="ignore", invalid="ignore"):
            made = np.asarray(_ARITHMETIC[type(node.op)](left.values, right.values), dtype=float)
        if not np.isfinite(made).all():
            raise SettingError(f"'{ast.unparse(node)}' divides by zero in {int((~np.isfinite(made)).sum())} runs.")
        return _Term(made)

    def number(self, term: _Term) -> np.ndarray:
        """The values as numbers: truths as 0 and 1, dates that never come at the horizon."""
        values = np.broadcast_to(np.asarray(term.values, dtype=float), len(self.cases.runs)).copy()
        never = np.isinf(values)
        if term.date and never.any():
            if self.cases.span is None:
                raise SettingError(f"{term.date} never comes in {int(never.sum())} runs and the horizon of this study is not "
                                   f"known; analyse reached({term.date}) instead.")  # fmt: skip
            values[never] = self.cases.span[1]
            self._say_never(term.date, f"is put at the horizon ({self.cases.span[1]:g}), so that means are means "
                                       "censored there")  # fmt: skip
        return values

    def _say_never(self, name: str, what: str) -> None:
        """Note how often a date never comes and what is done with it."""
        values = self.cases.runs[name].to_numpy(dtype=float)
        done = (self.cases.runs["status"] == "done").to_numpy()
        never = int((np.isnan(values) & done).sum())
        if never:
            share = never / max(int(done.sum()), 1)
            note = f"{name} never comes in {count(never, 'history', 'histories')} ({share:.0%}); there it {what}"
            if note not in self.notes:
                self.notes.append(note)


def _is_date(name: str) -> bool:
    """Whether a missing value of an outcome means that its year never comes."""
    return name in OUTCOMES and OUTCOMES[name].unit == "year"


def censored(text: str, cases: Cases) -> str:
    """What has to be said of an outcome that is censored by its declaration (`wait_…`), or nothing."""
    if not text.startswith("wait_") or text not in cases.outcomes or cases.span is None:
        return ""
    values = cases.runs[text].to_numpy(dtype=float)
    length = cases.span[1] - cases.span[0]
    never = int((values >= length - 1e-9).sum())
    share = never / max(len(values), 1)
    return (
        f"{text} is the horizon ({length:g} years) in {share:.0%} of the histories, in which the date never comes"
        if never
        else ""
    )
