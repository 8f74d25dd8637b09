"""Rules that are the same arithmetic for everybody, compiled when they are first called.

A compiled rule is a plain Python function of arrays and numbers, written as the loop it is; its plain form is the
reference and gives the same results. It writes arrays into those it is handed and returns numbers only: a new array costs
more on its way out than most rules take. Without Numba, or with CONSORTIUM_COMPILED=0, the plain form runs, only slower.
Machine code is kept beside the source, or in the user's cache where that cannot be written, and belongs to the file it
came from: a compiled rule calls compiled rules of its own file only.
"""

import functools
import os
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

_wanted = os.environ.get("CONSORTIUM_COMPILED", "1") != "0" and find_spec("numba") is not None


def in_use() -> bool:
    """Whether compiled rules run compiled."""
    return _wanted


@contextmanager
def plain() -> Iterator[None]:
    """While this lasts, the plain form of every rule runs."""
    global _wanted
    before, _wanted = _wanted, False
    try:
        yield
    finally:
        _wanted = before


def compiled(rule: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a rule at its first call; positional arguments only."""
    ready: list[Callable[..., Any]] = []

    def machine_code() -> Callable[..., Any]:
        if not ready:
            ready.append(_machine_code(rule))
        return ready[0]

    @functools.wraps(rule)
    def run(*told: Any) -> Any:
        if not _wanted:
            return rule(*told)
        return (ready[0] if ready else machine_code())(*told)

    vars(run)["machine_code"] = machine_code  # for the compiled rules that call this one
    return run


def _machine_code(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The rule with the compiled rules that it calls, ready to be compiled for the arguments it is given."""
    import numba

    known = rule.__globals__
    called = {name: known[name].machine_code() for name in rule.__code__.co_names
              if hasattr(known.get(name), "machine_code")}  # fmt: skip
    copy = types.FunctionType(rule.__code__, known | called, rule.__name__, rule.__defaults__)
    copy.__qualname__, copy.__module__ = rule.__qualname__, rule.__module__
    return numba.njit(cache=True, error_model="numpy")(copy)
