"""A government: how much it gives under each funding regime, whom it funds, what its law shelters."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim import regimes, tables
from sim.fitted import fitted
from sim.parameters import Prior, SettingError, parameter
from sim.regimes import REGIMES, Period

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.model import ConsortiumModel


@dataclass
class Funding:
    """How public money comes to storage research."""

    regime: str = parameter(
        "historical", unit="", kind="lever", choices=REGIMES, source="specification, section 7",
        meaning="rule that sets the money committed to storage each year", moves="public_money_total_musd +",
    )
    level_musd: float = parameter(
        14.0, unit="million US$ a year", low=0.0, high=500.0, kind="lever", source="mean commitments 1991-98 (programs.csv)",
        meaning="level of the regimes that are not historical", moves="public_money_total_musd +",
    )
    match_share: float = parameter(
        0.5, unit="share of cost", low=0.0, high=0.95, kind="lever", source="ATP: at most half (atp_awards_and_rules.csv)",
        meaning="share of a joint venture's cost that the public pays", moves="public_share_early +",
    )
    joint_years: float = parameter(
        5.0, unit="years", low=1.0, high=10.0, kind="lever", source="F83, C3: five years for joint ventures",
        meaning="length of a publicly funded joint venture", moves="take_up_core +",
    )
    domestic_only: bool = parameter(
        True, unit="", kind="lever", source="NISTIR 6099 (atp_awards_and_rules.csv)",
        meaning="whether firms with a foreign ultimate owner are out; if so, a body that opens keeps funding.open_keeps",
        moves="public_money_to_others_musd -, wait_international +",
    )
    growth_per_year: float = parameter(
        0.03, unit="a year", low=-0.2, high=0.2, kind="lever", source="assumption",
        meaning="growth of the government-led and mission regimes", moves="public_money_total_musd +",
    )
    matching_rate: float = parameter(
        1.0, unit="US$ per US$", low=0.0, high=5.0, kind="lever", source="Sematech: one to one (O016)",
        meaning="public money per dollar of fees under the matching regime", moves="public_money_total_musd +",
    )
    cut_per_year: float = parameter(
        0.12, unit="a year", low=0.0, high=0.9, kind="lever", source="assumption",
        meaning="yearly cut under austerity", moves="public_money_total_musd -",
    )
    volatility: float = parameter(
        0.19, unit="log", low=0.0, high=1.0, kind="uncertainty", source="M28: standard deviation of yearly log changes",
        meaning="yearly shock under the volatile regime", moves="starts_swing +",
    )
    ending_hazard: float = parameter(
        0.04, unit="a year", low=0.0, high=0.5, kind="uncertainty", source="M28: termination hazard; level assumed",
        meaning="chance that a volatile programme ends for good in a year", moves="public_money_total_musd -",
    )
    counter_strength: float = parameter(
        3.0, unit="", low=0.0, high=10.0, kind="lever", source="M5; assumption",
        meaning="how strongly the counter-cyclical regime answers a fall of industry revenue", moves="public_money_total_musd +",
    )
    single_size_musd: float = parameter(
        2.0, unit="million US$", low=0.1, high=20.0, kind="constant",
        source="atp_awards_and_rules.csv: cap of a single applicant",
        meaning="award to a single firm, over its whole length", moves="single_awards_total -",
    )
    single_years: float = parameter(
        3.0, unit="years", low=1.0, high=10.0, kind="lever", source="F83: three years for single firms",
        meaning="length of an award to a single firm", moves="research_total_busd -",
    )
    tax_credit: float = parameter(
        0.0, unit="share of own R&D", low=0.0, high=0.5, kind="lever", source="F90", meaning="tax credit for firms' own R&D",
        moves="research_total_busd +",
    )
    joint_size_musd: float = parameter(
        4.5, unit="million US$", low=0.5, high=50.0, kind="constant", source="76.4 m over 17 projects (programs.csv)",
        meaning="public money a joint venture asks for, over its whole length", moves="joint_ventures_total -",
    )
    proposals_per_member: float = parameter(
        0.9, unit="a year", low=0.0, high=5.0, kind="uncertainty", source="assumption: most members in one proposal at a time",
        meaning="joint ventures that eligible members propose in a year, each", moves="joint_ventures_total +",
    )
    goes_on_unfunded: float = parameter(
        0.24, unit="share", low=0.0, high=1.0, kind="constant", source="M3: 26 of 34 came together solely for the money",
        meaning="joint ventures that form without public money, against those that would win", moves="joint_ventures_total +",
    )
    university_match: float = fitted(
        "funding.university_match", unit="US$ per US$", low=0.0, high=2.0, source="C032: 13 % of the cash of university projects",
        meaning="direct grants won for university projects per dollar of fees while storage money lasts",
        moves="public_money_total_musd +",
        prior=Prior(0.08, 0.5, "C032: 13 % of the cash of university projects is a lower bound", "log"),
    )
    lobby: float = parameter(
        0.10, unit="per log member", low=0.0, high=1.0, kind="uncertainty",
        source="F19, F26: wins money for universities; assumption",
        meaning="what a consortium's lobbying adds to the money committed", moves="public_money_total_musd +",
    )
    open_keeps: float = fitted(
        "funding.open_keeps", unit="share", low=0.0, high=1.0, source="eligibility per applicant (NISTIR 6099); level assumed",
        meaning="share of its public money that a body expects to keep when it opens to foreign firms",
        moves="wait_international -",
        prior=Prior(0.2, 0.8, "eligibility is judged for each applicant (NISTIR 6099): some is lost, not all"),
    )
    trend_years: float = fitted(
        "funding.trend_years", unit="years", low=0.0, high=8.0, source="assumption: half the length of a joint venture",
        meaning="years for which firms carry the last change of the commitments on", moves="wait_international +",
        prior=Prior(1, 6, "a budget year to a little more than the length of a joint venture (F83)"),
    )
    signal_weight: float = fitted(
        "funding.signal_weight", unit="share", low=0.0, high=1.0, source="proposals for next year shape expectations (section 7)",
        meaning="weight of what is proposed for next year, against what was given lately", moves="wait_international -",
        prior=Prior(0.3, 0.9,
                    "proposals for next year shape expectations (specification, section 7), but do not replace experience"),
    )
    path_file: str = parameter(
        "", unit="", kind="lever", source="the user's experiment",
        meaning="CSV of the user's own path of money, columns year and musd: in place of the record, of the level, or, under "
        "matching, the most that is given; a column proposed_musd says what is proposed for each year; empty for none",
    )
    periods: list[Period] = parameter(
        [], unit="", kind="lever", source="the user's experiment", meaning="regimes in force for a period, by month",
    )


MONEY = tables.Form(
    "drivers/public_money_us.csv", (), dict.fromkeys(("year", "appropriation_musd", "proposed_musd", "storage_commitments_musd"),
                                                     (0.0, math.inf)), unlike="year",
)  # fmt: skip


@dataclass
class Nation:
    """A country with a government of its own."""

    country: str = parameter(
        "United States", unit="", kind="lever", source="specification, section 3", meaning="name of the country",
    )
    money_file: str = parameter(
        "drivers/public_money_us.csv", unit="", kind="lever", source="sim/data/drivers",
        meaning="data file of appropriations, proposals and commitments to storage; empty for none",
    )
    shelter: float = parameter(
        0.9, unit="share", low=0.0, high=1.0, kind="lever", source="F17, F80: NCRA 1984",
        meaning="how well the law shelters co-operation from antitrust", moves="members_mean +",
    )
    outside_proposals: float = parameter(
        22.0, unit="proposals a year", low=0.0, high=200.0, kind="uncertainty", source="M34: one proposal in nine wins",
        meaning="proposals for the same money from outside consortia", moves="wait_national +",
    )
    merger_threshold: float = parameter(
        0.55, unit="share of units", low=0.1, high=1.0, kind="lever", source="EC and MOFCOM 2011-12 (mergers_and_exits.csv)",
        meaning="unit share of the merged firm above which this government forbids a merger",
        moves="hhi_units_2020 +, hhi_units_2010 +",
    )
    example: float = parameter(
        0.85, unit="", low=0.0, high=3.0, kind="uncertainty", source="C002: Sematech as a model; level assumed",
        meaning="pull of a successful consortium of another industry that firms can imitate", moves="wait_national -",
    )

    def check(self) -> None:
        """Refuse a country without a name, and a file of public money that is missing or malformed. Raises SettingError."""
        if not self.country:
            raise SettingError("country= is empty. Write the name of a country as it stands in the data file of the firms.")
        if self.money_file:
            tables.check("money_file", self.money_file, MONEY)
            regimes.check_years("money_file", self.money_file)


def tax_credits(model: "ConsortiumModel") -> np.ndarray:
    """The share of its own R&D that a tax credit pays back to each firm: to those owned in the reference country."""
    government, firms = model.governments[0], model.firms
    paid = np.zeros(firms.count)
    if government.funding.tax_credit:
        paid[firms.owned_in(government.country)] = government.funding.tax_credit
    return paid


class Government(mesa.Agent):
    """The government of one country."""

    model: "ConsortiumModel"
    since = 0  # month in which the regime in force began
    kept = 1.0  # share of the appropriation that is left after a cut that a user imposes

    def __init__(self, model: "ConsortiumModel", nation: Nation, funding: Funding) -> None:
        super().__init__(model)
        self.nation, self.funding = nation, funding
        self.country = nation.country
        self.committed = 0.0  # million US$ committed to storage this year
        self.expected = 0.0  # what firms expect for the next years, million US$ a year
        self.trend = 1.0
        self.viewed = False
        self.ended = False
        self.log_state = 0.0
        self.position = 0.5  # perceived national position: share of world drive revenue
        self.last_revenue = 0.0

    def budgets(self, year: int) -> None:
        """Once a year the government commits money to storage by its regime, and firms read what is to come."""
        rule = getattr(self, "_" + self.funding.regime)
        self.position = self.model.national_share(self.country)
        lobby = 1.0 + self.funding.lobby * math.log1p(sum(len(b.members) for b in self.bodies())) / 3.0
        before = self.committed if self.viewed else rule(year - 1) * lobby
        self.committed = 0.0 if self.ended else rule(year) * lobby * self.kept
        self.trend = min(1.4, max(0.6, self.committed / before)) if before > 0 else 1.0
        self.expected = self._expectation(year)
        self._tells_of_a_change(before)
        self.viewed = True
        self.last_revenue = self.model.market.revenue_busd

    def _expectation(self, year: int) -> float:
        """A blend of what was given, its trend carried on, and what is proposed for next year; half is last year's view."""
        weight = self.funding.signal_weight
        carried = self.trend**self.funding.trend_years
        coming = self.committed * carried * ((1.0 - weight) + weight * self._signal(year))
        return 0.5 * self.expected + 0.5 * coming if self.viewed else coming

    def _signal(self, year: int) -> float:
        """What is proposed for next year over what is given now; one where the regime is a promise."""
        own = self.funding.path_file
        if own and (self.ended or not regimes.proposes(own)):
            return 0.0 if self.ended else 1.0
        if own:
            given, proposed = (self.model.drivers.public_money(own, key, year + ahead)
                               for ahead, key in enumerate(("musd", "proposed_musd")))  # fmt: skip
            return min(1.3, proposed / given) if given > 0 else 0.0
        if self.funding.regime != "historical" or self.model.settings.drivers.frozen:
            return 0.0 if self.ended else 1.0
        given = self.model.drivers.public_money(self.nation.money_file, "appropriation_musd", year)
        proposed = self.model.drivers.public_money(self.nation.money_file, "proposed_musd", year + 1)
        return min(1.3, proposed / given) if given > 0 else 0.0

    def _tells_of_a_change(self, before: float) -> None:
        """The end of a storage programme, or a new beginning, goes into the ledger."""
        ends, begins = self.viewed and before >= 1.0 > self.committed, self.viewed and before < 1.0 <= self.committed
        if ends or begins:
            what = "ends" if ends else "begins"
            self.model.ledger.note(self.model.month, "government_changed", self.country, "storage programme",
                                   f"{what}: {before:.1f} before, {self.committed:.1f} million US$ committed now")  # fmt: skip

    def bodies(self) -> list["Consortium"]:
        """Living consortia that sit in this country."""
        return [body for body in self.model.consortia if self.country in body.countries]

    @property
    def outside_proposals(self) -> float:
        """Proposals a year for the same money from outside consortia; none where the money follows members' fees."""
        return 0.0 if self.funding.regime == "matching" else self.nation.outside_proposals

    def takes_up(self, funding: Funding, since: int) -> None:
        """Another regime comes into force: an ended programme begins anew, growth and cuts count from the month `since`."""
        self.funding, self.since, self.ended, self.log_state = funding, since, False, 0.0

    def _age(self) -> float:
        """Years for which the regime has been in force."""
        return (self.model.month - self.since) / 12.0

    def _level(self, year: int) -> float:
        """The level of the regimes that are not historical: the user's own path where there is one."""
        own = self.funding.path_file
        return self.model.drivers.public_money(own, "musd", year) if own else self.funding.level_musd

    def _historical(self, year: int) -> float:
        if self.funding.path_file:
            return self._level(year)
        return self.model.drivers.public_money(self.nation.money_file, "storage_commitments_musd", year)

    def _constant(self, year: int) -> float:
        return self._level(year)

    def _government_led(self, year: int) -> float:
        return 2.0 * self._level(year) * (1.0 + self.funding.growth_per_year) ** self._age()

    def _matching(self, year: int) -> float:
        return self.matches(sum(body.yearly_fees for body in self.bodies()), year)

    def matches(self, fees: float, year: int) -> float:
        """What public money adds to yearly fees (both million US$) where it follows private money."""
        wanted = self.funding.matching_rate * fees
        return min(wanted, self._level(year)) if self.funding.path_file else wanted

    def _rolling(self, year: int) -> float:
        """Five-year commitments made anew each year: the mean of what the record gave in this year and the four before."""
        return sum(self._historical(year - back) for back in range(5)) / 5.0

    def _volatile(self, year: int) -> float:
        """Mean-reverting in logs, with a hazard of ending."""
        told = self.funding
        draw = self.model.chance.uniform("programme ends", self.model.month, 0)
        self.ended = self.ended or draw < told.ending_hazard
        shock = self.model.chance.normal("appropriation", self.model.month, 0)
        self.log_state = 0.8 * self.log_state + told.volatility * shock
        return self._level(year) * math.exp(self.log_state)

    def _austerity(self, year: int) -> float:
        return self._historical(year) * (1.0 - self.funding.cut_per_year) ** self._age()

    def _counter_cyclical(self, year: int) -> float:
        revenue = self.model.market.revenue_busd
        fall = max(0.0, 1.0 - revenue / self.last_revenue) if self.last_revenue else 0.0
        return self._level(year) * (0.7 + self.funding.counter_strength * fall)

    def _none(self, year: int) -> float:
        return 0.0

    def _national_mission(self, year: int) -> float:
        """Steady, large, for domestic firms; more while the nation is behind."""
        behind = max(0.0, 0.5 - self.position)
        return 3.0 * self._level(year) * (1.0 + behind) * (1.0 + self.funding.growth_per_year) ** self._age()

    def forbids(self, share: float) -> bool:
        """Whether it forbids a merger that leads to a unit share above its threshold."""
        return share > self.nation.merger_threshold
