"""Write docs/glossary.md from the table that the page reads: `.venv/bin/python tools/glossary.py` after `make setup`."""

from pathlib import Path

from sim.explorer.words import glossary_page

if __name__ == "__main__":
    page = Path(__file__).parents[1] / "docs" / "glossary.md"
    page.write_text(glossary_page(), encoding="utf-8", newline="\n")
    print(page)
