"""The explorer without a browser: what a page asks for is checked, what it is sent is whole, every word is in both languages."""

import itertools
import json
import re
import socket
import time
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest

from sim.explorer import controls, page, payload, words
from sim.explorer.callbacks import answered, counted, told_why
from sim.explorer.desk import Desk, DeskError, make
from sim.explorer.ensemble import Ensembles, summary
from sim.explorer.reasons import decision, reason
from sim.explorer.server import PortError, bound
from sim.explorer.ties import ties
from sim.explorer.watching import Watched
from sim.explorer.wish import Refused, read
from sim.records.events import EVENTS
from sim.records.why import recompute

SHORT = {"horizon.years": "6"}


class AtOnce(Desk):
    """A desk that makes histories in this process."""

    def _made(self, wish, patience=None):
        if wish.key not in self._store:
            self._keeps(wish.key, make(wish.overrides, wish.seed))
        return self._store[wish.key]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return AtOnce(held=2)


@pytest.fixture(scope="module")
def history(desk: Desk) -> dict:
    answer, found = answered({"settings": SHORT, "seed": "7", "serial": 5}, desk)
    assert answer["refused"] == {} and answer["serial"] == found["serial"] == 5
    return found


def test_a_history_is_whole_and_plain(history: dict) -> None:
    assert history["months"] == 72 and history["seed"] == 7
    assert all(len(values) == 72 for values in history["series"].values())
    assert set(history["series"]) >= set(payload.SERIES) | set(payload.OVER_A_YEAR) | set(payload.BANDED)
    assert len(json.dumps(history, allow_nan=False)) < 400_000
    assert history["spans"][0][0] == 0 and history["spans"][-1][1] == 72
    ties = history["ties"]
    for members, performers, living in ties["years"].values():
        assert all(firm < len(ties["firms"]) and body < len(ties["consortia"]) for firm, body, _ in members)
        assert all(who < len(ties["universities"]) for who, _, _ in performers)
        assert set(living) <= set(range(len(ties["firms"])))
    assert all(len(row) == 24 for row in history["readiness"]["ready"])


def test_the_history_is_the_one_of_the_command_line(history: dict) -> None:
    from sim import simulate

    run = simulate(["horizon.years=6"], seed=7)
    assert history["series"]["members"] == run.series["members"].astype(int).tolist()
    assert history["series"]["product_density_gb_in2"] == payload.shortened(run.series["product_density_gb_in2"])


def test_every_event_of_the_page_has_its_reason(history: dict, desk: Desk) -> None:
    events, ledger = history["events"], desk.ledger(read({"settings": SHORT, "seed": 7}))
    for row, kind, who in zip(events["row"], events["kind"], events["who"], strict=True):
        told = reason(ledger, row)
        assert (told["kind"], told["who"]) == (events["words"][kind], events["words"][who])
        assert told["decision"] is None or told["decision"]["agrees"]


def test_a_vote_is_told_with_the_ballots_and_what_each_weighed(history: dict, desk: Desk) -> None:
    events = history["events"]
    kinds = [events["words"][kind] for kind in events["kind"]]
    row = events["row"][kinds.index("consortium_founded")]
    told = told_why({"settings": SHORT, "seed": 7, "row": row}, desk)
    assert told["ballots"] and all(ballot["decision"]["agrees"] for ballot in told["ballots"])
    assert all(ballot["decision"]["happens"] == ballot["yes"] for ballot in told["ballots"])


def test_terms_come_heaviest_first_and_reckoned_again() -> None:
    terms = {"test": "comparison", "terms": {"a": 0.1, "b": -0.5, "none": 1e-17}, "threshold": 0.0, "value": -0.4}
    told = decision(terms)
    assert told["terms"] == [["b", -0.5], ["a", 0.1]]
    assert told["value"] == recompute(terms) and not told["happens"]
    assert decision({}) is None


