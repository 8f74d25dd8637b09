"""Who belonged to the lineage from when to when, put together from the ledger."""

from collections import defaultdict
from typing import TYPE_CHECKING

from sim.firm.membership import in_favour

if TYPE_CHECKING:
    from sim.records.outcomes.seen import Event, Seen

Stay = tuple[int, int, int]  # number of the firm, first month, month after the last
_FOUNDINGS = ("consortium_founded", "spin_off", "consortia_merged")


def stays(seen: "Seen") -> list[Stay]:
    """Unbroken stays of firms in the lineage; a change from one of its bodies to the next breaks none."""
    parts = _in_lineage(spells(seen), seen.names)
    return [(firm, start, end) for firm in parts for start, end in joined_up(parts[firm])]


def joined_up(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap become one.

    >>> joined_up([(20, 25), (0, 5), (5, 9), (7, 8)])
    [(0, 9), (20, 25)]
    """
    result: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if result and start <= result[-1][1]:
            result[-1] = result[-1][0], max(end, result[-1][1])
        else:
            result.append((start, end))
    return result


def _in_lineage(
    held: list[tuple[str, int, int, int]], names: dict[int, str]
) -> dict[int, list[tuple[int, int]]]:
    """Spells by firm, cut to the months in which the body carries the lineage."""
    spans: dict[str, tuple[int, int]] = {}
    for month, name in names.items():
        spans[name] = spans.get(name, (month, month))[0], month + 1
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for body, firm, start, end in held:
        first, last = spans.get(body, (0, 0))
        if max(start, first) < min(end, last):
            found[firm].append((max(start, first), min(end, last)))
    return found


class Roll:
    """Who belongs to which consortium since when, while the ledger is read."""

    def __init__(self) -> None:
        self.since: dict[str, dict[int, int]] = defaultdict(dict)
        self.spells: list[tuple[str, int, int, int]] = []  # body, firm, first month, month after the last

    def joins(self, body: str, firm: int, month: int) -> None:
        """A firm joins; one that had gone with a programme, which the ledger does not tell, begins anew."""
        self.goes(body, firm, month)
        self.since[body][firm] = month

    def goes(self, body: str, firm: int, month: int) -> None:
        """A firm's spell in a body ends, if there is one."""
        start = self.since[body].pop(firm, None)
        if start is not None:
            self.spells.append((body, firm, start, month))

    def unites(self, bodies: tuple[str, str], heir: str, month: int) -> None:
        """All members of two bodies become members of their heir."""
        for body in bodies:
            for firm in list(self.since[body]):
                self.goes(body, firm, month)
                self.since[heir][firm] = month


def spells(seen: "Seen") -> list[tuple[str, int, int, int]]:
    """Every spell of membership in every consortium: body, firm, first month, month after the last."""
    roll, numbers = Roll(), {name: row for row, name in enumerate(seen.model.firms.names)}
    for month, kind, who, whom, _, terms in _changes(seen):
        if kind == "joined":
            roll.joins(whom, numbers[who], month)
        elif kind in ("left", "membership_lost"):
            roll.goes(whom, numbers[who], month)
        elif kind == "consortia_merged":
            roll.unites((who, whom), _heir(seen, who, month), month)
        else:
            for name in (name for name, ballot in terms["ballots"].items() if ballot):
                roll.joins(who, numbers[name], month)
    for body in seen.model.all_bodies:
        for firm in list(roll.since[body.name]):
            roll.goes(body.name, firm, seen.months if body.ended is None else body.ended)
    return roll.spells


def _heir(seen: "Seen", name: str, month: int) -> str:
    """The body that two others became in a month."""
    bodies, origin = seen.model.all_bodies, seen.model.origin
    return next(
        body.name
        for body in bodies
        if body.founded == month and name in (bodies[number].name for number in origin[body.number][1])
    )


def _changes(seen: "Seen") -> list["Event"]:
    """Entries of the ledger that change who belongs, by month; in a month foundings first, then who joins."""
    kinds = (*_FOUNDINGS, "joined", "left", "membership_lost")
    rows = (row for kind in kinds for row in seen.events[kind])
    return sorted(rows, key=lambda row: (row[0], row[1] not in _FOUNDINGS))


def reviews(seen: "Seen") -> dict[int, tuple[float, float]]:
    """What members of a tier weighed in favour at their yearly reviews in the lineage, and the fees they then paid."""
    found: dict[int, tuple[float, float]] = {}
    for month, body, standing, review in seen.model.reviews:
        if seen.names.get(month) == body:
            each = zip(review.stays, review.in_favour(), standing.tiers.tolist(), standing.fees.tolist(), strict=True)
            for stays, own, tier, fee in each:
                if stays and own is not None:
                    benefit, fees = found.get(tier + 1, (0.0, 0.0))
                    found[tier + 1] = benefit + own, fees + fee
    for month, _, _, body, _, terms in seen.events["left"]:
        if "fee" in terms["terms"] and seen.names.get(month) == body:
            benefit, fees = found.get(terms["tier"], (0.0, 0.0))
            found[terms["tier"]] = benefit + in_favour(terms["terms"]), fees + terms["fee_musd"]
    return found
