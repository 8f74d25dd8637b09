"""The documentation says what the code does: rules, parameters, commands, links."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import sim.cli
from sim import timetable
from sim.cli.explain import first_sentence, found, odd_section
from sim.cli.multirun import planned
from sim.configuration import compose
from sim.parameters import declared
from sim.rules import RULES
from sim.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
ODD = (ROOT / "sim" / "ODD.md").read_text(encoding="utf-8")
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "DATA.md", "sim/ODD.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "experiments").rglob("*.md")),
]
EXPERIMENTS = sorted((ROOT / "experiments").glob("*/study.yaml"))
MADE_LATER = {"docs/images/stages.png"}  # by the program, from a finished study


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def verbs() -> list[str]:
    yearly = [verb for _, due in timetable.OF_THE_YEAR for verb in due]
    often = (*timetable.EVERY_QUARTER, *timetable.EVERY_HALF_YEAR, *timetable.EVERY_MONTH)
    starts, ends = timetable.AT_THE_START_OF_A_MONTH, timetable.AT_THE_END_OF_A_MONTH
    return [verb.__name__ for verb in (*starts, *yearly, *often, *ends)]


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def commands(page: Path) -> list[str]:
    """The lines of fenced blocks that call a program, without remarks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:bash|sh|text|console)?\n(.*?)^```", text, flags=re.M | re.S)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line]


def of_consortium(page: Path) -> list[list[str]]:
    """The arguments of every `consortium` command of a page, whatever folder it is called from."""
    split = [shlex.split(line) for line in commands(page) if re.match(r"\S*consortium\s", line)]
    return [line[1:] for line in split]


CALLS = [(named(page), *call) for page in PAGES for call in of_consortium(page)]


@pytest.mark.parametrize("name", sorted(set(verbs()) | set(RULES)))
def test_every_rule_stands_in_the_odd_with_its_sentence(name: str) -> None:
    section = odd_section(ODD, name)
    assert section, f"sim/ODD.md lacks `### rule: {name}`"
    sentence = words(first_sentence(found(name)))
    shared = sentence & words(section)
    assert len(shared) >= 0.5 * len(sentence), f"{name}: the ODD and the docstring say different things"


def test_the_odd_describes_no_rule_that_is_gone_and_none_twice() -> None:
    heads = re.findall(r"^### rule: (\S+)$", ODD, flags=re.M)
    assert sorted(heads) == sorted(set(heads))
    assert set(heads) <= set(RULES)


def test_the_schedule_of_the_odd_is_the_timetable() -> None:
    schedule = ODD.split("## 3. Process overview")[1].split("## 4.")[0]
    rows = [line for line in schedule.splitlines() if line.startswith("| ")]
    told = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert told == verbs()
    for month, due in timetable.OF_THE_YEAR:
        (row,) = [line for line in schedule.splitlines() if line.startswith(f"| {month} |")]
        assert re.findall(r"`(\w+)`", row) == [verb.__name__ for verb in due]


def test_every_parameter_stands_in_the_odd() -> None:
    table = ODD.split("<!-- parameters:begin -->")[1]
    rows = dict(re.findall(r"^\| `([\w.\[\]]+)` \| (.*)$", table, flags=re.M))
    for told in declared(Settings):
        assert told.name in rows, told.name
        assert told.meaning in rows[told.name]


def test_parameters_named_in_the_prose_exist() -> None:
    known = {told.name for told in declared(Settings)}
    groups = {name.split(".")[0] for name in known}
    prose = ODD.split("<!-- parameters:begin -->")[0]
    for name in re.findall(r"\b([a-z_]+\.[a-z_0-9]+)\b(?!\.)", " ".join(re.findall(r"`([^`]+)`", prose))):
        if name.split(".")[0] in groups and not name.endswith((".md", ".csv", ".py")):
            assert name in known, name


def test_every_claim_cited_is_explained() -> None:
    explained = set(re.findall(r"^\| ([FM]\d+) \|", ODD, flags=re.M))
    files = [*(ROOT / "configs").rglob("*.yaml"), *(ROOT / "sim").rglob("*.py"), ROOT / "sim" / "ODD.md"]
    text = " ".join(file.read_text(encoding="utf-8") for file in files)
    text = text.replace("F1–F94", "").replace("M1–M35", "")
    assert set(re.findall(r"\b[FM][1-9]\d?\b", text)) <= explained


def test_the_tables_are_fresh() -> None:
    command = [sys.executable, ROOT / "tools" / "odd_tables.py", "--check"]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr


def test_a_stale_table_is_noticed() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    import odd_tables

    assert odd_tables.renewed(odd_tables.ODD, ODD) == ODD
    spoiled = re.sub(r"\| `membership\.fee` \| [^|]*\|", "| `membership.fee` | 99 |", ODD)
    assert spoiled != ODD
    assert odd_tables.renewed(odd_tables.ODD, spoiled) == ODD
    with pytest.raises(ValueError, match="markers"):
        odd_tables.renewed(odd_tables.ODD, "no markers here")


def test_the_readme_shows_the_commands() -> None:
    shown = {call[1] for call in CALLS if call[0] == "README.md"}
    assert shown >= {"run", "reproduce", "list", "explain", "why"}
    lines = commands(ROOT / "README.md")
    assert "make reproduce" in lines
    assert "make test" in lines


@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call))
def test_every_command_shown_is_understood(call: tuple[str, ...]) -> None:
    told = sim.cli.parsed(call[1:])
    if getattr(told, "multirun", False):
        assert len(planned(told)) > 1
    elif told.verb in ("run", "reproduce"):
        compose(told.overrides)
    if told.verb == "explain":
        assert told.rule in RULES
    if told.verb == "list":
        from sim.cli.listing import rows_of

        assert rows_of(told.what)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_target_shown_exists(page: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    shown = {line.split()[1] for line in commands(page) if line.startswith("make ")}
    assert shown <= targets


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:|#", target):
            continue
        there = (page.parent / target.split("#")[0]).resolve()
        if there.is_relative_to(ROOT) and there.relative_to(ROOT).as_posix() in MADE_LATER:
            continue
        assert there.exists(), f"{named(page)} links to {target}, which is not there"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_pages_name_no_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|work|tmp|Users)/|localhost|index-url", text)


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.parent.name)
def test_every_experiment_composes_and_is_explained(file: Path) -> None:
    from sim.records.outcomes import OUTCOMES

    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert set(told) == {"question", "points", "seeds", "outcomes"}
    assert len(told["points"]) >= 2
    for overrides in told["points"].values():
        compose(overrides)
    assert set(told["outcomes"]) <= set(OUTCOMES)
    page = (file.parent / "README.md").read_text(encoding="utf-8")
    assert told["question"] in " ".join(page.split())
    for head in ("## Question", "## Command", "## What may be concluded", "## What may not"):
        assert head in page


def test_the_package_imports_nothing_from_the_experiments() -> None:
    for file in (ROOT / "sim").rglob("*.py"):
        assert not re.search(r"(import|from) +experiments\b", file.read_text(encoding="utf-8")), file
