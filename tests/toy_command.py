"""A study of toy histories as a command of its own, so that tests can break it off; says a line for each run made.

python toy_command.py DIRECTORY SEEDS PROCESSES [BYTES RUNS]: no file may become larger than BYTES, a part has so many RUNS.
"""

import sys
from pathlib import Path

import toy_histories as toy

from sim.records.files import OutputError
from sim.studies import Design, Point, run_study


def design(seeds: int, place: Path) -> Design:
    """Two points whose runs take some milliseconds."""
    return Design((Point("flat", ("slope=0", f"place={place}")), Point("steep", ("slope=2", f"place={place}"))), range(seeds))


def main() -> int:
    """Make the study, or what is missing of it; 0 complete, 3 broken off by Ctrl-C, 4 no space left."""
    directory, seeds, processes = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    if len(sys.argv) > 4:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
    try:
        study = run_study(
            design(seeds, directory.parent), directory, processes=processes, simulate=toy.slow, compose=toy.compose,
            progress=lambda made, total, failed: print(made, flush=True), notice=lambda words: print(words, flush=True),
        )  # fmt: skip
    except OutputError as full:
        print(full, file=sys.stderr)
        return 4
    return 0 if study.complete else 3


if __name__ == "__main__":
    from sim.studies import engine

    many = int(sys.argv[5]) if len(sys.argv) > 5 else 4
    engine.RUNS_IN_A_PART, engine.SECONDS_OF_A_PART, engine.MOST_IN_A_PART = many, 0.0, {True: many, False: many}
    sys.exit(main())
