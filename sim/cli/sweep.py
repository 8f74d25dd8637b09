"""`consortium sweep`: a design of experiments over any settings, into one directory."""

import argparse
import shlex
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import terminal
from sim.cli.codes import FINE, INTERRUPTED, UsageError
from sim.cli.run import at_least

if TYPE_CHECKING:
    from sim.studies.design import Design
    from sim.studies.study import Study
    from sim.studies.workers import Executor

_EXAMPLES = """\
  consortium sweep small_grid                                   a sweep that has a name
  consortium sweep --over funding --seeds 4                     every path of public money, four seeds each
  consortium sweep --over charter.fee_factor=0.5:2:log --over membership.leakage --n 32
  consortium sweep --over charter.fee_factor=0.5,1,2 merger=blocked --seeds 101:108
  consortium sweep --over membership.leakage --over belief.hedge --method saltelli --n 64

KEY=low:high is a range, KEY=low:high:log one on a log scale, KEY=a,b,c are values or choices, KEY alone is everything the
setting allows. Ranges are sampled (--method, --n) and crossed with what is listed; every point has the same seeds.
"""
TOLD = ("year_national", "year_international", "year_industry_led", "year_bi_national", "members_mean", "public_share")
"""Outcomes shown after a sweep, where the model has them; the others are in outcomes.parquet."""
_MOST_POINTS = 24


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "sweep", help="run a design of experiments over any settings",
        description="Run a design of experiments: a sweep that has a name, or ranges and values given with --over. One study, "
        "one directory. Whatever breaks it off (Ctrl-C, a full disk, a machine that goes down), the same command makes what is "
        "missing and nothing else. Without --output the files go to results/sweep-<name>-<hash of all inputs>.",
        epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    verb.add_argument("overrides", nargs="*", metavar="NAME | OVERRIDE",
                      help="a sweep by name or file; group=choice or group.name=value for all points")  # fmt: skip
    _add_design(verb)
    verb.add_argument("--output", type=Path, metavar="DIR", help="where the files go")
    verb.add_argument("--overwrite", action="store_true", help="replace the study that DIR holds")
    verb.add_argument("--retry-failed", action="store_true", help="make failed runs once more")
    verb.add_argument("--processes", type=at_least(1), metavar="N", help="how many at a time (default: all cores)")
    verb.add_argument("--executor", choices=("local", "dask"), default="local", help="where runs are made (default: local)")
    verb.add_argument("--address", metavar="tcp://HOST:PORT", help="the scheduler of a Dask cluster that runs already")
    verb.add_argument("--dry-run", action="store_true", help="say what would be run and stop")
    verb.add_argument("--quiet", action="store_true", help="print nothing but errors")
    verb.set_defaults(act=act)


def _add_design(verb: argparse.ArgumentParser) -> None:
    """The flags that say what is run."""
    verb.add_argument("--over", action="append", default=[], metavar="KEY[=…]", help="vary KEY: low:high, low:high:log, or a,b,c")
    verb.add_argument("--method", metavar="METHOD", help="grid, list, latin_hypercube, sobol, saltelli or morris")
    verb.add_argument("--n", type=at_least(1), metavar="N", help="points of a sample, trajectories (morris), levels (grid)")
    verb.add_argument("--levels", type=at_least(2), metavar="N", help="levels of Morris' grid (default: 4)")
    verb.add_argument("--second-order", action="store_true", default=None, help="the larger Saltelli sample, for pairs")
    verb.add_argument("--design-seed", type=at_least(0), metavar="SEED", help="seed of the sample of points (default: 1)")
    verb.add_argument("--seeds", metavar="N | A:B | A,B,C", help="how many seeds at every point, or which (default: 8)")
    verb.add_argument("--series", choices=("none", "thin", "all"), help="no series (default), each January, every month")
    verb.add_argument("--events", action="store_true", default=None, help="keep the events with their reasons")
    verb.add_argument("--configs", type=Path, metavar="DIR", help="a folder of your own with group/choice.yaml, sweep/name.yaml")


def act(told: argparse.Namespace) -> int:
    """Run the sweep, print what came of it, and say where the files are."""
    from functools import partial

    from sim.cli.reproduce import _notice, verdict_of
    from sim.configuration import compose
    from sim.studies.dask_executor import ClusterError
    from sim.studies.engine import run_study

    name, planned = planned_by(told)
    composed = partial(compose, configs=told.configs)
    if told.dry_run:
        planned.plan(composed)
        print(plan_in_words(planned))
        return FINE
    if told.address and told.executor != "dask":
        raise UsageError("--address is the scheduler of a Dask cluster: add --executor dask.")
    if told.executor == "dask" and told.processes:
        raise UsageError("--processes says how many at a time on this machine; a cluster has as many as its workers.")
    folder = told.output or Path("results") / f"sweep-{name}-{planned.hash(composed)[:8]}"
    try:
        with on(told) as executor, terminal.progress("simulating", "runs", quiet=told.quiet) as progress:
            study = run_study(
                planned, folder, compose=composed, processes=told.processes, overwrite=told.overwrite, progress=progress,
                notice=_notice, retry_failed=told.retry_failed, executor=executor, command=repeated(told, folder),
            )  # fmt: skip
    except ClusterError as error:
        _notice(str(error))
        return INTERRUPTED
    if not told.quiet:
        print(summary(study))
    return int(verdict_of(study))


