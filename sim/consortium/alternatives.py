"""The charters a body can choose from: the whole cross-product of terms in reach, never a list of historical bundles."""

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.consortium.charter import Terms
from sim.population import MEDIA

FEE_STEP = 1.6  # one change of the schedule raises or lowers all fees by this factor


@dataclass(frozen=True)
class Alternatives:
    """Charters on the table, column by column; the first row is today's."""

    terms: tuple[Terms, ...]
    open: np.ndarray  # 1 where all firms may join
    scope: np.ndarray  # charters × media
    association: np.ndarray  # 1 where the association hosts
    public: np.ndarray  # 1 where the body applies for public money
    short: np.ndarray  # 1 where projects are judged by the next product
    fee_factor: np.ndarray
    changed: np.ndarray  # number of terms that differ from today's
    group: np.ndarray  # which row of the next two it belongs to: charters with the same members
    group_open: np.ndarray
    group_scope: np.ndarray

    def __len__(self) -> int:
        return len(self.terms)


def in_columns(terms: list[Terms], today: Terms) -> Alternatives:
    """Charters as columns."""
    groups = list(dict.fromkeys((t.membership, t.media) for t in terms))
    return Alternatives(
        terms=tuple(terms),
        open=np.array([t.membership == "open" for t in terms], dtype=float),
        scope=np.array([[m in t.media for m in MEDIA] for t in terms], dtype=float),
        association=np.array([t.host == "association" for t in terms], dtype=float),
        public=np.array([t.public_money for t in terms], dtype=float),
        short=np.array([t.horizon == "short" for t in terms], dtype=float),
        fee_factor=np.array([t.fee_factor for t in terms]),
        changed=np.array([changes(today, t) for t in terms], dtype=float),
        group=np.array([groups.index((t.membership, t.media)) for t in terms]),
        group_open=np.array([membership == "open" for membership, _ in groups], dtype=float),
        group_scope=np.array([[m in media for m in MEDIA] for _, media in groups], dtype=float),
    )


def changes(old: Terms, new: Terms) -> int:
    """In how many terms two charters differ; each medium added or dropped counts."""
    others = sum(a != b for a, b in zip(old[:1] + old[2:], new[:1] + new[2:], strict=True))
    return others + len(set(old.media) ^ set(new.media))


@lru_cache(maxsize=512)
def in_reach(today: Terms, roof: bool, reach: int) -> Alternatives:
    """Today's charter, then every charter that differs from it in at most `reach` terms.

    `roof` tells whether the association offers to host.
    """
    near = [t for t in cross_product(today, scopes_nearby(today.media), roof) if 1 <= changes(today, t) <= reach]
    return in_columns([today, *near], today)


@lru_cache(maxsize=512)
def for_a_new_body(today: Terms, medium: str, roof: bool) -> Alternatives:
    """Every charter a coalition around one medium could found its own body with."""
    scopes = [tuple(m for m in MEDIA if m == medium or m in more) for more in ((), *((m,) for m in MEDIA if m != medium))]
    return in_columns(cross_product(today, scopes, roof), today)


def cross_product(today: Terms, scopes: list[tuple[str, ...]], roof: bool) -> list[Terms]:
    """All combinations of the terms; fees stay, rise or fall by a step or two."""
    hosts = ("independent", "association") if roof else tuple({"independent", today.host})
    fees = [today.fee_factor * FEE_STEP**step for step in (0, 1, 2, -1)]
    choices = itertools.product(("domestic", "open"), scopes, sorted(hosts), (True, False), ("long", "short"), fees)
    return [Terms(*chosen) for chosen in choices]


def scopes_nearby(media: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Today's scope, and every scope with one medium more or one less."""
    flips = [tuple(m for m in MEDIA if (m in media) != (m == flipped)) for flipped in MEDIA]
    return [media, *(scope for scope in flips if scope)]
