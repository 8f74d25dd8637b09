"""The report of an attribution: the table of Shapley shares, the figure for a slide, the sentences that may be drawn."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.records import files, provenance
from sim.report import findings, style
from sim.report.findings import Section, Table, between, percent, share_between
from sim.studies.attribution.effects import CHANCE, YEARS, Effects
from sim.studies.attribution.transitions import TRANSITIONS, Transition

if TYPE_CHECKING:
    from sim.studies.attribution.attribute import Attribution

HEADS = ("cause", "chance without it", "year without it", "main effect on the chance", "sooner by it alone, years",
         "Shapley value, years sooner", "Shapley share, years", "Shapley share, chance")  # fmt: skip
CAPTION = "Shapley share of each cause"

READING = (
    "A **world** is the whole history with some causes at work and the others taken away by configuration; every set of causes "
    "is a world, with the same seeds and the same random numbers, so that two worlds differ by the causes alone.",
    "The **main effect** is what a cause adds where all others are at work: the world as it was against the world without it.",
    "The **Shapley value** is what a cause adds on average over all orders in which the causes may come; the values of all "
    "causes add up to the total effect, whatever their interactions. The **Shapley share** is the value over that total. A "
    "share below zero hinders; no share is given where all causes together do next to nothing.",
    "A transition that never comes counts with the **year of the horizon**. So means are defined in every world, and understate "
    "how late *never* is.",
    "Intervals hold 95 % of the means over seeds drawn anew (bootstrap). They tell what this number of seeds leaves open, and "
    "nothing about the assumptions of the model.",
)
CAPTION_OF_SLIDE = (
    "Shapley values in years, with 95 % intervals over seeds; beside them the Shapley share. Above each panel: the share of "
    "histories in which the transition comes with no cause and with all, and the years by which all causes together bring it "
    "forward. A transition that never comes counts with the horizon."
)
INTERACTIONS = (
    "Pairs of causes that do more (plus) or less (minus) together than apart, where the interval leaves zero out (interaction "
    "index of Grabisch and Roubens)."
)
MAY_NOT = (
    "These are shares **in this model**: causes that it does not hold have none, and a share depends on which are crossed.",
    "A cause is taken away by one setting, as its row says; another way of taking it away may do something else.",
    "The sizes hang on assumed weights. Directions are tested; sizes should be read beside the report card of "
    "`consortium validate`.",
)


def attribution_report(made: "Attribution", folder: Path) -> list[Path]:
    """Write tables, figure, `report.html` and `report.md`; returns the files, the page first. Raises OutputError."""
    assert made.effects is not None and made.held is not None
    told = made.effects
    frames = {"attribution": told.causes, "totals": told.totals, "interactions": told.interactions}
    tables = [_csv(folder / f"{name}.csv", frame) for name, frame in frames.items()]
    title = "What causes what: shares of each transition"
    figure = findings.put(slide(told), "attribution", title, "Years by which each cause brings each transition forward, as bars.",
                          CAPTION_OF_SLIDE, folder)  # fmt: skip
    pages = findings.write(folder, "What causes what: an attribution of the transitions", facts(made), [
        Section("What may be said", points=sentences(told)),
        Section("Figure", figures=[figure]),
        Section("Shapley shares", tables=[table_of(told, each) for each in TRANSITIONS]),
        Section("Interactions", words=[INTERACTIONS], tables=[interaction_table(told)]),
        Section("How to read it", points=READING),
        Section("What may not be said", points=MAY_NOT),
    ])  # fmt: skip
    return [*pages, *tables, *figure.files]


def _csv(path: Path, frame: pd.DataFrame) -> Path:
    return files.write_text(path, frame.round(6).to_csv(index=False, lineterminator="\n"))


def facts(made: "Attribution") -> list[tuple[str, str]]:
    """What was crossed, over which seeds, and how their number is argued."""
    held, causes = made.held, made.factorial.causes
    assert held is not None
    left = f"; left out for a failed run: {', '.join(map(str, held.left_out))}" if held.left_out else ""
    return [
        ("Causes", "; ".join(f"{cause.label} (taken away by {' '.join(cause.absent)})" for cause in causes)),
        ("Worlds", f"{len(made.factorial)} sets of causes, {len(made.factorial.worlds)} different worlds"),
        ("Seeds", f"{len(held.seeds)}, from {held.seeds[0]} to {held.seeds[-1]}{left}"),
        ("Number of seeds", made.argument),
        ("Held fixed", " ".join(made.factorial.overrides) or "all other settings as shipped"),
        ("Version", provenance.versions()["sim"]),
    ]


def rows_of(told: Effects, transition: Transition, measure: str) -> pd.DataFrame:
    """The rows of one transition and measure, a cause each."""
    return told.causes[(told.causes["transition"] == transition.name) & (told.causes["measure"] == measure)]


def total_of(told: Effects, transition: Transition, measure: str) -> Any:
    """The total effect of one transition and measure."""
    chosen = told.totals[(told.totals["transition"] == transition.name) & (told.totals["measure"] == measure)]
    return next(chosen.itertuples(index=False))


def table_of(told: Effects, transition: Transition) -> Table:
    """The table of one transition: a row a cause, then all of them together."""
    years, chances = rows_of(told, transition, YEARS), rows_of(told, transition, CHANCE)
    rows = [
        [year.label, percent(chance.without_it), f"{year.without_it:.1f}",
         between(chance.effect, chance.effect_low, chance.effect_high, 2),
         between(year.effect, year.effect_low, year.effect_high),
         between(year.shapley, year.shapley_low, year.shapley_high), share_between(year.share, year.share_low, year.share_high),
         share_between(chance.share, chance.share_low, chance.share_high)]
        for year, chance in zip(years.itertuples(), chances.itertuples(), strict=True)
    ]  # fmt: skip
    year, chance = total_of(told, transition, YEARS), total_of(told, transition, CHANCE)
    together = [percent(chance.with_none), f"{year.with_none:.1f}", between(chance.total, chance.total_low, chance.total_high, 2),
                between(year.total, year.total_low, year.total_high), f"{year.total:+.1f}",
                "–" if year.refusal else "100\u00a0%", "–" if chance.refusal else "100\u00a0%"]  # fmt: skip
    caption = (f"{CAPTION}: {transition.label} (with all causes {percent(chance.with_all)} of histories, mean year "
               f"{year.with_all:.1f}){_refused(year, chance)}")  # fmt: skip
    return Table(caption, HEADS, [*rows, ["all of them", *together]], right=range(1, 8))


def _refused(year: Any, chance: Any) -> str:
    """Why there are no shares of years, of the chance, or of either."""
    said = {"years": year.refusal, "chance": chance.refusal}
    return "".join(f". {name[0].upper()}{name[1:]}: {words}" for name, words in said.items() if words)


def interaction_table(told: Effects, most: int = 12) -> Table:
    """The strongest interactions that the seeds decide, in years."""
    frame = told.interactions
    if frame.empty:
        return Table("Interactions", ["pair"], [["one cause alone has none"]])
    decided = frame[(frame["measure"] == YEARS) & ((frame["interaction_low"] > 0) | (frame["interaction_high"] < 0))]
    ranked = decided.reindex(decided["interaction"].abs().sort_values(ascending=False, kind="stable").index).head(most)
    labels = dict(zip(told.causes["cause"], told.causes["label"], strict=True))
    names = {each.name: each.label for each in TRANSITIONS}
    rows = [[names[row.transition], f"{labels[row.one]} with {labels[row.other]}",
             between(row.interaction, row.interaction_low, row.interaction_high)] for row in ranked.itertuples()]  # fmt: skip
    return Table("Interactions, years sooner", ["transition", "pair", "together more than apart"], rows or [["–", "none", "–"]],
                 right=(2,))  # fmt: skip


def sentences(told: Effects) -> list[str]:
    """The sentence that may be drawn from the table for each transition."""
    return [sentence(told, each) for each in TRANSITIONS]


def sentence(told: Effects, transition: Transition) -> str:
    """One transition: what all causes do together, the shares that are decided, and the strongest main effect."""
    total, chance = total_of(told, transition, YEARS), total_of(told, transition, CHANCE)
    head = f"**In this model**, the {transition.label} comes in {percent(chance.with_all)} of histories"
    if total.refusal:
        return f"{head} with all causes and in {percent(chance.with_none)} with none; {total.refusal}."
    rows = rows_of(told, transition, YEARS).sort_values("share", ascending=False)
    decided = [row for row in rows.itertuples() if row.share_low > 0 or row.share_high < 0]
    shares = "; ".join(f"{row.label} {share_between(row.share, row.share_low, row.share_high)}" for row in decided)
    open_ones = [row.label for row in rows.itertuples() if not (row.share_low > 0 or row.share_high < 0)]
    undecided = f" The share of {_listed(open_ones)} cannot be told from zero." if open_ones else ""
    direction = "sooner" if total.total > 0 else "later"
    shared = f"Shapley share {shares}." if shares else "no single share can be told from zero."
    return (f"{head}, and these causes together bring it {abs(total.total):.1f} years {direction} (never counts as the horizon): "
            f"{shared}{undecided}{_strongest(told, transition)}")  # fmt: skip


def _strongest(told: Effects, transition: Transition) -> str:
    """What happens to the chance without the cause whose main effect on it is the largest, if that is decided."""
    rows = rows_of(told, transition, CHANCE)
    row = max(rows.itertuples(), key=lambda each: abs(each.effect))
    if not (row.effect_low > 0 or row.effect_high < 0):
        return ""
    return f" Without {row.label}, all else as it was, it comes in {percent(row.without_it)}."


def _listed(names: list[str]) -> str:
    """Names in a row: `a, b and c`.

    >>> _listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


