"""`consortium run`: one history, told in words."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import terminal
from sim.cli.codes import FINE, UsageError

if TYPE_CHECKING:
    from sim.records.run import Run

IMPORTANT = (
    "consortium_founded", "founding_failed", "charter_changed", "spin_off", "consortia_merged",
    "consortium_dissolved", "experiment", "government_changed", "first_product", "line_merged",
)  # fmt: skip
"""The kinds of event that are told after a run."""

_SENTENCES = {
    "consortium_founded": "{who} is founded ({whom})",
    "founding_failed": "{whom} is not founded ({who})",
    "charter_changed": "{who} changes its charter",
    "spin_off": "{who} leaves {whom}",
    "consortia_merged": "{who} and {whom} become one",
    "consortium_dissolved": "{who} ends",
    "government_changed": "{who} changes its storage programme",
    "first_product": "{who} sells the first drive with {whom} recording",
    "line_merged": "{who} buys the drive line of {whom}",
}
_MOST_OF_A_KIND = 6


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "run", help="simulate one history",
        description="Simulate one history: stages beside the recorded ones, the events that count, the "
        "files. Without --output they go to results/run-seed<seed>-<hash of all inputs>; the same run is "
        "the same directory and the same bytes.",
    )  # fmt: skip
    add_overrides(verb)
    verb.add_argument("--seed", type=at_least(0), default=7, metavar="SEED", help="seed of every random decision (default: 7)")
    verb.add_argument("--output", type=Path, metavar="DIR", help="where the files go")
    verb.add_argument("--overwrite", action="store_true", help="replace the run that DIR holds")
    verb.add_argument("--networks", action="store_true", help="save the yearly networks as GraphML too")
    verb.add_argument(
        "--added-value", action="store_true",
        help="run the same world without consortia too, and say what they added per dollar",
    )  # fmt: skip
    verb.add_argument("--report", action="store_true", help="write report.html and its figures beside the files")
    verb.add_argument("--year", type=at_least(0), metavar="YEAR", help="year the report draws (default: the last)")
    verb.add_argument(
        "-m", "--multirun", action="store_true",
        help="several values in an override (seed=1,2,3 funding=constant,none): every combination, one after the other",
    )  # fmt: skip
    verb.add_argument("--cfg", action="store_true", help="print the resolved configuration and stop")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")
    verb.set_defaults(act=act)


def at_least(low: int) -> Callable[[str], int]:
    """The reader of a whole number from `low` on; the parser words what it refuses."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number") from None
        if number < low:
            raise argparse.ArgumentTypeError(f"{text} is below {low}")
        return number

    return read


def add_overrides(verb: argparse.ArgumentParser) -> None:
    """The flags that say what to run."""
    verb.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="group=choice or group.name=value")
    verb.add_argument(
        "--configs", type=Path, metavar="DIR", help="a folder of your own with group/choice.yaml"
    )
    verb.add_argument(
        "--shock", action="append", default=[], metavar="WORDS",
        help="a shock in a month of your choice, such as '2005-06 member_leaves Seagate'; may be given several times",
    )  # fmt: skip


def add_shocks(told: argparse.Namespace) -> None:
    """Shocks said in words become one override, after those that the configuration chooses. Raises SettingError."""
    if not getattr(told, "shock", None):
        return
    from sim.configuration import composed
    from sim.shocks.reading import as_override, shock

    said = [shock(phrase) for phrase in told.shock]
    chosen = composed(told.overrides, configs=told.configs).settings.shocks.list
    others = [each for each in told.overrides if not each.startswith("shocks.list=")]
    told.overrides, told.shock = [*others, as_override([*chosen, *said])], []


def act(told: argparse.Namespace) -> int:
    """Run one history and tell it."""
    from sim.configuration import composed

    if told.year is not None and not told.report:
        raise UsageError("--year says which year the report draws: add --report.")
    if told.multirun:
        from sim.cli import multirun

        return multirun.act(told)
    kept = ["horizon.networks=true"] if told.networks else []
    what = composed([*told.overrides, *kept], configs=told.configs)
    if told.cfg:
        print(as_yaml(what))
        return FINE
    _, folder, page = made(told, what, tell=story)
    if not told.quiet:
        print(f"\nFiles: {folder}{f'{chr(10)}Report: {page}' if page else ''}{_also(folder)}")
    return FINE


def made(told: argparse.Namespace, what: Any, *, tell: "Callable[[Run], str] | None" = None) -> tuple["Run", Path, Path | None]:
    """One run with all that is asked for beside it: the run, its directory and its report; `tell` puts it in words."""
    run, folder = _simulated(told, what)
    page = write_report(run, folder, told.year) if told.report else None
    if tell is not None and not told.quiet:
        print(tell(run))
    if told.added_value:
        tell_added_value(run, what, folder, quiet=told.quiet)
    return run, folder, page


