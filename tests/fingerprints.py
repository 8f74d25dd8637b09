"""The exact baseline: a fingerprint of three histories, by subject, so that a change says where it began."""

import hashlib
import json
from pathlib import Path

import numpy as np

from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.records.counted import COUNTED
from sim.records.record import Record

FILE = Path(__file__).resolve().parent / "baseline" / "fingerprints.json"
RUNS = {
    "historical, seed 1": ([], 1),
    "historical, seed 2": ([], 2),
    "coin and mission, seed 3": (
        ["governance.votes=coin", "funding=national_mission", "horizon.years=20"],
        3,
    ),
}


def fingerprints() -> dict[str, dict[str, str]]:
    """Hashes of series by year and of events by kind, for every run of the baseline."""
    return {
        name: fingerprint(Record.of(ConsortiumModel(compose(overrides), seed).run()))
        for name, (overrides, seed) in RUNS.items()
    }


def fingerprint(record: Record) -> dict[str, str]:
    """The first year in which it differs shows in the hashes of years, the subject in those of kinds."""
    columns = {name: np.asarray(values, dtype=float) for name, values in record.series.items()}
    measured = np.column_stack([values for name, values in columns.items() if name not in COUNTED])
    counted = np.column_stack([columns[name] for name in COUNTED])
    told = {"series, counted": _hash([rounded(row) for row in counted])}
    told |= {
        f"series, year {year}": _hash([rounded(row) for row in measured[12 * year : 12 * year + 12]])
        for year in range(0, len(measured) // 12, 5)
    }
    columns = ("month", "kind", "who", "whom")
    rows = list(zip(*(list(map(str, record.events[column])) for column in columns), strict=True))
    for kind in sorted({row[1] for row in rows}):
        those = [row for row in rows if row[1] == kind]
        told[f"events, {kind}"] = f"{len(those)}, {_hash(those)}"
    return told


def rounded(row: np.ndarray) -> list[str]:
    """Six significant digits: sums differ beyond that between machines."""
    return [f"{value + 0.0:.6g}" for value in row]


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]


def written(told: dict[str, dict[str, str]]) -> str:
    """As it stands in the file."""
    return json.dumps(told, indent=1) + "\n"
