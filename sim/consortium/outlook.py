"""What firms can see of a consortium, or of one that they imagine, when they value membership."""

from typing import TYPE_CHECKING

import numpy as np

from sim.consortium import prospects
from sim.consortium.alternatives import in_columns
from sim.consortium.charter import Charter
from sim.consortium.prospects import Outlook

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.firm import Firm
    from sim.model import ConsortiumModel


def possible_public(model, government, members: list["Firm"]) -> float:
    """Public money a year that firms expect a body of these members to win (million US$): its share of proposals."""
    funding = government.funding
    eligible = sum(not funding.domestic_only or firm.country == government.country for firm in members)
    own = funding.proposals_per_member * eligible
    return government.expected * own / (own + government.outside_proposals) if own > 0 else 0.0


def outlook_of(model, charter: Charter, countries: list[str], members: list["Firm"], public_musd: float,
               without: tuple["Consortium", ...] = ()) -> Outlook:  # fmt: skip
    """What everybody needs to know to value a consortium under any charter like `charter`.

    Needs that other consortia serve count less; those in `without` are left out of that reckoning.
    """
    firms, settings = model.firms, model.settings
    living = model.living
    place = np.full(firms.count, -1)
    place[living] = np.arange(len(living))
    revenue = model.storage_revenue[living]
    numbers = [firms.countries.index(country) for country in countries if country in firms.countries]
    home = np.zeros(len(living))
    for number in numbers:
        home[firms.country[living] == number] = 1.0
    present = np.zeros(len(living))
    present[place[[firm.number for firm in members]]] = 1.0
    research = firms.research[living]
    factor = charter.fee_factor
    shelter = min((g.nation.shelter for g in model.governments if g.country in countries), default=0.5)
    return Outlook(
        place=place, focus=firms.focus[living], need=unserved(model, without)[living],
        fee=charter.fee(revenue) / factor if factor > 0 else np.zeros(len(living)), votes=charter.votes(revenue),
        research=research, research_share=research / research.sum(), absorptive=firms.absorptive[living],
        lead=model.lead[living], line_share=model.line_share[living], line_weight=model.line_weight[living], home=home,
        threat=firms.threat[living], present=present,
        would_come=np.full(len(living), settings.governance.expected_entry), public_musd=public_musd,
        open_today=charter.membership == "open", open_keeps=settings.funding.open_keeps, roof_keeps=settings.governance.roof_keeps, shelter=shelter,
        administration=1.0 - charter.share_to_projects, roof_saves=settings.association.roof_saves,
        chain=model.association.chain(), common_share=charter.common_share, share_to_projects=charter.share_to_projects,
    )  # fmt: skip


def unserved(model, without: tuple["Consortium", ...]) -> np.ndarray:
    """Needs of all firms over media, less the part that counts no more because another consortium serves it."""
    firms = model.firms
    need = firms.focus[: firms.count].copy()
    served = np.zeros_like(need)
    for body in model.consortia:
        if body not in without and body.members:
            rows = body.rows
            served[rows] = np.maximum(served[rows], body.charter.scope())
    return need * (1.0 - model.settings.membership.served_elsewhere * served)


def worth_of_membership(model: "ConsortiumModel", body: "Consortium", who: list[int]) -> list[dict[str, float]]:
    """The terms of the value of membership today, for the firms in `who` (row numbers)."""
    table = in_columns([body.charter.terms], body.charter.terms)
    terms = prospects.values(body.outlook(), table, model.settings.membership, who)
    columns = {name: np.broadcast_to(term[0], (len(who),)).tolist() for name, term in terms.items()}
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def leading(terms: dict[str, float], worst: bool = False, count: int = 3) -> str:
    """The terms that weighed most, in words."""
    ranked = sorted(terms.items(), key=lambda pair: pair[1] if worst else -pair[1])[:count]
    return ", ".join(f"{name} {value:+.2f}" for name, value in ranked)
