"""All settings of a run, by subject; each number is declared beside the rule that reads it."""

from dataclasses import dataclass

from sim import regimes
from sim.association import Association
from sim.consortium.body import Treasury
from sim.consortium.charter import Charter
from sim.consortium.governance import Governance
from sim.consortium.proposals import Calls
from sim.consortium.prospects import Membership
from sim.consortium.research import Projects, Supports
from sim.consortium.roadmap import Roadmapping
from sim.consortium.supervision import Supervision
from sim.drivers import DriverSettings
from sim.firm.committees import CommitteeWork
from sim.firm.deals import Deals
from sim.firm.membership import Belonging
from sim.firm.products import Products
from sim.firm.research import Research
from sim.fitted import fitted
from sim.government import Funding, Nation
from sim.industry.business import Business
from sim.industry.demand import Demand, Flash
from sim.industry.makers import Competition
from sim.parameters import Prior, group, parameter
from sim.population import PopulationSettings, starting_firms
from sim.shocks.declared import Shocks
from sim.technology.knowledge import Technology
from sim.university import Academia


@dataclass
class Horizon:
    """The span of a run."""

    first_year: int = parameter(
        1991, unit="year", low=1988, high=2010, kind="lever", source="specification, section 4",
        meaning="first year of the run; the population stands as in 1991 whatever the year",
    )
    years: int = parameter(
        35, unit="years", low=1, high=100, kind="lever", source="specification, section 4",
        meaning="length of the run",
    )
    networks: bool = parameter(
        False, unit="", kind="lever", source="specification, section 9",
        meaning="keep the yearly collaboration networks",
    )


@dataclass
class Belief:
    """How firms act on what they expect."""

    learning_per_year: float = fitted(
        "belief.learning_per_year", unit="a year", low=0.05, high=1.0, source="M33: roadmaps change slowly; assumption",
        meaning="share of what the price trends say now that enters a firm's belief in a year", moves="threat_2010 +",
        prior=Prior(0.1, 0.4, "M33: roadmaps move by a year or less a year", "log"),
    )
    hedge: float = parameter(
        0.12, unit="share", low=0.0, high=1.0, kind="uncertainty", source="F82: strategic shifts; level assumed",
        meaning="part of the disk business expected to be lost that firms already plan in flash", moves="flash_scope_share +",
    )


@dataclass
class Scenario:
    """The name of the scenario, and whether there may be consortia at all."""

    label: str = parameter(
        "historical", unit="", kind="lever", source="free",
        meaning="name of the scenario; a label and nothing else",
    )
    consortia: bool = parameter(
        True, unit="", kind="lever", source="specification, section 9: the same world without one",
        meaning="whether firms may found consortia", moves="members_mean +",
    )


def _sister() -> Nation:
    return Nation("Japan", "drivers/public_money_japan.csv", shelter=0.9, outside_proposals=6.0, merger_threshold=0.65,
                  example=0.36)  # fmt: skip


def _sister_charter() -> Charter:
    return Charter(label="Storage Research Consortium", media=["disk"], common_share=0.0)


@dataclass
class Settings:
    """Everything that can be set."""

    scenario: Scenario = group(Scenario)
    horizon: Horizon = group(Horizon)
    drivers: DriverSettings = group(DriverSettings)
    population: PopulationSettings = group(PopulationSettings)
    home: Nation = group(Nation)
    sister: Nation = group(_sister)  # type: ignore[arg-type]
    funding: Funding = group(Funding)
    charter: Charter = group(Charter)
    sister_charter: Charter = group(_sister_charter)  # type: ignore[arg-type]
    association: Association = group(Association)
    demand: Demand = group(Demand)
    flash: Flash = group(Flash)
    competition: Competition = group(Competition)
    business: Business = group(Business)
    merger: Deals = group(Deals)
    technology: Technology = group(Technology)
    research: Research = group(Research)
    products: Products = group(Products)
    belief: Belief = group(Belief)
    membership: Membership = group(Membership)
    belonging: Belonging = group(Belonging)
    governance: Governance = group(Governance)
    treasury: Treasury = group(Treasury)
    committees: CommitteeWork = group(CommitteeWork)
    roadmap: Roadmapping = group(Roadmapping)
    calls: Calls = group(Calls)
    projects: Projects = group(Projects)
    supervision: Supervision = group(Supervision)
    academia: Academia = group(Academia)
    supports: Supports = group(Supports)
    shocks: Shocks = group(Shocks)

    def check(self) -> None:
        """Refuse experiments that do not fit the run: overlapping regimes, paths with gaps, shocks to strangers.

        Raises SettingError with what to write instead.
        """
        first, months = self.horizon.first_year, 12 * self.horizon.years
        regimes.check(self.funding, first, months)
        if self.shocks.list:
            firms = [name for name, *_ in starting_firms(self.population, self.home.country)]
            self.shocks.refuse_unknown(firms, [self.home.country, self.sister.country], first, months)
