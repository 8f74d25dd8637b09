"""Where a study comes from, as its manifest keeps it: settings, machine, the command to repeat it, a citation."""

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.studies.plan import Plan


def origin(plan: "Plan", command: str | None, executor: str) -> dict[str, Any]:
    """What the manifest tells beside design, versions and commit; of several sessions, the last."""
    from sim.configuration import resolved
    from sim.version import version

    bases = [{"overrides": list(overrides), "settings": resolved(plan.bases[place])} for overrides, place in plan.place.items()]
    return {
        "command": command or "sim.studies.run_study(design, directory): the points are in points.parquet",
        "citation": f"Storage consortium simulator, version {version()} (CITATION.cff), with commit and hash of the design.",
        "executor": executor,
        "machine": machine(),
        "bases": bases,
    }


def machine() -> dict[str, Any]:
    """Processor, cores and system of the machine that leads the study; no name of it."""
    from sim.studies.workers import processors

    return {
        "processor": _processor(), "cores": os.cpu_count(), "cores_to_use": processors(), "system": platform.system(),
        "architecture": platform.machine(),
    }  # fmt: skip


def _processor() -> str:
    """The model of the processor, where the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "not known"
