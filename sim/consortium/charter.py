"""A charter: who may join, what is in scope, who hosts, who pays, who votes, how long projects run.

A charter is a record. No rule asks which consortium it is; the historical charters are files in `configs/charter`.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.parameters import SettingError, parameter
from sim.population import MEDIA


class Terms(NamedTuple):
    """The terms of a charter that bodies may change by vote."""

    membership: str
    media: tuple[str, ...]
    host: str
    public_money: bool
    horizon: str
    fee_factor: float


@dataclass
class Tier:
    """One membership tier: from which storage revenue, at which fee, with how many seats."""

    from_revenue_musd: float = parameter(
        0.0, unit="million US$ a year", low=0.0, kind="lever", source="F44: graded by storage revenue; amounts not published",
        meaning="storage revenue from which a firm belongs to the tier",
    )
    fee_musd: float = parameter(
        0.02, unit="million US$ a year", low=0.0, high=100.0, kind="lever", source="C029, C038; amounts assumed",
        meaning="yearly fee of the tier", moves="members_mean -",
    )
    executive_seats: int = parameter(
        0, unit="seats", low=0, high=10, kind="lever", source="F46", meaning="seats on the executive committee per firm",
    )
    steering_seats: int = parameter(
        0, unit="seats", low=0, high=10, kind="lever", source="F47", meaning="seats on the steering committee per firm",
    )
    technical_seats: int = parameter(
        0, unit="seats", low=0, high=10, kind="lever", source="F48", meaning="seats on the technical committee per firm",
    )

    def seats_on(self, committee: str) -> int:
        """Seats per firm on a committee by its kind: executive, steering or technical."""
        return {"executive": self.executive_seats, "steering": self.steering_seats, "technical": self.technical_seats}[committee]


def _tiers() -> list[Tier]:
    return [Tier(1000.0, 0.17, 1, 1, 1), Tier(250.0, 0.10, 0, 1, 1), Tier(60.0, 0.05, 0, 0, 1), Tier(0.0, 0.015, 0, 0, 0)]


LEVER: dict[str, Any] = dict(kind="lever")


@dataclass
class Charter:
    """The terms of a consortium."""

    label: str = parameter("consortium", unit="", **LEVER, source="free", meaning="name of the body; a label and nothing else")
    source: str = parameter("", unit="", **LEVER, source="free", meaning="where the figures of this charter come from")
    membership: str = parameter(
        "domestic", unit="", **LEVER, choices=("domestic", "open"), source="F20, F25",
        meaning="who may join: firms with a domestic ultimate owner, or all", moves="members_foreign_mean +",
    )
    media: list[str] = parameter(
        ["disk", "tape", "optical"], unit="", **LEVER, choices=MEDIA, source="F14, F21",
        meaning="media in scope, a programme each", moves="programmes_mean +",
    )
    host: str = parameter(
        "independent", unit="", **LEVER, choices=("independent", "association"), source="F31",
        meaning="legal host: a body of its own, or the roof of the trade association", moves="administration_share -",
    )
    public_money: bool = parameter(
        True, unit="", **LEVER, source="F19, F33", meaning="whether the body applies for public money",
        moves="public_money_total_musd +",
    )
    horizon: str = parameter(
        "long", unit="", **LEVER, choices=("long", "short"), source="F71, F72",
        meaning="evaluation horizon: long favours far systems, short the next product", moves="far_share_mean +",
    )
    fee_rule: str = parameter(
        "tiers", unit="", **LEVER, choices=("tiers", "percentage", "flat"), source="F44; O018 (percentage with floor and cap)",
        meaning="how the fee is reckoned",
    )
    fee_factor: float = parameter(
        1.0, unit="times", low=0.0, high=200.0, kind="lever", source="scenario",
        meaning="all fees, times the schedule", moves="members_mean -",
    )
    fee_percent: float = parameter(
        0.02, unit="percent of storage revenue", low=0.0, high=5.0, kind="lever", source="O018: 1 % at Sematech",
        meaning="fee under the percentage rule", moves="members_mean -",
    )
    fee_floor_musd: float = parameter(
        0.01, unit="million US$ a year", low=0.0, high=100.0, kind="lever", source="O018: 1 at Sematech",
        meaning="least fee under the percentage rule; the fee under the flat rule", moves="members_mean -",
    )
    fee_cap_musd: float = parameter(
        0.5, unit="million US$ a year", low=0.0, high=1000.0, kind="lever", source="O018: 15 at Sematech",
        meaning="greatest fee under the percentage rule", moves="members_mean -",
    )
    tiers: list[Tier] = dataclasses.field(default_factory=_tiers)
    core_tiers: int = parameter(
        3, unit="tiers", low=1, high=10, kind="lever", source="F45", meaning="first tiers whose members hold seats and votes",
    )
    majority: float = parameter(
        0.6, unit="share of votes", low=0.5, high=1.0, kind="lever", source="not published; two thirds is usual for charters",
        meaning="share of the votes that a change of charter needs", moves="changes_of_charter -",
    )
    share_to_projects: float = parameter(
        0.9, unit="share of fees", low=0.1, high=1.0, kind="lever", source="F81, M35: about 90 %",
        meaning="share of the fees that goes to projects", moves="projects_started_total +",
    )
    common_share: float = parameter(
        0.35, unit="share of project money", low=0.0, high=1.0, kind="lever",
        source="assumption: general fund of a multi-media body",
        meaning="share that all media divide evenly; the rest follows the sponsors",
        moves="wait_industry_led -, cells_effective +",
    )
    project_years: float = parameter(
        3.0, unit="years", low=0.5, high=10.0, kind="lever", source="C030, F83",
        meaning="length of a university project; one still running at the end of the run is never closed",
        moves="projects_started_total -",
    )
    full_share: float = parameter(
        0.15, unit="share", low=0.0, high=1.0, kind="lever", source="F64", meaning="share of projects that are fully funded",
        moves="projects_started_total -",
    )
    travel_share: float = parameter(
        0.05, unit="share", low=0.0, high=1.0, kind="lever", source="F64", meaning="share of projects that are travel grants",
        moves="projects_started_total +",
    )
    reserve_share: float = parameter(
        0.1, unit="years of income", low=0.0, high=3.0, kind="lever", source="F82; assumption",
        meaning="reserve fund that the body fills from a tenth of its income and draws on when income falls",
        moves="starts_swing -, budgets_held_back_share +",
    )
    pledge_years: float = parameter(
        0.0, unit="years", low=0.0, high=10.0, kind="lever", source="F82, section 7: stabiliser a designer may choose",
        meaning="years for which a new member pledges to stay", moves="exits_total -",
    )
    notice_years: float = parameter(
        0.0, unit="years", low=0.0, high=3.0, kind="lever", source="F82, section 7: stabiliser a designer may choose",
        meaning="years of fees that a member still owes when it leaves", moves="fee_money_total_musd +",
    )
    recruiting: float = parameter(
        0.0, unit="chance a year", low=0.0, high=1.0, kind="lever", source="F82: recruiting new core members",
        meaning="chance that recruiting brings a firm of core size to look into the consortium", moves="members_mean +",
    )
    performers: str = parameter(
        "open", unit="", **LEVER, choices=("domestic", "open"), source="C026: eight countries",
        meaning="where the universities that perform projects may sit", moves="universities_total +",
    )
    offers: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="lever",
        source="F61, F65: equipment, technical co-operation, internships; level assumed",
        meaning="how much equipment and how many internships members offer to those who propose",
        moves="proposals_total +, joint_share +",
    )
    joint_work_share: float = parameter(
        0.05, unit="share of project money", low=0.0, high=0.5, kind="lever", source="F62; level assumed",
        meaning="share of the project money that goes to members' own specifications and benchmarks", moves="joint_work_mean +",
    )
    branch_autonomy: float = parameter(
        0.8, unit="share of project money", low=0.0, high=1.0, kind="lever",
        source="F42: freedom in work and in budget; level assumed",
        meaning="share of the project money that stays with the branch whose members paid it; the rest is divided evenly",
    )
    branches: list[str] = parameter(
        [], unit="", **LEVER, source="F42", meaning="countries with a branch of their own budget and committees",
    )

    def check(self) -> None:
        """Refuse a charter that contradicts itself; raises SettingError with what to write instead."""
        for _, words in self.contradictions():
            raise SettingError(words)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """What in the charter contradicts itself: the term, and what to write instead."""
        if not self.media:
            yield "media", "media is empty: write at least one of " + ", ".join(MEDIA)
        if len(set(self.media)) < len(self.media):
            yield "media", f"media names a medium twice: {self.media}"
        yield from self._of_tiers()
        if self.full_share + self.travel_share > 1:
            yield "full_share", "full_share and travel_share add up to more than one: lower one of them"
        if len(set(self.branches)) < len(self.branches):
            yield "branches", f"branches names a country twice: {self.branches}; write each once"
        if len(self.branches) == 1:
            yield "branches", "one branch is no branch: write branches: [] or name two countries"
        if self.fee_floor_musd > self.fee_cap_musd:
            yield "fee_floor_musd", "fee_floor_musd is above fee_cap_musd: exchange them"

    def _of_tiers(self) -> Iterator[tuple[str, str]]:
        """What in the tiers contradicts itself."""
        steps = [tier.from_revenue_musd for tier in self.tiers]
        if not steps or steps != sorted(steps, reverse=True) or steps[-1] > 0:
            yield "tiers", "tiers must run from the largest firms down to from_revenue_musd: 0"
        if self.core_tiers > len(self.tiers):
            yield "core_tiers", (f"core_tiers={self.core_tiers} but there are {len(self.tiers)} tiers: write core_tiers: "
                                 f"{len(self.tiers)} or add tiers")  # fmt: skip
        if not any(tier.executive_seats for tier in self.tiers[: self.core_tiers]):
            yield "tiers", "no core tier has a seat on the executive committee: give tier 1 executive_seats: 1"
        if any(t.executive_seats + t.steering_seats + t.technical_seats for t in self.tiers[self.core_tiers :]):
            yield "core_tiers", (f"a tier below core_tiers={self.core_tiers} has seats: raise core_tiers to the last tier with "
                                 "seats, or write executive_seats: 0, steering_seats: 0, technical_seats: 0 below")  # fmt: skip

    def tier_of(self, storage_revenue: np.ndarray) -> np.ndarray:
        """Tier (0 is the first) of firms by storage revenue (million US$ a year)."""
        steps = np.array([tier.from_revenue_musd for tier in self.tiers])
        return len(steps) - np.searchsorted(steps[::-1], storage_revenue, side="right")

    def fee(self, storage_revenue: np.ndarray) -> np.ndarray:
        """Yearly fees (million US$) of firms by storage revenue (million US$ a year).

        >>> Charter(fee_rule="percentage", fee_percent=1.0, fee_floor_musd=1.0, fee_cap_musd=15.0).fee(
        ...     np.array([50.0, 600.0, 4000.0]))
        array([ 1.,  6., 15.])
        """
        return self.fee_factor * self.schedule(storage_revenue)

    def schedule(self, storage_revenue: np.ndarray) -> np.ndarray:
        """Yearly fees (million US$) where the fee factor is one."""
        return self.schedule_of(self.tier_of(storage_revenue), storage_revenue)

    def schedule_of(self, tier: np.ndarray, storage_revenue: np.ndarray) -> np.ndarray:
        """The same where the tiers are known."""
        if self.fee_rule == "flat":
            return np.full(len(storage_revenue), self.fee_floor_musd)
        if self.fee_rule == "percentage":
            return np.minimum(np.maximum(self.fee_percent / 100.0 * storage_revenue, self.fee_floor_musd), self.fee_cap_musd)
        return np.array([step.fee_musd for step in self.tiers])[tier]

    def votes(self, storage_revenue: np.ndarray) -> np.ndarray:
        """Votes of firms: their seats in all committees; none below the core tiers."""
        return self.seats()[self.tier_of(storage_revenue)]

    def seats(self) -> np.ndarray:
        """Seats in all committees by tier."""
        return np.array([t.executive_seats + t.steering_seats + t.technical_seats for t in self.tiers], dtype=float)

    def scope(self) -> np.ndarray:
        """One for each medium in scope, in the order of `MEDIA`."""
        return np.array([medium in self.media for medium in MEDIA], dtype=float)

    @property
    def terms(self) -> "Terms":
        """The terms that bodies may change by vote."""
        media = tuple([medium for medium in MEDIA if medium in self.media])
        return Terms(self.membership, media, self.host, self.public_money, self.horizon, self.fee_factor)

    def changed_to(self, terms: "Terms") -> "Charter":
        """This charter under other terms."""
        return dataclasses.replace(self, **(terms._asdict() | {"media": list(terms.media)}))
