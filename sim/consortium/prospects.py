"""What membership is worth to every firm under any charter: one value, shared by joining, staying, voting, founding.

The value is a sum of named terms without unit; a firm belongs where the sum is positive. All firms and all charters on
the table are reckoned at once, each term only as finely as charters differ in it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.compiled import compiled
from sim.consortium.alternatives import Alternatives
from sim.consortium.landscape import Landscape
from sim.consortium.worth import Worth
from sim.fitted import fitted
from sim.parameters import Prior, parameter

WEIGHT: dict[str, Any] = dict(unit="", low=0.0, high=10.0, kind="uncertainty")


@dataclass
class Membership:
    """What firms weigh when they join, stay, vote or found."""

    know_how: float = fitted(
        "membership.know_how", **WEIGHT, source="M1, M15: opportunity, spillover potential; weight assumed",
        meaning="weight of the know-how that the money spent on one's own media brings", moves="members_mean +",
        prior=Prior(2, 7, "below two nobody joins for results, above seven nobody leaves (M1, M15 give the sign only)"),
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
    skills: float = fitted(
        "membership.skills", **WEIGHT, source="M2, M15, M16: skill-sharing, spillover potential; weight assumed",
        meaning="weight of what the other members' own laboratories can teach", moves="wait_international -",
        prior=Prior(4, 10, "M16: skill-sharing is a main motive; half to its whole allowed weight"),
    )
    breadth: float = parameter(
        0.60, **WEIGHT, source="F19: one voice and common technology of all media; weight assumed",
        meaning="weight of the variety of media among the members, for a firm that no threat hurries",
        moves="wait_industry_led +",
    )
    programmes: float = fitted(
        "membership.programmes", **WEIGHT, source="F30, F31: focus under threat; weight assumed",
        meaning="what every further medium in scope costs in attention, for a firm in haste",
        moves="programmes_mean -",
        prior=Prior(0.15, 0.7, "F30, F31 give the sign; half to twice the value first chosen"),
    )
    talent: float = parameter(
        0.12, **WEIGHT, source="F85; weight assumed", meaning="weight of the students that projects train",
        moves="members_mean +",
    )
    fee: float = fitted(
        "membership.fee", **WEIGHT, source="M6, M10; weight assumed", meaning="weight of the fee against own R&D",
        moves="members_mean -",
        prior=Prior(1.5, 4,
                    "M6, M10: dearer consortia have fewer members; two thirds to one and a half of the value first chosen"),
    )
    fee_pain: float = parameter(
        0.008, unit="share of own R&D", low=0.0005, high=0.05, kind="uncertainty", source="assumption",
        meaning="fee that counts as one, as a share of own R&D at US$100 million a year (to the power 0.6 beyond)",
        moves="members_mean +",
    )
    leakage: float = fitted(
        "membership.leakage", **WEIGHT, source="M15, M20: rivalry lowers the gain; weight assumed",
        meaning="weight of what rivals inside may learn", moves="members_mean -",
        prior=Prior(0.5, 2, "a rival's know-how teaches a third as much as one's own (M19); half to twice", "log"),
    )
    abroad: float = fitted(
        "membership.abroad", unit="times", low=0.0, high=5.0, source="M19 finds no national discount in fact; fear assumed",
        meaning="how much more a rival of another country is feared than one at home", moves="wait_international +",
        prior=Prior(0.2, 1.5, "M19 finds no discount for nations, the paper a strong fear (F15)"),
    )
    mismatch: float = fitted(
        "membership.mismatch", **WEIGHT, source="M8, F82; weight assumed",
        meaning="weight of the part of one's business that the scope leaves out", moves="members_mean -",
        prior=Prior(0.4, 1.6, "M8, F82 give the sign; half to twice"),
    )
    speed: float = fitted(
        "membership.speed", **WEIGHT, source="F32, F36: haste under the threat of flash; weight assumed",
        meaning="weight of a faster way to industry under a threat: short horizon, co-ordinated chain",
        moves="wait_industry_led -",
        prior=Prior(1.2, 5, "F32, F36 give the sign; half to twice the value first chosen"),
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
    bother: float = fitted(
        "membership.bother", **WEIGHT, source="assumption", meaning="what any membership costs in attention",
        moves="members_mean -",
        prior=Prior(0.5, 1.5, "an assumption; half to one and a half of the value first chosen"),
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


OF_COMPANY = ("influence", "network", "skills", "breadth", "programmes", "leakage", "mismatch", "antitrust")
OF_MONEY = ("know-how", "public money", "talent", "fee", "strings", "bother")
OF_MANNER = ("speed", "far view", "autonomy")


def values(view: Outlook, on_table: Alternatives, told: Membership, who: np.ndarray | list[int]) -> Worth:
    """The named terms of the value of membership for the firms in `who` (row numbers)."""
    firms, at, exclusive = view.firms, view.firms.place[who], 1.0 - told.outsiders_learn
    by_members = np.empty((len(OF_COMPANY), len(on_table.open), len(at)))
    by_money = np.empty((len(OF_MONEY), len(on_table.public), len(at)))
    by_manner = np.empty((len(OF_MANNER), len(on_table.short), len(at)))
    terms_of_value(
        at, on_table.open, on_table.scope, on_table.evenly, on_table.further, on_table.paid_by, on_table.hosted,
        on_table.same_fees, on_table.public, on_table.fee_factor, on_table.association, on_table.disk_part, on_table.short,
        firms.focus, firms.teaching, firms.absorptive, firms.hurried, firms.lead, firms.line_share, firms.line_weight,
        firms.research, view.need, view.fee, view.votes, view.home, view.present, view.would_come, view.common_share,
        view.share_to_projects,
        view.administration * view.roof_saves, float(view.public_musd), (not view.open_today) * (1.0 - view.open_keeps),
        1.0 - view.roof_keeps, view.chain, told.influence, told.network, told.skills * exclusive, told.breadth,
        told.programmes, told.leakage, told.abroad, told.mismatch, told.antitrust * (1.0 - view.shelter),
        told.know_how * exclusive, told.know_how_half_musd, told.talent, told.fee, told.fee_pain, told.strings, told.bother,
        told.speed, told.far_view, told.autonomy, by_members, by_money, by_manner)  # fmt: skip
    return Worth(len(at), [(on_table.members, OF_COMPANY, by_members), (on_table.money, OF_MONEY, by_money),
                           (on_table.manner, OF_MANNER, by_manner)])  # fmt: skip


@compiled
def terms_of_value(
    at, opened, scope, evenly, further, paid_by, hosted, same_fees, asks_public, fee_factor, under_roof, disk_part, short,
    focus, teaching, absorptive, hurried, lead, line_share, line_weight, research, need, fee, votes, home, present,
    would_come, common_share, share_to_projects, roof_saves, public_musd, lost_by_opening, lost_under_roof, chain, influence,
    network, skills, breadth, programmes, leakage, abroad, mismatch, antitrust, know_how, half_musd, talent, weight_of_fee,
    fee_pain, strings, bother, speed, far_view, autonomy, by_members, by_money, by_manner):  # fmt: skip
    """All terms for the firms `at` their places: who would belong, what money that brings, and what each makes of it."""
    members, at_factor_one = np.zeros((len(scope), len(focus))), np.zeros(scope.shape)
    fees, public = np.empty((len(paid_by), scope.shape[1])), np.empty((len(paid_by), scope.shape[1]))
    expected_members(opened, scope, focus, home, present, would_come, members)
    money_of_sponsors(members, fee, focus, scope, evenly, common_share, at_factor_one)
    money_by_medium(at_factor_one, paid_by, fee_factor, hosted, asks_public, opened, share_to_projects, roof_saves, public_musd,
                    lost_by_opening, lost_under_roof, fees, public)  # fmt: skip
    of_company(at, members, scope, further, focus, need, teaching, absorptive, hurried, lead, line_share, line_weight, votes,
               home, influence, network, skills, breadth, programmes, leakage, abroad, mismatch, antitrust,
               by_members)  # fmt: skip
    of_money(at, fees, same_fees, public, fee_factor, asks_public, need, fee, research, absorptive, know_how, half_musd, talent,
             weight_of_fee, fee_pain, strings, bother, by_money)  # fmt: skip
    of_manner(at, under_roof, disk_part, short, hurried, speed, chain, far_view, autonomy, by_manner)


@compiled
def expected_members(opened, scope, focus, home, present, would_come, members):
    """Rows of members × firms: one for members who may and would stay, a chance for outsiders who might come.

    `members` comes as zeros and is written; a member stays where more than 0.15 of its need is in scope.
    """
    for row in range(len(scope)):
        for firm in range(len(focus)):
            admitted = max(opened[row], home[firm])
            if admitted > 0.0:
                served = min(in_scope(scope[row], focus[firm]), 1.0)
                stays = present[firm] if served > 0.15 else 0.0
                members[row, firm] = admitted * (stays + (1.0 - present[firm]) * would_come[firm] * served)


@compiled
def in_scope(scope, focus):
    """The part of a firm's need that lies on the media in scope; or, of money by medium, what of it meets the need."""
    part = 0.0
    for medium in range(len(scope)):
        part += scope[medium] * focus[medium]
    return part


