"""Sensitivity: which parameters move an outcome, by how much, and how much of it is chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sim.parameters import SettingError
from sim.studies.analysis import frames, indices
from sim.studies.analysis.answers import Answer, Picture
from sim.studies.analysis.cases import Cases
from sim.studies.analysis.quantities import Quantity, quantity

OUTCOMES = ("wait_international", "wait_industry_led", "wait_bi_national", "members_mean", "product_density_2020_gb_in2")
"""What is analysed when nothing is asked for, as far as the study holds it."""
RESAMPLES = 200


@dataclass(frozen=True)
class Sensitivity(Answer):
    """Measures of every parameter on every quantity asked for; see `sensitivity`."""

    cases: Cases
    names: tuple[str, ...]
    found: Mapping[str, indices.Indices]
    quantities: Mapping[str, Quantity]
    resamples: int
    kind = "sensitivity"

    @property
    def method(self) -> str:
        """`morris` or `saltelli`."""
        return str(self.cases.method["kind"])

    @property
    def title(self) -> str:
        """What the report is called."""
        how = "Morris screening" if self.method == "morris" else "Sobol indices"
        return f"What moves the outcomes: {how} of {len(self.names)} parameters"

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """The range of each parameter."""
        return frames.ranges(self.cases, list(self.names))

    def tables(self) -> dict[str, pd.DataFrame]:
        """`indices` a row a quantity and parameter, `seed_share`, `convergence` and, for second order, `pairs`."""
        told = {"indices": self._joined("table"), "seed_share": self._shares(), "convergence": self._joined("convergence")}
        pairs = self._joined("pairs")
        return told | ({"pairs": pairs} if len(pairs) else {})

    def _joined(self, part: str) -> pd.DataFrame:
        rows = []
        for name, each in self.found.items():
            table: pd.DataFrame = getattr(each, part)
            if part == "table" and len(table):
                table = pd.concat([self.ranges[["low", "high"]], table], axis=1).rename_axis("parameter").reset_index()
                table = table.sort_values("total" if self.method == "saltelli" else "mu_star", ascending=False, kind="stable")
            if len(table):
                rows.append(table.assign(outcome=name)[["outcome", *table.columns]])
        return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame({"outcome": []})

    def _shares(self) -> pd.DataFrame:
        rows = []
        for name, each in self.found.items():
            split = each.split
            if split is not None:
                rows.append((name, each.mean, each.spread, split.parameters, split.halves[0], split.seed, split.halves[1],
                             split.together, split.halves[2]))  # fmt: skip
        columns = [
            "outcome",
            "mean",
            "deviation",
            "parameters",
            "parameters_half",
            "seed",
            "seed_half",
            "together",
            "together_half",
        ]
        return pd.DataFrame(rows, columns=columns)

    def pictures(self) -> dict[str, Picture]:
        """The measures, their convergence and the share of the seed, for every quantity that varies."""
        from sim.studies.analysis.sensitivity_figures import pictures

        return pictures(self)

    def paragraphs(self) -> list[str]:
        """What may be said."""
        from sim.studies.analysis.sensitivity_words import paragraphs

        return paragraphs(self)

    def asked(self) -> Mapping[str, Any]:
        """The question: quantities, where, resamples."""
        return {"outcomes": list(self.quantities), "notes": list(self.cases.notes), "resamples": self.resamples,
                "points": len(self.cases.varied)}  # fmt: skip


def sensitivity(
    study: Any,
    outcomes: Sequence[str] = (),
    *,
    where: Mapping[str, str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Sensitivity:
    """Analyse a Morris or Saltelli study: its directory, the study, or cases made from frames.

    Indices are those of the mean over the common seeds; the seed is a factor of its own. `outcomes` are outcomes or
    expressions (`reached(year_bi_national)`). Raises SettingError for missing, failed or doubled runs, for values that
    are no numbers, for points that do not stand in the order of their design.
    """
    from sim.studies.analysis.studies import cases_of

    cases = cases_of(study).where(where or {}).whole()
    names = frames.factors(cases)
    asked = list(outcomes) or [name for name in OUTCOMES if name in cases.outcomes]
    if not asked:
        raise SettingError("say which outcomes to analyse, for example --outcome members_mean (consortium list outcomes).")
    quantities = {text: quantity(text, cases) for text in dict.fromkeys(asked)}
    found = {text: indices.analysed(cases, names, cases.grid(each.values), resamples, seed) for text, each in quantities.items()}
    return Sensitivity(cases, tuple(names), found, quantities, resamples)
