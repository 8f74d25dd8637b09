"""Storage research consortia as they come out of the decisions of firms, universities and governments.

The package is lazy: `import sim` costs nothing until a name is asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.firm import Firm
    from sim.model import ConsortiumModel
    from sim.records.run import Run, open_run
    from sim.simulation import simulate
    from sim.studies.study import Study, open_study
    from sim.studies.sweep import sweep

_HOMES = {
    "ConsortiumModel": "sim.model",
    "Firm": "sim.firm",
    "Run": "sim.records.run",
    "open_run": "sim.records.run",
    "simulate": "sim.simulation",
    "Study": "sim.studies.study",
    "open_study": "sim.studies.study",
    "sweep": "sim.studies.sweep",
}

__all__ = ["ConsortiumModel", "Firm", "Run", "Study", "open_run", "open_study", "simulate", "sweep"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name == "__version__":
        from sim.version import version

        return version()
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
