"""The world: a Mesa model whose agents are firms, universities, governments, the association and consortia."""

import dataclasses
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import mesa
import numpy as np

from sim import stages, timetable
from sim.arithmetic import exps, logs
from sim.association import IndustryAssociation
from sim.chance import Chance
from sim.consortium.body import Consortium
from sim.consortium.charter import Charter, Terms
from sim.consortium.landscape import landscape_of
from sim.consortium.minutes import Minutes
from sim.consortium.portfolio import Portfolio
from sim.consortium.research import Project
from sim.consortium.roadmap import RoadmapEntry
from sim.consortium.splitting import SplittingDecisions
from sim.consortium.state import ConsortiumState, Standing
from sim.decisions import Decision
from sim.drivers import Drivers
from sim.firm import Firm
from sim.firm.membership import Review
from sim.government import Funding, Government
from sim.industry.demand import Market
from sim.industry.makers import herfindahl
from sim.money import Accounts
from sim.parameters import SettingError, validate
from sim.planning import splits_research
from sim.population import DRIVES, LINE_NEED, LINES, FirmTable, sizes, starting_firms
from sim.records.events import Ledger
from sim.records.series import Recorder
from sim.settings import Settings
from sim.shocks.calendar import planned
from sim.technology.knowledge import Knowledge, leads, newborn_learns, who_knows
from sim.technology.systems import how_far, readiness, systems
from sim.university import University, UniversityTable, basic_effort, starting_universities, strengths


