"""Write the tables of the documentation anew from what the code declares.

`sim/ODD.md` gets its parameters, business lines and recording systems between markers, `docs/data_dictionary.md` is
written whole. With `--check` nothing is written and stale files end with exit code 1.

    python tools/odd_tables.py
    python tools/odd_tables.py --check
"""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ODD = ROOT / "sim" / "ODD.md"
DICTIONARY = ROOT / "docs" / "data_dictionary.md"
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


def lines() -> str:
    """The business lines: which medium each lives on, what it needs, which functions it works on."""
    from sim.population import FUNCTIONS, LINE_FUNCTIONS, LINE_MEDIA, LINE_NEED, LINES, MEDIA

    heads = ["line", "need", *(f"on {medium}" for medium in MEDIA), *FUNCTIONS]
    rows = [[line, f"{need:g}", *(f"{x:g}" for x in media), *(f"{x:g}" for x in functions)]
            for line, need, media, functions in zip(LINES, LINE_NEED, LINE_MEDIA, LINE_FUNCTIONS, strict=True)]  # fmt: skip
    return table(heads, rows)


def recording_systems() -> str:
    """The recording systems: limit, range, ease, year of first publication, parent."""
    from sim.population import MEDIA
    from sim.technology.systems import systems

    told = systems()
    heads = ["system", "what", "medium", "limit, Gb/in2", "log range", "ease a year", "published", "parent"]
    rows = [[f"`{told.names[k]}`", told.labels[k], MEDIA[told.medium[k]], f"{told.limit[k]:g}", f"{told.log_range[k]:g}",
             f"{told.ease[k]:g}", f"{told.year_published[k]:.0f}",
             told.names[told.parent[k]] if told.parent[k] >= 0 else ""] for k in range(len(told))]  # fmt: skip
    return table(heads, rows)


SECTIONS = {"parameters": parameters, "lines": lines, "systems": recording_systems}


def odd(text: str) -> str:
    """The description of the model with its tables anew. Raises ValueError when a marker is missing."""
    for name, made in SECTIONS.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        if begin not in text or end not in text:
            raise ValueError(f"{ODD.name} lacks the markers {begin} and {end}")
        text = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _, made=made, begin=begin, end=end:
                      f"{begin}\n{made()}\n{end}", text, count=1, flags=re.S)  # fmt: skip
    return text


def dictionary() -> str:
    """The data dictionary: series, events, outcomes."""
    from sim.records.events import EVENTS
    from sim.records.outcomes import OUTCOMES
    from sim.records.series import LINEAGE, SERIES, WORLD

    def series(names: Iterable[str]) -> str:
        rows = [[f"`{name}`", SERIES[name].label, SERIES[name].unit, KINDS[SERIES[name].kind], SERIES[name].meaning]
                for name in names]  # fmt: skip
        return table(["name", "label", "unit", "kind", "meaning"], rows)

    events = table(["kind", "when it is written"], [[f"`{name}`", meaning] for name, meaning in EVENTS.items()])
    outcomes = table(["name", "label", "unit", "meaning"], [[f"`{name}`", told.label, told.unit, told.meaning]
                                                           for name, told in OUTCOMES.items()])  # fmt: skip
    rest = [name for name in SERIES if name not in WORLD and name not in LINEAGE]
    return _DICTIONARY.format(world=series(WORLD), lineage=series(LINEAGE), rest=series(rest), events=events, outcomes=outcomes)


_DICTIONARY = """\
# Data dictionary

Written by `tools/odd_tables.py` from what the code declares; do not edit it by hand. Money is nominal, in million US
dollars unless the unit says otherwise; density in Gb/in2; years are decimal (2003.25 is the start of April 2003). *The
lineage* is the consortium founded by the storage firms of the reference country and its successors, as the recogniser
of stages follows it.

## Files of a run

| file | what |
| --- | --- |
| `series.parquet` | a row a month: `month` (0 is the first), `year` (decimal, start of the month), then the series below |
| `events.parquet` | a row an event: `month`, `year`, `kind`, `who`, `whom`, `why` (a sentence), `terms` (JSON, from which the decision is recomputed) |
| `stages.json` | `stage`, `start`, `end` (decimal years) |
| `outcomes.json` | the outcomes below; null where one does not apply |
| `run.yaml` | seed, resolved settings, versions, commit, hashes of settings, data and code, schema version |
| `networks/YEAR.graphml` | the collaboration network of a year, when asked for with `--networks` |

Of many runs: `outcomes.parquet` (a row a run), series, events and stages with the columns `run`, `point`, `seed`, and
`patterns.csv`.

## Series of the world

{world}

## Series of the lineage

Zero while there is no lineage; sums so far keep their last value.

{lineage}

## The stage

{rest}

## Events

Terms hold a `test`: `probability` (logistic of the sum of terms over a scale, against a draw), `hazard` (one minus
exp of minus the rate times months / 12, the terms being logs of a yearly rate, against a draw), `comparison` (the sum of
terms against a threshold), `vote` (yes over votes cast against what is needed).

{events}

## Outcomes

NaN where an outcome does not apply to a run. A *wait* is counted from the start and equals the horizon when what is
waited for never comes, so that means stay defined.

{outcomes}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with `--check` say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when a file is stale")
    check = parser.parse_args(arguments).check
    stale = []
    for file, wanted in ((ODD, odd(ODD.read_text(encoding="utf-8"))), (DICTIONARY, dictionary())):
        if not file.is_file() or file.read_text(encoding="utf-8") != wanted:
            stale.append(file.relative_to(ROOT).as_posix())
            if not check:
                file.write_text(wanted, encoding="utf-8", newline="\n")
    if stale:
        print(("stale, run tools/odd_tables.py: " if check else "written: ") + ", ".join(stale))
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
