"""The series of a run: a row a month, each with label, unit and kind; written into arrays that are allocated once."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.records.counted import COUNTED, Series

if TYPE_CHECKING:
    from sim.consortium.body import Consortium
    from sim.model import ConsortiumModel


WORLD = {
    "product_density_gb_in2": Series("product density", "Gb/in2", "stock", "highest areal density in a drive on the market"),
    "laboratory_density_gb_in2": Series("laboratory density", "Gb/in2", "stock", "highest areal density demonstrated so far"),
    "average_density_gb_in2": Series("average density", "Gb/in2", "stock", "areal density of the drives sold, weighted by units"),
    "drive_makers": Series("drive makers", "makers", "stock", "firms that own a drive line"),
    "hhi_units": Series("concentration of units", "0 to 10,000", "stock", "Herfindahl index of the makers' unit shares"),
    "share_first": Series("share of the largest maker", "share", "stock", "unit share of the largest maker"),
    "share_second": Series("share of the second maker", "share", "stock", "unit share of the second maker"),
    "share_third": Series("share of the third maker", "share", "stock", "unit share of the third maker"),
    "units_million_per_year": Series("drives sold", "million a year", "flow", "drives sold, at a yearly rate"),
    "revenue_busd_per_year": Series("drive revenue", "billion US$ a year", "flow",
                                    "what buyers pay for drives, at a yearly rate"),
    "capacity_eb_per_year": Series("capacity sold", "EB a year", "flow", "capacity of the drives sold, at a yearly rate"),
    "price_usd_per_gb": Series("price of a gigabyte", "US$ per GB", "stock", "average price of a gigabyte on drives, nominal"),
    "flash_price_usd_per_gb": Series("price of flash", "US$ per GB", "stock", "price of a gigabyte of flash, nominal"),
    "flash_unit_share": Series("share of flash", "share", "stock", "share of the devices of all disk segments that flash serves"),
    "threat": Series("threat of flash", "share", "stock",
                     "share of drive revenue that firms expect flash to take within their horizon"),
    "firms": Series("firms", "firms", "stock", "living firms"),
    "consortia": Series("consortia", "consortia", "stock", "living consortia"),
    "domestic_unit_share": Series("domestic share", "share", "stock", "unit share of makers owned in the reference country"),
    "public_committed_musd": Series("money committed", "million US$ a year", "flow",
                                    "what the home government commits to storage this year"),
    "public_expected_musd": Series("money expected", "million US$ a year", "flow",
                                   "what firms expect the home government to commit"),
    "research_busd": Series("own R&D so far", "billion US$", "total", "firms' own R&D on storage since the start"),
    "researchers": Series("university researchers", "researchers", "stock", "storage researchers at universities"),
    "students_total": Series("students so far", "students", "total",
                             "students trained in projects of all consortia since the start"),
    "know_how_leader": Series("know-how of the leader", "0 to 1", "stock",
                              "mean of the best know-how over the cells of disk systems published"),
    "know_how_leaked_abroad": Series("know-how leaked abroad", "0 to 1", "stock",
                                     "mean know-how of foreign makers over that of domestic makers, disk cells"),
    "sister_members": Series("members of the sister", "firms", "stock",
                             "members of the consortium of the sister country, while it is apart"),
}  # fmt: skip
LINEAGE = {
    "members": Series("members", "firms", "stock", "members of the lineage"),
    "core_members": Series("core members", "firms", "stock", "members with seats and votes"),
    "members_tier_1": Series("members of tier 1", "firms", "stock", "members of the first tier"),
    "members_tier_2": Series("members of tier 2", "firms", "stock", "members of the second tier"),
    "members_tier_3": Series("members of tier 3", "firms", "stock", "members of the third tier"),
    "members_tier_4": Series("members of tier 4 and below", "firms", "stock", "members of the fourth tier and below"),
    "members_domestic": Series("domestic members", "firms", "stock", "members with an ultimate owner in the reference country"),
    "members_foreign": Series("foreign members", "firms", "stock", "members with another ultimate owner"),
    "members_makers": Series("makers among the members", "firms", "stock", "members that own a drive line"),
    "members_ever": Series("members ever", "firms", "total", "distinct firms that are or have been members"),
    "members_ever_domestic": Series("domestic members ever", "firms", "total", "of these, firms owned in the reference country"),
    "universities_active": Series("universities at work", "universities", "stock", "universities with a running project"),
    "universities_ever": Series("universities ever", "universities", "total", "distinct universities that took part"),
    "projects_active": Series("research projects", "projects", "stock", "running research projects at universities"),
    "projects_active_disk": Series("disk research projects", "projects", "stock", "of these, on disk systems"),
    "joint_ventures_active": Series("joint ventures", "projects", "stock", "running joint ventures of members"),
    "projects_started": Series("projects started", "projects a month", "flow", "research projects started in the month"),
    "projects_stopped": Series("projects stopped", "projects a month", "flow", "projects stopped before their end in the month"),
    "projects_finished": Series("projects finished", "projects a month", "flow", "projects that ran their time out in the month"),
    "fee_income_musd": Series("fees", "million US$ a month", "flow", "fees received in the month"),
    "public_money_musd": Series("public money", "million US$ a month", "flow", "public money spent on its projects in the month"),
    "public_share": Series("public share", "share", "stock", "public share of all money of the last twelve months"),
    "reserve_musd": Series("reserve", "million US$", "stock", "reserve fund"),
    "account_musd": Series("account", "million US$", "stock", "what its account holds, reserve included"),
    "new_public_musd": Series("new public commitments", "million US$", "flow",
                              "public money of projects and joint ventures started in the month"),
    "new_private_musd": Series("new private commitments", "million US$", "flow",
                               "fees and matches of projects and joint ventures started in the month"),
    "project_public_musd": Series("public money in university projects", "million US$ a month", "flow", "spent in the month"),
    "project_private_musd": Series("fees in university projects", "million US$ a month", "flow", "spent in the month"),
    "far_share": Series("far-term share", "share", "stock", "share of the running money that goes to systems far from products"),
    "media_in_scope": Series("media in scope", "media", "stock", "number of media in the charter"),
    "flash_in_scope": Series("flash in scope", "0 or 1", "state", "one where flash is in scope"),
    "open_to_foreign": Series("open to foreign firms", "0 or 1", "state", "one where foreign firms may join"),
    "under_association": Series("under the association", "0 or 1", "state", "one where the association hosts"),
    "fee_factor": Series("fee factor", "times", "state", "fees against the first schedule"),
}  # fmt: skip
SERIES = WORLD | LINEAGE | COUNTED | {
    "stage": Series("stage", "number", "state",
                    "0 none, 1 national, 2 international, 3 industry-led, 4 bi-national, 9 unrecognised")
}  # fmt: skip


class Recorder:
    """Notes down what changes in a month; the rows are put together when somebody asks for them."""

    def __init__(self, months: int) -> None:
        self.months = months
        self.done = 0  # months noted so far
        self._world: dict[int, list[float]] = {}  # by the month from which the numbers hold
        self._notes: dict[int, list[tuple]] = {}  # by number of the consortium, one a month from its first on
        self._first: dict[int, int] = {}  # its first month
        self._rows: tuple[int, dict[int, np.ndarray]] = (0, {})  # months put together so far, and what came of it

    def writes_month(self, model: "ConsortiumModel") -> None:
        """Note the month; the world's numbers move once a quarter and are kept in between."""
        self.done = model.month + 1
        if not self._world or model.month % 3 == 2:
            self._world[model.month] = model.world_numbers()
        for body in model.consortia:
            if body.number not in self._notes:
                self._notes[body.number], self._first[body.number] = [], model.month
            self._notes[body.number].append(noted(model, body))

    @property
    def world(self) -> np.ndarray:
        """The world's numbers, months × `WORLD`; zero in months that have not been."""
        rows = np.zeros((self.months, len(WORLD)))
        for month, numbers in self._world.items():
            rows[month : self.done] = numbers
        return rows

    def notes(self) -> Iterator[tuple[int, int, list[tuple[dict[str, float], float, float]]]]:
        """Of every consortium its number, its first month, and by month its flows, reserve and account (million US$)."""
        for number, notes in self._notes.items():
            yield number, self._first[number], [(flows, stocks[5], stocks[6]) for _, stocks, flows, _ in notes]

    @property
    def bodies(self) -> dict[int, np.ndarray]:
        """The numbers of every consortium by its number, months × `LINEAGE`; NaN where it does not live."""
        if self._rows[0] != self.done:
            found = {}
            for number, notes in self._notes.items():
                found[number] = np.full((self.months, len(LINEAGE)), np.nan)
                found[number][self._first[number] : self._first[number] + len(notes)] = put_together(notes)
            self._rows = self.done, found
        return self._rows[1]

    def lineage(self, path: dict[int, int]) -> np.ndarray:
        """The numbers of the consortium that carries the lineage in each month; zero before there is one."""
        rows, bodies = np.zeros((self.months, len(LINEAGE))), self.bodies
        ever = [list(LINEAGE).index(name) for name, series in LINEAGE.items() if series.kind == "total"]
        last = np.zeros(len(LINEAGE))
        for month in range(self.months):
            if month in path:
                last = bodies[path[month]][month]
                rows[month] = last
            else:
                rows[month, ever] = last[ever]
        return rows


