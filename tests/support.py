"""Histories for tests that compare many: made once for each setting and seed, on all cores, and kept.

What is kept is named by the hash of all that went in (settings, seed, code, data), so a change of the model
makes everything anew. Twins share their seeds: a treatment is judged by the differences, seed by seed.
"""

import functools
import getpass
import hashlib
import itertools
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.records import provenance
from sim.records.outcomes import outcomes_of
from sim.settings import Settings
from sim.studies.workers import processors, work_through

SEEDS = range(2001, 2049)  # nobody looked at these when numbers were chosen
Numbers = dict[str, float]
Measure = Callable[[Settings, int], Numbers]
YOUNG, OLD = range(2, 10), range(10, 20)  # years since the founding of a consortium


# -- what is measured of one history -----------------------------------------------------------------------


def history(settings: Settings, seed: int) -> Numbers:
    """Run one history: its outcomes, and what the guards ask for beside them."""
    model = ConsortiumModel(settings, seed).run()
    return outcomes_of(model) | stage_changes(model) | changes_by_age(model) | exits_by_reason(model)


def stage_changes(model: ConsortiumModel) -> Numbers:
    """Changes of the recognised stage after the lineage has begun; its end counts too."""
    stages = model.stage_by_month()
    first = next((month for month, stage in enumerate(stages) if stage), len(stages))
    later = stages[first:]
    return {"stage_changes": float(sum(a != b for a, b in itertools.pairwise(later)))}


def changes_by_age(model: ConsortiumModel) -> Numbers:
    """Changes of charter by vote and years lived, for consortia of 2 to 10 and of 10 to 20 years."""
    founded = {body.name: body.founded for body in model.all_bodies}
    ages = [(row[0] - founded[row[2]]) // 12 for row in model.ledger.of("charter_changed")]
    lived = [(model.month if body.ended is None else body.ended) - body.founded for body in model.all_bodies]
    told: Numbers = {}
    for name, span in (("young", YOUNG), ("old", OLD)):
        told[f"changes_{name}"] = float(sum(age in span for age in ages))
        told[f"years_{name}"] = (
            sum(min(max(0, months - 12 * span.start), 12 * len(span)) for months in lived) / 12.0
        )
    return told


COSTS_OF_ALL = ("fee", "bother")  # what every membership costs, whatever the firm's business


def exits_by_reason(model: ConsortiumModel) -> Numbers:
    """Exits, and those whose heaviest reason beside the costs of any membership is business out of scope."""
    reasons = [row[5].get("terms", {}) for row in model.ledger.of("left")]
    own = [{name: term for name, term in terms.items() if name not in COSTS_OF_ALL} for terms in reasons]
    away = sum(min(terms, key=terms.get) == "mismatch" for terms in own if len(terms) > 1)
    return {"exits_to_other_business": float(away), "exits": float(len(reasons))}


# -- many histories ----------------------------------------------------------------------------------------


def many(
    overrides: Sequence[str], seeds: Iterable[int] = SEEDS, measure: Measure = history
) -> dict[str, np.ndarray]:
    """The numbers of the histories of `seeds` under `overrides`: arrays in the order of the seeds."""
    settings, seeds = compose(list(overrides)), list(seeds)
    missing = [(settings, seed, measure) for seed in seeds if not _file(settings, seed, measure).exists()]
    here = "PYTEST_XDIST_WORKER" in os.environ  # other workers are busy with other tests
    for settings_of, seed, told in work_through(
        missing, _task, 1 if here else processors(), lost=_lost, notice=print
    ):
        _keep(_file(settings_of, seed, measure), told)
    rows = [json.loads(_file(settings, seed, measure).read_text(encoding="utf-8")) for seed in seeds]
    return {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}


def _task(task: tuple[Settings, int, Measure]) -> tuple[Settings, int, Numbers]:
    settings, seed, measure = task
    return settings, seed, measure(settings, seed)


def _lost(task: tuple, reason: str) -> None:
    raise RuntimeError(f"the history of seed {task[1]} was lost: {reason}")


def _file(settings: Settings, seed: int, measure: Measure) -> Path:
    inputs = provenance.inputs(provenance_of(settings)) | {
        "seed": seed,
        "measure": measure.__qualname__,
        "tests": _own_code(),
    }
    return _folder() / f"{provenance.hash_of(inputs)}.json"


def provenance_of(settings: Settings) -> dict:
    """The settings as plain values."""
    from sim.configuration import resolved

    return resolved(settings)


@functools.cache
def _own_code() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"consortium-histories-{getpass.getuser()}"
    folder.mkdir(exist_ok=True)
    return folder


def _keep(path: Path, told: Numbers) -> None:
    """Write whole or not at all: another worker may be at the same history."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(told), encoding="utf-8")
    os.replace(partial, path)


# -- comparing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """The mean of paired differences with its 95 % interval, beside the two means."""

    name: str
    base: float
    treated: float
    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.base:.3g} -> {self.treated:.3g}, difference {self.mean:+.3g} "
            f"(95 % {self.low:+.3g} to {self.high:+.3g})"
        )

    @property
    def up(self) -> bool:
        """Whether the treated lies higher beyond doubt."""
        return self.low > 0

    @property
    def down(self) -> bool:
        """Whether the treated lies lower beyond doubt."""
        return self.high < 0


def difference(base: dict[str, np.ndarray], treated: dict[str, np.ndarray], name: str) -> Difference:
    """Treated minus base, seed by seed; seeds in which one of them does not apply are left out."""
    return paired(base[name], treated[name], name)


def paired(base: np.ndarray, treated: np.ndarray, name: str = "") -> Difference:
    """The mean of `treated - base` with its 95 % interval by Student's t."""
    both = ~(np.isnan(base) | np.isnan(treated))
    one, other = base[both], treated[both]
    each = other - one
    count = len(each)
    if count < 2:
        return Difference(name, math.nan, math.nan, math.nan, -math.inf, math.inf)
    half = stats.t.ppf(0.975, count - 1) * each.std(ddof=1) / math.sqrt(count)
    mean = float(each.mean())
    return Difference(name, float(one.mean()), float(other.mean()), mean, mean - half, mean + half)
