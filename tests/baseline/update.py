"""Write the baseline anew after a change that moves results on purpose: `python tests/baseline/update.py`.

Say in CHANGELOG.md what moved and by how much.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fingerprints import FILE, fingerprints, written

if __name__ == "__main__":
    FILE.write_text(written(fingerprints()), encoding="utf-8", newline="\n")
    print(f"wrote {FILE}")
