"""What membership is worth to every firm under any charter: one value, shared by joining, staying, voting, founding.

The value is a sum of named terms without unit; a firm belongs where the sum is positive. All firms and all charters on
the table are reckoned at once, each term only as finely as charters differ in it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.consortium.alternatives import Alternatives
from sim.consortium.landscape import Landscape, Own
from sim.consortium.worth import Worth
from sim.parameters import parameter

WEIGHT: dict[str, Any] = dict(unit="", low=0.0, high=10.0, kind="uncertainty")


@dataclass
class Membership:
    """What firms weigh when they join, stay, vote or found."""

    know_how: float = parameter(
        4.0, **WEIGHT, source="M1, M15: opportunity, spillover potential; weight assumed",
        meaning="weight of the know-how that the money spent on one's own media brings", moves="members_mean +",
    )
    know_how_half_musd: float = parameter(
        3.0, unit="million US$ a year", low=0.1, high=20.0, kind="uncertainty", source="size of the disk programme, C029",
        meaning="project money at which the value of know-how begins to flatten", moves="members_mean -",
    )
    influence: float = parameter(
        1.0, **WEIGHT, source="M7; weight assumed", meaning="weight of one's share of the votes", moves="members_mean +",
    )
    network: float = parameter(
        1.0, **WEIGHT, source="M2, M7: complementary capabilities, ties; weight assumed",
        meaning="weight of meeting the rest of the supply chain", moves="members_mean +",
    )
    skills: float = parameter(
        8.0, **WEIGHT, source="M2, M15, M16: skill-sharing, spillover potential; weight assumed",
        meaning="weight of what the other members' own laboratories can teach", moves="wait_international -",
    )
    breadth: float = parameter(
        0.60, **WEIGHT, source="F19: one voice and common technology of all media; weight assumed",
        meaning="weight of the variety of media among the members, for a firm that no threat hurries", moves="wait_industry_led +",
    )
    programmes: float = parameter(
        0.35, **WEIGHT, source="F30, F31: focus under threat; weight assumed",
        meaning="what every further medium in scope costs in attention, for a firm in haste",
        moves="programmes_mean -",
    )
    talent: float = parameter(
        0.12, **WEIGHT, source="F85; weight assumed", meaning="weight of the students that projects train",
        moves="members_mean +",
    )
    fee: float = parameter(
        2.6, **WEIGHT, source="M6, M10; weight assumed", meaning="weight of the fee against own R&D", moves="members_mean -",
    )
    fee_pain: float = parameter(
        0.008, unit="share of own R&D", low=0.0005, high=0.05, kind="uncertainty", source="assumption",
        meaning="fee that counts as one, as a share of own R&D at US$100 million a year (to the power 0.6 beyond)", moves="members_mean +",
    )
    leakage: float = parameter(
        1.0, **WEIGHT, source="M15, M20: rivalry lowers the gain; weight assumed",
        meaning="weight of what rivals inside may learn", moves="members_mean -",
    )
    abroad: float = parameter(
        0.7, unit="times", low=0.0, high=5.0, kind="uncertainty", source="M19 finds no national discount in fact; fear assumed",
        meaning="how much more a rival of another country is feared than one at home", moves="wait_international +",
    )
    mismatch: float = parameter(
        0.8, **WEIGHT, source="M8, F82; weight assumed",
        meaning="weight of the part of one's business that the scope leaves out", moves="members_mean -",
    )
    speed: float = parameter(
        2.6, **WEIGHT, source="F32, F36: haste under the threat of flash; weight assumed",
        meaning="weight of a faster way to industry under a threat: short horizon, co-ordinated chain",
        moves="wait_industry_led -",
    )
    far_view: float = parameter(
        0.35, **WEIGHT, source="F71, F72; weight assumed",
        meaning="weight of far-term research for a firm that no threat hurries", moves="far_share_mean +",
    )
    autonomy: float = parameter(
        0.25, **WEIGHT, source="assumption", meaning="weight of being one's own master against an association's roof",
        moves="wait_industry_led +",
    )
    antitrust: float = parameter(
        1.5, **WEIGHT, source="F17, F80: NCRA", meaning="weight of the antitrust risk where co-operation is not sheltered",
        moves="members_mean -",
    )
    strings: float = parameter(
        0.12, **WEIGHT, source="rules of public programmes (atp_awards_and_rules.csv); weight assumed",
        meaning="weight of the reports, audits and conditions that come with public money", moves="public_money_total_musd -",
    )
    bother: float = parameter(
        0.95, **WEIGHT, source="assumption", meaning="what any membership costs in attention", moves="members_mean -",
    )
    served_elsewhere: float = parameter(
        0.5, unit="share", low=0.0, high=1.0, kind="uncertainty", source="duplicated membership; level assumed",
        meaning="part of a need that counts no more because another consortium of the firm serves it", moves="consortia_mean -",
    )
    outsiders_learn: float = parameter(
        0.25, unit="share", low=0.0, high=1.0, kind="uncertainty", source="specification, section 11, direction 8",
        meaning="share of the results that outsiders get all the same", moves="members_mean -",
    )


@dataclass
class Outlook:
    """What everybody needs to know to value a charter; N living firms, M media."""

    firms: Landscape
    need: np.ndarray  # N × M, what no other consortium of the firm serves
    fee: np.ndarray  # N, million US$ a year where the fee factor is one
    votes: np.ndarray  # N
    home: np.ndarray  # N, one where the ultimate owner sits in the body's country
    present: np.ndarray  # N, one for today's members
    would_come: float | np.ndarray  # chance that an outsider would join if it might
    public_musd: float  # public money a year that firms expect under today's charter
    open_today: bool  # whether foreign firms may join already
    open_keeps: float  # share of it that a body keeps when it opens
    roof_keeps: float  # share of it that a body under the association's roof keeps
    shelter: float  # 0..1, how well the law shelters co-operation
    administration: float  # share of fees for own running, independent body
    roof_saves: float  # share of it that the association's roof saves
    chain: float  # 0..1, how much of the supply chain the association spans
    common_share: float
    share_to_projects: float


def expected_members(view: Outlook, on_table: Alternatives) -> np.ndarray:
    """Rows of members × firms: one for members who may and would stay, a chance for outsiders who might come."""
    served = np.minimum(on_table.scope @ view.firms.focus.T, 1.0)
    stays = view.present * (served > 0.15)
    comes = (1.0 - view.present) * view.would_come * served
    return np.maximum(on_table.open[:, None], view.home) * (stays + comes)


def money_by_medium(view: Outlook, on_table: Alternatives, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of money × media: project money from fees and from the public (million US$ a year).

    A part of the fees is common to all media in scope; the rest follows the sponsors' own business.
    """
    paid = members * view.fee
    in_scope = np.maximum(on_table.scope @ view.firms.focus.T, 1e-9)
    from_sponsors = (paid / in_scope) @ view.firms.focus * on_table.scope
    common = view.common_share * paid.sum(axis=1)[:, None] * on_table.evenly
    at_factor_one = (1.0 - view.common_share) * from_sponsors + common
    kept = view.share_to_projects + view.administration * view.roof_saves * on_table.hosted
    fees = (kept * on_table.fee_factor)[:, None] * at_factor_one[on_table.paid_by]
    opens = 0.0 if view.open_today else on_table.open[on_table.paid_by]
    keeps = on_table.public * (1.0 - opens * (1.0 - view.open_keeps)) * (1.0 - on_table.hosted * (1.0 - view.roof_keeps))
    public = (view.public_musd * keeps / np.maximum(fees.sum(axis=1), 1e-9))[:, None] * fees
    return fees, public


