"""Where the histories of a report card come from: the point behind the defaults and draws from the posterior."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sim.parameters import SettingError, declared, did_you_mean
from sim.records.files import OutputError
from sim.settings import Settings
from sim.studies.calibration.posterior import MANIFEST, SAMPLE, SHIPPED, TRACE, Posterior, load_posterior
from sim.studies.design import Point

SEED = 2016
"""The seed of the draws from the posterior."""


@dataclass(frozen=True)
class Sample:
    """The points that a report card is made at, and the calibration they come from."""

    overrides: tuple[str, ...]
    posterior: Posterior | None
    directory: Path | None
    """Where the calibration lies; None without one."""
    best: dict[str, Any]
    """The point behind the defaults, by parameter; empty for the defaults as shipped."""
    draws: tuple[dict[str, Any], ...]

    def at_best(self) -> Point:
        """The point of the main study."""
        return Point("best" if self.posterior else "defaults", self.overrides, self.best)

    def points(self, *more: str, name: str = "") -> list[Point]:
        """A point a draw, with further overrides under a name."""
        return [Point(f"draw {number:02d}{name}", (*self.overrides, *more), values) for number, values in enumerate(self.draws)]

    @property
    def words(self) -> str:
        """What was drawn, for the report."""
        if self.posterior is None:
            return ("There is no calibration: everything here is at the defaults as shipped. Parameters do not vary, nothing "
                    "is recovered, and no interval holds what is not known of them.")  # fmt: skip
        told = self.posterior
        return (f"The posterior of {self.directory}: {len(told.sample)} weighted points of {len(told.names)} parameters, "
                f"worth {told.effective_size:.0f} equally weighted ones; its best point, and {len(self.draws)} draws from "
                "it.")  # fmt: skip


def sample_of(calibration: Path | None, draws: int, overrides: tuple[str, ...] = ()) -> Sample:
    """The sample of a calibration; None takes the published one where there is one, else the defaults.

    Raises OutputError for a calibration that is asked for and not there, or half written; SettingError for priors outside
    the declared ranges, and for overrides that settle what was calibrated.
    """
    folder = SHIPPED if calibration is None else calibration
    started = [name for name in (SAMPLE, TRACE, MANIFEST) if (folder / name).is_file()]
    if calibration is None and not started:
        return Sample(overrides, None, None, {}, ({},))
    posterior = load_posterior(folder)
    if TRACE not in started:
        raise OutputError(f"{folder} holds half a calibration: there is no {TRACE}; `consortium calibrate` writes it.")
    refuse_priors(posterior, folder)
    settled = next((each for each in overrides if each.partition("=")[0] in posterior.names), None)
    if settled is not None:
        raise SettingError(f"{settled} was calibrated; leave it out, or name a calibration without it.")
    drawn = tuple(values_of(each) for each in posterior.draw(draws, SEED))
    return Sample(overrides, posterior, folder, values_of(posterior.best), drawn)


def values_of(written: tuple[str, ...]) -> dict[str, Any]:
    """Overrides as values by name.

    >>> values_of(("belonging.attention=0.05", "governance.reach=2"))
    {'belonging.attention': 0.05, 'governance.reach': 2}
    """
    pairs = (each.partition("=") for each in written)
    return {name: yaml.safe_load(value) for name, _, value in pairs}


def refuse_priors(posterior: Posterior, folder: Path) -> None:
    """Refuse a calibration of parameters that are not declared, or whose priors leave the declared range. Raises SettingError."""
    known = {each.name: each for each in declared(Settings)}
    for name in posterior.names:
        if name not in known:
            raise SettingError(f"{folder / MANIFEST}: there is no parameter {name}.{did_you_mean(name, known)}")
        told, prior = known[name], posterior.prior(name)
        low, high = float(prior["low"]), float(prior["high"])
        if not low < high:
            raise SettingError(f"{folder / MANIFEST}: the prior of {name} runs from {low:g} to {high:g}; turn it round.")
        if (told.low is not None and low < told.low) or (told.high is not None and high > told.high):
            raise SettingError(f"{folder / MANIFEST}: the prior of {name}, {low:g} to {high:g}, leaves its declared range, "
                               f"{told.range}; calibrate within it, or change the declaration.")  # fmt: skip
