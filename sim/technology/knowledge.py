"""Know-how per cell (recording system × function): own work, projects, rivals, publications.

Know-how runs from 0 to 1: the share of the way, in logs of density, to the physical limit of the system.
"""

from dataclasses import dataclass

import numpy as np

from sim.parameters import parameter
from sim.population import FirmTable
from sim.technology.systems import Systems, attainable_density, readiness


@dataclass
class Technology:
    """How knowledge grows and turns into density."""

    substitution_exponent: float = parameter(
        -4.0, unit="", low=-12.0, high=-0.5, kind="uncertainty", source="specification, section 6",
        meaning="exponent of the CES over functions; elasticity 1/(1-exponent), the weakest function holds back",
        moves="product_density_2010_gb_in2 +",
    )
    ease: float = parameter(
        1.0, unit="times", low=0.5, high=2.0, kind="uncertainty", source="four growth regimes of P8",
        meaning="pace at which effort raises know-how, times the ease of each system",
        moves="product_density_2000_gb_in2 +",
    )
    effort_elasticity: float = parameter(
        0.25, unit="", low=0.1, high=0.6, kind="uncertainty", source="decreasing returns to R&D (M24); assumption",
        meaning="elasticity of the gain in know-how with respect to money spent in a cell",
        moves="product_density_2000_gb_in2 -",
    )
    reference_research_musd: float = parameter(
        100.0, unit="million US$ a year", low=20.0, high=400.0, kind="constant", source="assumption: R&D of a large maker",
        meaning="own R&D at which effort counts as one", moves="product_density_2000_gb_in2 -",
    )
    saturation_power: float = parameter(
        6.0, unit="", low=2.0, high=12.0, kind="uncertainty", source="S-curve within a system; assumption",
        meaning="how late the gain fades as a system nears its limit: 1 - know-how to this power",
        moves="product_density_2010_gb_in2 +",
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
    engineering_per_year: float = parameter(
        0.60, unit="a year", low=0.2, high=2.0, kind="uncertainty", source="demonstrations lead products by 2-4 years",
        meaning="share of the log distance between product and laboratory that engineering closes in a year",
        moves="product_density_2000_gb_in2 +",
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
        self._effort: np.ndarray | None = None  # firms × S × F, what own work adds in a year where all is left to learn

    def start(self, firms: FirmTable, luck: np.ndarray) -> None:
        """Give the firms of the start what was known: makers more, others what their lines work on."""
        spread = np.clip(1.0 + 0.04 * luck[:, None, None], 0.85, 1.15)
        firms.know_how[: firms.count] = self.systems.known_first * 0.9 * spread

    def publish(self, firms: FirmTable, published: np.ndarray) -> None:
        """A published system starts with what carries over from its parent."""
        for system in np.flatnonzero(published & (self.systems.parent >= 0)):
            parent, share = self.systems.parent[system], self.systems.takes_over[system]
            np.maximum(self.university[system], share * self.university[parent], out=self.university[system])
            held = firms.know_how[: firms.count]
            np.maximum(held[:, system], share * held[:, parent], out=held[:, system])

    def efforts_change(self) -> None:
        """Own R&D, its split, the people behind it or who lives has changed: effort is reckoned anew when next needed."""
        self._effort = None

    def research(self, firms: FirmTable, published: np.ndarray, university_effort: np.ndarray, years: float) -> None:
        """Own R&D, rivals, and publications raise know-how over a span of `years`; `university_effort` is S × F."""
        told, held = self.settings, firms.know_how[: firms.count]
        if self._effort is None:
            self._effort = total_effort(firms, told) * (self.systems.ease * told.ease * published)[:, None]
        learns = years * (firms.absorptive * firms.alive)[: firms.count, None, None]
        leader = held[firms.living()].max(axis=0)
        gain = room_left(held, told.saturation_power)
        gain *= self._effort
        gain *= years
        distance = np.subtract(leader, held)
        gain += np.multiply(distance, told.imitation_per_year * told.rival_teaches * learns, out=distance)
        unread = np.maximum(np.subtract(self.university, held, out=distance), 0.0, out=distance)
        gain += np.multiply(unread, told.published_per_year * learns, out=distance)
        held += gain
        np.minimum(held, 0.999, out=held)
        self._universities_work(published, university_effort, years)

    def _universities_work(self, published: np.ndarray, effort: np.ndarray, years: float) -> None:
        told = self.settings
        pace = told.university_ease * self.systems.ease * told.ease * published
        self.university += years * pace[:, None] * effort * room_left(self.university, told.saturation_power)

    def deliver(self, firms: FirmTable, gain: np.ndarray, access: np.ndarray) -> None:
        """Results of projects (`gain`, S × F) reach firms by `access` (a number per firm) and absorptive capacity."""
        held = firms.know_how[: firms.count]
        share = access * firms.absorptive[: firms.count] * firms.alive[: firms.count]
        room = room_left(held, self.settings.saturation_power)
        room *= gain
        room *= share[:, None, None]
        held += room
        np.minimum(held, 0.999, out=held)

    def open_results(self, gain: np.ndarray) -> None:
        """Results of projects enter the universities' know-how, where all may read them."""
        self.university += gain * room_left(self.university, self.settings.saturation_power)

    def attainable(self, firms: FirmTable, who: np.ndarray) -> np.ndarray:
        """Density (Gb/in2) each firm in `who` could manufacture with each system; firms × systems."""
        ready = readiness(firms.know_how[who], self.settings.substitution_exponent)
        return attainable_density(ready, self.systems.limit, self.systems.log_range)

    def demonstrate(self, firms: FirmTable, published: np.ndarray) -> None:
        """The best disk laboratory shows a density: a demonstration asks less of each function than a product."""
        disk = published & (self.systems.medium == 0)
        best = np.maximum(firms.know_how[firms.makers()].max(axis=0, initial=0.0), self.university)
        ready = readiness(best[disk], -1.0)
        shown = attainable_density(ready, self.systems.limit[disk], self.systems.log_range[disk]).max()
        self.laboratory_density = max(self.laboratory_density, float(shown))


def room_left(know_how: np.ndarray, power: float) -> np.ndarray:
    """What is left to learn, as effort feels it: near one until the limit of the system is close.

    >>> room_left(np.array([0.5, 0.9]), 6.0).round(3)
    array([0.984, 0.469])
    """
    if power == 6.0:  # the default, without the general power: five times as fast
        square = know_how * know_how
        sixth = square * square
        sixth *= square
        return np.subtract(1.0, sixth, out=sixth)
    return 1.0 - know_how**power


def total_effort(firms: FirmTable, told: Technology) -> np.ndarray:
    """Effort of the living firms per system and function."""
    own = own_effort(firms, told) * firms.alive[: firms.count, None]
    return own[:, :, None] * function_effort(firms, told)[:, None, :]


def own_effort(firms: FirmTable, told: Technology) -> np.ndarray:
    """Effort per firm and system: money against the reference to a power below one, more with hired students."""
    money = firms.research[: firms.count, None] * firms.system_weights[: firms.count] / told.reference_research_musd
    people = 1.0 + told.students_teach * np.log1p(firms.students[: firms.count] / 10.0)
    return people[:, None] * to_the_power(money, told.effort_elasticity)


def function_effort(firms: FirmTable, told: Technology) -> np.ndarray:
    """Effort per firm and function: one where own R&D is spread evenly."""
    return to_the_power(len(firms.function_weights[0]) * firms.function_weights[: firms.count], told.effort_elasticity)


def to_the_power(effort: np.ndarray, elasticity: float) -> np.ndarray:
    """Effort to a power below one; the default, without the general power, is three times as fast."""
    return np.sqrt(np.sqrt(effort)) if elasticity == 0.25 else effort**elasticity
