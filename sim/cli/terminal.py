"""How things are shown: tables, paragraphs, progress on a terminal and silence in a log."""

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def table(rows: Sequence[Sequence[str]], heads: Sequence[str], right: Sequence[int] = ()) -> str:
    """Aligned columns under their heads; columns numbered in `right` are set to the right."""
    lines = [list(heads), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def paragraph(text: str, indent: str = "    ") -> str:
    """Text wrapped to the terminal."""
    return textwrap.fill(text, width(), initial_indent=indent, subsequent_indent=indent)


def width() -> int:
    """The columns of the terminal, within what can be read."""
    return max(60, min(110, shutil.get_terminal_size((100, 24)).columns))


@contextmanager
def progress(what: str, unit: str, *, quiet: bool) -> Iterator[Callable[..., Any] | None]:
    """A progress bar on a terminal, told (done, total, failed); None where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(desc=what, unit=f" {unit}", leave=False) as bar:

        def tell(done: int, total: int, failed: int = 0) -> None:
            if bar.total is None:  # what an earlier session made is no measure of this one's speed
                bar.initial = bar.n = done - 1
            bar.total = total
            bar.update(done - bar.n)
            if failed:
                bar.set_postfix(failed=failed)

        yield tell