class ConsortiumModel(mesa.Model):
    """One history of the storage industry and its research consortia.

    `step()` is a month, `run()` all of them. `firm_class` and `university_class` may be subclasses whose decisions
    differ. Raises SettingError for settings that cannot be.
    """

    firm_class: type[Firm] = Firm
    university_class: type[University] = University
    consortium_class: type[Consortium] = Consortium

    def __init__(self, settings: Settings | None = None, seed: int = 7, *, firm_class: type[Firm] | None = None) -> None:
        super().__init__(rng=int(seed))
        self.settings = settings if settings is not None else Settings()
        validate(self.settings)
        self.seed = int(seed)
        self.firm_class = firm_class or self.firm_class
        self.month = 0
        self.first_year = self.settings.horizon.first_year
        self.months = 12 * self.settings.horizon.years
        self.chance = Chance(self.seed)
        self.accounts: Accounts = Accounts()
        self.systems = systems()
        self.drivers = Drivers(self.settings.drivers, self.first_year)
        self.market = Market(self.settings.demand, self.settings.flash, self.drivers)
        self.ledger = Ledger(self.first_year)
        self.recorder = Recorder(self.months)
        self.knowledge = Knowledge(self.settings.technology, self.systems)
        self.experiments = planned(self.settings)  # what the user imposes, by month
        self.imposed: dict[tuple[str, str], list] = defaultdict(list)  # and what of it is in force
        self._start_records()
        self._found_world()

    # -- setting up -----------------------------------------------------------------------------------------------

    def _start_records(self) -> None:
        self.consortia: list[Consortium] = []
        self.all_bodies: list[Consortium] = []
        self.origin: dict[int, tuple[str, tuple[int, ...]]] = {}  # link and parents of each consortium
        self.counters: dict[str, float] = defaultdict(float)
        self.first_product: dict[int, int] = {}
        self.merger_log: list[tuple[int, int, int]] = []
        self.spells: list[tuple[Project, int, int, int]] = []  # project, its consortium, first month, month after the last
        self.first_country: dict[int, str] = {}
        self.granted: list[Firm] = []  # firms with running awards to them alone
        self.first_line: dict[int, int] = {}  # business line with most storage revenue at the start of each firm
        self.networks: dict[int, Any] = {}
        self.published = self.drivers.published(self.systems.year_published, self.first_year)
        self.best_ready = np.zeros(len(self.systems))
        self.attainable = np.zeros((0, len(self.systems)))
        self.research_busd: float = 0.0
        self.producer_busd: float = 0.0
        self.consumer_busd: float = 0.0
        self.expected_loss = 0.0
        self.price_markup = self.concentration = self.average_density = 0.0
        self.measured = self.membership_changes = 0
        self._agents_by_row: list[Firm] = []
        self._looked_up: dict[str, tuple[np.ndarray, list[Firm]]] = {}
        self.all_projects: list[tuple[int, Project]] = []  # every project begun, with the number of its consortium
        self.roadmaps: list[RoadmapEntry] = []
        self.minutes: list[Minutes] = []
        self.reviews: list[tuple[int, str, Standing, Review]] = []  # yearly reviews of members: month, consortium, how they stood
        self._paces: list[tuple[float, np.ndarray, float]] = []  # year, readiness by system, average density
        self.readiness_pace = np.zeros(len(self.systems))  # a year
        self.density_growth = 1.4  # factor a year in products sold

    def _found_world(self) -> None:
        self.governments = [Government(self, self.settings.home, self.settings.funding),
                            Government(self, self.settings.sister, _abroad(self.settings.funding))]  # fmt: skip
        self.association = IndustryAssociation(self, self.settings.association)
        self.firms = FirmTable(len(self.systems))
        self._found_firms()
        rows = starting_universities(self.settings.population)
        self.university_table = UniversityTable(len(rows))
        self.universities = [self.university_class(self, number, row) for number, row in enumerate(rows)]
        self.strengths = strengths(self.universities)
        self.standing_of_universities = np.array([0.5 * university.reputation for university in self.universities])
        self.staff, self.applied = self.university_table.staff, self.university_table.applied
        self.basic_effort = basic_effort(self.staff, self.applied, self.strengths, len(self.systems))
        self._open_markets()

    def _found_firms(self) -> None:
        home = self.settings.home.country
        starters = starting_firms(self.settings.population, home)
        plain = len(starters) - self.settings.population.bystanders
        self.next_dice = 1 << (plain - 1).bit_length()
        self.birth_countries = [starter.country for starter in starters[:plain]]
        for number, starter in enumerate(starters):
            dice = number if number < plain else (1 << 13) + number
            firm = self.adds_firm(starter.name, starter.country, starter.revenue, starter.intensity, dice)
            firm.tradable = number < plain
        firms = self.firms
        owned = np.where(np.arange(len(LINES)) == DRIVES, 0.0, firms.owns[: firms.count].sum(axis=0))
        self.birth_steps = np.cumsum(owned).tolist()  # running sums of the weights with which a newborn's line is drawn
        held = np.array([starter.know_how for starter in starters])
        self.knowledge.start(firms, self.normals("know-how at the start", firms.count), held)
        firms.know_how[plain : firms.count] = 0.0

    def _open_markets(self) -> None:
        """The state of the industry in the first month: shares, densities, costs, own R&D, focus."""
        firms = self.firms
        who = firms.makers()
        if len(who) == 0:
            raise SettingError("the population has no drive maker: give at least one firm a revenue in the column drives.")
        firms.share[who] = firms.revenue[who, DRIVES] / firms.revenue[who, DRIVES].sum()
        firms.system[who] = self.systems.number("longitudinal")
        self.first_product[self.systems.number("longitudinal")] = 0
        firms.cost[who] = exps(0.06 * self.normals("unit cost at the start", firms.count)[who])
        able = self.knowledge.attainable(firms, who)[np.arange(len(who)), firms.system[who]]
        firms.density[who] = 0.8 * able
        self.average_density = math.exp((firms.share[who] * logs(firms.density[who])).sum())
        self.first_density = self.average_density
        competition = self.settings.competition
        self.price_markup = competition.base_markup + competition.conduct * herfindahl(firms.share[who])
        self.market.clear(self.first_year, self.average_density, self.price_markup, 0.25)
        self.spend_first = self.market.spend.copy()
        self.world_first = firms.revenue[: firms.count].sum(axis=0)
        self.world_first[DRIVES] = 1e3 * self.market.revenue_busd
        firms.revenue[who, DRIVES] = firms.share[who] * self.world_first[DRIVES]
        firms.focuses()
        self.measures()
        for firm in self.living_firms():
            self.association.enrols(firm)
        timetable.firms_plan(self)

    # -- time -----------------------------------------------------------------------------------------------------

    @property
    def year(self) -> float:
        """The decimal year at the start of this month."""
        return self.first_year + self.month / 12.0

    def step(self) -> None:
        """One month."""
        timetable.month(self)
        if self.settings.horizon.networks and self.month % 12 == 11:
            from sim.records.network import collaboration_network

            self.networks[int(self.year)] = collaboration_network(self)
        self.month += 1

    def run(self, progress: Callable[[int, int], Any] | None = None) -> "ConsortiumModel":
        """Run to the horizon; `progress` is told (months done, months in all) once a year."""
        while self.month < self.months:
            self.run_for(min(12 - self.month % 12, self.months - self.month))  # Mesa's clock calls `step` every month
            if progress is not None and self.month % 12 == 0:
                progress(self.month, self.months)
        return self

    # -- chance ---------------------------------------------------------------------------------------------------

    def normals(self, decision: str, count: int) -> np.ndarray:
        """Standard normal numbers of this month for all firms by row."""
        dice = self.firms.dice[:count]
        return self.chance.normals(decision, self.month, self.firms.highest_dice() + 1)[dice]

    def normals_of(self, decisions: tuple[str, ...], count: int) -> np.ndarray:
        """The same for several decisions, a row each."""
        return self.chance.normals_of(decisions, self.month, self.firms.highest_dice() + 1)[:, self.firms.dice[:count]]

    def uniforms(self, decision: str, count: int, other: int = 0) -> np.ndarray:
        """Uniform numbers of this month for all firms by row (about `other`)."""
        dice = self.firms.dice[:count]
        return self.chance.uniforms(decision, self.month, self.firms.highest_dice() + 1, other)[dice]

    # -- firms ----------------------------------------------------------------------------------------------------

    def firm(self, row: int) -> Firm:
        """The agent of a row."""
        return self._agents_by_row[row]

    def living_firms(self) -> list[Firm]:
        """The agents of the living firms in the order of their rows."""
        return self._agents_of("living", self.firms.living())

    def makers(self) -> list[Firm]:
        """The agents of the living drive makers in the order of their rows."""
        return self._agents_of("makers", self.firms.makers())

    def _agents_of(self, name: str, rows: np.ndarray) -> list[Firm]:
        """The agents of some rows, looked up anew when the rows have changed."""
        if name not in self._looked_up or self._looked_up[name][0] is not rows:
            self._looked_up[name] = rows, [self._agents_by_row[row] for row in rows.tolist()]
        return self._looked_up[name][1]

    def adds_firm(self, name: str, country: str, revenue: np.ndarray, intensity: float, dice: int | None = None) -> Firm:
        """A firm comes into the world with opening cash."""
        firms = self.firms
        row = firms.add(name, country, revenue)
        if dice is None:
            dice, self.next_dice = self.next_dice, self.next_dice + 1
        account = self.accounts.open(name)
        firms.dice[row], firms.account[row] = dice, account
        firm = self.firm_class(self, row, intensity)
        self._agents_by_row.append(firm)
        absorptive = 0.5 + 0.12 * self.chance.normal("absorptive capacity", 0, dice) + 1.5 * (intensity - 0.06)
        firms.absorptive[row] = min(max(absorptive, 0.1), 0.95)
        storage = firms.revenue[row] * LINE_NEED
        firms.cost[row], firms.research[row] = 1.0, intensity * float(storage.sum())
        self.accounts.pay("capital market", account, self.settings.business.opening_cash * firm.revenue)
        self.first_country[row], self.first_line[row] = country, int(storage.argmax())
        return firm

    def learns_at_birth(self, firm: Firm) -> None:
        """A newborn starts with what universities know and most of what the middle of the industry knows."""
        firms = self.firms
        newborn_learns(firm.number, firms.know_how, firms.living(), firms.owns, self.knowledge.university)
        firms.focuses(firm.number)
        splits_research(self, np.array([firm.number]))
        self.association.enrols(firm)

    def ends_firm(self, firm: Firm) -> None:
        """A firm leaves the world; what its account holds goes to, or is borne by, the capital market."""
        for body in list(firm.memberships):
            body.releases(firm)
            self.ledger.note(self.month, "membership_lost", firm.name, body.name, "the firm ended")
        row, account = firm.number, int(self.firms.account[firm.number])
        self.accounts.pay(account, "capital market", self.accounts.held(account))
        self.firms.ends(row)
        self.association.belong.discard(row)
        firm.remove()

    def new_firm_name(self, kind: str) -> str:
        """A name for a newcomer; a label."""
        self.counters["names"] += 1
        return f"{kind} newcomer {self.counters['names']:.0f}"

    # -- consortia ------------------------------------------------------------------------------------------------

    def next_body_number(self) -> int:
        """The number of the next consortium."""
        return len(self.all_bodies)

    def founding_offers(self) -> list[tuple[Government, Charter]]:
        """Which charter the firms of which country would found a consortium under."""
        if not self.settings.scenario.consortia:
            return []
        offers = zip(self.governments, (self.settings.charter, self.settings.sister_charter), strict=True)
        return [(government, self._within_law(government, charter)) for government, charter in offers]

    def _within_law(self, government: Government, charter: Charter) -> Charter:
        """A charter, domestic where the country has closed its consortia (a user's shock)."""
        return charter.changed_to(charter.terms._replace(membership="domestic")) if self.closed([government.country]) else charter

    def closed(self, countries: list[str]) -> bool:
        """Whether one of these countries has closed its consortia to foreign firms (a user's shock)."""
        closed = self.imposed.get(("closed", ""), ())
        return any(country in closed for country in countries) if closed else False

    def adds_body(self, body: Consortium, parents: Sequence[ConsortiumState] = (), link: str = "") -> Consortium:
        """A consortium comes into the world."""
        self.origin[body.number] = (link or ("merger" if parents else "founding"), tuple(p.number for p in parents))
        self.consortia.append(body)
        return body

    def ends_body(self, body: Consortium, successor: Consortium | None = None) -> None:
        """A consortium ends; what its account holds goes to its successor or back to the capital market."""
        for project in list(body.projects):
            body.drops(project)
        target: int | str = successor.account if successor is not None else "capital market"
        self.accounts.pay(body.account, target, self.accounts.held(body.account))
        goes = f"becomes part of {successor.name}" if successor is not None else "the consortium ended"
        for firm in list(body.members):
            body.releases(firm)
            self.ledger.note(self.month, "membership_lost", firm.name, body.name, goes)
        body.ended = self.month
        self.consortia.remove(body)
        body.remove()

    def founds_spin_off(self, parent: SplittingDecisions, medium: str, terms: Terms, founders: list[Firm], outcome: Decision,
                        reason: str) -> None:  # fmt: skip
        """The founders' own body begins; who has no other business in the parent leaves it; the programme goes along."""
        charter = parent.charter.changed_to(terms)
        body = self.adds_body(self.consortium_class(self, self.new_name(medium.title(), charter), charter, parent.country),
                              [parent], "spin-off")  # fmt: skip
        body.ever, body.universities_ever = set(parent.ever), set(parent.universities_ever)
        body.inherits_trust(parent)
        for firm in founders:
            body.admits(firm)
        parent.loses_sponsors(body, founders, medium)
        body.founders = len(founders)
        self.ledger.note(self.month, "spin_off", body.name, parent.name,
                         f"{', '.join(f.name for f in founders)} found a body for {medium}; {reason}", outcome.terms)  # fmt: skip
        parent.hands_over_projects(body, medium)
        body.collects_fees()
        parent.closes_programme(medium)
        body.ranks_priorities()

    def new_name(self, kind: str, charter: Charter) -> str:
        """A name for a successor; a label and nothing else."""
        place = "at the association" if charter.host == "association" else "independent"
        return self.free_name(f"{kind} Research Consortium ({place}, {int(self.year)})")

    def free_name(self, name: str) -> str:
        """The name, with a number when it is taken."""
        taken = {body.name for body in self.all_bodies}
        number = 2
        wanted = name
        while wanted in taken:
            wanted, number = f"{name} {number}", number + 1
        return wanted

    def rivalry_felt(self, country: str) -> float:
        """How strongly a country's firms feel the rivals abroad, 0 to 1: their share of drives, and their consortium.

        A consortium abroad is felt by what it has begun: its projects over those of a body at work for some years.
        """
        abroad = 1.0 - self.national_share(country)
        begun = sum(body.started for body in self.consortia if country not in body.countries)
        return 0.25 * abroad + 0.75 * begun / (begun + 150.0)

    def national_share(self, country: str) -> float:
        """Unit share of the makers owned in a country."""
        firms = self.firms
        return float(firms.share[: firms.count][firms.owned_in(country)].sum())

    def university_grant(self, body: Portfolio, cost: float, granted: float) -> float:
        """Public money a year that comes on top of a university project while storage money lasts (million US$).

        `granted` is what the body's running university projects have of it already.
        """
        if not body.charter.public_money:
            return 0.0
        left = sum([government.committed for government in self.governments if government.country in body.countries])
        rate = self.settings.funding.university_match
        return min(rate * cost, max(0.0, 1.1 * left - granted))

    # -- measuring ------------------------------------------------------------------------------------------------

    def measures(self) -> None:
        """Revenue that depends on storage, shares of lines, leads in know-how: everybody sees the industry anew."""
        self.measures_size()
        self.measures_leads()

    def measures_leads(self) -> None:
        """The same where sizes are as they were just measured."""
        self.measured += 1
        firms = self.firms
        self.lead = np.empty(firms.count)
        leads(firms.know_how, firms.system_weights, firms.function_weights, self.storage_revenue, self.lead)
        self.landscape = landscape_of(self)
        self.knowledge.efforts_change()
        self.judges_distance()

    def measures_size(self) -> None:
        """Who lives, with how much revenue that depends on storage, and how large a share of each line."""
        firms = self.firms
        self.living, self.storage_revenue = firms.living(), np.zeros(firms.count)
        self.line_share, self.line_weight = np.zeros((firms.count, len(LINES))), np.zeros((firms.count, len(LINES)))
        sizes(firms.revenue, LINE_NEED, self.storage_revenue, self.line_share, self.line_weight)

    def judges_distance(self) -> None:
        """Which systems are far: what the best know-how would give still lies below today's products."""
        table = self.systems
        best, sold = self.knowledge.best_of(self.firms, np.arange(self.firms.count)), np.zeros(len(table), dtype=bool)
        sold[list(self.first_product)] = True
        self.best_ready, self.far = np.empty(len(table)), np.empty(len(table), dtype=bool)
        how_far(best, sold, self.average_density, table.limit, table.log_range, table.is_disk, self.best_ready, self.far)

    def judges_pace(self) -> None:
        """Once a year: how fast readiness and density have grown over the last years, as experts see it."""
        best = self.knowledge.best_of(self.firms, self.living)
        ready = readiness(best, self.settings.technology.substitution_exponent)
        self._paces.append((self.year, ready, self.average_density))
        then, before, density = self._paces[max(0, len(self._paces) - 4)]
        years = self.year - then
        if years > 0:
            self.readiness_pace = np.maximum((ready - before) / years, 0.0)
            self.density_growth = max(1.05, (self.average_density / density) ** (1.0 / years))

    def world_numbers(self) -> list[float]:
        """The world's series this month, in the order of `records.series.WORLD`."""
        return world_numbers(self)

    def researchers(self) -> float:
        """Storage researchers at all universities."""
        return sum(self.staff.tolist())

    def counts(self, name: str, body: ConsortiumState, amount: float = 1.0) -> None:
        """Count something that a consortium did."""
        self.counters[name] += amount
        if name in body.flows:
            body.flows[name] += amount

    def counts_start(self, body: ConsortiumState, project: Project) -> None:
        """Count a started project and the money committed with it."""
        years = (project.end - project.start) / 12.0
        body.flows["new_public_musd"] += project.public_musd * years
        body.flows["new_private_musd"] += (project.fee_musd + project.match_musd) * years
        kind = "projects_started" if project.performer is not None else "joint_ventures_started"
        self.counts(kind, body)

    # -- what is left ---------------------------------------------------------------------------------------------

    def path(self) -> dict[int, int]:
        """Number of the consortium that carries the lineage in each month."""
        return self.stages_and_path()[1]

    def observed(self) -> list[stages.Body]:
        """The consortia as the recogniser reads them."""
        result = []
        for body in self.all_bodies:
            link, parents = self.origin.get(body.number, ("founding", ()))
            states = {row[0]: stages.State._make(row) for row in body.history}
            names = tuple(self.all_bodies[number].name for number in parents)
            result.append(stages.Body(body.name, body.country, states, names, link))
        return result

    def stage_by_month(self) -> list[int]:
        """The stage of the lineage in each month that has been run."""
        return self.stages_and_path()[0]

    def stages_and_path(self) -> tuple[list[int], dict[int, int]]:
        """Both in one: the stage by month, and the number of the consortium that carries the lineage."""
        bodies, home = self.observed(), self.settings.home.country
        names = stages.lineage(bodies, home, self.month)
        by_name = {body.name: body.number for body in self.all_bodies}
        return stages.stage_along(bodies, names, self.month), {month: by_name[name] for month, name in names.items()}


