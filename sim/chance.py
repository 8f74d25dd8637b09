"""Named chance: a draw depends on seed, decision, month and who, never on the order of calls.

Each decision has its own Philox stream (Salmon et al. 2011). The counter is set by the month and, where two parties
meet, by the other party; the place in the stream is who. So one more firm at the end of the list changes nothing for
the others, and twin runs differ only by their treatment.
"""

import hashlib

import numpy as np
from numpy.random import Generator, Philox

from sim.compiled import compiled, in_use

SLOTS = 128  # draws made at a time; more are made when somebody has a higher number
TO_UNIT = 1.0 / (1 << 53)


class Chance:
    """All random numbers of one history."""

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)
        self._streams: dict[str, _Stream] = {}
        self._kept: dict[tuple[str, int, int], tuple[int, np.ndarray]] = {}  # month and uniform numbers of some neighbours
        self._normals: dict[tuple[str, int], tuple[int, np.ndarray]] = {}
        self._keys: dict[str, np.ndarray] = {}
        self._together: dict[tuple[str, ...], np.ndarray] = {}  # keys of decisions that are drawn at once

    def uniform(self, decision: str, month: int, who: int, other: int = 0) -> float:
        """One uniform number in [0, 1) for `who` deciding `decision` in `month` (about `other`)."""
        key = decision, other, who // SLOTS
        kept = self._kept.get(key)
        if kept is None or kept[0] != month:
            kept = self._kept[key] = month, self._drawn(decision, month, other, key[2] * SLOTS, SLOTS)
        return kept[1].item(who % SLOTS)

    def normal(self, decision: str, month: int, who: int, other: int = 0) -> float:
        """One standard normal number, named like `uniform`."""
        return self.normals(decision, month, who + 1, other).item(who)

    def uniforms(self, decision: str, month: int, count: int, other: int = 0) -> np.ndarray:
        """Uniform numbers for everybody numbered below `count`."""
        return self._drawn(decision, month, other, 0, count)

    def uniforms_of(self, decisions: tuple[str, ...], month: int, count: int, other: int = 0) -> np.ndarray:
        """The same for several decisions, a row each."""
        drawn = np.empty((len(decisions), count))
        if not in_use():
            for row, decision in enumerate(decisions):
                drawn[row] = self.uniforms(decision, month, count, other)
            return drawn
        if decisions not in self._together:
            self._together[decisions] = np.stack([self._key(decision) for decision in decisions])
        several(self._together[decisions], month, other, drawn)
        return drawn

    def _drawn(self, decision: str, month: int, other: int, first: int, count: int) -> np.ndarray:
        """The uniform numbers from place `first` on, a multiple of four."""
        if in_use():
            drawn = np.empty(count)
            philox(self._key(decision), month, other, first // 4, drawn)
            return drawn
        return self._stream_at(decision, month, other).random(first + count)[first:]

    def normals(self, decision: str, month: int, count: int, other: int = 0) -> np.ndarray:
        """Standard normal numbers for everybody numbered below `count`, likewise."""
        kept = self._normals.get((decision, other))
        if kept is None or kept[0] != month or len(kept[1]) < count:
            size = SLOTS * (1 + (count - 1) // SLOTS)
            kept = self._normals[decision, other] = month, self._stream_at(decision, month, other).standard_normal(size)
        return kept[1][:count]

    def _stream_at(self, decision: str, month: int, other: int) -> Generator:
        """The stream of a decision, its counter set to the month and the other party."""
        if decision not in self._streams:
            self._streams[decision] = _Stream(self._key(decision))
        return self._streams[decision].at(month, other)

    def _key(self, decision: str) -> np.ndarray:
        """The key of a decision's stream: a hash of seed and name."""
        if decision not in self._keys:
            digest = hashlib.blake2b(f"{self.seed}/{decision}".encode(), digest_size=16).digest()
            self._keys[decision] = np.frombuffer(digest, dtype=np.uint64).copy()
        return self._keys[decision]


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


@compiled
def philox(key, month, other, start, out):
    """The uniform numbers of NumPy's Philox4x64-10, counter (1, other, month, 0), into `out`, after `start` blocks of four.

    NumPy's own needs several times as long to set its counter as to draw. Machine code only: it counts modulo 2^64.
    """
    for block in range((len(out) + 3) // 4):
        one, two, three, four = np.uint64(start + block + 1), np.uint64(other), np.uint64(month), np.uint64(0)
        first, second = key[0], key[1]
        for _ in range(10):
            high, low = times(np.uint64(0xD2E7470EE14C6C93), one)
            higher, lower = times(np.uint64(0xCA5A826395121157), three)
            one, two, three, four = higher ^ two ^ first, lower, high ^ four ^ second, low
            first += np.uint64(0x9E3779B97F4A7C15)
            second += np.uint64(0xBB67AE8584CAA73B)
        for place, number in enumerate((one, two, three, four)):
            if 4 * block + place < len(out):
                out[4 * block + place] = (number >> np.uint64(11)) * TO_UNIT


@compiled
def several(keys, month, other, out):
    """The same for several keys, a row each."""
    for row in range(len(keys)):
        philox(keys[row], month, other, 0, out[row])


@compiled
def times(a, b):
    """The upper and the lower half of a product of two 64-bit numbers."""
    mask, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    carried = ((a & mask) * (b & mask)) >> half
    crossed = (a >> half) * (b & mask) + carried
    again = (a & mask) * (b >> half) + (crossed & mask)
    return (a >> half) * (b >> half) + (crossed >> half) + (again >> half), a * b
