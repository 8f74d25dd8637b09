"""Analyses over a study: what moves an outcome, where something happens, which alternative is robust.

Each takes the directory of a study (or the study, or frames), refuses what would silently be wrong, and gives an answer
with `.table`, `.figure()`, `.words()` and `.save()`.
"""

from typing import Any

_HOMES = {
    "CONDITIONS": "sim.studies.analysis.discovery",
    "Cases": "sim.studies.analysis.cases",
    "Discovery": "sim.studies.analysis.discovery",
    "Robustness": "sim.studies.analysis.robustness_analysis",
    "Sensitivity": "sim.studies.analysis.sensitivity_analysis",
    "discover": "sim.studies.analysis.discovery",
    "robustness": "sim.studies.analysis.robustness_analysis",
    "sensitivity": "sim.studies.analysis.sensitivity_analysis",
}

__all__ = ["CONDITIONS", "Cases", "Discovery", "Robustness", "Sensitivity", "discover", "robustness", "sensitivity"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim.studies.analysis' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