def values(view: Outlook, on_table: Alternatives, told: Membership, who: np.ndarray | list[int]) -> Worth:
    """The named terms of the value of membership for the firms in `who` (row numbers)."""
    at = view.firms.place[who]
    own, need = view.firms.seen_by(at), view.need[at].T
    members = expected_members(view, on_table)
    by_members = _of_company(view, on_table, told, members, at, own, need)
    by_money = _of_money(view, on_table, told, money_by_medium(view, on_table, members), at, own, need)
    roof, short = on_table.association[:, None], on_table.short[:, None]
    spanned = roof * view.chain * on_table.disk_part[:, None]  # the association spans the disk's chain, no other
    by_manner = {
        "speed": told.speed * own.hurried * (0.5 * short + spanned),
        "far view": told.far_view * (1.0 - own.hurried) * (1.0 - short),
        "autonomy": -told.autonomy * roof,
    }
    return Worth(len(at), [(on_table.members, by_members), (on_table.money, by_money), (on_table.manner, by_manner)])


def _of_company(view: Outlook, on_table: Alternatives, told: Membership, members: np.ndarray, at: np.ndarray, own: Own,
                need: np.ndarray) -> dict[str, np.ndarray]:  # fmt: skip
    """Terms that follow from who else belongs and what is in scope."""
    firms, own_votes = view.firms, view.votes[at]
    feared = members * (1.0 + told.abroad * (1.0 - view.home))
    met = np.minimum(members @ firms.line_share, 1.0)
    shared = met @ own.line_weight  # how far the firm's own lines meet their like
    rivals = np.maximum(feared @ firms.line_share @ own.line_weight - own.itself * feared[:, at], 0.0)
    taught = members @ firms.teaching @ need - (own.teaching * need).sum(axis=0) * members[:, at]
    variety = diversity(members @ firms.focus)[:, None]
    lines = len(own.line_weight)
    others = (members @ view.votes)[:, None] - members[:, at] * own_votes
    return {
        "influence": told.influence * own_votes / np.maximum(others + own_votes, 1.0),
        "network": told.network / lines * (met.sum(axis=1)[:, None] - shared),
        "skills": told.skills * (1.0 - told.outsiders_learn) * own.absorptive * taught,
        "breadth": told.breadth * (1.0 - own.hurried) * variety,
        "programmes": -told.programmes * own.hurried * on_table.further[:, None],
        "leakage": -told.leakage * own.lead * rivals,
        "mismatch": told.mismatch * (on_table.scope @ own.focus - 1.0),
        "antitrust": -told.antitrust * (1.0 - view.shelter) * np.minimum(shared, 1.0),
    }


