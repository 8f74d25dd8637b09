"""What a user imposes: regimes of money for a period, paths of the user's own, shocks. Twins are equal until the month."""

from pathlib import Path

import numpy as np
import pytest

import sim.cli
from sim import dates
from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.parameters import SettingError
from sim.records.record import Record
from sim.shocks.declared import KINDS, Shock, Shocks
from sim.shocks.happenings import BEGIN, END
from sim.shocks.reading import as_override, shock
from sim.shocks.words import imposed

SEED = 3
YEARS = 8
SHORT = f"horizon.years={YEARS}"


def record(*overrides: str, seed: int = SEED) -> Record:
    return Record.of(ConsortiumModel(compose([SHORT, *overrides]), seed).run())


@pytest.fixture(scope="module")
def plain() -> Record:
    return record()


def first_difference(one: Record, other: Record) -> int:
    """The first month in which a series differs."""
    months = [np.flatnonzero(~((a == b) | ((a != a) & (b != b)))) for a, b in
              ((np.asarray(one.series[name]), np.asarray(other.series[name])) for name in one.series)]  # fmt: skip
    return min((int(found[0]) for found in months if len(found)), default=10**6)


def experiments(told: Record) -> list[tuple[int, str]]:
    events = told.events
    rows = zip(events["month"], events["kind"], events["why"], strict=True)
    return [(int(month), why) for month, kind, why in rows if kind == "experiment"]


PHRASES = [
    "1996-05 largest_core_leaves", "1996-05 member_leaves Seagate", "1996-05 makers_merge", "1996-07 appropriation_cut 60%",
    "1996-05 makers_merge Seagate buys Quantum", "1996-05 flash_falls_faster 30%", "1996-05 country_closes",
    "1996-05 association_withdraws", "1996-05 recession 30% years=1",
]  # fmt: skip
# Bodies that a closing country and a leaving host concern.
OPEN = {"country_closes": ["charter=insic", "governance.charter_fixed=true"],
        "association_withdraws": ["charter=astc", "governance.charter_fixed=true"]}  # fmt: skip


@pytest.mark.parametrize("phrase", PHRASES)
def test_twins_are_equal_until_the_month_of_the_shock_and_differ_afterwards(phrase: str, plain: Record) -> None:
    said = shock(phrase)
    month = dates.number_of(said.month, 1991)
    setting = OPEN.get(said.kind, [])
    base = record(*setting) if setting else plain
    told = record(*setting, as_override([said]))
    assert month <= first_difference(base, told) <= month + 12
    told_of = experiments(told)
    assert told_of[0][0] == month
    assert "the user's experiment" in told_of[0][1]
    assert "nothing happens" not in told_of[0][1]


@pytest.mark.parametrize(
    ("overrides", "month"),
    [
        ("funding.periods=[{regime:constant,from_month:1996-05,to_month:1999-12,level_musd:40}]", "1996-05"),
        ("funding.periods=[{regime:none,from_month:1996-02}]", "1996-02"),
        ("funding.periods=[{regime:historical,from_month:1996-10,tax_credit:0.3}]", "1996-10"),
    ],
)
def test_twins_are_equal_until_the_month_of_the_switch(overrides: str, month: str, plain: Record) -> None:
    told = record(overrides)
    start = dates.number_of(month, 1991)
    assert start <= first_difference(plain, told) <= start + 15
    assert experiments(told)[0][0] == start


def test_a_period_gives_its_regime_its_months_and_then_the_old_one_comes_back() -> None:
    period = "{regime:constant,from_month:1994-05,to_month:1996-06,level_musd:9}"
    model = ConsortiumModel(compose([SHORT, "funding=none", "funding.lobby=0", f"funding.periods=[{period}]"]), 1)
    committed = []
    while model.month < model.months:
        model.step()
        committed.append(model.governments[0].committed)
    start, end = dates.number_of("1994-05", 1991), dates.number_of("1996-06", 1991)
    given = [month for month, musd in enumerate(committed) if musd > 0]
    assert given == list(range(start, end + 1))
    assert set(committed) == {0.0, 9.0}


