"""The population in arrays: one owner of every value that all firms or all universities share.

Firms and universities are Mesa agents; their numbers stand here, a row each, so that what everybody does alike is done
once for all. An agent's attributes are views into its row.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim import tables
from sim.compiled import compiled
from sim.parameters import SettingError, parameter

LINES = ("drives", "heads", "media", "electronics", "equipment", "materials", "tape", "optical", "flash", "systems")
MEDIA = ("disk", "tape", "optical", "flash")
FUNCTIONS = ("heads", "media", "signal", "mechanics", "modelling")
DRIVES, FLASH_LINE, SYSTEMS_LINE = LINES.index("drives"), LINES.index("flash"), LINES.index("systems")
DISK, FLASH = MEDIA.index("disk"), MEDIA.index("flash")

# Which medium a business line lives on, and how much of its revenue depends on storage technology.
LINE_MEDIA = np.array([
    [1.0, 0, 0, 0], [1.0, 0, 0, 0], [1.0, 0, 0, 0], [0.8, 0.1, 0.1, 0], [0.8, 0.1, 0.1, 0], [0.6, 0.2, 0.2, 0],
    [0, 1.0, 0, 0], [0, 0, 1.0, 0], [0, 0, 0, 1.0], [0.45, 0.25, 0.2, 0.1],
])  # fmt: skip
LINE_NEED = np.array([1.0, 1.0, 1.0, 0.6, 0.6, 0.5, 1.0, 1.0, 1.0, 0.05])
# Which functions a business line works on; each row sums to one.
LINE_FUNCTIONS = np.array([
    [0.22, 0.22, 0.20, 0.22, 0.14], [0.75, 0.05, 0.05, 0.05, 0.10], [0.05, 0.75, 0.02, 0.08, 0.10],
    [0.05, 0.02, 0.78, 0.05, 0.10], [0.25, 0.30, 0.05, 0.25, 0.15], [0.20, 0.60, 0.00, 0.10, 0.10],
    [0.25, 0.30, 0.20, 0.15, 0.10], [0.25, 0.30, 0.20, 0.15, 0.10], [0.05, 0.50, 0.25, 0.05, 0.15],
    [0.10, 0.10, 0.35, 0.25, 0.20],
])  # fmt: skip

FIRMS = tables.Form(
    "population/firms_1991.csv", ("name", "country"), dict.fromkeys(LINES, (0.0, math.inf)) | {"rd_intensity": (0.0, 1.0)},
    may_be_empty=(*LINES, "rd_intensity"), unlike="name", may_be_missing={"know_how": (0.0, 1.5)},
)  # fmt: skip
UNIVERSITIES = tables.Form(
    "population/universities_1991.csv", ("name", "country"),
    dict.fromkeys((*FUNCTIONS, "reputation", "applied_orientation"), (0.0, 1.0)) | {"staff": (0.0, math.inf)},
    unlike="name",
)  # fmt: skip


@dataclass
class PopulationSettings:
    """Who is there at the start."""

    firms: str = parameter(
        "population/firms_1991.csv", unit="", kind="lever", source="the industry of 1991, sim/data/population",
        meaning="data file of the firms at the start (name, country, revenue per business line)",
    )
    universities: str = parameter(
        "population/universities_1991.csv", unit="", kind="lever", source="sim/data/population",
        meaning="data file of the universities (name, country, strength per function, staff)",
    )
    further_firms: str = parameter(
        "", unit="", kind="lever", source="specification, section 3: other countries by configuration",
        meaning="data file of firms who are there beside those; a column know_how may say what they know at the start, against "
        "the others; empty for none",
    )
    further_universities: str = parameter(
        "", unit="", kind="lever", source="specification, section 3: other countries by configuration",
        meaning="data file of universities who are there beside those; empty for none",
    )
    copies: int = parameter(
        1, unit="times", low=1, high=20, kind="lever", source="benchmark of growth with population",
        meaning="how many times the whole population of firms and universities is set up",
    )
    bystanders: int = parameter(
        0, unit="firms", low=0, high=50, kind="lever", source="guard: one more firm changes nothing else",
        meaning="firms that sell nothing, join nothing and cannot be bought",
    )
    permute_names: bool = parameter(
        False, unit="", kind="lever", source="guard of the specification, section 2",
        meaning="hand the firms' names round; labels change and nothing else",
    )
    permute_countries: bool = parameter(
        False, unit="", kind="lever", source="guard of the specification, section 2",
        meaning="hand the firms' countries round; the opening moves",
    )

    def check(self) -> None:
        """Refuse data files that are missing or malformed, and firms of which none makes drives. Raises SettingError."""
        tables.check("firms", self.firms, FIRMS)
        tables.check("universities", self.universities, UNIVERSITIES)
        if self.further_firms:
            tables.check("further_firms", self.further_firms, FIRMS)
            _refuse_twice("further_firms", self.further_firms, self.firms)
        if self.further_universities:
            tables.check("further_universities", self.further_universities, UNIVERSITIES)
            _refuse_twice("further_universities", self.further_universities, self.universities)
        if not any(float(row["drives"] or 0.0) > 0 for row in rows_of(self.firms, self.further_firms)):
            raise SettingError(f"firms={self.firms} has no drive maker: give at least one firm a revenue in the column drives.")


def rows_of(file: str, further: str) -> list[tables.Row]:
    """The rows of a data file, and of a further one where it is named."""
    return tables.rows(file) + (tables.rows(further) if further else [])


def _refuse_twice(setting: str, further: str, file: str) -> None:
    """Refuse a further file that names somebody again. Raises SettingError."""
    there = {row["name"] for row in tables.rows(file)}
    for line, row in enumerate(tables.rows(further), 2):
        if row["name"] in there:
            raise SettingError(f"{setting}={further}: line {line}: {row['name']} stands in {file} already. Give it another name, "
                               "or leave it out.")  # fmt: skip


class FirmTable:
    """The numbers of all firms, alive or not, a row each."""

    alive: np.ndarray
    maker: np.ndarray
    country: np.ndarray
    dice: np.ndarray
    account: np.ndarray
    revenue: np.ndarray
    owns: np.ndarray
    know_how: np.ndarray
    absorptive: np.ndarray
    intensity: np.ndarray
    research: np.ndarray
    system_weights: np.ndarray
    function_weights: np.ndarray
    focus: np.ndarray
    threat: np.ndarray
    share: np.ndarray
    density: np.ndarray
    system: np.ndarray
    cost: np.ndarray
    quality: np.ndarray
    margin: np.ndarray
    students: np.ndarray

    def __init__(self, systems: int, capacity: int = 192) -> None:
        self.count = 0
        self.names: list[str] = []
        self.countries: list[str] = []
        self._rows: dict[str, np.ndarray] = {}  # who lives, who makes drives; looked up anew after a change
        for name, shape, kind in self._columns(systems):
            setattr(self, name, np.zeros((capacity, *shape), dtype=kind))

    @staticmethod
    def _columns(systems: int) -> list[tuple[str, tuple[int, ...], type]]:
        """Name, shape beyond the first axis and type of every column."""
        return [
            ("alive", (), bool),
            ("maker", (), bool),  # owns a drive line
            ("country", (), np.int64),  # number in `countries`
            ("dice", (), np.int64),  # number in the streams of chance
            ("account", (), np.int64),  # number in the accounts
            ("revenue", (len(LINES),), float),  # million US$ a year, per line
            ("owns", (len(LINES),), bool),
            ("know_how", (systems, len(FUNCTIONS)), float),  # 0..1 of the way to a system's limit, in logs of density
            ("absorptive", (), float),  # absorptive capacity, 0..1
            ("intensity", (), float),  # own R&D over the revenue that depends on storage, before membership
            ("research", (), float),  # own R&D, million US$ a year
            ("system_weights", (systems,), float),  # split of own R&D over systems
            ("function_weights", (len(FUNCTIONS),), float),  # and over functions
            ("focus", (len(MEDIA),), float),  # what its business needs, over media; sums to one
            ("threat", (), float),  # share of its disk business expected to go to flash within the horizon
            ("share", (), float),  # of drive units
            ("density", (), float),  # Gb/in2 in its best product
            ("system", (), np.int64),  # recording system in its products
            ("cost", (), float),  # unit cost relative to the industry's path
            ("quality", (), float),  # luck with the present product generation
            ("margin", (), float),  # profit of the drive line over its revenue, smoothed
            ("students", (), float),  # students hired from projects, still there
        ]

    def add(self, name: str, country: str, revenue: np.ndarray) -> int:
        """Add a living firm and return its number."""
        number = self.count
        if number == len(self.alive):
            self._grow()
        if country not in self.countries:
            self.countries.append(country)
        self.count += 1
        self.names.append(name)
        self.alive[number] = True
        self.country[number] = self.countries.index(country)
        owned = revenue == revenue  # NaN is no line
        self.owns[number], self.maker[number] = owned, owned.item(DRIVES)
        np.copyto(self.revenue[number], revenue, where=owned)
        self._rows.clear()
        return number

    def ends(self, number: int) -> None:
        """A firm is no more."""
        self.alive[number] = self.maker[number] = False
        self.revenue[number] = self.focus[number] = 0.0
        self.research[number] = self.share[number] = self.students[number] = 0.0
        self._rows.clear()

    def closes_line(self, number: int, line: int) -> None:
        """A firm no longer owns a business line."""
        self.revenue[number, line], self.owns[number, line] = 0.0, False
        if line == DRIVES:
            self.maker[number], self.share[number] = False, 0.0
            self._rows.clear()

    def _grow(self) -> None:
        for name, column in list(vars(self).items()):
            if isinstance(column, np.ndarray):
                setattr(self, name, np.concatenate([column, np.zeros_like(column)]))

    def highest_dice(self) -> int:
        """The highest number in the streams of chance."""
        if "highest dice" not in self._rows:
            self._rows["highest dice"] = self.dice[: self.count].max()
        return int(self._rows["highest dice"])

    def living(self) -> np.ndarray:
        """Numbers of the living firms."""
        if "living" not in self._rows:
            self._rows["living"] = np.flatnonzero(self.alive[: self.count])
        return self._rows["living"]

    def makers(self) -> np.ndarray:
        """Numbers of the living drive makers."""
        if "makers" not in self._rows:
            self._rows["makers"] = np.flatnonzero(self.maker[: self.count])
        return self._rows["makers"]

    def owned_in(self, country: str) -> np.ndarray:
        """Whether a firm's ultimate owner sits in a country, all rows."""
        number = self.countries.index(country) if country in self.countries else -1
        return self.country[: self.count] == number

    def storage_revenue(self) -> np.ndarray:
        """Revenue that depends on storage technology (million US$ a year), all rows."""
        return (self.revenue[: self.count] * LINE_NEED).sum(axis=1)

    def focuses(self, first: int = 0) -> None:
        """From the firm numbered `first` on, a firm's focus becomes what its business lines need."""
        needs_of_business(self.revenue, first, self.count, LINE_NEED, LINE_MEDIA, self.focus)


