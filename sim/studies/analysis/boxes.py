"""Boxes in the space of the varied keys in which something happens: PRIM, with what tells a finding from an accident.

PRIM (Friedman & Fisher 1999; scenario discovery: Bryant & Lempert 2010) peels off thin slices of the space, one key at a
time, so that what remains holds more and more of the cases of interest. The implementation is EMA Workbench's; the box is
chosen from its trade-off, limits that a binomial test does not support are dropped, and the whole procedure is repeated on
points drawn again, with the points that were left out as judges.
"""

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

SUPPORTED = 0.05
"""A limit whose quasi-p-value is above this is dropped."""
LEAST_CASES = 8
"""Fewer cases of interest, or fewer of the others, are too few to look for a box."""


@dataclass(frozen=True)
class Limit:
    """What a box asks of one key: a span or a set of choices; `quasi_p` of its stricter end."""

    key: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    quasi_p: float = np.nan

    def said(self) -> str:
        """`charter.fee_factor above 2.1`, `funding is none or austerity`."""
        if self.choices:
            return f"{self.key} is {' or '.join(self.choices)}"
        if self.low is not None and self.high is not None:
            return f"{self.key} from {self.low:.3g} to {self.high:.3g}"
        return f"{self.key} above {self.low:.3g}" if self.low is not None else f"{self.key} below {self.high:.3g}"


@dataclass(frozen=True)
class Box:
    """One box: its limits, what share of the cases of interest it holds, what share of it they are, its trade-off."""

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    points: int
    of_interest: int
    trade_off: pd.DataFrame
    chosen: int
    inside: np.ndarray = field(repr=False)


def contains(limits: tuple[Limit, ...], x: pd.DataFrame) -> np.ndarray:
    """Which points lie in a box."""
    held = np.full(len(x), True)
    for limit in limits:
        values = x[limit.key]
        if limit.choices:
            held &= values.astype(str).isin(limit.choices).to_numpy()
            continue
        numbers = values.to_numpy(dtype=float)
        held &= (numbers >= (-np.inf if limit.low is None else limit.low)) & (
            numbers <= (np.inf if limit.high is None else limit.high)
        )
    return held


def find(
    x: pd.DataFrame, y: np.ndarray, *, most: int = 2, mass: float = 0.05, coverage: float | None = None
) -> list[Box]:
    """Boxes one after another, each among the points that the ones before it left.

    `x` are points × keys (numbers or words), `y` whether a point is of interest. The box of a trade-off is the one with
    the highest harmonic mean of coverage and density, with `coverage` the densest that still covers so much. A box
    without a supported limit, or no denser than what it was looked for in, is no finding and ends the search.
    """
    found: list[Box] = []
    free = np.full(len(y), True)
    while len(found) < most and min(y[free].sum(), (~y[free]).sum()) >= LEAST_CASES:
        tried = [_chosen(box, x, y, free, coverage) for box in _searches(x[free], y[free], mass)]
        made = max((box for box in tried if box is not None), key=lambda box: _worth(box, coverage), default=None)
        if made is None:
            break
        found.append(made)
        free &= ~made.inside
    return found


