"""Named chance: a draw depends on seed, decision, month and who, never on the order of calls.

Each decision has its own Philox stream (Salmon et al. 2011). The counter is set by the month and, where two parties
meet, by the other party; the place in the stream is who. So one more firm at the end of the list changes nothing for
the others, and twin runs differ only by their treatment.
"""

import hashlib
from functools import cache

import numpy as np
from numpy.random import Generator, Philox

from sim.compiled import compiled, in_use

SLOTS = 128  # draws made at a time; more are made when somebody has a higher number
TO_UNIT = 1.0 / (1 << 53)
EDGE, TO_EDGE = 3.6541528853610088, 0.27366123732975828  # where the lowest layer of the ziggurat ends, and its inverse


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
        kept = self._normals.get((decision, other))
        if kept is None or kept[0] != month or len(kept[1]) <= who:
            return self.normals(decision, month, who + 1, other).item(who)
        return kept[1].item(who)

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
        several(self._keys_of(decisions), month, other, drawn)
        return drawn

    def uniforms_about(self, decision: str, month: int, count: int, others: np.ndarray) -> np.ndarray:
        """The same for one decision about several others, a row each."""
        drawn = np.empty((len(others), count))
        if in_use():
            about_each(self._key(decision), month, others, drawn)
        else:
            for row, other in enumerate(others.tolist()):
                drawn[row] = self.uniforms(decision, month, count, other)
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
            drawn = np.empty(SLOTS * (1 + (count - 1) // SLOTS))
            if in_use() and tables():
                ziggurat(self._key(decision), month, other, *tables(), drawn)
            else:
                self._stream_at(decision, month, other).standard_normal(out=drawn)
            kept = self._normals[decision, other] = month, drawn
        return kept[1][:count]

    def normals_of(self, decisions: tuple[str, ...], month: int, count: int, other: int = 0) -> np.ndarray:
        """The same for several decisions, a row each."""
        drawn = np.empty((len(decisions), count))
        if in_use() and tables():
            ziggurats(self._keys_of(decisions), month, other, *tables(), drawn)
        else:
            for row, decision in enumerate(decisions):
                self._stream_at(decision, month, other).standard_normal(out=drawn[row])
        return drawn

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

    def _keys_of(self, decisions: tuple[str, ...]) -> np.ndarray:
        """The keys of several decisions, a row each."""
        if decisions not in self._together:
            self._together[decisions] = np.stack([self._key(decision) for decision in decisions])
        return self._together[decisions]


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


@cache
def tables() -> tuple[np.ndarray, ...]:
    """Width, bound and height of the 256 layers under NumPy's normal curve, which Numba keeps for its own use.

    Empty where this Numba has them no more: normal numbers then come from NumPy itself, the same to the last bit.
    """
    try:
        from numba.np.random._constants import fi_double, ki_double, wi_double
    except ImportError:
        return ()
    return np.array(wi_double), np.array(ki_double).astype(np.int64), np.array(fi_double)


@compiled
def philox(key, month, other, start, out):
    """The uniform numbers of NumPy's Philox4x64-10, counter (1, other, month, 0), into `out`, after `start` blocks of four.

    NumPy's own needs several times as long to set its counter as to draw. Machine code only: it counts modulo 2^64.
    """
    for block in range((len(out) + 3) // 4):
        for place, number in enumerate(four_words(key, month, other, start + block)):
            if 4 * block + place < len(out):
                out[4 * block + place] = (number >> np.uint64(11)) * TO_UNIT


@compiled
def several(keys, month, other, out):
    """The same for several keys, a row each."""
    for row in range(len(keys)):
        philox(keys[row], month, other, 0, out[row])


@compiled
def about_each(key, month, others, out):
    """The same for one key about several others, a row each."""
    for row in range(len(others)):
        philox(key, month, others[row], 0, out[row])


@compiled
def four_words(key, month, other, block):
    """Four random words of 64 bits: a block of the Philox4x64-10 with counter (block + 1, other, month, 0)."""
    one, two, three, four = np.uint64(block + 1), np.uint64(other), np.uint64(month), np.uint64(0)
    first, second = key[0], key[1]
    for _ in range(10):
        high, low = times(np.uint64(0xD2E7470EE14C6C93), one)
        higher, lower = times(np.uint64(0xCA5A826395121157), three)
        one, two, three, four = higher ^ two ^ first, lower, high ^ four ^ second, low
        first += np.uint64(0x9E3779B97F4A7C15)
        second += np.uint64(0xBB67AE8584CAA73B)
    return one, two, three, four


@compiled
def times(a, b):
    """The upper and the lower half of a product of two 64-bit numbers."""
    mask, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    carried = ((a & mask) * (b & mask)) >> half
    crossed = (a >> half) * (b & mask) + carried
    again = (a & mask) * (b >> half) + (crossed & mask)
    return (a >> half) * (b >> half) + (crossed >> half) + (again >> half), a * b


@compiled
def ziggurat(key, month, other, width, inside, height, out):
    """Standard normal numbers from the same words, into `out`; all over with more words where they did not suffice."""
    enough, blocks = False, len(out) // 4 + len(out) // 32 + 4
    while not enough:
        words = np.empty(4 * blocks, dtype=np.uint64)
        for block in range(blocks):
            for part, word in enumerate(four_words(key, month, other, block)):
                words[4 * block + part] = word
        enough = normals_from(words, width, inside, height, out)
        blocks *= 2


@compiled
def ziggurats(keys, month, other, width, inside, height, out):
    """The same for several keys, a row each."""
    for row in range(len(keys)):
        ziggurat(keys[row], month, other, width, inside, height, out[row])


@compiled
def normals_from(words, width, inside, height, out):
    """The ziggurat of Marsaglia and Tsang (2000) as NumPy has it, into `out`; whether the words suffice.

    A word picks one of 256 layers and a place in it; nearly always the place lies inside the curve. Else further words
    decide: under the curve or not, and in the lowest layer how far out in the tail.
    """
    used, place = 0, 0
    while place < len(out):
        if used + 3 > len(words):
            return False
        word, used = words[used], used + 1
        layer, across = np.int64(word & np.uint64(0xFF)), np.int64((word >> np.uint64(9)) & np.uint64(0x000FFFFFFFFFFFFF))
        minus, value = (word >> np.uint64(8)) & np.uint64(1), across * width[layer]
        under = across < inside[layer]
        if not under and layer > 0:
            part = height[layer] + (height[layer - 1] - height[layer]) * to_unit(words[used])
            under, used = part < np.exp(-0.5 * value * value), used + 1
        elif not under:
            beyond, depth = -TO_EDGE * np.log1p(-to_unit(words[used])), -np.log1p(-to_unit(words[used + 1]))
            used += 2
            while depth + depth <= beyond * beyond:
                if used + 2 > len(words):
                    return False
                beyond, depth = -TO_EDGE * np.log1p(-to_unit(words[used])), -np.log1p(-to_unit(words[used + 1]))
                used += 2
            under, minus, value = True, np.uint64(across >> 8) & np.uint64(1), EDGE + beyond
        if under:
            out[place] = -value if minus else value
            place += 1
    return True


@compiled
def to_unit(word):
    """A word as a uniform number in [0, 1)."""
    return (word >> np.uint64(11)) * TO_UNIT
