"""Many runs: points × seeds become a directory with a manifest, whatever the question."""

from typing import Any

_HOMES = {
    "Design": "sim.studies.design",
    "Keep": "sim.studies.design",
    "Point": "sim.studies.design",
    "Study": "sim.studies.study",
    "open_study": "sim.studies.study",
    "run_study": "sim.studies.engine",
}

__all__ = ["Design", "Keep", "Point", "Study", "open_study", "run_study"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim.studies' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
