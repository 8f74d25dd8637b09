"""Histories that need not be simulated: where a cause never acted, the world without it has the same history."""

from dataclasses import replace

from sim.records.record import Record
from sim.studies.attribution.factorial import Factorial
from sim.studies.engine import Job
from sim.studies.store import Result


class Twins:
    """Takes a history over from one world to another that has the same, or that was simulated along with it.

    Hears the results of a study as they come.
    """

    def __init__(self, factorial: Factorial) -> None:
        self.causes = factorial.causes
        self.name_of = {world: factorial.name(world) for world in factorial.worlds}
        self.world_of = {name: world for world, name in self.name_of.items()}
        self.known: dict[tuple[str, int], Record] = {}  # by the point it holds for and the seed

    def hears(self, result: Result) -> None:
        """A run has been made: it holds as well for the worlds without the causes that never acted in it."""
        if result.record is None:
            return
        world = self.world_of[result.point]
        self.known |= {(name, result.seed): record for name, record in result.record.along.items()}
        for place, cause in enumerate(self.causes):
            without = self.name_of.get(world ^ 1 << place)
            if world >> place & 1 and without and cause.acts and result.record.outcomes.get(cause.acts) == 0.0:
                self.known[without, result.seed] = replace(result.record, along={})

    def record_of(self, job: Job) -> Record | None:
        """The record of a run where it is known."""
        return self.known.pop((job.point, job.seed), None)
