"""The result of a calibration, read from its directory: a weighted sample of parameters, not a point.

The directory holds, all of it text, so that it can be read without this program:

- `posterior.csv`: a row a point that was simulated. Columns: `point` (its name), one column for each calibrated
  parameter under its dotted name, `weight` (they add up to one), `distance` (from the *fit* patterns, in half
  widths of their bands), `seeds` (runs behind the row), then one column for each statistic that is aimed at (`P1`,
  `P2.international`, `P10.1999` …: its mean over the seeds) and for each pattern how far away it is (`away.P1`).
- `trace.csv`: the rounds of the procedure, a row a point of each round: `round`, `kind`, then as above without weights.
- `calibration.yaml`: `parameters` (a mapping of dotted name to low, high, scale, reason: the priors), `procedure`,
  `seeds`, `inputs` (hashes), `versions`, `command`, and `best` (the point behind the defaults, by parameter).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import as_written
from sim.records.files import OutputError

SAMPLE, TRACE, MANIFEST = "posterior.csv", "trace.csv", "calibration.yaml"
SHIPPED = Path("results") / "calibration"
"""Where the published calibration lies in a clone of the repository."""


@dataclass(frozen=True)
class Posterior:
    """A weighted sample of the calibrated parameters, and how it came about."""

    sample: pd.DataFrame
    """A row a point, as `posterior.csv` holds it."""
    manifest: Mapping[str, Any]
    """What `calibration.yaml` tells."""

    @property
    def names(self) -> list[str]:
        """The calibrated parameters by dotted name."""
        return list(self.manifest["parameters"])

    @property
    def weights(self) -> np.ndarray:
        """The weights of the rows; they add up to one."""
        weights = self.sample["weight"].to_numpy(dtype=float)
        return weights / weights.sum()

    @cached_property
    def effective_size(self) -> float:
        """How many equally weighted points the sample is worth: one over the sum of squared weights."""
        return float(1.0 / np.sum(self.weights**2))

    @property
    def best(self) -> tuple[str, ...]:
        """The overrides of the point behind the defaults."""
        return written(self.manifest["best"])

    def draw(self, n: int, seed: int) -> list[tuple[str, ...]]:
        """`n` points as overrides, each as often as its weight asks (systematic resampling), in random order.

        The same `n` and `seed` give the same points. Raises ValueError when `n` is not positive.
        """
        if n < 1:
            raise ValueError(f"{n} points cannot be drawn; ask for one or more")
        chance = np.random.default_rng(seed)
        places = (np.arange(n) + chance.random()) / n
        rows = np.minimum(np.searchsorted(np.cumsum(self.weights), places), len(self.sample) - 1)
        return [written(self.sample.iloc[row][self.names]) for row in chance.permutation(rows)]

    def prior(self, name: str) -> Mapping[str, Any]:
        """The prior of a parameter: low, high, scale (linear or log), reason. Raises KeyError."""
        return self.manifest["parameters"][name]

    def on_unit(self, name: str) -> np.ndarray:
        """A parameter's values as places in its prior: 0 at the low end, 1 at the high end, on the prior's scale."""
        told = self.prior(name)
        low, high, values = told["low"], told["high"], self.sample[name].to_numpy(dtype=float)
        if told["scale"] == "log":
            low, high, values = np.log(low), np.log(high), np.log(values)
        return (values - low) / (high - low)

    def narrowed(self, name: str) -> float:
        """Posterior width over prior width (standard deviations): near 1 the patterns say nothing about it."""
        places = self.on_unit(name)
        mean = float(self.weights @ places)
        return float(np.sqrt(self.weights @ (places - mean) ** 2) * np.sqrt(12.0))


def written(values: Mapping[str, Any] | pd.Series) -> tuple[str, ...]:
    """Parameters by name as overrides."""
    return tuple(f"{name}={as_written(float(value))}" for name, value in values.items())


def load_posterior(directory: str | Path = SHIPPED) -> Posterior:
    """Read a calibration from its directory. Raises OutputError saying what is missing or broken."""
    import yaml

    folder = Path(directory)
    sample, manifest = folder / SAMPLE, folder / MANIFEST
    for path in (sample, manifest):
        if not path.is_file():
            raise OutputError(
                f"{folder} holds no finished calibration: there is no {path.name}; `consortium calibrate` makes it."
            )
    try:
        told = yaml.safe_load(manifest.read_text(encoding="utf-8"))
        rows = pd.read_csv(sample)
        needed = [*told["parameters"], "point", "weight", "distance"]
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise OutputError(f"{folder} holds a calibration that cannot be read: {_first_line(error)}.") from error
    absent = [name for name in needed if name not in rows]
    if absent or rows.empty or not np.isfinite(rows[needed[:-3]].to_numpy(dtype=float)).all():
        what = f"it lacks {', '.join(absent)}" if absent else "rows are missing or cut off"
        raise OutputError(f"{sample} is not whole: {what}; `consortium calibrate` writes it anew.")
    if not (rows["weight"].to_numpy(dtype=float) >= 0).all() or rows["weight"].sum() <= 0:
        raise OutputError(f"{sample} is not whole: weights must be numbers of zero or more, not all zero.")
    return Posterior(rows, told)


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
