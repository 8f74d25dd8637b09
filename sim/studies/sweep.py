"""Designs of experiments over any settings: from a file of `configs/sweep/` or from what is asked for, to points × seeds."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import configuration, paths
from sim.parameters import SettingError, did_you_mean
from sim.studies import sampling
from sim.studies.design import Design, Keep, Point
from sim.studies.factors import Factor, Levels, Range, Reader
from sim.studies.points import CrossedPoints

if TYPE_CHECKING:
    from sim.studies.study import Study

FOLDER = "sweep"
USUAL_SEEDS = 8
FIRST_SEED = 1
"""Sweeps try: their seeds are not those that the published results are judged by (from 1000 on)."""


@dataclass
class Spec:
    """What a sweep varies and how, as a file of `configs/sweep/` says it."""

    question: str = ""
    overrides: list[str] = field(default_factory=list)
    over: Any = field(default_factory=list)
    points: dict[str, list[str]] = field(default_factory=dict)
    method: str | None = None
    n: int | None = None
    levels: int = 4
    second_order: bool = False
    seed: int = 1
    seeds: Any = USUAL_SEEDS
    series: str = "none"
    events: bool = False


def design(
    name_or_spec: "str | Path | Mapping[str, Any] | Spec | None" = None,
    overrides: Sequence[str] = (),
    over: Sequence[str] | Mapping[str, Any] = (),
    *,
    configs: Path | None = None,
    **changes: Any,
) -> Design:
    """The design of a sweep.

    `name_or_spec` is a name in `configs/sweep/`, the path of a file, or the same as a record; `overrides` hold
    at every point; `over` adds factors or replaces those of the same key: `"KEY=low:high"`, `"KEY=low:high:log"`,
    `"KEY=a,b,c"`, `"KEY"` for the declared range or all choices. `changes` replace the other terms of `Spec`:
    method, n, levels, second_order, seed, seeds, series, events, points.
    Raises SettingError for whatever cannot be run, before anything runs.
    """
    spec = read_spec(name_or_spec, configs)
    told = {name: value for name, value in changes.items() if value is not None}
    _refuse_unknown(told, "a sweep")
    for name, value in told.items():
        setattr(spec, name, value)
    fixed = [*spec.overrides, *overrides]
    reader = Reader(configs)
    factors = _read(reader, spec.over) | _read(reader, over)
    _refuse_fixed(factors, fixed)
    keep, seeds = Keep.named(spec.series, events=spec.events), seeds_of(spec.seeds)
    if spec.points:
        return _named_points(spec, fixed, factors, seeds, keep)
    points, method = _points(spec, fixed, list(factors.values()))
    return Design(points, seeds, keep, method)


def sweep(
    name_or_spec: "str | Path | Mapping[str, Any] | None" = None,
    overrides: Sequence[str] = (),
    *,
    output: str | Path,
    over: Sequence[str] | Mapping[str, Any] = (),
    configs: Path | None = None,
    **how: Any,
) -> "Study":
    """Run a sweep into the directory `output`, or what is missing of it, and return the study.

    Terms of `Spec` among `how` change the design (see `design`), the others say how to run it (see
    `sim.studies.run_study`: processes, overwrite, progress, notice, retry_failed, executor).
    Raises SettingError, OutputError, CrewError.
    """
    from functools import partial

    from sim.studies.engine import run_study

    names = {each.name for each in fields(Spec)}
    terms = {name: value for name, value in how.items() if name in names}
    rest = {name: value for name, value in how.items() if name not in names}
    planned = design(name_or_spec, overrides, over, configs=configs, **terms)
    return run_study(planned, output, compose=partial(configuration.compose, configs=configs), **rest)


def names(configs: Path | None = None) -> dict[str, Path]:
    """The sweeps that have a name, each with its file; one's own stand before the shipped ones."""
    folders = [paths.configs(), *([configs] if configs is not None else [])]
    return {file.stem: file for folder in folders for file in sorted((folder / FOLDER).glob("*.yaml"))}


