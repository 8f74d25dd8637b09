"""Rival rules for membership and for merger: each is recalibrated before it is compared, the model's own rule as well.

Recalibrated means: points over the parameters that matter to the rule, everything else at the best point, a few common seeds
each; the point nearest to the *fit* patterns is run over fresh seeds and held against every pattern.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from sim.parameters import declared
from sim.paths import data
from sim.patterns import Evidence, Pattern, evaluate
from sim.settings import Settings
from sim.studies.design import Design, Keep, Point
from sim.studies.study import Study
from sim.studies.validation.sample import SEED, Sample
from sim.studies.validation.studies import RIVAL_SEEDS, Terms, Works, seeds_from

REACH = 3.0
"""A parameter is searched between its default over this and its default times this."""
FRESH = 50
"""So many seeds after the first of the search begin those on which the rules are compared."""


@dataclass(frozen=True)
class Rule:
    """One rule of a subject: what chooses it and which parameters are chosen anew for it."""

    name: str
    of: str
    label: str
    chosen: tuple[str, ...]
    over: tuple[str, ...]
    source: str


@cache
def rules() -> tuple[Rule, ...]:
    """The rules that are compared, the model's own first within each subject."""
    import yaml

    held = yaml.safe_load(data("rivals.yaml").read_text(encoding="utf-8"))
    return tuple(Rule(name, told["of"], told["label"], tuple(told["set"]), tuple(told["over"]), told["source"])
                 for name, told in held.items())  # fmt: skip


def ranges(rule: Rule) -> dict[str, tuple[float, float]]:
    """Where each parameter of a rule is searched: around its default, within its declared range."""
    known = {each.name: each for each in declared(Settings)}
    found = {}
    for name in rule.over:
        told = known[name]
        low, high = sorted((float(told.default) / REACH, float(told.default) * REACH))
        found[name] = (max(low, -np.inf if told.low is None else told.low), min(high, np.inf if told.high is None else told.high))
    return found


def candidates(rule: Rule, sample: Sample, count: int) -> list[Point]:
    """The best point under a rule, then points of a Sobol sequence over the rule's parameters."""
    from scipy.stats import qmc

    held = {name: value for name, value in sample.best.items() if name not in rule.over}
    between = ranges(rule)
    size = 1 << max(0, count - 1).bit_length()
    rows = qmc.Sobol(len(between), rng=np.random.default_rng(SEED)).random(size)[: count - 1]
    overrides = (*sample.overrides, *rule.chosen)
    points = [Point("as it is", overrides, sample.best)]
    for number, row in enumerate(rows):
        values = {name: float(low + place * (high - low))
                  for (name, (low, high)), place in zip(between.items(), row, strict=True)}  # fmt: skip
        points.append(Point(f"{number:03d}", overrides, held | values))
    return points


def compared(sample: Sample, terms: Terms, works: Works, own: tuple[Pattern, ...] | None = None) -> pd.DataFrame | None:
    """Recalibrate and run every rule; a row a rule and pattern. None when broken off."""
    tables = []
    for rule in rules():
        points = candidates(rule, sample, terms.rival_points)
        seeds = seeds_from(RIVAL_SEEDS, terms.rival_seeds)
        search = works.run(f"rivals/{rule.name}/search", Design(points, seeds, Keep(events=False)))
        if search is None:
            return None
        best, distance = nearest(search)
        point = next(each for each in points if each.name == best)
        fresh = seeds_from(RIVAL_SEEDS + FRESH, terms.rival_replicates)
        study = works.run(f"rivals/{rule.name}/fresh", Design((point,), fresh))
        if study is None:
            return None
        told = evaluate(Evidence(study), declared=own)
        told.insert(0, "rule", rule.name)
        told["of"], told["rule_label"], told["distance"], told["chosen"] = rule.of, rule.label, distance, _written(rule, point)
        told["runs"] = len(points) * len(seeds) + len(fresh)
        tables.append(told)
    return pd.concat(tables, ignore_index=True)


def nearest(search: Study) -> tuple[str, float]:
    """The point of a search that is nearest to the fit patterns, and how far it is (half widths)."""
    from sim.studies.calibration.targets import by_point, distances, statistics

    values = by_point(statistics(search))
    off = distances(values)
    place = int(np.argmin(off))
    return str(values.index[place]), float(off[place])


def _written(rule: Rule, point: Point) -> str:
    """The recalibrated parameters, as written."""
    values = [f"{name}={point.values[name]:.3g}" for name in rule.over if name in point.values]
    return " ".join(values) or "as it is"


def passed(table: pd.DataFrame) -> pd.DataFrame:
    """A row a rule: patterns passed and measured by use, distance, and what it meets or misses otherwise than the own rule."""
    rows = []
    for of, subject in table.groupby("of", sort=False):
        names = list(dict.fromkeys(subject["rule"]))
        own = _met(subject, names[0])
        for name in names:
            part = subject[subject["rule"] == name]
            row: dict[str, object] = {"of": of, "rule": name, "label": part["rule_label"].iloc[0]}
            for use in ("fit", "check"):
                of_use = part[part["use"] == use]
                row[f"{use}_passed"], row[f"{use}_measured"] = int(of_use["pass"].sum()), int(of_use["measured"].sum())
            met = _met(subject, name)
            first = part.iloc[0]
            row |= {"distance": float(first["distance"]), "runs": int(first["runs"]), "chosen": first["chosen"],
                    "gained": " ".join(sorted(met - own)), "lost": " ".join(sorted(own - met))}  # fmt: skip
            rows.append(row)
    return pd.DataFrame(rows)


def _met(subject: pd.DataFrame, rule: str) -> set[str]:
    part = subject[subject["rule"] == rule]
    return set(part.loc[part["pass"], "pattern"])
