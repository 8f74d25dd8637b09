"""What may be said of a sensitivity analysis, in sentences, and what may not."""

from typing import TYPE_CHECKING

import pandas as pd

from sim.studies.analysis.answers import number
from sim.studies.analysis.cases import count, listed
from sim.studies.analysis.indices import Indices
from sim.studies.analysis.quantities import censored
from sim.studies.analysis.seeds import Split

if TYPE_CHECKING:
    from sim.studies.analysis.sensitivity_analysis import Sensitivity

LIKELY = 0.05
_FEW_TRAJECTORIES, _FEW_SAMPLES = 10, 64


def paragraphs(made: "Sensitivity") -> list[str]:
    """One paragraph on the design, one a quantity, one on what must not be concluded."""
    return [_design(made), *(_quantity(made, name) for name in made.found), _limits(made)]


def _design(made: "Sensitivity") -> str:
    seeds = len(made.cases.seeds)
    how = ("The measure mu* is the mean change of the outcome, up or down, over the whole range of a parameter; it "
           "ranks, it does "
           "not share out.") if made.method == "morris" else (
           "The first index is the share of the variance of the mean over seeds that a parameter takes away when it is known; "
           "the total index is its share with all its interplay.")  # fmt: skip
    if seeds == 1:
        common = "Every point ran with one seed only: chance and parameters cannot be told apart."
    else:
        common = f"Every point ran with the same {seeds} seeds, and the indices are those of the mean over them."
        common += " Fewer than four seeds are no test against chance." if seeds < 4 else ""
    return f"{made.cases.sized()}. {how} {common}"


def _quantity(made: "Sensitivity", name: str) -> str:
    each, asked = made.found[name], made.quantities[name]
    level, unit = _said(each.mean, asked.unit), unit_of_change(asked.unit)
    notes = [*asked.notes, *filter(None, [censored(name, made.cases)])]
    said = "".join(f" {note}." for note in notes)
    if each.constant:
        return (f"**{name}** is {level} in every history: nothing in these ranges moves it, and no "
                "index can be "
                f"given.{said}")  # fmt: skip
    parts = [f"**{name}** is {level} on average.{said}"]
    parts += _morris(each, unit) if made.method == "morris" else _sobol(each)
    parts += [*_shares(each.split, len(made.cases.seeds)), *_settled(made, each)]
    return " ".join(parts)


def _said(value: float, unit: str) -> str:
    """A level with its unit; a year as a year."""
    if unit == "year":
        return f"{value:.1f}"
    return f"{number(value)} {unit}" if unit not in ("", "0 or 1", "chance") else number(value)


def unit_of_change(unit: str) -> str:
    """The unit of a difference, after a number: ` years` for a year, nothing for a chance."""
    return "" if unit in ("", "0 or 1", "chance") else " years" if unit == "year" else f" {unit}"