def read_spec(told: "str | Path | Mapping[str, Any] | Spec | None", configs: Path | None = None) -> Spec:
    """A sweep by name, file or record. Raises SettingError with what there is."""
    import copy

    import yaml

    if told is None or isinstance(told, Spec):
        return copy.deepcopy(told) or Spec()
    where = "a sweep"
    if not isinstance(told, Mapping):
        known = names(configs)
        file = known.get(str(told), Path(told))
        if not file.is_file():
            hint = did_you_mean(str(told), known) or f" There are {', '.join(known)}."
            raise SettingError(f"there is no sweep {told}: write a name, the path of a YAML file, or only --over.{hint}")
        where = str(told)
        try:
            told = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SettingError(f"{told} cannot be read as YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(told, Mapping):
        raise SettingError(f"{where} is no record: write over:, method:, seeds: and so on, each with its value.")
    _refuse_unknown(told, where)
    return Spec(**copy.deepcopy(dict(told)))


def seeds_of(told: Any) -> tuple[int, ...]:
    """Seeds: how many (from 1 on), `first:last`, `1,5,9`, a list, or a record with first and count.

    Raises SettingError.
    """
    fault = SettingError(f"seeds={told}: write how many (8), the first and the last (101:108), or a list (1,5,9).")
    try:
        if isinstance(told, Mapping):
            first, count = int(told["first"]), int(told["count"])
            return tuple(range(first, first + count))
        if isinstance(told, str) and ":" in told:
            first, last = (int(each) for each in told.split(":"))
            return tuple(range(first, last + 1))
        if isinstance(told, str) and "," in told:
            return tuple(int(each) for each in told.split(",") if each.strip())
        if isinstance(told, Sequence) and not isinstance(told, str):
            return tuple(int(each) for each in told)
        found = tuple(range(FIRST_SEED, FIRST_SEED + int(told)))
    except (TypeError, ValueError, KeyError):
        raise fault from None
    return found


def _read(reader: Reader, over: Any) -> dict[str, Factor]:
    """Factors by key, from a list of texts or a record. Raises SettingError when a key stands twice."""
    if isinstance(over, Mapping):
        return {str(key): reader.read(str(key), what) for key, what in over.items()}
    if isinstance(over, str) or not isinstance(over, Sequence):
        raise SettingError(f"over={over}: write a list of KEY=low:high, KEY=a,b,c or KEY, or a record by key.")
    found: dict[str, Factor] = {}
    for factor in (reader.written(str(text)) for text in over):
        if factor.key in found:
            raise SettingError(f"{factor.key} is varied twice; write it once.")
        found[factor.key] = factor
    return found


def _points(spec: Spec, fixed: Sequence[str], factors: list[Factor]) -> tuple[Sequence[Point], dict[str, Any]]:
    """The points and the method that chose them."""
    ranges = [each for each in factors if isinstance(each, Range)]
    listed = [each for each in factors if isinstance(each, Levels)]
    kind = spec.method or ("sobol" if ranges else "grid")
    if kind not in sampling.KINDS:
        raise SettingError(f"method={kind} is no choice; write one of: {', '.join(sampling.KINDS)}."
                           f"{did_you_mean(kind, sampling.KINDS)}")  # fmt: skip
    size = spec.n if spec.n is not None else sampling.USUAL.get(kind, 1)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise SettingError(f"n={size}: write a whole number from 1 on.")
    method: dict[str, Any] = {"kind": kind, "parameters": {each.key: each.told() for each in ranges}, "crossed": {}}
    if kind == "list":
        cells = _side_by_side(factors)
        return CrossedPoints(fixed, cells), method | {"n": len(cells), "rows": 1, "roles": _roles(factors)}
    if kind == "grid":
        listed = [_even(each, size) if isinstance(each, Range) else each for each in factors]
        ranges_sampled: list[Range] = []
    else:
        ranges_sampled = ranges
        if not ranges:
            raise SettingError(f"method={kind} samples ranges, and none is given: write --over KEY=low:high, or method=grid.")
    method |= {"n": size, "crossed": {each.key: list(each.values) for each in listed}, "roles": _roles(factors)}
    method |= {"seed": spec.seed} if ranges_sampled else {}
    method |= {"levels": spec.levels, "trajectories": size} if kind == "morris" else {}
    method |= {"second_order": spec.second_order} if kind == "saltelli" else {}
    cells = [dict(zip((each.key for each in listed), values, strict=True))
             for values in itertools.product(*(each.values for each in listed))]  # fmt: skip
    if not ranges_sampled:
        return CrossedPoints(fixed, cells), method | {"rows": 1}
    rows = sampling.spread(sampling.unit_rows(method), ranges_sampled)
    keys = [each.key for each in ranges_sampled]
    whole = [each.key for each in ranges_sampled if each.whole]
    return CrossedPoints(fixed, cells, keys, rows, whole), method | {"rows": len(rows)}


def _roles(factors: Sequence[Factor]) -> dict[str, str]:
    return {each.key: each.role for each in factors}


def _even(told: Range, levels: int) -> Levels:
    if levels < 2:
        raise SettingError(f"n={levels}: a grid over a range ({told.key}) takes at least its two bounds; write n=2 or more.")
    return Levels(told.key, sampling.even(told, levels), told.role)


def _side_by_side(factors: Sequence[Factor]) -> list[dict[str, Any]]:
    """The first values of all factors as one point, then the second ones. Raises SettingError."""
    for each in factors:
        if isinstance(each, Range):
            raise SettingError(f"method=list takes listed values: write {each.key}=a,b,c instead of a range.")
    lengths = {each.key: len(each.values) for each in factors if isinstance(each, Levels)}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{key} {count}" for key, count in lengths.items())
        raise SettingError(f"method=list puts values side by side: all lists have one length ({told}); method=grid crosses them.")
    columns = [[(each.key, value) for value in each.values] for each in factors if isinstance(each, Levels)]
    cells = [dict(row) for row in zip(*columns, strict=True)] or [{}]
    twins = [cell for place, cell in enumerate(cells) if cell in cells[:place]]
    if twins:
        raise SettingError(f"a point stands twice: {', '.join(f'{key}={value}' for key, value in twins[0].items())}.")
    return cells


def _named_points(
    spec: Spec, fixed: list[str], factors: Mapping[str, Factor], seeds: tuple[int, ...], keep: Keep
) -> Design:
    """Named sets of overrides, as they stand. Raises SettingError where something is varied beside them."""
    if factors:
        raise SettingError(f"a sweep has either points or over: {next(iter(factors))} is varied beside named points.")
    points = []
    for name, overrides in spec.points.items():
        if not isinstance(overrides, list):
            raise SettingError(f"point {name}: write a list of overrides, [] for none.")
        points.append(Point(str(name), (*fixed, *(str(each) for each in overrides))))
    return Design(points, seeds, keep, {"kind": "list", "n": len(points), "parameters": {}, "crossed": {}, "rows": 1})


def _refuse_unknown(told: Mapping[str, Any], where: str) -> None:
    known = [each.name for each in fields(Spec)]
    for name in told:
        if name not in known:
            raise SettingError(f"{where}: {name} is none of {', '.join(known)}.{did_you_mean(str(name), known)}")


def _refuse_fixed(factors: Mapping[str, Factor], fixed: Sequence[str]) -> None:
    """Raise SettingError when a key is both varied and set for all points."""
    for override in fixed:
        key = override.partition("=")[0]
        if key in factors:
            raise SettingError(f"{key} is varied and set to one value ({override}) as well; leave one of them out, "
                               f"or write --over {override} in place of what varies.")  # fmt: skip


