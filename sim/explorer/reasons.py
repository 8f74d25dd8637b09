"""Why one event happened: its terms for the page, reckoned again, and the votes that belong to it."""

import json
from collections.abc import Mapping
from typing import Any

from sim.records.why import TESTS, agrees, calendar, explain, happens, recompute


def reason(events: Mapping[str, Any], row: int) -> dict[str, Any]:
    """The event in a row of a run's ledger (columns of `Record.events`) with what decided it. Raises IndexError."""
    if not 0 <= row < len(events["kind"]):
        raise IndexError(f"the ledger holds no row {row}")
    event = {name: events[name][row] for name in ("month", "year", "kind", "who", "whom", "why", "terms")}
    terms = json.loads(event["terms"] or "{}")
    told: dict[str, Any] = {name: str(event[name] or "") for name in ("kind", "who", "whom", "why")}
    told |= {"date": calendar(int(event["month"]), float(event["year"])), "month": int(event["month"]),
             "plain": explain({**event, "terms": terms}), "decision": decision(terms)}  # fmt: skip
    told["ballots"] = _ballots(events, row, terms)
    return told


_KEPT = ("test", "scale", "draw", "threshold", "months", "yes", "no", "needed")


def decision(terms: Mapping[str, Any]) -> dict[str, Any] | None:
    """The terms of one decision, the heaviest first, and what they come to; None where nothing was weighed."""
    if terms.get("test") not in TESTS:
        return None
    weighed = terms.get("terms") or terms.get("options") or {}
    ranked = sorted(weighed.items(), key=lambda item: -abs(item[1]))
    kept = {name: terms[name] for name in _KEPT if name in terms}
    return {**kept, "terms": [[name, round(float(value), 4)] for name, value in ranked if abs(value) > 5e-5],
            "value": recompute(terms), "happens": happens(terms), "agrees": agrees(terms)}  # fmt: skip


def _ballots(events: Mapping[str, Any], row: int, terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each ballot of a vote with the terms of who cast it: from the vote itself or from the ledger of that month."""
    cast = dict(terms.get("ballots") or {})
    reasons = {name: decision(held) for name, held in (terms.get("reasons") or {}).items()}
    if cast and not reasons:
        reasons = _votes_of_the_month(events, row, cast)
    seats = terms.get("seats") or {}
    return [{"who": name, "yes": bool(ballot), "seats": seats.get(name), "decision": reasons.get(name)}
            for name, ballot in cast.items()]  # fmt: skip


def _votes_of_the_month(events: Mapping[str, Any], row: int, cast: Mapping[str, Any]) -> dict[str, Any]:
    """The last vote before `row`, in its month, of everybody who cast a ballot."""
    found: dict[str, Any] = {}
    for before in range(row - 1, -1, -1):
        if events["month"][before] != events["month"][row] or len(found) == len(cast):
            break
        if events["kind"][before] == "voted" and events["who"][before] in cast and events["who"][before] not in found:
            found[events["who"][before]] = decision(json.loads(events["terms"][before] or "{}"))
    return found