def _sorted(table: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Parameters that move it beyond chance, largest first; those that chance explains; those that move nothing."""
    ranked = table.sort_values(by, ascending=False)
    still = ranked.index[ranked[by] <= 1e-12].tolist()
    likely = ranked.index[(ranked["chance_gives"] > LIKELY) & ~ranked.index.isin(still)].tolist()
    return ranked[~ranked.index.isin([*still, *likely])], likely, still


def _rest(likely: list[str], still: list[str]) -> list[str]:
    said = []
    if likely:
        said.append(f"Not told apart from chance with these seeds: {listed(likely, 12)}.")
    if still:
        said.append(f"{listed(still, 12)} {'moves' if len(still) == 1 else 'move'} it in no history.")
    return said


def _morris(each: Indices, unit: str) -> list[str]:
    moving, likely, still = _sorted(each.table, "mu_star")
    if moving.empty:
        return ["No parameter moves it beyond what chance gives.", *_rest(likely, still)]
    told = [f"{name} ({_sign(row)}{number(row['mu_star'])} ± {number(row['mu_star_half'])}{unit})"
            for name, row in moving.head(5).iterrows()]  # fmt: skip
    said = [f"It is moved most by {', '.join(told)} over the whole range of each."]
    bent = moving.index[(moving["mu"].abs() < 0.5 * moving["mu_star"])].tolist()
    if bent:
        said.append(f"{listed(bent)} {'works' if len(bent) == 1 else 'work'} up in some places and down in others.")
    return [*said, *_tie(moving, "mu_star"), *_rest(likely, still)]


def _sign(row: pd.Series) -> str:
    if abs(row["mu"]) < 0.5 * row["mu_star"]:
        return "±"
    return "+" if row["mu"] > 0 else "−"


def _sobol(each: Indices) -> list[str]:
    moving, likely, still = _sorted(each.table, "total")
    if moving.empty:
        return ["No parameter takes a share beyond what chance gives.", *_rest(likely, still)]
    told = [f"{name} (total {row['total']:.2f} ± {row['total_half']:.2f}, alone {row['first']:.2f} ± {row['first_half']:.2f})"
            for name, row in moving.head(5).iterrows()]  # fmt: skip
    alone, half = each.table["first"].sum(), float((each.table["first_half"] ** 2).sum() ** 0.5)
    said = [f"Most of the variance of the mean goes with {', '.join(told)}.",
            f"First indices add up to {alone:.2f} ± {half:.2f}" +
            ("; the rest is interplay of parameters." if alone + half < 1.0 else ": interplay cannot be shown."),
            *_tie(moving, "total"), *_rest(likely, still)]  # fmt: skip
    with_seed = each.table["seed_interaction"]
    largest = with_seed.idxmax() if with_seed.notna().any() else None
    if largest is not None and with_seed[largest] > 0.05:
        said.append(
            f"What {largest} does depends most on the seed: {with_seed[largest]:.0%} of the variance of single histories."
        )
    return said


def _tie(moving: pd.DataFrame, by: str) -> list[str]:
    """Whether the first two can be told apart."""
    if len(moving) < 2:
        return []
    one, two = moving.iloc[0], moving.iloc[1]
    apart = one[by] - two[by] > (one[f"{by}_half"] ** 2 + two[f"{by}_half"] ** 2) ** 0.5
    return [] if apart else [f"The order of the first two, {moving.index[0]} and {moving.index[1]}, is not certain."]


def _shares(split: Split | None, seeds: int) -> list[str]:
    if split is None or seeds < 2:
        return []
    chance = split.seed + split.together
    moral = ("One history says little about these parameters: compare means over many seeds." if chance > 0.5 else
             "Single histories follow the parameters more than chance." if chance < 0.25 else
             "Chance and parameters weigh alike: single histories must not be compared.")  # fmt: skip
    parts = ((split.parameters, split.halves[0], "with the parameters"), (split.seed, split.halves[1], "with the seed alone"),
             (split.together, split.halves[2], "with both together"))  # fmt: skip
    told = ", ".join(f"{value:.0%} ({max(value - half, 0.0):.0%} to {min(value + half, 1.0):.0%}) {words}"
                     for value, half, words in parts)  # fmt: skip
    return [f"Of the variance of single histories goes {told}. {moral}"]


def _settled(made: "Sensitivity", each: Indices) -> list[str]:
    """Whether half of the design would have said the same."""
    by = "mu_star" if made.method == "morris" else "total"
    sizes = sorted(each.convergence["n"].unique()) if len(each.convergence) else []
    if len(sizes) < 2:
        return ["The design is too small to see whether the figures have settled."]
    wide = each.convergence.pivot(index="parameter", columns="n", values=by)
    change = (wide[sizes[-1]] - wide[sizes[-2]]).abs()
    worst = change.idxmax()
    half = float(each.table.loc[worst, f"{by}_half"])
    unit = "trajectories" if made.method == "morris" else "base samples"
    few = sizes[-1] < (_FEW_TRAJECTORIES if made.method == "morris" else _FEW_SAMPLES)
    if change[worst] <= half and not few:
        return [f"Half of the {unit} says the same within the intervals."]
    why = f"from {sizes[-2]} to {sizes[-1]} {unit} {worst} still moved by {number(float(change[worst]))}"
    return [f"Not settled: {why}; take more before you read the figures closely." if change[worst] > half else
            f"{count(int(sizes[-1]), unit[:-1])} are few: read the order, not the figures."]  # fmt: skip


def _limits(made: "Sensitivity") -> str:
    several = len(made.names) * len(made.found)
    return (f"This report holds {several} pairs of parameter and outcome; one in twenty passes the test against chance without "
            "any effect. The figures hold for the ranges of this design: a wider range makes a parameter weigh "
            "more. They speak of the model, not of the record, and a parameter that moves nothing here may move another "
            "outcome.")  # fmt: skip
