"""Demand for capacity by segment, what a drive costs, and what flash takes."""

import math
from dataclasses import dataclass

import numpy as np

from sim.drivers import Drivers, appetite_table
from sim.parameters import parameter

DISK_SEGMENTS = 4  # the first rows of the appetite table
GIGABITS_PER_GIGABYTE = 8.0


@dataclass
class Demand:
    """What buyers want."""

    price_elasticity: float = parameter(
        1.05, unit="", low=0.8, high=1.4, kind="uncertainty", source="revenue stayed within US$20-34 bn while prices fell (drive_market.csv)",
        meaning="elasticity of the capacity bought with respect to the price of a gigabyte",
        moves="units_2010_million +",
    )
    appetite_growth: float = parameter(
        1.0, unit="times", low=0.6, high=1.6, kind="uncertainty", source="no series in the record: declared",
        meaning="growth of the appetite of every segment, times the declared growth", moves="units_2010_million +",
    )
    drive_cost_1991_usd: float = parameter(
        430.0, unit="US$", low=200.0, high=700.0, kind="constant", source="revenue over units 1992 (drive_market.csv) less margin",
        meaning="cost of the components of a desktop drive in 1991", moves="units_2000_million -",
    )
    drive_cost_floor_usd: float = parameter(
        20.0, unit="US$", low=10.0, high=60.0, kind="constant", source="revenue over units 2010 (drive_market.csv) less margin",
        meaning="cost below which the components of a drive cannot fall", moves="units_2010_million -",
    )
    cost_decline_per_year: float = parameter(
        0.17, unit="a year", low=0.08, high=0.25, kind="constant", source="revenue over units 1992-2010 (drive_market.csv)",
        meaning="rate at which the cost of a drive's components nears its floor, whoever makes it",
        moves="units_2010_million +",
    )


@dataclass
class Flash:
    """Flash as a rival of the drive."""

    available: bool = parameter(
        True, unit="", kind="lever", source="specification, section 11, direction 3",
        meaning="whether flash exists as a rival", moves="flash_unit_share_2020 +",
    )
    price_factor: float = parameter(
        1.0, unit="times", low=0.1, high=10.0, kind="lever", source="flash_prices.csv is 1",
        meaning="price of flash, times the record", moves="flash_unit_share_2020 -",
    )
    taste: float = parameter(
        3.5, unit="", low=0.5, high=8.0, kind="uncertainty", source="assumption: discrete choice",
        meaning="how sharply buyers answer to the log ratio of the prices", moves="flash_unit_share_2020 +",
    )
    conversion_per_year: float = parameter(
        0.55, unit="a year", low=0.1, high=1.0, kind="uncertainty", source="assumption: three-year life of designs",
        meaning="share of a segment that can change over in a year", moves="flash_unit_share_2020 +",
    )
    trend_years: float = parameter(
        6.0, unit="years", low=1.0, high=10.0, kind="uncertainty", source="assumption",
        meaning="span over which firms read the trend of the two prices", moves="threat_2010 +",
    )
    horizon_years: float = parameter(
        12.0, unit="years", low=2.0, high=20.0, kind="uncertainty", source="time from concept to product (F70), lower half",
        meaning="how far ahead firms look for the crossover of flash and drive", moves="threat_2010 +",
    )


def flash_choice(drive_usd: np.ndarray, flash_usd: np.ndarray, advantage: np.ndarray, taste: float) -> np.ndarray:
    """Share of buyers who prefer flash: a binary logit on the log ratio of prices plus what flash does better.

    >>> flash_choice(np.array([50.0]), np.array([100.0]), np.array([0.1]), 2.5).round(4)
    array([0.185])
    """
    return 1.0 / (1.0 + np.exp(-taste * (np.log(drive_usd / flash_usd) + advantage)))


