"""From a study on disk to cases; what lacks is named and run first, never read as zero."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import SettingError
from sim.studies.analysis.cases import Cases, named_runs, typed

Compose = Callable[..., Any]


class IncompleteStudy(SettingError):
    """Runs still lack after they were run again; the message names them."""


def cases_of(study: Any, compose: Compose | None = None) -> Cases:
    """Cases of a study, of its directory, or the cases themselves. Raises OutputError when there is no study."""
    if isinstance(study, Cases):
        return study
    if isinstance(study, (str, Path)):
        from sim.studies import open_study

        study = open_study(study)
    design: Mapping[str, Any] = study.manifest["design"]
    try:
        runs = study.all_runs
    except FileNotFoundError:
        runs = pd.DataFrame({"run": [], "point": [], "seed": [], "status": [], "error": []})
    return Cases(varied_of(study), runs, tuple(int(seed) for seed in design["seeds"]), dict(design.get("method") or {}),
                 span_of(study, compose), Path(study.directory))  # fmt: skip


def varied_of(study: Any) -> pd.DataFrame:
    """The values of the varied keys by point; points that somebody wrote by hand vary no key."""
    told = study.varied
    return pd.DataFrame({key: typed(told[key]).to_numpy() for key in told.columns}, index=told.index)


def span_of(study: Any, compose: Compose | None = None) -> tuple[float, float] | None:
    """First year and horizon of the histories (decimal years); None where points differ by it or settings have none."""
    from sim.configuration import compose as composed

    spans = set()
    for overrides in _bearing_on_the_horizon(study):
        try:
            horizon = (compose or composed)(list(overrides)).horizon
        except (AttributeError, SettingError):
            return None
        spans.add((float(horizon.first_year), float(horizon.first_year + horizon.years)))
    return spans.pop() if len(spans) == 1 else None


def _bearing_on_the_horizon(study: Any) -> Iterator[tuple[str, ...]]:
    """The sets of overrides that may change the horizon: choices of groups and its own settings."""
    told = ([each for each in overrides if "." not in each.partition("=")[0] or each.startswith("horizon.")]
            for overrides in study.overrides.values())  # fmt: skip
    return iter(dict.fromkeys(map(tuple, told)))


def design_of(study: Any) -> Any:
    """The design that a study was made from, put together again from its directory."""
    from sim.studies import Design, Keep, Point

    told, overrides = study.manifest["design"], study.overrides
    columns = {key: study.varied[key].tolist() for key in study.varied.columns}
    points = []
    for place, name in enumerate(study.points):
        values = {key: _plain(column[place]) for key, column in columns.items() if not _is_nothing(column[place])}
        written = overrides[name]
        points.append(Point(name, tuple(written[: len(written) - len(values)]), values))
    return Design(points, tuple(told["seeds"]), Keep(**told["keep"]), told["method"])


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


def completed(
    directory: str | Path,
    *,
    compose: Compose | None = None,
    notice: Callable[[str], None] | None = None,
    **how: Any,
) -> Cases:
    """The cases of a study of which every run is there: those that lack or failed are named to `notice` and run.

    `how` goes to `run_study` (processes, progress, simulate …). Raises IncompleteStudy when some still lack, OutputError
    when settings, data or code have changed since, so that the study cannot be completed.
    """
    from sim.studies import open_study, run_study

    study = open_study(directory)
    cases = cases_of(study, compose)
    lacking = cases.lacking()
    if lacking.empty:
        return cases
    if notice is not None:
        notice(f"{named_runs(lacking)}. {'It is' if len(lacking) == 1 else 'They are'} run now.")
    if len(study.failed):
        how["retry_failed"] = True
    study = run_study(design_of(study), directory, compose=compose, notice=notice, **how)
    cases = cases_of(study, compose)
    lacking = cases.lacking()
    if len(lacking):
        raise IncompleteStudy(f"{named_runs(lacking)}, still after they were run again. Nothing is analysed: a hole in a design "
                              "is no zero. Mend what fails, or leave that part of the range out and make the study "
                              "anew.")  # fmt: skip
    return cases
