"""Demand for capacity by segment, what a drive costs, and what flash takes."""

import math
from bisect import bisect_left
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from sim.compiled import compiled
from sim.drivers import Drivers, appetite_table
from sim.fitted import fitted
from sim.parameters import Prior, parameter
from sim.population import FLASH, MEDIA

DISK_SEGMENTS = 4  # the first rows of the appetite table
GIGABITS_PER_GIGABYTE = 8.0


@dataclass
class Demand:
    """What buyers want."""

    price_elasticity: float = parameter(
        1.05, unit="", low=0.8, high=1.4, kind="uncertainty",
        source="revenue stayed within US$20-34 bn while prices fell (drive_market.csv)",
        meaning="elasticity of the capacity bought with respect to the price of a gigabyte",
        moves="units_2010_million +",
    )
    appetite_growth: float = parameter(
        1.0, unit="times", low=0.6, high=1.6, kind="uncertainty", source="no series in the record: declared",
        meaning="growth of the appetite of every segment, times the declared growth", moves="units_2010_million +",
    )
    drive_cost_1991_usd: float = parameter(
        430.0, unit="US$", low=200.0, high=700.0, kind="constant",
        source="revenue over units 1992 (drive_market.csv) less margin",
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
        meaning="whether flash exists as a rival", moves="flash_unit_share_2020 +, threat_2010 +",
    )
    price_factor: float = parameter(
        1.0, unit="times", low=0.1, high=10.0, kind="lever", source="flash_prices.csv is 1",
        meaning="price of flash, times the record", moves="flash_unit_share_2020 -, threat_2010 -",
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
    horizon_years: float = fitted(
        "flash.horizon_years", unit="years", low=2.0, high=20.0, source="time from concept to product (F70), lower half",
        meaning="how far ahead firms look for the crossover of flash and drive", moves="threat_2010 +",
        prior=Prior(8, 16, "eight to sixteen years: the time from concept to product is 8 to 20 (F70)"),
    )


@compiled
def flash_choice(drive_usd, flash_usd, advantage, taste):
    """Share of buyers who prefer flash: a binary logit on the log ratio of prices plus what flash does better.

    >>> round(float(flash_choice(50.0, 100.0, 0.1, 2.5)), 4)
    0.185
    """
    return 1.0 / (1.0 + np.exp(-taste * (np.log(drive_usd / flash_usd) + advantage)))


@compiled
def buyers_choose(drive_usd, density, flash_usd_per_gb, cost_multiple, area, advantage, useful_gb, appetite, opening, price_first,
                  flash_share, spend, units, log_ratio, elasticity, taste, converts):  # fmt: skip
    """Segment by segment: what a drive holds and costs, what part goes over to flash, what is spent, how many are bought.

    `spend` (billion US$ a year), `units` (million a year), `flash_share` and `log_ratio` are written; where there is no
    flash its price is zero. Returns the capacity sold (EB a year), the buyers' gain (billion US$ a year) and the share of all
    devices that flash serves.
    """
    sold, gain, devices, on_flash = 0.0, 0.0, 0.0, 0.0
    for segment in range(len(area)):
        drive = drive_usd * cost_multiple[segment]
        capacity = max(area[segment] * density / GIGABITS_PER_GIGABYTE, useful_gb[segment])
        if opening:
            price_first[segment] = drive / capacity
        if flash_usd_per_gb > 0.0:
            flash = flash_usd_per_gb * useful_gb[segment]
            wanted = flash_choice(drive, flash, advantage[segment], taste)
            flash_share[segment] += converts * (wanted - flash_share[segment])
            log_ratio[segment] = np.log(drive / flash) + advantage[segment]
        price = drive / capacity / price_first[segment]
        spend[segment] = appetite[segment] * price ** (1.0 - elasticity) * (1.0 - flash_share[segment])
        units[segment] = 1e3 * spend[segment] / drive
        sold += units[segment] * capacity / 1e3
        gain += consumer_gain(appetite[segment], price, elasticity)
        share = flash_share[segment]
        if share < 1.0 - 1e-6:
            devices += units[segment] / (1.0 - share)
            on_flash += units[segment] / (1.0 - share) * share
    return sold, gain, on_flash / max(devices, 1e-9)


class Market:
    """Segments of demand, quarter by quarter."""

    slump = 1.0  # what a recession that a user imposes leaves of the appetite

    def __init__(self, demand: Demand, flash: Flash, drivers: Drivers) -> None:
        self.demand, self.flash, self.drivers = demand, flash, drivers
        self.media = MEDIA if flash.available else tuple(medium for medium in MEDIA if medium != MEDIA[FLASH])  # that exist
        table = appetite_table()
        self.area, self.cost_multiple = table["area"][:DISK_SEGMENTS], table["cost"][:DISK_SEGMENTS]
        self.advantage = table["advantage"][:DISK_SEGMENTS]
        self.flash_share = np.zeros(DISK_SEGMENTS)
        self.log_ratio: list[tuple[float, np.ndarray]] = []  # when, log of drive price over flash price, per segment
        self.price_first: np.ndarray | None = None  # US$ per GB in the first quarter
        self.spend = np.zeros(len(table["spend"]))  # billion US$ a year per segment, what is bought
        self.units = np.zeros(DISK_SEGMENTS)  # million a year
        self.revenue_busd = 0.0  # what buyers pay for drives, a year
        self.flash_unit_share = 0.0  # of the devices of all disk segments
        self.capacity_eb = 0.0
        self.price_per_gb = 0.0
        self.consumer_gain_busd = 0.0  # this quarter, against the price of the first quarter

    def component_cost(self, year: float) -> float:
        """Cost of a desktop drive (US$): an exponential approach to its floor."""
        told, age = self.demand, self.drivers.age(self.drivers.when(year, 0.0))
        above = told.drive_cost_1991_usd - told.drive_cost_floor_usd
        return told.drive_cost_floor_usd + above * math.exp(-told.cost_decline_per_year * age)

    def clear(self, year: float, density: float, markup: float, years: float) -> None:
        """Buyers buy capacity in every segment; flash takes its part over a span of `years`.

        `density` (Gb/in2) is that of the average drive sold, `markup` the price over cost.
        """
        appetite = self.drivers.appetite_busd(year, self.demand.appetite_growth)
        if self.slump != 1.0:
            appetite = self.slump * appetite
        opening = self.price_first is None
        if opening:
            self.price_first = np.zeros(DISK_SEGMENTS)
        flash_usd = self.flash.price_factor * self.drivers.flash_price(year) if self.flash.available else 0.0
        self.spend, self.units, log_ratio = appetite.copy(), np.zeros(DISK_SEGMENTS), np.zeros(DISK_SEGMENTS)
        self.capacity_eb, gain, self.flash_unit_share = buyers_choose(
            self.component_cost(year) * (1.0 + markup), density, flash_usd, self.cost_multiple, self.area, self.advantage,
            self.drivers.smallest_useful_gb(year), appetite, opening, self.price_first, self.flash_share, self.spend, self.units,
            log_ratio, self.demand.price_elasticity, self.flash.taste,
            1.0 - math.exp(-self.flash.conversion_per_year * years))  # fmt: skip
        if self.flash.available:
            self.log_ratio.append((year, log_ratio))
        self.revenue_busd = sum(self.spend[:DISK_SEGMENTS].tolist())
        self.price_per_gb = self.revenue_busd / max(self.capacity_eb, 1e-12)
        self.consumer_gain_busd = years * gain

    def expected_loss(self) -> float:
        """Share of today's drive revenue in segments that firms expect flash to take within their horizon.

        The trend of the log price ratio over the last years is carried forward; a segment counts the more, the
        sooner the crossover is expected.
        """
        if len(self.log_ratio) < 2:
            return 0.0
        now_year, now = self.log_ratio[-1]
        then_year, then = self.log_ratio[bisect_left(self.log_ratio, now_year - self.flash.trend_years, key=itemgetter(0))]
        years = max(now_year - then_year, 0.25)
        return float(revenue_at_risk(now, then, years, self.flash.horizon_years, self.spend, self.flash_share))


@compiled
def revenue_at_risk(now, then, years, horizon, spend, flash_share):
    """The share of `expected_loss`, from the log price ratios now and `years` ago, segment by segment."""
    lost, whole = 0.0, 0.0
    for segment in range(len(now)):
        before_flash = spend[segment] / max(1.0 - flash_share[segment], 1e-3)
        lost += crossover_risk(now[segment], (now[segment] - then[segment]) / years, horizon) * before_flash
        whole += before_flash
    return lost / whole


@compiled
def crossover_risk(log_ratio, trend, horizon):
    """One where flash is already cheaper, falling linearly to zero where the crossover lies beyond the horizon.

    `log_ratio` is the log of drive over flash price, `trend` its change a year, `horizon` in years.

    >>> crossover_risk(-2.0, 0.4, 10.0), crossover_risk(0.5, 0.1, 10.0), crossover_risk(-2.0, -0.1, 10.0)
    (0.5, 1.0, 0.0)
    """
    if log_ratio >= 0.0:
        return 1.0
    wait = -log_ratio / trend if trend > 1e-9 else np.inf
    return max(1.0 - wait / horizon, 0.0)


@compiled
def consumer_gain(appetite_busd, relative_price, elasticity):
    """Consumer surplus (billion US$ a year) against the first price, under constant elasticity.

    The area under the demand curve between the two prices: appetite × (1 - p^(1-e)) / (1-e), or its limit at e = 1.

    >>> round(float(consumer_gain(10.0, 0.5, 1.0)), 3)
    6.931
    """
    if abs(elasticity - 1.0) < 1e-9:
        return -appetite_busd * np.log(relative_price)
    return appetite_busd * (1.0 - relative_price ** (1.0 - elasticity)) / (1.0 - elasticity)
