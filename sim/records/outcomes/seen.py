"""What outcomes are measured from: the recorder's series, the path of the lineage, the ledger by kind."""

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.records.counted import COUNTED
from sim.records.counting import counted, public_money_by_country
from sim.records.outcomes.stays import Stay, reviews, stays
from sim.records.series import LINEAGE, WORLD

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.model import ConsortiumModel
    from sim.records.events import Ledger

_COLUMNS = {name: column for column, name in enumerate(LINEAGE)}
Event = tuple[int, str, str, str, str, dict[str, Any]]


class ByKind(dict[str, list[Event]]):
    """The events of a kind, put into words when somebody first asks for the kind."""

    def __init__(self, ledger: "Ledger") -> None:
        super().__init__()
        self.ledger = ledger

    def __missing__(self, kind: str) -> list[Event]:
        self[kind] = found = self.ledger.of(kind)
        return found


class Seen:
    """A run as the measures look at it; every part is reckoned once, when first asked for."""

    def __init__(self, model: "ConsortiumModel", stages: list[int], path: dict[int, int]) -> None:
        self.model, self.stages, self.path = model, stages, path
        self.months, self.first_year = model.month, model.first_year

    def __getitem__(self, series: str) -> np.ndarray:
        """A series by month. Raises LookupError where a history was run without its series."""
        return self._counted[series] if series in COUNTED else self._noted[series]

    @cached_property
    def _noted(self) -> dict[str, np.ndarray]:
        """The series that the recorder wrote."""
        recorder = self.model.recorder
        found = dict(zip(WORLD, recorder.world[: self.months].T, strict=True))
        found |= dict(zip(LINEAGE, recorder.lineage(self.path)[: self.months].T, strict=True))
        return found | {"stage": np.array(self.stages)}

    @cached_property
    def _counted(self) -> dict[str, np.ndarray]:
        """The series that are counted afterwards."""
        return counted(self)

    @staticmethod
    def column(series: str) -> int:
        """The column of a series of the lineage in the recorder's arrays."""
        return _COLUMNS[series]

    @cached_property
    def there(self) -> np.ndarray:
        """Whether there is a lineage, by month."""
        return np.isin(np.arange(self.months), list(self.path))

    @cached_property
    def bodies(self) -> list["Consortium"]:
        """The consortia that carry the lineage, in the order in which they do."""
        return [self.model.all_bodies[number] for number in dict.fromkeys(self.path.values())]

    @cached_property
    def events(self) -> "ByKind":
        """The ledger by kind."""
        return ByKind(self.model.ledger)

    @cached_property
    def names(self) -> dict[int, str]:
        """Name of the consortium that carries the lineage, by month."""
        return {month: self.model.all_bodies[number].name for month, number in self.path.items()}

    @cached_property
    def stays(self) -> list[Stay]:
        """Unbroken stays of firms in the lineage."""
        return stays(self)

    @cached_property
    def reviews(self) -> dict[int, tuple[float, float]]:
        """What members weighed in favour at their yearly reviews and the fees they then paid (million US$), by tier."""
        return reviews(self)

    @cached_property
    def public_money(self) -> dict[str, float]:
        """Public money awarded (million US$) by the country of who receives it."""
        return public_money_by_country(self)

    def year(self, month: float) -> float:
        """The decimal year at the start of a month."""
        return self.first_year + month / 12.0

    def wait(self, year: float) -> float:
        """Years from the start to a year; the horizon where it never comes."""
        return self.model.months / 12.0 if math.isnan(year) else year - self.first_year

    def in_december(self, series: str, year: int) -> float:
        """A series in December of a year; NaN beyond the run."""
        month = 12 * (year - self.first_year) + 11
        return float(self[series][month]) if 0 <= month < self.months else math.nan

    def over_year(self, series: str, year: int) -> float:
        """The mean of a series over a year; NaN beyond the run."""
        start = 12 * (year - self.first_year)
        return float(self[series][start : start + 12].mean()) if 0 <= start <= self.months - 12 else math.nan

    @staticmethod
    def mean(values: np.ndarray) -> float:
        """The mean; NaN of nothing."""
        return float(values.mean()) if len(values) else math.nan


def ratio(part: float, whole: float) -> float:
    """A share or a ratio; NaN where the whole is nothing."""
    return float(part / whole) if whole > 0 else math.nan
