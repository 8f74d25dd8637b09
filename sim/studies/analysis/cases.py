"""What an analysis reads: the points of a study with their values, crossed with seeds, and nothing missing.

Every analysis over a study rests on a table of points × seeds. `Cases` holds it and refuses, by name, what would
silently give a wrong answer: runs that are not there, runs that failed, points with other seeds than the rest,
values that are no numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import SettingError, did_you_mean

FRONT = ("run", "point", "seed", "status", "error")
_SHOWN = 6


@dataclass(frozen=True)
class Cases:
    """Points × seeds of one study.

    `varied` has a row a point (its name is the index, in the order of the design) and a column a varied key;
    `runs` a row a run: point, seed, status (`done` or `failed`), error, then outcomes. `method` is what the
    manifest tells of the design: kind, n, parameters … `span` is first year and horizon (decimal years) of the
    histories, or None where it is not known.
    """

    varied: pd.DataFrame
    runs: pd.DataFrame
    seeds: tuple[int, ...]
    method: Mapping[str, Any] = field(default_factory=dict)
    span: tuple[float, float] | None = None
    directory: Path | None = None
    command: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def of_frames(
        cls,
        varied: pd.DataFrame,
        runs: pd.DataFrame,
        *,
        method: Mapping[str, Any] | None = None,
        span: tuple[float, float] | None = None,
    ) -> "Cases":
        """Cases from frames made by hand; `runs` needs point and seed, status is taken as done."""
        told = runs.reset_index(drop=True)
        lacking = [name for name in ("point", "seed") if name not in told]
        if lacking:
            raise SettingError(f"the runs lack the column {lacking[0]}; an analysis needs point and seed of every run.")
        for name, value in (("status", "done"), ("error", "")):
            if name not in told:
                told = told.assign(**{name: value})
        seeds = tuple(dict.fromkeys(int(seed) for seed in told["seed"]))
        return cls(varied, told, seeds, dict(method or {}), span)

    @property
    def outcomes(self) -> list[str]:
        """The names of the outcomes that the runs hold."""
        return [name for name in self.runs.columns if name not in FRONT]

    @property
    def keys(self) -> list[str]:
        """The varied keys, in the order of the design."""
        return list(self.varied.columns)

    def lacking(self) -> pd.DataFrame:
        """A row for every run of the design that is not there or failed: point, seed, why."""
        known = self.runs.drop_duplicates(["point", "seed"]).set_index(["point", "seed"])
        whole = pd.MultiIndex.from_product([self.varied.index, self.seeds], names=["point", "seed"])
        told = known.reindex(whole)[["status", "error"]].reset_index()
        told = told[told["status"] != "done"]
        why = np.where(told["status"].isna(), "not made", "failed: " + told["error"].fillna("").astype(str))
        return told.assign(why=why)[["point", "seed", "why"]].reset_index(drop=True)

    def whole(self) -> "Cases":
        """The same cases, once it is certain that every point has every seed. Raises SettingError naming what lacks."""
        self._refuse_doubles()
        lacking = self.lacking()
        if len(lacking):
            raise SettingError(
                f"{named_runs(lacking)}. An analysis over part of a design would be wrong without saying so; "
                "complete the study with `consortium sweep` or leave --no-complete away."
            )
        return self

    def _refuse_doubles(self) -> None:
        strange = sorted(set(self.runs["point"]) - set(self.varied.index))
        if strange:
            raise SettingError(f"the study holds runs of points that its design does not have: {listed(strange)}.")
        twice = self.runs[self.runs.duplicated(["point", "seed"])]
        if len(twice):
            first = twice.iloc[0]
            raise SettingError(f"point {first['point']} with seed {first['seed']} stands twice among the runs.")
        if self.varied.index.has_duplicates:
            raise SettingError("a point stands twice in the design.")

    def grid(self, values: pd.Series) -> np.ndarray:
        """A value a run (aligned with `runs`) as points × seeds in the order of the design."""
        table = pd.DataFrame({"point": self.runs["point"], "seed": self.runs["seed"], "value": values})
        wide = table.pivot(index="point", columns="seed", values="value")
        return wide.reindex(index=self.varied.index, columns=list(self.seeds)).to_numpy(dtype=float)

    def where(self, conditions: Mapping[str, str]) -> "Cases":
        """Only the points at which varied keys have given values, written as in an override.

        Raises SettingError for a key that does not vary and for a value that no point has.
        """
        kept = self.varied
        for key, value in conditions.items():
            if key not in kept:
                raise SettingError(f"{key} does not vary in this study.{did_you_mean(key, kept.columns)} "
                                   f"It varies {listed(kept.columns)}.")  # fmt: skip
            chosen = kept[kept[key].map(written) == value]
            if chosen.empty:
                there = listed(dict.fromkeys(map(written, kept[key])))
                raise SettingError(f"no point has {key}={value}; there are {there}.")
            kept = chosen
        runs = self.runs[self.runs["point"].isin(kept.index)].reset_index(drop=True)
        said = tuple(f"only where {key} is {value}" for key, value in conditions.items())
        return replace(self, varied=kept, runs=runs, notes=(*self.notes, *said))

    def sized(self) -> str:
        """`96 points × 8 seeds, 768 histories`."""
        points, seeds = len(self.varied), len(self.seeds)
        return f"{count(points, 'point')} × {count(seeds, 'seed')}, {points * seeds:,} histories"


def written(value: Any) -> str:
    """A value as it stands in an override: `true`, `historical`, `0.5`."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return f"{float(value):.12g}"
    return str(value)


def count(number: int, one: str, many: str = "") -> str:
    """`1 point`, `20 points`, `3 histories`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[Any], most: int = _SHOWN) -> str:
    """Names with commas, the rest counted: `a, b and 3 more`."""
    told = [str(name) for name in names]
    rest = len(told) - most
    return ", ".join(told[:most]) + (f" and {rest} more" if rest > 0 else "") if told else "nothing"


def named_runs(lacking: pd.DataFrame) -> str:
    """The runs that are not there, by point and seed and with the reason of those that failed."""
    told = []
    for point, rows in lacking.groupby("point", sort=False):
        errors = sorted({why for why in rows["why"] if why != "not made"})
        reason = f" ({errors[0]})" if errors else ""
        told.append(f"point {point} with {'seed' if len(rows) == 1 else 'seeds'} {listed(rows['seed'])}{reason}")
    verb = "is" if len(lacking) == 1 else "are"
    return f"{count(len(lacking), 'run')} of the design {verb} missing: {'; '.join(told[:_SHOWN])}" + (
        f"; and {len(told) - _SHOWN} more points" if len(told) > _SHOWN else ""
    )


def typed(values: Sequence[Any]) -> pd.Series:
    """A column of varied values with the one type it deserves: true/false, whole, real, else words."""
    told = pd.Series(list(values), dtype=object)
    if told.map(lambda value: isinstance(value, (bool, np.bool_))).all():
        return told.astype(bool)
    numbers = pd.to_numeric(told, errors="coerce")
    if numbers.notna().all() and not told.map(lambda value: isinstance(value, (bool, np.bool_))).any():
        return numbers
    return told.map(written).astype(object)
