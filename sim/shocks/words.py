"""What the user imposed on a run, in words: for run.yaml, the report and the page."""

from collections.abc import Mapping
from typing import Any

from sim.regimes import Period
from sim.shocks.declared import Shock


def imposed(settings: Mapping[str, Any]) -> list[str]:
    """Regimes put in force, paths of the user's own and shocks, a sentence each, from settings as `run.yaml` holds them."""
    funding, shocks = settings.get("funding", {}), settings.get("shocks", {})
    own = [f"public money follows the path in {funding['path_file']}"] if funding.get("path_file") else []
    periods = [f"public money: {Period(**told).in_words()}" for told in funding.get("periods", ())]
    return own + periods + [Shock(**told).in_words() for told in shocks.get("list", ())]
