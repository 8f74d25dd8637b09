"""Verbs of the timetable that belong to consortia."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.consortium.founding import considers_founding
from sim.consortium.merging import builds_trust, consider_merging
from sim.consortium.outlook import leading, worth_of_membership
from sim.firm.membership import who_examines, who_stays
from sim.records.events import Told

if TYPE_CHECKING:
    from sim.consortium.state import Standing
    from sim.firm import Firm
    from sim.firm.membership import Review
    from sim.model import ConsortiumModel


def projects_end(model: "ConsortiumModel") -> None:
    """Projects that have run their time end."""
    for body in model.consortia:
        body.closes_projects()


def projects_are_paid(model: "ConsortiumModel") -> None:
    """Fees, governments and taking-part members pay for running projects."""
    for body in model.consortia:
        body.pays_projects()


def projects_teach(model: "ConsortiumModel") -> None:
    """Results reach members by tier, outsiders less, universities in part."""
    for body in model.consortia:
        body.teaches(0.25)


def fees_are_collected(model: "ConsortiumModel") -> None:
    """Members pay a quarter of the yearly fee."""
    for body in model.consortia:
        body.collects_fees()


def calls_are_held(model: "ConsortiumModel") -> None:
    """Steering committees start what the budget leaves free; what money does not carry stops."""
    for body in model.consortia:
        body.calls_for_projects()


def leads_read_reports(model: "ConsortiumModel") -> None:
    """Company leads, who have called monthly, read the quarter's reports and adjust."""
    for body in model.consortia:
        body.reads_reports()


def members_work_together(model: "ConsortiumModel") -> None:
    """Members work on specifications and benchmarks of their own."""
    for body in model.consortia:
        body.works_together()


def budgets_are_voted(model: "ConsortiumModel") -> None:
    """Executive committees approve the budgets applied for, or hold a part back."""
    for body in model.consortia:
        body.votes_budget()


def roadmaps_are_made(model: "ConsortiumModel") -> None:
    """System and functional groups make the year's roadmap."""
    model.judges_pace()
    for body in model.consortia:
        body.makes_roadmap()


def projects_are_reviewed(model: "ConsortiumModel") -> None:
    """At the half-yearly review weak projects are stopped."""
    for body in model.consortia:
        body.reviews_projects()


def priorities_are_ranked(model: "ConsortiumModel") -> None:
    """Core members rank recording systems × functions for the year's calls."""
    for body in model.consortia:
        if body.members:
            body.ranks_priorities()


def founding_is_considered(model: "ConsortiumModel") -> None:
    """Where a country has no consortium, its leading storage firms weigh founding one."""
    for government, charter in model.founding_offers():
        considers_founding(model, government, charter)


def outsiders_examine_consortia(model: "ConsortiumModel") -> None:
    """Once a year outsiders who come across a consortium that admits them weigh joining."""
    for body in list(model.consortia):
        curious = [firm for firm in who_examines(model, body) if body.may_join(firm)]
        if curious:
            body.weigh_joining(curious)


def membership_is_reviewed(model: "ConsortiumModel") -> None:
    """Once a year every member weighs whether to stay."""
    for body in list(model.consortia):
        body.expels_inadmissible("its owner or its business is no longer admitted")
        members, standing = list(body.members), body.standing()
        review = who_stays(model, body, members, worth_of_membership(model, body, standing.rows))
        model.reviews.append((model.month, body.name, standing, review))
        model.ledger.note_all(partial(_reviews, model.month, body.name, members, standing, review))
        for firm in [firm for firm, remains in zip(members, review.stays, strict=True) if not remains]:
            body.collects_notice(firm)
            body.releases(firm)
            model.counters["exits_total"] += 1


def _reviews(month: int, body: str, members: list["Firm"], standing: "Standing", review: "Review") -> Iterator[Told]:
    """The reviews of all members in words: who stays, who leaves and why, and how each stood."""
    reviews = zip(members, review.stays, standing.tiers.tolist(), standing.fees.tolist(), strict=True)
    for place, (firm, remains, tier, fee) in enumerate(reviews):
        terms = partial(_review_in_full, review, place, tier, fee)
        if remains:
            yield month, "renewed", firm.name, body, "", terms
        else:
            yield month, "left", firm.name, body, leading(review.in_full(place)["terms"], worst=True), terms


def _review_in_full(review: "Review", place: int, tier: int, fee: float) -> dict[str, Any]:
    return review.in_full(place) | {"tier": tier + 1, "fee_musd": fee}


def consortia_too_small_end(model: "ConsortiumModel") -> None:
    """A consortium ends when too few members remain."""
    for body in list(model.consortia):
        if len(body.members) < model.settings.treasury.fewest_members:
            model.ledger.note(model.month, "consortium_dissolved", body.name, "", f"{len(body.members)} members are left")
            model.ends_body(body)


def trust_grows(model: "ConsortiumModel") -> None:
    """Consortia with members in common come to trust each other."""
    builds_trust(model)


def charters_are_considered(model: "ConsortiumModel") -> None:
    """Executive committees weigh every charter in reach against today's."""
    for body in list(model.consortia):
        body.considers_charter()


def programmes_may_leave(model: "ConsortiumModel") -> None:
    """Sponsors of a programme weigh a body of their own."""
    for body in list(model.consortia):
        body.considers_spin_off()


def consortia_may_merge(model: "ConsortiumModel") -> None:
    """Consortia with members in common weigh becoming one."""
    consider_merging(model)


def students_are_hired(model: "ConsortiumModel") -> None:
    """Students of projects go to members; some of those hired earlier move on."""
    model.firms.students[: model.firms.count] *= 0.9
    model.knowledge.efforts_change()
    for body in model.consortia:
        body.trains()


def reserves_are_kept(model: "ConsortiumModel") -> None:
    """The year's reserve is set."""
    for body in model.consortia:
        body.keeps_reserve()


def minutes_are_written(model: "ConsortiumModel") -> None:
    """Who sits on which committee is kept for the record."""
    for body in model.consortia:
        body.writes_minutes()


def consortia_are_observed(model: "ConsortiumModel") -> None:
    """The state that anybody could observe is written down: for the series and for the recogniser."""
    for body in model.consortia:
        body.history.append(body.observes())
    model.recorder.writes_month(model)