def _abroad(funding: Funding) -> Funding:
    """The sister country's programme follows its own record whatever regime is chosen at home."""
    return dataclasses.replace(funding, regime="historical", domestic_only=True, tax_credit=0.0, path_file="", periods=[])


def world_numbers(model: ConsortiumModel) -> list[float]:
    """The world's numbers, in the order of `records.series.WORLD`."""
    firms, market = model.firms, model.market
    who = firms.makers()
    share, density = firms.share[who].tolist(), firms.density[who].tolist()
    ranked = [*sorted(share, reverse=True), 0.0, 0.0, 0.0]
    at_home = firms.owned_in(model.settings.home.country)[who]
    leader, leaked = who_knows(firms.know_how, firms.count, model.knowledge.university, model.published, model.systems.is_disk,
                               who, at_home)  # fmt: skip
    sister = [b for b in model.consortia if b.countries == [model.settings.sister.country]]
    return [
        max(density, default=np.nan), model.knowledge.laboratory_density, model.average_density,
        float(len(who)), 1e4 * math.fsum([s * s for s in share]), *ranked[:3], sum(market.units.tolist()), market.revenue_busd,
        market.capacity_eb, market.price_per_gb, model.settings.flash.price_factor * model.drivers.flash_price(model.year),
        market.flash_unit_share, model.expected_loss, float(len(model.living)), float(len(model.consortia)),
        sum(itertools.compress(share, at_home.tolist())), model.governments[0].committed, model.governments[0].expected,
        model.research_busd, model.researchers(), model.counters["students_total"],
        leader, leaked, float(sum([len(b.members) for b in sister])),
    ]  # fmt: skip