def _of_money(view: Outlook, on_table: Alternatives, told: Membership, money: tuple[np.ndarray, np.ndarray],
              at: np.ndarray, own: Own, need: np.ndarray) -> dict[str, np.ndarray]:  # fmt: skip
    """Terms that follow from what projects cost and who pays."""
    fees, public = money
    exclusive = told.know_how * (1.0 - told.outsiders_learn) * own.absorptive
    from_fees = np.log1p(fees @ need / told.know_how_half_musd)
    reached = (fees + public) @ need
    burden = fee_burden(view.fee[at], own.research, told.fee_pain)
    return {
        "know-how": exclusive * from_fees,
        "public money": exclusive * (np.log1p(reached / told.know_how_half_musd) - from_fees),
        "talent": told.talent * np.log1p(reached * 10.0) * own.absorptive,
        "fee": -told.fee * burden * on_table.fee_factor[:, None],
        "strings": -told.strings * on_table.public[:, None],
        "bother": np.full((len(fees), 1), -told.bother),
    }


def fee_burden(fee: np.ndarray, research: np.ndarray, pain: float) -> np.ndarray:
    """How a fee weighs against own R&D (both million US$ a year): money for research outside grows less than R&D.

    >>> fee_burden(np.array([0.16]), np.array([200.0]), 0.008).round(4)
    array([0.1318])
    """
    return fee / (pain * 100.0 * (research / 100.0) ** 0.6 + 1e-3)


def diversity(weight: np.ndarray) -> np.ndarray:
    """Variety of media among members (Simpson): chance that two dollars of need lie on different media.

    >>> diversity(np.array([[6.0, 2.0, 2.0, 0.0]])).round(2)
    array([0.56])
    """
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
    return 1.0 - (share * share).sum(axis=1)
