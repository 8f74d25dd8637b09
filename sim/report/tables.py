"""The tables of the report: stages and patterns, as frames and as files."""

from pathlib import Path

import numpy as np
import pandas as pd

from sim.patterns import Evidence, Missing, record
from sim.patterns.score import quantile
from sim.report.stage_figures import YEARS

SHARES = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}


def stage_summary(evidence: Evidence) -> pd.DataFrame:
    """A row a stage: recorded year, share of runs that reached it, quantiles of its first year.

    Runs that never reach a stage count as infinity, so a median of infinity says that most did not.
    """
    return pd.DataFrame(
        [_stage(row.stage, row.body, row.start, evidence) for row in record.stages().itertuples()]
    )


def _stage(stage: str, body: str, recorded: float, evidence: Evidence) -> dict[str, object]:
    """One stage; NaN throughout when the study does not hold its year."""
    try:
        years = evidence.outcome(YEARS[stage])
    except Missing:
        years = np.full(0, np.nan)
    waiting = np.where(np.isnan(years), np.inf, years)
    reached = float(np.isfinite(years).mean()) if len(years) else np.nan
    told = {name: quantile(waiting, share) for name, share in SHARES.items()}
    return {"stage": stage, "body": body, "recorded": float(recorded), "reached": reached, **told}


def write(frame: pd.DataFrame, stem: Path) -> list[Path]:
    """The same table as CSV and Parquet beside each other."""
    csv, parquet = stem.with_suffix(".csv"), stem.with_suffix(".parquet")
    frame.to_csv(csv, index=False, lineterminator="\n")
    frame.to_parquet(parquet, index=False)
    return [csv, parquet]
