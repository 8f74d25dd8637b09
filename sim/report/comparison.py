"""The report of a comparison: what is decided, what is not, who is best, what the public pays for speed, who gains."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.records import provenance
from sim.records.outcomes import OUTCOMES
from sim.report import findings
from sim.report.comparison_figures import best_figure, differences_figure, pareto_figure
from sim.report.findings import Section, Table
from sim.studies.comparison.alternatives import TWIN
from sim.studies.comparison.tables import COST, MOST, SPEED

if TYPE_CHECKING:
    from sim.studies.comparison.compare import Comparison

GAINS = {
    "core": ("take_up_core",), "other members": ("take_up_others",), "outsiders": ("take_up_outsiders",),
    "users": ("consumer_surplus_busd",), "makers": ("producer_surplus_busd",),
    "nations": ("domestic_unit_share_mean", "know_how_leaked_abroad", "public_money_to_home_musd", "public_money_to_sister_musd",
                "public_money_to_others_musd"),
}  # fmt: skip
"""Who gains → the outcomes that say so."""

READING = (
    "Every alternative meets **the same worlds**: the same seeds and the same random numbers, so that two histories differ by "
    "the alternative alone. A difference is taken seed by seed; its interval holds 95 % (Student's t over the pairs).",
    "A difference is **decided** where its interval leaves zero out. Of twenty intervals one leaves it out by chance.",
    "**More runs** are those with which a paired test would see, with 80 % power, a true difference as large as the one "
    "observed. A small observed difference may mean that there is none.",
    "**Best** is the share of worlds in which an alternative is best (ties divided); **regret** what is lost against the best of "
    "the same world. Only outcomes with a direction that everybody would agree on are judged.",
    "One alternative **dominates** another where it is decidedly better in some judged outcome and decidedly worse in none. It "
    "may still be behind, undecidedly, in others.",
    "A wait that never ends counts to the horizon. An outcome that does not apply to a run (no public money, no core exit) is "
    "left out of its pair.",
)
MAY_NOT = (
    "These are differences **in this model**, in its industry and between its countries; a charter from another industry shows "
    "what its terms do among storage firms.",
    "A charter is where bodies begin: with `governance.charter_fixed=false` they change it, and two charters may end alike.",
    "Levels should not be read; fees and tier steps of the real bodies are assumed.",
)


def comparison_report(made: "Comparison", folder: Path) -> list[Path]:
    """Write figures, `report.html` and `report.md`; returns the files, the page first. Raises OutputError."""
    figures = [
        findings.put(differences_figure(made), "differences", "Differences", "Outcomes by alternatives, coloured.",
                     f"Paired differences from *{made.against}*. Blue is decidedly better, orange decidedly worse, grey decided "
                     "without a direction everybody shares; white is not decided. NaN pairs are left out.", folder),
        findings.put(pareto_figure(made), "pareto", "Public cost and speed", "Public cost against years to products.",
                     "What taxpayers paid over the run against the mean years from first publication to product of the later "
                     "disk systems; crosses are means with 95 % intervals, dots single histories. Down and left is better; the "
                     "line joins those that no other beats in both.", folder),
    ]  # fmt: skip
    if len(made.tables["best"]):
        figures.append(
            findings.put(best_figure(made), "best", "Who is best", "Share of worlds in which each alternative is best, as bars.",
                         "Share of the same worlds in which each alternative is best, ties divided.", folder))  # fmt: skip
    sections = [
        Section("What may be said", points=sentences(made), figures=figures[:1]),
        Section("What the runs do not decide", words=[undecided_words(made)], tables=[undecided_table(made)]),
        Section("Means", tables=[means_table(made)]),
        Section("Public cost and speed", words=[pareto_words(made)], figures=figures[1:2]),
        Section("Best, regret, dominance", words=[dominance_words(made)], tables=best_tables(made), figures=figures[2:]),
        *([Section("Added value and who gains", words=[_ADDED], tables=added_tables(made))] if made.twin else []),
        Section("How to read it", points=READING),
        Section("What may not be said", points=MAY_NOT),
    ]
    pages = findings.write(folder, made.alternatives.question or "Alternatives in the same worlds", facts(made), sections)
    return [*pages, *(path for figure in figures for path in figure.files)]


_ADDED = (f"Against the same world in which nobody may found a consortium (*{TWIN}*). Per dollar: the mean difference over "
          "what the lineage received over the run. Intervals are over all pairs.")  # fmt: skip


def facts(made: "Comparison") -> list[tuple[str, str]]:
    """What was run, as pairs of label and value."""
    told = [(f"Alternative: {point.name}", _short(" ".join(point.overrides)) or "as shipped")
            for point in made.alternatives.points]  # fmt: skip
    failed = f"; {len(made.study.failed)} histories failed" if len(made.study.failed) else ""
    runs = f"{len(made.seeds)} seeds, from {made.seeds[0]} to {made.seeds[-1]}{failed}"
    return [*told, ("Held fixed", " ".join(made.overrides) or "all other settings as shipped"), ("Worlds", runs),
            ("Version", provenance.versions()["sim"])]  # fmt: skip


def _short(words: str) -> str:
    return words if len(words) < 300 else words[:297] + "…"


def label(outcome: str) -> str:
    """An outcome as it is printed: label and unit."""
    told = OUTCOMES[outcome]
    return f"{told.label} ({told.unit})"


def figure_of(value: float) -> str:
    """A number with three digits, a dash for none.

    >>> figure_of(1234.5), figure_of(0.01234), figure_of(float("nan"))
    ('1,234', '0.0123', '–')
    """
    if value != value:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def interval(row: Any, sign: str = "+") -> str:
    """A difference with its interval."""
    mean, low, high = row.difference, row.low, row.high
    return f"{_signed(mean, sign)} ({_signed(low, sign)} to {_signed(high, sign)})" if low == low else _signed(mean, sign)


def _signed(value: float, sign: str) -> str:
    text = figure_of(value)
    return f"+{text}" if sign == "+" and value == value and value > 0 else text


def sentences(made: "Comparison", most: int = 14) -> list[str]:
    """The decided differences in words, the largest against their deviation first, then the best."""
    told = made.tables["differences"]
    sure = told[told["decided"]]
    size = sure["difference"].abs() / sure["deviation"].where(sure["deviation"] > 0)
    sure = sure.assign(size=size.fillna(math.inf))
    sure = sure.sort_values("size", ascending=False, kind="stable").head(most)
    said = [f"**{row.alternative}**: {OUTCOMES[row.outcome].label} {interval(row)} {OUTCOMES[row.outcome].unit} against "
            f"*{made.against}*{_verdict(made, row)}." for row in sure.drop(columns="size").itertuples(index=False)]  # fmt: skip
    rest = int(told["decided"].sum()) - len(said)
    if rest > 0:
        said.append(f"… and {rest} more differences, in the tables.")
    return said or ["No difference is decided by these runs."]


def _verdict(made: "Comparison", row: Any) -> str:
    better = made.alternatives.judged.get(row.outcome)
    return "" if better is None else " – better" if better * row.difference > 0 else " – worse"


def undecided_words(made: "Comparison") -> str:
    """How many differences are open, and how many runs would close them."""
    told = made.tables["differences"]
    open_ = told[~told["decided"] & told["difference"].notna()]
    same = open_[open_["deviation"].fillna(0) == 0]
    reachable = open_[(open_["deviation"] > 0) & (open_["more_runs"] < math.inf)]
    words = f"{len(open_)} of {len(told)} differences are not decided by {len(made.seeds)} seeds"
    words += f"; {len(same)} of them are the same in every pair" if len(same) else ""
    if len(reachable):
        half = int(reachable["more_runs"].median())
        words += (f". {half:,} more seeds would decide half of the {len(reachable)} within reach, "
                  f"if they are as large as observed; the others would need more than {MOST:,}")  # fmt: skip
    return words + "."


def undecided_table(made: "Comparison", most: int = 40) -> Table:
    """The open differences, those that need fewest runs first."""
    told = made.tables["differences"]
    open_ = told[~told["decided"] & (told["deviation"] > 0)].sort_values("more_runs", kind="stable").head(most)
    rows = [[row.alternative, label(row.outcome), interval(row), str(row.pairs), more(row.more_runs)]
            for row in open_.itertuples(index=False)]  # fmt: skip
    return Table(f"Not decided, against {made.against}", ["alternative", "outcome", "difference (95 %)", "pairs", "more seeds"],
                 rows, right=(3, 4))  # fmt: skip


def more(seeds: float) -> str:
    """How many more seeds, in words."""
    return "–" if seeds != seeds else f"more than {MOST:,}" if math.isinf(seeds) else f"{seeds:,.0f}"


def means_table(made: "Comparison") -> Table:
    """A row an outcome, a column an alternative: the mean with its interval."""
    told = made.tables["means"]
    rows = []
    for outcome, part in told.groupby("outcome", sort=False):
        cells = [f"{figure_of(row.mean)} ± {figure_of(row.high - row.mean)}" if row.runs > 1 else figure_of(row.mean)
                 for row in part.itertuples(index=False)]  # fmt: skip
        rows.append([label(str(outcome)), *cells])
    return Table("Mean ± half of its 95 % interval", ["outcome", *made.names], rows, right=range(1, len(made.names) + 1))


def pareto_words(made: "Comparison") -> str:
    """Who is on the front."""
    told = made.tables["pareto"]
    front = told[told["on_front"]].sort_values(COST)
    said = "; ".join(f"**{name}** ({figure_of(cost)} million US$, {figure_of(years)} years)"
                     for name, cost, years in zip(front["alternative"], front[COST], front[SPEED], strict=True))  # fmt: skip
    behind = ", ".join(told.loc[~told["on_front"], "alternative"])
    return f"By their means no other is both cheaper and faster than: {said}." + (f" Beaten in both: {behind}." if behind else "")


def dominance_words(made: "Comparison") -> str:
    """Who dominates whom."""
    told = made.tables["dominance"]
    said = [f"**{row.alternative}** dominates *{row.dominates}* (decidedly better in {row.decidedly_better}: "
            f"{_labels(row.where)}; behind, undecidedly, in {row.behind})" for row in told.itertuples(index=False)]  # fmt: skip
    return "; ".join(said) + "." if said else "No alternative dominates another."


def _labels(where: str) -> str:
    return ", ".join(OUTCOMES[name].label for name in where.split(", "))


def best_tables(made: "Comparison") -> list[Table]:
    """Probability of being best, and regret."""
    told, judged = made.tables["best"], made.alternatives.judged
    shares, lost = [], []
    for outcome, part in told.groupby("outcome", sort=False):
        way = "more" if judged[str(outcome)] > 0 else "less"
        worlds = str(part["worlds"].iloc[0])
        shares.append([label(str(outcome)), way, *(findings.percent(share) for share in part["best_share"]), worlds])
        lost.append([label(str(outcome)), *(f"{figure_of(row.regret_mean)} ({figure_of(row.regret_max)})"
                                            for row in part.itertuples(index=False))])  # fmt: skip
    count = len(made.names)
    return [Table("Share of worlds in which it is best", ["outcome", "better", *made.names, "worlds"], shares,
                  right=range(2, count + 3)),
            Table("Mean regret (greatest)", ["outcome", *made.names], lost, right=range(1, count + 1))]  # fmt: skip


def added_tables(made: "Comparison") -> list[Table]:
    """What each alternative adds to a world without a consortium: who gains, then all outcomes, per dollar too."""
    told = made.tables["added"]
    by = {(row.outcome, row.alternative): row for row in told.itertuples(index=False)}
    rows = [[who, label(outcome), *(interval(by[outcome, name]) for name in made.names)]
            for who, outcomes in GAINS.items() for outcome in outcomes if (outcome, made.names[0]) in by]  # fmt: skip
    density = "product_density_last_gb_in2"
    per = [[name, label(outcome), interval(by[outcome, name]), figure_of(by[outcome, name].per_public_musd),
            figure_of(by[outcome, name].per_fee_musd)]
           for outcome in (density, "consumer_surplus_busd", SPEED) if (outcome, made.names[0]) in by
           for name in made.names]  # fmt: skip
    return [Table("Who gains: difference from the world without a consortium (95 %)", ["who", "outcome", *made.names], rows,
                  right=range(2, len(made.names) + 2)),
            Table("Added value per dollar", ["alternative", "outcome", "added (95 %)", "per public US$m", "per fee US$m"], per,
                  right=(3, 4))]  # fmt: skip


