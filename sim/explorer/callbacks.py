"""What the page asks the server for, and the functions of the page that are called with the answers.

The page writes what it wants into a store (`asked`, `asked-why`, `asked-many`); the answers come back as stores, and a
function of `assets/` draws them. Playing asks for nothing.
"""

from typing import Any

from sim.explorer.desk import Desk, DeskError
from sim.explorer.ensemble import Ensembles
from sim.explorer.reasons import reason
from sim.explorer.wish import Refused, read


def connect(app: Any, desk: Desk, ensembles: Ensembles) -> None:
    """Declare every callback of the application."""
    from dash import ClientsideFunction, Input, Output, no_update

    @app.callback(Output("answer", "data"), Output("history", "data"), Input("asked", "data"), prevent_initial_call=True)
    def answers(asked: Any) -> Any:
        answer, history = answered(asked, desk)
        return answer, no_update if history is None else history

    @app.callback(Output("reason", "data"), Input("asked-why", "data"), prevent_initial_call=True)
    def reasons(asked: Any) -> Any:
        return told_why(asked, desk)

    @app.callback(Output("many", "data"), Input("asked-many", "data"), Input("many-clock", "n_intervals"),
                  prevent_initial_call=True)  # fmt: skip
    def many(asked: Any, _ticks: int) -> Any:
        from dash import ctx

        return counted(asked, ensembles, asks=ctx.triggered_id == "asked-many")

    for function, *stores in (("begins", "told"), ("received", "answer", "history"), ("explained", "reason"),
                              ("counted", "many")):  # fmt: skip
        app.clientside_callback(ClientsideFunction("explorer", function), *(Input(store, "data") for store in stores))


def answered(asked: Any, desk: Desk) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The answer to a wish and its history, or what is refused and no history.

    `serial` of the question comes back with the answer: the page drops what it no longer waits for.
    """
    serial = (asked or {}).get("serial", 0)
    try:
        wish = read(asked)
    except Refused as refused:
        return {"serial": serial, "refused": refused.sentences}, None
    answer = {"serial": serial, "refused": {}, "standing": wish.standing, "changed": wish.changed, "seed": wish.seed,
              "command": wish.command, "query": wish.query, "key": wish.key}  # fmt: skip
    try:
        history = desk.history(wish)
    except DeskError as error:
        return answer | {"failed": str(error)}, None
    return answer, history | {"serial": serial}


def told_why(asked: Any, desk: Desk) -> dict[str, Any]:
    """Why an event of a history happened: the wish of the history, and the row of its ledger."""
    try:
        return {"serial": (asked or {}).get("serial", 0), **reason(desk.ledger(read(asked)), int(asked.get("row", -1)))}
    except (Refused, DeskError, IndexError, TypeError, ValueError) as error:
        return {"failed": str(error) or "unknown"}


def counted(asked: Any, ensembles: Ensembles, *, asks: bool) -> dict[str, Any] | None:
    """Start, stop or look at an ensemble: `action` of the question, `seeds` at most 200."""
    from sim.explorer.ensemble import MOST, SEEDS

    try:
        wish, seeds = read(asked), int((asked or {}).get("seeds", SEEDS))
    except (Refused, TypeError, ValueError) as error:
        return {"status": "failed", "words": str(error)}
    seeds = max(2, min(MOST, seeds))
    action = (asked or {}).get("action")
    if asks and action == "start":
        return ensembles.start(wish, seeds)
    if asks and action == "stop":
        return ensembles.stop(wish, seeds)
    return ensembles.state(wish, seeds)
