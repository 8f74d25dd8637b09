"""What firms can see of a consortium, or of one that they imagine, when they value membership."""

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.consortium import prospects
from sim.consortium.alternatives import only
from sim.consortium.charter import Charter
from sim.consortium.prospects import Outlook
from sim.consortium.worth import TERMS

if TYPE_CHECKING:
    from sim.consortium.admission import Admission
    from sim.consortium.state import ConsortiumState
    from sim.firm import Firm
    from sim.government import Government
    from sim.model import ConsortiumModel


def possible_public(model: "ConsortiumModel", government: "Government", members: list["Firm"], charter: Charter) -> float:
    """Public money a year that firms expect a body of these members to win (million US$): its share of proposals, or what
    a government that follows private money adds to their fees."""
    funding = government.funding
    if funding.regime == "matching":
        firms = model.landscape
        fees = charter.fee_factor * float(firms.dues(charter).fee[firms.place[[firm.number for firm in members]]].sum())
        return government.matches(fees, int(model.year))
    eligible = [firm.country for firm in members].count(government.country) if funding.domestic_only else len(members)
    own = funding.proposals_per_member * eligible
    return government.expected * own / (own + government.outside_proposals) if own > 0 else 0.0


def outlook_of(model: "ConsortiumModel", charter: Charter, countries: list[str], members: np.ndarray | list[int],
               public_musd: float, without: tuple["ConsortiumState", ...] = ()) -> Outlook:  # fmt: skip
    """What everybody needs to know to value a consortium of `members` (row numbers) under any charter like `charter`.

    Needs that other consortia serve count less; those in `without` are left out of that reckoning.
    """
    settings, firms = model.settings, model.landscape
    dues = firms.dues(charter)
    here = [government for government in model.governments if government.country in countries]
    shelter = min([government.nation.shelter for government in here], default=0.5)
    shuts_out = True in [government.funding.domestic_only for government in here]
    return Outlook(
        firms=firms, need=unserved(model, without), fee=dues.fee if charter.fee_factor > 0 else np.zeros(len(firms)),
        votes=dues.votes, home=owned_in(model, countries), present=firms.present(members),
        would_come=np.full(len(firms), settings.governance.expected_entry), public_musd=public_musd,
        open_today=charter.membership == "open", open_keeps=settings.funding.open_keeps if shuts_out else 1.0,
        roof_keeps=settings.governance.roof_keeps, shelter=shelter, administration=1.0 - charter.share_to_projects,
        roof_saves=settings.association.roof_saves, chain=firms.chain, common_share=charter.common_share,
        share_to_projects=charter.share_to_projects,
    )  # fmt: skip


def owned_in(model: "ConsortiumModel", countries: list[str]) -> np.ndarray:
    """One for the living firms whose ultimate owner sits in one of the countries."""
    known = model.firms.countries
    return model.landscape.owned_in(tuple([known.index(country) for country in countries if country in known]))


def unserved(model: "ConsortiumModel", without: tuple["ConsortiumState", ...]) -> np.ndarray:
    """Needs of the living firms over media, less the part that counts no more because another consortium serves it."""
    firms = model.landscape
    others = [body for body in model.consortia if body not in without and body.members]
    if not others:
        return firms.focus
    need, counts = firms.focus.copy(), 1.0 - model.settings.membership.served_elsewhere
    for body in others:
        serves(firms.place, body.rows, firms.dues(body.charter).scope, counts, firms.focus, need)
    return need


@compiled
def serves(place, members, scope, counts, focus, need):
    """What a consortium serves counts less for its members, once however many serve it."""
    for firm in members:
        for medium in range(len(scope)):
            if scope[medium] > 0.0:
                need[place[firm], medium] = counts * focus[place[firm], medium]


def worth_of_membership(model: "ConsortiumModel", body: "Admission", who: np.ndarray | list[int]) -> np.ndarray:
    """The terms of the value of membership today, in the order of `TERMS`, for the firms in `who` (row numbers)."""
    if model.settings.belonging.rule != "weighs":
        return worth_under_a_rival_rule(model, body, np.asarray(who, dtype=np.int64))
    return prospects.values(body.outlook(), only(body.charter.terms), model.settings.membership, who).table(0)


def worth_under_a_rival_rule(model: "ConsortiumModel", body: "Admission", who: np.ndarray) -> np.ndarray:
    """A firm that follows the crowd counts the share of its peers among the members; one that tosses a coin counts nothing.

    Peers have the same largest business line. The terms stand in the order of `TERMS`; all but the network are zero.
    """
    told, firms = model.settings.belonging, model.firms
    worth = np.zeros((len(TERMS), len(who)))
    if told.rule == "follows_the_crowd":
        alive, line = firms.alive[: firms.count], firms.revenue[: firms.count].argmax(axis=1)
        inside = np.zeros(firms.count, dtype=bool)
        inside[body.rows] = True
        worth[TERMS.index("network")] = share_of_peers(line, alive, inside & alive, who) - told.crowd
    return worth


def share_of_peers(line: np.ndarray, alive: np.ndarray, inside: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Share of the other living firms with the same largest line that are members; zero for a firm without peers.

    >>> share_of_peers(np.array([0, 0, 0, 1]), np.ones(4, bool), np.array([True, True, False, True]), np.array([0, 2, 3]))
    array([0.5, 1. , 0. ])
    """
    lines = int(line.max(initial=0)) + 1
    members = np.bincount(line[inside], minlength=lines)[line[who]] - inside[who]
    peers = np.bincount(line[alive], minlength=lines)[line[who]] - alive[who]
    return np.divide(members, peers, out=np.zeros(len(who)), where=peers > 0)


def leading(terms: dict[str, float], worst: bool = False, count: int = 3) -> str:
    """The terms that weighed most, in words."""
    ranked = sorted(terms.items(), key=lambda pair: pair[1] if worst else -pair[1])[:count]
    return ", ".join(f"{name} {value:+.2f}" for name, value in ranked)
