"""What a calibration leaves: the weighted sample, the trace of all rounds, how it came about, figures, and the defaults."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import paths
from sim.fitted import FILE
from sim.parameters import as_written
from sim.records import files, provenance
from sim.studies.calibration import priors, targets
from sim.studies.calibration.choosing import best_of
from sim.studies.calibration.posterior import MANIFEST, SAMPLE, TRACE, load_posterior
from sim.studies.calibration.procedure import posterior_weights
from sim.studies.calibration.rounds import POSTERIOR, RUN_OFF, Round

if TYPE_CHECKING:
    from sim.studies.calibration.procedure import Calibration


def publish(made: "Calibration", rounds: Sequence[Round]) -> list[Path]:
    """Write posterior.csv, trace.csv, calibration.yaml and the report into the directory. Raises OutputError."""
    posterior = next(each for each in rounds if each.kind == POSTERIOR)
    sample = _frame(made, posterior).assign(weight=posterior_weights(posterior))
    trace = pd.concat([_frame(made, each).assign(round=each.number, kind=each.kind) for each in rounds], ignore_index=True)
    front = ["point", *names(made), "weight", "distance", "seeds"]
    written = [
        _csv(made.directory / SAMPLE, sample[[*front, *_rest(sample, front)]]),
        _csv(made.directory / TRACE, trace[["round", "kind", *(f for f in front if f != "weight"), *_rest(trace, front)]]),
        files.write_yaml(made.directory / MANIFEST, manifest(made, rounds)),
    ]
    from sim.report.calibration import calibration_report

    return [*written, *calibration_report(load_posterior(made.directory), trace, made.directory)]


def _rest(frame: pd.DataFrame, front: Sequence[str]) -> list[str]:
    return [name for name in frame if name not in {*front, "round", "kind"}]


def _csv(path: Path, frame: pd.DataFrame) -> Path:
    return files.write_text(path, frame.to_csv(index=False, lineterminator="\n", float_format="%.8g"))


def names(made: "Calibration") -> list[str]:
    """The calibrated parameters by dotted name."""
    return [told.name for told in made.parameters]


def _frame(made: "Calibration", each: Round) -> pd.DataFrame:
    """A round as a table: point, parameters, distance, seeds, every statistic, and how far each pattern is away."""
    values = priors.values(each.places, made.parameters)
    frame = pd.DataFrame(values, columns=names(made)).assign(point=list(each.values.index), seeds=each.seeds)
    off = targets.away(each.values).add_prefix("away.").reset_index(drop=True)
    if each.passed is not None:
        frame["passed"] = each.passed.sum(axis=1).to_numpy()
        off = pd.concat([off, each.passed.add_prefix("passes.").reset_index(drop=True).astype(int)], axis=1)
    frame["distance"] = targets.distances(each.values)
    return pd.concat([frame, each.values.reset_index(drop=True), off], axis=1)


def manifest(made: "Calibration", rounds: Sequence[Round]) -> dict[str, Any]:
    """What calibration.yaml tells."""
    last, which = best_of(rounds)
    chosen = priors.values(last.places[which : which + 1], made.parameters)[0]
    first = made.procedure.first_seed
    from sim.configuration import compose, resolved

    return {
        "parameters": {told.name: _prior(told) for told in made.parameters},
        "procedure": {**asdict(made.procedure), "runs": made.procedure.runs, "overrides": list(made.overrides)},
        "seeds": {"first": first, "last": first + max(each.seeds for each in rounds if each.kind != RUN_OFF) - 1},
        "rounds": [_told(each) for each in rounds],
        "inputs": provenance.inputs(resolved(compose(made.overrides))) | inputs(made.parameters),
        "versions": provenance.versions(),
        "commit": provenance.commit(),
        "command": provenance.command("calibrate", made.overrides),
        "best": {name: float(f"{value:.6g}") for name, value in zip(names(made), chosen, strict=True)},
    }


def inputs(parameters: Sequence[Any]) -> dict[str, str]:
    """Hashes of what a calibration aims at and chooses from: it says nothing of a world with other ones."""
    aims = [[told.statistic, told.aim, told.half, told.side, told.weight] for told in targets.targets()]
    return {"aims": provenance.hash_of(aims), "priors": provenance.hash_of({told.name: _prior(told) for told in parameters})}


def _prior(told: Any) -> dict[str, Any]:
    return {"low": told.prior.low, "high": told.prior.high, "scale": told.prior.scale, "reason": told.prior.because}


def _told(each: Round) -> dict[str, Any]:
    off = targets.distances(each.values)
    return {"kind": each.kind, "points": len(off), "seeds": each.seeds, "median_distance": float(f"{np.median(off):.4g}"),
            "least_distance": float(f"{off.min():.4g}")}  # fmt: skip


def write_defaults(directory: str | Path, place: Path | None = None) -> Path:
    """Make the best point of a finished calibration the shipped defaults: write `sim/data/fitted.csv` anew.

    Parameters that were not calibrated keep their value. Raises OutputError when there is no finished calibration.
    """
    from sim.fitted import defaults

    chosen = defaults() | {name: float(value) for name, value in load_posterior(directory).manifest["best"].items()}
    lines = ["parameter,value", *(f"{name},{as_written(value)}" for name, value in chosen.items())]
    return files.write_text(place or Path(paths.data(FILE)), "\n".join(lines) + "\n")
