"""What a run leaves: series, events, stages, outcomes, and the files they are kept in."""

from typing import Any

__all__ = ["Run", "open_run"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'sim.records' has no attribute {name!r}")
    from sim.records import run

    return getattr(run, name)
