"""`consortium list`: everything that can be changed and everything that is recorded."""

import argparse
import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim import configuration
from sim.cli import terminal
from sim.cli.codes import FINE, UsageError
from sim.parameters import as_written, did_you_mean

Row = dict[str, str]

_TABLES = ("parameters", "series", "events", "outcomes", "rules")


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "list", help="list parameters, charters, funding, series, events, outcomes",
        description="List what can be changed (parameters, the choices of each group) and what is recorded "
        "(series, events, outcomes), with unit, range, meaning and source.",
    )  # fmt: skip
    verb.add_argument(
        "what", help=f"{', '.join(_TABLES)}, or a group: charters, funding, scenario, merger, flash, …"
    )
    verb.add_argument("filter", nargs="?", default="", help="only names that hold this word")
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as CSV")
    form.add_argument("--json", action="store_true", help="as JSON")
    verb.add_argument(
        "--configs", type=Path, metavar="DIR", help="a folder of your own with group/choice.yaml"
    )
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Print one list."""
    rows = [row for row in rows_of(told.what, told.configs) if told.filter.lower() in row["name"].lower()]
    if told.csv:
        print(as_csv(rows), end="")
    elif told.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print("\n".join(in_words(row) for row in rows) or f"no {told.what} named like {told.filter}")
    return FINE


def rows_of(what: str, configs: Path | None = None) -> list[Row]:
    """The rows of one list, each with a name. Raises UsageError when there is no such list."""
    makers = {
        "parameters": parameters, "series": series, "events": events, "outcomes": outcomes, "rules": rules,
    }  # fmt: skip
    if what in makers:
        return makers[what]()
    groups = [*configuration.groups(configs=configs), "sweep"]
    for group in (what, what.removesuffix("s")):
        if group in groups:
            return choices(group, configs)
    known = [*_TABLES, *groups]
    hint = did_you_mean(what, known) or f" Known are {', '.join(known)}."
    raise UsageError(f"there is no list of {what}.{hint}")


def parameters() -> list[Row]:
    """Every declared setting."""
    from sim.parameters import declared
    from sim.settings import Settings

    return [
        {
            "name": told.name, "default": short(told.default), "unit": told.unit, "range": told.range,
            "kind": told.kind, "moves": told.moves, "meaning": told.meaning, "source": told.source,
            "declared": told.where,
        }
        for told in declared(Settings)
    ]  # fmt: skip


def series() -> list[Row]:
    """Every series of a run."""
    from sim.records.series import SERIES

    return [dictionary_row(name, told) for name, told in SERIES.items()]


def events() -> list[Row]:
    """Every kind of event of a run."""
    from sim.records.events import EVENTS

    return [dictionary_row(name, told) for name, told in EVENTS.items()]


def outcomes() -> list[Row]:
    """Every outcome of a run."""
    from sim.records.outcomes import OUTCOMES

    return [dictionary_row(name, told) for name, told in OUTCOMES.items()]


def rules() -> list[Row]:
    """Every rule that `consortium explain` knows, with its first sentence."""
    from sim.cli.explain import first_sentence, found
    from sim.rules import RULES

    return [{"name": name, "meaning": first_sentence(found(name)), "declared": RULES[name]} for name in RULES]


def dictionary_row(name: str, told: Any) -> Row:
    """An entry of the data dictionary, however it is declared: a sentence, a tuple of words or a record."""
    if isinstance(told, str):
        return {"name": name, "meaning": told}
    fields: Mapping[str, Any] = told._asdict() if hasattr(told, "_asdict") else vars(told)
    told_of = {key: str(value) for key, value in fields.items() if key != "name" and value is not None}
    return {"name": name, **told_of}


def choices(group: str, configs: Path | None = None) -> list[Row]:
    """The choices of one group: name, what its file says at the top, and what it sets."""
    found = configuration.choices(group, configs=configs)
    return [_choice(group, found[name]) for name in sorted(found)]


def _choice(group: str, file: Path) -> Row:
    import yaml

    text = file.read_text(encoding="utf-8")
    comments = [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")]
    words = " ".join(line for line in comments if not line.startswith("@package"))
    meaning, _, source = words.partition(" (source: ")
    held = yaml.safe_load(text) or {}
    settings = ", ".join(
        f"{key}={short(value)}" for key, value in held.items() if key not in ("defaults", "source")
    )
    told = {
        "meaning": meaning,
        "source": source.rstrip(".)") or str(held.get("source", "")),
        "sets": settings,
    }
    return {"name": f"{group}={file.stem}", **told}


def short(value: Any) -> str:
    """A value on one line, cut when it is long; of records each figure down the list."""
    if isinstance(value, (list, tuple)) and value and all(isinstance(item, Mapping) for item in value):
        figures = (f"{key} {'/'.join(as_written(item.get(key)) for item in value)}" for key in value[0])
        return f"{len(value)} ({', '.join(figures)})"
    text = as_written(value) if not isinstance(value, Mapping) else _pairs(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _pairs(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}: {as_written(item)}" for key, item in value.items())


def in_words(row: Row) -> str:
    """One row for a reader: the name and its figures on a line, the meaning below."""
    head = row["name"] + (f" = {row['default']}" if row.get("default") else "")
    facts = [row.get("unit", ""), f"[{row['range']}]" if row.get("range") else "", row.get("kind", "")]
    facts += [f"moves {row['moves']}" if row.get("moves") else "", row.get("sets", "")]
    told = ("name", "default", "unit", "range", "kind", "moves", "meaning", "source", "sets", "declared")
    facts += [value for key, value in row.items() if key not in told]
    first = terminal.paragraph("  ".join([head, *filter(None, facts)]), "")
    source = f" ({row['source']})" if row.get("source") else ""
    return first + ("\n" + terminal.paragraph(row.get("meaning", "") + source) if row.get("meaning") else "")


def as_csv(rows: list[Row]) -> str:
    """The rows as CSV with a head."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(dict.fromkeys(key for row in rows for key in row)), lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
