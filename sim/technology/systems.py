"""The recording systems: physical limits, years of first publication, what each takes over from its parent."""

from functools import cache

import numpy as np

from sim.compiled import compiled
from sim.drivers import column, table
from sim.population import DISK, FUNCTIONS, MEDIA

FILE = "systems.csv"


class Systems:
    """The table of recording systems as arrays; S systems, F functions."""

    def __init__(self) -> None:
        rows = table(FILE)
        self.names = [row["system"] for row in rows]
        self.labels = [row["label"] for row in rows]
        self.medium = np.array([MEDIA.index(row["medium"]) for row in rows])
        self.of_medium = np.array([self.medium == medium for medium in range(len(MEDIA))], dtype=float)  # M × S, one or zero
        self.is_disk = self.medium == DISK
        self.disk = self.is_disk.tolist()
        self.limit = column(FILE, "limit_gb_in2")  # Gb/in2
        self.log_range = column(FILE, "log_range")  # natural logs of density from know-how 0 to the limit
        self.ease = column(FILE, "ease_per_year")  # know-how a year at full effort
        self.year_published = column(FILE, "published")
        self.parent = np.array([self.names.index(row["parent"]) if row["parent"] else -1 for row in rows])
        self.takes_over = np.stack([column(FILE, name) for name in FUNCTIONS], axis=1)  # S × F, share of the parent's
        self.known_first = np.stack([column(FILE, f"first_{name}") for name in FUNCTIONS], axis=1)  # S × F

    def __len__(self) -> int:
        return len(self.names)

    def number(self, name: str) -> int:
        """The row of a system."""
        return self.names.index(name)


@cache
def systems() -> Systems:
    """The one table of systems."""
    return Systems()


def readiness(know_how: np.ndarray, exponent: float) -> np.ndarray:
    """How ready a system is: constant elasticity of substitution over its functions (last axis).

    The elasticity is 1 / (1 - exponent): far below one, so the weakest function holds the system back.

    >>> float(readiness(np.array([0.9, 0.9, 0.9, 0.9, 0.3]), -4.0).round(4))
    0.4432
    """
    cells = know_how.reshape(-1, know_how.shape[-1])
    result = np.empty(len(cells))
    ready(cells, exponent, result)
    return result.reshape(know_how.shape[:-1])


@compiled
def ready(know_how, exponent, result):
    """Readiness row by row, into `result`: know-how is rows × functions."""
    for row in range(len(know_how)):
        result[row] = ready_for(know_how[row], exponent)


@compiled
def ready_for(known, exponent):
    """Readiness of one system from its functions."""
    total = 0.0
    for function in range(len(known)):
        floor = max(known[function], 1e-3)
        if exponent == -4.0:  # the default, without the general power
            square = floor * floor
            total += 1.0 / (square * square)
        elif exponent == -1.0:
            total += 1.0 / floor
        else:
            total += floor**exponent
    mean = total / len(known)
    if exponent == -1.0:
        return 1.0 / mean
    return 1.0 / np.sqrt(np.sqrt(mean)) if exponent == -4.0 else mean ** (1.0 / exponent)


@compiled
def ready_in(know_how, who, exponent, result):
    """Readiness of every system to the firms in `who`, into `result`; `know_how` is firms × S × F."""
    for place in range(len(who)):
        for system in range(result.shape[1]):
            result[place, system] = ready_for(know_how[who[place], system], exponent)


@compiled
def how_far(best, sold, average_density, limit, log_range, is_disk, best_ready, far):
    """Which systems are far, from the best know-how in every cell: a disk system not yet sold whose density would lie below
    one and a half of what is sold on average, another that is not nearly ready; into `best_ready` and `far`."""  # fmt: skip
    for system in range(len(limit)):
        best_ready[system] = ready_for(best[system], -1.0)
        density = attainable_density(best_ready[system], limit[system], log_range[system])
        far[system] = not sold[system] and density < 1.5 * average_density if is_disk[system] else best_ready[system] < 0.6


@compiled
def densities(know_how, who, exponent, limit, log_range, result):
    """Density (Gb/in2) that each firm in `who` could make with each system, into `result`; `know_how` is firms × S × F."""
    for place in range(len(who)):
        for system in range(len(limit)):
            result[place, system] = attainable_density(ready_for(know_how[who[place], system], exponent), limit[system],
                                                       log_range[system])  # fmt: skip


@compiled
def highest_disk_density(know_how, exponent, limit, log_range, published, is_disk):
    """The highest density (Gb/in2) that know-how, S × F, gives with any published disk system."""
    highest = 0.0
    for system in range(len(limit)):
        if published[system] and is_disk[system]:
            highest = max(highest, attainable_density(ready_for(know_how[system], exponent), limit[system], log_range[system]))
    return highest


@compiled
def attainable_density(ready, limit, log_range):
    """Areal density (Gb/in2) that a system allows: its limit, less in logs as it is less ready.

    >>> round(float(attainable_density(0.75, 1200.0, 11.0)), 2)
    76.71
    """
    return limit * np.exp(-log_range * (1.0 - ready))