@compiled
def needs_of_business(revenue, first, last, need, media, focus):
    """What the business lines of each firm need, over media, into `focus`; it sums to one for living firms.

    `need` is how much of a line depends on storage, `media` lines × media.
    """
    for firm in range(first, last):
        total = 0.0
        for medium in range(media.shape[1]):
            weight = 0.0
            for line in range(media.shape[0]):
                weight += revenue[firm, line] * need[line] * media[line, medium]
            focus[firm, medium] = weight
            total += weight
        for medium in range(media.shape[1]):
            focus[firm, medium] = focus[firm, medium] / total if total > 0.0 else 0.0


@compiled
def sizes(revenue, need, storage, share, weight):
    """Revenue that depends on storage (million US$ a year) of each firm, its share of each line in the world's such
    revenue, and the weight of each line in its own; `revenue` is firms × lines, `need` how much of a line depends on storage.

    The last three come as zeros and are written.
    """
    firms, lines = share.shape
    world = np.zeros(lines)
    for firm in range(firms):
        for line in range(lines):
            storage[firm] += revenue[firm, line] * need[line]
            world[line] += revenue[firm, line] * need[line]
    for firm in range(firms):
        for line in range(lines):
            held = revenue[firm, line] * need[line]
            if held > 0.0:
                share[firm, line], weight[firm, line] = held / world[line], held / storage[firm]


