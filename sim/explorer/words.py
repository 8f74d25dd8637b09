"""The words of the page in two languages, and the terms of the field; one table each, read once."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "zh")


@cache
def words() -> dict[str, Any]:
    """The words of the page by section; a word is a pair, English then Chinese."""
    return _table("words.toml") | _table("choices.toml") | {"ledger": _table("ledger.toml"), "glossary": glossary()}


@cache
def glossary() -> list[dict[str, str]]:
    """The terms of the field: `en`, `zh`, `meaning`, `meaning_zh`, in the order of the table."""
    return list(_table("glossary.toml")["term"])


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("sim.explorer").joinpath(name).read_text(encoding="utf-8"))


def pairs(table: Any, name: str = "") -> list[tuple[str, list[str]]]:
    """Every pair of words in a table, with its dotted name."""
    if isinstance(table, dict):
        return [pair for key, inner in table.items() for pair in pairs(inner, f"{name}.{key}" if name else key)]
    return [(name, table)]


def glossary_page() -> str:
    """`docs/glossary.md`: every term in both languages with its meaning."""
    rows = [f"| {term['en']} | {term['zh']} | {term['meaning']} | {term['meaning_zh']} |" for term in glossary()]
    return "\n".join([
        "# Glossary · 术语表",
        "",
        "The terms of the field as the program, its description and its page use them. The Chinese terms are those of the",
        "paper on the consortium (research consortium: 研究联合体) where it has them. Written by `tools/glossary.py` from",
        "`sim/explorer/glossary.toml`, which the page reads too.",
        "",
        "| English | 中文 | Meaning | 含义 |",
        "|---|---|---|---|",
        *rows,
        "",
    ])
