"""Where histories are made for pages: a few worker processes, a small store of what they made, nothing else kept.

A page holds no state here: two pages cannot disturb each other, and a closed one leaves nothing behind.
"""

import json
import signal
import threading
import zlib
from collections import OrderedDict
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from sim.explorer.wish import Wish
from sim.studies.workers import processors

HELD = 24
"""Histories kept, half a megabyte each; the one asked for longest ago goes first."""
PATIENCE_S = 180
"""Seconds after which a history that a page asked for is given up."""


class DeskError(RuntimeError):
    """A history that could not be made, in words for the page."""


@dataclass(frozen=True)
class Made:
    """A history as the store keeps it: what the page plays and the whole ledger, both packed."""

    payload: bytes
    ledger: bytes

    def unpacked(self) -> dict[str, Any]:
        """What the page plays."""
        return dict(json.loads(zlib.decompress(self.payload)))

    def events(self) -> dict[str, Any]:
        """The ledger by column, terms as JSON."""
        return dict(json.loads(zlib.decompress(self.ledger)))


class Desk:
    """Makes histories in worker processes and keeps the last few."""

    def __init__(self, workers: int | None = None, held: int = HELD) -> None:
        self.size, self.held = workers or max(1, min(2, processors())), held
        self._lock = threading.Lock()
        self._store: OrderedDict[str, Made] = OrderedDict()
        self._under_way: dict[str, Future[Made]] = {}
        self._crew: ProcessPoolExecutor | None = None

    def history(self, wish: Wish) -> dict[str, Any]:
        """The history of a wish, made now or held from before. Raises DeskError."""
        return self._made(wish).unpacked() | {"key": wish.key}

    def prepare(self, wish: Wish) -> None:
        """Make a history however long it takes: the first one after an installation waits for the rules to be compiled.
        Raises DeskError."""
        self._made(wish, patience=None)

    def ledger(self, wish: Wish) -> dict[str, Any]:
        """The whole ledger of a wish, made again if it is no longer held. Raises DeskError."""
        return self._made(wish).events()

    def __len__(self) -> int:
        return len(self._store)

    def _made(self, wish: Wish, patience: float | None = PATIENCE_S) -> Made:
        with self._lock:
            if wish.key in self._store:
                self._store.move_to_end(wish.key)
                return self._store[wish.key]
            future = self._under_way.get(wish.key)
            if future is None:
                future = self._under_way[wish.key] = self._hands_out(wish)
        try:
            made = future.result(timeout=patience)
        except BrokenProcessPool as error:
            self._dismisses_crew()
            raise DeskError("The process that made this history ended before its time. Try once more.") from error
        except TimeoutError as error:
            self._dismisses_crew()
            raise DeskError(f"This history took longer than {patience} seconds and was given up.") from error
        except Exception as error:
            raise DeskError(f"This history failed: {type(error).__name__}: {error}") from error
        finally:
            with self._lock:
                self._under_way.pop(wish.key, None)
        self._keeps(wish.key, made)
        return made

    def _hands_out(self, wish: Wish) -> "Future[Made]":
        if self._crew is None:
            self._crew = ProcessPoolExecutor(self.size, mp_context=get_context("spawn"), initializer=begin)
        return self._crew.submit(make, wish.overrides, wish.seed)

    def _keeps(self, key: str, made: Made) -> None:
        with self._lock:
            self._store[key] = made
            self._store.move_to_end(key)
            while len(self._store) > self.held:
                self._store.popitem(last=False)

    def _dismisses_crew(self) -> None:
        with self._lock:
            crew, self._crew = self._crew, None
        if crew is not None:
            for process in list((getattr(crew, "_processes", None) or {}).values()):
                process.terminate()
            crew.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the workers."""
        self._dismisses_crew()


def begin() -> None:
    """A worker leaves Ctrl-C to the server, which ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def make(overrides: list[str], seed: int) -> Made:
    """Make one history in this process."""
    from sim.configuration import composed
    from sim.explorer.payload import payload
    from sim.explorer.watching import watch

    watched = watch(composed([*overrides, "horizon.networks=true"]), seed)
    events = watched.run.events
    ledger = {name: events[name].tolist() for name in events}
    return Made(_packed(payload(watched)), _packed(ledger))


def _packed(told: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(told, separators=(",", ":"), allow_nan=False).encode(), 4)
