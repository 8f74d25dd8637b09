"""The recorded history by year, as the patterns and the figures read it (figures from `sim/data`).

Every function returns what the record holds and no more: years without a figure are absent.
"""

from functools import cache

import numpy as np
import pandas as pd

from sim.paths import data


@cache
def table(name: str) -> pd.DataFrame:
    """One table of the record, for example `drive_makers`. Raises SettingError when there is none."""
    return pd.read_csv(data(f"record/{name}.csv"))


@cache
def stages() -> pd.DataFrame:
    """The four recorded stages in order: stage, start (year), body, and who joins and pays."""
    return pd.read_csv(data("recorded_stages.csv"))


def stage_start(stage: str) -> float:
    """The recorded first year of a stage, for example 2003 for `international`."""
    return float(stages().set_index("stage").loc[stage, "start"])


def country() -> str:
    """The country whose lineage the record follows."""
    return str(pd.read_csv(data("history/bodies.csv"))["country"].iloc[0])


def first_year() -> float:
    """The year in which the recorded lineage begins."""
    return float(stages()["start"].min())


def makers() -> pd.Series:
    """Drive makers of each year (entries of the year included), from the first stage on."""
    rows = table("drive_makers")
    return rows[rows["year"] >= first_year()].set_index("year")["makers_at_start"].astype(float)


def maker_exits() -> pd.DataFrame:
    """Exits of drive makers by year, from the first stage on: columns `liquidation` and `merger`."""
    rows = table("drive_makers").rename(
        columns={"exits_liquidation": "liquidation", "exits_merger": "merger"}
    )
    return rows[rows["year"] >= first_year()].set_index("year")[["liquidation", "merger"]]


def _world(metric: str) -> pd.Series:
    """One figure a year for the world market; several sources of a year are averaged."""
    rows = table("drive_market").query("firm == 'world' and metric == @metric and status != 'estimate'")
    return rows.groupby("year")["value"].mean()


def units() -> pd.Series:
    """Drives shipped in the world by year, million."""
    return _world("units_shipped")


def revenue() -> pd.Series:
    """Revenue of the drive industry by year, billion US dollars, nominal; sources differ by a sixth."""
    return _world("revenue")


def density(kind: str = "product") -> pd.Series:
    """Areal density by year, Gb/in²: `product` or `lab_demo`; points of one year as their geometric mean."""
    rows = table("areal_density").query("kind == @kind")
    return np.exp(np.log(rows["areal_density_gb_in2"].astype(float)).groupby(rows["year"]).mean())


def price(metric: str) -> pd.Series:
    """Cheapest price by year, US dollars per GB: `hdd_`, `flash_` or `ssd_price_per_gb`."""
    name = "drive_prices" if metric.startswith("hdd") else "flash_prices"
    rows = table(name).query("metric == @metric")
    return rows.groupby("year")["value"].mean()


def within(points: pd.Series, start: float, end: float) -> pd.Series:
    """The recorded points of the years from `start` up to, not including, `end`."""
    return points[(points.index >= start) & (points.index < end)]