def on(told: argparse.Namespace) -> "AbstractContextManager[Executor | None]":
    """The cluster that is asked for, or None for this machine. Raises UsageError when there is none."""
    from sim.studies import dask_executor

    if told.executor != "dask":
        return nullcontext()
    if told.address is None:
        raise UsageError("--executor dask needs a scheduler that runs: --address tcp://HOST:PORT (docs/clusters.md).")
    try:
        return dask_executor.on(told.address)
    except dask_executor.ClusterError as error:
        raise UsageError(str(error)) from error


def repeated(told: argparse.Namespace, folder: Path) -> str:
    """The command that makes this study again, without how many at a time or where."""
    from sim.records.provenance import command

    over = [f"--over {shlex.quote(each)}" for each in told.over]
    flags = {"method": told.method, "n": told.n, "levels": told.levels, "design-seed": told.design_seed, "seeds": told.seeds,
             "series": told.series}  # fmt: skip
    switches = [flag for flag, given in (("--second-order", told.second_order), ("--events", told.events)) if given]
    return " ".join([command("sweep", told.overrides, **flags), *over, *switches, f"--output {shlex.quote(folder.name)}"])


def planned_by(told: argparse.Namespace) -> tuple[str, "Design"]:
    """The name of the sweep and its design. Raises SettingError, UsageError."""
    from sim.studies.sweep import design

    named = [word for word in told.overrides if "=" not in word]
    if len(named) > 1:
        raise UsageError(f"a sweep has one name; {named[1]} is a second one. Settings are written key=value.")
    if not named and not told.over:
        raise UsageError("nothing is varied: give the name of a sweep (consortium list sweep) or --over KEY=low:high.")
    overrides = [word for word in told.overrides if "=" in word]
    made = design(
        named[0] if named else None, overrides, told.over, configs=told.configs, method=told.method, n=told.n, levels=told.levels,
        second_order=told.second_order, seed=told.design_seed, seeds=told.seeds, series=told.series, events=told.events,
    )  # fmt: skip
    return (Path(named[0]).stem if named else made.method["kind"]), made


def plan_in_words(planned: "Design") -> str:
    """What a design would run."""
    told = planned.method
    lines = [f"{len(planned.points)} points ({told['kind']}) × {len(planned.seeds)} seeds = {planned.runs} runs"]
    lines += [f"  {key}: {', '.join(str(level) for level in levels)}" for key, levels in told["crossed"].items()]
    spans = {} if told["kind"] == "grid" else told["parameters"]
    lines += [f"  {key}: {span['low']:g} to {span['high']:g} ({span['scale']})" for key, span in spans.items()]
    lines += [f"  first point: {' '.join(planned.points[0].written) or 'settings as shipped'}"]
    return "\n".join(lines)


def summary(study: "Study") -> str:
    """Means over the seeds for the first points, and where the files are."""
    told = study.manifest
    head = f"{len(study.outcomes)} of {told['runs']} runs, {len(study.points)} points, {len(told['design']['seeds'])} seeds"
    if study.outcomes.empty:
        return f"{head}: nothing to show.\nFiles: {study.directory}"
    means = study.summary([name for name in TOLD if name in study.outcomes])
    shown = means.head(_MOST_POINTS)
    rows = [[str(point), *(_short(value) for value in row)] for point, row in zip(shown.index, shown.to_numpy(), strict=True)]
    parts = [head, terminal.table(rows, ["point", *shown.columns], right=tuple(range(1, 1 + len(shown.columns))))]
    if len(means) > len(shown):
        parts.append(f"… and {len(means) - len(shown)} points more.")
    made = int(told["runs"]) - study.missing
    parts.append("Means over the seeds (a year only over the runs that reach it); every outcome is in outcomes.parquet.\n"
                 f"Files: {study.directory} ({study.bytes / 1e6:.1f} MB, {study.bytes / made / 1e3:.1f} kB a run)")  # fmt: skip
    return "\n\n".join(parts)


def _short(value: Any) -> str:
    """A number with five digits; a dash for none."""
    if isinstance(value, float):
        return "–" if value != value else f"{value:.5g}"
    return str(value)