def test_a_regime_ages_from_the_month_it_comes_into_force() -> None:
    model = ConsortiumModel(compose(["horizon.years=1"]), 1)
    government = model.governments[0]
    told = compose(["funding.regime=government_led", "funding.level_musd=10", "funding.growth_per_year=0.2"]).funding
    government.takes_up(told, since=24)
    model.month = 48
    assert government._government_led(1995) == pytest.approx(20.0 * 1.2**2)
    government.ended = True
    government.takes_up(told, since=30)
    assert not government.ended


REGIMES = ["historical", "constant", "government_led", "rolling", "volatile", "austerity", "counter_cyclical",
           "national_mission"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("regime", REGIMES)
def test_every_regime_takes_its_path_from_a_file_of_ones_own(regime: str, tmp_path: Path) -> None:
    """Ten times the money in the file is ten times the money committed."""
    committed = []
    for level in (0.2, 2.0):
        file = tmp_path / f"{level}.csv"
        file.write_text("year,musd\n" + "\n".join(f"{year},{level}" for year in range(1991, 1996)), encoding="utf-8")
        told = compose(["horizon.years=5", f"funding.regime={regime}", f"funding.path_file={file}", "funding.lobby=0"])
        model = ConsortiumModel(told, SEED)
        model.run_for(51)
        committed.append(model.governments[0].committed)
    assert committed[0] > 0
    assert committed[1] == pytest.approx(10 * committed[0], rel=0.3 if regime == "national_mission" else 1e-9)


def test_under_matching_the_path_is_the_most_that_is_given(tmp_path: Path) -> None:
    committed = {}
    for most in (0.5, 900):
        file = tmp_path / f"{most}.csv"
        file.write_text(f"year,musd\n1993,{most}\n1994,{most}\n", encoding="utf-8")
        period = f"{{regime:matching,from_month:1993-05,matching_rate:2,path_file:'{file}'}}"
        model = ConsortiumModel(compose(["horizon.years=4", f"funding.periods=[{period}]", "funding.lobby=0"]), SEED)
        model.run_for(29)
        committed[most] = model.governments[0].committed
        fees = sum(body.yearly_fees for body in model.governments[0].bodies())
    assert committed == {0.5: 0.5, 900: pytest.approx(2 * fees)}


def test_a_path_may_say_what_is_proposed(tmp_path: Path) -> None:
    expected = []
    for proposed in (1.0, 12.0):
        file = tmp_path / f"{proposed}.csv"
        rows = "\n".join(f"{year},10,{proposed}" for year in range(1991, 1995))
        file.write_text(f"year,musd,proposed_musd\n{rows}", encoding="utf-8")
        model = ConsortiumModel(compose(["horizon.years=4", f"funding.path_file={file}"]), 3)
        model.run_for(26)
        expected.append(model.governments[0].expected)
    assert expected[1] > 1.5 * expected[0]


# -- what is refused, and how --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("year,musd\n1991,1\n1992,1\n1994,1\n", ["line 4", "1993 is missing"]),
        ("year,musd\n1991,1\n1992,1\n1996,1\n", ["line 4", "1993 to 1995 is missing"]),
        ("year,musd\n1991,1\n1992,lots\n1993,1\n", ["line 3 (1992)", "column musd", "lots"]),
        ("year,musd\n1991,1\n1992,-2\n1993,1\n", ["line 3 (1992)", "-2", "at least 0"]),
        ("year,musd\n1991,1\n1992,\n1993,1\n", ["line 3 (1992)", "is empty"]),
        ("year,musd\n1991,1\n1992,2\n1992,3\n", ["lines 3 and 4", "same year"]),
        ("year,musd\n1991,1\n1992.5,1\n", ["line 3", "no whole year"]),
        ("year,musd\n1992,1\n1993,1\n", ["begins with 1992", "1991 to 1993"]),
        ("year,musd\n1991,1\n1992,1\n", ["ends with 1992", "1991 to 1993"]),
        ("jahr,musd\n1991,1\n", ["no column year"]),
        ("", ["no row"]),
    ],
)
def test_a_path_that_does_not_hold_is_refused_with_its_line(text: str, words: list[str], tmp_path: Path) -> None:
    file = tmp_path / "money.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingError) as caught:
        compose([f"funding.path_file={file}", "horizon.years=3"])
    assert all(word in str(caught.value) for word in words), caught.value


