"""How settings are composed: one schema, folders of choices, overrides; every objection in words."""

import copy
import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.parameters import Declaration, SettingError, as_written, declared, did_you_mean, validate

ROOT = "config"
SCHEMA = "schema"
NO_GROUPS = ("sweep",)
"""Folders of configs whose files are no choices of a run: designs of many."""
_GRAMMAR = "Lists are written [a,b]; a text with commas, brackets or blanks stands in quotation marks within the word"
_PLAIN = {
    r"Value '(.*)' of type '\w+' could not be converted to Integer": "{} is not a whole number",
    r"Value '(.*)' of type '\w+' could not be converted to Float": "{} is not a number",
    r"Value '(.*)' is not a valid bool": "{} is not true or false",
    r"(?:is not a ListConfig, list or tuple)": "what is given is not a list",
}
"""What OmegaConf says, and what is said instead."""


@dataclass(frozen=True)
class Composed:
    """Checked settings and how they came about: the choice of each group and the overrides as written."""

    settings: Any
    choices: Mapping[str, str] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()


class Composer:
    """Composes one schema from one folder of configs and, if given, a further folder of the user's own."""

    def __init__(self, schema: type, folder: Path, *further: Path) -> None:
        self.schema = schema
        self.folders = [path.resolve() for path in (folder, *further)]
        self._bases: dict[tuple[str, ...], tuple[Any, dict[str, str]]] = {}

    @cached_property
    def names(self) -> dict[str, Declaration]:
        """The declared settings by dotted name."""
        return {told.name: told for told in declared(self.schema)}

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """The choices of each group: its folder's files."""
        found: dict[str, set[str]] = {}
        for folder in self.folders:
            for file in (each for each in folder.glob("*/*.yaml") if each.parent.name not in NO_GROUPS):
                found.setdefault(file.parent.name, set()).add(file.stem)
        return {name: sorted(choices) for name, choices in sorted(found.items())}

    def compose(self, overrides: Sequence[str] = ()) -> Composed:
        """Checked settings after `overrides`. Raises SettingError."""
        for override in overrides:
            self.refuse(override)
        picks = tuple(override for override in overrides if self._is_choice(override.partition("=")[0]))
        config, choices = self._base(picks)
        settings = self._with_values(config, [each for each in overrides if each not in picks])
        validate(settings)
        return Composed(settings, dict(choices), tuple(overrides))

    def _base(self, picks: tuple[str, ...]) -> tuple[Any, dict[str, str]]:
        """The config after the choices of groups alone, composed by Hydra once, and the choices."""
        from omegaconf import open_dict

        if picks not in self._bases:
            config = self._composed_by_hydra(list(picks))
            with open_dict(config):  # the schema itself is what Hydra filled: no second merge into it
                chosen = config.pop("hydra").runtime.choices.items()
            self._bases[picks] = config, {group: pick for group, pick in chosen if self._is_choice(group)}
        return self._bases[picks]

    def refuse(self, override: str) -> None:
        """Refuse one override that nobody would read. Raises SettingError."""
        key, sign, value = override.partition("=")
        if override[:1] in ("+", "~") or not sign or not key:
            raise SettingError(self._badly_written(override))
        if self._is_choice(key):
            self._refuse_choice(key.partition("@")[0], value)
        elif not self._is_setting(key):
            known = [*self.names, *self.groups]
            hint = did_you_mean(key, known) or " See `consortium list parameters`."
            raise SettingError(f"{key} is no setting: nobody reads it.{hint}")

    def _badly_written(self, override: str) -> str:
        bare = override.lstrip("+~").partition("=")[0]
        if override[:1] in ("+", "~"):
            return f"{override}: settings can be changed, not added or removed; write {bare}=value."
        return f"{override} is not an override: write group=choice or group.name=value."

    def _refuse_choice(self, group: str, choice: str) -> None:
        choices = self.groups[group]
        if choice.strip("'\"") not in choices:
            raise SettingError(
                f"{group}={choice} is no choice of {group}; write one of: {', '.join(choices)}."
            )

    def _is_choice(self, key: str) -> bool:
        """Whether a key names a group, or a group for another part: `charter@sister_charter`."""
        group, at, part = key.partition("@")
        parts = {field.name for field in dataclasses.fields(self.schema)}
        return group in self.groups and (not at or part in parts)

    def _is_setting(self, key: str) -> bool:
        """Whether a key names a declared setting or a part that holds some."""
        return any(name == key or name.startswith((f"{key}.", f"{key}[]")) for name in self.names)

    def _composed_by_hydra(self, overrides: list[str]) -> Any:
        """The Hydra config with its runtime choices; leaves a caller's own Hydra as it was."""
        from hydra import compose as compose_with_hydra
        from hydra import initialize_config_dir
        from hydra.core.config_store import ConfigStore
        from hydra.core.global_hydra import GlobalHydra
        from hydra.errors import HydraException

        ConfigStore.instance().store(name=SCHEMA, node=self.schema)
        first, *further = self.folders
        search = [_search_path(path) for path in further]
        held, GlobalHydra.instance().hydra = GlobalHydra.instance().hydra, None
        try:
            with initialize_config_dir(str(first), job_name="consortium", version_base="1.3"):
                return compose_with_hydra(ROOT, overrides=overrides + search, return_hydra_config=True)
        except HydraException as error:
            raise SettingError(self._in_words(error)) from error
        finally:
            GlobalHydra.instance().hydra = held

    def _with_values(self, base: Any, overrides: list[str]) -> Any:
        """The settings after single values, read in Hydra's grammar. Raises SettingError."""
        from hydra.core.override_parser.overrides_parser import OverridesParser
        from hydra.errors import HydraException
        from omegaconf import OmegaConf
        from omegaconf.errors import OmegaConfBaseException

        config = copy.deepcopy(base)
        try:
            for each in OverridesParser.create().parse_overrides(overrides):
                if each.is_sweep_override():
                    raise SettingError(f"{each.input_line} names several values; a run takes one.")
                self._refuse_number_for_a_switch(each.key_or_group, each.value())
                OmegaConf.update(config, each.key_or_group, each.value(), merge=True)
            return OmegaConf.to_object(config)
        except (HydraException, OmegaConfBaseException) as error:
            raise SettingError(self._in_words(error)) from error

    def _refuse_number_for_a_switch(self, key: str, value: Any) -> None:
        """OmegaConf would take any number but zero for true. Raises SettingError."""
        switch = key in self.names and isinstance(self.names[key].default, bool)
        if switch and isinstance(value, (int, float)) and not isinstance(value, bool):
            raise SettingError(self._about(key, f"{value} is not true or false"))

    def _in_words(self, error: Exception) -> str:
        """What Hydra or OmegaConf objects to, as a sentence about the setting it concerns."""
        said, key = _objection(error)
        return self._about(key, said) if key else f"{said}."

    def _about(self, key: str, said: str) -> str:
        """An objection with what the setting means and what to write."""
        told = self.names.get(key)
        if told is None:
            return self._about_a_group(key, said)
        unit = f" ({told.unit})" if told.unit else ""
        span = "true or false" if isinstance(told.default, bool) else told.range
        meaning = f"{told.meaning}{unit}, allowed {span}"
        return f"{key}: {said}. It is: {meaning}. Write for example {key}={as_written(told.default)}."

    def _about_a_group(self, key: str, said: str) -> str:
        """An objection to what was written where several settings stand together."""
        strange = re.fullmatch(r"Key '(\S+)' not in '(\w+)'", said)
        if strange:
            fields = [name.rpartition(".")[2] for name, told in self.names.items() if told.where.endswith(f".{strange[2]}")]
            hint = did_you_mean(strange[1], fields) or f" There are {', '.join(dict.fromkeys(fields))}."
            return f"{key}: {said}.{hint}"
        key = re.sub(r"\[\d+\]$", "", key)
        records = [name.removeprefix(f"{key}[].") for name in self.names if name.startswith(f"{key}[].")]
        if records:
            return f"{key} is a list of records, each with {', '.join(records)}. Write {key}=[{{{records[0]}:0,…}},…]."
        inside = [name for name in self.names if name.startswith(f"{key}.")]
        if inside:
            return f"{key} is a group of settings. Write one of them: {', '.join(inside)}."
        return f"{key}: {said}.{did_you_mean(key, self.names)}"


def _objection(error: Exception) -> tuple[str, str]:
    """The objection in one line and the full key it concerns, or an empty key."""
    written = getattr(error, "override", "")
    if written:
        return f"{written} cannot be read as an override: {str(error).splitlines()[0].rstrip('.')}. {_GRAMMAR}", ""
    cause = error if getattr(error, "full_key", None) else error.__cause__ or error
    lines = str(cause).splitlines()
    text = " ".join(line.strip() for line in lines[: 2 if lines[0].endswith(":") else 1])
    key = re.search(r"full_key: (\S+)", f"{cause}\n{error}")
    return _plainly(text.rstrip(".")), key.group(1) if key else ""


def _plainly(said: str) -> str:
    """What OmegaConf objects to in words of everyday; as it stands where there are none."""
    for pattern, words in _PLAIN.items():
        found = re.search(pattern, said)
        if found:
            return words.format(*(value or "nothing" for value in found.groups()))
    return said


def _search_path(folder: Path) -> str:
    """The override by which Hydra looks for choices in a further folder."""
    quoted = folder.as_posix().replace("'", "\\'")
    return f"hydra.searchpath=['file://{quoted}']"
