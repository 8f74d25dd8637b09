"""Compiled rules give what their plain form gives; Numba is loaded late and may be missing."""

import os
import subprocess
import sys

import numpy as np
import pytest

from sim import compiled
from sim.chance import EDGE, Chance, tables
from sim.configuration import compose
from sim.firm import Firm
from sim.model import ConsortiumModel
from sim.records.record import Record
from sim.university import University

numba_here = pytest.mark.skipif(not compiled.in_use(), reason="Numba is not installed or not wanted")
OTHER_POWERS = ["technology.effort_elasticity=0.3", "technology.saturation_power=5", "technology.substitution_exponent=-3"]


def record(overrides: list[str], seed: int) -> Record:
    return Record.of(ConsortiumModel(compose(overrides), seed).run())


def same(overrides: list[str], seed: int) -> None:
    """Events alike, stages alike, series within 1e-9."""
    fast = record(overrides, seed)
    with compiled.plain():
        plain = record(overrides, seed)
    for column in ("month", "kind", "who", "whom", "why"):
        assert list(fast.events[column]) == list(plain.events[column]), column
    assert fast.stages == plain.stages
    for name, values in plain.series.items():
        np.testing.assert_allclose(
            np.asarray(fast.series[name], float), np.asarray(values, float), rtol=1e-9, atol=1e-9, err_msg=name
        )


@numba_here
def test_a_short_history_is_the_same_plain() -> None:
    same(["horizon.years=4"], 3)


@numba_here
@pytest.mark.slow
@pytest.mark.parametrize(("overrides", "seed"), [([], 5), (["horizon.years=25", "governance.votes=coin", *OTHER_POWERS], 2)])
def test_a_whole_history_is_the_same_plain(overrides: list[str], seed: int) -> None:
    same(overrides, seed)


@numba_here
def test_compiled_draws_are_those_of_numpy() -> None:
    fast, plain = Chance(11), Chance(11)
    with compiled.plain():
        expected = [plain.uniform("a", 7, who, 3) for who in (0, 5, 127, 128, 700)]
        many = plain.uniforms("b", 400, 333)
        normal = plain.normals("c", 12, 60_000, 4)  # every layer of the ziggurat and its tail
        two = plain.normals_of(("c", "d"), 12, 50)
    assert [fast.uniform("a", 7, who, 3) for who in (0, 5, 127, 128, 700)] == expected
    assert (fast.uniforms("b", 400, 333) == many).all()
    assert (fast.normals("c", 12, 60_000, 4) == normal).all() and abs(normal).max() > EDGE
    assert (fast.normals_of(("c", "d"), 12, 50) == two).all()
    assert tables(), "this Numba has no tables: normal numbers come from NumPy, more slowly"


def python(code: str, **environment: str) -> str:
    told = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


def test_nothing_is_compiled_before_it_is_needed() -> None:
    assert python("import sys, sim.model, sim.cli; print('numba' in sys.modules)") == "False"


def test_it_works_without_numba() -> None:
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "from sim.configuration import compose; from sim.model import ConsortiumModel\n"
        "print(len(ConsortiumModel(compose(['horizon.years=1']), 1).run().ledger.rows))"
    )
    here = str(len(ConsortiumModel(compose(["horizon.years=1"]), 1).run().ledger.rows))
    assert python(code, CONSORTIUM_COMPILED="0") == here
    assert python(code) == here


class OneByOne(Firm):
    """Decides as every firm does, but by itself: what is otherwise decided for all at once is asked of each."""

    def stays(self, body, worth):
        return super().stays(body, worth)

    def joins(self, body, worth):
        return super().joins(body, worth)

    def votes(self, body, motion, gain):
        return super().votes(body, motion, gain)

    def co_applies(self, body, need, place):
        return super().co_applies(body, need, place)

    def lends_lead(self, seat, load):
        return super().lends_lead(seat, load)

    def examines(self, body):
        return super().examines(body)

    def sets_research(self, needed, mixed, credit):
        return super().sets_research(needed, mixed, credit)


class AskedUniversity(University):
    """Likewise."""

    def room(self):
        return super().room()

    def follows_the_money(self):
        return super().follows_the_money()

    def record_of(self, horizon):
        return super().record_of(horizon)


class AskedOneByOne(ConsortiumModel):
    firm_class = OneByOne
    university_class = AskedUniversity


SHORT = ["horizon.years=8", "charter.pledge_years=3", "charter.horizon=short"]


@pytest.mark.parametrize("overrides", [["horizon.years=14"], SHORT])
def test_what_is_decided_for_all_at_once_is_what_each_decides(overrides: list[str]) -> None:
    """The same events with the same terms, whether a batch decides or the method of every agent."""
    together, alone = (kind(compose(overrides), 5).run() for kind in (ConsortiumModel, AskedOneByOne))
    assert [row[:5] for row in alone.ledger.rows] == [row[:5] for row in together.ledger.rows]
    for one, other in zip(alone.ledger.rows, together.ledger.rows, strict=True):
        assert one[5].get("value", 0.0) == pytest.approx(other[5].get("value", 0.0), rel=1e-9, abs=1e-12), one
        assert one[5].get("draw") == other[5].get("draw"), one
    assert alone.accounts.balance.tolist() == together.accounts.balance.tolist()
