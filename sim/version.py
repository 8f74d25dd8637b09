"""The version of the package: of the installed one, else of the source tree beside it."""

import re
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "storage-consortium"


def version() -> str:
    """The version as text, for example `0.1.0`."""
    source = Path(__file__).parent.parent / "pyproject.toml"
    if source.is_file():
        found = re.search(r'^version\s*=\s*"([^"]+)"', source.read_text(encoding="utf-8"), flags=re.M)
        if found:
            return found.group(1)
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"
