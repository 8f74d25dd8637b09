"""Months as a user writes them: `1998-02` is February 1998."""

import re

from sim.parameters import SettingError

_WRITTEN = re.compile(r"(\d{4})-(\d{1,2})")


def number_of(text: str, first_year: int) -> int:
    """The number of a month, counted from January of the first year of a run. Raises SettingError with what to write.

    >>> number_of("1998-02", 1991)
    85
    """
    found = _WRITTEN.fullmatch(str(text).strip())
    if not found or not 1 <= int(found[2]) <= 12:
        raise SettingError(f"{text} is no month. Write year and month, for example 1998-02.")
    return 12 * (int(found[1]) - first_year) + int(found[2]) - 1


def written(month: int, first_year: int) -> str:
    """A month as it is written.

    >>> written(85, 1991)
    '1998-02'
    """
    return f"{first_year + month // 12}-{month % 12 + 1:02d}"
