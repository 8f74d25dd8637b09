"""The organisation chart of a charter as a figure: committees and branches, and which tiers sit where."""

from typing import Any

from sim.consortium.charter import Charter
from sim.report import style

TIERS = (style.BLUE, style.ORANGE, style.GREEN)


@style.in_style
def charter_figure(charter: Charter) -> Any:
    """Boxes from the executive committee down to the programmes; dots show the seats of a firm of each tier."""
    branches = charter.branches or [""]
    figure = style.sheet(2.4 + 4.2 * len(branches), 4.4)
    axes = figure.subplots()
    middle = (len(branches) - 1) / 2.0
    _box(axes, charter, middle, 3.0, "executive committee", "executive")
    for place, branch in enumerate(branches):
        named = f", {branch}" if branch else ""
        axes.plot([middle, middle, place, place], [2.7, 2.5, 2.5, 2.3], color="#888888", linewidth=1.2, zorder=0)
        axes.plot([place, place], [1.0, 2.0], color="#888888", linewidth=1.2, zorder=0)
        _box(axes, charter, place, 2.0, f"steering committee{named}", "steering")
        _box(axes, charter, place, 1.0, f"technical committee{named}", "technical")
        for number, medium in enumerate(charter.media):
            x = place + (number - (len(charter.media) - 1) / 2.0) * 0.9 / len(charter.media)
            axes.plot([place, x], [0.7, 0.28], color="#888888", linewidth=1.0, zorder=0)
            axes.text(x, 0.12, medium, ha="center", va="center", fontsize=9,
                      bbox={"facecolor": style.PALE, "edgecolor": "none", "boxstyle": "round,pad=0.35"})  # fmt: skip
    for tier in range(len(charter.tiers)):
        colour = TIERS[tier] if tier < min(3, charter.core_tiers) else style.GREY
        seats = "" if charter.seats()[tier] else ": no seats"
        axes.plot([], [], "o", color=colour, label=f"tier {tier + 1}{seats}")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=len(charter.tiers), fontsize=8.5, handlelength=1.0)
    axes.set_xlim(-0.55, len(branches) - 0.45)
    axes.set_ylim(-0.2, 3.5)
    axes.axis("off")
    host = "under the association's roof" if charter.host == "association" else "a body of its own"
    door = "open to all countries" if charter.membership == "open" else "domestic members"
    figure.suptitle(f"{charter.label}: {host}, {door}", x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def _box(axes: Any, charter: Charter, x: float, y: float, name: str, kind: str) -> None:
    """A committee with a dot a seat, coloured by tier."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x - 0.36, y - 0.28), 0.72, 0.56, facecolor=style.PALE, edgecolor="none"))
    axes.text(x, y + 0.1, name, ha="center", va="center", fontsize=9)
    seats = [tier for tier, told in enumerate(charter.tiers) for _ in range(getattr(told, f"{kind}_seats"))]
    for number, tier in enumerate(seats):
        colour = TIERS[tier] if tier < 3 else style.GREY
        axes.plot(x + 0.06 * (number - (len(seats) - 1) / 2.0), y - 0.13, "o", color=colour, markersize=6)
