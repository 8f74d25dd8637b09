"""The charters a body can choose from: the whole cross-product of terms in reach, never a list of historical bundles."""

import dataclasses
import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.consortium.charter import Terms
from sim.population import DISK, MEDIA

FEE_STEP = 1.6  # one change of the schedule raises or lowers all fees by this factor


@dataclass(frozen=True)
class Alternatives:
    """Charters on the table; the first is today's. What differs little is kept once.

    Charters with the same members share a row of the first columns, those with the same money too a row of the next,
    those with the same host, horizon and disk part a row of the last.
    """

    listed: tuple[Terms, ...]  # fees before they are multiplied by `factor`
    factor: float
    changed: np.ndarray  # number of terms that differ from today's
    members: np.ndarray  # which row of the next two
    open: np.ndarray  # one where all firms may join
    scope: np.ndarray  # rows × media
    evenly: np.ndarray  # rows × media, one divided by the media in scope
    further: np.ndarray  # media in scope beyond the first
    money: np.ndarray  # which row of the next five
    paid_by: np.ndarray  # row of `open` and `scope`
    hosted: np.ndarray  # one where the association hosts
    same_fees: np.ndarray  # the first row with the same members, host and fees
    public: np.ndarray  # one where the body applies for public money
    fee_factor: np.ndarray
    manner: np.ndarray  # which row of the next three
    association: np.ndarray  # one where the association hosts
    disk_part: np.ndarray  # the disk's part of the media in scope
    short: np.ndarray  # one where projects are judged by the next product

    def __len__(self) -> int:
        return len(self.listed)

    @property
    def terms(self) -> tuple[Terms, ...]:
        """The terms of all charters on the table."""
        return tuple(self.charter(row) for row in range(len(self)))

    def charter(self, row: int) -> Terms:
        """The terms of one charter."""
        listed = self.listed[row]
        return listed._replace(fee_factor=listed.fee_factor * self.factor)

    def times(self, factor: float) -> "Alternatives":
        """The same charters with all fees times a factor."""
        if factor == 1.0:
            return self
        return dataclasses.replace(self, factor=factor, fee_factor=self.fee_factor * factor)


def in_columns(terms: list[Terms], today: Terms) -> Alternatives:
    """Charters as columns."""
    who, members = _numbered([(t.membership, t.media) for t in terms])
    purses, money = _numbered([(t.membership, t.media, t.host, t.public_money, t.fee_factor) for t in terms])
    manners, manner = _numbered([(t.host, t.horizon, disk_part(t.media)) for t in terms])
    same = {purse[:3] + purse[4:]: row for row, purse in reversed([*enumerate(purses)])}
    number = {key: row for row, key in enumerate(who)}
    scope = np.array([[m in media for m in MEDIA] for _, media in who], dtype=float)
    return Alternatives(
        listed=tuple(terms), factor=1.0,
        changed=np.array([changes(today, t) for t in terms], dtype=float),
        members=members,
        open=np.array([membership == "open" for membership, _ in who], dtype=float),
        scope=scope, evenly=scope / scope.sum(axis=1, keepdims=True), further=scope.sum(axis=1) - 1.0,
        money=money,
        paid_by=np.array([number[purse[:2]] for purse in purses]),
        hosted=np.array([purse[2] == "association" for purse in purses], dtype=float),
        same_fees=np.array([same[purse[:3] + purse[4:]] for purse in purses]),
        public=np.array([purse[3] for purse in purses], dtype=float),
        fee_factor=np.array([purse[4] for purse in purses]),
        manner=manner,
        association=np.array([host == "association" for host, _, _ in manners], dtype=float),
        disk_part=np.array([part for _, _, part in manners]),
        short=np.array([horizon == "short" for _, horizon, _ in manners], dtype=float),
    )  # fmt: skip


def disk_part(media: tuple[str, ...]) -> float:
    """The disk's part of the media in scope, all alike.

    >>> disk_part(("disk", "tape"))
    0.5
    """
    return media.count(MEDIA[DISK]) / len(media)


def _numbered(keys: list[tuple]) -> tuple[list[tuple], np.ndarray]:
    """The different keys in order, and which of them each one is."""
    numbers: dict[tuple, int] = {}
    which = np.array([numbers.setdefault(key, len(numbers)) for key in keys])
    return list(numbers), which


@lru_cache(maxsize=512)
def only(terms: Terms) -> Alternatives:
    """One charter alone on the table."""
    return in_columns([terms], terms)


def changes(old: Terms, new: Terms) -> int:
    """In how many terms two charters differ; each medium added or dropped counts."""
    others = sum([a != b for a, b in zip(old._replace(media=()), new._replace(media=()), strict=True)])
    return others + len(set(old.media) ^ set(new.media))


@lru_cache(maxsize=512)
def in_reach(today: Terms, roof: bool, reach: int, exist: tuple[str, ...] = MEDIA) -> Alternatives:
    """Today's charter, then every charter that differs from it in at most `reach` terms.

    `roof` tells whether the association offers to host, `exist` which media there are to take into scope.
    """
    return _in_reach(_at_factor_one(today), roof, reach, exist).times(today.fee_factor)


@lru_cache(maxsize=512)
def _in_reach(today: Terms, roof: bool, reach: int, exist: tuple[str, ...]) -> Alternatives:
    near = [t for t in cross_product(today, scopes_nearby(today.media, exist), roof) if 1 <= changes(today, t) <= reach]
    return in_columns([today, *near], today)


@lru_cache(maxsize=512)
def for_a_new_body(today: Terms, medium: str, roof: bool, exist: tuple[str, ...] = MEDIA) -> Alternatives:
    """Every charter a coalition around one medium could found its own body with, of the media that exist."""
    return _for_a_new_body(_at_factor_one(today), medium, roof, exist).times(today.fee_factor)


@lru_cache(maxsize=512)
def _for_a_new_body(today: Terms, medium: str, roof: bool, exist: tuple[str, ...]) -> Alternatives:
    scopes = [tuple(m for m in MEDIA if m == medium or m in more) for more in ((), *((m,) for m in exist if m != medium))]
    return in_columns(cross_product(today, scopes, roof), today)


def _at_factor_one(today: Terms) -> Terms:
    """Fees enter in proportion: charters are listed once for a factor of one, and for free bodies."""
    return today._replace(fee_factor=float(today.fee_factor > 0.0))


def cross_product(today: Terms, scopes: list[tuple[str, ...]], roof: bool) -> list[Terms]:
    """All combinations of the terms; fees stay, rise or fall by a step or two."""
    hosts = ("independent", "association") if roof else tuple({"independent", today.host})
    fees = [today.fee_factor * FEE_STEP**step for step in (0, 1, 2, -1)]
    choices = itertools.product(("domestic", "open"), scopes, sorted(hosts), (True, False), ("long", "short"), fees)
    return [Terms(*chosen) for chosen in choices]


def scopes_nearby(media: tuple[str, ...], exist: tuple[str, ...] = MEDIA) -> list[tuple[str, ...]]:
    """Today's scope, and every scope with one medium less, or one more of those that exist."""
    flips = [tuple(m for m in MEDIA if (m in media) != (m == flipped))
             for flipped in MEDIA if flipped in media or flipped in exist]  # fmt: skip
    return [media, *(scope for scope in flips if scope)]
