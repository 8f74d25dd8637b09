"""Outcomes about the stages of the lineage and about the sister consortium."""

import itertools
import math

from sim.records.outcomes.declared import declare, mean_of, outcome
from sim.records.outcomes.seen import Seen
from sim.stages import STAGES

_NUMBERS = {name.replace("-", "_"): number for number, name in STAGES.items() if number in (1, 2, 3, 4)}
_INDUSTRY_LED = _NUMBERS["industry_led"]


def _first_month(seen: Seen, stage: int) -> int | None:
    return seen.stages.index(stage) if stage in seen.stages else None


def year_of_stage(seen: Seen, stage: int) -> float:
    """Decimal year of the first month of a stage; NaN when it never comes."""
    month = _first_month(seen, stage)
    return math.nan if month is None else seen.year(month)


def _declare_stage(name: str, stage: int) -> None:
    words = name.replace("_", "-")
    declare(
        f"year_{name}",
        f"{words} stage begins",
        "year",
        f"first month of the {words} stage; NaN when it never comes",
        lambda seen: year_of_stage(seen, stage),
    )
    declare(
        f"wait_{name}",
        f"wait for the {words} stage",
        "years",
        f"from the start to the first month of the {words} stage; the horizon when it never comes",
        lambda seen: seen.wait(year_of_stage(seen, stage)),
    )


for _name, _number in _NUMBERS.items():
    _declare_stage(_name, _number)


@outcome("four stages in order", "0 or 1", "one when all four stages begin, in this order")
def stages_in_order(seen: Seen) -> float:
    years = [year_of_stage(seen, stage) for stage in sorted(_NUMBERS.values())]
    return float(all(a < b for a, b in itertools.pairwise(years)))


@outcome("opened", "0 or 1", "one when the lineage was ever open to foreign firms")
def opened(seen: Seen) -> float:
    return float(seen["open_to_foreign"].max(initial=0.0))


@outcome(
    "sister founded", "year", "the first consortium founded in the sister country; NaN when there is none"
)
def year_sister_founded(seen: Seen) -> float:
    sister, origin = seen.model.settings.sister.country, seen.model.origin
    months = [
        body.founded
        for body in seen.model.all_bodies
        if body.country == sister and origin[body.number][0] == "founding"
    ]
    return seen.year(min(months)) if months else math.nan


@outcome(
    "wait for the sister",
    "years",
    "from the start to the founding in the sister country; the horizon when there is none",
)
def wait_sister(seen: Seen) -> float:
    return seen.wait(year_sister_founded(seen))


@outcome(
    "founders of the industry-led body",
    "firms",
    "founders of the body that first shows the industry-led stage, or its members in that month where it is "
    "older than a year or came of a merger; NaN when the stage never comes",
)
def founders_industry_led(seen: Seen) -> float:
    month = _first_month(seen, _INDUSTRY_LED)
    if month is None or month not in seen.path:
        return math.nan
    body = seen.model.all_bodies[seen.path[month]]
    new = body.founders > 0 and month - body.founded <= 12
    return float(body.founders) if new else float(seen["members"][month])


@outcome("survival", "0 or 1", "one when the lineage lives at the end")
def survival(seen: Seen) -> float:
    return float(seen.months - 1 in seen.path)


@outcome("changes of charter", "changes", "changes of its charter that the lineage voted for")
def changes_of_charter(seen: Seen) -> float:
    return float(sum(seen.names.get(row[0]) == row[2] for row in seen.events["charter_changed"]))


declare(
    "open_share",
    "months open",
    "share of all months",
    "months in which the lineage is open to foreign firms",
    mean_of("open_to_foreign"),
)
declare(
    "flash_scope_share",
    "months with flash",
    "share of all months",
    "months in which the lineage has flash in scope",
    mean_of("flash_in_scope"),
)
declare(
    "consortia_mean",
    "consortia",
    "consortia",
    "mean number of living consortia over all months",
    mean_of("consortia"),
)