def write_report(run: "Run", folder: Path, year: int | None) -> Path:
    """Write the report of a run beside its files; returns the page. Raises UsageError for a year without a lineage."""
    try:
        return run.report(folder, year)[0]
    except LookupError as missing:
        raise UsageError(f"{missing.args[0]}.") from missing


def tell_added_value(run: "Run", what: Any, folder: Path, *, quiet: bool) -> None:
    """Run the twin without consortia, write added_value.csv and print what the consortia added."""
    from sim.twin import added_value, without_consortia

    added = added_value(run, without_consortia(run, what))
    added.to_csv(folder / "added_value.csv", index=False, lineterminator="\n")
    if not quiet:
        rows = [[str(row[0]), *(f"{value:.4g}" for value in row[1:])] for row in added.itertuples(index=False)]
        heads = ["outcome", "with", "without", "added", "per public US$m", "per fee US$m"]
        print("\nWhat the consortia added (one pair of histories: one draw)")
        print(terminal.table(rows, heads, right=(1, 2, 3, 4, 5)))


def _simulated(told: argparse.Namespace, what: Any) -> tuple["Run", Path]:
    """The run and the directory its files are in."""
    from sim.records.files import claim
    from sim.records.run import MARK, default_directory, same_inputs
    from sim.simulation import simulate

    if told.output is not None:
        claim(told.output, MARK, overwrite=told.overwrite)
    with terminal.progress("simulating", "months", quiet=told.quiet) as progress:
        run = simulate(what, seed=told.seed, progress=progress)
    folder = told.output or default_directory(run)
    again = told.output is None and same_inputs(run, folder)
    run.save(folder, networks=bool(run.networks), overwrite=told.overwrite or again)
    return run, folder


def as_yaml(what: Any) -> str:
    """The resolved configuration with the choices it was made of."""
    import yaml

    from sim.configuration import resolved

    choices = "".join(f"# {group}: {choice}\n" for group, choice in what.choices.items())
    return (
        choices
        + yaml.safe_dump(resolved(what.settings), sort_keys=False, allow_unicode=True, width=110).rstrip()
    )


def story(run: "Run") -> str:
    """The run in words: stages, then the events that count."""
    return f"{stage_table(run)}\n\nWhat happened\n{important_events(run)}{cut_off(run)}"


def cut_off(run: "Run") -> str:
    """What is to be known where the run is too short for its projects to end."""
    years, span = run.settings["charter"]["project_years"], run.settings["horizon"]["years"]
    if years < span:
        return ""
    said = (f"charter.project_years={years:g} is not shorter than horizon.years={span}: projects are started and paid, "
            "none but travel grants is closed.")  # fmt: skip
    return f"\n\n{terminal.paragraph(said, '')}"


def stage_table(run: "Run") -> str:
    """The first year of each stage, simulated beside recorded; for another reference country simulated alone."""
    from sim.patterns import record

    home = run.settings["home"]["country"]
    if home != record.country():
        rows = [[str(stage), _year(start)] for stage, start in run.stages.groupby("stage", sort=False)["start"].min().items()]
        return terminal.table(rows, ["stage", f"simulated ({home})"], right=(1,))
    recorded = record.stages()
    first = run.stages.groupby("stage", sort=False)["start"].min()
    rows = [[str(row.stage), _year(first.get(row.stage)), _year(row.start)] for row in recorded.itertuples()]
    rows += [
        [stage, _year(start), ""] for stage, start in first.items() if stage not in set(recorded["stage"])
    ]
    return terminal.table(rows, ["stage", "simulated", "recorded"], right=(1, 2))


def important_events(run: "Run") -> str:
    """The events that count, in words, a paragraph each; of every kind the first few."""
    events = run.events[run.events["kind"].isin(IMPORTANT)]
    first = events[events.groupby("kind").cumcount() < _MOST_OF_A_KIND]
    told = [terminal.paragraph(_event_line(row), "  ") for row in first.itertuples()]
    more = len(events) - len(told)
    rest = [f"  … and {more} more of these kinds in events.parquet"] if more else []
    return "\n".join([*told, *rest] or ["  nothing"])


def _event_line(row: Any) -> str:
    """`1991-03  consortium founded: NSIC (United States) – why`."""
    from sim.records.why import calendar

    why = f" – {row.why}" if row.why else ""
    return f"{calendar(row.month, row.year)}  {_happening(row)}{why}"


def _happening(row: Any) -> str:
    """What happened to whom, as it would be said."""
    sentence = _SENTENCES.get(row.kind)
    if sentence is not None:
        return sentence.format(who=row.who, whom=row.whom.replace("_", " "))
    whom = f" ({row.whom.replace('_', ' ')})" if row.whom else ""
    return f"{row.kind.replace('_', ' ')}: {row.who}{whom}"


def _year(value: Any) -> str:
    """A decimal year with one decimal; a dash for never."""
    return "–" if value is None or value != value else f"{value:.1f}"


def _also(folder: Path) -> str:
    return f"\nWhy?   consortium why {folder} --who NAME --year YEAR"
