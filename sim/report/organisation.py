"""The organisation of the lineage's consortium as it stood in a year: committees, branches, seats, working groups."""

from typing import Any, NamedTuple

import pandas as pd

from sim.patterns import Missing
from sim.report import style
from sim.report.inside_figures import of_lineage

TIERS = {1: style.BLUE, 2: style.ORANGE, 3: style.GREEN}
"""Tier → colour; tiers below are grey."""
_SHORT = {"United States": "US"}


class Standing(NamedTuple):
    """Who sits where in a year."""

    year: int
    consortium: str
    seats: pd.DataFrame
    groups: pd.DataFrame


def standing(run: Any, year: int | None = None) -> Standing:
    """The lineage's committees in December of a year; None takes the last. Raises Missing for a year without a lineage."""
    rows = of_lineage(run.seats, "seats")
    chosen = int(rows["year"].max()) if year is None else year
    rows = rows[rows["year"] == chosen]
    if rows.empty:
        there = sorted(set(run.seats.loc[run.seats["lineage"], "year"]))
        raise Missing(f"there is no lineage in December {chosen}: choose a year from {there[0]} to {there[-1]}")
    name = str(rows["consortium"].iloc[0])
    groups = run.groups[(run.groups["year"] == chosen) & (run.groups["consortium"] == name)]
    return Standing(chosen, name, rows, groups)


@style.in_style
def organisation_figure(run: Any, year: int | None = None) -> Any:
    """The tree of committees over the seats of every member; beside it the working groups with leads and guests."""
    told = standing(run, year)
    members = told.seats.groupby("firm").agg(tier=("tier", "min"), seats=("seats", "sum"))
    members = members.reset_index().sort_values(["tier", "seats", "firm"], ascending=[True, False, True])
    figure = style.sheet(10.5, 2.6 + max(0.185 * len(members), 2.8))
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.75, 1]})
    _seats(left, told.seats, members)
    _groups(right, told.groups)
    figure.suptitle(f"{told.consortium}, December {told.year}", x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def _columns(seats: pd.DataFrame) -> list[tuple[str, str]]:
    """Committee and branch of each column: the executive, then steering and technical of every branch."""
    branches = list(dict.fromkeys(seats.loc[seats["committee"] != "executive", "branch"]))
    wanted = [("executive", ""), *((kind, branch) for branch in branches for kind in ("steering", "technical"))]
    held = set(zip(seats["committee"], seats["branch"], strict=True))
    return [column for column in wanted if column in held]


def _seats(axes: Any, seats: pd.DataFrame, members: pd.DataFrame) -> None:
    """The number of seats of each member in each committee, coloured by its tier, under the tree of committees."""
    columns = _columns(seats)
    row_of = {firm: row for row, firm in enumerate(members["firm"])}
    for each in seats.itertuples():
        place = columns.index((each.committee, each.branch)), row_of[each.firm]
        axes.add_patch(_box(place[0] - 0.3, place[1] - 0.42, 0.6, 0.84, TIERS.get(each.tier, style.GREY)))
        axes.text(*place, each.seats, ha="center", va="center", fontsize=8, color="white" if each.tier != 2 else "black")
    unit = max(1.0, len(members) / 13.0)
    _tree(axes, columns, seats, unit)
    axes.set_xlim(-0.55, len(columns) - 0.45)
    axes.set_ylim(len(members) - 0.4, -6.6 * unit)
    axes.set_yticks(range(len(members)), members["firm"], fontsize=8)
    axes.set_xticks([])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    _key_of_tiers(axes, sorted(set(members["tier"])))


def _box(x: float, y: float, width: float, height: float, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), width, height, facecolor=colour, edgecolor="none")


def _tree(axes: Any, columns: list[tuple[str, str]], seats: pd.DataFrame, unit: float) -> None:
    """A box a committee with its seats: technical reports to steering of its branch, steering to the executive."""
    heights = {"executive": -5.6 * unit, "steering": -3.9 * unit, "technical": -2.2 * unit}
    for number, (kind, branch) in enumerate(columns):
        place = heights[kind]
        held = int(seats.loc[(seats["committee"] == kind) & (seats["branch"] == branch), "seats"].sum())
        above = max([n for n, (other, _) in enumerate(columns[:number]) if heights[other] < place], default=None)
        if kind == "steering":
            above = 0 if columns[0][0] == "executive" else None
        if above is not None:
            corner = heights[columns[above][0]]
            axes.plot([above, number, number], [corner, corner, place], color="#888888", linewidth=1.2, zorder=0.5)
        axes.plot([number] * 2, [place, -0.7], color="#dddddd", linewidth=1.0, zorder=0.4)
        axes.add_patch(_box(number - 0.46, place - 0.75 * unit, 0.92, 1.5 * unit, style.PALE))
        name = f"{kind}, {_SHORT.get(branch, branch)}" if branch else kind
        axes.text(number, place, f"{name}\n{held} seat{"" if held == 1 else "s"}", ha="center", va="center", fontsize=8)


def _key_of_tiers(axes: Any, tiers: list[int]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(color=TIERS.get(tier, style.GREY), label=f"tier {tier}") for tier in tiers]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=len(tiers), fontsize=8.5,
                handlelength=1.0)  # fmt: skip


def _groups(axes: Any, groups: pd.DataFrame) -> None:
    """Working groups: leads, who vote, to the right; guests, who do not, stacked after them."""
    counts = groups.groupby(["kind", "subject", "role"], sort=False).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["lead", "guest"], fill_value=0)
    counts = counts.sort_index(level="kind", ascending=False, sort_remaining=False)
    rows = range(len(counts))
    axes.barh(rows, counts["lead"], color=style.BLUE, label="leads (firms, vote)", height=0.72)
    axes.barh(rows, counts["guest"], left=counts["lead"], color=style.SKY, label="guests (universities)", height=0.72)
    axes.set_yticks(rows, [f"{subject} ({kind})" for kind, subject in counts.index], fontsize=8)
    axes.set_ylim(len(counts) - 0.4, -0.6)
    axes.set_title("working groups", fontsize=9.5)
    axes.set_xlabel("participants")
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.12), fontsize=8.5, ncols=1)
