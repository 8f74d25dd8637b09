"""Histories that need not be simulated: where a cause never acted, the world without it has the same history."""

from sim.records.record import Record
from sim.studies.attribution.factorial import Factorial
from sim.studies.engine import Job
from sim.studies.store import Result


class Twins:
    """Takes a history from a world with a cause that never acted in it over to the world without.

    Hears the results of a study as they come; knows a run's record when the twin has been heard and its cause was idle.
    """

    def __init__(self, factorial: Factorial) -> None:
        self.causes = factorial.causes
        self.name_of = {world: factorial.name(world) for world in factorial.worlds}
        self.world_of = {name: world for world, name in self.name_of.items()}
        self.idle: dict[tuple[str, int], Record] = {}  # by the point it holds for and the seed
        self.taken = 0

    def hears(self, result: Result) -> None:
        """A run has been made: it holds as well for the worlds without the causes that never acted in it."""
        if result.record is None:
            return
        world = self.world_of[result.point]
        for place, cause in enumerate(self.causes):
            without = self.name_of.get(world ^ 1 << place)
            if world >> place & 1 and without and cause.acts and result.record.outcomes.get(cause.acts) == 0.0:
                self.idle[without, result.seed] = result.record

    def record_of(self, job: Job) -> Record | None:
        """The record of a run where a twin of it is known."""
        record = self.idle.pop((job.point, job.seed), None)
        self.taken += record is not None
        return record
