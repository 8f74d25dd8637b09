"""What is compared: charters by name or file, or any named sets of overrides from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.charters import reading
from sim.parameters import SettingError, did_you_mean
from sim.records.outcomes import OUTCOMES
from sim.records.outcomes.designs import BETTER
from sim.studies.design import Point

MAIN = (
    "survival", "stage_at_end", "members_mean", "membership_years_median", "income_volatility_mean", "starts_swing", "resilience",
    "projects_started_total", "students_total", "concept_to_product_wait", "product_density_last_gb_in2",
    "price_last_usd_per_gb", "public_cost_musd", "public_leverage", "take_up_core", "take_up_others", "take_up_outsiders",
    "consumer_surplus_busd", "producer_surplus_busd", "domestic_unit_share_mean", "know_how_leaked_abroad",
    "public_money_to_home_musd", "public_money_to_sister_musd", "public_money_to_others_musd",
)  # fmt: skip
"""The outcomes of a comparison unless others are asked for (section 9 of the specification)."""

KEYS = ("question", "points", "seeds", "outcomes")
FORM = "write a YAML file with points: {name: [overrides], …}, or name: [overrides] a line each; [] changes nothing"
TWIN = "no consortium"


@dataclass(frozen=True)
class Alternatives:
    """Named sets of overrides, the question they answer, the outcomes that matter, and seeds where the file says so."""

    points: tuple[Point, ...]
    question: str = ""
    outcomes: tuple[str, ...] = MAIN
    first_seed: int | None = None
    replicates: int | None = None

    def __post_init__(self) -> None:
        names = [point.name for point in self.points]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise SettingError(f"the alternative {twice} stands twice; give each a name of its own.")
        if TWIN in names:
            raise SettingError(f"an alternative may not be called {TWIN}: this is the world they are all held against.")
        if len(self.points) < 2:
            raise SettingError(f"there is nothing to compare {names[0] if names else ''} with: name two alternatives or more.")
        for name in self.outcomes:
            if name not in OUTCOMES:
                hint = did_you_mean(name, OUTCOMES) or " See consortium list outcomes."
                raise SettingError(f"there is no outcome {name}.{hint}")

    @property
    def judged(self) -> dict[str, int]:
        """The outcomes of which everybody would call more (1) or less (-1) better."""
        return {name: BETTER[name] for name in self.outcomes if name in BETTER}


def from_charters(names: Sequence[str], configs: Path | None = None) -> Alternatives:
    """A charter an alternative, from the library or from files; both may be mixed. Raises SettingError."""
    points = []
    for name in names:
        file = reading.find(name, configs)
        library = file.parent.name == "charter" and not Path(name).is_file()
        label = file.stem
        points.append(Point(label, (f"charter={label}",) if library else reading.as_overrides(reading.charter_of(name, configs))))
    return Alternatives(tuple(points), f"How do {', '.join(point.name for point in points)} do in the same worlds?")


def from_file(file: Path, configs: Path | None = None) -> Alternatives:
    """The alternatives of a file, or of the study.yaml in a folder. Raises SettingError with what to write."""
    import yaml

    file = file / "study.yaml" if file.is_dir() else file
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except OSError:
        raise SettingError(f"there is no file {file}: {FORM}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise SettingError(f"{file}{f', line {mark.line + 1}' if mark else ''}: this is no YAML; {FORM}.") from None
    if not isinstance(told, Mapping) or not told:
        raise SettingError(f"{file} names no alternatives: {FORM}.")
    if "points" not in told:
        told = {"points": told}
    unknown = next((str(key) for key in told if key not in KEYS), None)
    if unknown is not None:
        raise SettingError(f"{file}: nobody reads {unknown}.{did_you_mean(unknown, KEYS)} Known are {', '.join(KEYS)}.")
    if not isinstance(told["points"], Mapping):
        raise SettingError(f"{file}: points is no list of names: {FORM}.")
    points = tuple(Point(str(name), _overrides(file, str(name), each, configs)) for name, each in told["points"].items())
    seeds = told.get("seeds", {})
    outcomes = tuple(told.get("outcomes", MAIN))
    return Alternatives(points, str(told.get("question", "")), outcomes, seeds.get("first"), seeds.get("count"))


def _overrides(file: Path, name: str, told: Any, configs: Path | None) -> tuple[str, ...]:
    """The overrides of one alternative; a charter may be a file beside this one (`charter=mine.yaml`). Raises SettingError."""
    listed = [told] if isinstance(told, str) else told or []
    if not isinstance(listed, list) or not all(isinstance(each, str) and "=" in each for each in listed):
        raise SettingError(f"{file}, {name}: {told!r} is no list of overrides. Write for example {name}: [funding=constant].")
    found: list[str] = []
    for each in listed:
        key, _, value = each.partition("=")
        if key == "charter" and value.endswith((".yaml", ".yml")):
            found += reading.as_overrides(reading.charter_of(str(file.parent / value), configs))
        else:
            found.append(each)
    return tuple(found)
