"""`consortium attribute`: argue the number of seeds, run the factorial, reckon the effects, write table, figure, report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim.configuration import compose as composed
from sim.records import files
from sim.records.record import Record
from sim.studies import replicates
from sim.studies.attribution.causes import Cause, refuse_settled
from sim.studies.attribution.effects import Effects, effects
from sim.studies.attribution.factorial import Factorial, Histories, histories
from sim.studies.attribution.transitions import ASKED, TRANSITIONS, transitions_of
from sim.studies.attribution.twins import Twins
from sim.studies.engine import Progress, run_study
from sim.studies.study import Study

FIRST_SEED = 5000
"""Seeds of attributions; nothing is chosen by looking at them, and they are not those of the main job."""

MATTERS = {"chance": 0.2, "years": 2.0}
"""The smallest differences that matter: one history in five; two years, the band of the recorded dates."""

Simulate = Callable[[Any, int], Record]


@dataclass
class Attribution:
    """What an attribution leaves: its study, the histories as matrices, the effects, and the files."""

    study: Study
    factorial: Factorial
    held: Histories | None
    effects: Effects | None
    argument: str
    files: list[Path]


def attribute(
    directory: str | Path,
    causes: Sequence[Cause],
    seeds: int | None = 100,
    *,
    overrides: Sequence[str] = (),
    first_seed: int = FIRST_SEED,
    processes: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    compose: Callable[..., Any] = composed,
    simulate: Simulate | None = None,
    command: str | None = None,
) -> Attribution:
    """Cross the causes over the seeds (None argues their number from a pilot) and write everything into `directory`.

    A history ends when its stages stand, and leaves their years and waits alone (`transitions_of`). Where a cause never acted
    in it, it is that of the world without the cause as well; where a cause acts from a month on, both worlds are one until
    then (`Twins`). A directory that holds part of the same study is completed; after Ctrl-C what is finished is kept.
    `simulate` stands in for the model; `command` repeats it, for the manifest. Raises SettingError, OutputError.
    """
    refuse_settled(causes, overrides, compose)
    factorial, place = Factorial(tuple(causes), tuple(overrides)), claimed(Path(directory))
    asked = (*ASKED, *dict.fromkeys(cause.acts for cause in causes if cause.acts))
    how: dict[str, Any] = {
        "processes": processes, "overwrite": overwrite, "progress": progress, "notice": notice, "compose": compose,
        "simulate": simulate or partial(transitions_of, asked=asked, families=factorial.families(compose)),
        "command": command, "known": Twins(factorial),
    }  # fmt: skip
    argument = f"{seeds} seeds, as asked for." if seeds is not None else ""
    if seeds is None:
        pilot = run_study(factorial.pilot(range(first_seed, first_seed + replicates.PILOT)), place / "pilot", **how)
        if not pilot.complete:
            return Attribution(pilot, factorial, None, None, "", [])
        arguments = argued(factorial, pilot.outcomes)
        seeds, argument = replicates.seeds_for(arguments), replicates.in_words(arguments)
        files.write_text(place / "replicates.csv", replicates.table(arguments).to_csv(index=False, lineterminator="\n"))
    study = run_study(factorial.design(range(first_seed, first_seed + seeds)), place / "study", **how)
    return told(study, factorial, argument, place)


def claimed(directory: Path) -> Path:
    """A directory that holds an attribution, or nothing yet. Raises OutputError for one that holds other things."""
    if not any((directory / name).is_dir() for name in ("study", "pilot")):
        files.claim(directory, "study")
    return directory


def argued(factorial: Factorial, outcomes: pd.DataFrame) -> list[replicates.Argument]:
    """How many seeds the main effect of each cause on each transition needs, from the runs of a pilot."""
    runs = {name: rows.set_index("seed") for name, rows in outcomes.groupby("point", sort=False)}
    everything = len(factorial) - 1
    full = runs[factorial.name(everything)]
    made = []
    for place, cause in enumerate(factorial.causes):
        lacking = runs[factorial.name(factorial.world_of(everything ^ 1 << place))]
        for transition in TRANSITIONS:
            what = f"{cause.label} on {transition.label}"
            came = full[transition.year].notna().astype(float) - lacking[transition.year].notna().astype(float)
            made.append(replicates.argued(f"the chance: {what}", came.to_numpy(), MATTERS["chance"], "histories"))
            waits = (full[transition.wait] - lacking[transition.wait]).to_numpy(dtype=float)
            made.append(replicates.argued(f"the wait: {what}", waits, MATTERS["years"], "years"))
    return made


def told(study: Study, factorial: Factorial, argument: str, directory: Path) -> Attribution:
    """The effects of a finished study with their tables, figure and report; of a broken-off one nothing but the study."""
    from sim.report.attribution import attribution_report

    made = Attribution(study, factorial, None, None, argument, [])
    if not study.complete:
        return made
    try:
        made.held = histories(factorial, study.outcomes)
    except LookupError:
        return made
    made.effects = effects(made.held)
    made.files = attribution_report(made, directory)
    return made