class NoRecorder(Recorder):
    """Writes nothing: for histories of which nobody will read a series. Raises LookupError when somebody does."""

    def writes_month(self, model: "ConsortiumModel") -> None:
        """Let the month go."""

    def __getattribute__(self, name: str) -> Any:
        """Refuse what would be read from the notes."""
        if name in ("world", "notes", "bodies", "lineage"):
            raise LookupError("this history was run without its series; what is asked of it is read from them.")
        return super().__getattribute__(name)


def noted(model: "ConsortiumModel", body: "Consortium") -> tuple:
    """What is noted of a consortium in a month: who belongs, its running projects, flows, stocks and terms."""
    book, flows = body.book, body.flows
    standing = body.standing()  # another one when members, charter or what firms measure have changed
    if book.get("census of") is not standing:
        book["census of"], book["census"] = standing, census(model, body)
        charter = body.charter
        book["terms"] = (len(charter.media), "flash" in charter.media, charter.membership == "open",
                         charter.host == "association", charter.fee_factor)  # fmt: skip
    sums = body.running()
    body.flows = dict.fromkeys(flows, 0.0)
    stocks = (sums.performers, len(body.universities_ever), sums.academic, sums.disk, len(body.projects) - sums.academic,
              body.reserve, model.accounts.held(body.account), sums.far, sums.total)  # fmt: skip
    return book["census"], stocks, flows, book["terms"]


