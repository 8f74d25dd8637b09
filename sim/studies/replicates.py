"""How many seeds a comparison needs: a pilot, its variance, the smallest difference that matters, power.

The test is the paired t test over seeds (twins share their random numbers), two-sided at 5 %. Its power is that of the
non-central t distribution (Cohen 1988), so small numbers of seeds are not flattered.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

POWER, LEVEL = 0.8, 0.05
FEWEST, MOST = 8, 400
PILOT = 16
"""Seeds of a pilot: the standard deviation it gives is good to about a fifth."""


@dataclass(frozen=True)
class Argument:
    """Why so many seeds: what is compared, how it varies, what matters, and what follows."""

    what: str
    deviation: float
    """Standard deviation of the difference over the seeds of the pilot."""
    matters: float
    """The smallest difference that matters, in the unit of the deviation."""
    unit: str
    needed: int
    """Seeds that see such a difference with 80 % power; `MOST` is the most that is asked for."""


def power(seeds: int, deviation: float, difference: float) -> float:
    """The chance that a paired t test over so many seeds sees a true difference.

    >>> round(power(34, 1.0, 0.5), 2)
    0.81
    """
    if seeds < 2:
        return 0.0
    if deviation == 0.0:
        return 1.0
    edge = stats.t.ppf(1.0 - LEVEL / 2, seeds - 1)
    away = abs(difference) / deviation * math.sqrt(seeds)
    above, below = stats.nct.sf(edge, seeds - 1, away), stats.nct.cdf(-edge, seeds - 1, away)
    return float(np.nan_to_num(above, nan=1.0) + np.nan_to_num(below, nan=0.0))  # SciPy has no number far out in the tails


def needed(deviation: float, difference: float, most: int = MOST) -> int:
    """The fewest seeds that see a difference with 80 % power, at least `FEWEST`, at most `most`. Raises ValueError.

    >>> needed(1.0, 0.5)
    34
    """
    if not difference > 0:
        raise ValueError("the smallest difference that matters must be above zero")
    low, high = FEWEST, max(FEWEST, most)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle, deviation, difference) >= POWER else (middle + 1, high)
    return low


def needed_for_share(share: float, half_width: float, most: int = MOST) -> int:
    """Seeds that give a share its 95 % interval of plus or minus `half_width` (normal approximation, Cochran 1977).

    >>> needed_for_share(0.5, 0.1)
    97
    """
    spread = max(share * (1.0 - share), 0.05)  # a pilot that shows none or all does not make the share certain
    seeds = math.ceil(stats.norm.ppf(1.0 - LEVEL / 2) ** 2 * spread / half_width**2)
    return min(max(seeds, FEWEST), most)


def argued(what: str, differences: np.ndarray, matters: float, unit: str, most: int = MOST) -> Argument:
    """The argument for one comparison from the differences that a pilot showed, seed by seed."""
    found = differences[np.isfinite(differences)]
    deviation = float(np.std(found, ddof=1)) if len(found) > 1 else math.inf
    seeds = max(FEWEST, most) if math.isinf(deviation) else needed(deviation, matters, most)
    return Argument(what, deviation, matters, unit, seeds)


def table(arguments: list[Argument]) -> pd.DataFrame:
    """The arguments as a table, the most demanding first."""
    rows = [vars(each) | {"power": POWER, "level": LEVEL} for each in arguments]
    return pd.DataFrame(rows).sort_values("needed", ascending=False, kind="stable").reset_index(drop=True)


def seeds_for(arguments: list[Argument]) -> int:
    """Seeds that serve every comparison."""
    return max((each.needed for each in arguments), default=FEWEST)


def in_words(arguments: list[Argument]) -> str:
    """One sentence for a report: how many seeds, and which comparison asked for them."""
    most = max(arguments, key=lambda each: each.needed)
    beyond = sum(each.needed >= MOST for each in arguments)
    short = f" {beyond} of {len(arguments)} comparisons would need more than {MOST}." if beyond else ""
    return (f"{seeds_for(arguments)} seeds: {most.what} varies by {most.deviation:.2g} {most.unit} between seeds, and a "
            f"difference of {most.matters:g} {most.unit} is to be seen with {POWER:.0%} power at the {LEVEL:.0%} level."
            f"{short}")  # fmt: skip
