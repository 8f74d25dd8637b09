"""Robustness of alternatives: which one does well enough, or regrets least, in many worlds that nobody can choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import SettingError, did_you_mean
from sim.studies.analysis import seeds
from sim.studies.analysis.answers import Answer, Picture
from sim.studies.analysis.cases import Cases, count, listed, written
from sim.studies.analysis.quantities import Quantity, condition, quantity

RESAMPLES = 400
DIRECTIONS = ("more", "less")
POINT = "point"
"""Stands for the name of the point where the alternatives are points that somebody wrote by hand."""


@dataclass(frozen=True)
class Worlds:
    """Alternatives that stand in the same worlds: which point each alternative has in each world."""

    alternatives: tuple[str, ...]
    table: pd.DataFrame
    points: np.ndarray

    @property
    def names(self) -> list[str]:
        """The worlds in words."""
        if self.table.shape[1] == 0:
            return ["the one world"] * len(self.table)
        return [", ".join(f"{key}={written(value)}" for key, value in row.items()) for row in self.table.to_dict("records")]


@dataclass(frozen=True)
class Standing:
    """How the alternatives do by one quantity: values as alternatives × worlds × seeds, more being better if `sign` is 1."""

    quantity: Quantity
    sign: float
    values: np.ndarray


@dataclass(frozen=True)
class Robustness(Answer):
    """Alternatives over worlds and seeds; see `robustness`."""

    cases: Cases
    keys: tuple[str, ...]
    worlds: Worlds
    standings: Mapping[str, Standing]
    thresholds: Mapping[str, np.ndarray]
    over: str
    reliability: float
    performance: pd.DataFrame
    satisficing: pd.DataFrame
    notes: tuple[str, ...]
    how: Mapping[str, Any]
    kind = "robustness"

    @property
    def title(self) -> str:
        """What the report is called."""
        return f"Robustness of {listed(self.keys)} over {self._counted()}"

    def _counted(self) -> str:
        return f"{count(len(self.worlds.table), 'world')} and {count(len(self.cases.seeds), 'seed')}"

    def tables(self) -> dict[str, pd.DataFrame]:
        """`performance` a row an outcome and alternative, `satisficing`, `pairs` of alternatives, and the `worlds`."""
        told = {"performance": self.performance}
        if len(self.satisficing):
            told["satisficing"] = self.satisficing
        return told | {"pairs": self.pairs(), "worlds": self.by_world()}

    def by_world(self) -> pd.DataFrame:
        """A row a world, alternative and outcome: mean over seeds, regret, share of seeds that meet the thresholds."""
        rows = []
        for name, standing in self.standings.items():
            means = standing.values.mean(axis=2)
            lost = regret(means, standing.sign)
            for place, alternative in enumerate(self.worlds.alternatives):
                told = self.worlds.table.assign(outcome=name, alternative=alternative, mean=means[place], regret=lost[place])
                rows.append(told)
        return pd.concat(rows, ignore_index=True)

    def pairs(self) -> pd.DataFrame:
        """A row an outcome and pair of alternatives: paired difference of means with its interval, and whether it is decided."""
        rows = []
        rng = np.random.default_rng(self.how["seed"])
        for name, standing in self.standings.items():
            for one in range(len(self.worlds.alternatives)):
                for two in range(one + 1, len(self.worlds.alternatives)):
                    apart = standing.values[one] - standing.values[two]
                    half = float(_half(apart[None], lambda part: part.mean(axis=(1, 2)), rng, self.how["resamples"])[0])
                    mean = float(apart.mean())
                    rows.append(
                        (name, self.worlds.alternatives[one], self.worlds.alternatives[two], mean, half, abs(mean) > half)
                    )
        return pd.DataFrame(rows, columns=["outcome", "alternative", "against", "difference", "difference_half", "decided"])

    def pictures(self) -> dict[str, Picture]:
        """Regret, performance over the worlds, and the satisficing share."""
        from sim.studies.analysis.robustness_figures import pictures

        return pictures(self)

    def paragraphs(self) -> list[str]:
        """What may be said."""
        from sim.studies.analysis.robustness_words import paragraphs

        return paragraphs(self)

    def asked(self) -> Mapping[str, Any]:
        """The question: alternatives, outcomes with direction, thresholds."""
        outcomes = [f"{name}:{DIRECTIONS[standing.sign < 0]}" for name, standing in self.standings.items()]
        return {"alternatives": list(self.keys), "outcomes": outcomes, "thresholds": list(self.thresholds),
                "over": self.over, "reliability": self.reliability, "notes": list(self.cases.notes),
                "points": len(self.cases.varied), **self.how}  # fmt: skip


def robustness(
    study: Any,
    alternatives: str | Sequence[str],
    outcomes: Sequence[str],
    *,
    thresholds: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    over: str = "worlds",
    reliability: float = 0.8,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Robustness:
    """Compare alternatives, the values of one or more varied keys, over all that else varies.

    A world is one setting of the other keys; its performance is the mean over seeds (`over="runs"`: every world with
    every seed is a world of its own). `outcomes` read `members_mean:more` or `wait_international:less`, `thresholds`
    are comparisons that must all hold. Raises SettingError where the alternatives do not stand in the same worlds.
    """
    from sim.studies.analysis.studies import cases_of

    if over not in ("worlds", "runs"):
        raise SettingError(f"over={over}: regret is reckoned over one of worlds, runs.")
    if not 0.0 < reliability <= 1.0:
        raise SettingError(f"reliability={reliability:g} is out of range: the share of seeds that must meet the thresholds in a "
                           "world, above 0 and up to 1, for example 0.8.")  # fmt: skip
    cases = cases_of(study).where(where or {}).whole()
    keys = (alternatives,) if isinstance(alternatives, str) else tuple(alternatives)
    worlds = paired(cases, keys)
    standings = {}
    for text in outcomes:
        standing = _standing(text, cases, worlds)
        standings[standing.quantity.text] = standing
    if not standings:
        raise SettingError("say what counts and which way, for example --outcome members_mean:more (consortium list outcomes).")
    met = {text: cases.grid(condition(text, cases).values)[worlds.points] > 0.5 for text in thresholds}
    rng = np.random.default_rng(seed)
    table = pd.concat(
        [_performance(name, each, worlds, over, resamples, rng) for name, each in standings.items()], ignore_index=True
    )
    enough = _satisficing(met, worlds, reliability, resamples, rng)
    notes = tuple(dict.fromkeys(note for each in standings.values() for note in each.quantity.notes))
    return Robustness(cases, keys, worlds, standings, met, over, reliability, table, enough, notes,
                      {"resamples": resamples, "seed": seed})  # fmt: skip


def paired(cases: Cases, keys: Sequence[str]) -> Worlds:
    """The alternatives with their points world by world. Raises SettingError when one lacks a world that another has."""
    if tuple(keys) == (POINT,):
        cases = replace(cases, varied=pd.DataFrame({POINT: cases.varied.index}, index=cases.varied.index))
    for key in keys:
        if key not in cases.varied:
            raise SettingError(
                f"{key} does not vary in this study.{did_you_mean(key, cases.keys)} It varies {listed(cases.keys)}."
            )
    told = cases.varied.map(written)
    which = told[list(keys)].agg(", ".join, axis=1) if len(keys) > 1 else told[keys[0]]
    others = [key for key in cases.keys if key not in keys and cases.varied[key].nunique() > 1]
    world = told[others].agg("\0".join, axis=1) if others else pd.Series("", index=told.index)
    names = list(dict.fromkeys(which))
    if len(names) < 2:
        raise SettingError(f"{listed(keys)} has one value in this study ({names[0]}): there are no alternatives to compare.")
    table = pd.DataFrame({"alternative": which.to_numpy(), "world": world.to_numpy(), "place": np.arange(len(which))})
    twice = table[table.duplicated(["alternative", "world"])]
    if len(twice):
        raise SettingError(
            f"{twice.iloc[0]['alternative']} stands twice in the same world: the points are not alternatives × worlds."
        )
    wide = table.pivot(index="world", columns="alternative", values="place").reindex(
        index=list(dict.fromkeys(world)), columns=names
    )
    if wide.isna().any().any():
        _refuse_unpaired(wide, others)
    points = wide.to_numpy(dtype=int).T
    return Worlds(tuple(names), cases.varied[others].iloc[points[0]].reset_index(drop=True), points)


def _refuse_unpaired(wide: pd.DataFrame, others: list[str]) -> None:
    lacks = wide.isna().sum()
    worst = lacks.idxmax()
    example = wide.index[wide[worst].isna()][0].split("\0")
    said = ", ".join(f"{key}={value}" for key, value in zip(others, example, strict=True))
    raise SettingError(
        f"the alternatives do not stand in the same worlds: {worst} lacks {int(lacks[worst])} of {len(wide)}, for "
        f"example {said}. "
        "Regret between different worlds would compare luck; cross the alternatives with one sample of the rest (in a design: "
        "a list of alternatives beside sampled uncertainties)."
    )


def _standing(text: str, cases: Cases, worlds: Worlds) -> Standing:
    """An outcome with its direction."""
    name, colon, direction = text.rpartition(":")
    if not colon or direction.strip() not in DIRECTIONS:
        raise SettingError(f"{text}: say whether more or less of it is better, for example --outcome '{name or text}:more'.")
    told = quantity(name.strip(), cases)
    return Standing(told, 1.0 if direction.strip() == "more" else -1.0, cases.grid(told.values)[worlds.points])


def regret(values: np.ndarray, sign: float) -> np.ndarray:
    """What is lost against the best alternative of the same world (alternatives × worlds; never below zero).

    >>> regret(np.array([[1.0, 4.0], [3.0, 2.0]]), 1.0).tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """
    good = sign * values
    return good.max(axis=0) - good


def _half(values: np.ndarray, measure: Any, rng: np.random.Generator, resamples: int) -> np.ndarray:
    """Half of the 95 % interval of a measure of alternatives × worlds × seeds: worlds drawn again, seeds left out."""
    turned = np.moveaxis(values, 1, 0)
    if len(turned) == 1:
        return seeds.half_of_seeds(values, measure)
    return seeds.half_width(turned, lambda part: measure(np.moveaxis(part, 0, 1)), rng, resamples)


def _performance(
    name: str, standing: Standing, worlds: Worlds, over: str, resamples: int, rng: np.random.Generator
) -> pd.DataFrame:
    """A row an alternative: level, worst, regret with what chance alone would show, share of worlds in which it is best."""
    values, sign = standing.values, standing.sign
    flat = values.reshape(len(values), -1) if over == "runs" else values.mean(axis=2)
    lost = regret(flat, sign)

    def mean_regret(part: np.ndarray) -> np.ndarray:
        return regret(part.reshape(len(part), -1) if over == "runs" else part.mean(axis=2), sign).mean(axis=1)

    best = np.isclose(lost, 0.0, atol=1e-12)
    bad = np.quantile(sign * flat, 0.1, axis=1) * sign
    told = pd.DataFrame({"outcome": name, "alternative": worlds.alternatives, "mean": flat.mean(axis=1)})
    told["mean_half"] = _half(values, lambda part: part.mean(axis=(1, 2)), rng, resamples)
    told["worst"], told["bad_tenth"] = sign * (sign * flat).min(axis=1), bad
    told["regret_mean"], told["regret_mean_half"] = lost.mean(axis=1), _half(values, mean_regret, rng, resamples)
    told["regret_90"], told["regret_max"] = np.quantile(lost, 0.9, axis=1), lost.max(axis=1)
    told["best_share"] = (best / best.sum(axis=0)).mean(axis=1)
    told["regret_by_chance"] = _regret_by_chance(values, sign, over, rng)
    told["least_regret_again"] = _wins(values, mean_regret, rng, resamples)
    return told


def _regret_by_chance(values: np.ndarray, sign: float, over: str, rng: np.random.Generator) -> float:
    """The mean regret that chance alone would show, if all alternatives were alike in every world (wild bootstrap by seed)."""
    count_ = values.shape[2]
    if over == "runs" or count_ < 4:
        return np.nan
    apart = values - values.mean(axis=0)
    rest = (apart - apart.mean(axis=2, keepdims=True)) * np.sqrt(count_ / (count_ - 1.0))
    return float(np.mean([regret((rest * row).mean(axis=2), sign).mean() for row in seeds.signs(count_, rng, 128)]))


def _wins(values: np.ndarray, measure: Any, rng: np.random.Generator, resamples: int) -> np.ndarray:
    """In what share of the resamples of worlds and seeds an alternative has the least mean regret (ties divided)."""
    _, worlds, count_ = values.shape
    won = np.zeros(len(values))
    for _ in range(resamples):
        part = values[:, rng.integers(worlds, size=worlds)][:, :, rng.integers(count_, size=count_)]
        lost = measure(part)
        least = np.isclose(lost, lost.min(), atol=1e-12)
        won += least / least.sum()
    return won / resamples


def _satisficing(met: Mapping[str, np.ndarray], worlds: Worlds, reliability: float, resamples: int,
                 rng: np.random.Generator) -> pd.DataFrame:  # fmt: skip
    """A row an alternative: share of histories that meet all thresholds, and of worlds that do so reliably (domain criterion)."""
    if not met:
        return pd.DataFrame()
    together = np.logical_and.reduce(list(met.values())).astype(float)
    told = pd.DataFrame({"alternative": worlds.alternatives, "satisficing": together.mean(axis=(1, 2)),
                         "satisficing_half": _half(together, lambda part: part.mean(axis=(1, 2)), rng, resamples)})  # fmt: skip

    def domain(part: np.ndarray) -> np.ndarray:
        return (part.mean(axis=2) >= reliability - 1e-12).mean(axis=1)

    told["domain"], told["domain_half"] = domain(together), _half(together, domain, rng, resamples)
    for text, each in met.items():
        told[f"meets {text}"] = each.mean(axis=(1, 2))
    return told
