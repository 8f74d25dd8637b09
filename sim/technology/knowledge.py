"""Know-how per cell (recording system × function): own work, projects, rivals, publications.

Know-how runs from 0 to 1: the share of the way, in logs of density, to the physical limit of the system.
"""

from dataclasses import dataclass

import numpy as np

from sim.compiled import compiled
from sim.fitted import fitted
from sim.parameters import Prior, parameter
from sim.population import FirmTable
from sim.technology.systems import Systems, densities, highest_disk_density


@dataclass
class Technology:
    """How knowledge grows and turns into density."""

    substitution_exponent: float = parameter(
        -4.0, unit="", low=-12.0, high=-0.5, kind="uncertainty", source="specification, section 6",
        meaning="exponent of the CES over functions; elasticity 1/(1-exponent), the weakest function holds back",
        moves="product_density_2010_gb_in2 +",
    )
    ease: float = fitted(
        "technology.ease", unit="times", low=0.5, high=2.0, source="four growth regimes of P8",
        meaning="pace at which effort raises know-how, times the ease of each system",
        moves="product_density_2000_gb_in2 +",
        prior=Prior(0.8, 1.25, "the paces of the systems are set apart; their common factor within a quarter", "log"),
    )
    effort_elasticity: float = fitted(
        "technology.effort_elasticity", unit="", low=0.1, high=0.6, source="decreasing returns to R&D (M24); assumption",
        meaning="elasticity of the gain in know-how with respect to money spent in a cell",
        moves="product_density_2000_gb_in2 -",
        prior=Prior(0.15, 0.35, "M24: decreasing returns; published elasticities of R&D are 0.1 to 0.4"),
    )
    reference_research_musd: float = parameter(
        100.0, unit="million US$ a year", low=20.0, high=400.0, kind="constant", source="assumption: R&D of a large maker",
        meaning="own R&D at which effort counts as one", moves="product_density_2000_gb_in2 -",
    )
    saturation_power: float = fitted(
        "technology.saturation_power", unit="", low=2.0, high=12.0, source="S-curve within a system; assumption",
        meaning="how late the gain fades as a system nears its limit: 1 - know-how to this power",
        moves="product_density_2010_gb_in2 +",
        prior=Prior(4, 9, "how late an S-curve bends: from early to late"),
    )
    imitation_per_year: float = parameter(
        0.30, unit="a year", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="share of the distance to the leader closed in a year by a firm that learns as from its own work",
        moves="hhi_units_2000 -",
    )
    rival_teaches: float = parameter(
        0.33, unit="share", low=0.0, high=1.0, kind="constant", source="M19: own output teaches three times a rival's",
        meaning="what the know-how of a rival teaches, against one's own", moves="hhi_units_2000 -",
    )
    published_per_year: float = parameter(
        0.15, unit="a year", low=0.0, high=0.6, kind="uncertainty", source="M31: academic source of new products",
        meaning="share of the distance to the universities' know-how that a firm closes in a year by reading",
        moves="product_density_2010_gb_in2 +",
    )
    university_ease: float = parameter(
        0.50, unit="times", low=0.0, high=2.0, kind="uncertainty", source="M31; assumption",
        meaning="pace of the universities' own basic research against a firm at full effort",
        moves="product_density_2020_gb_in2 +",
    )
    engineering_per_year: float = fitted(
        "technology.engineering_per_year", unit="a year", low=0.2, high=2.0, source="demonstrations lead products by 2-4 years",
        meaning="share of the log distance between product and laboratory that engineering closes in a year",
        moves="product_density_2000_gb_in2 +",
        prior=Prior(0.4, 1.0, "demonstrations lead products by two to four years (areal_density.csv)", "log"),
    )
    students_teach: float = parameter(
        0.12, unit="per log student", low=0.0, high=0.6, kind="uncertainty", source="talent, F85; assumption",
        meaning="gain in the effect of own R&D from the students hired out of projects",
        moves="product_density_2010_gb_in2 +",
    )


