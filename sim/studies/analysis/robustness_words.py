"""What may be said of the robustness of alternatives, in sentences, and what the runs do not decide."""

from typing import TYPE_CHECKING

import pandas as pd

from sim.studies.analysis.answers import number
from sim.studies.analysis.cases import count, listed
from sim.studies.analysis.quantities import censored
from sim.studies.analysis.sensitivity_words import unit_of_change

if TYPE_CHECKING:
    from sim.studies.analysis.robustness_analysis import Robustness

_SURE = 0.9


def paragraphs(made: "Robustness") -> list[str]:
    """The comparison, one paragraph an outcome, the thresholds, what must not be concluded."""
    return [_comparison(made), *(_outcome(made, name) for name in made.standings), *_enough(made), _limits(made)]


def _comparison(made: "Robustness") -> str:
    worlds, seeds = len(made.worlds.table), len(made.cases.seeds)
    rest = list(made.worlds.table.columns)
    what = f"worlds differ in {listed(rest)}" if rest else "nothing but the seed differs, so this is one world"
    how = "the mean over its seeds counts" if made.over == "worlds" else "every seed counts as a world of its own, luck included"
    return (f"{listed(made.worlds.alternatives, 12)} stand in the same {count(worlds, 'world')}, each with the same "
            f"{count(seeds, 'seed')}; {what}. In a world {how}.")  # fmt: skip


def _outcome(made: "Robustness", name: str) -> str:
    standing = made.standings[name]
    rows = made.performance[made.performance["outcome"] == name].set_index("alternative")
    unit = unit_of_change(standing.quantity.unit)
    way = "more" if standing.sign > 0 else "less"
    notes = "".join(f" {note}." for note in [*standing.quantity.notes, *filter(None, [censored(name, made.cases)])])
    if rows["mean"].nunique() == 1 and float(rows["regret_max"].max()) == 0.0:
        return (
            f"**{name}** ({way} is better) is the same under every alternative in every world: they do not differ by it.{notes}"
        )
    least = rows["regret_mean"].idxmin()
    told = rows.loc[least]
    said = [f"**{name}** ({way} is better):{notes} **{least}** regrets least, {number(told['regret_mean'])}{unit} on average "
            f"(± {number(told['regret_mean_half'])}), {number(told['regret_max'])} at most, and is best in "
            f"{told['best_share']:.0%} "
            "of the worlds."]  # fmt: skip
    said += [_sure(rows, least), *_most(rows, least), *_chance(rows), *_dominated(made, name), *_undecided(made, name)]
    return " ".join(said)


def _sure(rows: pd.DataFrame, least: str) -> str:
    share = float(rows.loc[least, "least_regret_again"])
    if share >= _SURE:
        return f"With worlds and seeds drawn again it is first in {share:.0%} of the draws."
    others = rows["least_regret_again"].drop(least)
    return (f"This is not decided: with worlds and seeds drawn again it is first in {share:.0%} of the draws, "
            f"{others.idxmax()} in {others.max():.0%}.")  # fmt: skip


def _most(rows: pd.DataFrame, least: str) -> list[str]:
    """Where the cautious would choose otherwise."""
    said = []
    cautious = rows["regret_max"].idxmin()
    if cautious != least:
        said.append(f"Who fears the largest regret would choose {cautious} (at most {number(rows.loc[cautious, 'regret_max'])}).")
    return said


def _chance(rows: pd.DataFrame) -> list[str]:
    alone = float(rows["regret_by_chance"].iloc[0])
    if alone != alone or alone < 0.1 * float(rows["regret_mean"].max()):
        return []
    return [f"About {number(alone)} of every mean regret would be seen if the alternatives were all alike: the best of several "
            "means is partly luck."]  # fmt: skip


def _dominated(made: "Robustness", name: str) -> list[str]:
    standing = made.standings[name]
    good = standing.sign * standing.values.mean(axis=2)
    if good.shape[1] < 2:
        return []
    said = []
    for one, better in enumerate(made.worlds.alternatives):
        beaten = [other for two, other in enumerate(made.worlds.alternatives)
                  if two != one and (good[one] >= good[two]).all() and (good[one] > good[two]).any()]  # fmt: skip
        if beaten:
            said.append(f"{better} is at least as good as {listed(beaten)} in every world.")
    return said


def _undecided(made: "Robustness", name: str) -> list[str]:
    pairs = made.pairs()
    open_ = pairs[(pairs["outcome"] == name) & ~pairs["decided"]]
    if open_.empty:
        return []
    told = [f"{row.alternative} and {row.against}" for row in open_.itertuples()]
    return [f"The runs do not tell the means of {listed(told, 4)} apart."]


def _enough(made: "Robustness") -> list[str]:
    if made.satisficing.empty:
        return ["No thresholds were given, so nothing is said about what is good enough (`--threshold 'members_mean>10'`)."]
    rows = made.satisficing.set_index("alternative")
    best, wide = _first(rows["satisficing"]), _first(rows["domain"])
    told = ", ".join(f"{name} {row['satisficing']:.0%} (± {row['satisficing_half']:.0%})" for name, row in rows.iterrows())
    said = f"All of {listed(made.thresholds, 8)} hold in this share of the histories: {told}. {best} most often."
    level = f"{made.reliability:.0%} of the seeds"
    if rows["domain"].max() == 0.0:
        return [f"{said} In no world does any alternative meet them in at least {level}."]
    domains = ", ".join(f"{name} {row['domain']:.0%}" for name, row in rows.iterrows())
    said += f" Worlds in which they hold in at least {level} (domain criterion): {domains}"
    return [said + ("." if wide == best else f"; by this {wide} first.")]


def _first(shares: pd.Series) -> str:
    """Who has the largest share, and who shares it."""
    return f"**{' and '.join(shares.index[shares >= shares.max() - 1e-12])}**"


def _limits(made: "Robustness") -> str:
    key = made.keys[0]
    worst = made.performance.sort_values("regret_mean").iloc[0]["alternative"]
    example = f"`consortium discover DIR --where {key}={worst} --outcome …`" if len(made.keys) == 1 else "`consortium discover`"
    return ("Shares are shares of the worlds of this design, not probabilities; another range of worlds may reverse the order. "
            f"Where an alternative fails, {example} finds. The alternatives are compared within the model.")  # fmt: skip
