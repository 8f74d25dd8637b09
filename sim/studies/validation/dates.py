"""Stages held against the record: their order, how far their dates are off, and which stage stood where by year."""

import math

import numpy as np
import pandas as pd

from sim.patterns import Evidence, record
from sim.patterns.score import quantile
from sim.stages import STAGES

YEAR_OF = {name: f"year_{name.replace('-', '_')}" for number, name in STAGES.items() if number in (1, 2, 3, 4)}
"""Stage → the outcome that holds its first year."""
NEAR = 2.0
"""Years within which a date counts as near: the half width of the recorded bands."""
SHARES = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
JUNE = 6


def orders(evidence: Evidence) -> pd.DataFrame:
    """How often the stages began in each order: order (stages by their first years), runs, share, `right`."""
    years = np.column_stack([evidence.outcome(name) for name in YEAR_OF.values()])
    stages = list(YEAR_OF)
    written = [" → ".join(stages[place] for place in np.argsort(row, kind="stable") if np.isfinite(row[place])) or "none"
               for row in years]  # fmt: skip
    counts = pd.Series(written, dtype=object).value_counts()
    right = " → ".join(stages)
    rows = [{"order": order, "runs": int(count), "share": count / len(years), "right": order == right}
            for order, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]  # fmt: skip
    return pd.DataFrame(rows)


def date_errors(evidence: Evidence) -> pd.DataFrame:
    """A row a stage: simulated less recorded first year, in years, over the runs; never counts as infinitely late.

    `mean_abs` is over the runs that reach the stage, `near` the share of all runs within two years. `naive_mean_abs` is
    what a constant hazard since the stage before, with the recorded mean wait w, would be off on average: 2 w / e.
    """
    recorded = record.stages().set_index("stage")["start"]
    before = recorded.shift(1)
    return pd.DataFrame([_errors(stage, evidence, float(recorded[stage]), float(before[stage])) for stage in YEAR_OF])


def _errors(stage: str, evidence: Evidence, recorded: float, before: float) -> dict[str, object]:
    """One stage."""
    errors = evidence.outcome(YEAR_OF[stage]) - recorded
    reached = np.isfinite(errors)
    waiting = np.where(reached, errors, np.inf)
    wait = recorded - before
    return {
        "stage": stage, "recorded": recorded, "reached": float(reached.mean()),
        **{name: quantile(waiting, share) for name, share in SHARES.items()},
        "mean": float(errors[reached].mean()) if reached.any() else math.nan,
        "mean_abs": float(np.abs(errors[reached]).mean()) if reached.any() else math.nan,
        "near": float(np.mean(np.abs(waiting) <= NEAR)), "naive_mean_abs": 2.0 * wait / math.e,
    }  # fmt: skip


def recorded_by_year(years: np.ndarray) -> list[str]:
    """The recorded stage of each calendar year; `none` before the first."""
    rows = record.stages()
    place = np.searchsorted(rows["start"].to_numpy(dtype=float), years, side="right") - 1
    return [rows["stage"].iloc[at] if at >= 0 else STAGES[0] for at in place]


def simulated_by_year(evidence: Evidence) -> pd.DataFrame:
    """The stage of each run in the middle of each full calendar year: runs × years, by name."""
    codes = evidence.series("stage")
    calendar = np.floor(evidence.dates + 1e-6).astype(int)
    full = [int(year) for year in np.unique(calendar) if np.count_nonzero(calendar == year) == 12]
    months = [int(np.flatnonzero(calendar == year)[JUNE]) for year in full]
    names = np.array([STAGES.get(number, "") for number in range(max(STAGES) + 1)], dtype=object)
    return pd.DataFrame(names[codes[:, months].astype(int)], columns=full, index=evidence.runs)


def confusion(simulated: pd.DataFrame) -> pd.DataFrame:
    """Shares of run-years, recorded stage (rows) by simulated stage (columns); all cells add up to one."""
    recorded = recorded_by_year(simulated.columns.to_numpy(dtype=float))
    names = [STAGES[number] for number in STAGES]
    rows = [name for name in names if name in set(recorded)]
    counts = pd.DataFrame(0.0, index=pd.Index(rows, name="recorded"), columns=names)
    for year, stage in zip(simulated.columns, recorded, strict=True):
        for name, count in simulated[year].value_counts().items():
            counts.loc[stage, name] += count
    return counts / counts.to_numpy().sum()


def agreement(cells: pd.DataFrame) -> dict[str, float]:
    """How far a confusion matrix agrees: share of run-years on the diagonal, Cohen's kappa, and two naive shares.

    `commonest` names the most frequent recorded stage in every year; `by_chance` draws with the simulated and recorded
    frequencies. Kappa (Cohen 1960) is agreement beyond that chance over what is left of one.
    """
    recorded, simulated = cells.sum(axis=1), cells.sum(axis=0)
    right = float(sum(cells.loc[name, name] for name in cells.index))
    chance = float(sum(recorded[name] * simulated[name] for name in cells.index))
    kappa = (right - chance) / (1.0 - chance) if chance < 1.0 else math.nan
    return {"agreement": right, "kappa": kappa, "by_chance": chance, "commonest": float(recorded.max())}


def agreement_by_year(simulated: pd.DataFrame) -> pd.DataFrame:
    """A row a year: the recorded stage and the share of runs that stand in it."""
    recorded = recorded_by_year(simulated.columns.to_numpy(dtype=float))
    shares = [float((simulated[year] == stage).mean()) for year, stage in zip(simulated.columns, recorded, strict=True)]
    return pd.DataFrame({"year": list(simulated.columns), "recorded": recorded, "agreement": shares})
