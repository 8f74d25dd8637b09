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
from sim.studies.calibration.choosing import TRUST, best_so_far, filled, near, ranked, steps, unlike
from sim.studies.calibration.emulator import drawn
from sim.studies.calibration.rounds import FINAL, FINALISTS, FURTHER, POSTERIOR, PRIOR, REFINED, RUN_OFF, Round, outlook_on
from sim.studies.calibration.weighting import log_kernel
from sim.studies.design import Design, Keep, Point
from sim.studies.engine import run_study
from sim.studies.study import Study

MARK = "procedure.json"


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
            places = np.array(unlike([priors.shipped(self.parameters), *ranked(made)])[:points])
            return filled(places, points), np.zeros(points)
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
            beside = [made[0].places[0], best_so_far(made)]
            return steps(made, beside, points, seed, TRUST / (1 + len(finals)))
        beside = [best_so_far(finals[first:]) if len(finals) > first else priors.shipped(self.parameters)]
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
