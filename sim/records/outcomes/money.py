"""Outcomes about money: fees, public money, what enters and leaves the world."""

import math
from collections.abc import Callable

import numpy as np

from sim.arithmetic import logs
from sim.money import OUTSIDE
from sim.records.outcomes.declared import declare, outcome, sum_of
from sim.records.outcomes.seen import Seen, ratio

_EARLY = slice(24, 108)  # months of the third to the ninth year of the run

declare(
    "public_money_total_musd",
    "public money",
    "million US$",
    "public money spent on projects of the lineage",
    sum_of("public_money_musd"),
)
declare(
    "fee_money_total_musd",
    "fees",
    "million US$",
    "fees that members of the lineage paid",
    sum_of("fee_income_musd"),
)

declare(
    "public_money_committed_musd",
    "public money committed",
    "million US$",
    "public money that the lineage newly committed to projects and joint ventures",
    sum_of("new_public_musd"),
)
declare(
    "private_money_committed_musd",
    "private money committed",
    "million US$",
    "fees and matches that the lineage newly committed to projects and joint ventures",
    sum_of("new_private_musd"),
)


@outcome(
    "administration",
    "share of fees",
    "what all consortia spent on their own running over the fees they received; NaN without fees",
)
def administration_share(seen: Seen) -> float:
    fees = sum(
        float(np.nansum(rows[:, seen.column("fee_income_musd")]))
        for rows in seen.model.recorder.bodies.values()
    )
    return ratio(seen.model.accounts.held("administration"), fees)


def public_share(seen: Seen, months: slice) -> float:
    """Public share of the lineage's new commitments in some months; NaN where there are none."""
    public = float(seen["new_public_musd"][months].sum())
    return ratio(public, public + float(seen["new_private_musd"][months].sum()))


declare(
    "public_share_early",
    "public share, early",
    "share of money",
    "public share of the money the lineage newly committed to projects and joint ventures in the third to "
    "ninth year of the run (1993-1999 from 1991); NaN without any",
    lambda seen: public_share(seen, _EARLY),
)
declare(
    "public_share_all",
    "public share",
    "share of money",
    "the same over the whole run",
    lambda seen: public_share(seen, slice(None)),
)


@outcome(
    "public leverage",
    "US$ per US$",
    "private money committed to projects and joint ventures of the lineage per public "
    "dollar; NaN without public money",
)
def public_leverage(seen: Seen) -> float:
    return ratio(float(seen["new_private_musd"].sum()), float(seen["new_public_musd"].sum()))


@outcome(
    "volatility of public money",
    "log points",
    "standard deviation of the yearly change, in logs, of what the home government commits to storage, over pairs of years with "
    "money; NaN below three of them (the appropriation of 1990-2011: 0.19)",
)
def public_volatility(seen: Seen) -> float:
    yearly = seen["public_committed_musd"][11::12]
    both = (yearly[1:] > 0) & (yearly[:-1] > 0)
    change = logs(yearly[1:][both] / yearly[:-1][both])
    return float(change.std()) if len(change) >= 3 else math.nan


@outcome(
    "volatility of income",
    "coefficient of variation",
    "mean over time of the volatility of the lineage's income over five years; NaN when the lineage never is that old",
)
def income_volatility_mean(seen: Seen) -> float:
    volatility = seen["income_volatility"]
    return seen.mean(volatility[~np.isnan(volatility)])


def _declare_recipients(name: str, words: str, of: Callable[[Seen, str], bool]) -> None:
    declare(
        f"public_money_to_{name}_musd",
        f"public money to {words}",
        "million US$",
        f"public money of all governments awarded to universities, partners of joint ventures and single firms of {words}",
        lambda seen: sum(money for country, money in seen.public_money.items() if of(seen, country)),
    )


def _is_home(seen: Seen, country: str) -> bool:
    return country == seen.model.settings.home.country


def _is_sister(seen: Seen, country: str) -> bool:
    return country == seen.model.settings.sister.country


_declare_recipients("home", "the reference country", _is_home)
_declare_recipients("sister", "the sister country", _is_sister)
_declare_recipients("others", "other countries", lambda seen, country: not (_is_home(seen, country) or _is_sister(seen, country)))

declare(
    "research_total_busd",
    "own R&D",
    "billion US$",
    "firms' own research and development on storage over the run",
    lambda seen: seen.model.research_busd,
)
declare(
    "consumer_surplus_busd",
    "consumer surplus",
    "billion US$",
    "what buyers of drives gained against the price of the first quarter, over the run",
    lambda seen: seen.model.consumer_busd,
)
declare(
    "producer_surplus_busd",
    "producer surplus",
    "billion US$",
    "profit of the storage firms after their own R&D, over the run",
    lambda seen: seen.model.producer_busd,
)
declare(
    "books_imbalance_usd",
    "imbalance of the books",
    "US$",
    "sum over all accounts: zero, or a rule is wrong",
    lambda seen: float(seen.model.accounts.imbalance()),
)


def _declare_outside(account: str, does: str) -> None:
    declare(
        f"outside_{account.replace(' ', '_')}_busd",
        account,
        "billion US$",
        f"{account} {does}: received less paid over the run",
        lambda seen: seen.model.accounts.held(account) / 1e3,
    )


for _account, _does in OUTSIDE.items():
    _declare_outside(_account, _does)