class Knowledge:
    """What firms and universities know, and what it allows."""

    def __init__(self, settings: Technology, table: Systems) -> None:
        self.settings = settings
        self.systems = table
        self.university = table.known_first.copy()  # S × F, open to all who read
        self.laboratory_density = 0.0
        self._effort: tuple[np.ndarray, np.ndarray] | None = None  # firms × S and firms × F, until it changes

    def start(self, firms: FirmTable, luck: np.ndarray, held: np.ndarray) -> None:
        """Give the firms of the start what was known: all alike but for luck, and for what a latecomer holds against them."""
        spread = np.clip(1.0 + 0.04 * luck[:, None, None], 0.85, 1.15)
        firms.know_how[: firms.count] = self.systems.known_first * 0.9 * spread
        firms.know_how[: firms.count] *= held[:, None, None]

    def publish(self, firms: FirmTable, published: np.ndarray) -> None:
        """A published system starts with what carries over from its parent."""
        table = self.systems
        carries_over(firms.know_how, firms.count, self.university, published, table.parent, table.takes_over)

    def efforts_change(self) -> None:
        """Own R&D, its split, the people behind it or who lives has changed: effort is reckoned anew when next needed."""
        self._effort = None

    def research(self, firms: FirmTable, published: np.ndarray, university_effort: np.ndarray, years: float) -> None:
        """Own R&D, rivals, and publications raise know-how over a span of `years`; `university_effort` is S × F."""
        told = self.settings
        if self._effort is None:
            self._effort = own_effort(firms, told), function_effort(firms, told)
        ease = self.systems.ease * told.ease * published
        know_how_rises(firms.know_how, firms.living(), firms.absorptive, *self._effort, self.university, ease, years,
                       told.imitation_per_year * told.rival_teaches, told.published_per_year, told.saturation_power)  # fmt: skip
        universities_work(self.university, university_effort, ease, years, told.university_ease, told.saturation_power)

    def deliver(self, firms: FirmTable, gain: np.ndarray, access: np.ndarray) -> None:
        """Results of projects (`gain`, S × F) reach firms by `access` (a number per firm) and absorptive capacity."""
        results_arrive(firms.know_how, firms.living(), firms.absorptive, gain, access, self.settings.saturation_power)

    def open_results(self, gain: np.ndarray) -> None:
        """Results of projects enter the universities' know-how, where all may read them."""
        results_open(self.university, gain, self.settings.saturation_power)

    def attainable(self, firms: FirmTable, who: np.ndarray) -> np.ndarray:
        """Density (Gb/in2) each firm in `who` could manufacture with each system; firms × systems."""
        table = self.systems
        able = np.empty((len(who), len(table)))
        densities(firms.know_how, who, self.settings.substitution_exponent, table.limit, table.log_range, able)
        return able

    def best_of(self, firms: FirmTable, who: np.ndarray) -> np.ndarray:
        """The best know-how in every cell, S × F: that of the firms in `who` or of the universities."""
        best = self.university.copy()
        best_known(firms.know_how, who, best)
        return best

    def demonstrate(self, firms: FirmTable, published: np.ndarray) -> None:
        """The best disk laboratory shows a density: a demonstration asks less of each function than a product."""
        table, best = self.systems, self.best_of(firms, firms.makers())
        shown = highest_disk_density(best, -1.0, table.limit, table.log_range, published, table.is_disk)
        self.laboratory_density = max(self.laboratory_density, shown)


@compiled
def carries_over(know_how, firms, university, published, parent, share):
    """Of every published system firms and universities know at least a `share` (S × F) of what they know of its parent."""
    for system in range(len(parent)):
        if published[system] and parent[system] >= 0:
            for function in range(university.shape[1]):
                part, before = share[system, function], parent[system]
                university[system, function] = max(university[system, function], part * university[before, function])
                for firm in range(firms):
                    know_how[firm, system, function] = max(know_how[firm, system, function],
                                                           part * know_how[firm, before, function])  # fmt: skip


@compiled
def room_left(know_how, power):
    """What is left to learn, as effort feels it: near one until the limit of the system is close.

    >>> round(room_left(0.9, 6.0), 3)
    0.469
    """
    if power == 6.0:  # the default, without the general power
        square = know_how * know_how
        return 1.0 - square * square * square
    return 1.0 - know_how**power


@compiled
def know_how_rises(know_how, living, absorptive, by_system, by_function, university, ease, years, imitation, reading, power):
    """Each living firm learns in every cell by own work, from the leader and by reading.

    `know_how` is firms × S × F; own effort is `by_system` (firms × S) times `by_function` (firms × F).
    """
    systems, functions = university.shape
    leader = np.zeros((systems, functions))
    for firm in living:
        for system in range(systems):
            for function in range(functions):
                leader[system, function] = max(leader[system, function], know_how[firm, system, function])
    for firm in living:
        learns = years * absorptive[firm]
        for system in range(systems):
            own = years * ease[system] * by_system[firm, system]
            for function in range(functions):
                known, gain = know_how[firm, system, function], 0.0
                if own > 0.0:  # most firms work on some systems only, and the room left takes longest to reckon
                    gain = own * by_function[firm, function] * room_left(known, power)
                gain += imitation * learns * (leader[system, function] - known)
                gain += reading * learns * max(0.0, university[system, function] - known)
                know_how[firm, system, function] = min(known + gain, 0.999)


@compiled
def universities_work(university, effort, ease, years, university_ease, power):
    """The universities' own research raises what all may read; S × F."""
    for system in range(len(ease)):
        pace = years * university_ease * ease[system]
        for function in range(university.shape[1]):
            university[system, function] += pace * effort[system, function] * room_left(university[system, function], power)


@compiled
def results_arrive(know_how, living, absorptive, gain, access, power):
    """Results of projects (S × F) raise the know-how of each living firm; cells without results stay as they are."""
    for firm in living:
        share = access[firm] * absorptive[firm]
        if share == 0.0:
            continue
        for system in range(gain.shape[0]):
            for function in range(gain.shape[1]):
                new = share * gain[system, function]
                if new != 0.0:
                    known = know_how[firm, system, function]
                    know_how[firm, system, function] = min(known + new * room_left(known, power), 0.999)