class Starter(NamedTuple):
    """A firm at the start: revenue per line (million US$ a year; NaN: line not owned), R&D intensity, and what it knows
    against the others."""

    name: str
    country: str
    revenue: np.ndarray
    intensity: float
    know_how: float = 1.0


def starting_firms(settings: PopulationSettings, home: str) -> list[Starter]:
    """The firms at the start."""
    firms = [Starter(row["name"] + (f" ({copy + 1})" if copy else ""), row["country"], _revenue(row),
                     float(row["rd_intensity"] or 0.06), float(row.get("know_how") or 1.0))
             for copy in range(settings.copies) for row in rows_of(settings.firms, settings.further_firms)]  # fmt: skip
    nobody = np.full(len(LINES), np.nan)
    firms += [Starter(f"Bystander {k + 1}", home, nobody, 0.0) for k in range(settings.bystanders)]
    return _handed_round(firms, settings)


def _handed_round(firms: list[Starter], settings: PopulationSettings) -> list[Starter]:
    """Names or countries moved on by a third of the list, for the guards of the specification."""
    if not (settings.permute_names or settings.permute_countries):
        return firms
    step = len(firms) // 3
    names = [firm.name for firm in firms]
    countries = [firm.country for firm in firms]
    if settings.permute_names:
        names = names[step:] + names[:step]
    if settings.permute_countries:
        countries = countries[step:] + countries[:step]
    return [firm._replace(name=name, country=country) for name, country, firm in zip(names, countries, firms, strict=True)]


def _revenue(row: dict[str, str]) -> np.ndarray:
    return np.array([float(row[line]) if row[line] else np.nan for line in LINES])
