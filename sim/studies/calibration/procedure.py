"""The procedure of a calibration, round by round; every round is a study in the directory, so it may be broken off anywhere.

0. *Prior*: points of a Sobol sequence over all priors, a few common seeds each.
1. *Refinement*, several rounds: an emulator learns what was simulated; points are drawn, some in proportion to the kernel that
   it expects over the prior, more near the points that did best, and simulated.
2. *Posterior*: the last such round, with more seeds; each point weighs what the simulation says over what was expected.
3. *Finalists*: steps away from the nearest point by a linear emulator of its neighbourhood, over more seeds; then *finals*
   over many seeds, in two series. The first sets out from the best finalist (its means within most bands, of equals the
   nearest) and has the middle of all priors beside it, the second from the defaults as shipped; in each the next final sets
   out from the best so far, with shorter steps.
4. *Run-off*: the best points of all finals and the defaults as shipped over seeds that none of them was chosen by, since who
   does best among many has been lucky as well. The point that passes most fit patterns there by their own rules, of equals
   the nearest, may become the defaults.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import Declaration, SettingError
from sim.records import files
from sim.records.files import OutputError
from sim.studies.calibration import priors, targets
from sim.studies.calibration.emulator import Outlook, drawn, fit, outlook
from sim.studies.calibration.weighting import log_kernel
from sim.studies.design import Design, Keep, Point
from sim.studies.engine import run_study
from sim.studies.study import Study

MARK = "procedure.json"
FURTHER = 1000
"""How far the seeds of the run-off lie from the common ones."""
PRIOR, REFINED, POSTERIOR, FINALISTS, FINAL, RUN_OFF = "prior", "refined", "posterior", "finalists", "final", "run-off"


@dataclass(frozen=True)
class Procedure:
    """How much is simulated. Raises SettingError for sizes with which nothing can be learned."""

    points: int = 384
    """Points of the prior."""
    seeds: int = 3
    """Seeds a point of the prior and of the refinement."""
    rounds: int = 4
    """Rounds of refinement."""
    refined: int = 96
    """Points a round of refinement."""
    posterior: int = 96
    """Points of the posterior."""
    posterior_seeds: int = 4
    finalists: int = 10
    finalist_seeds: int = 24
    finals: int = 8
    final: int = 8
    final_seeds: int = 60
    run_off: int = 8
    """Points of the run-off, the defaults as shipped among them; none: the finals decide."""
    run_off_seeds: int = 100
    first_seed: int = 30000
    """Common to all points; far from the seeds on which anything is tested."""
    draw: int = 1
    """The seed of the sampling itself."""

    def __post_init__(self) -> None:
        counts = (self.seeds, self.refined, self.posterior, self.posterior_seeds, self.finalists, self.finals, self.final)
        if self.points < 8 or min(counts) < 1:
            raise SettingError("a calibration needs at least eight points of the prior and one of everything else.")

    @property
    def runs(self) -> int:
        """How many histories it asks for."""
        return sum(points * seeds for _, points, seeds in self.plan())

    def plan(self) -> list[tuple[str, int, int]]:
        """Every round in order: what it is, points, seeds a point."""
        return [(PRIOR, self.points, self.seeds), *[(REFINED, self.refined, self.seeds)] * self.rounds,
                (POSTERIOR, self.posterior, self.posterior_seeds), (FINALISTS, self.finalists, self.finalist_seeds),
                *[(FINAL, self.final, self.final_seeds)] * self.finals,
                *[(RUN_OFF, self.run_off, self.run_off_seeds)] * (self.run_off > 0)]  # fmt: skip

    def seeds_of(self, kind: str, seeds: int) -> tuple[int, ...]:
        """The seeds of a round: common to all but the run-off, whose seeds nothing was chosen by."""
        first = self.first_seed + (FURTHER if kind == RUN_OFF else 0)
        return tuple(range(first, first + seeds))

    @property
    def from_shipped(self) -> int:
        """The final, counted from zero, that sets out from the defaults as shipped; a single final does not."""
        return (self.finals + 1) // 2


@dataclass(frozen=True)
class Round:
    """One round as simulated: a row a point, in the same order everywhere."""

    number: int
    kind: str
    seeds: int
    places: np.ndarray
    expected: np.ndarray
    """Logarithm of the kernel that was expected when the points were drawn; zero for the prior."""
    values: pd.DataFrame
    """Means of the statistics over the seeds."""
    noise: np.ndarray
    """K: variance within a point over the number of seeds, mean over points."""
    passed: pd.DataFrame | None = None
    """Of a final: which fit patterns each point passes by their own rules."""


Say = Callable[[str], None]


@dataclass
class Calibration:
    """A calibration at work in a directory."""

    directory: Path
    procedure: Procedure
    parameters: list[Declaration]
    overrides: tuple[str, ...]
    run: Callable[..., Study]
    say: Say

    def rounds(self) -> list[Round] | None:
        """Make every round that is not there yet, in order; None when broken off."""
        made: list[Round] = []
        for number, (kind, points, seeds) in enumerate(self.procedure.plan()):
            places, expected = self._points(number, kind, points, made)
            place = self.directory / f"round-{number:02d}"
            design = self._design(number, places, self.procedure.seeds_of(kind, seeds))
            study = self.run(design, place, told=f"{kind}, round {number}")
            if not study.complete:
                return None
            made.append(self._round(number, kind, seeds, places, expected, study))
            self.say(self._told(made[-1]))
        return made

    def _design(self, number: int, places: np.ndarray, seeds: tuple[int, ...]) -> Design:
        names = [told.name for told in self.parameters]
        rows = priors.values(places, self.parameters)
        points = [Point(f"{number:02d}-{row:04d}", self.overrides, dict(zip(names, values.tolist(), strict=True)))
                  for row, values in enumerate(rows)]  # fmt: skip
        return Design(points, seeds, Keep(series=True, events=False))

    def _points(self, number: int, kind: str, points: int, made: list[Round]) -> tuple[np.ndarray, np.ndarray]:
        """The places of a round: as kept, or drawn now and kept before anything is simulated."""
        path = self.directory / f"round-{number:02d}.csv"
        if path.is_file():
            return _read_places(path, points, len(self.parameters))
        if kind == PRIOR:
            places, expected = priors.first(self.parameters, points, self.procedure.draw), np.zeros(points)
        else:
            places, expected = self._drawn(kind, points, number, made)
        frame = pd.DataFrame(places, columns=[told.name for told in self.parameters]).assign(expected=expected)
        files.write_text(path, frame.to_csv(index=False, lineterminator="\n"))
        return _read_places(path, points, len(self.parameters))

    def _drawn(self, kind: str, points: int, number: int, made: list[Round]) -> tuple[np.ndarray, np.ndarray]:
        seed, seen = self.procedure.draw + number, np.vstack([each.places for each in made])
        if kind in (FINALISTS, FINAL):
            return self._steps(made, points, seed)
        if kind == RUN_OFF:
            places = np.array(_unlike([priors.shipped(self.parameters), *ranked(made)])[:points])
            return _filled(places, points), np.zeros(points)
        look = outlook_on(made)
        best = seen[np.argsort(-look(seen))[: max(8, len(seen) // 20)]]
        if kind == REFINED:  # a third where the kernel is expected to be large, the rest near what is known to do well
            close = near(made, look, points - points // 3, seed)
            places = np.vstack([drawn(look, len(self.parameters), points // 3, seed, best), close]) if points > 2 else close
        else:
            places = drawn(look, len(self.parameters), points, seed, best)
        return places, look(places)

    def _steps(self, made: Sequence[Round], points: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Steps from where the series of finals has come, the middle of all priors beside those of the first series."""
        finals = [each for each in made if each.kind == FINAL]
        first = self.procedure.from_shipped
        if len(finals) < first:
            beside = [made[0].places[0], _best_so_far(made)]
            return steps(made, beside, points, seed, TRUST / (1 + len(finals)))
        beside = [_best_so_far(finals[first:]) if len(finals) > first else priors.shipped(self.parameters)]
        return steps(made, beside, points, seed, TRUST / (1 + len(finals) - first))

    def _round(self, number: int, kind: str, seeds: int, places: np.ndarray, expected: np.ndarray, study: Study) -> Round:
        rows = targets.statistics(study)
        names = [each.statistic for each in targets.targets()]
        values = targets.by_point(rows)
        lacking = [name for name in study.points if name not in values.index]
        if lacking:
            why = study.failed.iloc[0]["error"] if len(study.failed) else "no run is finished"
            raise OutputError(
                f"{study.directory}: {len(lacking)} points have no finished run ({why}); mend that, then the same command "
                "goes on."
            )
        within = rows.groupby("point")[names].var(ddof=1).mean().fillna(0.0).to_numpy()
        passed = targets.passed(study) if kind in (FINAL, RUN_OFF) else None
        return Round(number, kind, seeds, places, expected, values.loc[study.points], within / seeds, passed)

    def _told(self, made: Round) -> str:
        off = targets.distances(made.values)
        return (f"{made.kind}: {len(off)} points × {made.seeds} seeds; distance from the fit patterns {np.median(off):.2f} in "
                f"the median, {off.min():.2f} at best (half widths)")  # fmt: skip