@compiled
def results_open(university, gain, power):
    """Results of projects (S × F) raise what all may read; cells without results stay as they are."""
    for system in range(gain.shape[0]):
        for function in range(gain.shape[1]):
            if gain[system, function] != 0.0:
                university[system, function] += gain[system, function] * room_left(university[system, function], power)


@compiled
def best_known(know_how, firms, best):
    """Raise the best know-how in every cell, S × F, to that of some firms (by number)."""
    for firm in firms:
        for system in range(best.shape[0]):
            for function in range(best.shape[1]):
                best[system, function] = max(best[system, function], know_how[firm, system, function])


@compiled
def who_knows(know_how, count, university, published, is_disk, makers, at_home):
    """Mean of the best know-how over the cells of the published disk systems, and what foreign makers know over domestic ones.

    The second is NaN where there is no maker of one kind.
    """
    best, inside, outside, homes, others = 0.0, 0.0, 0.0, 0, 0
    disk, functions = np.flatnonzero(published & is_disk), university.shape[1]
    for system in disk:
        for function in range(functions):
            highest = university[system, function]
            for firm in range(count):
                highest = max(highest, know_how[firm, system, function])
            best += highest
    for place in range(len(makers)):
        known = 0.0
        for system in disk:
            for function in range(functions):
                known += know_how[makers[place], system, function]
        if at_home[place]:
            inside, homes = inside + known, homes + 1
        else:
            outside, others = outside + known, others + 1
    both = homes > 0 and others > 0 and inside > 0.0
    return best / max(1, len(disk) * functions), (outside / others) / (inside / homes) if both else np.nan


@compiled
def newborn_learns(newborn, know_how, living, owns, university):
    """A newborn firm knows most of what universities know, or of the mean of the living firms that own a business line,
    whichever is more in a cell."""  # fmt: skip
    middle, count = np.zeros(university.shape), 0
    for firm in living:
        if owns[firm].any():
            middle += know_how[firm]
            count += 1
    for system in range(university.shape[0]):
        for function in range(university.shape[1]):
            known = max(middle[system, function] / count, 0.9 * university[system, function])
            know_how[newborn, system, function] = 0.95 * known


@compiled
def leads(know_how, by_system, by_function, storage_revenue, lead):
    """How far each firm leads, 0 to 1, a half at the mean: its know-how weighed by its own work, in standard deviations."""
    known = lead  # the same array: know-how first, the lead in the end
    active, total = 0, 0.0
    for firm in range(len(lead)):
        known[firm] = 0.0
        for system in range(by_system.shape[1]):
            inside = 0.0
            for function in range(by_function.shape[1]):
                inside += know_how[firm, system, function] * by_function[firm, function]
            known[firm] += by_system[firm, system] * inside
        if storage_revenue[firm] > 0.0:
            active, total = active + 1, total + known[firm]
    mean, squares = total / max(active, 1), 0.0
    for firm in range(len(lead)):
        if storage_revenue[firm] > 0.0:
            squares += (known[firm] - mean) ** 2
    spread = np.sqrt(squares / max(active, 1)) + 1e-6
    for firm in range(len(lead)):
        lead[firm] = min(max(0.5 + 0.25 * (known[firm] - mean) / spread, 0.0), 1.0)


def own_effort(firms: FirmTable, told: Technology) -> np.ndarray:
    """Effort per firm and system: money against the reference to a power below one, more with hired students."""
    effort = np.zeros((firms.count, firms.system_weights.shape[1]))
    effort_on_systems(firms.living(), firms.research, firms.system_weights, firms.students, told.reference_research_musd,
                      told.effort_elasticity, told.students_teach, effort)  # fmt: skip
    return effort


@compiled
def effort_on_systems(living, research, weights, students, reference_musd, elasticity, students_teach, effort):
    """The effort of `own_effort`, firm by firm, into `effort`, which comes as zeros."""
    for firm in living:
        people = 1.0 + students_teach * np.log1p(students[firm] / 10.0)
        for system in range(effort.shape[1]):
            money = research[firm] * weights[firm, system] / reference_musd
            if money > 0.0:
                effort[firm, system] = people * to_the_power(money, elasticity)


def function_effort(firms: FirmTable, told: Technology) -> np.ndarray:
    """Effort per firm and function: one where own R&D is spread evenly."""
    effort = np.zeros((firms.count, firms.function_weights.shape[1]))
    effort_on_functions(firms.living(), firms.function_weights, told.effort_elasticity, effort)
    return effort


@compiled
def effort_on_functions(living, weights, elasticity, effort):
    """The effort of `function_effort`, firm by firm, into `effort`."""
    for firm in living:
        for function in range(effort.shape[1]):
            effort[firm, function] = to_the_power(effort.shape[1] * weights[firm, function], elasticity)


@compiled
def to_the_power(effort, elasticity):
    """Effort to a power below one; the default without the general power."""
    return np.sqrt(np.sqrt(effort)) if elasticity == 0.25 else effort**elasticity
