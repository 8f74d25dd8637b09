"""Keep the small part of a finished result in the repository: pages, tables and figures, with the hashes of what went in.

`.venv/bin/python tools/publish.py results/validate-1a2b3c4d results/validation` after `make setup`. A test holds every
published folder against the present inputs, so what is published is made anew when these change.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARK = "published.json"
PAGES = ("report.md", "*.csv", "figures/*.png")
LARGEST = 400_000  # bytes of a file that is kept
BASELINE = ROOT / "tests" / "baseline" / "fingerprints.json"


def inputs() -> dict[str, str]:
    """Hashes of what a published result rests on: shipped settings, data, and the baseline that tells when rules move results."""
    from sim.configuration import compose, resolved
    from sim.records.provenance import data_hash, hash_of

    return {"settings": hash_of(resolved(compose([]))), "data": data_hash(), "baseline": _hash(BASELINE)}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def publish(source: Path, place: Path) -> list[Path]:
    """Copy what is small from a result into `place`, whatever stood there before; returns the files."""
    if place.exists():
        shutil.rmtree(place)
    copied = []
    for found in sorted(path for pattern in PAGES for path in source.glob(pattern) if path.stat().st_size <= LARGEST):
        target = place / found.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, target)
        copied.append(target)
    if not copied:
        raise SystemExit(f"{source} holds no report: let the command that makes it end first.")
    told = {"inputs": inputs(), "files": {path.relative_to(place).as_posix(): _hash(path) for path in copied}}
    (place / MARK).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8", newline="\n")
    return copied


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("write what to publish and where: tools/publish.py results/validate-1a2b3c4d results/validation")
    for path in publish(Path(sys.argv[1]), Path(sys.argv[2])):
        print(path)