def put_together(notes: list[tuple]) -> np.ndarray:
    """The rows of a consortium from its notes, months × `LINEAGE`."""
    census, stocks, flows, terms = zip(*notes, strict=True)
    who, stock, term = (_in_rows(part) for part in (census, stocks, terms))
    flow = dict(zip(flows[0], _in_rows([month.values() for month in flows]).T, strict=True))
    public, private = over_a_year(flow["public_money_musd"]), over_a_year(flow["fee_income_musd"] + flow["match_musd"])
    money, running = public + private, stock[:, 8]
    return np.column_stack([
        who, stock[:, :5], *(flow[name] for name in ("projects_started", "projects_stopped", "projects_finished",
                                                     "fee_income_musd", "public_money_musd")),
        np.divide(public, money, out=np.zeros_like(money), where=money > 0), stock[:, 5:7],
        *(flow[name] for name in ("new_public_musd", "new_private_musd", "project_public_musd", "project_private_musd")),
        np.divide(stock[:, 7], running, out=np.zeros_like(running), where=running > 0), term,
    ])  # fmt: skip


def _in_rows(notes: Sequence[Collection[float]]) -> np.ndarray:
    """Notes of some months as an array, a row a month."""
    numbers = itertools.chain.from_iterable(notes)
    return np.fromiter(numbers, dtype=float, count=len(notes) * len(notes[0])).reshape(len(notes), -1)


def over_a_year(flow: np.ndarray) -> np.ndarray:
    """Sums over the last twelve months, fewer at the start."""
    return np.lib.stride_tricks.sliding_window_view(np.concatenate([np.zeros(11), flow]), 12).sum(axis=1)


def census(model: "ConsortiumModel", body: "Consortium") -> tuple[float, ...]:
    """Who belongs: all, core, by tier, by country, makers, ever."""
    tiers, book, firms = body.tiers().tolist(), body.book, model.firms
    home, core = model.settings.home.country, body.charter.core_tiers
    by_tier = [tiers.count(tier) for tier in range(max(3, core))]
    domestic = np.count_nonzero(firms.owned_in(home)[body.rows])
    if book.get("ever") != len(body.ever):
        book["ever"] = len(body.ever)
        book["ever at home"] = [model.first_country[number] for number in body.ever].count(home)
    return (len(tiers), sum(by_tier[:core]), *by_tier[:3], len(tiers) - sum(by_tier[:3]), domestic, len(tiers) - domestic,
            np.count_nonzero(firms.maker[body.rows]), book["ever"], book["ever at home"])  # fmt: skip
