"""What may be said of a discovery, in sentences, and what may not."""

from typing import TYPE_CHECKING

from sim.studies.analysis.boxes import Box, Resampled
from sim.studies.analysis.cases import count, listed

if TYPE_CHECKING:
    from sim.studies.analysis.discovery import Discovery

_FEW = 60


def paragraphs(made: "Discovery") -> list[str]:
    """The question, the boxes, whether they come again, the second opinion, what must not be concluded."""
    told = [_question(made)]
    if made.why_none:
        return [*told, f"**No box**: {made.why_none}", *_design(made)]
    told += [_box(made, place) for place in range(len(made.boxes))]
    if made.resampled is not None:
        told.append(_again(made.boxes[0], made.resampled))
    return [*told, *_tree(made), *_design(made), _limits()]


def _question(made: "Discovery") -> str:
    written = f" (`{made.quantity.text}`)" if made.quantity.text != made.meaning else ""
    hits, seeds = int(made.y.sum()), len(made.cases.seeds)
    if made.by == "runs":
        how = f"It holds in {hits} of {count(len(made.y), 'history', 'histories')} ({hits / len(made.y):.0%})."
    elif seeds == 1:
        how = f"It holds at {hits} of {count(len(made.y), 'point')} ({hits / len(made.y):.0%}), one history each."
    else:
        how = (f"It holds in {made.share.mean():.0%} of all histories, and in at least {made.least_share:.0%} of the "
               f"{seeds} seeds at "
               f"{hits} of {count(len(made.y), 'point')} ({hits / len(made.y):.0%}): these are the cases of "
               "interest.")  # fmt: skip
    notes = "".join(f" {note}." for note in made.quantity.notes)
    return f"Asked: **{made.meaning}**{written}. {how}{notes}"


def _box(made: "Discovery", place: int) -> str:
    box = made.boxes[place]
    start = "It happens" if place == 0 else "Outside of that it happens"
    base = made.y.mean()
    return (f"{start} mostly where **{' and '.join(limit.said() for limit in box.limits)}**. This box holds "
            f"{box.coverage:.0%} of the "
            f"cases of interest (coverage); of its {count(box.points, 'point')} {box.density:.0%} are of interest "
            "(density), against "
            f"{base:.0%} of all. {_support(box)}")  # fmt: skip


def _support(box: Box) -> str:
    told = ", ".join(f"{limit.key} {_small(limit.quasi_p)}" for limit in box.limits)
    return f"Quasi-p-values of its limits: {told}."


def _small(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.2g}"


def _again(box: Box, again: Resampled) -> str:
    if not again.found:
        return f"In {again.tried} resamples of the points no box came out: the finding does not reproduce."
    own = {limit.key for limit in box.limits}
    told = dict(zip(again.keys["key"], again.keys["reproduced"], strict=True))
    said = ", ".join(f"{key} in {told.get(key, 0.0):.0%}" for key in (limit.key for limit in box.limits))
    others = [f"{key} ({value:.0%})" for key, value in told.items() if key not in own and value >= 0.3]
    weak = [key for key in own if told.get(key, 0.0) < 0.5]
    return (f"Points drawn again {again.tried} times: the first box limits {said} of the draws"
            + (f"; often also {listed(others)}" if others else "")
            + f". Judged by points that were not drawn it covers {again.coverage:.0%} with a density of "
              f"{again.density:.0%}; this is "
            "what to expect of new points."
            + (f" {listed(sorted(weak))} came again in less than half of the draws: do not rely on "
               f"{'it' if len(weak) == 1 else 'them'}."
               if weak else ""))  # fmt: skip


def _tree(made: "Discovery") -> list[str]:
    if made.tree.empty:
        return ["A classification tree finds no split."]
    best = made.tree.iloc[0]
    own = {limit.key for limit in made.boxes[0].limits}
    agrees = [key for key in sorted(own) if any(key in rule for rule in made.tree["rule"])]
    same = (
        f"It uses {listed(agrees)} as the box does." if agrees else "It uses none of the keys of the box: take both with caution."
    )
    return [f"A second opinion, a classification tree: densest where {best['rule']} ({best['density']:.0%} of "
            f"{best['points']} points, "
            f"{best['coverage']:.0%} of the cases). {same}"]  # fmt: skip


def _design(made: "Discovery") -> list[str]:
    said = []
    kind = str(made.cases.method.get("kind", ""))
    if kind in ("morris", "saltelli"):
        said.append(f"The points of a {kind} design do not fill the space evenly: coverage and density weigh some "
                    "corners double. A "
                    "Latin hypercube or Sobol sequence is made for this.")  # fmt: skip
    if len(made.x.columns) == 1:
        said.append("One key varies, so a box is only a span of it: the figure of its chance says more.")
    if len(made.cases.varied) < _FEW:
        said.append(f"{count(len(made.cases.varied), 'point')} are few; take a box as a hint where to look, not as a boundary.")
    if made.by == "runs" and len(made.cases.seeds) > 1:
        said.append("Histories of one point are no independent points: the quasi-p-values are too small.")
    if made.dropped:
        said.append(f"Left out because they have one value: {listed(made.dropped)}.")
    return [" ".join(said)] if said else []


def _limits() -> str:
    return ("Density is a share of the points of this design, not a probability in the world: it depends on the ranges that were "
            "chosen. A box says where, not why: `consortium why` on single histories, or an experiment with one change, says "
            "more about the cause.")  # fmt: skip
