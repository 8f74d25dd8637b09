"""Directories and files of results: claimed before they are written, written whole or not at all."""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


class OutputError(Exception):
    """Results cannot be written or read there; the message says why and what to do."""


def claim(directory: Path, mark: str, *, overwrite: bool = False) -> Path:
    """Make a directory ready for results, or refuse.

    An empty or new directory is taken. One that holds results (it has the file `mark`) needs `overwrite`;
    one that holds something else is never touched. Raises OutputError, also for a place one cannot write to.
    """
    if directory.exists() and not directory.is_dir():
        raise OutputError(f"{directory} is a file; choose another place with --output.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        held = sorted(path.name for path in directory.iterdir())
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise unwritable(directory, error) from error
    if held and mark not in held:
        raise OutputError(f"{directory} holds other things ({held[0]}); choose another place with --output.")
    if held and not overwrite:
        raise OutputError(
            f"{directory} holds results already; add --overwrite or choose another place with --output."
        )
    return directory


def unwritable(path: Path, error: OSError) -> OutputError:
    """The sentence for a place that cannot be written to."""
    reason = error.strerror or str(error)
    return OutputError(f"cannot write to {path}: {reason.lower()}; choose another place with --output.")


def write(path: Path, fill: Callable[[Path], Any]) -> Path:
    """Let `fill` write a temporary file, sync it and rename it to `path`: all of it or nothing.

    Raises OutputError when the disk refuses.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()
    return path


def write_text(path: Path, text: str) -> Path:
    """Write a text file in UTF-8 with `\\n` line ends, whole or not at all. Raises OutputError."""
    return write(path, lambda partial: partial.write_text(text, encoding="utf-8", newline="\n"))


def write_json(path: Path, value: Any) -> Path:
    """Write plain values as JSON; NaN stands as null. Raises OutputError."""
    return write_text(path, json.dumps(_without_nan(value), indent=2, ensure_ascii=False) + "\n")


def write_yaml(path: Path, value: Any) -> Path:
    """Write plain values as YAML in the order they stand. Raises OutputError."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # ten times as fast where it is there
    return write_text(path, yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=True, width=110))


def write_parquet(path: Path, table: Any) -> Path:
    """Write an Arrow table with zstd; the same table gives the same bytes. Raises OutputError."""
    import pyarrow.parquet as parquet

    return write(path, lambda partial: parquet.write_table(table, partial, compression="zstd"))


def _without_nan(value: Any) -> Any:
    """Nested plain values with None for what is no number."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and value != value else value
