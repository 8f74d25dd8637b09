"""Run the alternatives over the same seeds, reckon the tables, write the report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.configuration import compose as composed
from sim.parameters import SettingError, did_you_mean
from sim.records import files
from sim.records.record import Record
from sim.studies.comparison import tables
from sim.studies.comparison.alternatives import TWIN, Alternatives
from sim.studies.design import Design, Keep, Point
from sim.studies.engine import Progress, run_study
from sim.studies.study import Study

FIRST_SEED = 6000
"""Seeds of comparisons; nothing is chosen by looking at them, and they are not those of the main job."""
MONEY = ("public_money_total_musd", "fee_money_total_musd")


@dataclass
class Comparison:
    """What a comparison leaves: the study, who was compared with whom, tables by name, and the files."""

    study: Study
    alternatives: Alternatives
    against: str
    overrides: tuple[str, ...]
    seeds: tuple[int, ...]
    twin: bool
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The alternatives in their order."""
        return [point.name for point in self.alternatives.points]


def design(alternatives: Alternatives, replicates: int, overrides: Sequence[str] = (), first_seed: int = FIRST_SEED,
           *, twin: bool = True) -> Design:  # fmt: skip
    """Every alternative, and the world without a consortium, over the same seeds.

    What all alternatives set alike belongs to that world too: another country, another population.
    """
    points = [Point(point.name, (*overrides, *point.overrides)) for point in alternatives.points]
    if twin:
        first, *others = alternatives.points
        alike = [each for each in first.overrides if all(each in point.overrides for point in others)]
        points.append(Point(TWIN, (*overrides, *alike, "scenario.consortia=false")))
    return Design(tuple(points), tuple(range(first_seed, first_seed + replicates)), Keep(series=False, events=False))


def compare(
    directory: str | Path,
    alternatives: Alternatives,
    replicates: int = 20,
    *,
    against: str | None = None,
    overrides: Sequence[str] = (),
    first_seed: int = FIRST_SEED,
    twin: bool = True,
    processes: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    compose: Callable[..., Any] = composed,
    simulate: Callable[[Any, int], Record] | None = None,
    command: str | None = None,
) -> Comparison:
    """Compare alternatives in the same worlds and write tables, figures and report into `directory`.

    Differences are taken from the alternative `against` (the first one if None). A directory that holds part of the same
    study is completed; after Ctrl-C what is finished is kept and nothing is reckoned. `command` is what repeats it, kept in
    the manifest. Raises SettingError, OutputError.
    """
    names = [point.name for point in alternatives.points]
    if against is not None and against not in names:
        raise SettingError(f"there is no alternative {against}.{did_you_mean(against, names)} There are {', '.join(names)}.")
    planned = design(alternatives, replicates, overrides, first_seed, twin=twin)
    study = run_study(planned, Path(directory), processes=processes, overwrite=overwrite, progress=progress, notice=notice,
                      compose=compose, simulate=simulate, command=command)  # fmt: skip
    made = Comparison(study, alternatives, against or names[0], tuple(overrides), planned.seeds, twin)
    if study.complete and not study.outcomes.empty:
        reckon(made)
        made.files = report(made, Path(directory))
    return made


def reckon(made: Comparison) -> None:
    """Fill in the tables of a finished study. Raises LookupError when no seed is finished in every world."""
    names, told = made.names, made.alternatives
    everybody = [*names, TWIN] if made.twin else names
    wanted = dict.fromkeys([*told.outcomes, *MONEY, tables.COST, tables.SPEED])
    values = tables.grids(made.study.outcomes, everybody, list(wanted))
    if not next(iter(values.values())).shape[1]:
        raise LookupError("no seed has a finished history in every world")
    made.values = {outcome: grid[: len(names)] for outcome, grid in values.items()}
    shown = {outcome: made.values[outcome] for outcome in told.outcomes}
    every_pair = tables.pairs(shown, names)
    made.tables = {
        "means": tables.means(shown, names),
        "differences": tables.differences(shown, names, made.against),
        "pairs": every_pair,
        "best": tables.best(shown, names, told.judged),
        "dominance": tables.dominance(every_pair, told.judged),
        "pareto": tables.pareto(made.values, names),
    }
    if made.twin:
        kept = {outcome: values[outcome] for outcome in wanted}
        made.tables["added"] = tables.added(kept, everybody, TWIN).query("outcome in @told.outcomes").reset_index(drop=True)


def report(made: Comparison, folder: Path) -> list[Path]:
    """Write the tables, the figures and the report."""
    from sim.report.comparison import comparison_report

    written = [files.write_text(folder / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))
               for name, frame in made.tables.items()]  # fmt: skip
    return [*comparison_report(made, folder), *written]
