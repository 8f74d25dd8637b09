"""What a firm decides about whole business lines: give up, sell, buy, enter."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.decisions import Decision, by_chance, by_hazard
from sim.firm.state import FirmState
from sim.fitted import fitted
from sim.parameters import Prior, parameter

if TYPE_CHECKING:
    from sim.firm.agent import Firm


@dataclass
class Deals:
    """Mergers, exits and entries."""

    rule: str = parameter(
        "endogenous", unit="", kind="lever", choices=("endogenous", "blocked", "replayed", "by_chance", "distress_only"),
        source="specification, section 5; the last two are rivals, for validation",
        meaning="whether makers merge by decision, not at all, at the recorded dates, at a rate that no gain moves, or only "
        "where a line is in distress", moves="hhi_units_2020 +, hhi_units_2010 +",
    )
    across_borders: bool = parameter(
        True, unit="", kind="lever", source="F25: mergers between the two countries; off for attribution",
        meaning="whether a maker may buy one of another country", moves="mergers_abroad +",
    )
    fewest_makers: int = parameter(
        3, unit="makers", low=1, high=10, kind="lever", source="P11: three makers in 2020; authorities of 2011-12",
        meaning="number of makers below which the authorities let no merger lead", moves="hhi_units_2020 -, hhi_units_2010 -",
    )
    years_of_gain: float = parameter(
        5.0, unit="years", low=1.0, high=20.0, kind="uncertainty", source="assumption: horizon of an acquisition",
        meaning="years over which a buyer counts what a deal saves and earns", moves="mergers_total +",
    )
    sharpness: float = fitted(
        "merger.sharpness", unit="", low=0.2, high=8.0, source="assumption: logit scale of deals",
        meaning="how sharply the hazard of a deal answers to its gain over the revenue bought", moves="mergers_total +",
        prior=Prior(2, 6, "an assumption; half to nearly twice"),
    )
    integration_cost: float = fitted(
        "merger.integration_cost", unit="share of the bought revenue", low=0.0, high=3.0,
        source="Seagate-Maxtor: US$0.5 bn and most of the customers lost (mergers_and_exits.csv)",
        meaning="cost of integrating a bought line, customers lost included", moves="mergers_total -",
        prior=Prior(0.35, 1.4, "Seagate-Maxtor lost most of the customers; half to twice", "log"),
    )
    customers_kept: float = parameter(
        0.6, unit="share", low=0.0, high=1.0, kind="uncertainty", source="assumption",
        meaning="share of a line's customers that stay with its buyer", moves="mergers_total +",
    )
    cost_synergy: float = parameter(
        0.05, unit="share of cost", low=0.0, high=0.3, kind="uncertainty", source="specification, section 5: stochastic gain",
        meaning="mean of the gain in unit cost that a merger may bring beyond the better of the two", moves="mergers_total +",
    )
    foreign_friction: float = parameter(
        0.50, unit="share of the bought revenue", low=0.0, high=3.0, kind="uncertainty",
        source="one of six mergers crossed a border",
        meaning="further cost of buying across a border", moves="mergers_abroad -",
    )
    courtship: float = fitted(
        "merger.courtship", unit="a year", low=0.0001, high=0.1, source="six mergers of makers in 1991-2010; unit of time ours",
        meaning="rate at which a buyer closes with a given maker when the deal brings what it costs",
        moves="mergers_total +",
        prior=Prior(0.0007, 0.006, "six mergers of makers in 1991-2010; the unit of time is ours, so a decade either way", "log"),
    )
    hurdle_margin: float = fitted(
        "merger.hurdle_margin", unit="share of revenue", low=-0.3, high=0.2,
        source="IBM lost US$0.5 bn in two years before it sold",
        meaning="profit over revenue below which a maker counts a year as lost", moves="drive_makers_2000 -",
        prior=Prior(-0.08, 0.02, "from none to IBM's loss of US$0.5 bn in two years before it sold"),
    )
    losing_years: float = fitted(
        "merger.losing_years", unit="years", low=1.0, high=8.0, source="IBM 2001-02; assumption",
        meaning="lost years in a row after which a maker looks for the way out", moves="drive_makers_2000 +",
        prior=Prior(2, 5, "IBM 2001-02 waited two years; owners with other business longer"),
    )
    entry_per_year: float = fitted(
        "merger.entry_per_year", unit="a year", low=0.0, high=5.0, source="entries 1988-96 (drive_makers.csv)",
        meaning="rate of entry into drive making when entry costs nothing", moves="drive_makers_2000 +",
        prior=Prior(0.4, 2, "entries of 1988-96 (drive_makers.csv): about one a year while cheap", "log"),
    )
    entry_cost_musd: float = parameter(
        25.0, unit="million US$", low=5.0, high=500.0, kind="uncertainty",
        source="entry dies out as sunk cost rises; level assumed",
        meaning="fixed cost of a generation at which the rate of entry has fallen to a third", moves="drive_makers_2000 +",
    )
    too_large_to_close: float = parameter(
        0.06, unit="share of units", low=0.0, high=1.0, kind="uncertainty",
        source="no maker of size was wound up after 1999 (mergers_and_exits.csv); level assumed",
        meaning="unit share from which a line in distress is restructured when nobody buys it", moves="drive_makers_2010 +",
    )
    flash_turn: float = parameter(
        -3.4, unit="log rate", low=-8.0, high=2.0, kind="uncertainty", source="makers with flash in 2016 (mergers_and_exits.csv)",
        meaning="log of the yearly rate at which a maker without threat takes up flash", moves="flash_owners_2020 +",
    )


COURTS = "court a maker"
"""The name of the decision in the streams of chance."""
COURTING = 12.0
"""Months in which buyer and seller may find each other, once a year."""


def courts(gain: dict[str, float], told: Deals, draw: float) -> Decision:
    """Buyer and seller find each other and agree within a year, at a rate that rises with the gain."""
    return by_hazard(gain | {"courtship": math.log(told.courtship)}, COURTING, draw)


class DealDecisions(FirmState):
    """The part of a firm that trades business lines."""

    def gives_up(self, margin: float) -> bool:
        """A maker looks for the way out after lost years in a row, or when its cash is gone."""
        told = self.model.settings.merger
        self.losing_years = self.losing_years + 1 if margin < told.hurdle_margin else 0
        other_business = len(self.lines) > 1
        broke = self.cash < 0 and not other_business
        return broke or self.losing_years > told.losing_years + self.more_patient_by() + (1 if other_business else 0)

    def more_patient_by(self) -> float:
        """How many years more (or less) than others an owner bears with losses: half a year either way, its own for good."""
        return self.model.chance.uniform("patience of an owner", 0, self.dice) - 0.5

    def bids(self, target: "Firm", gain: dict[str, float], distress: bool) -> Decision:
        """A maker buys another's drive line: the likelier, the more the deal brings over what it costs.

        `gain` holds the terms of the deal in units of the buyer's yearly profit scale. A line in distress is for
        sale to the best bidder now; for a healthy one, buyer and seller have to find each other first.
        """
        if distress:
            return by_chance(gain, 0.25, self.draw("buy a line in distress", target.dice))
        return courts(gain, self.model.settings.merger, self.draw(COURTS, target.dice))

    def turns_to_flash(self) -> Decision:
        """A maker takes up flash the sooner, the more of its business it expects to lose to it."""
        told = self.model.settings.merger
        return by_hazard({"base": told.flash_turn, "threat": 3.0 * self.threat}, 12.0, self.draw("turn to flash"))
