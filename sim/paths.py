"""Where the package keeps what it reads: configs and data travel in the wheel."""

from functools import cache
from importlib import resources
from pathlib import Path

from sim.parameters import SettingError


def configs() -> Path:
    """The folder of the Hydra configs, absolute: `sim/configs` in the wheel, else `configs` beside `sim`.

    Raises FileNotFoundError when neither is there.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "configs", package.parent / "configs"):
        if (folder / "config.yaml").is_file():
            return folder
    raise FileNotFoundError(f"no configs beside {package}: the package is not installed whole")


@cache
def _folder() -> Path:
    """The folder of the data files."""
    return Path(str(resources.files("sim") / "data"))


def data(name: str) -> Path:
    """The path of one data file of the package; an absolute path stands for itself. Raises SettingError with its name."""
    path = _folder() / name
    if not path.is_file():
        raise SettingError(f"there is no data file {name}: write the name of a file in sim/data, or a whole path.")
    return path
