"""What membership is worth to every firm under any charter: one value, shared by joining, staying, voting, founding.

The value is a sum of named terms without unit; a firm belongs where the sum is positive. All firms and all charters on
the table are reckoned at once: arrays of charters × firms.
"""

from dataclasses import dataclass

import numpy as np

from sim.consortium.alternatives import Alternatives
from sim.parameters import parameter

WEIGHT = dict(unit="", low=0.0, high=10.0, kind="uncertainty")


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
        6.0, **WEIGHT, source="M2, M15, M16: skill-sharing, spillover potential; weight assumed",
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
    """What everybody needs to know to value a charter; N living firms, M media, L lines."""

    place: np.ndarray  # where a firm stands below, by row of the firm table

    focus: np.ndarray  # N × M, what each firm's business needs
    need: np.ndarray  # N × M, the same less what another consortium of the firm serves
    fee: np.ndarray  # N, million US$ a year at fee factor one
    votes: np.ndarray  # N, votes each firm would have
    research: np.ndarray  # N, own R&D, million US$ a year
    research_share: np.ndarray  # N, share of the world's R&D on storage
    absorptive: np.ndarray  # N
    lead: np.ndarray  # N, 0..1: know-how ahead of the others
    line_share: np.ndarray  # N × L, share of the world's revenue of each line
    line_weight: np.ndarray  # N × L, share of each line in the firm's own storage revenue
    home: np.ndarray  # N, one where the ultimate owner sits in the body's country
    threat: np.ndarray  # N, expected loss to flash
    present: np.ndarray  # N, one for today's members
    would_come: np.ndarray  # N, chance that an outsider would join if it might
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
    """Groups of charters × firms: one for members who may and would stay, a chance for outsiders who might come."""
    served = np.minimum(on_table.group_scope @ view.focus.T, 1.0)
    may = np.maximum(on_table.group_open[:, None], view.home[None, :])
    stays = view.present * (served > 0.15)
    comes = (1.0 - view.present) * view.would_come * served
    return may * (stays + comes)


def money_by_medium(view: Outlook, on_table: Alternatives, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Charters × media: project money from fees and from the public (million US$ a year).

    A part of the fees is common to all media in scope; the rest follows the sponsors' own business.
    """
    paid = members * view.fee
    in_scope = view.focus * on_table.group_scope[:, None, :]
    sponsored = in_scope / np.maximum(in_scope.sum(axis=2, keepdims=True), 1e-9)
    from_sponsors = np.matmul(paid[:, None, :], sponsored)[:, 0, :]
    evenly = on_table.group_scope / on_table.group_scope.sum(axis=1, keepdims=True)
    at_factor_one = (1.0 - view.common_share) * from_sponsors + view.common_share * paid.sum(axis=1, keepdims=True) * evenly
    kept = view.share_to_projects + view.administration * view.roof_saves * on_table.association
    fees = (kept * on_table.fee_factor)[:, None] * at_factor_one[on_table.group]
    opens = (on_table.open > 0) & (not view.open_today)
    keeps = on_table.public * np.where(opens, view.open_keeps, 1.0)
    keeps = keeps * np.where(on_table.association > 0, view.roof_keeps, 1.0)
    public = view.public_musd * keeps[:, None] * fees / np.maximum(fees.sum(axis=1, keepdims=True), 1e-9)
    return fees, public


def values(view: Outlook, on_table: Alternatives, told: Membership, who: np.ndarray | list[int]) -> dict[str, np.ndarray]:
    """The named terms of the value of membership for the firms in `who` (row numbers), each charters × firms.

    A term that is the same for all of them, or for all charters, has one column or one row.
    """
    at = view.place[who]
    members = expected_members(view, on_table)
    fees, public = money_by_medium(view, on_table, members)
    group = on_table.group
    focus, need = view.focus[at], view.need[at]
    line_weight, absorptive = view.line_weight[at], view.absorptive[at]
    exclusive = told.know_how * absorptive * (1.0 - told.outsiders_learn)
    everything = fees + public
    from_fees = np.log1p(fees @ need.T / told.know_how_half_musd)
    votes = (members @ view.votes)[:, None] + view.votes[at]
    feared = members * (1.0 + told.abroad * (1.0 - view.home))
    inside = feared @ view.line_share
    met = np.minimum(members @ view.line_share, 1.0)
    itself = (line_weight * view.line_share[at]).sum(axis=1) * feared[:, at]
    hurried = view.threat[at] * focus[:, 0]
    roof, short = on_table.association[:, None], on_table.short[:, None]
    laboratories = view.research_share[:, None] * view.focus
    own = (laboratories[at] * need).sum(axis=1) * members[:, at]
    taught = members @ laboratories @ need.T - own
    variety = diversity(members @ view.focus)[:, None]
    return {
        "know-how": exclusive * from_fees,
        "public money": exclusive * (np.log1p(everything @ need.T / told.know_how_half_musd) - from_fees),
        "influence": (told.influence * view.votes[at] / np.maximum(votes, 1.0))[group],
        "network": (told.network * (met @ (1.0 - line_weight).T) / len(view.line_share[0]))[group],
        "skills": (told.skills * absorptive * taught)[group],
        "breadth": (told.breadth * (1.0 - hurried) * variety)[group],
        "programmes": (-told.programmes * hurried * (on_table.group_scope.sum(axis=1) - 1.0)[:, None])[group],
        "talent": told.talent * np.log1p((everything @ need.T) * 10.0) * absorptive,
        "fee": -told.fee * fee_burden(view.fee[at], view.research[at], told.fee_pain) * on_table.fee_factor[:, None],
        "leakage": (-told.leakage * view.lead[at] * np.maximum(inside @ line_weight.T - itself, 0.0))[group],
        "mismatch": (-told.mismatch * (1.0 - on_table.group_scope @ focus.T))[group],
        "speed": told.speed * hurried * (0.5 * short + roof * view.chain),
        "far view": told.far_view * (1.0 - hurried) * (1.0 - short),
        "autonomy": -told.autonomy * roof,
        "antitrust": (-told.antitrust * (1.0 - view.shelter) * np.minimum(met @ line_weight.T, 1.0))[group],
        "strings": -told.strings * on_table.public[:, None],
        "bother": np.full((len(on_table), 1), -told.bother),
    }


def fee_burden(fee: np.ndarray, research: np.ndarray, pain: float) -> np.ndarray:
    """How a fee weighs against own R&D (both million US$ a year): money for research outside grows less than R&D.

    >>> fee_burden(np.array([0.16]), np.array([200.0]), 0.008).round(4)
    array([0.132])
    """
    return fee / (pain * 100.0 * (research / 100.0) ** 0.6 + 1e-3)


def diversity(weight: np.ndarray) -> np.ndarray:
    """Variety of media among members (Simpson): chance that two dollars of need lie on different media.

    >>> diversity(np.array([[6.0, 2.0, 2.0, 0.0]])).round(2)
    array([0.56])
    """
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
    return 1.0 - (share * share).sum(axis=1)


def total_terms(terms: dict[str, np.ndarray], charters: int, firms: int) -> dict[str, np.ndarray]:
    """The terms, each as a full array of charters × firms."""
    return {name: np.broadcast_to(term, (charters, firms)) for name, term in terms.items()}


def total(terms: dict[str, np.ndarray]) -> np.ndarray:
    """The value of membership, charters × firms: the sum of its terms."""
    result = 0.0
    for term in terms.values():
        result = result + term
    return np.asarray(result)
