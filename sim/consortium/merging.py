"""How two consortia become one: members in common, trust grown under the association, a vote in each body."""

import dataclasses
import itertools
from typing import TYPE_CHECKING

import numpy as np

from sim.consortium import prospects
from sim.consortium.alternatives import Alternatives, in_columns
from sim.consortium.body import Consortium
from sim.consortium.charter import Charter, Terms
from sim.consortium.governance import leading_reasons
from sim.population import MEDIA

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.model import ConsortiumModel


# What a firm has from two consortia no more than from one.
HAD_ONCE = ("speed", "far view", "breadth", "network", "mismatch", "influence", "autonomy")


def builds_trust(model: "ConsortiumModel") -> None:
    """Once a year: consortia with members in common come to trust each other; without, trust fades."""
    fades = model.settings.treasury.trust_fades
    for one, other in itertools.combinations(model.consortia, 2):
        before = one.trust.get(other.number, 0.0)
        gained = model.association.builds_trust(one, other, overlap(one, other)) * (1.0 - before)
        one.trust[other.number] = other.trust[one.number] = before * (1.0 - fades) + gained


def overlap(one: Consortium, other: Consortium) -> float:
    """Members in common over the members of the smaller body, 0 to 1."""
    if not one.members or not other.members:
        return 0.0
    common = set(f.number for f in one.members) & set(f.number for f in other.members)
    return len(common) / min(len(one.members), len(other.members))


def consider_merging(model: "ConsortiumModel") -> None:
    """Once a year: every pair of consortia with members in common weighs becoming one."""
    if model.settings.governance.charter_fixed:
        return
    for one, other in itertools.combinations(list(model.consortia), 2):
        if one.ended is None and other.ended is None and overlap(one, other) > 0.0:
            weighs_merger(model, one, other)


def weighs_merger(model: "ConsortiumModel", one: Consortium, other: Consortium) -> None:
    """The larger body tables the best common charter; each body votes, and both must agree."""
    one, other = sorted((one, other), key=lambda body: (-body.yearly_fees, body.number))
    table, branched = common_charters(model, one, other)
    voters = {body.number: body.voters() for body in (one, other)}
    rows = [firm.number for body in (one, other) for firm, _ in voters[body.number]]
    gains = gains_of_merger(model, one, other, table, branched, rows)
    total, first = sum(gains.values()), len(voters[one.number])
    mean = total[:, :first].mean(axis=1) + total[:, first:].mean(axis=1)
    best = int(np.argmax(mean))
    if float(mean[best]) > 0.0 or model.settings.governance.votes == "coin":
        chosen = gains_at(gains, best)
        parts = {one.number: chosen[:first], other.number: chosen[first:]}
        _both_vote(model, one, other, voters, parts, (table.terms[best], bool(branched[best])))


def _both_vote(model: "ConsortiumModel", one: Consortium, other: Consortium, voters: dict, gains: dict,
               proposal: tuple[Terms, bool]) -> None:  # fmt: skip
    outcomes, words = [], []
    for body in (one, other):
        ballots = [(firm, votes, firm.votes(body, "merge", gain))
                   for (firm, votes), gain in zip(voters[body.number], gains[body.number], strict=True)]  # fmt: skip
        needed = max(body.charter.majority, model.settings.governance.merger_majority)
        outcomes.append(body.counts(ballots, needed))
        words.append(f"{body.name}: {leading_reasons(gains[body.number])}")
    if all(outcomes):
        unites(model, one, other, *proposal, "; ".join(words), outcomes[0].terms)
    else:
        refused = next(outcome for outcome in outcomes if not outcome)
        model.ledger.note(model.month, "merger_of_consortia_failed", one.name, other.name, "; ".join(words), refused.terms)


def common_charters(model: "ConsortiumModel", one: Consortium, other: Consortium) -> tuple[Alternatives, np.ndarray]:
    """Charters of a united body: every scope between the two and one medium more, hosts, horizons; with branches or not.

    Returns the charters and, for each, whether branches keep their own budgets. A united body admits firms of both.
    """
    today = one.charter.terms
    both = [m for m in MEDIA if m in one.charter.media or m in other.charter.media]
    scopes = {tuple(both)} | {tuple(m for m in MEDIA if m in both or m == extra) for extra in MEDIA}
    scopes |= {one.charter.terms.media, other.charter.terms.media}
    hosts = {one.charter.host, other.charter.host} | ({"association"} if model.association.offers_roof(one.members + other.members) else set())
    fees = sorted({one.charter.fee_factor, other.charter.fee_factor, (one.charter.fee_factor * other.charter.fee_factor) ** 0.5})
    choices = itertools.product(("open",), sorted(scopes), sorted(hosts), (today.public_money,), ("long", "short"), fees)
    terms = [Terms(*chosen) for chosen in choices]
    abroad = set(one.countries) != set(other.countries)
    doubled = terms + terms if abroad else terms
    branched = np.array([False] * len(terms) + ([True] * len(terms) if abroad else []))
    return in_columns(doubled, today), branched


