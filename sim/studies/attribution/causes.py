"""Causes: what may be taken away from a world by configuration, and how it is written down."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.parameters import SettingError, did_you_mean
from sim.paths import data
from sim.records.outcomes import OUTCOMES

MOST = 10
"""More causes than this make more worlds (2 to the power of their number) than anybody should wait for."""

_KEYS = ("label", "with", "without", "needs", "acts", "source")
_FORM = "Write for example `my_cause: {without: [flash=none]}`"


@dataclass(frozen=True)
class Cause:
    """One cause: the overrides of worlds in which it is at work, and of those in which it is taken away."""

    name: str
    label: str
    absent: tuple[str, ...]
    present: tuple[str, ...] = ()
    needs: str = ""
    """Another cause without which this one has nothing to act on: both worlds are then one and the same."""
    acts: str = ""
    """An outcome that is zero in a history only if the cause never acted in it: the world without it then has the same one."""
    source: str = ""

    def overrides(self, at_work: bool) -> tuple[str, ...]:
        """The overrides of a world with or without it."""
        return self.present if at_work else self.absent

    @property
    def keys(self) -> set[str]:
        """The settings it takes hold of."""
        return {each.partition("=")[0] for each in (*self.present, *self.absent)}


@cache
def shipped() -> tuple[Cause, ...]:
    """The six causes of the paper, in the order of its history."""
    return read(data("causes.yaml"))


def read(path: Path) -> tuple[Cause, ...]:
    """The causes of a file of one's own. Raises SettingError with the name of what is wrong in it."""
    import yaml

    try:
        held = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise SettingError(f"{path} cannot be read as a file of causes: {said}. {_FORM}.") from error
    if not isinstance(held, Mapping) or not held:
        raise SettingError(f"{path} holds no causes. {_FORM}.")
    return tuple(_cause(str(name), told) for name, told in held.items())


def _cause(name: str, told: Any) -> Cause:
    """One entry of the file. Raises SettingError."""
    if not isinstance(told, Mapping):
        raise SettingError(f"cause {name}: {told!r} does not say what takes it away. {_FORM}.")
    unknown = next((str(key) for key in told if key not in _KEYS), None)
    if unknown is not None:
        raise SettingError(f"cause {name}: nobody reads {unknown}.{did_you_mean(unknown, _KEYS)} Known are {', '.join(_KEYS)}.")
    if not name.replace("_", "").isalnum():
        raise SettingError(f"cause {name}: write its name with letters, digits and _, and what people say as its label.")
    absent, present = (_overrides(name, key, told.get(key, [])) for key in ("without", "with"))
    if not absent:
        raise SettingError(f"cause {name}: `without` is missing, the overrides of a world in which it is not. {_FORM}.")
    label = str(told.get("label", name.replace("_", " ")))
    acts = str(told.get("acts", ""))
    if acts and acts not in OUTCOMES:
        raise SettingError(f"cause {name}: acts names {acts}, which is no outcome.{did_you_mean(acts, OUTCOMES)}")
    return Cause(name, label, absent, present, str(told.get("needs", "")), acts, str(told.get("source", "")))


def _overrides(name: str, key: str, told: Any) -> tuple[str, ...]:
    """A list of overrides, or one alone. Raises SettingError."""
    listed = [told] if isinstance(told, str) else told
    if not isinstance(listed, list) or not all(isinstance(each, str) and "=" in each for each in listed):
        raise SettingError(f"cause {name}: {key} is a list of overrides such as [flash=none, merger.rule=blocked].")
    return tuple(listed)


def chosen(names: Sequence[str] = (), file: Path | None = None) -> tuple[Cause, ...]:
    """The causes of these names, of one's own file and the shipped ones; without names all of the file, else the six.

    A cause of the file stands before a shipped one of its name. Raises SettingError.
    """
    own = read(file) if file is not None else ()
    known = {cause.name: cause for cause in (*shipped(), *own)}
    picked = [_known(name, known) for name in names] or list(own or shipped())
    _refuse(picked, known)
    return tuple(picked)


def _known(name: str, known: Mapping[str, Cause]) -> Cause:
    if name not in known:
        raise SettingError(f"there is no cause {name}.{did_you_mean(name, known)} Known are {', '.join(known)}.")
    return known[name]


def _refuse(causes: Sequence[Cause], known: Iterable[str]) -> None:
    """Refuse causes that cannot be crossed. Raises SettingError."""
    names = [cause.name for cause in causes]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SettingError(f"the cause {twice} is named twice; name each once.")
    if len(causes) > MOST:
        raise SettingError(f"{len(causes)} causes make {2 ** len(causes)} worlds; cross at most {MOST} at a time.")
    for cause in causes:
        if cause.needs and cause.needs not in known:
            raise SettingError(f"cause {cause.name} needs {cause.needs}, which is no cause.{did_you_mean(cause.needs, known)}")
        for other in causes[: causes.index(cause)]:
            shared = sorted(cause.keys & other.keys)
            if shared:
                raise SettingError(f"{other.name} and {cause.name} both set {shared[0]}: worlds with one and without the other "
                                   "cannot be told apart. Leave out one of the two.")  # fmt: skip


def refuse_settled(causes: Sequence[Cause], overrides: Sequence[str], compose: Callable[[Sequence[str]], Any]) -> None:
    """Refuse causes that the overrides of all worlds settle already, or that change no setting. Raises SettingError."""
    settled = {each.partition("=")[0]: each for each in overrides}
    for cause in causes:
        key = next((key for key in sorted(cause.keys) if key in settled), None)
        if key is not None:
            raise SettingError(f"{settled[key]} holds in all worlds, and the cause {cause.name} turns {key}: "
                               f"leave out the override, or the cause.")  # fmt: skip
        if compose([*overrides, *cause.absent]) == compose([*overrides, *cause.present]):
            raise SettingError(f"the cause {cause.name} takes nothing away: the settings with and without it are the same.")