class Market:
    """Segments of demand, quarter by quarter."""

    def __init__(self, demand: Demand, flash: Flash, drivers: Drivers) -> None:
        self.demand, self.flash, self.drivers = demand, flash, drivers
        self.first_year = drivers.first_year
        table = appetite_table()
        self.area, self.cost_multiple = table["area"][:DISK_SEGMENTS], table["cost"][:DISK_SEGMENTS]
        self.advantage = table["advantage"][:DISK_SEGMENTS]
        self.flash_share = np.zeros(DISK_SEGMENTS)
        self.log_ratio: list[tuple[float, np.ndarray]] = []  # when, log of drive price over flash price, per segment
        self.price_first: np.ndarray | None = None  # US$ per GB in the first quarter
        self.spend = np.zeros(len(table["spend"]))  # billion US$ a year per segment, what is bought
        self.units = np.zeros(DISK_SEGMENTS)  # million a year
        self.capacity_eb = 0.0
        self.price_per_gb = 0.0
        self.consumer_gain_busd = 0.0  # this quarter, against the price of the first quarter

    def component_cost(self, year: float) -> float:
        """Cost of a desktop drive (US$): an exponential approach to its floor."""
        told, age = self.demand, self.drivers.when(year, 0.0) - self.first_year
        above = told.drive_cost_1991_usd - told.drive_cost_floor_usd
        return told.drive_cost_floor_usd + above * math.exp(-told.cost_decline_per_year * max(0.0, age))

    def clear(self, year: float, density: float, markup: float, years: float) -> None:
        """Buyers buy capacity in every segment; flash takes its part over a span of `years`.

        `density` (Gb/in2) is that of the average drive sold, `markup` the price over cost.
        """
        drive = self.component_cost(year) * self.cost_multiple * (1.0 + markup)  # US$ a drive
        capacity = np.maximum(self.area * density / GIGABITS_PER_GIGABYTE, self.drivers.smallest_useful_gb(year))
        per_gb = drive / capacity
        if self.price_first is None:
            self.price_first = per_gb
        self._convert_to_flash(year, drive, years)
        appetite = self.drivers.appetite_busd(year, self.demand.appetite_growth)
        cheaper = (per_gb / self.price_first) ** (1.0 - self.demand.price_elasticity)
        self.spend = appetite.copy()
        self.spend[:DISK_SEGMENTS] *= cheaper * (1.0 - self.flash_share)
        self.units = 1e3 * self.spend[:DISK_SEGMENTS] / drive
        self.capacity_eb = float((self.units * capacity).sum()) / 1e3
        self.price_per_gb = float(self.spend[:DISK_SEGMENTS].sum() / max(self.capacity_eb, 1e-12))
        self.consumer_gain_busd = years * float(consumer_gain(appetite[:DISK_SEGMENTS], per_gb / self.price_first,
                                                              self.demand.price_elasticity).sum())  # fmt: skip

    def _convert_to_flash(self, year: float, drive_usd: np.ndarray, years: float) -> None:
        if not self.flash.available:
            return
        useful = self.drivers.smallest_useful_gb(year)
        flash_usd = self.flash.price_factor * self.drivers.flash_price(year) * useful
        wanted = flash_choice(drive_usd, flash_usd, self.advantage, self.flash.taste)
        self.flash_share += (1.0 - math.exp(-self.flash.conversion_per_year * years)) * (wanted - self.flash_share)
        self.log_ratio.append((year, np.log(drive_usd / flash_usd) + self.advantage))

    @property
    def revenue_busd(self) -> float:
        """What buyers pay for drives, billion US$ a year."""
        return float(self.spend[:DISK_SEGMENTS].sum())

    @property
    def flash_unit_share(self) -> float:
        """Share of the devices of all disk segments that flash serves."""
        kept = 1.0 - self.flash_share
        wanted = np.divide(self.units, kept, out=np.zeros_like(kept), where=kept > 1e-6)
        return float((wanted * self.flash_share).sum() / max(wanted.sum(), 1e-9))

    def expected_loss(self) -> float:
        """Share of today's drive revenue in segments that firms expect flash to take within their horizon.

        The trend of the log price ratio over the last years is carried forward; a segment counts the more, the
        sooner the crossover is expected.
        """
        if len(self.log_ratio) < 2:
            return 0.0
        now_year, now = self.log_ratio[-1]
        then_year, then = next(pair for pair in self.log_ratio if pair[0] >= now_year - self.flash.trend_years)
        trend = (now - then) / max(now_year - then_year, 0.25)
        risk = crossover_risk(now, trend, self.flash.horizon_years)
        before_flash = self.spend[:DISK_SEGMENTS] / np.maximum(1.0 - self.flash_share, 1e-3)
        return float((risk * before_flash).sum() / before_flash.sum())


def crossover_risk(log_ratio: np.ndarray, trend: np.ndarray, horizon: float) -> np.ndarray:
    """One where flash is already cheaper, falling linearly to zero where the crossover lies beyond the horizon.

    `log_ratio` is the log of drive over flash price, `trend` its change a year, `horizon` in years.

    >>> crossover_risk(np.array([-2.0, 0.5, -2.0]), np.array([0.4, 0.1, -0.1]), 10.0)
    array([0.5, 1. , 0. ])
    """
    wait = np.where(trend > 1e-9, -log_ratio / np.maximum(trend, 1e-9), np.inf)
    wait = np.where(log_ratio >= 0, 0.0, wait)
    return np.clip(1.0 - wait / horizon, 0.0, 1.0)


def consumer_gain(appetite_busd: np.ndarray, relative_price: np.ndarray, elasticity: float) -> np.ndarray:
    """Consumer surplus (billion US$ a year) against the first price, under constant elasticity.

    The area under the demand curve between the two prices: appetite × (1 - p^(1-e)) / (1-e), or its limit at e = 1.

    >>> consumer_gain(np.array([10.0]), np.array([0.5]), 1.0).round(3)
    array([6.931])
    """
    if abs(elasticity - 1.0) < 1e-9:
        return -appetite_busd * np.log(relative_price)
    return appetite_busd * (1.0 - relative_price ** (1.0 - elasticity)) / (1.0 - elasticity)