STEP = 0.15
"""How far, on the unit length of its prior, a parameter is moved from a point that does well (standard deviation)."""
CENTRES = 8


def near(made: Sequence[Round], look: Outlook, count: int, seed: int) -> np.ndarray:
    """Places a step away from the nearest points simulated so far, those that are expected to do well among many (`count` × P).

    Half of the parameters are moved at a time. An emulator is most to be trusted near points that it has seen.
    """
    chance = np.random.default_rng([seed, 1])
    seen, off = np.vstack([each.places for each in made]), np.concatenate([targets.distances(each.values) for each in made])
    centres = seen[np.argsort(off)[:CENTRES]]
    tried = centres[chance.integers(len(centres), size=30 * count)]
    tried = tried + STEP * chance.standard_normal(tried.shape) * (chance.random(tried.shape) < 0.5)
    tried = np.clip(np.abs(tried), 0.0, None)
    tried = np.where(tried > 1.0, 2.0 - tried, tried)  # turned back at the ends of the prior
    expected = look(tried) / 4.0  # tempered: not only what the emulator thinks best
    chances = np.exp(expected - expected.max())
    return tried[chance.choice(len(tried), size=count, replace=False, p=chances / chances.sum())]


NEIGHBOURHOOD = 0.2
"""How far from a point its neighbours count, root mean square over the parameters (their weight falls as exp(-(d/this)^2))."""
TRUST = 0.15
"""How far a linear emulator is trusted, a parameter (standard deviation of the steps)."""