def test_a_path_need_cover_only_the_period_in_which_it_is_in_force(tmp_path: Path) -> None:
    file = tmp_path / "money.csv"
    file.write_text("year,musd\n1995,4\n1996,5\n", encoding="utf-8")
    period = f"{{regime:historical,from_month:1995-01,to_month:%s,path_file:'{file}'}}"
    compose([f"funding.periods=[{period % '1996-12'}]"])
    with pytest.raises(SettingError, match=r"periods\[0\]\.path_file.*ends with 1996"):
        compose([f"funding.periods=[{period % '1997-01'}]"])


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("funding.periods=[{regime:constant,from_month:1998-05},{regime:none,from_month:1999-01}]",
         ["overlap", "constant from 1998-05", "none from 1999-01", "to_month: 1998-12"]),
        ("funding.periods=[{regime:constant,to_month:1998-05},{regime:none,from_month:1998-05}]", ["from_month: 1998-06"]),
        ("funding.periods=[{regime:constant,from_month:1998-05,to_month:1997-01}]", ["before it begins"]),
        ("funding.periods=[{regime:constant,from_month:1998}]", ["1998 is no month", "1998-02"]),
        ("funding.periods=[{regime:constant,from_month:2040-01}]", ["outside of the run", "2025-12"]),
        ("funding.periods=[{regime:konstant}]", ["not one of the choices"]),
        ("funding.periods=[{regime:constant,level_musd:-3}]", ["out of range", "0 to 500"]),
        ("funding.periods=[{from:1998-01}]", ["from_month"]),
        ("funding.level_musd=-1", ["out of range"]),
        ("funding.path_file=money.csv", ["whole path"]),
        ("shocks.list=[{month:2001-06,kind:member_leaves,who:Segate}]", ["shocks.list[0]", "no firm", "Did you mean Seagate"]),
        ("shocks.list=[{month:2001-06,kind:makers_merge,who:IBM,whom:Qantum}]", ["no firm", "Quantum"]),
        ("shocks.list=[{month:2001-06,kind:country_closes,who:Japn}]", ["no country", "Japan"]),
        ("shocks.list=[{month:2031-06,kind:recession}]", ["outside of the run"]),
        ("shocks.list=[{month:2001-06,kind:recession,share:2}]", ["out of range", "0 to 1"]),
        ("shocks.list=[{month:2001-06,kind:earthquake}]", ["not one of the choices"]),
        ("shocks.list=[recession]", ["list of records", "month"]),
    ],
)  # fmt: skip
def test_an_experiment_that_cannot_be_is_refused_before_anything_runs(override: str, words: list[str]) -> None:
    with pytest.raises(SettingError) as caught:
        compose([override])
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("2001-06", "says too little"),
        ("2001-06 resession", "Did you mean recession"),
        ("2001-13 recession", "is no month"),
        ("2001-06 recession who=IBM", "takes no who"),
        ("2001-06 member_leaves", "must say who"),
        ("2001-06 makers_merge IBM", "names one firm only"),
        ("2001-06 makers_merge IBM buys IBM", "cannot buy itself"),
        ("2001-06 recession share=much", "is no number"),
        ("2001-06 recession size=2", "no shock takes"),
        ("2001-06 'recession", "says too little"),
    ],
)
def test_a_phrase_that_says_no_shock_is_refused(phrase: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        shock(phrase)


# -- how they are written and told ---------------------------------------------------------------------------------


def test_a_phrase_becomes_a_shock_and_an_override_that_composes_to_it() -> None:
    said = [shock("2008-03 makers_merge Western Digital buys Toshiba"), shock("1996-06 appropriation_cut 25% years=2"),
            Shock("2001-06", "member_leaves", who="Seagate")]  # fmt: skip
    assert said[0] == Shock("2008-03", "makers_merge", who="Western Digital", whom="Toshiba")
    assert said[1] == Shock("1996-06", "appropriation_cut", share=0.25, years=2.0)
    assert compose([as_override(said)]).shocks == Shocks(said)


def test_the_command_line_adds_shocks_to_those_of_the_configuration(tmp_path: Path) -> None:
    code = sim.cli.main(["run", "shocks=recession", "horizon.years=20", "--shock", "1993-04 largest_core_leaves", "--shock",
                         "1995-04 member_leaves IBM", "--output", str(tmp_path / "run"), "--quiet"])  # fmt: skip
    assert code == 0
    told = sim.open_run(tmp_path / "run")
    assert [each["kind"] for each in told.settings["shocks"]["list"]] == ["recession", "largest_core_leaves", "member_leaves"]
    manifest = told.manifest()
    assert len(manifest["experiments"]) == 3
    assert manifest["experiments"][1].startswith("1993-04 largest_core_leaves: the core member")


def test_nothing_is_imposed_by_default(plain: Record) -> None:
    assert experiments(plain) == []
    assert compose().shocks.list == []
    assert imposed({"funding": {"periods": [], "path_file": ""}, "shocks": {"list": []}}) == []


def test_every_kind_of_shock_happens_and_ends() -> None:
    assert set(BEGIN) == set(KINDS)
    assert set(END) == {name for name, kind in KINDS.items() if kind.years is not None}


def test_a_shock_that_finds_nobody_says_so() -> None:
    told = record("scenario=no_consortium", "shocks.list=[{month:1993-01,kind:largest_core_leaves},"
                  "{month:1993-01,kind:member_leaves,who:IBM}]")  # fmt: skip
    assert [why for _, why in experiments(told)] == [
        "the user's experiment: nothing happens: the reference country has no consortium with core members",
        "the user's experiment: nothing happens: it belongs to no consortium",
    ]


# -- what they do ----------------------------------------------------------------------------------------------------


def test_a_closed_country_opens_no_consortium_until_it_may_again() -> None:
    """Under votes by coin charters change often; none of a closed country is open while it is closed."""
    coin = ["governance.votes=coin", "horizon.years=20"]
    closed = ConsortiumModel(compose([*coin, "shocks.list=[{month:1994-01,kind:country_closes,years:8}]"]), 6).run()
    start, end, after = 36, 36 + 96, 0
    for body in closed.all_bodies:
        for state in body.history:
            month, is_open, branches = state[0], state[1], state[5]
            if "United States" in (branches or (body.country,)):
                assert not (start <= month < end and is_open), body.name
                after += month >= end and is_open
    assert after > 0, "nothing ever opened again: the test says nothing"


def test_cuts_and_recessions_end_and_leave_nothing_behind() -> None:
    told = ["funding=constant", "funding.lobby=0", SHORT]
    twice = "{month:1994-06,kind:appropriation_cut,share:0.5,years:2},{month:1995-06,kind:appropriation_cut,share:0.2,years:2}"
    slump = "{month:1995-01,kind:recession,share:0.3,years:1}"
    model = ConsortiumModel(compose([*told, f"shocks.list=[{twice},{slump}]"]), 3)
    kept, slumps = [], []
    while model.month < model.months:
        model.step()
        kept.append(round(model.governments[0].kept, 9))
        slumps.append(model.market.slump)
    assert sorted(set(kept)) == [0.4, 0.5, 0.8, 1.0]
    assert kept[-1] == 1.0
    assert slumps.count(0.7) == 12
    assert model.governments[0].committed == 14.0


def test_a_merger_of_named_makers_goes_the_way_that_is_said() -> None:
    model = ConsortiumModel(compose([SHORT, "shocks.list=[{month:1993-01,kind:makers_merge,who:Quantum,whom:Seagate}]"]), 3)
    model.run_for(25)
    named = {firm.name: firm for firm in model.living_firms()}
    assert named["Quantum"].makes_drives
    assert not named["Seagate"].makes_drives
    (row,) = [row for row in model.ledger.of("line_merged") if row[0] == 24]
    assert row[2:4] == ("Quantum", "Seagate")


def test_who_leaves_is_counted_and_owes_its_notice() -> None:
    leaves = "shocks.list=[{month:1995-02,kind:largest_core_leaves}]"
    model = ConsortiumModel(compose([SHORT, "charter.notice_years=1", leaves]), 4)
    model.run_for(49)
    (body,) = [body for body in model.consortia if body.country == "United States"]
    before, members = model.counters["exits_total"], len(body.members)
    largest = max(body.core(), key=lambda firm: firm.storage)
    model.step()
    assert model.counters["exits_total"] == before + 1
    assert len(body.members) == members - 1
    assert largest not in body.members
    assert model.accounts.imbalance() == 0
