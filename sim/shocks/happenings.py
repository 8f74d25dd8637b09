"""What each shock does to the world, and what is said of it."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sim.decisions import by_comparison
from sim.industry.deals import merges

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.firm import Firm
    from sim.government import Government
    from sim.model import ConsortiumModel
    from sim.shocks.declared import Shock


class Told(NamedTuple):
    """What the ledger says of a shock."""

    who: str
    whom: str
    words: str


NOBODY = Told("", "", "nothing happens")


def largest_core_leaves(model: "ConsortiumModel", shock: "Shock") -> Told:
    """The core member with the highest fee leaves the consortium of the reference country that collects most fees."""
    here = [body for body in model.consortia if model.settings.home.country in body.countries and body.core()]
    if not here:
        return NOBODY._replace(words="nothing happens: the reference country has no consortium with core members")
    body = max(here, key=lambda body: (body.yearly_fees, -body.number))
    firm = max(body.core(), key=lambda firm: (firm.storage, -firm.number))
    _leaves(model, firm, body)
    return Told(firm.name, body.name, "the largest core member leaves")


def member_leaves(model: "ConsortiumModel", shock: "Shock") -> Told:
    """A named firm leaves every consortium to which it belongs."""
    firm = _living(model, shock.who)
    if firm is None or not firm.memberships:
        why = "it lives no more" if firm is None else "it belongs to no consortium"
        return Told(shock.who, "", f"nothing happens: {why}")
    bodies = [body for body in model.consortia if body in firm.memberships]
    for body in bodies:
        _leaves(model, firm, body)
    return Told(firm.name, ", ".join(body.name for body in bodies), "a named member leaves")


def _leaves(model: "ConsortiumModel", firm: "Firm", body: "Consortium") -> None:
    """A member leaves as one that leaves of its own will: it owes its notice, and may look in again in later years."""
    standing = body.standing()
    place = body.members.index(firm)
    stands = {"tier": int(standing.tiers[place]) + 1, "fee_musd": float(standing.fees[place])}
    decision = by_comparison({"reasons outside the model": -1.0})
    model.ledger.note(model.month, "left", firm.name, body.name, "the user's experiment", decision.terms | stands)
    body.collects_notice(firm)
    body.releases(firm)
    model.counters["exits_total"] += 1


def makers_merge(model: "ConsortiumModel", shock: "Shock") -> Told:
    """One drive maker buys the drive line of another: those named, or the largest the second; no authority is asked."""
    by_share = sorted(model.makers(), key=lambda firm: (-float(model.firms.share[firm.number]), firm.number))
    named = {firm.name: firm for firm in by_share}
    for name in filter(None, (shock.who, shock.whom)):
        if name not in named:
            return Told(shock.who, shock.whom, f"nothing happens: {name} makes no drives in this month")
    if len(by_share) < 2:
        return NOBODY._replace(words="nothing happens: there are not two makers left")
    buyer, seller = (named[shock.who], named[shock.whom]) if shock.who else by_share[:2]
    merges(model, buyer, seller, "the user's experiment", {})
    model.measures()
    return Told(buyer.name, seller.name, "two makers merge")


def appropriation_is_cut(model: "ConsortiumModel", shock: "Shock") -> Told:
    """A government takes back a share of this year's commitments; half of it enters what firms expect at once."""
    government = _government(model, shock)
    before = government.committed
    _sets_cuts(model, government, [*model.imposed["cut", government.country], 1.0 - shock.size()])
    government.committed *= 1.0 - shock.size()
    government.expected *= 1.0 - 0.5 * shock.size()
    return Told(government.country, "public money", f"the appropriation is cut by {shock.size():.0%}, "
                f"from {before:.1f} to {government.committed:.1f} million US$")  # fmt: skip


def cut_is_over(model: "ConsortiumModel", shock: "Shock") -> Told:
    """From the next budget on the appropriation is whole again."""
    government = _government(model, shock)
    cuts = list(model.imposed["cut", government.country])
    cuts.remove(1.0 - shock.size())
    _sets_cuts(model, government, cuts)
    return Told(government.country, "public money", "the cut is over; the next budget is whole again")


