"""What to run: Hydra overrides become one checked `Settings`.

`group=choice` picks a file of `configs/`, `group.name=value` sets one declared number. Whatever nobody reads,
has the wrong type or is out of range is refused with a `SettingError` that says what to write.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import paths
from sim.composer import NO_GROUPS, Composed, Composer
from sim.parameters import SettingError, validate

if TYPE_CHECKING:
    from sim.settings import Settings

__all__ = ["Composed", "choices", "compose", "composed", "given", "groups", "resolved"]


def compose(overrides: Sequence[str] = (), *, configs: Path | None = None) -> "Settings":
    """The settings after `overrides`; the same from any folder and any number of times.

    `configs` is a folder of one's own with further choices (`charter/mine.yaml`). Raises SettingError.
    """
    return composed(overrides, configs=configs).settings


def composed(overrides: Sequence[str] = (), *, configs: Path | None = None) -> Composed:
    """As `compose`, and beside the settings the choices of the groups. Raises SettingError."""
    return _composer(*_folders(configs), state=_state(configs)).compose(overrides)


def given(what: Any, *, configs: Path | None = None) -> Composed:
    """What `simulate` accepts, checked: overrides, ready settings or a `Composed`. Raises SettingError."""
    if isinstance(what, Composed):
        return what
    if dataclasses.is_dataclass(what):
        validate(what)
        return Composed(what)
    return composed([what] if isinstance(what, str) else what, configs=configs)


def resolved(settings: Any) -> dict[str, Any]:
    """All settings as nested dictionaries of plain values, as `run.yaml` keeps them."""
    return dataclasses.asdict(settings)


def groups(*, configs: Path | None = None) -> list[str]:
    """The groups that offer choices."""
    return sorted({file.parent.name for file in _files(configs)} - set(NO_GROUPS))


def choices(group: str, *, configs: Path | None = None) -> dict[str, Path]:
    """The choices a group offers, by name, each with its file; one's own stand before the shipped ones."""
    return {file.stem: file for file in _files(configs) if file.parent.name == group}


def _folders(configs: Path | None) -> tuple[Path, ...]:
    """The shipped folder and one's own. Raises SettingError when the latter is not there."""
    if configs is not None and not configs.is_dir():
        raise SettingError(
            f"there is no folder of configs at {configs}; give one that holds group/choice.yaml."
        )
    return (paths.configs(), *([configs] if configs is not None else []))


def _files(configs: Path | None) -> Iterator[Path]:
    for folder in _folders(configs):
        yield from sorted(folder.glob("*/*.yaml"))


def _state(configs: Path | None) -> tuple[tuple[str, int], ...]:
    """The files and when they were written: what has been read is read again when one changes."""
    roots = (folder / "config.yaml" for folder in _folders(configs))
    files = [*(root for root in roots if root.is_file()), *_files(configs)]
    return tuple((str(file), file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=4)
def _composer(*folders: Path, state: tuple[tuple[str, int], ...]) -> Composer:
    from sim.settings import Settings

    return Composer(Settings, *folders)
