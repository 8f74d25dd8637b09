"""Write the tables of the documentation anew from what the code declares, between their markers.

`sim/ODD.md` holds parameters, business lines and recording systems, `docs/data_dictionary.md` series, events,
the tables of a run and outcomes. With `--check` nothing is written and a stale file gives exit code 1.

    python tools/odd_tables.py
    python tools/odd_tables.py --check
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ODD = ROOT / "sim" / "ODD.md"
DICTIONARY = ROOT / "docs" / "data_dictionary.md"
STATES = ("active", "started", "stopped")
KINDS = {"stock": "stock", "flow": "flow", "total": "sum so far", "state": "state"}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def parameters() -> str:
    """Every declared setting, a table a group."""
    from sim.parameters import as_written, declared
    from sim.settings import Settings

    heads = ["name", "default", "unit", "range", "kind", "meaning", "source", "moves"]
    parts = []
    for group, members in groupby(declared(Settings), key=lambda told: told.name.split(".")[0]):
        rows = [[f"`{told.name}`", as_written(told.default), told.unit, told.range, told.kind, told.meaning,
                 told.source, told.moves] for told in members]  # fmt: skip
        parts.append(f"#### Parameters: {group}\n\n{table(heads, rows)}")
    return "\n\n".join(parts)


def fitted_numbers() -> str:
    """Every parameter that a calibration may choose: prior and reason."""
    from sim.parameters import declared
    from sim.settings import Settings

    heads = ["name", "prior", "scale", "reason", "default, chosen"]
    rows = [[f"`{told.name}`", f"{told.prior.low:g} to {told.prior.high:g}", told.prior.scale, told.prior.because,
             as_table_number(told.default)] for told in declared(Settings) if told.prior is not None]  # fmt: skip
    return table(heads, rows)


def as_table_number(value: float) -> str:
    """A number with four digits."""
    return f"{value:.4g}"


def lines() -> str:
    """The business lines: which medium each lives on, what it needs, which functions it works on."""
    import numpy as np

    from sim.population import FUNCTIONS, LINE_FUNCTIONS, LINE_MEDIA, LINE_NEED, LINES, MEDIA

    heads = ["line", "need", *(f"on {medium}" for medium in MEDIA), *FUNCTIONS]
    numbers = np.column_stack([LINE_NEED, LINE_MEDIA, LINE_FUNCTIONS])
    return table(heads, [[line, *(f"{x:g}" for x in row)] for line, row in zip(LINES, numbers, strict=True)])


def systems() -> str:
    """The recording systems: limit, range, ease, year of first publication, parent."""
    from sim.population import MEDIA
    from sim.technology import systems as home

    told = home.systems()
    heads = ["system", "what", "medium", "limit, Gb/in2", "log range", "ease a year", "published", "parent"]
    rows = [
        [
            f"`{told.names[k]}`", told.labels[k], MEDIA[told.medium[k]], f"{told.limit[k]:g}",
            f"{told.log_range[k]:g}", f"{told.ease[k]:g}", f"{told.year_published[k]:.0f}",
            told.names[told.parent[k]] if told.parent[k] >= 0 else "",
        ]
        for k in range(len(told))
    ]  # fmt: skip
    return table(heads, rows)


def of_series(names: Iterable[str]) -> str:
    """Series by name with label, unit, kind and meaning."""
    from sim.records.series import SERIES

    told = {name: SERIES[name] for name in names}
    rows = [[f"`{name}`", x.label, x.unit, KINDS[x.kind], x.meaning] for name, x in told.items()]
    return table(["name", "label", "unit", "kind", "meaning"], rows)


def world() -> str:
    """The series of the world."""
    from sim.records.series import WORLD

    return of_series(WORLD)


def lineage() -> str:
    """The series of the lineage."""
    from sim.records.series import LINEAGE

    return of_series(LINEAGE)


def counted() -> str:
    """The series of the lineage that are counted after a run, but for the projects by part."""
    from sim.records.counted import COUNTED, PARTS

    return of_series(name for name in COUNTED if name not in {f"projects_{s}_{p}" for s in STATES for p in PARTS})


def parts() -> str:
    """Research projects by part: a row a part, as each part has the same three series."""
    from sim.records.counted import COUNTED, PARTS

    which = [COUNTED[f"projects_active_{part}"].meaning.removesuffix(", running") for part in PARTS]
    rows = [[*(f"`projects_{state}_{part}`" for state in STATES), words] for part, words in zip(PARTS, which, strict=True)]
    return table(["running (projects)", "started (a month)", "stopped (a month)", "which"], rows)


def stage() -> str:
    """The series of neither."""
    from sim.records.counted import COUNTED
    from sim.records.series import LINEAGE, SERIES, WORLD

    return of_series(name for name in SERIES if name not in WORLD | LINEAGE | COUNTED)


def events() -> str:
    """The kinds of event."""
    from sim.records.events import EVENTS

    return table(["kind", "when it is written"], [[f"`{name}`", meaning] for name, meaning in EVENTS.items()])


def outcomes() -> str:
    """The outcomes of a run."""
    from sim.records.outcomes import OUTCOMES

    rows = [[f"`{name}`", told.label, told.unit, told.meaning] for name, told in OUTCOMES.items()]
    return table(["name", "label", "unit", "meaning"], rows)


def inside() -> str:
    """The tables of the inside of the consortium, by column."""
    from sim.records.tables import TABLES

    parts = []
    for name, columns in TABLES.items():
        rows = [[f"`{column}`", told.holds, told.unit, told.meaning] for column, told in columns.items()]
        parts.append(f"### `{name}.parquet`\n\n{table(['column', 'holds', 'unit', 'meaning'], rows)}")
    return "\n\n".join(parts)


SECTIONS = {
    ODD: (lines, systems, fitted_numbers, parameters),
    DICTIONARY: (world, lineage, counted, parts, stage, events, inside, outcomes),
}


def renewed(file: Path, text: str) -> str:
    """The text of a file with its tables anew. Raises ValueError when a marker is missing."""
    for made in SECTIONS[file]:
        begin, end = f"<!-- {made.__name__}:begin -->", f"<!-- {made.__name__}:end -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{file.name} lacks the markers {begin} and {end}")
        text = f"{before}{begin}\n{made()}\n{end}{after}"
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with `--check` say which are stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when a file is stale")
    check = parser.parse_args(arguments).check
    stale = []
    for file in SECTIONS:
        held = file.read_text(encoding="utf-8")
        wanted = renewed(file, held)
        if wanted != held:
            stale.append(file.relative_to(ROOT).as_posix())
            if not check:
                file.write_text(wanted, encoding="utf-8", newline="\n")
    if stale:
        print(("stale, run tools/odd_tables.py: " if check else "written: ") + ", ".join(stale))
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