@compiled
def money_of_sponsors(members, fee, focus, scope, evenly, common_share, money):
    """Fees where the fee factor is one, rows of members × media: the common part evenly, the rest by the sponsors' business.

    `money` comes as zeros and is written.
    """
    for row in range(len(scope)):
        paid_by_all = 0.0
        for firm in range(len(fee)):
            paid = members[row, firm] * fee[firm]
            if paid > 0.0:
                paid_by_all += paid
                sponsored = paid / max(in_scope(scope[row], focus[firm]), 1e-9)
                for medium in range(scope.shape[1]):
                    money[row, medium] += sponsored * focus[firm, medium] * scope[row, medium]
        for medium in range(scope.shape[1]):
            common = common_share * paid_by_all * evenly[row, medium]
            money[row, medium] = (1.0 - common_share) * money[row, medium] + common


@compiled
def money_by_medium(at_factor_one, paid_by, fee_factor, hosted, asks_public, opened, share_to_projects, roof_saves, public_musd,
                    lost_by_opening, lost_under_roof, fees, public):  # fmt: skip
    """Rows of money × media: project money from fees and from the public (million US$ a year), which follows the fees."""
    for purse in range(len(paid_by)):
        row = paid_by[purse]
        kept = (share_to_projects + roof_saves * hosted[purse]) * fee_factor[purse]
        keeps = asks_public[purse] * (1.0 - opened[row] * lost_by_opening) * (1.0 - hosted[purse] * lost_under_roof)
        total = 0.0
        for medium in range(fees.shape[1]):
            fees[purse, medium] = kept * at_factor_one[row, medium]
            total += fees[purse, medium]
        for medium in range(fees.shape[1]):
            public[purse, medium] = public_musd * keeps / max(total, 1e-9) * fees[purse, medium]


