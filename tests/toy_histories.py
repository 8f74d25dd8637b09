"""Histories that cost nothing, for tests of studies; a module, so that spawned workers can import it."""

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.records.record import Record

MONTHS = 24
OUTCOMES = 150


@dataclass
class ToySettings:
    """Stands for the settings of the model; `place` is where deadly runs leave their traces."""

    slope: float = 1.0
    fails: bool = False
    place: str = ""


def compose(overrides: Sequence[str] = ()) -> ToySettings:
    """Read `name=value` overrides."""
    settings = ToySettings()
    for override in overrides:
        name, value = override.split("=", 1)
        setattr(settings, name, type(getattr(settings, name))(value))
    return settings


def history(settings: ToySettings, seed: int) -> Record:
    """A straight line with a seed for its height; seed 13 of a failing point has no luck."""
    if settings.fails and seed == 13:
        raise ValueError("no luck\nat all")
    months = np.arange(MONTHS)
    return Record(
        seed=seed,
        series={
            "month": months,
            "year": 1991 + months / 12,
            "members": seed + settings.slope * months,
            "stage": ["national"] * MONTHS,
        },
        events={
            "month": np.array([seed % 12]), "year": np.array([1991.0]), "kind": ["joined"], "who": ["A"],
            "whom": [""], "why": ["It pays."], "terms": ["{}"],
        },
        stages=[("national", 1991.0, 1993.0)],
        outcomes={"members_mean": seed + settings.slope * 11.5, "never": float("nan")},
    )  # fmt: skip


def dies_once(settings: ToySettings, seed: int) -> Record:
    """As `history`, but the process of seed 3 is killed the first time."""
    trace = Path(settings.place) / "died"
    if seed == 3 and not trace.exists():
        trace.touch()
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return history(settings, seed)


def dies_always(settings: ToySettings, seed: int) -> Record:
    """As `history`, but seed 3 ends its process whenever it is tried."""
    if seed == 3:
        os._exit(17)
    return history(settings, seed)


def counts(settings: ToySettings, seed: int) -> Record:
    """As `history`, leaving a trace for each run made."""
    (Path(settings.place) / f"made-{seed}-{os.urandom(4).hex()}").touch()
    return history(settings, seed)


def interrupted(settings: ToySettings, seed: int) -> Record:
    """As `history`, but at seed 5 the user presses Ctrl-C, unless the file `calm` is there."""
    if seed == 5 and not (Path(settings.place) / "calm").exists():
        raise KeyboardInterrupt
    return counts(settings, seed)


def another_shape(settings: ToySettings, seed: int) -> Record:
    """As `history`, but seed 2 has one series more."""
    record = history(settings, seed)
    if seed == 2:
        record.series["surplus"] = record.series["members"]
    return record


def slow(settings: ToySettings, seed: int) -> Record:
    """As `history`, in some milliseconds, leaving the number of its process."""
    (Path(settings.place) / f"worker-{os.getpid()}").touch()
    time.sleep(0.01)
    return history(settings, seed)


def waits(settings: ToySettings, seed: int) -> Record:
    """As `history`, but seed 3 says which process it is in and waits there, the first time."""
    trace = Path(settings.place) / "waiting"
    if seed == 3 and not trace.exists():
        partial = trace.with_suffix(".partial")
        partial.write_text(str(os.getpid()))
        partial.rename(trace)
        time.sleep(600)
    return history(settings, seed)


def bare(settings: ToySettings, seed: int) -> Record:
    """Outcomes alone, as many as the model has: what a run costs beyond its history."""
    outcomes = {f"outcome_{number}": seed + settings.slope * number for number in range(OUTCOMES)}
    return Record(seed=seed, stages=[("national", 1991.0, 1993.0)], outcomes=outcomes)
