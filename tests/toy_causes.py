"""Worlds whose causes are known, for tests of attribution; a module, so that spawned workers can import it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.records.record import Record
from sim.studies.attribution import Attribution, Cause, attribute

HORIZON = 35.0


@dataclass
class ToyWorld:
    """Three causes that may be at work (1) or not (0); `noise` makes seeds differ; `place` holds the file `calm`."""

    money: float = 1.0
    firms: float = 1.0
    idle: float = 1.0
    noise: float = 0.0
    place: str = ""


def compose(overrides: Sequence[str] = ()) -> ToyWorld:
    """Read `name=value` overrides."""
    world = ToyWorld()
    for override in overrides:
        name, value = override.split("=", 1)
        setattr(world, name, type(getattr(world, name))(value))
    return world


def history(world: ToyWorld, seed: int) -> Record:
    """Founding always; opening 8 years sooner by money, 4 by firms; the industry leads by both together, 10 years sooner."""
    luck = world.noise * (seed % 5 - 2)
    waits = {
        "national": 1.0,
        "international": 20.0 - 8.0 * world.money - 4.0 * world.firms + luck,
        "industry_led": 20.0 + luck if world.money and world.firms else HORIZON,
        "bi_national": HORIZON,
    }
    years = {name: 1991.0 + wait if wait < HORIZON else float("nan") for name, wait in waits.items()}
    told = {f"wait_{name}": wait for name, wait in waits.items()} | {f"year_{name}": year for name, year in years.items()}
    return Record(seed=seed, stages=[("national", 1992.0, 2026.0)], outcomes=told)


def idle_in_even_seeds(world: ToyWorld, seed: int) -> Record:
    """As `history`; where idle is at work it acts in odd seeds (opening a year sooner), and the outcome `acted` tells."""
    simulated.append((world.money, world.firms, world.idle, seed))
    record = history(world, seed)
    acted = float(world.idle and seed % 2)
    record.outcomes["wait_international"] -= acted
    record.outcomes["year_international"] -= acted
    return replace(record, outcomes=record.outcomes | {"acted": acted})


simulated: list[tuple[float, float, float, int]] = []  # what was simulated in this process


def interrupted(world: ToyWorld, seed: int) -> Record:
    """As `history`, but at seed 5003 the user presses Ctrl-C, unless the file `calm` is there."""
    if seed == 5003 and not (Path(world.place) / "calm").exists():
        raise KeyboardInterrupt
    return history(world, seed)


def unlucky(world: ToyWorld, seed: int) -> Record:
    """As `history`, but seed 5002 fails where money is away."""
    if seed == 5002 and not world.money:
        raise ValueError("no luck")
    return history(world, seed)


MONEY, FIRMS, IDLE = (Cause(name, name, (f"{name}=0",)) for name in ("money", "firms", "idle"))


def made(place: Path, causes=(MONEY, FIRMS, IDLE), seeds: int | None = 6, **how) -> Attribution:
    """An attribution of toy worlds, in this process."""
    return attribute(place, causes, seeds, **{"processes": 1, "compose": compose, "simulate": history} | how)
