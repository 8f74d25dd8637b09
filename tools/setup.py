#!/usr/bin/env python3
"""Make .venv with the pinned dependencies and the package in it, or do nothing when that is up to date.

    python3 tools/setup.py [--quiet] [--extras dev,analysis]

Any python3 (3.6 or newer) may run this script: it looks for Python 3.12 or 3.13 by itself. The package is
installed as a wheel, not editable. A stamp in .venv holds two hashes: one of what decides the dependencies
(pyproject.toml, constraints.txt, extras), one of the package's own files (sim/, configs/). When only the second
differs, only the package is built and put in anew. CONSORTIUM_PYTHON names an interpreter to use.
"""
import argparse
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "consortium-setup.json")
WINDOWS = os.name == "nt"
VENV_PYTHON = os.path.join(VENV, "Scripts", "python.exe") if WINDOWS else os.path.join(VENV, "bin", "python")
VERSIONS = ("3.12", "3.13")  # the order of preference; .python-version names the first
PROBE = "import sys, venv, ensurepip; print('%d.%d %s' % (sys.version_info[0], sys.version_info[1], sys.executable))"
NONE_FOUND = (
    "No Python 3.12 or 3.13 was found (with its venv and pip modules): install Python 3.12 from python.org or with "
    "your package manager (for example 'apt install python3.12 python3.12-venv', 'brew install python@3.12', "
    "'winget install Python.Python.3.12'), or name one with CONSORTIUM_PYTHON=/path/to/python, then run this again."
)


def candidates():
    """Yield commands that may start a suitable interpreter, the likeliest first."""
    named = os.environ.get("CONSORTIUM_PYTHON")
    if named:
        yield [named]
        return
    if sys.version_info[0] == 3 and "%d.%d" % sys.version_info[:2] == VERSIONS[0]:
        yield [sys.executable]
    for version in VERSIONS:
        yield ["python" + version]
        if WINDOWS:
            yield ["py", "-" + version]
        for root in pyenv_roots():
            pattern = os.path.join(root, "versions", version + "*")
            for folder in sorted(glob.glob(pattern), key=by_number, reverse=True):
                yield [os.path.join(folder, "python.exe" if WINDOWS else os.path.join("bin", "python"))]
        if not WINDOWS:
            for folder in ("/usr/local/bin", "/opt/homebrew/bin", "/usr/bin"):
                yield [os.path.join(folder, "python" + version)]
    yield [sys.executable]
    yield ["python3"]
    yield ["python"]


def by_number(path):
    """Sort key of a version folder: 3.12.10 after 3.12.9."""
    parts = os.path.basename(path).split(".")
    return [int(part) if part.isdigit() else -1 for part in parts]


def pyenv_roots():
    """Folders in which pyenv (or pyenv-win) may keep its interpreters."""
    home = os.path.expanduser("~")
    roots = [os.environ.get("PYENV_ROOT"), os.environ.get("PYENV"), os.path.join(home, ".pyenv")]
    if WINDOWS:
        roots.append(os.path.join(home, ".pyenv", "pyenv-win"))
    return [root for root in dict.fromkeys(roots) if root]


def probe(command):
    """Return (version, path) of a command that starts a suitable interpreter, else None."""
    if os.path.dirname(command[0]):
        if not os.path.exists(command[0]):
            return None
    elif shutil.which(command[0]) is None:
        return None
    try:
        answer = subprocess.run(
            command + ["-c", PROBE], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, universal_newlines=True, timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version, _, path = answer.stdout.strip().partition(" ")
    return (version, path) if answer.returncode == 0 and version in VERSIONS else None


def find_interpreter():
    """Return (version, path) of the first suitable interpreter, or end with a sentence that says what to install."""
    for command in candidates():
        found = probe(command)
        if found:
            return found
    sys.exit(NONE_FOUND)


def digest(paths, *words):
    """Hash files by their place in the checkout and their bytes, and some words beside them."""
    total = hashlib.sha256()
    for word in words:
        total.update(word.encode() + b"\0")
    for path in paths:
        total.update(os.path.relpath(path, ROOT).replace(os.sep, "/").encode() + b"\0")
        with open(path, "rb") as file:
            total.update(hashlib.sha256(file.read()).digest())
    return total.hexdigest()


def package_files():
    """Every file that goes into the wheel, in a fixed order."""
    found = []
    for top in ("sim", "configs"):
        for folder, folders, files in os.walk(os.path.join(ROOT, top)):
            folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
            found += [os.path.join(folder, name) for name in sorted(files) if not name.endswith((".pyc", ".pyo"))]
    return found


def read_stamp():
    """The stamp of the last complete set-up; empty when there is none or its interpreter no longer starts."""
    try:
        with open(STAMP) as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    there = probe([VENV_PYTHON])
    named = os.environ.get("CONSORTIUM_PYTHON")
    if not there or (named and there[0] != (probe([named]) or "?")[0]):
        return {}
    return stamp


def pip(*arguments):
    """Run pip of .venv from the top of the checkout; its failure ends the set-up."""
    command = [VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    code = subprocess.call(command + list(arguments), cwd=ROOT, stdin=subprocess.DEVNULL)
    if code:
        sys.exit("The set-up stopped: pip ended with code %d; what it said stands above. Nothing was stamped as done, "
                 "so the next call begins again." % code)


ALL = "analysis,cluster,dev,explorer"


def make_environment(extras):
    """Make .venv anew and install the dependencies, the extras and the package."""
    version, path = find_interpreter()
    print("set-up: Python %s, .venv, dependencies %s (a minute or two the first time)" % (version, extras), flush=True)
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)
    if subprocess.call([path, "-m", "venv", VENV]):
        sys.exit("The set-up stopped: Python %s could not make .venv; what it said stands above." % version)
    # Compiled when first imported: most modules of these packages never are.
    pip("--no-compile", "-c", "constraints.txt", ".[%s]" % extras)


def install_package():
    """Build the package and put it in place of the installed one; nothing is asked of an index."""
    print("set-up: the package has changed, putting it in anew", flush=True)
    pip("--no-deps", "--no-build-isolation", "--force-reinstall", ".")


def main():
    """Bring .venv up to date by the shortest way and stamp it."""
    parser = argparse.ArgumentParser(description="Make .venv with pinned dependencies and the package, if need be.")
    parser.add_argument("--extras", default=ALL, help="extras to install, with commas (default: %s)" % ALL)
    parser.add_argument("--quiet", action="store_true", help="say nothing when there is nothing to do")
    options = parser.parse_args()
    # A set-up made with more extras serves a call that asks for fewer: what is there stays.
    before = read_stamp()
    extras = sorted(set(options.extras.split(",")) | set(before.get("extras", [])) | {"dev"})
    wanted = {
        "extras": extras,
        "dependencies": digest([os.path.join(ROOT, name) for name in ("pyproject.toml", "constraints.txt")], *extras),
        "package": digest(package_files()),
    }
    same_dependencies = before.get("dependencies") == wanted["dependencies"]
    if same_dependencies and before.get("package") == wanted["package"]:
        if not options.quiet:
            print("set-up: up to date")
        return
    began = time.time()
    if os.path.exists(STAMP):
        os.remove(STAMP)
    if same_dependencies:
        install_package()
    else:
        make_environment(",".join(extras))
    with open(STAMP, "w") as file:
        json.dump(wanted, file, indent=1)
    print("set-up: done in %.0f s" % (time.time() - began), flush=True)


if __name__ == "__main__":
    main()