def _searches(x: pd.DataFrame, y: np.ndarray, mass: float) -> list[Any]:
    """What PRIM finds patiently (a twentieth at a time, gain over loss) and in larger, mass-weighted steps.

    Peeling is greedy: among few points a key with few values can lead the patient search astray, so both are tried.
    """
    prim = _prim()
    aims = prim.PRIMObjectiveFunctions
    real = x.astype({key: float for key in x.columns if pd.api.types.is_numeric_dtype(x[key])})
    how = ((0.05, aims.LENIENT1), (0.1, aims.LENIENT2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about how the workbench uses it
        return [prim.Prim(real.copy(), y.astype(int), aim, peel, mass_min=mass).find_box() for peel, aim in how]


def _worth(box: Box, coverage: float | None) -> float:
    """What boxes are compared by: the mean of coverage and density, or density where coverage was asked for."""
    if coverage is not None:
        return box.density if box.coverage >= coverage else -1.0 + box.coverage
    return 2.0 * box.coverage * box.density / (box.coverage + box.density)


def _prim() -> Any:
    """EMA Workbench's PRIM; it warns of engines that nobody asked for when it is first imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim
    return prim


def _chosen(box: Any, x: pd.DataFrame, y: np.ndarray, free: np.ndarray, coverage: float | None) -> Box | None:
    """The box of a trajectory that is reported, without its unsupported limits; None when nothing remains."""
    place = chosen = _place(box.peeling_trajectory, coverage)
    while weak := _weak(box, place):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            box.drop_restriction(weak, place)
        place = len(box.peeling_trajectory) - 1
    limits = _limits(box, place)
    inside = contains(limits, x) & free
    count, hits = int(inside.sum()), int(y[inside].sum())
    if not limits or not count or hits / count <= y[free].mean():
        return None
    path = box.peeling_trajectory[["coverage", "density", "mass", "res_dim", "n", "k"]].reset_index(names="box")
    path["coverage"] *= y[free].sum() / y.sum()
    path["mass"] *= free.mean()
    path = path.rename(columns={"res_dim": "limits", "n": "points", "k": "of_interest"})
    return Box(limits, hits / int(y.sum()), hits / count, count / len(y), count, hits, path, chosen, inside)


def _place(path: pd.DataFrame, coverage: float | None) -> int:
    """The box on a trade-off that is taken."""
    if coverage is not None:
        enough = path[path["coverage"] >= coverage]
        return int(enough["density"].idxmax()) if len(enough) else 0
    both = 2.0 * path["coverage"] * path["density"] / (path["coverage"] + path["density"]).replace(0.0, np.inf)
    return int(both.idxmax())


def _weak(box: Any, place: int) -> str:
    """The key whose limits are supported least, if none of them is supported; an empty string when all are."""
    least = {key: _quasi_p(values) for key, values in box.p_values[place].items()}
    weak = {key: value for key, value in least.items() if not value <= SUPPORTED}
    return max(weak, key=lambda key: weak[key]) if weak else ""


def _quasi_p(values: Any) -> float:
    """The stricter of the two ends of a key; -1 stands for an end without a limit."""
    told = [float(value) for value in values if value >= 0.0]
    return min(told) if told else np.nan


def _limits(box: Any, place: int) -> tuple[Limit, ...]:
    """The limits of a box against the box of everything; an end that only lost unsupported points is opened again."""
    held, whole = box.box_lims[place], box.box_lims[0]
    told = []
    for key, ends in box.p_values[place].items():
        if isinstance(whole.loc[0, key], set):
            told.append(Limit(key, choices=tuple(sorted(map(str, held.loc[0, key]))), quasi_p=_quasi_p(ends)))
            continue
        low, high = float(held.loc[0, key]), float(held.loc[1, key])
        keeps = [0.0 <= end <= SUPPORTED for end in ends]
        if any(keeps):
            told.append(Limit(key, low if keeps[0] else None, high if keeps[1] else None, quasi_p=_quasi_p(ends)))
    return tuple(sorted(told, key=lambda limit: limit.quasi_p))


@dataclass(frozen=True)
class Resampled:
    """What became of the first box when the points were drawn again."""

    keys: pd.DataFrame
    coverage: float
    density: float
    found: int
    tried: int


def resample(x: pd.DataFrame, y: np.ndarray, times: int, rng: np.random.Generator, **how: Any) -> Resampled:
    """Look for the first box in points drawn again; judge each by the points that were not drawn (out of the bag)."""
    rows: list[Limit] = []
    judged: list[tuple[float, float]] = []
    found = 0
    for _ in range(times):
        drawn = rng.integers(len(y), size=len(y))
        boxes = find(x.iloc[drawn].reset_index(drop=True), y[drawn], **{**how, "most": 1})
        if not boxes:
            continue
        found += 1
        rows += boxes[0].limits
        left = np.setdiff1d(np.arange(len(y)), drawn)
        inside = contains(boxes[0].limits, x.iloc[left])
        hits = y[left][inside].sum()
        judged.append((hits / max(y[left].sum(), 1), hits / inside.sum() if inside.any() else np.nan))
    coverage, density = (float(np.nanmean(each)) for each in zip(*judged, strict=True)) if judged else (np.nan, np.nan)
    return Resampled(_reproduced(rows, times), coverage, density, found, times)


def _reproduced(rows: list[Limit], times: int) -> pd.DataFrame:
    """A row a key: in what share of the resamples it was limited, and between which values its limits lay."""
    told = []
    for key in dict.fromkeys(limit.key for limit in rows):
        own = [limit for limit in rows if limit.key == key]
        lows = [limit.low for limit in own if limit.low is not None]
        highs = [limit.high for limit in own if limit.high is not None]
        choices = pd.Series([limit.choices for limit in own if limit.choices], dtype=object).value_counts()
        told.append((key, len(own) / times, *_span(lows), *_span(highs), " or ".join(choices.index[0]) if len(choices) else ""))
    columns = ["key", "reproduced", "above_from", "above_to", "below_from", "below_to", "choices"]
    return pd.DataFrame(told, columns=columns).sort_values("reproduced", ascending=False, ignore_index=True)


def _span(values: list[float]) -> tuple[float, float]:
    return (float(np.quantile(values, 0.1)), float(np.quantile(values, 0.9))) if values else (np.nan, np.nan)