def steps(made: Sequence[Round], beside: Sequence[np.ndarray], count: int, seed: int,
          trust: float) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Places to stand beside each other, the last of them that from which steps set out, and the best steps away from it.

    The best by a linear emulator of its neighbourhood, within twice what it is trusted (see `TRUST`).
    """
    centre = beside[-1]
    look = outlook_on(made, centre=centre)
    chance = np.random.default_rng([seed, 2])
    tried = np.clip(centre + trust * chance.standard_normal((20000, len(centre))), 0.0, 1.0)
    for _ in range(3):  # from the best steps on, each time nearer: a walk uphill within what is trusted
        ahead = tried[np.argsort(-look(tried))[:200]]
        moved = ahead[chance.integers(len(ahead), size=20000)] + trust / 3 * chance.standard_normal((20000, len(centre)))
        tried = np.vstack([ahead, np.clip(moved, np.maximum(centre - 2 * trust, 0.0), np.minimum(centre + 2 * trust, 1.0))])
    apart = _apart(tried[np.argsort(-look(tried))], max(count - len(beside), 1), least=trust / 5)
    places = np.vstack([*beside, *apart])[:count]
    return places, look(places)


def _best_so_far(made: Sequence[Round]) -> np.ndarray:
    """The place from which steps set out: the best of the finals, else of the finalists, else the nearest point of all."""
    if made[-1].kind == FINAL:
        last, row = best_of(made)
        return last.places[row]
    if made[-1].kind == FINALISTS:
        return made[-1].places[best(made[-1].values)]
    off = np.concatenate([targets.distances(each.values) for each in made])
    return np.vstack([each.places for each in made])[np.argmin(off)]


def best_of(made: Sequence[Round]) -> tuple[Round, int]:
    """The point that passes most fit patterns by their own rules, of equals the nearest: of the run-off, else of the finals."""
    decisive = [each for each in made if each.kind == RUN_OFF] or made
    _, _, place, row = min(_places_of(decisive))
    return decisive[place], row


def ranked(made: Sequence[Round]) -> list[np.ndarray]:
    """The places of all finals, the best first."""
    return [made[place].places[row] for _, _, place, row in sorted(_places_of(made))]


def _places_of(made: Sequence[Round]) -> list[tuple[int, float, int, int]]:
    """Minus the patterns passed, distance, round and row of each point that was held against the patterns' own rules."""
    told = []
    for place, each in enumerate(made):
        if each.passed is not None:
            counts, off = each.passed.sum(axis=1), targets.distances(each.values)
            told += [(-int(count), float(far), place, row) for row, (count, far) in enumerate(zip(counts, off, strict=True))]
    return told


