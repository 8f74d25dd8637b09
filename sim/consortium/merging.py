"""How two consortia become one: members in common, trust grown under the association, a vote in each body."""

import dataclasses
import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import compiled
from sim.consortium import prospects
from sim.consortium.alternatives import Alternatives, in_columns, only
from sim.consortium.body import Consortium
from sim.consortium.charter import Charter, Terms
from sim.consortium.governance import ballots_of, leading_reasons
from sim.consortium.outlook import outlook_of, owned_in
from sim.consortium.worth import TERMS, Gains, Worth, gains
from sim.firm.membership import who_is_in_favour
from sim.population import MEDIA

if TYPE_CHECKING:
    from sim.model import ConsortiumModel


# What a firm has from two consortia no more than from one.
HAD_ONCE = ("speed", "far view", "breadth", "network", "mismatch", "influence", "autonomy")
IS_HAD_ONCE = np.array([name in HAD_ONCE for name in TERMS])


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
    common = {f.number for f in one.members}.intersection([f.number for f in other.members])
    return len(common) / min(len(one.members), len(other.members))


def consider_merging(model: "ConsortiumModel") -> None:
    """Once a year: every pair of consortia with members in common weighs becoming one."""
    if model.settings.governance.charter_fixed:
        return
    for one, other in itertools.combinations(list(model.consortia), 2):
        if model.closed(one.countries + other.countries):
            continue  # a united body is open
        if one.ended is None and other.ended is None and overlap(one, other) > 0.0:
            weighs_merger(model, one, other)


def weighs_merger(model: "ConsortiumModel", one: Consortium, other: Consortium) -> None:
    """The larger body tables the best common charter; each body votes, and both must agree."""
    one, other = sorted((one, other), key=lambda body: (-body.yearly_fees, body.number))
    voters = {body.number: body.voters() for body in (one, other)}
    rows = [firm.number for body in (one, other) for firm, _ in voters[body.number]]
    first, second = len(voters[one.number]), len(voters[other.number])
    table, then, today = compared(model, one, other, rows)
    manners = manners_of_uniting(model, one, other)
    weight = np.repeat([1.0 / first, 1.0 / second], [first, second])  # each body's voters on average
    gain = then.weighed(weight) - (today.sum(axis=0) * weight).sum()
    mean = [gain + 2.0 * sum(terms.values()) for _, terms in manners]
    best, manner = divmod(int(np.argmax(np.concatenate(mean))), len(table))[::-1]
    if float(mean[manner][best]) > 0.0 or model.settings.governance.votes == "coin":
        branched, further = manners[manner]
        united = np.concatenate([then.table(best), np.repeat(np.array([*further.values()])[:, None], len(rows), axis=1)])
        chosen = gains((*then.names(), *further), united, today)
        parts = {one.number: chosen.part(slice(first)), other.number: chosen.part(slice(first, None))}
        _both_vote(model, one, other, voters, parts, (table.charter(best), branched))


def _both_vote(model: "ConsortiumModel", one: Consortium, other: Consortium, voters: dict, gained: dict[int, Gains],
               proposal: tuple[Terms, bool]) -> None:  # fmt: skip
    outcomes = []
    for body in (one, other):
        voting = voters[body.number]
        says, told = who_is_in_favour(model, body, "merge", [firm for firm, _ in voting], gained[body.number], {})
        needed = max(body.charter.majority, model.settings.governance.merger_majority)
        motion = f"becomes one with {(other if body is one else one).name}"
        outcomes.append(body.counts(ballots_of(voting, says), needed, motion, told))

    def words() -> str:
        return "; ".join(f"{body.name}: {leading_reasons(gained[body.number])}" for body in (one, other))

    if all(outcomes):
        unites(model, one, other, *proposal, words, outcomes[0].terms)
    else:
        refused = next(outcome for outcome in outcomes if not outcome)
        model.ledger.note(model.month, "merger_of_consortia_failed", one.name, other.name, words, refused.terms)


def common_charters(model: "ConsortiumModel", one: Consortium, other: Consortium) -> Alternatives:
    """Charters of a united body: every scope between the two and one medium more, hosts, horizons, fees.

    A united body admits firms of both.
    """
    roof = model.association.offers_roof(one.members + other.members)
    return _common_charters(one.charter.terms, other.charter.terms, roof, model.market.media)


