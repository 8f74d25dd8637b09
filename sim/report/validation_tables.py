"""The tables of the report card as they are printed."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from sim.parameters import as_written, declared
from sim.report import text
from sim.report.findings import Table, percent
from sim.settings import Settings
from sim.studies.validation import curves, recovery
from sim.studies.validation.variance import PARTS

if TYPE_CHECKING:
    from sim.studies.validation.validate import Validation

PATTERN_HEADS = ("pattern", "what", "target", "best: median", "5–95 %", "inside", "verdict", "posterior: median", "5–95 %",
                 "inside", "naive benchmark")  # fmt: skip


def pattern_tables(table: pd.DataFrame, horizon: float) -> tuple[Table, Table]:
    """Fit and check patterns, each with the best point, the posterior and the naive benchmark."""
    made = []
    for use in ("fit", "check"):
        part = table[table["use"] == use]
        met = f"{int(part['pass'].sum())} of {int(part['measured'].sum())} measured {use} patterns are met"
        made.append(Table(met, PATTERN_HEADS, [_pattern(row, horizon) for _, row in part.iterrows()], right=(3, 4, 5, 7, 8, 9)))
    return made[0], made[1]


def _pattern(row: pd.Series, horizon: float) -> list[str]:
    """One pattern."""
    unit = row["unit"]
    verdict = "met" if row["pass"] else "falls short" if row["measured"] else "not measured"
    over = [_told(row, f"posterior_{name}", unit, horizon) for name in ("median", "p05", "p95")]
    posterior = [over[0], f"{over[1]} – {over[2]}", percent(row["posterior_inside"])] if row["posterior_measured"] else ["–"] * 3
    low, high = (_told(row, name, unit, horizon) for name in ("p05", "p95"))
    naive = "would pass" if row["naive_pass"] else "falls short"
    return [row["pattern"], row["label"], row["target"], _told(row, "value", unit, horizon), f"{low} – {high}",
            percent(row["inside"]), verdict, *posterior, f"{text.say(row['naive_value'], unit, horizon)} ({naive})"]  # fmt: skip


def _told(row: pd.Series, name: str, unit: str, horizon: float) -> str:
    return text.say(row[name], unit, horizon)


def orders_table(orders: pd.DataFrame, most: int = 8) -> Table:
    """The commonest orders in which stages began."""
    rows = [[row.order, str(row.runs), percent(row.share), "the recorded one" if row.right else ""]
            for row in orders.head(most).itertuples()]  # fmt: skip
    return Table("Orders of the stages", ["order", "histories", "share", ""], rows, right=(1, 2))


def errors_table(errors: pd.DataFrame) -> Table:
    """Errors of the first years, in years."""
    heads = ["stage", "recorded", "reached", "median error", "5–95 %", "mean absolute", "within two years", "naive mean absolute"]
    rows = [[row.stage, f"{row.recorded:.0f}", percent(row.reached), _years(row.median), f"{_years(row.p05)} – {_years(row.p95)}",
             _plain(row.mean_abs), percent(row.near), _plain(row.naive_mean_abs)] for row in errors.itertuples()]  # fmt: skip
    return Table("Errors of the dates, years (plus is too late)", heads, rows, right=range(1, 8))


def _years(value: float) -> str:
    return "–" if math.isnan(value) else "never" if math.isinf(value) else f"{value:+.1f}"


def _plain(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1f}"


def coverage_table(told: pd.DataFrame, caption: str) -> Table:
    """Coverage, bias and width of each parameter."""
    heads = ["parameter", "points", *(f"{100 * level:.0f} % holds" for level in recovery.LEVELS), "bias", "error (RMS)",
             "correlation", "width over prior", "identified"]  # fmt: skip
    rows = [[row["parameter"], str(row["points"]), *(percent(row[f"coverage_{level:g}"]) for level in recovery.LEVELS),
             f"{row['bias']:+.2f}", f"{row['rmse']:.2f}", f"{row['correlation']:.2f}", f"{row['width']:.2f}",
             "yes" if row["identified"] else "no"] for _, row in told.iterrows()]  # fmt: skip
    return Table(f"{caption} (bias and error in shares of the prior)", heads, rows, right=range(1, 9))


def rivals_table(told: pd.DataFrame) -> Table:
    """Patterns passed by each rule."""
    heads = ["subject", "rule", "fit passed", "check passed", "distance", "more than the own", "less than the own",
             "recalibrated to", "histories"]  # fmt: skip
    rows = [[row.of, row.label, f"{row.fit_passed} of {row.fit_measured}", f"{row.check_passed} of {row.check_measured}",
             f"{row.distance:.2f}", row.gained or "–", row.lost or "–", row.chosen, str(row.runs)]
            for row in told.itertuples()]  # fmt: skip
    return Table("Patterns passed, each rule recalibrated", heads, rows, right=(2, 3, 4, 8))


def curves_table(told: pd.DataFrame) -> Table:
    """Agreement of shapes with the published curves."""
    heads = ["curve", "compared", "numbers of makers", "rank correlation", "highest at", "published highest at"]
    rows = [[curves.WORDS[row.quantity], "within years" if row.within_years else "as it falls", f"{row.numbers:.0f}",
             "–" if math.isnan(row.rank_correlation) else f"{row.rank_correlation:+.2f}", _number(row.peak),
             _number(row.published_peak)] for row in told.itertuples()]  # fmt: skip
    return Table("Shapes over the number of makers: agreement with a model, not with data", heads, rows, right=(2, 3, 4, 5))


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0f}"


def variance_table(told: pd.DataFrame) -> Table:
    """Shares of variance with their errors, a row an outcome."""
    rows = []
    for label, part in told.groupby("label", sort=False):
        by = part.set_index("part")
        cells = [_share(by.loc[name, "share"], by.loc[name, "error"]) for name in PARTS]
        rows.append([str(label), f"{part['deviation'].iloc[0]:.3g}", *cells])
    return Table("Shares of the variance of a single history (± standard error)", ["outcome", "deviation", *PARTS], rows,
                 right=range(1, 9))  # fmt: skip


def _share(share: float, error: float) -> str:
    if share != share:
        return "–"
    return percent(share) if error != error else f"{100 * share:.0f} ± {100 * error:.0f}\u00a0%"


def replicates_table(told: pd.DataFrame) -> Table:
    """How many seeds each fit pattern needs."""
    rows = [[row.what, f"{row.deviation:.3g}", f"{row.matters:.3g}", row.unit, str(row.needed)] for row in told.itertuples()]
    return Table("Seeds that each fit pattern needs (power 80 %, level 5 %; a share: ± 10 points)",
                 ["pattern", "deviation", "smallest difference", "unit", "seeds"], rows, right=(1, 2, 4))  # fmt: skip


def assumptions(made: "Validation") -> pd.DataFrame:
    """Settings that rest on an assumption, with source, whether calibrated, width; `attrs` tell how many there are in all."""
    posterior = made.sample.posterior
    names = posterior.names if posterior is not None else []
    every = declared(Settings)
    rows = [{"parameter": each.name, "default": as_written(each.default), "unit": each.unit, "range": each.range,
             "kind": each.kind, "source": each.source, "calibrated": each.name in names,
             "width": posterior.narrowed(each.name) if posterior is not None and each.name in names else math.nan}
            for each in every if "assum" in each.source.lower() or each.name in names]  # fmt: skip
    found = pd.DataFrame(rows)
    found.attrs["all"] = len(every)
    return found
