"""Charters: said in words, checked line by line, begun anew; a name changes nothing."""

from pathlib import Path

import pytest

import sim.cli
from sim.charters import reading, words
from sim.configuration import choices, compose
from sim.consortium.charter import Charter
from sim.model import ConsortiumModel
from sim.parameters import SettingError
from sim.records.record import Record

LIBRARY = sorted(choices("charter"))


@pytest.mark.parametrize("name", LIBRARY)
def test_every_charter_of_the_library_holds_together_and_is_said_in_words(name: str, capsys: pytest.CaptureFixture) -> None:
    assert not [fault for fault in reading.of(reading.find(name)).faults if not fault.doubt]
    assert sim.cli.main(["charter", "show", name]) == 0
    told = capsys.readouterr().out
    charter = compose([f"charter={name}"]).charter
    assert charter.label in told
    assert "executive committee" in told
    assert told.count("steering committee") == max(1, len(charter.branches))
    assert all(f"programme {medium}" in told for medium in charter.media)


@pytest.mark.parametrize("name", LIBRARY)
def test_the_overrides_of_a_charter_compose_to_it(name: str) -> None:
    charter = compose([f"charter={name}"]).charter
    assert reading.charter_of(name) == charter
    assert compose(["charter=mcc", *reading.as_overrides(charter)]).charter == charter


WRONG = [
    ("media: [disk]\nmembership: opn\n", 2, ["opn", "domestic, open", "membership: domestic"]),
    ("label: x\ncore_teirs: 2\n", 2, ["no term of a charter", "core_tiers"]),
    ("tiers:\n  - {from_revenue_musd: 10, fee_musd: 1, executive_seats: 1}\n  - {from_revenue_musd: 0, fee_musd: -1}\n", 3,
     ["fee_musd=-1", "0 to 100"]),
    ("tiers:\n  - {from_revenue_musd: 0, fe_musd: 1}\n", 2, ["fe_musd", "fee_musd"]),
    ("tiers: high\n", 1, ["list of records"]),
    ("label: x\nmajority: most\n", 2, ["is not a number"]),
    ("label: x\nmedia: []\n", 2, ["media is empty"]),
    ("label: x\nmedia: [disk, disk]\n", 2, ["twice"]),
    ("full_share: 0.8\ntravel_share: 0.5\n", 1, ["more than one"]),
    ("label: x\nbranches: [Japan]\n", 2, ["one branch"]),
    ("label: x\nfee_floor_musd: 2.0\nfee_cap_musd: 1.0\n", 2, ["exchange"]),
    ("label: x\ncore_tiers: 9\n", 2, ["4 tiers", "core_tiers: 4"]),
    ("label: x\ncore_tiers: 1\n", 2, ["raise core_tiers"]),
    ("a: [1\nb: 2", 2, ["no YAML"]),
    ("- a\n", 1, ["name: value"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "said"), WRONG)
def test_what_is_wrong_is_told_with_its_line_and_what_to_write(text: str, line: int, said: list[str], tmp_path: Path,
                                                               capsys: pytest.CaptureFixture) -> None:  # fmt: skip
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    assert sim.cli.main(["charter", "check", str(file)]) == 2
    told = " ".join(capsys.readouterr().out.split())
    assert f"line {line}: " in told
    assert all(word in told for word in said), told
    with pytest.raises(SettingError, match=f"line {line}"):
        reading.charter_of(str(file))


def test_all_contradictions_are_told_at_once_and_doubts_apart(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    text = "media: [disk, disk]\nbranches: [Japan]\nmembership: open\npublic_money: true\nhost: association\n"
    file.write_text(text, encoding="utf-8")
    faults = reading.of(file).faults
    assert [fault.line for fault in faults if not fault.doubt] == [1, 2]
    assert [fault.line for fault in faults if fault.doubt] == [4]


def test_a_charter_nobody_pays_for_is_doubted(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("public_money: false\nfee_factor: 0\n", encoding="utf-8")
    (fault,) = reading.of(file).faults
    assert fault.doubt
    assert "nobody pays" in fault.words


def test_a_new_charter_holds_together_and_is_that_of_the_first_body(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    assert sim.cli.main(["charter", "new", str(file)]) == 0
    assert sim.cli.main(["charter", "new", str(file)]) == 2
    made = reading.charter_of(str(file))
    assert made == Charter(label=made.label, source=made.source)
    assert reading.of(file).faults == ()


@pytest.mark.parametrize(
    ("name", "said"), [("asr", None), ("ns", "nsf_centre or nsic"), ("assrc", "Did you mean"), ("zz", "There are")]
)
def test_a_name_is_found_by_its_beginning_or_refused_with_the_nearest(name: str, said: str | None) -> None:
    if said is None:
        assert reading.find(name).stem == "asrc"
    else:
        with pytest.raises(SettingError, match=said):
            reading.find(name)


def test_the_chart_is_drawn(tmp_path: Path) -> None:
    assert sim.cli.main(["charter", "show", "asrc", "--figure", str(tmp_path / "asrc.png")]) == 0
    assert (tmp_path / "asrc.png").stat().st_size > 10_000
    assert sim.cli.main(["charter", "show", "asrc", "--figure", str(tmp_path / "asrc.pdf")]) == 2


def test_words_name_both_branches() -> None:
    told = words.chart(compose(["charter=asrc"]).charter)
    assert "branch United States" in told
    assert "branch Japan" in told


def test_charters_identical_but_in_name_give_identical_results() -> None:
    """The label is in the ledger; everything else is the same to the last digit."""
    told = []
    for label in ("Alpha", "Omega of many words"):
        model = ConsortiumModel(compose(["horizon.years=15", "charter=insic", f"charter.label='{label}'",
                                         f"charter.source='{label}'"]), 4).run()  # fmt: skip
        told.append((Record.of(model), len(model.ledger.rows)))
    (one, events), (other, again) = told
    assert events == again
    assert one.stages == other.stages
    for name in one.series:
        assert (one.series[name] == other.series[name]).all() or name == "stage" or (
            (one.series[name] == other.series[name]) | (one.series[name] != one.series[name])).all(), name  # fmt: skip
    assert {k: v for k, v in one.outcomes.items() if v == v} == {k: v for k, v in other.outcomes.items() if v == v}


def test_a_fixed_charter_is_never_changed_and_one_to_begin_with_is() -> None:
    changed = []
    for fixed in ("true", "false"):
        model = ConsortiumModel(
            compose(["governance.votes=coin", "horizon.years=12", f"governance.charter_fixed={fixed}"]), 6
        ).run()
        changed.append(len(model.ledger.of("charter_changed", "spin_off", "consortia_merged")))
    assert changed[0] == 0 < changed[1]