@lru_cache(maxsize=512)
def _common_charters(today: Terms, other: Terms, roof: bool, exist: tuple[str, ...]) -> Alternatives:
    both = [m for m in MEDIA if m in today.media or m in other.media]
    scopes = {tuple(both)} | {tuple(m for m in MEDIA if m in both or m == extra) for extra in exist}
    scopes |= {today.media, other.media}
    hosts = {today.host, other.host} | ({"association"} if roof else set())
    fees = sorted({today.fee_factor, other.fee_factor, (today.fee_factor * other.fee_factor) ** 0.5})
    choices = itertools.product(("open",), sorted(scopes), sorted(hosts), (today.public_money,), ("long", "short"), fees)
    return in_columns([Terms(*chosen) for chosen in choices], today)


def compared(model: "ConsortiumModel", one: Consortium, other: Consortium,
             rows: list[int]) -> tuple[Alternatives, Worth, np.ndarray]:  # fmt: skip
    """For the firms in `rows`: the united bodies on the table, what each is worth, and what they have today.

    Who belongs to both today saves one fee and one attention.
    """
    weights = model.settings.membership
    table = common_charters(model, one, other)
    together = np.concatenate([one.rows, other.rows])
    public = one.expected_public() + other.expected_public()
    united = outlook_of(model, one.charter, [one.country], together, public, (one, other))
    united.home = np.maximum(united.home, owned_in(model, other.countries))
    united.open_today = one.charter.membership == "open" and other.charter.membership == "open"
    return table, prospects.values(united, table, weights, rows), worth_today(one, other, weights, rows)


def manners_of_uniting(model: "ConsortiumModel", one: Consortium, other: Consortium) -> list[tuple[bool, dict[str, float]]]:
    """Whether branches keep their own budgets, and what that adds for every member.

    Distrust falls with trust and where branches stay; bodies of one country have no branches.
    """
    told = model.settings.governance
    distrust = told.distrust * (1.0 - one.trust.get(other.number, 0.0))
    manners = [(False, {"distrust": -distrust, "branches": 0.0})]
    if set(one.countries) != set(other.countries):
        comfort = {"distrust": -distrust * (1.0 - told.branch_comfort), "branches": told.branch_freedom - told.branch_cost}
        manners.append((True, comfort))
    return manners


def worth_today(one: Consortium, other: Consortium, weights: prospects.Membership, rows: list[int]) -> np.ndarray:
    """What firms have today from the two bodies, terms (in the order of `TERMS`) × firms: what is had once counts once, the
    rest adds up."""
    views = one.outlook(), other.outlook()
    first, second = (prospects.values(view, only(body.charter.terms), weights, rows).table(0)
                     for view, body in zip(views, (one, other), strict=True))  # fmt: skip
    today, at = np.empty(first.shape), views[0].firms.place[rows]
    has_from_both(first, second, views[0].present[at], views[1].present[at], IS_HAD_ONCE, today)
    return today


@compiled
def has_from_both(first, second, in_one, in_other, had_once, today):
    """What firms have from two bodies, of which each belongs to one or both: terms × firms, into `today`."""
    for term in range(len(today)):
        for firm in range(today.shape[1]):
            if had_once[term]:
                from_one = first[term, firm] if in_one[firm] > 0.0 else -np.inf
                from_other = second[term, firm] if in_other[firm] > 0.0 else -np.inf
                today[term, firm] = max(from_one, from_other)
            else:
                today[term, firm] = in_one[firm] * first[term, firm] + in_other[firm] * second[term, firm]


def unites(model: "ConsortiumModel", one: Consortium, other: Consortium, terms: Terms, branched: bool,
           words: Callable[[], str], vote: dict) -> None:  # fmt: skip
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
    model.ledger.note(model.month, "consortia_merged", one.name, other.name, lambda: f"become {body.name}: {words()}", vote)
    for old in (one, other):
        body.takes_over(old)
        model.ends_body(old, successor=body)
    body.expels_inadmissible("the united charter does not serve it")
    body.ranks_priorities()


def _with_branches(charter: Charter, countries: list[str]) -> Charter:
    return dataclasses.replace(charter, branches=countries)
