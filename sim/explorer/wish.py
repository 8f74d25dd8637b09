"""What a page asks for: settings and a seed, checked. Nothing typed reaches a shell, a path or another program."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sim.configuration import Composed, composed
from sim.explorer.controls import CONTROLS, LONGEST_YEARS, effective, may_be_set
from sim.parameters import SettingError, did_you_mean
from sim.records import provenance

DEFAULT_SEED = 7
LARGEST_SEED = 2**31 - 1
MOST_SETTINGS = 40
_VALUE = re.compile(r"[A-Za-z0-9_.,+\-\[\] ]{1,80}")
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,80}")
_composing = threading.Lock()
"""Hydra keeps one state for the whole process."""


@dataclass(frozen=True)
class Wish:
    """A history that can be run: what is changed against the defaults, the seed, and the settings that come of it."""

    changed: dict[str, str]
    seed: int
    composed: Composed
    key: str

    @property
    def overrides(self) -> list[str]:
        """As they are written on the command line."""
        return [f"{name}={value}" for name, value in self.changed.items()]

    @property
    def command(self) -> str:
        """The command that makes the same history."""
        return provenance.command("run", self.overrides, seed=self.seed)

    @property
    def query(self) -> str:
        """The part of a link that brings the page back to it."""
        return urlencode({**self.changed, "seed": self.seed})

    @property
    def standing(self) -> dict[str, str]:
        """What every control stands at, whoever set it."""
        return effective(self.composed.settings, dict(self.composed.choices))


@dataclass
class Refused(Exception):
    """A wish that cannot be granted: a sentence for each name (`seed` and empty for the whole among them)."""

    sentences: dict[str, str] = field(default_factory=dict)


def read(asked: Mapping[str, Any] | None) -> Wish:
    """The wish in what a page sent: `settings` name → text, `seed`. Raises Refused."""
    asked = asked or {}
    sentences: dict[str, str] = {}
    seed = _noted(sentences, "seed", _seed, asked.get("seed", DEFAULT_SEED))
    told = asked.get("settings") or {}
    if not isinstance(told, Mapping) or len(told) > MOST_SETTINGS:
        raise Refused({"": f"At most {MOST_SETTINGS} settings can be changed at once."})
    changed = {}
    for name, value in told.items():
        text = _noted(sentences, str(name), _setting, str(name), str(value).strip())
        if text is not None:
            changed[str(name)] = text
    if sentences or seed is None:
        raise Refused(sentences)
    what = _composed(changed)
    return Wish(changed, seed, what, provenance.hash_of([provenance.inputs(_plain(what)), seed])[:24])


def _noted(sentences: dict[str, str], name: str, check: Any, *what: Any) -> Any:
    """The checked value, or None with the objection noted."""
    try:
        return check(*what)
    except SettingError as error:
        sentences[name] = str(error)
        return None


def _seed(value: Any) -> int:
    """A seed. Raises SettingError."""
    text = str(value).strip()
    if not re.fullmatch(r"\d{1,10}", text) or int(text) > LARGEST_SEED:
        raise SettingError(f"seed={text[:40]} is not a whole number from 0 to {LARGEST_SEED}: the seed of every random "
                           f"decision. Write for example {DEFAULT_SEED}.")  # fmt: skip
    return int(text)


def _setting(name: str, value: str) -> str:
    """The value of one setting if it stands alone. Raises SettingError."""
    if name not in may_be_set():
        raise SettingError(_no_setting(name))
    if not _VALUE.fullmatch(value):
        raise SettingError(_composed_objection(name, value))
    what = _compose([f"{name}={value}"])
    if name == "horizon.years" and what.settings.horizon.years > LONGEST_YEARS:
        raise SettingError(f"{name}={value}: the page plays at most {LONGEST_YEARS} years; the command line runs longer ones.")
    return value


def _no_setting(name: str) -> str:
    shown = name[:60]
    if not _NAME.fullmatch(name):
        return f"{shown!r} is no setting: write name=value, for example charter.fee_factor=2."
    try:
        _compose([f"{name}=0"])
    except SettingError as error:
        if "is no setting" in str(error):
            return f"{shown} is no setting.{did_you_mean(name, may_be_set())}"
    return f"{shown} cannot be set here: it names a file, a list or a label. Use the command line: consortium run {shown}=…"


def _composed_objection(name: str, value: str) -> str:
    """What is wrong with a value that no setting takes, in the sentence of the setting itself."""
    if any(control.name == name and not control.step for control in CONTROLS):
        from sim.configuration import choices

        return f"{name}={value[:40]!r} is no choice; write one of: {', '.join(choices(name))}."
    from sim.explorer.controls import declarations
    from sim.parameters import as_written

    told = declarations()[name]
    unit = f" ({told.unit})" if told.unit else ""
    shown = value[:40] or "nothing"
    example = as_written(told.default)
    return f"{name}: {shown!r} cannot be read. It is: {told.meaning}{unit}, allowed {told.range}. Write for example {example}."


def _composed(changed: Mapping[str, str]) -> Composed:
    """All of it together. Raises Refused: each part may stand alone and the whole contradict itself."""
    try:
        return _compose([f"{name}={value}" for name, value in changed.items()])
    except SettingError as error:
        raise Refused({"": str(error)}) from error


def _compose(overrides: list[str]) -> Composed:
    with _composing:
        return composed(overrides)


def _plain(what: Composed) -> dict[str, Any]:
    from sim.configuration import resolved

    return resolved(what.settings)
