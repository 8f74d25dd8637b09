"""Designs and other alternatives in the same worlds, seed by seed."""

from sim.studies.comparison.alternatives import Alternatives, from_charters, from_file
from sim.studies.comparison.compare import Comparison, compare

__all__ = ["Alternatives", "Comparison", "compare", "from_charters", "from_file"]
