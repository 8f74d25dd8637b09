"""Mergers and improvement over the number of makers, beside the published curves: agreement with a model, not with data.

The published curves are choice probabilities of an estimated industry model (Igami & Uetake 2020) whose move has no stated
unit of time, so only shapes are compared: rank correlation over the numbers of makers both hold, and curves over their mean.
"""

import math

import numpy as np
import pandas as pd
from scipy import stats

from sim.patterns import Evidence, record

MERGER, IMPROVEMENT = "merger", "improvement"
QUANTITIES = {
    MERGER: "choice probability of merger per move (%)",
    IMPROVEMENT: "choice probability of in-house R&D per move (%)",
}
"""What is held against which published curve."""
SURPLUS = {
    "consumer_surplus_busd": "consumer surplus if mergers are blocked when N or fewer firms remain",
    "producer_surplus_busd": "producer surplus if mergers are blocked when N or fewer firms remain",
}
FEWEST = 20
"""Run-years below which a number of makers is not compared."""
WORDS = {
    MERGER: "mergers a maker and year",
    IMPROVEMENT: "growth of density a year (logarithm)",
    "consumer_surplus_busd": "consumer surplus where mergers are blocked at N makers or fewer",
    "producer_surplus_busd": "producer surplus where mergers are blocked at N makers or fewer",
}


def published(quantity: str) -> pd.Series:
    """A published curve by number of firms, the middle of its low and high line."""
    rows = record.table("competition_and_innovation")
    rows = rows[rows["quantity"] == quantity].set_index("n_firms")
    return ((rows["low"] + rows["high"]) / 2.0).rename(quantity)


def run_years(evidence: Evidence) -> pd.DataFrame:
    """A row a run and full calendar year: makers in January, mergers a maker, growth of density to the next January."""
    makers = evidence.yearly("drive_makers", "first")
    density = np.log(evidence.yearly("average_density_gb_in2", "first"))
    growth = density.diff(axis=1).shift(-1, axis=1)
    mergers = _mergers(evidence, makers)
    frame = pd.DataFrame({
        "run": np.repeat(makers.index.to_numpy(), makers.shape[1]), "year": np.tile(makers.columns.to_numpy(), len(makers)),
        "makers": makers.to_numpy().ravel(), MERGER: mergers.ravel(), IMPROVEMENT: growth.to_numpy().ravel(),
    })  # fmt: skip
    frame = frame[frame["makers"] >= 1].reset_index(drop=True)
    frame[MERGER] = frame[MERGER] / frame["makers"]
    return frame


def _mergers(evidence: Evidence, makers: pd.DataFrame) -> np.ndarray:
    """Mergers of drive lines, runs × years."""
    events = evidence.events
    merged = events[events["kind"] == "line_merged"]
    counts = pd.crosstab(merged["run"], np.floor(merged["year"] + 1e-6).astype(int))
    return counts.reindex(index=makers.index, columns=makers.columns, fill_value=0).to_numpy(dtype=float)


def by_makers(frame: pd.DataFrame, quantity: str, *, within_years: bool = False) -> pd.DataFrame:
    """The mean of a quantity by number of makers: makers, run_years, mean, error.

    `within_years` takes the mean of each calendar year out first and adds the overall mean: what is left is the
    difference between histories with more and with fewer makers in the same year, not the passing of time.
    """
    held = frame.dropna(subset=[quantity])
    values = held[quantity]
    if within_years:
        values = values - values.groupby(held["year"]).transform("mean") + values.mean()
    found = values.groupby(held["makers"].astype(int)).agg(["size", "mean", "std"]).reset_index()
    found.columns = pd.Index(["makers", "run_years", "mean", "deviation"])
    found["error"] = found["deviation"] / np.sqrt(found["run_years"])
    return found.drop(columns="deviation")


def compared(found: pd.DataFrame, curve: pd.Series) -> dict[str, float]:
    """Two curves over the number of makers: numbers in common, Spearman's rank correlation, and where each is highest."""
    there = found[(found["run_years"] >= FEWEST) & found["makers"].isin(curve.index)].set_index("makers")["mean"]
    told = {"numbers": float(len(there)), "rank_correlation": math.nan, "peak": math.nan, "published_peak": math.nan}
    if len(there) < 3:
        return told
    other = curve.loc[there.index]
    if there.nunique() > 1:
        told["rank_correlation"] = float(stats.spearmanr(there, other).statistic)
    return told | {"peak": float(there.idxmax()), "published_peak": float(other.idxmax())}


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """Both curves beside the published ones: quantity, within_years, makers, run_years, mean, error, published."""
    parts = []
    for quantity, name in QUANTITIES.items():
        curve = published(name)
        for within in (False, True):
            found = by_makers(frame, quantity, within_years=within)
            found.insert(0, "quantity", quantity)
            found.insert(1, "within_years", within)
            parts.append(found.assign(published=found["makers"].map(curve)))
    return pd.concat(parts, ignore_index=True)


def thresholds(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Surplus by the number of makers at which mergers are blocked, beside the published: the same columns as `table`.

    `outcomes` has a row a run with `fewest` and the surpluses.
    """
    parts = []
    for quantity, name in SURPLUS.items():
        found = outcomes.groupby("fewest")[quantity].agg(["size", "mean", "std"]).reset_index()
        found.columns = pd.Index(["makers", "run_years", "mean", "deviation"])
        found["error"] = found.pop("deviation") / np.sqrt(found["run_years"])
        found.insert(0, "quantity", quantity)
        found.insert(1, "within_years", False)
        parts.append(found.assign(published=found["makers"].map(published(name))))
    return pd.concat(parts, ignore_index=True)


def agreements(curves: pd.DataFrame) -> pd.DataFrame:
    """A row a curve: how its shape agrees with the published one."""
    rows = []
    for (quantity, within), part in curves.groupby(["quantity", "within_years"], sort=False):
        enough = part if quantity not in SURPLUS else part.assign(run_years=FEWEST)  # a designed level counts as it stands
        curve = part.dropna(subset=["published"]).set_index("makers")["published"]
        rows.append({"quantity": quantity, "within_years": within, **compared(enough, curve)})
    return pd.DataFrame(rows)