@compiled
def of_company(at, members, scope, further, focus, need, teaching, absorptive, hurried, lead, line_share, line_weight, votes,
               home, influence, network, skills, breadth, programmes, leakage, abroad, mismatch, antitrust, terms):  # fmt: skip
    """Terms that follow from who else belongs and what is in scope: terms × rows of members × firms `at` their places.

    Nobody is a rival of itself, and nobody learns from its own laboratory.
    """
    lines, media = line_share.shape[1], scope.shape[1]
    for row in range(len(scope)):
        all_votes, met, feared = 0.0, np.zeros(lines), np.zeros(lines)
        taught, needs = np.zeros(media), np.zeros(media)
        for firm in range(len(votes)):
            here = members[row, firm]
            if here > 0.0:
                all_votes += here * votes[firm]
                fear = here * (1.0 + abroad * (1.0 - home[firm]))
                for line in range(lines):
                    met[line] += here * line_share[firm, line]
                    feared[line] += fear * line_share[firm, line]
                for medium in range(media):
                    taught[medium] += here * teaching[firm, medium]
                    needs[medium] += here * focus[firm, medium]
        variety = diversity(needs)
        spanned = 0.0
        for line in range(lines):
            met[line] = min(met[line], 1.0)
            spanned += met[line]
        for place in range(len(at)):
            firm = at[place]
            here = members[row, firm]
            fear = here * (1.0 + abroad * (1.0 - home[firm]))
            shared, rivals, learns = 0.0, 0.0, 0.0
            for line in range(lines):
                shared += met[line] * line_weight[firm, line]
                rivals += (feared[line] - fear * line_share[firm, line]) * line_weight[firm, line]
            for medium in range(media):
                learns += (taught[medium] - here * teaching[firm, medium]) * need[firm, medium]
            others = all_votes - here * votes[firm]
            terms[0, row, place] = influence * votes[firm] / max(others + votes[firm], 1.0)
            terms[1, row, place] = network / lines * (spanned - shared)
            terms[2, row, place] = skills * absorptive[firm] * learns
            terms[3, row, place] = breadth * (1.0 - hurried[firm]) * variety
            terms[4, row, place] = -programmes * hurried[firm] * further[row]
            terms[5, row, place] = -leakage * lead[firm] * max(rivals, 0.0)
            terms[6, row, place] = mismatch * (in_scope(scope[row], focus[firm]) - 1.0)
            terms[7, row, place] = -antitrust * min(shared, 1.0)


