"""`consortium validate`: run what the report card needs, study by study, and reckon its tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.configuration import compose as composed
from sim.patterns import Evidence, Pattern, evaluate
from sim.records import files
from sim.records.outcomes import OUTCOMES
from sim.studies import replicates
from sim.studies.engine import Progress
from sim.studies.study import Study
from sim.studies.validation import curves, dates, recovery, runs, studies, variance
from sim.studies.validation.sample import Sample, sample_of
from sim.studies.validation.studies import AS_RECORDED, DRIVERS, Simulate, Terms, Works

MARK = "study"
MAIN = ("wait_international", "wait_industry_led", "wait_bi_national", "wait_sister", "members_mean", "projects_started_total",
        "drive_makers_2010", "product_density_2020_gb_in2", "consumer_surplus_busd")  # fmt: skip
"""The outcomes whose variance is shared out."""


@dataclass
class Validation:
    """What a report card leaves: its sample, its studies, its tables by name, and the files."""

    sample: Sample
    terms: Terms
    works: Works
    argument: str = ""
    evidence: Evidence | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    numbers: dict[str, dict[str, float]] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for has been run."""
        return self.works.broken is None

    @property
    def failed(self) -> int:
        """How many runs failed, all studies together."""
        return sum(len(study.failed) for study in self.works.done.values())


def validate(
    directory: str | Path,
    calibration: Path | None = None,
    terms: Terms | None = None,
    *,
    overrides: Sequence[str] = (),
    patterns: tuple[Pattern, ...] | None = None,
    processes: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    compose: Callable[..., Any] | None = None,
    simulate: Simulate | None = None,
    command: str | None = None,
) -> Validation:
    """Run the report card into `directory`, or go on with one, and write its report.

    `calibration` is the directory of one (None: the published one, or the defaults where there is none). After Ctrl-C what is
    finished is kept, and the same call goes on. `command` is what repeats it, kept in the manifests.
    Raises SettingError, OutputError.
    """
    terms = terms or Terms()
    sample = sample_of(calibration, terms.draws, tuple(overrides))
    (compose or composed)(sample.overrides)  # what is wrong in them is said before anything is written
    if terms.recovery:
        refuse_recovery(sample)
    place = claimed(Path(directory))
    works = studies.runner(place, processes=processes, overwrite=overwrite, compose=compose, simulate=simulate,
                           progress=progress, notice=notice, command=command)  # fmt: skip
    made = Validation(sample, terms, works)
    _run(made, patterns)
    if not made.complete or not len(works.done["study"].outcomes):
        return made
    _reckon(made, patterns)
    from sim.report.validation import validation_report

    made.files = validation_report(made, place)
    return made


def refuse_recovery(sample: Sample) -> None:
    """Refuse a recovery without a whole calibration, before anything is run. Raises OutputError."""
    from sim.studies.validation.known import read_trace

    if sample.posterior is None or sample.directory is None:
        raise files.OutputError("a recovery needs a calibration: there is none; `consortium calibrate` makes one.")
    read_trace(sample.posterior, sample.directory)


def claimed(directory: Path) -> Path:
    """A directory that holds a report card, or nothing yet. Raises OutputError for one that holds other things."""
    if not any((directory / name).is_dir() for name in (MARK, "pilot")):
        files.claim(directory, MARK)
    return directory


def _run(made: Validation, patterns: tuple[Pattern, ...] | None) -> None:
    """Every study in its order; the first that is broken off ends it."""
    sample, terms, works = made.sample, made.terms, made.works
    count = terms.replicates
    if count is None:
        pilot = works.run("pilot", studies.pilot_design(sample))
        if pilot is None:
            return
        arguments = runs.argued(Evidence(pilot), patterns)
        count = replicates.seeds_for(arguments)
        made.argument = replicates.in_words(arguments)
    works.run("study", studies.main_design(sample, count))
    works.run("side", studies.side_design(sample, count))
    works.run("posterior", studies.posterior_design(sample, terms.seeds))
    works.run("drivers", studies.drivers_design(sample, terms.seeds))
    works.run("thresholds", studies.threshold_design(sample, terms.seeds))
    if terms.recovery and made.complete:
        _recover(made)
    if terms.rivals and made.complete:
        from sim.studies.validation import rivals

        table = rivals.compared(sample, terms, works, patterns)
        if table is not None:
            made.tables |= {"rivals": rivals.passed(table), "rivals_patterns": table}


