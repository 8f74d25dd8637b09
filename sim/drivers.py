"""Drivers: what happens outside the system, as dated data with a source.

Only these carry dates. A driver may be shifted by years or frozen at the first year of the run, so that what it causes
can be told from what would have happened anyway.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from sim import tables
from sim.arithmetic import exps, logs
from sim.parameters import parameter

SHIFT: dict[str, Any] = dict(unit="years", low=-10.0, high=20.0, kind="lever")


@dataclass
class DriverSettings:
    """How the dated data are used."""

    frozen: bool = parameter(
        False, unit="", kind="lever", meaning="hold every driver at its value of the first year",
        source="guard of the specification, section 2", moves="changes_of_charter -, threat_2010 -",
    )
    shift_public_money_years: float = parameter(
        0.0, **SHIFT, meaning="move the path of public appropriations, commitments and proposals later",
        source="guard of the specification, section 2", moves="wait_international +, public_money_total_musd -",
    )
    shift_flash_years: float = parameter(
        0.0, **SHIFT, meaning="move the price of flash later",
        source="guard of the specification, section 2", moves="wait_industry_led +, threat_2010 -",
    )
    shift_appetite_years: float = parameter(
        0.0, **SHIFT, meaning="move the appetite for storage and for useful capacity later",
        source="guard of the specification, section 2", moves="revenue_2010_busd -",
    )
    shift_science_years: float = parameter(
        0.0, **SHIFT, meaning="move the first publication of recording principles later",
        source="guard of the specification, section 2", moves="product_density_2020_gb_in2 -",
    )


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of a data file of the package, as written."""
    return tables.rows(name)


def column(name: str, key: str) -> np.ndarray:
    """One column of numbers of a data file."""
    return np.array([float(row[key]) for row in table(name)])


@cache
def _path(name: str, key: str) -> tuple[np.ndarray, np.ndarray]:
    return column(name, "year"), column(name, key)


@cache
def _useful() -> tuple[np.ndarray, np.ndarray]:
    """Years and logs of the smallest useful capacity, years × segments."""
    file = "drivers/smallest_useful_drive.csv"
    segments = ("desktop", "notebook", "handheld", "data_centre")
    return column(file, "year"), logs(np.stack([column(file, f"{segment}_gb") for segment in segments], axis=1))


@lru_cache(maxsize=4096)
def _flash_price(moment: float) -> float:
    years, values = _path("drivers/flash_price.csv", "usd_per_gb")
    return math.exp(np.interp(moment, years, logs(values)))


@lru_cache(maxsize=4096)
def _smallest_useful(moment: float) -> np.ndarray:
    years, useful = _useful()
    place = float(np.clip(moment, years[0], years[-1]))
    left = min(int(np.searchsorted(years, place, side="right")) - 1, len(years) - 2)
    share = (place - years[left]) / (years[left + 1] - years[left])
    return _fixed(exps((1.0 - share) * useful[left] + share * useful[left + 1]))


@lru_cache(maxsize=4096)
def _appetite(age: float, growth_factor: float) -> np.ndarray:
    rows = appetite_table()
    return _fixed(logistic_path(rows["spend"], rows["ceiling"], rows["growth"] * growth_factor, age))


def _fixed(numbers: np.ndarray) -> np.ndarray:
    """An array that nobody may change, because it is handed out again."""
    numbers.flags.writeable = False
    return numbers


class Drivers:
    """The dated data as a rule asks for them, by decimal year."""

    def __init__(self, settings: DriverSettings, first_year: int) -> None:
        self.settings = settings
        self.first_year = first_year
        self.flash_falls: list[tuple[float, float, float]] = []  # since, until, further fall a year: a user's shock
        self._public: dict[tuple[str, str], dict[float, float]] = {}  # public money by year, of a file and key

    def when(self, year: float, shift: float) -> float:
        """The year whose figure holds in `year`, after shifting and freezing."""
        return self.first_year if self.settings.frozen else year - shift

    def public_money(self, file: str, key: str, year: float) -> float:
        """`appropriation_musd`, `proposed_musd` or `storage_commitments_musd` (million US$ a year) of a data file.

        Zero where there is no file.
        """
        if not file:
            return 0.0
        if (file, key) not in self._public:
            rows = sorted(tables.rows(file), key=lambda row: float(row["year"]))
            self._public[file, key] = {float(row["year"]): float(row[key]) for row in rows}
        money, when = self._public[file, key], int(self.when(year, self.settings.shift_public_money_years))
        return money[when] if when in money else float(np.interp(when, list(money), list(money.values())))

    def flash_price(self, year: float) -> float:
        """Price of flash (US$ per GB, nominal), interpolated in logs."""
        price = _flash_price(self.when(year, self.settings.shift_flash_years))
        for since, until, share in self.flash_falls:
            price *= (1.0 - share) ** max(0.0, min(year, until) - since)
        return price

    def smallest_useful_gb(self, year: float) -> np.ndarray:
        """Capacity below which buyers of each disk segment would not buy (GB), interpolated in logs."""
        return _smallest_useful(self.when(year, self.settings.shift_appetite_years))

    def appetite_busd(self, year: float, growth_factor: float = 1.0) -> np.ndarray:
        """What each segment would spend at the first price (billion US$): a logistic path through the table's year."""
        return _appetite(self.age(self.when(year, self.settings.shift_appetite_years)), growth_factor)

    @staticmethod
    def age(year: float) -> float:
        """Years since the one whose appetite and cost of a drive are declared, whenever the run begins."""
        return year - float(appetite_table()["year"][0])

    def published(self, years: np.ndarray, now: float) -> np.ndarray:
        """Which recording principles have been published by now."""
        return years <= self.when(now, self.settings.shift_science_years)


def logistic_path(start: np.ndarray, ceiling: np.ndarray, growth: np.ndarray, age: float) -> np.ndarray:
    """Verhulst's logistic from `start` at age 0 towards `ceiling` at rate `growth` a year.

    >>> float(logistic_path(np.array([1.0]), np.array([4.0]), np.array([0.5]), 2.0)[0].round(4))
    1.9015
    """
    return ceiling / (1 + (ceiling / start - 1) * exps(-growth * age))


@cache
def appetite_table() -> dict[str, np.ndarray]:
    """The declared appetite, column by column; the four disk segments come first."""
    file = "drivers/appetite.csv"
    numbers = {"year": "year", "spend": "spend_busd", "ceiling": "ceiling_busd", "growth": "growth_per_year", "area": "area_in2",
               "cost": "cost_multiple", "advantage": "flash_advantage"}  # fmt: skip
    return {key: column(file, name) for key, name in numbers.items()}