@compiled
def of_money(at, fees, same_fees, public, fee_factor, asks_public, need, fee, research, absorptive, know_how, half_musd, talent,
             weight_of_fee, fee_pain, strings, bother, terms):  # fmt: skip
    """Terms that follow from what projects cost and who pays: terms × rows of money × firms `at` their places.

    What fees alone bring is reckoned once for the rows with the same fees.
    """
    from_fees, private, burden = np.empty((len(fees), len(at))), np.empty((len(fees), len(at))), np.empty(len(at))
    for place in range(len(at)):
        burden[place] = fee_burden(fee[at[place]], research[at[place]], fee_pain)
    for purse in range(len(fees)):
        first = same_fees[purse]
        for place in range(len(at)):
            firm = at[place]
            if first == purse:
                from_fees[purse, place] = in_scope(fees[purse], need[firm])
                private[purse, place] = np.log1p(from_fees[purse, place] / half_musd)
            reached, alone = from_fees[first, place], private[first, place]
            everything, from_public = alone, in_scope(public[purse], need[firm]) if asks_public[purse] > 0.0 else 0.0
            if from_public > 0.0:
                reached += from_public
                everything = np.log1p(reached / half_musd)
            terms[0, purse, place] = know_how * absorptive[firm] * alone
            terms[1, purse, place] = know_how * absorptive[firm] * (everything - alone)
            terms[2, purse, place] = talent * np.log1p(reached * 10.0) * absorptive[firm]
            terms[3, purse, place] = -weight_of_fee * burden[place] * fee_factor[purse]
            terms[4, purse, place] = -strings * asks_public[purse]
            terms[5, purse, place] = -bother


@compiled
def of_manner(at, under_roof, disk_part, short, hurried, speed, chain, far_view, autonomy, terms):
    """Terms that follow from host and horizon: terms × rows of manner × firms `at` their places.

    The association spans the chain of the disk, no other.
    """
    for row in range(len(short)):
        spanned = under_roof[row] * chain * disk_part[row]
        for place in range(len(at)):
            haste = hurried[at[place]]
            terms[0, row, place] = speed * haste * (0.5 * short[row] + spanned)
            terms[1, row, place] = far_view * (1.0 - haste) * (1.0 - short[row])
            terms[2, row, place] = -autonomy * under_roof[row]


@compiled
def fee_burden(fee, research, pain):
    """How a fee weighs against own R&D (both million US$ a year): money for research outside grows less than R&D.

    >>> round(fee_burden(0.16, 200.0, 0.008), 4)
    0.1318
    """
    return fee / (pain * 100.0 * (research / 100.0) ** 0.6 + 1e-3)


@compiled
def diversity(weight):
    """Variety of media among members (Simpson): chance that two dollars of need lie on different media.

    >>> round(float(diversity(np.array([6.0, 2.0, 2.0, 0.0]))), 2)
    0.56
    """
    total, alike = max(weight.sum(), 1e-9), 0.0
    for part in weight:
        alike += (part / total) ** 2
    return 1.0 - alike
