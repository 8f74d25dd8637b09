"""Named chance: a draw depends on seed, decision, month and who, never on the order of calls.

Each decision has its own Philox stream (Salmon et al. 2011). The counter is set by the month and, where two parties
meet, by the other party; the place in the stream is who. So one more firm at the end of the list changes nothing for
the others, and twin runs differ only by their treatment.
"""

import hashlib

import numpy as np
from numpy.random import Generator, Philox

SLOTS = 128  # draws made at a time; more are made when somebody has a higher number


class Chance:
    """All random numbers of one history."""

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)
        self._streams: dict[str, tuple[Philox, Generator, dict]] = {}
        self._last: dict[tuple, np.ndarray] = {}

    def uniform(self, decision: str, month: int, who: int, other: int = 0) -> float:
        """One uniform number in [0, 1) for `who` deciding `decision` in `month` (about `other`)."""
        return float(self.uniforms(decision, month, who + 1, other)[who])

    def normal(self, decision: str, month: int, who: int, other: int = 0) -> float:
        """One standard normal number, named like `uniform`."""
        return float(self.normals(decision, month, who + 1, other)[who])

    def uniforms(self, decision: str, month: int, count: int, other: int = 0) -> np.ndarray:
        """Uniform numbers for everybody numbered below `count`."""
        return self._numbers(decision, month, count, other, normal=False)

    def normals(self, decision: str, month: int, count: int, other: int = 0) -> np.ndarray:
        """Standard normal numbers for everybody numbered below `count`."""
        return self._numbers(decision, month, count, other, normal=True)

    def _numbers(self, decision: str, month: int, count: int, other: int, normal: bool) -> np.ndarray:
        kept = self._last.get((decision, normal))
        if kept is not None and kept[0] == (month, other) and len(kept[1]) >= count:
            return kept[1][:count]
        generator = self._stream_at(decision, month, other)
        size = SLOTS * (1 + (count - 1) // SLOTS)
        drawn = generator.standard_normal(size) if normal else generator.random(size)
        self._last[(decision, normal)] = ((month, other), drawn)
        return drawn[:count]

    def _stream_at(self, decision: str, month: int, other: int) -> Generator:
        """The stream of a decision, its counter set to the month and the other party."""
        if decision not in self._streams:
            digest = hashlib.blake2b(f"{self.seed}/{decision}".encode(), digest_size=16).digest()
            bits = Philox(key=np.frombuffer(digest, dtype=np.uint64))
            self._streams[decision] = (bits, Generator(bits), bits.state)
        bits, generator, state = self._streams[decision]
        state["state"]["counter"][:] = (0, other, month, 0)
        state["buffer_pos"], state["has_uint32"] = 4, 0
        bits.state = state
        return generator
