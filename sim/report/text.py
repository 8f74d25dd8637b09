"""The words of the report: what was run, what the numbers say, and where they fall short."""

import math
import os
import platform
import shlex
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from sim.patterns import Evidence, percent


@cache
def standing() -> dict[str, list[str]]:
    """What every report says: how to read it, the weak figures of the record, what it is not for."""
    return tomllib.loads(resources.files("sim.report").joinpath("report.toml").read_text(encoding="utf-8"))


def say(number: float, unit: str, horizon: float) -> str:
    """A number as a reader would write it: `say(2003.04, "year", 2026)` is 2003.0, infinity is after 2025."""
    if math.isnan(number):
        return "–"
    if math.isinf(number):
        return f"after {math.ceil(horizon) - 1}" if unit == "year" else "not yet"
    if unit == "year":
        return f"{number:.1f}"
    if unit.startswith(("share", "growth")):
        return percent(number)
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2f}" if 0 < abs(number) < 1 else f"{number:.3g}"


def facts(study: Any, evidence: Evidence) -> list[tuple[str, str]]:
    """What was run, as pairs of label and value, from the study's manifest and its rows."""
    told = manifest(study)
    versions = dict(told.get("versions") or {})
    inputs = {name: str(value)[:12] for name, value in (told.get("design", {}).get("inputs") or {}).items()}
    found = {
        "Histories": f"{len(evidence)}, {_seeds(evidence)}",
        "Not finished": _not_finished(told, evidence),
        "Years": _years(evidence),
        "Settings": " ".join(overrides(study)) or "as shipped",
        "Model": f"version {versions.pop('sim', told.get('version', 'not known'))}",
        "Commit": told.get("commit") or "not known (installed without its repository)",
        "Machine": f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores (of this report)",
        "Libraries": _flat(versions),
        "Hashes of the inputs": _flat(inputs),
    }
    return [(label, value) for label, value in found.items() if value]


def manifest(study: Any) -> dict[str, Any]:
    """The manifest of a study; empty when it keeps none."""
    return dict(getattr(study, "manifest", None) or {})


def overrides(study: Any) -> list[str]:
    """What was changed against the settings as shipped, at the first point of the design."""
    by_point = getattr(study, "overrides", None) or {}
    return list(next(iter(by_point.values()), []))


def _flat(told: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in told.items())


def _years(evidence: Evidence) -> str:
    return f"{evidence.dates[0]:.0f} to {math.ceil(evidence.horizon) - 1}, by months" if len(evidence) else ""


def _not_finished(told: dict[str, Any], evidence: Evidence) -> str:
    """How many runs of the design are not in the report."""
    lacking = int(told.get("runs", len(evidence))) - len(evidence)
    return f"{lacking} runs failed or were broken off" if lacking > 0 else ""


def _seeds(evidence: Evidence) -> str:
    """The seeds in words."""
    seeds = sorted(evidence.seeds)
    if not seeds:
        return "no seeds"
    whole = seeds == list(range(seeds[0], seeds[0] + len(seeds)))
    listed = ", ".join(map(str, seeds[:10])) + (" …" if len(seeds) > 10 else "")
    return f"seeds {seeds[0]} to {seeds[-1]}" if whole and len(seeds) > 1 else f"seeds {listed}"


def command(study: Any, evidence: Evidence) -> str:
    """The command that repeats the study."""
    seeds = sorted(evidence.seeds)
    told = manifest(study)
    first = f" --first-seed {seeds[0]}" if seeds else ""
    replicates = len(told.get("design", {}).get("seeds") or seeds)
    changed = map(shlex.quote, overrides(study))
    return " ".join(["consortium reproduce", *changed, f"--replicates {replicates}{first}"])


def headlines(table: pd.DataFrame, stages: pd.DataFrame, horizon: float) -> list[str]:
    """The report in three or four sentences."""
    order = table.set_index("pattern").loc["P1"]
    said = [f"**{_met(table, use)}.**" for use in ("fit", "check")]
    if order["measured"]:
        share, asked = percent(order["value"]), percent(order["low"])
        said.append(
            f"All four stages come in the recorded order in **{share}** of histories (asked: {asked})."
        )
    dated = [f"{row.stage} {say(row.median, 'year', horizon)} (recorded {row.recorded:.0f})"
             for row in stages.itertuples()]  # fmt: skip
    said.append("Median first years: " + "; ".join(dated) + ".")
    return said


