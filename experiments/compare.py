"""Run a ready-made study and compare its points with the first, pair by pair of equal seeds.

python experiments/compare.py experiments/no_flash [--replicates 10] [--processes 2]
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy.stats import t as student

from sim.studies import Design, Keep, Point, Study, run_study


def design(told: dict, replicates: int | None = None) -> Design:
    """The points of a study crossed with its seeds, or with the first few of them."""
    first, count = told["seeds"]["first"], replicates or told["seeds"]["count"]
    points = tuple(Point(name, tuple(overrides)) for name, overrides in told["points"].items())
    return Design(points, tuple(range(first, first + count)), Keep(series=False, events=False))


def half_width(pairs: pd.Series) -> float:
    """Half of the 95 % interval of a mean of pairs (Student)."""
    if len(pairs) < 2:
        return np.nan
    return float(student.ppf(0.975, len(pairs) - 1) * pairs.std(ddof=1) / np.sqrt(len(pairs)))


def compared(study: Study, outcomes: list[str]) -> pd.DataFrame:
    """A row a point and outcome: mean, difference from the first point with its 95 % interval, pairs."""
    by_point = {name: runs.set_index("seed") for name, runs in study.outcomes.groupby("point", sort=False)}
    reference = by_point[study.points[0]]
    rows = []
    for outcome in outcomes:
        for name in study.points:
            pairs = (by_point[name][outcome] - reference[outcome]).dropna()
            half = half_width(pairs)
            rows.append((outcome, name, by_point[name][outcome].mean(), pairs.mean(), pairs.mean() - half,
                         pairs.mean() + half, len(pairs)))  # fmt: skip
    return pd.DataFrame(rows, columns=["outcome", "point", "mean", "difference", "from", "to", "pairs"])


def main() -> int:
    """Run, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--replicates", type=int, help="how many seeds (default: as in the study)")
    parser.add_argument("--processes", type=int, help="how many at a time (default: all cores)")
    asked = parser.parse_args()
    told = yaml.safe_load((asked.folder / "study.yaml").read_text(encoding="utf-8"))
    planned = design(told, asked.replicates)
    place = Path("results") / "experiments" / f"{asked.folder.resolve().name}-{len(planned.seeds)}"
    place.parent.mkdir(parents=True, exist_ok=True)
    study = run_study(planned, place, processes=asked.processes)
    if not study.complete:
        print("broken off; the same command goes on from here", file=sys.stderr)
        return 130
    table = compared(study, told["outcomes"])
    table.to_csv(place / "comparison.csv", index=False)
    print(told["question"], table.to_string(index=False, float_format="{:.3g}".format), sep="\n\n")
    print(f"\nFiles: {place}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
