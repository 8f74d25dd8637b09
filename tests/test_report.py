"""The report of a study: complete, honest about what falls short, repeatable and self-contained."""

import math
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from synthetic_study import SyntheticStudy, study_like_the_record

from sim.patterns import Evidence, evaluate, record
from sim.report import reproduce_report, run_figure, stage_figure, style, text
from sim.report.figures import FIGURES, words
from sim.report.pattern_card import _in_band
from sim.report.tables import stage_summary


@pytest.fixture(scope="module")
def late():
    """Twenty histories whose stages come three years late, four of which never reach the last one."""
    study = study_like_the_record(later=3.0)
    study.outcomes.loc[:3, "year_bi_national"] = np.nan
    return study


@pytest.fixture(scope="module")
def written(late, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return folder, reproduce_report(late, evaluate(late), folder)


class Page(HTMLParser):
    """What a page asks for from elsewhere, and its pictures."""

    def __init__(self):
        super().__init__()
        self.sources, self.alts, self.ids, self.targets = [], [], [], []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.sources += [told[name] for name in ("src", "data", "srcset") if told.get(name)]
        self.sources += [told["href"]] if tag == "link" else []
        self.alts += [told.get("alt", "")] if tag == "img" else []
        self.ids += [told["id"]] if "id" in told else []
        self.targets += [told["href"]] if tag == "a" else []


def read(path):
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_every_promised_file_is_written_and_returned(written):
    folder, files = written
    names = {path.relative_to(folder).as_posix() for path in files}
    figures = {f"figures/{name}.{kind}" for name in (*FIGURES, "patterns") for kind in ("png", "svg")}
    tables = {f"{name}.{kind}" for name in ("patterns", "stages_summary") for kind in ("csv", "parquet")}
    assert names == {"report.html", "report.md"} | figures | tables
    assert all(path.stat().st_size > 300 for path in files)
    assert files[0].name == "report.html"


def test_the_page_asks_for_nothing_from_elsewhere(written):
    page = read(written[0] / "report.html")
    assert page.sources and all(source.startswith("data:image/svg+xml;base64,") for source in page.sources)
    assert "@import" not in (written[0] / "report.html").read_text(encoding="utf-8")
    assert all(target.startswith("#") and target[1:] in page.ids for target in page.targets)


def test_every_figure_has_an_alternative_text_in_both_pages(written):
    alts = read(written[0] / "report.html").alts
    markdown = (written[0] / "report.md").read_text(encoding="utf-8")
    assert sorted(alts) == sorted(words()[name]["shows"] for name in (*FIGURES, "patterns"))
    for name in (*FIGURES, "patterns"):
        assert f"![{words()[name]['shows']}](figures/{name}.png)" in markdown
        assert len(words()[name]["shows"]) > 80 and len(words()[name]["reading"]) > 80


def test_both_pages_say_what_falls_short_and_what_is_no_evidence(written):
    for name in ("report.html", "report.md"):
        page = re.sub(r"<wbr>|</?strong>|\*\*", "", (written[0] / name).read_text(encoding="utf-8"))
        assert "P2.international (fit), year in which the consortium opens" in page
        assert "2006.0 (5–95" in page
        assert "Met, but no evidence" in page and "P8.path" in page
        assert "needs two studies that differ by design" in page
        assert "consortium reproduce --replicates 20 --first-seed 1" in page


def test_markdown_tables_keep_their_columns(written):
    lines = (written[0] / "report.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| P")]
    assert len(rows) == len(evaluate(study_like_the_record(runs=2)))
    assert {line.count("|") for line in rows} == {9}


def test_the_same_study_gives_the_same_bytes(late, written, tmp_path):
    for path in reproduce_report(late, None, tmp_path):
        twin = written[0] / path.relative_to(tmp_path)
        assert path.read_bytes() == twin.read_bytes(), path.name


def test_the_saved_table_reads_back(written, late):
    told = pd.read_parquet(written[0] / "patterns.parquet")
    pd.testing.assert_frame_equal(told, evaluate(late))
    assert pd.read_csv(written[0] / "patterns.csv")["pass"].sum() == told["pass"].sum()


def test_the_table_of_stages_counts_who_never_got_there(late):
    row = stage_summary(Evidence(late)).set_index("stage").loc["bi-national"]
    assert (row["recorded"], row["reached"]) == (2016.0, 0.8)
    assert row["p95"] == math.inf and math.isfinite(row["median"])


def test_one_short_history_with_holes_is_reported_and_says_so(tmp_path):
    study = study_like_the_record(runs=1, months=60)
    series = study.series().drop(columns=["stage", "projects_active_disk", "fee_income_musd"])
    holed = SyntheticStudy(study.outcomes, series, study.events(), study.stages)
    files = reproduce_report(holed, None, tmp_path)
    page = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert len(files) == 24
    assert "Not drawn: the study holds no series stage." in page
    assert "Not drawn: the study holds no series fee_income_musd." in page


SAID = {
    (2003.04, "year"): "2003.0", (math.inf, "year"): "after 2025", (math.inf, "years"): "not yet",
    (0.805, "share of runs"): "80\u00a0%", (math.nan, "firms"): "–", (0.0, "firms"): "0",
    (31.0, "firms"): "31", (1234.5, "Gb/in²"): "1,234", (0.194, "RMSE in log10"): "0.19",
    (13.33, "years"): "13.3",
}  # fmt: skip


@pytest.mark.parametrize(("number", "unit"), SAID)
def test_numbers_are_said_as_people_say_them(number, unit):
    assert text.say(number, unit, 2026.0) == SAID[number, unit]


def test_the_command_repeats_overrides_and_seeds(late):
    study = SimpleNamespace(manifest={"design": {"seeds": [7, 8]}}, overrides={"changed": ["funding=constant"]})
    evidence = SimpleNamespace(seeds={7})
    told = text.command(study, evidence)
    assert told == "consortium reproduce funding=constant --replicates 2 --first-seed 7"


def test_a_value_is_placed_in_half_widths_of_its_band():
    row = pd.Series({"low": 25.0, "high": 37.0, "recorded": 31.0})
    assert [_in_band(row, value) for value in (31.0, 37.0, 28.0, 99.0, math.inf)] == [0, 1, -0.5, 3, 3]


def test_labels_are_pushed_apart_and_keep_their_order():
    placed = style._apart([0.5, 0.51, 0.1], 0.1)
    assert placed[1] - placed[0] == pytest.approx(0.1) and placed[2] == pytest.approx(0.1)


def test_one_history_is_drawn_on_six_panels_with_what_it_holds(late):
    series = late.series().query("run == 0").drop(columns="core_members")
    run = SimpleNamespace(
        series=series, events=late.events().query("run == 0"), stages=late.stages.query("run == 0"), seed=5,
        settings={"home": {"country": record.country()}},
    )
    figure = run_figure(run)
    assert len(figure.axes) == 6
    assert figure.axes[4].get_legend_handles_labels()[1] == ["all"]  # foreign and core are not held


def test_figures_leave_the_users_own_settings_alone(late):
    import matplotlib as mpl

    mpl.rcParams["font.size"] = 17
    stage_figure(late)
    assert mpl.rcParams["font.size"] == 17
    mpl.rcdefaults()
