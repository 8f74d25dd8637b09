"""What a page plays: one history as columns of plain numbers, small enough to travel and complete enough to draw from."""

import math
from typing import Any

import numpy as np
import pandas as pd

from sim.explorer.ties import ties
from sim.explorer.watching import STEP, Watched
from sim.patterns import record
from sim.population import FUNCTIONS
from sim.records.series import over_a_year
from sim.technology.systems import systems

SERIES = (
    "product_density_gb_in2", "laboratory_density_gb_in2", "drive_makers", "hhi_units", "share_first", "members",
    "core_members", "members_tier_1", "members_tier_2", "members_tier_3", "members_tier_4", "members_domestic",
    "members_foreign", "joins", "exits", "sister_members", "universities_active", "projects_active", "reserve_musd",
    "flash_unit_share", "units_million_per_year", "students_total", "stage",
)  # fmt: skip
"""The series a page plays, by month."""
OVER_A_YEAR = {"fees_year": "fee_income_musd", "public_year": "public_money_musd", "joins_year": "joins", "exits_year": "exits"}
"""Sums over the last twelve months, made from flows by month."""
BANDED = (
    "product_density_gb_in2", "laboratory_density_gb_in2", "drive_makers", "hhi_units", "members", "members_foreign",
    "income_year",
)  # fmt: skip
"""The series of which many seeds give bands."""
OUTCOMES = (
    "year_national", "year_international", "year_industry_led", "year_bi_national", "members_mean", "exits_total",
    "projects_started_total", "fee_money_total_musd", "public_money_total_musd", "students_total",
    "product_density_2010_gb_in2", "product_density_2020_gb_in2", "drive_makers_2020",
)  # fmt: skip
"""The outcomes that a comparison shows, where a run has them."""
QUIET = ("renewed", "voted")
"""Kinds that the ledger of the page leaves out, a yearly line a member; a vote is told with the decision it belongs to."""
SOURCES = ("fees_musd", "public_musd", "match_musd")
DIGITS = 4


def payload(watched: Watched) -> dict[str, Any]:
    """One history for a page: plain values only, None for what is not there."""
    run = watched.run
    series = columns(run.series)
    return {
        "seed": run.seed, "first_year": int(run.settings["horizon"]["first_year"]), "months": len(run.series),
        "series": {name: shortened(values) for name, values in series.items()},
        "owners": owners(watched), "spans": spans(series["stage"], watched.carrier),
        "events": ledger(run.events), "ties": ties(watched),
        "readiness": {"step": STEP, "systems": systems().names, "published": watched.published, "sold": watched.sold,
                      "ready": [shortened(row) for row in watched.ready.T]},
        "matrix": priorities(run.matrix), "money": money(run.money),
        "outcomes": {name: shortened([run.outcomes[name]])[0] for name in OUTCOMES if name in run.outcomes},
    }  # fmt: skip


def columns(series: pd.DataFrame) -> dict[str, np.ndarray]:
    """The series of a page by name, sums over a year among them."""
    found = {name: series[name].to_numpy(dtype=float) for name in SERIES}
    found |= {name: over_a_year(series[flow].to_numpy(dtype=float)) for name, flow in OVER_A_YEAR.items()}
    return found | {"income_year": found["fees_year"] + found["public_year"]}


def shortened(values: Any) -> list[float | int | None]:
    """Numbers with four digits, None for what is not finite."""
    told: list[float | int | None] = []
    for value in np.asarray(values, dtype=float).tolist():
        if not math.isfinite(value):
            told.append(None)
        elif value == int(value) and abs(value) < 1e9:
            told.append(int(value))
        else:
            told.append(float(f"{value:.{DIGITS}g}"))
    return told


def owners(watched: Watched) -> list[list[Any]]:
    """Members by country of their ultimate owner: name and a number a month; the reference country first, then its sister,
    then the others by their largest number."""
    home, sister = (watched.run.settings[nation]["country"] for nation in ("home", "sister"))
    most: dict[str, int] = {home: 0, sister: 0}
    for of_month in watched.owners:
        for country, count in of_month.items():
            most[country] = max(most.get(country, 0), count)
    others = sorted((name for name in most if name not in (home, sister)), key=lambda name: (-most[name], name))
    return [[name, [of_month.get(name, 0) for of_month in watched.owners]] for name in (home, sister, *others)]


def spans(stage: np.ndarray, carrier: list[str]) -> list[list[Any]]:
    """The ribbon: first month, month after the last, stage number, body; a span a stage and body."""
    keys = list(zip(stage.astype(int).tolist(), carrier, strict=True))
    starts = [month for month in range(len(keys)) if month == 0 or keys[month] != keys[month - 1]]
    return [[start, end, *keys[start]] for start, end in zip(starts, [*starts[1:], len(keys)], strict=True)]


def ledger(events: pd.DataFrame) -> dict[str, Any]:
    """The events of the page by column; words stand once, in `words`; `row` is the place in the run's own ledger."""
    shown = events[~events["kind"].isin(QUIET)]
    words: dict[str, int] = {"": 0}

    def numbered(column: str) -> list[int]:
        return [words.setdefault(str(value), len(words)) for value in shown[column]]

    held = {name: numbered(name) for name in ("kind", "who", "whom", "why")}
    return {"month": [int(month) for month in shown["month"]], "row": [int(row) for row in shown.index], **held,
            "words": list(words)}  # fmt: skip


def priorities(matrix: pd.DataFrame) -> dict[str, Any]:
    """The lineage's matrix by year: shares asked for and projects awarded, systems × functions; all branches together."""
    rows = matrix[matrix["lineage"]] if len(matrix) else matrix
    names = systems().names
    found: dict[str, Any] = {"systems": names, "functions": list(FUNCTIONS), "years": {}}
    for year, of_year in rows.groupby("year"):
        sent, awarded = np.zeros((len(names), len(FUNCTIONS))), np.zeros((len(names), len(FUNCTIONS)))
        system, function = of_year["system"].map(names.index), of_year["function"].map(list(FUNCTIONS).index)
        np.add.at(sent, (system, function), np.nan_to_num(of_year["sent"].to_numpy(dtype=float)))
        np.add.at(awarded, (system, function), of_year["awarded"].to_numpy(dtype=float))
        sent /= max(sent.sum(), 1e-12)
        found["years"][str(year)] = [[shortened(row) for row in sent], [shortened(row) for row in awarded]]
    return found


def money(table: pd.DataFrame) -> dict[str, Any]:
    """What the lineage received in each year by source, million US$."""
    rows = table[table["lineage"]].groupby("year").sum(numeric_only=True) if len(table) else pd.DataFrame()
    if rows.empty:
        return {"years": [], **{name: [] for name in SOURCES}}
    return {"years": [int(year) for year in rows.index], **{name: shortened(rows[name]) for name in SOURCES}}


def recorded() -> dict[str, Any]:
    """The recorded history that the page draws beside the simulated: stages, density, makers, each by decimal year."""
    stages = record.stages()
    return {
        "stages": [[row.stage, float(row.start), row.body] for row in stages.itertuples()],
        "product": _points(record.density("product")), "laboratory": _points(record.density("lab_demo")),
        "makers": _points(record.makers(), 0.0),
    }  # fmt: skip


def _points(values: pd.Series, shift: float = 0.5) -> list[list[float]]:
    """Years (the middle of each by default) and values."""
    return [[float(year) + shift for year in values.index], [float(value) for value in values]]
