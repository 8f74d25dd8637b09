"""The page: its skeleton in Dash, everything it is told once, and the application that serves it.

Words are not written here: an element with `data-word` is filled by the page in the language chosen.
"""

from typing import Any

from sim.explorer import controls, payload, words
from sim.explorer.ensemble import SEEDS

CARDS = ("density", "members", "countries", "money", "makers", "readiness", "network", "matrix")
"""The panels in the order of the page; each has a title and a unit among the words."""

PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
"""Plotly as Dash serves it from this machine; the page asks for it once it has asked for the first history."""


def application(desk: Any, ensembles: Any) -> Any:
    """The Dash application; its assets and those of its libraries all come from this machine."""
    from dash import Dash

    from sim.explorer.callbacks import connect

    app = Dash("consortium", serve_locally=True, assets_folder=str(_assets()), title="Storage consortium explorer",
               update_title="",
               meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}])  # fmt: skip
    app.layout = layout()
    connect(app, desk, ensembles)
    return app


def _assets() -> Any:
    from importlib import resources

    return resources.files("sim.explorer").joinpath("assets")


def told() -> dict[str, Any]:
    """What the page is told once: words, controls, record, colours, the size of an ensemble."""
    from sim.report import style
    from sim.technology.systems import systems

    colours = {"black": style.BLACK, "grey": style.GREY, "pale": style.PALE, "orange": style.ORANGE, "sky": style.SKY,
               "green": style.GREEN, "blue": style.BLUE, "vermilion": style.VERMILION, "purple": style.PURPLE,
               "yellow": style.YELLOW}  # fmt: skip
    stages = {name: [colour, style.ink(name)] for name, colour in style.STAGE_COLOURS.items()}
    return {"plotly": PLOTLY, "words": words.words(), "controls": controls.as_plain(), "record": payload.recorded(),
            "colours": colours, "stages": stages, "seeds": SEEDS, "systems": systems().names,
            "settings": sorted(controls.may_be_set())}  # fmt: skip


def layout() -> Any:
    """The skeleton of the page."""
    from dash import dcc, html

    stores = [dcc.Store(id=name) for name in ("asked", "answer", "history", "asked-why", "reason", "asked-many", "many")]
    return html.Div([
        dcc.Store(id="told", data=told()), *stores, dcc.Interval(id="many-clock", interval=700, disabled=True),
        html.A(href="#play", className="skip", **_word("skip_to_player")), _header(html),
        html.Div([
            html.Aside([html.H2(**_word("assumptions")), html.Div(id="controls")], id="assumptions",
                       **_also(aria="assumptions")),
            html.Main([_stage(html), html.Div(id="comparison", hidden=True), html.Div(_cards(html), id="cards"),
                       html.P(id="footnote", **_word("footnote"))]),
            html.Aside(_ledger(html), id="ledger", **_also(aria="ledger")),
        ], id="body"),
        html.Div(id="why", role="dialog", hidden=True), html.Div(id="tour", role="dialog", hidden=True),
        html.Div(id="terms", role="dialog", hidden=True), html.Div(id="hint", role="tooltip", hidden=True),
        html.Div(id="notice", role="status"),
    ], id="page")  # fmt: skip


def _word(key: str, *more: str) -> dict[str, Any]:
    """The attributes by which the page fills an element: its word, then names and words of further attributes."""
    return {"data-word": key, **dict(zip(more[::2], more[1::2], strict=True))}


def _also(**told: str) -> dict[str, Any]:
    """Data attributes: `_also(aria="ledger")` names the word that a reader of the screen is told."""
    return {f"data-{name}": value for name, value in told.items()}


def _header(html: Any) -> Any:
    """Title and the buttons of the whole page."""
    buttons = [html.Button(id=f"do-{name}", type="button", className="quiet", **_word(name)) for name in ("tour", "glossary")]
    language = html.Button(id="do-language", type="button", className="quiet", **_word("language", "data-aria", "language_aria"))
    return html.Header([
        html.Div([html.H1(**_word("title")), html.P(**_word("subtitle"))], className="name"),
        html.Div([html.Div(id="many-box"), html.Button(id="do-hold", type="button", **_word("hold", "data-hint", "hold_meaning")),
                  *buttons, language], className="tools"),
    ])  # fmt: skip


def _stage(html: Any) -> Any:
    """The ribbon and what plays it; the page fills both."""
    return html.Section([html.Div(id="ribbon"), html.Div(id="player")], id="stage")


def _cards(html: Any) -> list[Any]:
    return [
        html.Section([
            html.Div([html.H2(**_word(name)), html.Span(className="unit", id=f"unit-{name}"),
                      html.Button("⤢", type="button", className="enlarge", **_also(card=name, aria="enlarge"))],
                     className="head"),
            html.Div(id=f"plot-{name}", className="plot", role="img"),
        ], className="card", id=f"card-{name}")
        for name in CARDS
    ]  # fmt: skip


def _ledger(html: Any) -> list[Any]:
    return [html.H2(**_word("ledger")), html.P(className="small", **_word("ledger_hint")), html.Div(id="filters"),
            html.Div(id="events")]  # fmt: skip
