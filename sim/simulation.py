"""One history from Python: `simulate(["funding=constant"], seed=7)`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.configuration import given

if TYPE_CHECKING:
    from sim.configuration import Composed
    from sim.records.run import Run
    from sim.settings import Settings


def simulate(
    overrides: "Sequence[str] | Settings | Composed" = (),
    *,
    seed: int = 7,
    progress: Callable[[int, int], Any] | None = None,
    configs: Path | None = None,
) -> "Run":
    """Simulate one history and return what it left.

    `overrides` are `group=choice` and `group.name=value`, or ready `Settings`. `progress` is told (months
    done, months in all). `configs` is a folder of further choices. Raises SettingError.
    """
    from sim.model import ConsortiumModel
    from sim.records.run import Run

    composed = given(overrides, configs=configs)
    model = ConsortiumModel(composed.settings, seed)
    model.run(progress=progress)
    return Run.of(model, composed)
