"""Calibration: which parameters the *fit* patterns allow, by a stated procedure, as a weighted sample."""

from typing import Any

_HOMES = {
    "Calibration": "sim.studies.calibration.procedure",
    "Posterior": "sim.studies.calibration.posterior",
    "Procedure": "sim.studies.calibration.procedure",
    "calibrate": "sim.studies.calibration.procedure",
    "load_posterior": "sim.studies.calibration.posterior",
    "write_defaults": "sim.studies.calibration.publish",
}

__all__ = ["Calibration", "Posterior", "Procedure", "calibrate", "load_posterior", "write_defaults"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim.studies.calibration' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