def _unlike(places: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Places in their order, each once."""
    kept: list[np.ndarray] = []
    for place in places:
        if all(np.abs(place - other).max() > 1e-9 for other in kept):
            kept.append(place)
    return kept


def _filled(places: np.ndarray, points: int) -> np.ndarray:
    """As many rows as asked for: the last is told again where there are fewer places."""
    return np.vstack([places, *[places[-1:]] * (points - len(places))])


def best(values: pd.DataFrame) -> int:
    """The row of the best point: its means lie within most bands; of equals the nearest."""
    within = (targets.away(values) <= 1.0).sum(axis=1).to_numpy()
    return int(np.lexsort((targets.distances(values), -within))[0])


def _apart(places: np.ndarray, count: int, least: float) -> np.ndarray:
    """The first places, each a little away from those before it: finalists that are all alike would decide nothing."""
    kept = [places[0]]
    for place in places:
        if len(kept) == count:
            break
        if min(np.abs(place - other).mean() for other in kept) > least:
            kept.append(place)
    return np.array([*kept, *places[: count - len(kept)]])[:count]


def _read_places(path: Path, points: int, parameters: int) -> tuple[np.ndarray, np.ndarray]:
    """The places of a round as kept. Raises OutputError when the file is not whole."""
    try:
        frame = pd.read_csv(path)
        whole = frame.shape == (points, parameters + 1) and np.isfinite(frame.to_numpy(dtype=float)).all()
    except (ValueError, OSError):
        whole = False
    if not whole:
        raise OutputError(
            f"{path} is not whole: delete it and the round's folder beside it, and the same command makes them anew; earlier "
            "rounds are kept."
        )
    return frame.drop(columns="expected").to_numpy(dtype=float), frame["expected"].to_numpy(dtype=float)


def outlook_on(
    made: Sequence[Round], told: Sequence[targets.Target] | None = None, leave_out: int | None = None,
    centre: np.ndarray | None = None,
) -> Outlook:  # fmt: skip
    """The outlook by what was simulated so far; points near the patterns count more, as do those with more seeds.

    With a `centre` the emulator is linear and learns from the neighbours of that place. `leave_out` is the row (over all
    rounds) of a point that must not be known, `told` other targets: a blind recovery.
    """
    told = targets.targets() if told is None else told
    places = np.vstack([each.places for each in made])
    values = pd.concat([each.values for each in made])[[each.statistic for each in told]]
    seeds = np.concatenate([np.full(len(each.places), each.seeds) for each in made])
    known = np.arange(len(places)) != (-1 if leave_out is None else leave_out)
    if centre is None:
        weights = np.minimum(seeds, 8) / (1.0 + targets.distances(values, told) ** 2) ** 2
    else:
        weights = seeds * np.exp(-np.mean((places - centre) ** 2, axis=1) / NEIGHBOURHOOD**2) + 1e-6
    noise = np.average([each.noise for each in made], axis=0, weights=[len(each.places) for each in made])
    learned = fit(places[known], values.to_numpy()[known], weights[known] / weights[known].mean(), linear=centre is not None)
    return outlook(learned, told, noise)


def posterior_weights(made: Round) -> np.ndarray:
    """What each point of the posterior round weighs: the kernel as simulated over the kernel by which it was drawn.

    The noise of its seeds widens the kernel of the simulated distance. The largest weight is held at ten times the mean
    (truncated importance sampling, Ionides 2008, doi:10.1198/106186008X320456), so that no single point decides.
    """
    names = [each.statistic for each in targets.targets()]
    halves = np.array([each.half for each in targets.targets()])
    noise = pd.Series(made.noise / halves**2, index=names)
    told = targets.targets()
    by_pattern = [sum(each.weight * noise[each.statistic] for each in told if each.pattern == name) for name in targets.names()]
    log_weight = log_kernel(targets.away(made.values).to_numpy(), np.array(by_pattern)) - made.expected
    weights = np.exp(log_weight - log_weight.max())
    weights = np.minimum(weights, 10.0 * weights.mean())
    return weights / weights.sum()


def calibrate(
    directory: str | Path,
    procedure: Procedure | None = None,
    *,
    only: Sequence[str] = (),
    overrides: Sequence[str] = (),
    processes: int | None = None,
    progress: Callable[[str], Any] | None = None,
    notice: Say | None = None,
    compose: Callable[..., Any] | None = None,
) -> "Calibration | None":
    """Run a calibration in `directory`, or go on with one, and write its result there; None when it was broken off.

    `only` names the parameters to choose (all with a prior when empty). `progress(words)` gives a context manager that is
    told runs made, in all, and failed, for each round.
    Raises SettingError, OutputError (another calibration stands there; a file is not whole).
    """
    from sim.studies.calibration.publish import publish

    procedure = procedure or Procedure()
    folder, parameters = Path(directory), priors.calibrated(only)
    _begin(folder, procedure, parameters, overrides)
    run = partial(_run, processes=processes, progress=progress, notice=notice, compose=compose)
    at_work = Calibration(folder, procedure, parameters, tuple(overrides), run, notice or (lambda words: None))
    made = at_work.rounds()
    if made is None:
        return None
    publish(at_work, made)
    return at_work


def _run(design: Design, directory: Path, *, told: str, progress: Any, **how: Any) -> Study:
    if progress is None:
        return run_study(design, directory, **how)
    with progress(told) as counted:
        return run_study(design, directory, progress=counted, **how)


def _begin(folder: Path, procedure: Procedure, parameters: list[Declaration], overrides: Sequence[str]) -> None:
    """Claim the directory, or see that it holds this very calibration. Raises OutputError."""
    import json

    told = {"procedure": asdict(procedure), "overrides": list(overrides), "parameters": [told.name for told in parameters]}
    mark = folder / MARK
    if not mark.is_file():
        files.claim(folder, MARK)
        files.write_json(mark, told)
        return
    try:
        held = json.loads(mark.read_text(encoding="utf-8"))
    except ValueError as error:
        words = f"{mark} cannot be read: delete it, and the same command goes on with the rounds that are there."
        raise OutputError(words) from error
    if held != told:
        differs = ", ".join(name for name in told if held.get(name) != told[name])
        raise OutputError(f"{folder} holds another calibration ({differs} differ); choose another place with --output.")
