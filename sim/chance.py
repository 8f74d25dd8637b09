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
        self._streams: dict[str, _Stream] = {}
        self._kept: dict[tuple[str, int, bool], tuple[int, np.ndarray]] = {}  # month, and the numbers drawn for it

    def uniform(self, decision: str, month: int, who: int, other: int = 0) -> float:
        """One uniform number in [0, 1) for `who` deciding `decision` in `month` (about `other`)."""
        kept = self._kept.get((decision, other, False))
        if kept is None or kept[0] != month or who >= len(kept[1]):
            return self._numbers(decision, month, who + 1, other, False).item(who)
        return kept[1].item(who)

    def normal(self, decision: str, month: int, who: int, other: int = 0) -> float:
        """One standard normal number, named like `uniform`."""
        return self._numbers(decision, month, who + 1, other, True).item(who)

    def uniforms(self, decision: str, month: int, count: int, other: int = 0) -> np.ndarray:
        """Uniform numbers for everybody numbered below `count`."""
        return self._numbers(decision, month, count, other, False)[:count]

    def normals(self, decision: str, month: int, count: int, other: int = 0) -> np.ndarray:
        """Standard normal numbers for everybody numbered below `count`."""
        return self._numbers(decision, month, count, other, True)[:count]

    def _numbers(self, decision: str, month: int, count: int, other: int, normal: bool) -> np.ndarray:
        """At least `count` numbers; drawn once and kept until the decision comes up in another month."""
        kept = self._kept.get((decision, other, normal))
        if kept is not None and kept[0] == month and len(kept[1]) >= count:
            return kept[1]
        generator = self._stream_at(decision, month, other)
        size = SLOTS * (1 + (count - 1) // SLOTS)
        drawn = generator.standard_normal(size) if normal else generator.random(size)
        self._kept[decision, other, normal] = month, drawn
        return drawn

    def _stream_at(self, decision: str, month: int, other: int) -> Generator:
        """The stream of a decision, its counter set to the month and the other party."""
        if decision not in self._streams:
            digest = hashlib.blake2b(f"{self.seed}/{decision}".encode(), digest_size=16).digest()
            self._streams[decision] = _Stream(np.frombuffer(digest, dtype=np.uint64))
        return self._streams[decision].at(month, other)


class _Stream:
    """The numbers of one decision, and the state in which they start."""

    def __init__(self, key: np.ndarray) -> None:
        self.bits = Philox(key=key)
        self.generator = Generator(self.bits)
        self.start = self.bits.state

    def at(self, month: int, other: int) -> Generator:
        """The numbers from the beginning of a month, about another party."""
        counter = self.start["state"]["counter"]
        counter[1], counter[2] = other, month
        self.bits.state = self.start
        return self.generator
