"""Where results come from: versions, commit and the hash of everything that went in."""

import hashlib
import json
import platform
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.version import version

SCHEMA_VERSION = 1
"""Raised when the files of a run or study change their shape."""

_LIBRARIES = ("mesa", "numpy", "scipy", "pandas", "pyarrow", "networkx", "hydra-core", "omegaconf")


def versions() -> dict[str, str]:
    """The versions of Python, the package and the libraries that results depend on."""
    found = {"python": platform.python_version(), "sim": version()}
    for library in _LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            found[library] = "missing"
    return found


def inputs(settings: Mapping[str, Any]) -> dict[str, str]:
    """Hashes of what determines a result beside the seed: resolved settings, data files, code."""
    own = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in _own_files(settings)}
    data = hash_of([data_hash(), own]) if own else data_hash()
    return {"settings": hash_of(settings), "data": data, "code": code_hash(_package())}


def _own_files(settings: Any) -> Iterator[Path]:
    """The data files of one's own that settings name by their absolute paths."""
    if isinstance(settings, str):
        path = Path(settings)
        if path.is_absolute() and path.is_file():
            yield path
    elif isinstance(settings, Mapping):
        for value in settings.values():
            yield from _own_files(value)
    elif isinstance(settings, (list, tuple)):
        for value in settings:
            yield from _own_files(value)


def hash_of(value: Any) -> str:
    """SHA-256 of plain values, whatever the order of their keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def data_hash() -> str:
    """SHA-256 over the data files of the package."""
    folder = _package() / "data"
    return _hash_of_files(folder, (path for path in folder.rglob("*") if path.is_file()))


@cache
def code_hash(package: Path) -> str:
    """SHA-256 over the Python files of a package; line ends do not count."""
    return _hash_of_files(package, package.rglob("*.py"))


@cache
def commit() -> str | None:
    """The git commit the package comes from (`+changes` when the tree differs), or None when it is not known.

    An installed copy is traced only to a repository around it that holds the very same code.
    """
    top = _git(_package(), "rev-parse", "--show-toplevel")
    if not top or code_hash(Path(top) / "sim") != code_hash(_package()):
        return None
    head = _git(Path(top), "rev-parse", "HEAD")
    changed = _git(Path(top), "status", "--porcelain", "--", "sim", "configs")
    return f"{head}+changes" if head and changed else head or None


def command(verb: str, overrides: Sequence[str], **flags: Any) -> str:
    """The command that repeats something: `consortium run funding=constant --seed 7`."""
    told = [f"--{name} {value}" for name, value in flags.items() if value is not None]
    return " ".join(["consortium", verb, *(shlex.quote(each) for each in overrides), *told])


def _package() -> Path:
    return Path(__file__).resolve().parent.parent


def _hash_of_files(folder: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _git(folder: Path, *words: str) -> str:
    """What git says, or nothing when there is no git or no repository."""
    try:
        said = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, encoding="utf-8", timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""
