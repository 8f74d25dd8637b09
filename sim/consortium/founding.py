"""How firms of one country found a consortium of their own."""

from typing import TYPE_CHECKING

import numpy as np

from sim.consortium import prospects
from sim.consortium.alternatives import only
from sim.consortium.body import Consortium
from sim.consortium.charter import Charter
from sim.consortium.splitting import effective_number
from sim.consortium.worth import firm_by_firm
from sim.decisions import by_vote

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.government import Government
    from sim.model import ConsortiumModel


def considers_founding(model: "ConsortiumModel", government: "Government", offered: Charter) -> None:
    """The leading storage firms of a country weigh founding a consortium; the votes of the largest decide.

    Nothing is considered where a consortium of the country lives already.
    """
    if government.bodies():
        return
    leaders = leading_firms(model, government.country, offered)
    if len(leaders) < model.settings.governance.fewest_founders:
        return
    worth = worth_of_founding(model, government, offered, leaders)
    ballots = [(firm, firm.founds(terms)) for firm, terms in zip(leaders, worth, strict=True)]
    for firm, ballot in ballots:
        said = "for" if ballot else "against"
        model.ledger.note(model.month, "voted", firm.name, offered.label, f"{said}: is founded", ballot.terms)
    votes = np.maximum(offered.votes(model.storage_revenue[[firm.number for firm in leaders]]), 1.0)
    yes = float(sum(v for v, (_, ballot) in zip(votes, ballots, strict=True) if ballot))
    outcome = by_vote(yes, float(votes.sum()) - yes, offered.majority, {firm.name: bool(b) for firm, b in ballots})
    founders = [firm for firm, ballot in ballots if ballot]
    reason = _reason(worth)
    if outcome and len(founders) >= model.settings.governance.fewest_founders:
        body = model.adds_body(model.consortium_class(model, model.free_name(offered.label), offered, government.country))
        for firm in founders:
            body.admits(firm)
        body.founders = len(founders)
        body.ranks_priorities()
        body.collects_fees()
        model.ledger.note(model.month, "consortium_founded", body.name, government.country, reason, outcome.terms)
    else:
        model.ledger.note(model.month, "founding_failed", government.country, offered.label, reason, outcome.terms)


def leading_firms(model: "ConsortiumModel", country: str, offered: Charter, most: int = 15) -> list["Firm"]:
    """The largest firms of a country whose business the charter would serve and whose revenue gives it a vote."""
    firms = model.firms
    number = firms.countries.index(country) if country in firms.countries else -1
    rows = np.flatnonzero(firms.alive[: firms.count] & (firms.country[: firms.count] == number))
    served = (firms.focus[rows] * offered.scope()).sum(axis=1) > 0.5
    voting = offered.votes(model.storage_revenue[rows]) > 0
    rows = rows[served & voting]
    order = np.argsort(-model.storage_revenue[rows], kind="stable")[:most]
    return [model.firm(row) for row in rows[order]]


def worth_of_founding(model: "ConsortiumModel", government: "Government", offered: Charter,
                      leaders: list["Firm"]) -> list[dict[str, float]]:  # fmt: skip
    """Value of membership in the body to be founded, plus rivalry and example, less the cost of coming together."""
    told = model.settings.governance
    trial = Consortium.imagined(model, offered, government.country, leaders)
    rows = [firm.number for firm in leaders]
    columns = prospects.values(trial, only(offered.terms), model.settings.membership, rows).under(0)
    equals = effective_number(model.storage_revenue[rows])
    pull = told.rivalry * model.rivalry_felt(government.country)
    member = np.array([bool(firm.memberships) for firm in leaders], dtype=float)
    columns["rivalry abroad"] = np.array([pull])
    columns["example"] = np.array([government.nation.example])
    columns["co-ordination"] = np.array([-told.coordination * (equals - 1.0)])
    columns["set-up"] = np.array([-told.set_up - told.from_scratch])
    columns["already served"] = -told.already_served * member
    return firm_by_firm(columns, len(rows))


def _reason(worth: list[dict[str, float]]) -> str:
    mean = {name: sum(w[name] for w in worth) / len(worth) for name in worth[0]}
    ranked = sorted(mean.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:4]
    return "founders weighed " + ", ".join(f"{name} {value:+.2f}" for name, value in ranked)
