"""A charter in words, and the organisation it sets up as a chart of text."""

from pathlib import Path

from sim.consortium.charter import Charter

COMMITTEES = {"executive": ("executive committee", "chief technologists", "sets the budget, votes on the charter"),
              "steering": ("steering committee", "directors", "approves projects, appoints"),
              "technical": ("technical committee", "technical leads", "scores proposals, puts the slate together")}  # fmt: skip


def in_words(charter: Charter, file: Path | None = None) -> str:
    """What a charter says, subject by subject; a line a subject."""
    rows = {
        "name": charter.label, "members": _members(charter), "scope": _scope(charter), "host": _host(charter),
        "fees": _fees(charter), "money": _money(charter), "votes": _votes(charter), "projects": _projects(charter),
        "stability": _stability(charter), "may change": _terms(charter), "source": charter.source or "none given",
    }  # fmt: skip
    if file is not None:
        rows["file"] = str(file)
    return "\n".join(f"{name:<11}{words}" for name, words in rows.items())


def _members(charter: Charter) -> str:
    if charter.membership == "open":
        return "open to firms of all countries whose business the scope serves"
    where = " and ".join(charter.branches) if charter.branches else "the country in which it is founded"
    return f"firms whose ultimate owner sits in {where}"


def _scope(charter: Charter) -> str:
    return f"{', '.join(charter.media)}; " + ("far systems count (long horizon)" if charter.horizon == "long"
                                              else "the next product counts (short horizon)")  # fmt: skip


def _host(charter: Charter) -> str:
    return "a body of its own" if charter.host == "independent" else "under the roof of the trade association"


def _fees(charter: Charter) -> str:
    times = charter.fee_factor
    if charter.fee_rule == "flat":
        return f"the same for all: {times * charter.fee_floor_musd:g} million US$ a year"
    if charter.fee_rule == "percentage":
        return (f"{times * charter.fee_percent:g} % of storage revenue, at least {times * charter.fee_floor_musd:g}, at most "
                f"{times * charter.fee_cap_musd:g} million US$ a year")  # fmt: skip
    steps = [f"{times * tier.fee_musd:g} from {tier.from_revenue_musd:g}" for tier in charter.tiers]
    return f"by storage revenue (million US$ a year): {'; '.join(steps)}"


def _money(charter: Charter) -> str:
    public = "applies for public money" if charter.public_money else "takes no public money"
    shared = f", {charter.common_share:.0%} of it divided evenly among media" if len(charter.media) > 1 else ""
    return f"{charter.share_to_projects:.0%} of fees to projects{shared}; {public}"


def _votes(charter: Charter) -> str:
    seats = "/".join(f"{number:g}" for number in charter.seats())
    return f"by seats, {seats} a firm from tier 1 down; a change of charter needs {charter.majority:.0%}"


def _projects(charter: Charter) -> str:
    partial = 1.0 - charter.full_share - charter.travel_share
    where = "in any country" if charter.performers == "open" else "in its own country"
    return (
        f"{charter.project_years:g} years at universities {where}; {charter.full_share:.0%} fully funded, {partial:.0%} "
        f"partly, {charter.travel_share:.0%} travel; {charter.joint_work_share:.0%} of the money for joint work of members"
    )


def _stability(charter: Charter) -> str:
    parts = [f"reserve of {charter.reserve_share:g} years' income"]
    parts += [f"members pledge {charter.pledge_years:g} years"] if charter.pledge_years else []
    parts += [f"notice of {charter.notice_years:g} years"] if charter.notice_years else []
    parts += [f"recruits firms of core size with chance {charter.recruiting:g} a year"] if charter.recruiting else []
    return ", ".join(parts)


def _terms(charter: Charter) -> str:
    return "who may join, scope, host, public money, horizon and fees, by vote (governance.charter_fixed=true: nothing)"


def chart(charter: Charter) -> str:
    """The organisation as a tree of text: committees by branch, which tiers sit there, who works and who only pays."""
    lines = [f"executive committee ({_seats_of(charter, 'executive')}): {COMMITTEES['executive'][2]}"]
    branches = charter.branches or [""]
    for number, branch in enumerate(branches):
        last = number == len(branches) - 1
        stem, bar = ("└─ ", "   ") if last else ("├─ ", "│  ")
        if branch:
            lines.append(f"{stem}branch {branch}: own budget, {charter.branch_autonomy:.0%} of what its members pay")
            stem, bar = bar + "└─ ", bar + "   "
        lines.append(f"{stem}steering committee ({_seats_of(charter, 'steering')}): {COMMITTEES['steering'][2]}")
        lines.append(f"{bar}└─ technical committee ({_seats_of(charter, 'technical')}): {COMMITTEES['technical'][2]}")
        media = charter.media
        for place, medium in enumerate(media):
            twig = "└─ " if place == len(media) - 1 else "├─ "
            lines.append(f"{bar}   {twig}programme {medium}: system groups, functional groups with university guests")
    below = len(charter.tiers) - charter.core_tiers
    if below:
        lines.append(f"members without seats: {'tier' if below == 1 else 'tiers'} "
                     f"{', '.join(str(n + 1) for n in range(charter.core_tiers, len(charter.tiers)))}")  # fmt: skip
    return "\n".join(lines)


def _seats_of(charter: Charter, kind: str) -> str:
    """`tier 1: 1 seat a firm; tier 2: 2`, or who sits there when no tier has seats."""
    held = [(number + 1, getattr(tier, f"{kind}_seats")) for number, tier in enumerate(charter.tiers)]
    told = [f"tier {number}: {seats} seat{'' if seats == 1 else 's'} a firm" for number, seats in held if seats]
    return f"{COMMITTEES[kind][1]}; {', '.join(told)}" if told else "no seats of its own: the core decides"
