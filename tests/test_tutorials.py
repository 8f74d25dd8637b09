"""The tutorials run as notebooks, from first cell to last, in a folder of their own."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))


def test_there_are_four_with_things_to_notice_and_to_try() -> None:
    assert len(TUTORIALS) == 4
    for page in TUTORIALS:
        text = page.read_text(encoding="utf-8")
        assert "## Things to notice" in text and "## Things to try" in text
        assert re.search(r"\*About (fifteen|twenty) minutes", text)


@pytest.mark.slow
@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_runs_from_first_cell_to_last(page: Path, tmp_path: Path) -> None:
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(page)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) >= 5
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    assert all(cell["execution_count"] for cell in code)