def gains_of_merger(model: "ConsortiumModel", one: Consortium, other: Consortium, table: Alternatives,
                    branched: np.ndarray, rows: list[int]) -> dict[str, np.ndarray]:  # fmt: skip
    """For the firms in `rows`, the gain of each united body over today in every term: charters × firms.

    Who belongs to both today saves one fee and one attention; distrust falls with trust and where branches stay.
    """
    told, weights = model.settings.governance, model.settings.membership
    together = list({firm.number: firm for firm in one.members + other.members}.values())
    united = Consortium.imagined(model, one.charter, one.country, together, (one, other))
    united.home = np.maximum(united.home, other.outlook().home)
    united.public_musd = one.expected_public() + other.expected_public()
    united.open_today = one.charter.membership == "open" and other.charter.membership == "open"
    then = prospects.values(united, table, weights, rows)
    today = worth_today(one, other, weights, rows)
    gains = {name: term - today[name] for name, term in then.items()}
    distrust = told.distrust * (1.0 - one.trust.get(other.number, 0.0))
    comfort = np.where(branched, 1.0 - told.branch_comfort, 1.0)
    gains["distrust"] = np.tile(-distrust * comfort[:, None], len(rows))
    gains["branches"] = np.tile(np.where(branched, told.branch_freedom - told.branch_cost, 0.0)[:, None], len(rows))
    return gains


def gains_at(gains: dict[str, np.ndarray], row: int) -> list[dict[str, float]]:
    """The terms of one charter on the table, firm by firm; terms that move nobody are left out."""
    moving = {name: gain[row].tolist() for name, gain in gains.items() if np.abs(gain[row]).max() > 1e-9}
    count = len(next(iter(gains.values()))[row])
    return [{name: values[place] for name, values in moving.items()} for place in range(count)]


def worth_today(one: Consortium, other: Consortium, weights: prospects.Membership, rows: list[int]) -> dict[str, np.ndarray]:
    """What firms have today from the two bodies, term by term: what is had once counts once, the rest adds up."""
    parts = []
    for body in (one, other):
        inside = np.isin(rows, body.rows)
        terms = prospects.values(body.outlook(), in_columns([body.charter.terms], body.charter.terms), weights, rows)
        parts.append((inside, {name: np.broadcast_to(term[0], (len(rows),)) for name, term in terms.items()}))
    (in_one, first), (in_other, second) = parts
    worth = {}
    for name in first:
        if name in HAD_ONCE:
            a, b = np.where(in_one, first[name], -np.inf), np.where(in_other, second[name], -np.inf)
            worth[name] = np.maximum(a, b)
        else:
            worth[name] = in_one * first[name] + in_other * second[name]
    return worth


def unites(model: "ConsortiumModel", one: Consortium, other: Consortium, terms: Terms, branched: bool, words: str,
           vote: dict) -> None:  # fmt: skip
    """The united body takes over members, money, projects and ties of both."""
    charter = one.charter.changed_to(terms)
    if branched:
        countries = list(dict.fromkeys(one.countries + other.countries))
        charter = _with_branches(charter, countries)
    body = model.adds_body(model.consortium_class(model, model.new_name("Joint", charter), charter, one.country), [one, other])
    for firm in list({f.number: f for f in one.members + other.members}.values()):
        body.admits(firm)
    body.ever |= one.ever | other.ever
    body.universities_ever |= one.universities_ever | other.universities_ever
    model.ledger.note(model.month, "consortia_merged", one.name, other.name, f"become {body.name}: {words}", vote)
    for old in (one, other):
        body.takes_over(old)
        model.ends_body(old, successor=body)
    body.expels_inadmissible("the united charter does not serve it")


def _with_branches(charter: Charter, countries: list[str]) -> Charter:
    return dataclasses.replace(charter, branches=countries)
