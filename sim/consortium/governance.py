"""How a consortium decides about itself: who puts a charter on the table, who votes, what it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.consortium import prospects
from sim.consortium.admission import Admission
from sim.consortium.alternatives import Alternatives, in_reach
from sim.consortium.charter import Terms
from sim.consortium.worth import Gains, Worth, gains
from sim.decisions import Decision, by_vote
from sim.firm.membership import who_is_in_favour
from sim.fitted import fitted
from sim.parameters import Prior, parameter
from sim.records.events import Row

if TYPE_CHECKING:
    from sim.firm import Firm

Ballot = tuple["Firm", float, Any]  # who, with how many votes, and whether it is for the motion: yes or no, or a decision

@dataclass
class Governance:
    """How consortia change."""

    votes: str = parameter(
        "deliberate", unit="", kind="lever", choices=("deliberate", "coin"), source="guard of the specification, section 2",
        meaning="members vote by what they expect, or toss a coin", moves="changes_of_charter +",
    )
    charter_fixed: bool = parameter(
        False, unit="", kind="lever", source="assumption: a designer may forbid changes",
        meaning="whether charters stay as they were written", moves="changes_of_charter -",
    )
    reach: int = parameter(
        2, unit="terms", low=1, high=6, kind="uncertainty", source="assumption: what one round of talks can carry",
        meaning="terms of the charter that one motion may change", moves="changes_of_charter +",
    )
    switching_cost: float = fitted(
        "governance.switching_cost", unit="", low=0.0, high=2.0, source="assumption: inertia of charters",
        meaning="what the change of one term costs every member", moves="changes_of_charter -",
        prior=Prior(0.05, 0.3, "charters changed three times in 25 years: neither free nor forbidding", "log"),
    )
    expected_entry: float = fitted(
        "governance.expected_entry", unit="chance", low=0.0, high=1.0, source="assumption",
        meaning="chance with which members expect an admitted outsider to join", moves="wait_international -",
        prior=Prior(0.3, 0.9, "members neither expect nobody nor everybody to come in"),
    )
    roof_keeps: float = fitted(
        "governance.roof_keeps", unit="share", low=0.0, high=1.0, source="F33: no direct part of government; level assumed",
        meaning="share of public money that a body expects to keep under an association's roof", moves="wait_industry_led -",
        prior=Prior(0.2, 0.8, "F33: no direct part of government under the roof, projects went on"),
    )
    coordination: float = fitted(
        "governance.coordination", unit="", low=0.0, high=3.0,
        source="the easier the fewer and larger (section 8); level assumed",
        meaning="cost of bringing founders together, per effective number of equals among them", moves="wait_industry_led +",
        prior=Prior(0.1, 0.5, "an assumption; half to twice the value first chosen", "log"),
    )
    set_up: float = parameter(
        0.25, unit="", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="cost of setting up an independent body, for each medium in scope; under the association's roof a third",
        moves="wait_industry_led +",
    )
    from_scratch: float = parameter(
        0.10, unit="", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="further cost of founding where no consortium has brought the founders together before", moves="wait_national +",
    )
    already_served: float = parameter(
        0.8, unit="", low=0.0, high=3.0, kind="uncertainty", source="assumption",
        meaning="what it counts against founding a body that another one open to the firm serves its need",
        moves="consortia_mean -",
    )
    rivalry: float = fitted(
        "governance.rivalry", unit="", low=0.0, high=6.0, source="F15, F17: rivalry with the other country; level assumed",
        meaning="pull of the rivals abroad, and of their consortium, on founding one's own", moves="wait_sister -",
        prior=Prior(0.5, 1.6, "F15, F17, F22: the sister body came four years later; half to one and a half"),
    )
    fewest_founders: int = parameter(
        3, unit="firms", low=2, high=10, kind="lever", source="C037: three founders", meaning="founders that a new body needs",
        moves="wait_industry_led +",
    )
    merger_majority: float = parameter(
        0.75, unit="share of votes", low=0.5, high=1.0, kind="lever",
        source="not published; bodies end only by more than a simple majority",
        meaning="share of the votes in each body that its end in a merger needs", moves="wait_bi_national +",
    )
    distrust: float = fitted(
        "governance.distrust", unit="", low=0.0, high=6.0, source="F37, F87: trust was needed; level assumed",
        meaning="what a merger with a consortium one does not trust at all costs a member", moves="wait_bi_national +",
        prior=Prior(0.9, 3.6, "F37, F87: trust came first; half to twice", "log"),
    )
    branch_cost: float = parameter(
        0.08, unit="", low=0.0, high=1.0, kind="uncertainty", source="F42; assumption",
        meaning="cost of keeping branches with own budgets in a merged body", moves="wait_bi_national +",
    )
    branch_freedom: float = parameter(
        0.20, unit="", low=0.0, high=2.0, kind="uncertainty", source="F42: freedom in work and in budget; level assumed",
        meaning="what members value in a branch with a budget of its own", moves="wait_bi_national -",
    )
    branch_comfort: float = parameter(
        0.45, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F42: freedom in work and budget; assumption",
        meaning="share of the distrust that branches with own budgets take away", moves="wait_bi_national -",
    )


class GovernanceDecisions(Admission):
    """The part of a consortium that decides about its charter; once a year."""

    def considers_charter(self) -> None:
        """The executive committee puts the best charter in reach to the vote, if any is better than today's."""
        if self.model.settings.governance.charter_fixed or len(self.members) < 2:
            return
        roof, reach = self.model.association.offers_roof(self.members), self.model.settings.governance.reach
        table = in_reach(self.charter.terms, roof, reach, self.model.market.media)
        voters = self.voters()
        worth = prospects.values(self.outlook(), table, self.model.settings.membership, [firm.number for firm, _ in voters])
        tabled = self._best_for_executive(table, worth, voters)
        if tabled:
            gained = gains(worth.names(), worth.table(tabled), worth.table(0))
            self._vote_on_charter(table.charter(tabled), table.changed.item(tabled), gained, voters)

    def executive(self) -> list[tuple["Firm", float]]:
        """The executive committee: members whose tier has a seat there; the core where none has."""
        steps = self.charter.tiers
        seats = [steps[tier].executive_seats for tier in self.tiers().tolist()]
        seated = [(firm, float(seat)) for firm, seat in zip(self.members, seats, strict=True) if seat > 0]
        return seated or self.voters()

    def _best_for_executive(self, table: Alternatives, worth: Worth, voters: list[tuple["Firm", float]]) -> int:
        """The row that the executive committee puts on the table; 0 is today's charter."""
        seated = {firm.number: seat for firm, seat in self.executive()}
        seats = np.array([seated.get(firm.number, 0.0) for firm, _ in voters])
        cost = self.model.settings.governance.switching_cost
        value = worth.weighed(seats / seats.sum())
        gain = value - value[0] - cost * table.changed
        gain = self._within_law(table, gain)
        if self.model.settings.governance.votes == "coin":
            tossed = 1 + int(self.model.chance.uniform("coin motion", self.model.month, self.number) * (len(table) - 1))
            return tossed if gain[tossed] > -np.inf else 0
        return int(np.argmax(gain)) if gain.max() > 0 else 0

    def _within_law(self, table: Alternatives, gain: np.ndarray) -> np.ndarray:
        """The gains, where a country that has closed its consortia rules out every open charter."""
        if not self.model.closed(self.countries):
            return gain
        return np.where(table.open[table.members] > 0, -np.inf, gain)

    def _vote_on_charter(self, new: Terms, changed: float, gained: Gains, voters: list[tuple["Firm", float]]) -> None:
        cost = -self.model.settings.governance.switching_cost * changed
        says, told = who_is_in_favour(self.model, self, "charter", [firm for firm, _ in voters], gained, {"switching": cost})
        words = in_words(self.charter.terms, new)
        outcome = self.counts(ballots_of(voters, says), self.charter.majority, words, told)
        kind = "charter_changed" if outcome else "charter_kept"
        self.model.ledger.note(self.model.month, kind, self.name, "", lambda: f"{words}; {leading_reasons(gained)}",
                               outcome.terms)  # fmt: skip
        if outcome:
            self.adopts_charter(new)

    def counts(self, ballots: list[Ballot], needed: float, motion: str = "the motion",
               told: Callable[[int], dict[str, Any]] | None = None) -> Decision:  # fmt: skip
        """Count the votes on a motion, and keep in the ledger how each member voted and why.

        `told` puts the terms of one ballot together, where ballots come without.
        """
        self.model.ledger.note_all(partial(_votes, self.model.month, self.name, motion, ballots, told))
        yes = sum([votes for _, votes, ballot in ballots if ballot])
        no = sum([votes for _, votes, ballot in ballots if not ballot])
        return by_vote(yes, no, needed, {firm.name: bool(ballot) for firm, _, ballot in ballots})

    def adopts_charter(self, new: Terms) -> None:
        """The new charter comes into force; members it no longer admits lose their membership."""
        opens = new.membership == "open" and self.charter.membership != "open"
        self.charter = self.charter.changed_to(new)
        self.expels_inadmissible("the new charter does not admit it")
        if opens:
            self.invites_foreigners()

    def invites_foreigners(self) -> None:
        """A body that has just opened invites foreign firms; who looks into it joins as any outsider would."""
        chance = self.model.settings.belonging.invitation
        inside = {firm.number for firm in self.members}
        invited = [firm for firm in self.model.living_firms() if firm.number not in inside and firm.tradable
                   and firm.country not in self.countries and self.may_join(firm)
                   and firm.draw("invited", self.number) < chance]  # fmt: skip
        if invited:
            self.weigh_joining(invited, "invited at the opening")

    def expels_inadmissible(self, why: str) -> None:
        """Members that the charter does not admit lose their membership."""
        if self.plainly_admits_all():
            return
        for firm in [f for f in self.members if not self.may_join(f)]:
            self.releases(firm)
            self.model.ledger.note(self.model.month, "membership_lost", firm.name, self.name, why)