def _met(table: pd.DataFrame, use: str) -> str:
    part = table[table["use"] == use]
    unmeasured = int((~part["measured"]).sum())
    rest = f", {unmeasured} not measured" if unmeasured else ""
    return f"{int(part['pass'].sum())} of {len(part)} {use} patterns are met{rest}"


def shortfalls(table: pd.DataFrame, horizon: float) -> list[str]:
    """One sentence for each pattern that was measured and is not met, the widest off first."""
    missed = table[table["measured"] & ~table["pass"]]
    return [_shortfall(row, horizon) for _, row in missed.sort_values("inside", kind="stable").iterrows()]


def _shortfall(row: pd.Series, horizon: float) -> str:
    """What was asked, what came out, and whether the naive benchmark does better."""
    name, use, measures, target = (row[each] for each in ("pattern", "use", "measures", "target"))
    said = f"**{name}** ({use}), {measures}: {_came_out(row, horizon)}; asked: {target}."
    return said + (" The naive benchmark would have passed." if row["naive_pass"] else "")


def _came_out(row: pd.Series, horizon: float) -> str:
    """The scored value with the spread of the runs, in words."""
    if math.isnan(row["value"]):
        return "does not arise in any history"
    value, low, high = (say(row[name], row["unit"], horizon) for name in ("value", "p05", "p95"))
    inside = "" if math.isnan(row["inside"]) else f", {percent(row['inside'])} of runs inside"
    return f"{value} (5–95\u00a0%: {low} to {high}{inside})"


def no_evidence(table: pd.DataFrame) -> list[str]:
    """The patterns that are met, but which the naive benchmark meets as well."""
    return [row.pattern for row in table[table["pass"] & table["naive_pass"]].itertuples()]


def unmeasured(table: pd.DataFrame) -> list[str]:
    """The patterns that could not be measured, with the reason."""
    return [f"**{row.pattern}**: {row.note.removeprefix('not measured: ')}"
            for row in table[~table["measured"]].itertuples()]  # fmt: skip


def pattern_rows(table: pd.DataFrame, use: str, horizon: float) -> list[dict[str, Any]]:
    """The patterns of one use, formatted for a table."""
    return [_formatted(row, horizon) for _, row in table[table["use"] == use].iterrows()]


def _formatted(row: pd.Series, horizon: float) -> dict[str, Any]:
    """One pattern in words."""
    unit = row["unit"]
    value, median, low, high = (say(row[name], unit, horizon) for name in ("value", "median", "p05", "p95"))
    spread = "–" if low == high == "–" else f"{low} – {high}"
    verdict = "met" if row["pass"] else "falls short" if row["measured"] else "not measured"
    inside = "–" if math.isnan(row["inside"]) else percent(row["inside"])
    naive = "would pass" if row["naive_pass"] else "falls short"
    benchmark = f"{row['naive_words']}: {say(row['naive_value'], unit, horizon)} ({naive})"
    kept = {name: row[name] for name in ("pattern", "measures", "unit", "target", "note")}
    told = {"median": median, "spread": spread, "inside": inside, "verdict": verdict, "naive": benchmark}
    return {**kept, **told, "mean_path": value if unit.startswith("RMSE") else ""}


def stage_rows(stages: pd.DataFrame, horizon: float) -> list[dict[str, str]]:
    """The table of stages, formatted."""
    return [_stage_row(row, horizon) for _, row in stages.iterrows()]


def _stage_row(row: pd.Series, horizon: float) -> dict[str, str]:
    """One stage in words; the recorded year is whole."""
    years = {name: say(row[name], "year", horizon) for name in ("p05", "median", "p95")}
    reached = "–" if math.isnan(row["reached"]) else percent(row["reached"])
    recorded = f"{row['recorded']:.0f}"
    return {"stage": row["stage"], "body": row["body"], "recorded": recorded, "reached": reached, **years}
