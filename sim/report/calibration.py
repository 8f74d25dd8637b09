"""The report of a calibration: what the fit patterns allow, how the procedure came there, what they do not identify."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.report import findings, style
from sim.report.findings import Section, Table
from sim.studies.calibration import targets
from sim.studies.calibration.rounds import FINAL, FURTHER, RUN_OFF

if TYPE_CHECKING:
    from sim.studies.calibration.posterior import Posterior

IDENTIFIED = 0.75
"""A posterior narrower than this share of its prior says something about the parameter."""

READING = (
    "The result is a **weighted sample** of parameters, not a point: every row of `posterior.csv` is a set of parameters that "
    "was simulated, with its weight. The defaults are one place in it, chosen because a program needs one.",
    "The **distance** of a point is the root mean square over the fit patterns of how far its runs lie from the middle of each "
    "band, in half widths of the band; one is the edge.",
    "**Posterior over prior width** near one means that the fit patterns say nothing about the parameter: its value is an "
    "assumption and stays one.",
)
MAY_NOT = (
    "One history is one data point. That parameters fit it does not make them true, nor the mechanisms they stand in.",
    "Only patterns marked *fit* were looked at; the others are reported by `consortium validate` as they fall.",
    "Priors are assumptions with reasons, most of them half to twice a value first chosen. What lies outside was not asked.",
)


def calibration_report(posterior: "Posterior", trace: pd.DataFrame, folder: Path) -> list[Path]:
    """Write `report.html`, `report.md` and the figures beside a calibration; returns the pages. Raises OutputError."""
    drawn = [
        findings.put(by_round(trace), "rounds", "How near the rounds came", "Distances of all points, round by round.",
                     "Each dot is a point of the parameters; the line is the median of its round.", folder),
        findings.put(by_pattern(trace), "patterns", "Pattern by pattern", "Distance from each fit pattern, prior and posterior.",
                     "Bars hold the middle half of the points; one is the edge of the band.", folder),
        findings.put(trade_off(trace), "trade_off", "What fits together", "The points of the finals, pattern by pattern.",
                     "A column is a point, those of the run-off on the left, the best first. The darker, the farther the means "
                     "of its runs from the middle of the band; a cross: its runs do not pass by the pattern's own rule.", folder),
        findings.put(marginals(posterior), "posterior", "What the patterns allow", "Prior and posterior of each parameter.",
                     "Grey: the prior. Blue: central 80 % of the posterior with its median. Orange: the point chosen.", folder),
    ]  # fmt: skip
    return findings.write(folder, "Calibration: which parameters the fit patterns allow", facts(posterior), [
        Section("What may be said", points=sentences(posterior, trace)),
        Section("Rounds", figures=drawn[:2], tables=[round_table(posterior)]),
        Section("What fits together and what does not", points=traded(trace), figures=drawn[2:3]),
        Section("Parameters", figures=drawn[3:], tables=[parameter_table(posterior)]),
        Section("How to read it", points=READING),
        Section("What may not be said", points=MAY_NOT),
    ])  # fmt: skip


def facts(posterior: "Posterior") -> list[tuple[str, str]]:
    """How it came about."""
    told = posterior.manifest
    seeds, procedure = told["seeds"], told["procedure"]
    return [
        ("Parameters", f"{len(posterior.names)}, each with a prior and its reason"),
        ("Fit patterns", ", ".join(targets.names())),
        ("Histories", f"{procedure['runs']}, common seeds from {seeds['first']} to {seeds['last']}" + _further(seeds, procedure)),
        ("Worth", f"{posterior.effective_size:.0f} equally weighted points of {len(posterior.sample)}"),
        ("Command", str(told["command"])),
        ("Version", str(told["versions"]["sim"])),
    ]


def sentences(posterior: "Posterior", trace: pd.DataFrame) -> list[str]:
    """What may be drawn from it, in plain words."""
    rounds = posterior.manifest["rounds"]
    narrowed = {name: posterior.narrowed(name) for name in posterior.names}
    free = [name for name, width in narrowed.items() if width >= IDENTIFIED]
    tight = sorted((name for name in narrowed if name not in free), key=lambda name: narrowed[name])
    decisive = decided(trace)
    best, held = decisive.iloc[0], trace[trace["kind"] == FINAL]
    middle = held[held["point"].str.endswith("-0000")].iloc[0]
    last = "run-off, over seeds that no point was chosen by," if best["kind"] == RUN_OFF else "final"
    said = [
        f"From the prior to the posterior the median distance fell from {rounds[0]['median_distance']:.2f} to "
        f"{next(each for each in rounds if each['kind'] == 'posterior')['median_distance']:.2f} half widths.",
        f"In the {last} with {int(best['seeds'])} seeds each, the point chosen passes {int(best['passed'])} fit patterns "
        f"of {len(ruled(trace))} by their own rules and lies {best['distance']:.2f} from their aims; the middle of all priors "
        f"passed {int(middle['passed'])} in a final and lay at {middle['distance']:.2f}. " + _shipped(decisive, best),
        f"The patterns say something about {len(tight)} of {len(narrowed)} parameters"
        + (f", most about {', '.join(f'`{name}`' for name in tight[:5])}." if tight else "."),
        f"Not identified are {len(free)}: posterior and prior are about equally wide. The sample is worth "
        f"{posterior.effective_size:.0f} equally weighted points, so a width is known to about "
        f"{100 / np.sqrt(2 * posterior.effective_size):.0f} %: the border between the two is not sharp.",
    ]
    return said


def _further(seeds: Mapping[str, int], procedure: Mapping[str, Any]) -> str:
    """The seeds of the run-off in words; nothing where there was none."""
    if not procedure.get("run_off"):
        return ""
    first = seeds["first"] + FURTHER
    return f"; the run-off from {first} to {first + procedure['run_off_seeds'] - 1}"


def _shipped(decisive: pd.DataFrame, best: pd.Series) -> str:
    """How the defaults did in the run-off that were shipped before; nothing where there was none."""
    rows = decisive[(decisive["kind"] == RUN_OFF) & decisive["point"].str.endswith("-0000")]
    if rows.empty:
        return ""
    shipped = rows.iloc[0]
    if best["passed"] == shipped["passed"] and best["distance"] == shipped["distance"]:
        return "It is the defaults as they were shipped: no other point of the run-off does better."
    return f"The defaults as they were shipped pass {int(shipped['passed'])} and lie at {shipped['distance']:.2f}."


def decided(trace: pd.DataFrame) -> pd.DataFrame:
    """The points among which was chosen, the chosen one first: those of the run-off, else those of the finals."""
    run_off = trace[trace["kind"] == RUN_OFF]
    return _ordered(trace[trace["kind"] == FINAL] if run_off.empty else run_off)


def finals(trace: pd.DataFrame) -> pd.DataFrame:
    """The points of finals and run-off, each once: those of the run-off first, in each those that pass most, then the nearest."""
    return pd.concat([decided(trace), _ordered(trace[trace["kind"] == FINAL])]).drop_duplicates(
        ["passed", "distance"]).reset_index(drop=True)  # fmt: skip


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["passed", "distance"], ascending=[False, True], kind="stable")


def ruled(trace: pd.DataFrame) -> list[str]:
    """The fit patterns whose own rules the finals were held against."""
    return [name.removeprefix("passes.") for name in trace if name.startswith("passes.")]


def traded(trace: pd.DataFrame) -> list[str]:
    """What the points of the finals pass together, in plain words."""
    rows = finals(trace)
    best = rows.iloc[0]
    missed = [name for name in ruled(trace) if not best[f"passes.{name}"]]
    if not missed:
        return ["The point chosen passes every fit pattern that one study can measure."]
    said = [f"The point chosen misses {', '.join(missed)}; no point over the same seeds passes more patterns."]
    for name in missed:
        others = rows[rows[f"passes.{name}"] == 1]
        if others.empty:
            said.append(f"{name} is passed by no point of finals and run-off.")
            continue
        other = others.iloc[0]
        lost = [each for each in ruled(trace) if not other[f"passes.{each}"] and best[f"passes.{each}"]]
        said.append(f"{name} is passed by {len(others)} of {len(rows)} points of finals and run-off; the best of them misses "
                    f"{', '.join(lost) or 'nothing else'} instead.")  # fmt: skip
    return said


def round_table(posterior: "Posterior") -> Table:
    """A row a round."""
    rows = [[str(place), each["kind"], str(each["points"]), str(each["seeds"]), f"{each['median_distance']:.2f}",
             f"{each['least_distance']:.2f}"] for place, each in enumerate(posterior.manifest["rounds"])]  # fmt: skip
    heads = ("round", "what", "points", "seeds a point", "median distance", "least distance")
    return Table("Rounds of the procedure; distances in half widths of the bands.", heads, rows, right=range(2, 6))


def parameter_table(posterior: "Posterior") -> Table:
    """A row a parameter, the best identified first."""
    best = posterior.manifest["best"]
    rows = []
    for name in sorted(posterior.names, key=posterior.narrowed):
        prior, (low, middle, high) = posterior.prior(name), interval(posterior, name)
        width = posterior.narrowed(name)
        rows.append([name, f"{prior['low']:g} to {prior['high']:g}", f"{middle:.3g} ({low:.3g} to {high:.3g})",
                     f"{best[name]:.3g}", f"{width:.2f}", "yes" if width < IDENTIFIED else "not identified",
                     str(prior["reason"])])  # fmt: skip
    heads = ("parameter", "prior", "posterior, median and central 80 %", "chosen", "posterior over prior width", "identified",
             "reason of the prior")  # fmt: skip
    return Table("Prior, posterior and choice.", heads, rows, right=(3, 4))


def interval(posterior: "Posterior", name: str) -> tuple[float, float, float]:
    """Weighted quantiles of a parameter: a tenth, a half, nine tenths."""
    values = posterior.sample[name].to_numpy(dtype=float)
    order = np.argsort(values)
    below = np.cumsum(posterior.weights[order]) - 0.5 * posterior.weights[order]
    low, middle, high = np.interp([0.1, 0.5, 0.9], below, values[order])
    return float(low), float(middle), float(high)


@style.in_style
def by_round(trace: pd.DataFrame) -> Any:
    """Distances of all points, round by round."""
    figure = style.sheet(9.6, 3.6)
    axes = figure.subplots()
    scatter = np.random.default_rng(1)
    kinds = trace.groupby("round")["kind"].first()
    for number, rows in trace.groupby("round"):
        at = float(number) + scatter.uniform(-0.28, 0.28, len(rows))
        axes.plot(at, rows["distance"], "o", color=style.SKY, markersize=2.6, alpha=0.7)
        middle = rows["distance"].median()
        axes.plot([float(number) - 0.35, float(number) + 0.35], [middle, middle], color=style.BLUE, linewidth=2)
    below = [f"{number}" + "\n" * (1 + number % 2) + kind for number, kind in kinds.items()]  # every other a line lower
    axes.set_xticks(list(kinds.index), below)
    axes.set_ylim(bottom=0)
    axes.set_title("Distance from the fit patterns, half widths of their bands")
    return figure


@style.in_style
def by_pattern(trace: pd.DataFrame) -> Any:
    """How far the points lie from each pattern: the prior and the posterior."""
    figure = style.sheet(9.6, 0.32 * len(targets.names()) + 1.4)
    axes = figure.subplots()
    places = np.arange(len(targets.names()))[::-1]
    for kind, colour, shift in (("prior", style.GREY, 0.17), ("posterior", style.BLUE, -0.17)):
        rows = trace[trace["kind"] == kind]
        low, middle, high = (np.array([rows[f"away.{name}"].quantile(q) for name in targets.names()]) for q in (0.25, 0.5, 0.75))
        axes.hlines(places + shift, low, high, color=colour, linewidth=4, alpha=0.5, label=kind)
        axes.plot(middle, places + shift, "o", color=colour, markersize=4)
    axes.axvline(1.0, color=style.VERMILION, linewidth=1, label="edge of the band")
    axes.set_yticks(places, targets.names())
    axes.grid(axis="x")
    axes.set_xlim(left=0)
    axes.legend(loc="lower right")
    axes.set_title("Distance from the middle of each band, half widths")
    return figure


@style.in_style
def trade_off(trace: pd.DataFrame) -> Any:
    """How far each point of the finals lies from each pattern, and where it does not pass."""
    rows = finals(trace)
    names = [name for name in ruled(trace) if f"away.{name}" in trace]
    off = rows[[f"away.{name}" for name in names]].to_numpy(dtype=float).T
    fails = rows[[f"passes.{name}" for name in names]].to_numpy(dtype=float).T == 0
    figure = style.sheet(9.6, 0.28 * len(names) + 1.3)
    axes = figure.subplots()
    shade = axes.imshow(off, aspect="auto", cmap="cividis_r", vmin=0.0, vmax=2.0)
    for row, column in zip(*np.nonzero(fails), strict=True):
        axes.text(column, row, "×", ha="center", va="center", color="white" if off[row, column] > 1.0 else "black")
    axes.set_yticks(range(len(names)), names)
    told = range(0, len(rows), 1 + len(rows) // 24)  # as many labels as there is room for
    axes.set_xticks(told, [f"{int(rows['passed'].iloc[place])}" for place in told])
    first = int((rows["kind"] == RUN_OFF).sum())
    if first:
        axes.axvline(first - 0.5, color="black", linewidth=1.5)
    axes.set_xlabel("patterns passed by the point" + ("; left of the line: the run-off" if first else ""))
    axes.grid(visible=False)
    figure.colorbar(shade, ax=axes, label="half widths", extend="max")
    axes.set_title("Distance from the middle of each band, points of run-off and finals")
    return figure


@style.in_style
def marginals(posterior: "Posterior") -> Any:
    """Every parameter on the unit length of its prior."""
    names: Sequence[str] = sorted(posterior.names, key=posterior.narrowed)
    figure = style.sheet(9.6, 0.22 * len(names) + 1.4)
    axes = figure.subplots()
    for place, name in enumerate(reversed(names)):
        prior = posterior.prior(name)
        ends = np.array([prior["low"], prior["high"]])
        points = np.array([*interval(posterior, name), posterior.manifest["best"][name]])
        if prior["scale"] == "log":
            ends, points = np.log(ends), np.log(points)
        low, middle, high, best = np.clip((points - ends[0]) / (ends[1] - ends[0]), -0.02, 1.02)
        axes.hlines(place, 0, 1, color=style.PALE, linewidth=6)
        axes.hlines(place, low, high, color=style.BLUE, linewidth=4, alpha=0.6)
        axes.plot(middle, place, "o", color=style.BLUE, markersize=4)
        axes.plot(best, place, "d", color=style.ORANGE, markersize=4.5)
    axes.set_yticks(range(len(names)), list(reversed(names)))
    axes.set_xticks([0, 0.5, 1], ["low end of the prior", "middle", "high end"])
    axes.set_title("Posterior within the prior")
    axes.grid(visible=False)
    return figure
