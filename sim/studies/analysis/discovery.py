"""Scenario discovery: under which settings does something happen, said as a box with few limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import SettingError
from sim.studies.analysis import boxes as prim
from sim.studies.analysis import trees
from sim.studies.analysis.answers import Answer, Picture
from sim.studies.analysis.cases import Cases, written
from sim.studies.analysis.quantities import Quantity, condition

RESAMPLES = 20


@dataclass(frozen=True)
class Condition:
    """A condition that has a name: how it is written, and what it means."""

    expression: str
    meaning: str


CONDITIONS = {
    "dies": Condition("survival<1", "no consortium carries the lineage at the end"),
    "stays_national": Condition("survival>0 and opened<1", "the lineage lives at the end and never opened to foreign firms"),
    "locked_in": Condition(
        "lock_in_perpendicular>0", "no disk system published after perpendicular recording was sold by the end"
    ),
    "opens": Condition("opened>0", "the lineage opens to foreign firms"),
    "four_stages": Condition("stages_in_order>0", "all four stages come, in the recorded order"),
    "never_bi_national": Condition("not reached(year_bi_national)", "the bi-national stage never comes"),
}
"""Conditions shipped with a name; any other comparison of outcomes may be written."""


@dataclass(frozen=True)
class Discovery(Answer):
    """Where something happens; see `discover`. Without boxes `why_none` says why."""

    cases: Cases
    name: str
    meaning: str
    quantity: Quantity
    x: pd.DataFrame
    share: np.ndarray
    y: np.ndarray
    by: str
    least_share: float
    boxes: tuple[prim.Box, ...]
    resampled: prim.Resampled | None
    tree: pd.DataFrame
    why_none: str
    dropped: tuple[str, ...]
    how: Mapping[str, Any]
    kind = "discovery"

    @property
    def title(self) -> str:
        """What the report is called."""
        return f"Where it happens: {self.meaning}"

    def tables(self) -> dict[str, pd.DataFrame]:
        """`boxes` a row a box and limit, `trade_off`, `resampling`, `tree`, and `points` with the chance at each."""
        points = self.x.assign(chance=self.share, of_interest=self.y).rename_axis("point").reset_index()
        told = {"boxes": self._limits(), "points": points}
        if self.boxes:
            paths = [box.trade_off.assign(round=place + 1) for place, box in enumerate(self.boxes)]
            told["trade_off"] = pd.concat(paths, ignore_index=True)
        if self.resampled is not None:
            told["resampling"] = self.resampled.keys
        if len(self.tree):
            told["tree"] = self.tree
        order = ("boxes", "resampling", "tree", "trade_off", "points")
        return {name: told[name] for name in order if name in told}

    def _limits(self) -> pd.DataFrame:
        rows = [(place + 1, limit.key, limit.low, limit.high, " or ".join(limit.choices), limit.quasi_p, box.coverage,
                 box.density, box.mass, box.points)
                for place, box in enumerate(self.boxes) for limit in box.limits]  # fmt: skip
        columns = ["box", "key", "above", "below", "choices", "quasi_p", "coverage", "density", "mass", "points"]
        return pd.DataFrame(rows, columns=columns).astype({"above": float, "below": float})

    def pictures(self) -> dict[str, Picture]:
        """Trade-off, limits and pairs of the boxes; the chance over each key where there is no box."""
        from sim.studies.analysis.discovery_figures import pictures

        return pictures(self)

    def paragraphs(self) -> list[str]:
        """What may be said."""
        from sim.studies.analysis.discovery_words import paragraphs

        return paragraphs(self)

    def asked(self) -> Mapping[str, Any]:
        """The question: condition, how a case is counted, how boxes are looked for."""
        return {"outcome": self.quantity.text, "by": self.by, "share": self.least_share, "notes": list(self.cases.notes),
                "points": len(self.cases.varied), **self.how}  # fmt: skip


def discover(
    study: Any,
    outcome: str,
    *,
    where: Mapping[str, str] | None = None,
    by: str = "points",
    share: float = 0.5,
    most: int = 2,
    coverage: float | None = None,
    mass: float = 0.05,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Discovery:
    """Look for boxes of the varied keys in which an outcome happens.

    `outcome` is a name of CONDITIONS or a comparison of outcomes (`year_international>2010`). A case is a point of the
    design and counts when the condition holds in at least `share` of its seeds; with `by="runs"` every history is a
    case. Raises SettingError for missing runs, for a number without a threshold, for values that are none.
    """
    from sim.studies.analysis.studies import cases_of

    _refuse_settings(by, share, coverage, mass)
    cases = cases_of(study).where(where or {}).whole()
    named = CONDITIONS.get(outcome)
    told = condition(named.expression if named else outcome, cases)
    chance = cases.grid(told.values).mean(axis=1)
    x, dropped = varying(cases)
    if by == "runs":
        x, y = x.loc[x.index.repeat(len(cases.seeds))], cases.grid(told.values).ravel() > 0.5
        chance = np.repeat(chance, len(cases.seeds))
    else:
        y = chance >= share - 1e-12
    rng = np.random.default_rng(seed)
    how = {"most": most, "mass": mass, "coverage": coverage}
    why = _why_none(x, y, by)
    found = [] if why else prim.find(x.reset_index(drop=True), y, **how)  # type: ignore[arg-type]
    if not why and not found:
        why = ("no box of these keys holds them denser than the whole with a limit that the test supports: here it happens by "
               "chance, or everywhere alike.")  # fmt: skip
    again = prim.resample(x.reset_index(drop=True), y, resamples, rng, **how) if found and resamples else None
    tree = pd.DataFrame() if why else trees.leaves(x, y)
    meaning = named.meaning if named else told.text
    return Discovery(cases, outcome, meaning, told, x, chance, y, by, share, tuple(found), again, tree, why, dropped,
                     {**how, "resamples": resamples, "seed": seed})  # fmt: skip


def varying(cases: Cases) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The keys that vary, words and truths as words; and those left out because they have one value."""
    kept = {key: cases.varied[key] for key in cases.keys if cases.varied[key].nunique() > 1}
    dropped = tuple(key for key in cases.keys if key not in kept)
    if not kept:
        raise SettingError("no key varies over the points of this study: there is nothing to discover.")
    columns = {key: values if _is_number(values) else values.map(written).astype(object) for key, values in kept.items()}
    return pd.DataFrame(columns, index=cases.varied.index), dropped


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _refuse_settings(by: str, share: float, coverage: float | None, mass: float) -> None:
    if by not in ("points", "runs"):
        raise SettingError(f"by={by}: a case is one of points, runs.")
    for name, value in (("share", share), ("coverage", coverage), ("mass", mass)):
        if value is not None and not 0.0 < value <= 1.0:
            raise SettingError(f"{name}={value:g} is out of range: a share above 0 and up to 1, for example {name}=0.5.")


def _why_none(x: pd.DataFrame, y: np.ndarray, by: str) -> str:
    """Why no box is looked for, or an empty string."""
    hits, rest = int(y.sum()), int((~y).sum())
    what = "points" if by == "points" else "histories"
    if hits == 0:
        return f"it happens at none of {len(y)} {what}."
    if rest == 0:
        return f"it happens at all of {len(y)} {what}: no setting of this design prevents it."
    if hits < prim.LEAST_CASES:
        return (f"it happens at {hits} of {len(y)} {what}, too few to tell a box from an accident (at least "
                f"{prim.LEAST_CASES}): take "
                "more points or a wider range" + (", or a lower --share." if by == "points" else "."))  # fmt: skip
    if rest < prim.LEAST_CASES:
        return (f"it happens at all but {rest} of {len(y)} {what}, too few others to tell a box from an accident: ask for the "
                "opposite, or take more points.")  # fmt: skip
    return ""
