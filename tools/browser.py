"""See to it that there is a Chromium and a font with Chinese letters for `make test-browser`.

Prints the browser's path. Where one is missing and this is Debian with the right to install, apt-get puts it in, quietly;
elsewhere a sentence says what to do, and the exit code is 1.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FONTS = ("fonts-noto-cjk", "fonts-wqy-zenhei")


def chromium() -> str | None:
    """The path of a Chromium; CONSORTIUM_CHROMIUM names one."""
    named = os.environ.get("CONSORTIUM_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font for Chinese; assumed where there is no fontconfig to ask."""
    if shutil.which("fc-list") is None:
        return sys.platform != "linux"
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout.strip())


def install(*packages: str) -> bool:
    """Install packages with apt-get, if that may be done here."""
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    put_in = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (put_in, ["apt-get", "update", "-qq"], put_in):
        done = subprocess.run(command, capture_output=True, env=quietly).returncode == 0
        if done and command is put_in:
            return True
    return False


def main() -> int:
    """Find or install; say what is missing."""
    if chromium() is None and not install("chromium"):
        print("There is no Chromium here and it cannot be installed: install it with your package manager (for example "
              "'sudo apt-get install chromium'), or name one with CONSORTIUM_CHROMIUM=/path/to/chromium.", file=sys.stderr)
        return 1
    if not has_chinese_font() and not any(install(font) for font in FONTS):
        print("There is no font with Chinese letters here: the Chinese page will show boxes.", file=sys.stderr)
    print(f"browser: {chromium()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
