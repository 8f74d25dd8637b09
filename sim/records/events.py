"""The ledger: every event with who, whom and why, and the terms from which the decision is reckoned again."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pandas

EVENTS = {
    "consortium_founded": "firms found a consortium; the terms hold the vote of the founders",
    "founding_failed": "firms consider founding a consortium and do not",
    "charter_changed": "a consortium changes its charter by vote",
    "charter_kept": "a change of charter is put to the vote and fails",
    "spin_off": "a coalition leaves its consortium's programme and founds a body of its own",
    "spin_off_failed": "a coalition considers a body of its own and the vote fails",
    "consortia_merged": "two consortia become one after a vote in each",
    "merger_of_consortia_failed": "two consortia consider merging and one vote fails",
    "consortium_dissolved": "a consortium ends: too few members or too little money",
    "voted": "a member casts its vote on a motion",
    "joined": "a firm joins a consortium",
    "left": "a firm leaves a consortium of its own will",
    "renewed": "a member stays for another year",
    "membership_lost": "a firm stops being a member: it died, was bought, or may no longer belong",
    "public_award": "a government funds a joint venture of a consortium",
    "single_award": "a government funds the own research of one firm",
    "private_joint_venture": "members start a joint venture without public money",
    "project_started": "a consortium awards a project",
    "project_stopped": "a project is stopped before its end",
    "project_redirected": "a review turns a project to another recording system",
    "slate_approved": "a steering committee approves the projects that its technical committee proposes",
    "slate_refused": "a steering committee refuses the projects proposed; half of them come through",
    "budget_approved": "an executive committee approves the budget applied for",
    "budget_held_back": "an executive committee holds part of the budget back for the reserve",
    "call_without_matrix": "a call is not held: no cell has a priority",
    "roadmap_missed": "a year named in a roadmap passes without the product; trust in the roadmap falls",
    "starts_cut": "a consortium cannot start projects: running ones take all the money there is",
    "system_adopted": "a drive maker decides to build products on another recording system",
    "first_product": "a recording system is sold for the first time",
    "line_merged": "a firm buys a drive line from another; the seller may live on with its other lines",
    "merger_blocked": "an authority forbids a merger",
    "maker_restructured": "a large drive line in distress that nobody buys is cut back and goes on",
    "maker_liquidated": "a drive line ends because nobody buys it",
    "maker_entered": "a firm starts making drives",
    "firm_born": "a firm is born",
    "firm_died": "a firm ends",
    "line_bought": "a firm buys a business line other than drives",
    "experiment": "the user's experiment: a regime of public money put in force or ended, or a shock, and what came of it",
    "government_changed": "a government ends or restarts its storage programme",
}


Row = tuple[int, str, str, str, str, dict[str, Any]]  # month, kind, who, whom, why, terms
Told = tuple[int, str, str, str, str | Callable[[], str], dict[str, Any] | Callable[[], dict[str, Any]]]  # not yet all in words


class Ledger:
    """Events in the order in which they happened; what nobody reads is never put into words."""

    def __init__(self, first_year: int) -> None:
        self.first_year = first_year
        self._told: list[Any] = []  # month, kind, who, whom, why, terms, one entry after the other; or a function and blanks
        self._rows: list[Told] = []  # entries that have been looked at
        self._places: dict[str, list[int]] = {kind: [] for kind in EVENTS}  # where among them the events of a kind stand
        self._found = 0  # how many of them have been found by kind

    def note(self, month: int, kind: str, who: str, whom: str = "", why: str | Callable[[], str] = "",
             terms: dict[str, Any] | Callable[[], dict[str, Any]] | None = None) -> None:  # fmt: skip
        """Write one event down; why and terms may come as functions that put them together when somebody reads them.

        Raises KeyError for a kind that the data dictionary does not hold.
        """
        EVENTS[kind]
        self._told += month, kind, who, whom, why, terms or {}

    def note_all(self, rows: Callable[[], Iterable[Told]]) -> None:
        """Write several events down, which a function puts together when somebody reads them."""
        self._told += rows, None, None, None, None, None

    @property
    def rows(self) -> list[Row]:
        """All events: month, kind, who, whom, why, terms."""
        self._look_through()
        return [self._in_words(place) for place in range(len(self._rows))]

    def of(self, *kinds: str) -> list[Row]:
        """The events of some kinds; only theirs are put into words."""
        self._look_through()
        return [self._in_words(place) for place in sorted(place for kind in set(kinds) for place in self._places[kind])]

    def _look_through(self) -> None:
        """Set out in rows, and by kind, what has been noted since the last look."""
        told, self._told = iter(self._told), []
        for entry in zip(told, told, told, told, told, told, strict=True):
            if callable(entry[0]):
                self._rows += entry[0]()
            else:
                self._rows.append(entry)
        for place in range(self._found, len(self._rows)):
            self._places[self._rows[place][1]].append(place)
        self._found = len(self._rows)

    def _in_words(self, place: int) -> Row:
        """The event that stands at a place."""
        month, kind, who, whom, why, terms = self._rows[place]
        if callable(why) or callable(terms):
            why, terms = why() if callable(why) else why, terms() if callable(terms) else terms
            self._rows[place] = month, kind, who, whom, why, terms
        return cast(Row, self._rows[place])

    def frame(self) -> "pandas.DataFrame":
        """The ledger as a table: month, year, kind, who, whom, why, terms (JSON)."""
        import pandas

        frame = pandas.DataFrame(self.rows, columns=["month", "kind", "who", "whom", "why", "terms"])
        frame["terms"] = [json.dumps(terms, separators=(",", ":")) for terms in frame["terms"]]
        frame.insert(1, "year", self.first_year + frame["month"] / 12.0)
        return frame


class NoLedger(Ledger):
    """Writes nothing: for histories of which nobody will read an event. Raises LookupError when somebody does."""

    def note(self, month: int, kind: str, who: str, whom: str = "", why: str | Callable[[], str] = "",
             terms: dict[str, Any] | Callable[[], dict[str, Any]] | None = None) -> None:  # fmt: skip
        """Let the event go."""

    def note_all(self, rows: Callable[[], Iterable[Told]]) -> None:
        """Let the events go."""

    def _look_through(self) -> None:
        """Refuse what would be read."""
        raise LookupError("this history was run without its events; what is asked of it is read from them.")
