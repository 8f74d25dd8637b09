"""Which shocks there are, what each one takes, and what is refused before anything runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sim import dates
from sim.parameters import SettingError, did_you_mean, parameter


class Kind(NamedTuple):
    """A kind of shock: what happens, what `who` and `whom` name, and the usual share and years where it takes them."""

    happens: str
    who: str = ""  # "firm" or "country" where it may or must be named
    needs_who: bool = False
    whom: bool = False
    share: float | None = None
    share_is: str = ""
    years: float | None = None  # 0 is to the end of the run


KINDS = {
    "largest_core_leaves": Kind("the core member that pays most leaves the largest consortium of the reference country"),
    "member_leaves": Kind("a firm leaves every consortium to which it belongs", who="firm", needs_who=True),
    "makers_merge": Kind("one drive maker buys the drive line of another, the two largest where none is named; "
                         "no authority is asked", who="firm", whom=True),
    "appropriation_cut": Kind("a government takes back part of what it has committed to storage", who="country",
                              share=0.5, share_is="share of the money committed", years=1.0),
    "flash_falls_faster": Kind("the price of flash falls faster than its driver says", share=0.2,
                               share_is="further fall of the price a year", years=0.0),
    "country_closes": Kind("the consortia of a country admit no foreign firm any more", who="country", years=0.0),
    "association_withdraws": Kind("the trade association gives up its roof and its introductions"),
    "recession": Kind("buyers spend less on storage", share=0.2, share_is="share of the demand lost", years=1.5),
}  # fmt: skip


@dataclass
class Shock:
    """One shock: when, what, who is meant, how large, for how long."""

    month: str = parameter(
        "2000-01", unit="month", kind="lever", source="the user's experiment", meaning="month of the shock, such as 2005-06",
    )
    kind: str = parameter(
        "recession", unit="", kind="lever", choices=tuple(KINDS), source="the user's experiment", meaning="what happens",
    )
    who: str = parameter(
        "", unit="", kind="lever", source="the user's experiment",
        meaning="the firm that leaves or buys, or the country that cuts or closes (empty: the reference country)",
    )
    whom: str = parameter(
        "", unit="", kind="lever", source="the user's experiment", meaning="the maker that is bought, where makers merge",
    )
    share: float | None = parameter(
        None, unit="share", low=0.0, high=1.0, kind="lever", source="the user's experiment",
        meaning="how large the shock is; empty: 0.5 of an appropriation, 0.2 a year of the price of flash, 0.2 of demand",
    )
    years: float | None = parameter(
        None, unit="years", low=0.0, high=100.0, kind="lever", source="the user's experiment",
        meaning="how long it lasts, 0 to the end; empty: 1 for an appropriation, 1.5 for a recession, 0 for flash and closing",
    )

    def size(self) -> float:
        """Its share, or the usual one of its kind."""
        return self.share if self.share is not None else KINDS[self.kind].share or 0.0

    def lasts(self) -> float:
        """Its years, or the usual ones of its kind; 0 is to the end of the run."""
        return self.years if self.years is not None else KINDS[self.kind].years or 0.0

    def in_words(self) -> str:
        """`2005-06 recession: buyers spend less on storage (share of the demand lost 0.2; for 1.5 years)`."""
        kind = KINDS[self.kind]
        told = [f"{self.who} buys {self.whom}"] if self.who and self.whom else [self.who] if self.who else []
        told += [f"{kind.share_is} {self.size():g}"] if kind.share is not None else []
        if kind.years is not None:
            told.append(f"for {self.lasts():g} years" if self.lasts() else "to the end of the run")
        return f"{self.month} {self.kind}: {kind.happens}" + (f" ({'; '.join(told)})" if told else "")

    def check(self) -> None:
        """Refuse what its kind does not take, and what it needs and has not. Raises SettingError."""
        kind = KINDS[self.kind]
        dates.number_of(self.month, 0)
        takes = {"who": bool(kind.who), "whom": kind.whom, "share": kind.share is not None, "years": kind.years is not None}
        for name, taken in takes.items():
            if not taken and getattr(self, name) not in (None, ""):
                known = ", ".join(each for each in takes if takes[each]) or "nothing but the month"
                raise SettingError(f"{self.kind} takes no {name}: it takes {known}. Leave {name} out.")
        if kind.needs_who and not self.who:
            raise SettingError(f"{self.kind} must say who: write who: and the name of a {kind.who}.")
        if bool(self.who) != bool(self.whom) and kind.whom:
            raise SettingError(f"{self.kind} names one firm only: write who (buys) and whom (is bought), or neither for the two "
                               "largest makers.")  # fmt: skip
        if kind.whom and self.who and self.who == self.whom:
            raise SettingError(f"{self.kind}: {self.who} cannot buy itself. Name another maker.")


Several = list[Shock]


@dataclass
class Shocks:
    """The shocks of a run; none by default."""

    list: Several = parameter(
        [], unit="", kind="lever", source="the user's experiment", meaning="shocks, each in a month of its own; none by default",
    )

    def refuse_unknown(self, firms: Iterable[str], countries: Iterable[str], first_year: int, months: int) -> None:
        """Refuse a month outside of the run, a firm or a country that the run does not begin with. Raises SettingError."""
        for place, shock in enumerate(self.list):
            month = dates.number_of(shock.month, first_year)
            if not 0 <= month < months:
                last = dates.written(months - 1, first_year)
                raise SettingError(f"shocks.list[{place}]: {shock.month} lies outside of the run, {first_year}-01 to {last}. "
                                   "Write a month of the run, or change horizon.first_year or horizon.years.")  # fmt: skip
            names = {"firm": firms, "country": countries}.get(KINDS[shock.kind].who, ())
            for name in filter(None, (shock.who, shock.whom)):
                _refuse_stranger(f"shocks.list[{place}]", KINDS[shock.kind].who, name, list(names))


def _refuse_stranger(where: str, what: str, name: str, known: "Several | list[str]") -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f" Known are {', '.join(map(str, known[:8]))}."  # type: ignore[arg-type]
        raise SettingError(f"{where}: no {what} of this run is called {name}.{hint}")