def _sets_cuts(model: "ConsortiumModel", government: "Government", cuts: list[float]) -> None:
    model.imposed["cut", government.country] = cuts
    government.kept = math.prod(cuts)


def flash_falls_faster(model: "ConsortiumModel", shock: "Shock") -> Told:
    """The price of flash falls by a further share a year, for some years or to the end."""
    until = model.year + shock.lasts() if shock.lasts() else math.inf
    model.drivers.flash_falls.append((model.year, until, shock.size()))
    return Told("flash", "", f"its price falls by a further {shock.size():.0%} a year")


def flash_falls_as_before(model: "ConsortiumModel", shock: "Shock") -> Told:
    """What the price has lost stays lost; from now on it falls with its driver."""
    return Told("flash", "", "its price falls with its driver again, from where it is")


def country_closes(model: "ConsortiumModel", shock: "Shock") -> Told:
    """The consortia of a country become domestic and may not open again; firms of all countries of a body with branches stay."""
    country = shock.who or model.settings.home.country
    model.imposed["closed", ""].append(country)
    bodies = [body for body in model.consortia if country in body.countries and body.charter.membership == "open"]
    for body in bodies:
        body.adopts_charter(body.charter.terms._replace(membership="domestic"))
    closed = ", ".join(body.name for body in bodies) or "none was open"
    return Told(country, closed, "the country closes its consortia to foreign firms")


def country_opens(model: "ConsortiumModel", shock: "Shock") -> Told:
    """The consortia of the country may open again, if they vote for it."""
    country = shock.who or model.settings.home.country
    model.imposed["closed", ""].remove(country)
    return Told(country, "", "consortia may open again")


def association_withdraws(model: "ConsortiumModel", shock: "Shock") -> Told:
    """The association offers no roof and introduces nobody any more; bodies under its roof become independent."""
    model.association.withdraws()
    hosted = [body for body in model.consortia if body.charter.host == "association"]
    for body in hosted:
        body.adopts_charter(body.charter.terms._replace(host="independent"))
    return Told("the association", ", ".join(body.name for body in hosted), "the association withdraws")


def recession_begins(model: "ConsortiumModel", shock: "Shock") -> Told:
    """Buyers of all segments spend a share less."""
    _sets_slumps(model, [*model.imposed["slump", ""], 1.0 - shock.size()])
    return Told("storage buyers", "", f"a recession takes {shock.size():.0%} of the demand")


def recession_is_over(model: "ConsortiumModel", shock: "Shock") -> Told:
    """Buyers spend as before."""
    slumps = list(model.imposed["slump", ""])
    slumps.remove(1.0 - shock.size())
    _sets_slumps(model, slumps)
    return Told("storage buyers", "", "the recession is over")


def _sets_slumps(model: "ConsortiumModel", slumps: list[float]) -> None:
    model.imposed["slump", ""] = slumps
    model.market.slump = math.prod(slumps)


def _living(model: "ConsortiumModel", name: str) -> "Firm | None":
    return next((firm for firm in model.living_firms() if firm.name == name), None)


def _government(model: "ConsortiumModel", shock: "Shock") -> "Government":
    return next((each for each in model.governments if each.country == shock.who), model.governments[0])


BEGIN: dict[str, Callable[["ConsortiumModel", "Shock"], Told]] = {
    "largest_core_leaves": largest_core_leaves, "member_leaves": member_leaves, "makers_merge": makers_merge,
    "appropriation_cut": appropriation_is_cut, "flash_falls_faster": flash_falls_faster, "country_closes": country_closes,
    "association_withdraws": association_withdraws, "recession": recession_begins,
}  # fmt: skip
END: dict[str, Callable[["ConsortiumModel", "Shock"], Told]] = {
    "appropriation_cut": cut_is_over, "flash_falls_faster": flash_falls_as_before, "country_closes": country_opens,
    "recession": recession_is_over,
}  # fmt: skip