@style.in_style
def slide(told: Effects) -> Any:
    """A panel a transition: bars of Shapley values in years, with intervals and shares."""
    labels = list(dict.fromkeys(told.causes["label"]))
    figure = style.sheet(13.0, 1.7 + 0.42 * len(labels))
    panels = figure.subplots(1, len(TRANSITIONS), sharey=True, sharex=True)
    rows_by_panel = [rows_of(told, each, YEARS) for each in TRANSITIONS]
    ends = [(rows["shapley_low"].min(), rows["shapley_high"].max()) for rows in rows_by_panel]
    low, high = min(0.0, *(end[0] for end in ends)), max(1.0, *(end[1] for end in ends))
    for axes, transition, rows in zip(panels, TRANSITIONS, rows_by_panel, strict=True):
        _panel(axes, told, transition, rows)
        axes.set_xlim(low - 0.05 * (high - low), high + 0.36 * (high - low))
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].invert_yaxis()
    figure.supxlabel(f"Shapley value: years by which a cause brings the transition forward (95 % interval over {told.seeds} "
                     "seeds; never counts as the horizon); beside it the Shapley share", fontsize=9)  # fmt: skip
    return figure


def _panel(axes: Any, told: Effects, transition: Transition, rows: pd.DataFrame) -> None:
    """One transition of the slide."""
    place = range(len(rows))
    value = rows["shapley"].to_numpy()
    whiskers = [value - rows["shapley_low"].to_numpy(), rows["shapley_high"].to_numpy() - value]
    axes.barh(place, value, color=style.BLUE, height=0.62)
    axes.errorbar(value, place, xerr=whiskers, fmt="none", ecolor=style.BLACK, elinewidth=1.0, capsize=2.5)
    for row, at in zip(rows.itertuples(), place, strict=True):
        if row.share == row.share:
            beyond = max(row.shapley_high, 0.0)
            axes.annotate(f"{100 * row.share:.0f} %", (beyond, at), xytext=(5, 0), textcoords="offset points", va="center",
                          fontsize=9)  # fmt: skip
    axes.axvline(0.0, color=style.GREY, linewidth=0.8)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    total, chance = total_of(told, transition, YEARS), total_of(told, transition, CHANCE)
    below = "no shares" if total.refusal else f"{total.total:+.1f} years"
    axes.set_title(f"{transition.short}\n", fontsize=10)
    axes.text(0.0, 1.02, f"{100 * chance.with_none:.0f} → {percent(chance.with_all)}; {below}", transform=axes.transAxes,
              fontsize=8.5, color=style.GREY)  # fmt: skip