def ballots_of(voters: list[tuple["Firm", float]], says: list[bool]) -> list[Ballot]:
    """The voters with their votes, and whether each is for the motion."""
    return [(firm, votes, yes) for (firm, votes), yes in zip(voters, says, strict=True)]


def _votes(month: int, body: str, motion: str, ballots: list[Ballot],
           told: Callable[[int], dict[str, Any]] | None) -> list[Row]:  # fmt: skip
    """How each member voted on a motion and why, in words."""
    return [(month, "voted", firm.name, body, f"{'for' if ballot else 'against'} ({votes:g} votes): {motion}",
             told(place) if told else ballot.terms) for place, (firm, votes, ballot) in enumerate(ballots)]  # fmt: skip


def leading_reasons(gained: Gains, count: int = 3) -> str:
    """The terms that moved the members most, on average, in words."""
    mean = {name: sum(gain) / len(gain) for name, gain in zip(gained.names, gained.table.tolist(), strict=True)}
    ranked = sorted(mean.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:count]
    return "members weighed " + ", ".join(f"{name} {value:+.2f}" for name, value in ranked) if ranked else "nothing moved"


def in_words(old: Terms, new: Terms) -> str:
    """What a motion changes, in words."""
    said = []
    if old.membership != new.membership:
        said.append("opens to foreign firms" if new.membership == "open" else "closes to foreign firms")
    for medium in new.media:
        if medium not in old.media:
            said.append(f"takes {medium} into scope")
    for medium in old.media:
        if medium not in new.media:
            said.append(f"drops {medium} from scope")
    if old.host != new.host:
        said.append("moves under the association's roof" if new.host == "association" else "leaves the association's roof")
    if old.public_money != new.public_money:
        said.append("applies for public money" if new.public_money else "does without public money")
    if old.horizon != new.horizon:
        said.append(f"judges projects by a {new.horizon} horizon")
    if old.fee_factor != new.fee_factor:
        said.append(f"{'raises' if new.fee_factor > old.fee_factor else 'lowers'} fees by a factor of "
                    f"{max(new.fee_factor / old.fee_factor, old.fee_factor / new.fee_factor):.2f}")  # fmt: skip
    return ", ".join(said) or "no change"
