"""Histories on the recorded path whose parameters, seeds and drivers move them by known amounts, for tests of the report card."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import synthetic_study
import yaml

from sim.records.record import Record

MONTHS = synthetic_study.MONTHS


@dataclass
class ToyBelonging:
    """Moves the dates (years for each 0.01 away from 0.06)."""

    attention: float = 0.06


@dataclass
class ToyMerger:
    """Moves nothing."""

    courtship: float = 0.0015


@dataclass
class ToyWorld:
    """Stands for the settings; `taken` keeps the overrides."""

    belonging: ToyBelonging = field(default_factory=ToyBelonging)
    merger: ToyMerger = field(default_factory=ToyMerger)
    taken: tuple[str, ...] = ()


def compose(overrides: Sequence[str] = ()) -> ToyWorld:
    """Keep the overrides as they are."""
    return ToyWorld(taken=tuple(overrides))


def history(world: ToyWorld, seed: int) -> Record:
    """Dates late by the parameter and by luck, and by money that comes later; surplus by the makers that may merge."""
    chance = np.random.default_rng(seed)
    late = 100.0 * (world.belonging.attention - 0.06) + chance.uniform(-0.5, 0.5)
    late += 3.0 * any("shift_public_money" in each for each in world.taken)
    outcomes, series, events, stages = synthetic_study._history(seed, late, chance, MONTHS, 0.5)
    fewest = next((float(each.split("=")[1]) for each in world.taken if each.startswith("merger.fewest_makers")), 3.0)
    told = ("run", "point", "seed")
    stages_of = ("national", "international", "industry_led", "bi_national")
    more = {f"wait_{name}": outcomes[f"year_{name}"] - 1991.0 for name in stages_of}
    more |= {"wait_sister": 4.0 + late, "members_mean": 20.0 + late, "projects_started_total": 300.0, "drive_makers_2010": 5.0,
             "product_density_2020_gb_in2": 1300.0 + late, "consumer_surplus_busd": 700.0 + 10 * np.log(fewest) + 0.1 * late,
             "producer_surplus_busd": 20.0 - fewest + 0.1 * late}  # fmt: skip
    columns = {name: series[name].to_numpy() for name in series if name not in told}
    columns["average_density_gb_in2"] = columns["product_density_gb_in2"] * 0.5
    return Record(
        seed=seed, series=columns,
        events={name: [event[name] for event in events] for name in events[0] if name not in told},
        stages=list(stages[["stage", "start", "end"]].itertuples(index=False, name=None)),
        outcomes={name: float(value) for name, value in outcomes.items() if name not in told} | more,
    )  # fmt: skip


def interrupted(world: ToyWorld, seed: int) -> Record:
    """As `history`, but money that comes later is met by Ctrl-C."""
    if any("shift_public_money" in each for each in world.taken):
        raise KeyboardInterrupt
    return history(world, seed)


def calibration(place: Path, points: int = 40, names: Sequence[str] = ("belonging.attention", "merger.courtship"),
                low: float = 0.04, high: float = 0.08) -> Path:  # fmt: skip
    """A calibration as `sim.studies.calibration.posterior` describes it: the first parameter is known to a tenth."""
    chance = np.random.default_rng(1)
    rows = pd.DataFrame({"point": [f"{row:03d}" for row in range(points)]})
    rows[names[0]] = low + (high - low) * chance.random(points)
    rows[names[1]] = chance.uniform(0.001, 0.003, points)
    off = np.abs(rows[names[0]] - 0.06)
    rows["weight"] = np.exp(-((off / 0.002) ** 2))
    rows["distance"], rows["seeds"] = 100 * off, 3
    priors = {names[0]: {"low": low, "high": high, "scale": "linear", "reason": "a toy"},
              names[1]: {"low": 0.001, "high": 0.003, "scale": "log", "reason": "a toy"}}  # fmt: skip
    place.mkdir(parents=True, exist_ok=True)
    rows.to_csv(place / "posterior.csv", index=False)
    rows.drop(columns="weight").assign(round=0).to_csv(place / "trace.csv", index=False)
    best = {names[0]: 0.06, names[1]: 0.0015}
    (place / "calibration.yaml").write_text(yaml.safe_dump({"parameters": priors, "best": best}), encoding="utf-8")
    return place