@pytest.mark.parametrize(
    ("asked", "name", "words"),
    [
        ({"settings": {"charter.fee_factor": "abc"}}, "charter.fee_factor", "is not a number"),
        ({"settings": {"charter.fee_factor": "-1"}}, "charter.fee_factor", "allowed 0 to 200"),
        ({"settings": {"charter.fee_factor": ""}}, "charter.fee_factor", "cannot be read"),
        ({"settings": {"charter.fee_factor": "${oc.env:HOME}"}}, "charter.fee_factor", "cannot be read"),
        ({"settings": {"funding": "foo"}}, "funding", "write one of"),
        ({"settings": {"funding": "../../etc/passwd"}}, "funding", "write one of"),
        ({"settings": {"charter.fee_factr": "1"}}, "charter.fee_factr", "Did you mean charter.fee_factor"),
        ({"settings": {"home.money_file": "x.csv"}}, "home.money_file", "cannot be set here"),
        ({"settings": {"population.firms": "/etc/passwd"}}, "population.firms", "cannot be set here"),
        ({"settings": {"population.copies": "20"}}, "population.copies", "cannot be set here"),
        ({"settings": {"horizon.years": "99"}}, "horizon.years", "at most 60 years"),
        ({"settings": {"hydra.run.dir": "x"}}, "hydra.run.dir", "is no setting"),
        ({"settings": {"+a": "1"}}, "+a", "is no setting"),
        ({"seed": "x"}, "seed", "not a whole number"),
        ({"seed": "99999999999"}, "seed", "not a whole number"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(asked: dict, name: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        read(asked)
    assert words in refused.value.sentences[name]


def test_a_wish_is_the_same_link_and_command() -> None:
    wish = read({"settings": {"funding": "constant", "charter.fee_factor": "2"}, "seed": 3})
    assert wish.command == "consortium run funding=constant charter.fee_factor=2 --seed 3"
    assert wish.query == "funding=constant&charter.fee_factor=2&seed=3"
    assert wish.key == read({"settings": {"charter.fee_factor": "2.0", "funding": "constant"}, "seed": "3"}).key
    assert wish.standing["funding"] == "constant" and wish.standing["merger"] == "endogenous"


def test_every_control_tells_meaning_range_and_source() -> None:
    for told in controls.as_plain():
        assert told["range"] and told["source"] and (told["meaning"] or told["choices"])
        if told["slider"]:
            low, high, step = told["slider"]
            assert low < high and step > 0
            for value in (low, high):
                read({"settings": {told["name"]: f"{value:g}"}})


def test_only_the_last_histories_are_kept(desk: Desk) -> None:
    for seed in (1, 2, 3):
        answered({"settings": {"horizon.years": "1"}, "seed": seed}, desk)
    assert len(desk) == 2


def test_a_history_that_fails_is_told_in_words() -> None:
    class Broken(Desk):
        def _made(self, wish, patience=None):
            raise DeskError("it broke")

    answer, history = answered({}, Broken())
    assert history is None and answer["failed"] == "it broke"


def test_many_seeds_give_bands_between_which_the_middle_lies() -> None:
    ensembles, asked = Ensembles(processes=1), {"settings": {"horizon.years": "3"}, "seeds": 3, "action": "start"}
    ensembles._in_processes = lambda: 1  # no process of its own for three short histories
    try:
        told = counted(asked, ensembles, asks=True)
        until = time.monotonic() + 60
        while told["status"] in ("waiting", "running") and time.monotonic() < until:
            time.sleep(0.05)
            told = counted(asked, ensembles, asks=False)
    finally:
        ensembles.close()
    assert told["status"] == "done" and told["made"] == 3 and told["failed"] == 0
    low, middle, high = told["summary"]["bands"]["members"]
    assert len(low) == 36 and all(a <= b <= c for a, b, c in zip(low, middle, high, strict=True))
    assert all(abs(sum(shares) - 1) < 1e-3 for shares in zip(*told["summary"]["stages"].values(), strict=True))


def test_a_failed_seed_is_counted_and_does_not_spoil_the_rest() -> None:
    assert summary([{"error": "no"}])["runs"] == 0
    assert counted({"settings": {"funding": "foo"}}, Ensembles(), asks=True)["status"] == "failed"


def test_every_word_is_in_both_languages() -> None:
    table = dict(words.words())
    ledger, glossary = table.pop("ledger"), table.pop("glossary")
    control, of_choice = table.pop("control"), table.pop("choice_meaning")
    for name, pair in [*words.pairs(table), *words.pairs(ledger["kind"])]:
        assert len(pair) == 2 and (all(pair) or name.startswith("unit_short")), name
        assert pair[0].count("{") == pair[1].count("{") or "refused" in name, name
    for told in controls.as_plain():
        name, meaning = control[told["name"]]["name"], control[told["name"]]["meaning"]
        assert all(name) and meaning[1] and (meaning[0] or told["meaning"])
        assert all(of_choice[f"{told['name']}.{choice}"] for choice in told["choices"])
        assert told["unit"] in ("", *table["unit"]) and told["unit"] in ("", *table["unit_short"])
    assert set(ledger["kind"]) == set(EVENTS)
    shown = {kind for kinds in ledger["group"].values() for kind in kinds}
    assert shown == set(EVENTS) - set(payload.QUIET)
    assert all(all(term[part] for part in ("en", "zh", "meaning", "meaning_zh")) for term in glossary)


def test_chinese_is_set_with_its_own_marks() -> None:
    table = dict(words.words())
    ledger, glossary = table.pop("ledger"), table.pop("glossary")
    texts = list(table.pop("choice_meaning").values()) + [pair[1] for _, pair in words.pairs(table)]
    texts += [pair[1] for pair in ledger["kind"].values()] + [*ledger["phrases"].values(), *ledger["term"].values()]
    texts += [term[part] for term in glossary for part in ("zh", "meaning_zh")]
    letter = "[\u3400-\u9fff]"
    assert len(texts) > 300
    assert [text for text in texts if re.search(f"{letter}[,:;()?!]|[,;()?!]{letter}", text)] == []


def test_colours_stay_apart_for_colour_blind_eyes() -> None:
    told = page.told()
    stages = {name: colour for name, (colour, _) in told["stages"].items()}
    lines = {name: colour for name, colour in told["colours"].items() if name not in ("pale", "yellow")}
    for colours in (stages, lines):
        for eyes in SEEN_BY.values():
            seen = {name: eyes @ _linear(colour) for name, colour in colours.items()}
            for one, other in itertools.combinations(seen, 2):
                assert np.abs(_shown(seen[one]) - _shown(seen[other])).max() > 30, (one, other)
    for name, (colour, ink) in told["stages"].items():
        light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (_linear(colour), _linear(INKS[ink]))]
        assert (max(light) + 0.05) / (min(light) + 0.05) > 4.5, f"what is written on {name}"


INKS = {"white": "#ffffff", "black": "#000000"}
SEEN_BY = {  # Machado, Oliveira & Fernandes (2009), full severity
    "deuteranopia": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "protanopia": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
}


def _linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _shown(linear: np.ndarray) -> np.ndarray:
    """Linear light as values from 0 to 255."""
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.clip(linear, 0, 1) ** (1 / 2.4) - 0.055)


def test_sources_tell_what_their_marks_stand_for() -> None:
    told = {control["name"]: control for control in controls.as_plain()}
    assert [mark for mark, _ in told["membership.leakage"]["cited"]] == ["M15", "M20"]
    assert "NCRA" in dict(told["home.shelter"]["cited"])["F17"]


def test_members_by_country_add_up_and_the_united_are_told(history: dict) -> None:
    names = [name for name, _ in history["owners"]]
    assert names[:2] == ["United States", "Japan"] and len(set(names)) == len(names)
    assert np.sum([counts for _, counts in history["owners"]], axis=0).tolist() == history["series"]["members"]
    assert history["owners"][0][1] == history["series"]["members_domestic"]
    watched = Watched(None, np.zeros(0), [], [], [], united={"C": ["A", "B"]})
    watched.run = SimpleNamespace(networks={1991: _bodies("A", "B"), 1992: _bodies("C")})
    assert ties(watched)["united"] == [[2, [0, 1]]]


def _bodies(*names: str) -> nx.Graph:
    """A network of consortia with a member each."""
    graph = nx.Graph()
    for name in names:
        graph.add_node(f"consortium {name}", kind="consortium", label=name, country="X")
        graph.add_node(f"firm {name}", kind="firm", label=name, country="X")
        graph.add_edge(f"consortium {name}", f"firm {name}", relation="member_of", tier=1)
    return graph


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_listening_elsewhere_is_told_with_a_warning(host: str, warned: bool, monkeypatch, capsys) -> None:
    from sim.cli import explore, main

    served = []
    monkeypatch.setattr(explore, "_serve", lambda told, listener: served.append(listener.getsockname()[0]))
    assert main(["explore", "--host", host, "--port", "0", "--no-browser"]) == 0
    assert served == [host]
    assert ("can be reached from other machines" in capsys.readouterr().err) is warned


def test_loopback_is_the_default(monkeypatch) -> None:
    from sim.cli import explore, main

    served = []
    monkeypatch.setattr(explore, "_serve", lambda told, listener: served.append(listener.getsockname()[0]))
    assert main(["explore", "--port", "0", "--no-browser"]) == 0
    assert served == ["127.0.0.1"]


def test_the_glossary_is_the_table() -> None:
    from pathlib import Path

    page = Path(__file__).parents[1] / "docs" / "glossary.md"
    assert page.read_text(encoding="utf-8") == words.glossary_page()


def test_a_port_that_is_taken_is_passed_over_or_refused_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"port {port} is taken"):
            bound("127.0.0.1", port, exactly=True)
        with bound("127.0.0.1", port) as other:
            assert port < other.getsockname()[1] <= port + 20


def test_the_page_answers_this_machine_only() -> None:
    from sim.explorer.page import application
    from sim.explorer.server import guards

    app = application(Desk(), Ensembles())
    guards(app.server, "127.0.0.1")
    client = app.server.test_client()
    page = client.get("/", base_url="http://127.0.0.1:8050")
    assert page.status_code == 200
    assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
    assert "https://" not in page.get_data(as_text=True).replace("https:\\u002f\\u002f", "")
    assert client.get("/", base_url="http://elsewhere.example").status_code == 403
    foreign = {"Origin": "http://elsewhere.example"}
    assert client.post("/_dash-update-component", base_url="http://127.0.0.1:8050", headers=foreign, json={}).status_code == 403
