"""Published results are whole, and of the present inputs: when settings, data or results move, they are made anew."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_spec = importlib.util.spec_from_file_location("publish", ROOT / "tools" / "publish.py")
assert _spec is not None and _spec.loader is not None
publish = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(publish)

PLACES = sorted(path.parent for path in (ROOT / "results").rglob(publish.MARK))


@pytest.mark.parametrize("place", PLACES, ids=[place.relative_to(ROOT).as_posix() for place in PLACES])
def test_a_published_result_is_whole_and_of_the_present_inputs(place: Path) -> None:
    told = json.loads((place / publish.MARK).read_text(encoding="utf-8"))
    assert told["inputs"] == publish.inputs(), f"{place.name} was made of other inputs: make and publish it anew"
    assert told["files"] == {name: publish._hash(place / name) for name in told["files"]}


def test_what_is_large_stays_where_it_is(tmp_path: Path) -> None:
    for name in ("report.md", "patterns.csv", "figures/one.png", "figures/one.svg", "study/outcomes.parquet"):
        (tmp_path / "made" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "made" / name).write_text(name, encoding="utf-8")
    publish.publish(tmp_path / "made", tmp_path / "out")
    left = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert left == {"report.md", "patterns.csv", "figures/one.png", publish.MARK}
    with pytest.raises(SystemExit, match="holds no report"):
        publish.publish(tmp_path / "nothing", tmp_path / "out")