def _recover(made: Validation) -> None:
    """Known points, simulated with fresh seeds and calibrated blind; and every point of the prior, at no cost."""
    from sim.studies.validation import known

    posterior, folder = made.sample.posterior, made.sample.directory
    assert posterior is not None and folder is not None
    trace = known.read_trace(posterior, folder)
    rows = trace.known(made.terms.recovery).tolist()
    seeds = int(trace.rows["seeds"].iloc[trace.prior].max())
    study = made.works.run("recovery", studies.known_design(trace.points(rows, made.sample), seeds))
    if study is None:
        return
    points, noise = known.shown_by(study, trace, rows)
    found = {"blind": recovery.recovered(points, posterior.names, known.blind(trace, rows, noise))}
    others, calibrate = known.costless(trace)
    found["costless"] = recovery.recovered(others, posterior.names, calibrate)
    for name, table in found.items():
        made.tables |= {f"recovery_{name}": table, f"coverage_{name}": recovery.coverage(table)}
    made.tables["narrowed"] = pd.DataFrame(
        [{"parameter": name, "width": posterior.narrowed(name)} for name in posterior.names])  # fmt: skip


def _reckon(made: Validation, patterns: tuple[Pattern, ...] | None) -> None:
    """The tables of the report from the finished studies."""
    done = made.works.done
    evidence = made.evidence = Evidence(done["study"], side=done["side"])
    spread = Evidence(done["posterior"])
    told = evaluate(evidence, declared=patterns)
    over = evaluate(spread, declared=patterns).set_index("pattern")
    made.tables["patterns"] = told.join(over[["median", "p05", "p95", "inside", "pass", "measured"]].add_prefix("posterior_"),
                                        on="pattern")  # fmt: skip
    arguments = runs.argued(evidence, patterns)
    if arguments:
        made.tables["replicates"] = replicates.table(arguments)
        made.argument = made.argument or _asked(made, arguments)
    simulated = dates.simulated_by_year(evidence)
    cells = dates.confusion(simulated)
    made.numbers["confusion"] = dates.agreement(cells)
    made.tables |= {"orders": dates.orders(evidence), "date_errors": dates.date_errors(evidence),
                    "confusion": cells, "agreement_by_year": dates.agreement_by_year(simulated)}  # fmt: skip
    _curves(made, [evidence, spread])
    _variance(made)


def _asked(made: Validation, arguments: list[replicates.Argument]) -> str:
    """What was asked for, and what the runs say would have been needed."""
    return f"{made.terms.replicates} seeds, as asked for. By their own variance: {replicates.in_words(arguments)}"


def _curves(made: Validation, evidences: list[Evidence]) -> None:
    """Mergers, improvement and surplus over the number of makers."""
    frame = pd.concat([curves.run_years(each) for each in evidences], ignore_index=True)
    outcomes = made.works.done["thresholds"].outcomes
    outcomes = outcomes.assign(fewest=outcomes["point"].astype(str).astype(int))
    table = pd.concat([curves.table(frame), curves.thresholds(outcomes)], ignore_index=True)
    made.tables |= {"curves": table, "curves_agreement": curves.agreements(table)}


def _variance(made: Validation) -> None:
    """The variance of the main outcomes, shared out between parameters, seed and drivers."""
    seeds, cubes = crossed(made)
    if len(seeds) >= 2:
        labels = [(name, f"{OUTCOMES[name].label} ({OUTCOMES[name].unit})") for name in cubes]
        made.tables["variance"] = variance.table(cubes, labels)


def crossed(made: Validation) -> tuple[list[int], dict[str, np.ndarray]]:
    """The seeds with a finished run everywhere, and each main outcome as draws × seeds × drivers."""
    draws = [point.name for point in made.sample.points()]
    outcomes = pd.concat([made.works.done[name].outcomes for name in ("posterior", "drivers")], ignore_index=True)
    levels = [AS_RECORDED, *DRIVERS]
    names = [draw if level == AS_RECORDED else f"{draw}, {level}" for level in levels for draw in draws]
    there = outcomes.pivot(index="point", columns="seed", values="wait_national").reindex(names)
    seeds = [int(seed) for seed in there.columns[there.notna().all()]]
    cubes = {}
    for name in MAIN:
        wide = outcomes.pivot(index="point", columns="seed", values=name).loc[names, seeds].to_numpy(dtype=float)
        cube = wide.reshape(len(levels), len(draws), len(seeds)).transpose(1, 2, 0)
        if np.isfinite(cube).all():
            cubes[name] = cube
    return seeds, cubes


def studies_of(made: Validation) -> list[Study]:
    """The studies that were finished, and the one that was broken off."""
    return [*made.works.done.values(), *([made.works.broken] if made.works.broken is not None else [])]
