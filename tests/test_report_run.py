"""The report of one run: every figure written and described, and what it draws agrees with the run."""

import re
from pathlib import Path

import numpy as np
import pytest

import sim.cli
from sim.cli.codes import FINE, WRONG_USE
from sim.configuration import compose
from sim.model import ConsortiumModel
from sim.patterns import Missing
from sim.records.run import Run, open_run
from sim.report import gantt
from sim.report.inside_figures import asked_and_awarded, rank_correlation, sources_and_uses
from sim.report.organisation import standing
from sim.report.run_report import RUN_FIGURES, run_report, run_words


@pytest.fixture(scope="module")
def run() -> Run:
    return Run.of(ConsortiumModel(compose(), 7).run())


@pytest.fixture(scope="module")
def written(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    run.save(folder)
    run.report(folder, 2005)
    return folder


def test_every_figure_and_table_is_written(written: Path) -> None:
    for name in RUN_FIGURES:
        for kind in ("png", "svg"):
            assert (written / "figures" / f"{name}.{kind}").stat().st_size > 10_000, name
    for name in ("projects", "roadmap", "seats", "groups", "matrix", "money"):
        assert (written / f"{name}.parquet").is_file()


def test_every_figure_has_an_alternative_text_in_both_pages(written: Path) -> None:
    html, markdown = ((written / f"report.{kind}").read_text(encoding="utf-8") for kind in ("html", "md"))
    assert set(run_words()) == set(RUN_FIGURES)
    assert re.findall(r'alt="([^"]*)"', html) == [told["shows"] for told in run_words().values()]
    for name, told in run_words().items():
        assert f"![{told['shows']}](figures/{name}.png)" in markdown
        assert len(told["shows"]) > 80 and len(told["reading"]) > 80
    assert set(re.findall(r'src="([^;]*);', html)) == {"data:image/svg+xml"}
    assert re.search(r"Rank correlation of the two over cells: 0\.\d\d", markdown)


def test_the_same_run_gives_the_same_figures(run: Run, written: Path, tmp_path: Path) -> None:
    for path in run_report(open_run(written), tmp_path, 2005):
        assert path.read_bytes() == (written / path.relative_to(tmp_path)).read_bytes(), path.name


def test_sources_and_uses_of_money_are_of_equal_height(run: Run) -> None:
    sources, uses = sources_and_uses(run)
    assert np.allclose(sources.sum(axis=1), uses.sum(axis=1), atol=1e-4)
    assert (sources.to_numpy() >= 0.0).all() and (uses.to_numpy() >= 0.0).all()
    assert sources["fees_musd"].sum() == pytest.approx(run.outcomes["fee_money_total_musd"])


def test_the_heat_maps_hold_the_same_projects_and_their_correlation_is_the_outcome(run: Run) -> None:
    cells = asked_and_awarded(run)
    assert cells["asked"].sum() == pytest.approx(cells["awarded"].sum())
    assert rank_correlation(cells) == pytest.approx(run.outcomes["matrix_award_correlation"], rel=1e-12)
    assert np.isnan(rank_correlation(cells * 0.01)), "too few awards"


def test_the_organisation_is_that_of_the_year(run: Run) -> None:
    told = standing(run, 2005)
    figure = run.plot("organisation", 2005)
    words = {text.get_text() for text in figure.axes[0].texts}
    for kind, seats in told.seats.groupby("committee")["seats"].sum().items():
        assert f"{kind}\n{seats} seat{'' if seats == 1 else 's'}" in words
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()][:1] == [
        told.seats.sort_values(["tier", "seats", "firm"])["firm"].iloc[0]
    ]
    assert standing(run).year == run.seats.loc[run.seats["lineage"], "year"].max()
    with pytest.raises(Missing, match="choose a year from"):
        standing(run, 1950)


def test_single_projects_are_thinned_evenly_and_the_title_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    every = gantt.shown(run, 2005)
    monkeypatch.setattr(gantt, "LINES", 40)
    told = gantt.shown(run, 2005)
    assert told.of == every.of and told.every > every.every and len(told.projects) <= 40
    title = run.plot("projects", 2005).axes[1].get_title("left")
    assert f"{len(told.projects)} of {told.of} projects (one in {told.every})" in title


def test_a_figure_nobody_knows_is_refused(run: Run) -> None:
    with pytest.raises(ValueError, match="choose one of history, organisation"):
        run.plot("pie")


def test_the_command_draws_the_year_that_is_asked_for(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    run.save(tmp_path / "here")
    assert sim.cli.main(["report", str(tmp_path / "here"), "--year", "1950"]) == WRONG_USE
    assert "choose a year from 199" in capsys.readouterr().err
    assert not (tmp_path / "here" / "figures").exists()
    assert sim.cli.main(["run", "--year", "2000", "--output", str(tmp_path / "there")]) == WRONG_USE
    assert not (tmp_path / "there").exists()


def test_a_run_without_consortia_says_what_is_not_drawn(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    call = ["run", "scenario.consortia=false", "horizon.years=3", "--report", "--output", str(tmp_path / "none")]
    assert sim.cli.main(call) == FINE
    assert "report.html" in capsys.readouterr().out
    page = (tmp_path / "none" / "report.md").read_text(encoding="utf-8")
    assert page.count("Not drawn: this run holds no") == 2 * (len(RUN_FIGURES) - 1)
    assert sim.cli.main([*call[:2], "horizon.years=2", "--overwrite", "--output", str(tmp_path / "none")]) == FINE
    assert not (tmp_path / "none" / "report.html").exists()  # it would tell of another run
