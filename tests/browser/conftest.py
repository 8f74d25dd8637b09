"""The page in a real browser: only where it is asked for (`make test-browser`), since it needs a Chromium."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if not os.environ.get("CONSORTIUM_BROWSER"):
    collect_ignore_glob = ["test_*.py"]

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip
"""The network is cut: no name can be resolved, so nothing but this machine can be reached."""
PATIENCE_MS = 180_000
"""How long a condition is waited for; a machine that is busy otherwise takes its time."""
SHOTS = Path(os.environ.get("CONSORTIUM_SHOTS", "results/browser"))


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[str, int]]:
    """The address of a page that is served and the process that serves it; ended as Ctrl-C would."""
    import signal

    command = [sys.executable, "-u", "-m", "sim", "explore", "--port", "0", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = ""
    for line in process.stdout or ():
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            break
    else:
        pytest.fail(f"the page is not served: {said}")
    yield found.group(), process.pid
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    assert "The explorer has ended." in (process.stdout.read() if process.stdout else "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("CONSORTIUM_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("there is no Chromium: `make test-browser` says how to get one")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


def how_slow(seconds: float = 0.25) -> float:
    """How many times slower than alone a program runs here at present: wall time over processor time of a busy loop.

    About one on a machine at rest. Bars in seconds are those of a machine at rest: what is measured is divided by this.
    """
    began, computed = time.perf_counter(), time.process_time()
    while time.process_time() - computed < seconds:
        pass
    return max(1.0, (time.perf_counter() - began) / seconds)


class Visit:
    """A page in a profile of its own; every request that is not to this machine is noted, and errors are."""

    def __init__(self, browser: Any, address: str, query: str = "", *, size: tuple[int, int] = (1280, 800), tour: bool = False):
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        if not tour:
            self.context.add_init_script("localStorage.setItem('explorer-tour', 'seen')")
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", self._notes)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda told: self.errors.append(told.text) if told.type == "error" else None)
        began = time.perf_counter()
        self.page.goto(address + query)
        self.drawn()
        self.seconds = time.perf_counter() - began

    def _notes(self, request: Any) -> None:
        if not re.match(r"(http://127\.0\.0\.1[:/]|data:|blob:)", request.url):
            self.outside.append(request.url)

    def drawn(self) -> None:
        """Wait until every panel shows the history that was answered last."""
        self.page.wait_for_function(
            "explorer.now && !document.body.classList.contains('simulating')"
            " && document.body.dataset.drawn === explorer.answer.key",
            timeout=PATIENCE_MS,
        )

    def until(self, condition: str) -> None:
        """Wait until a condition holds on the page."""
        self.page.wait_for_function(condition, timeout=PATIENCE_MS)

    def redrawn(self, act: Any) -> None:
        """Do something after which every panel is drawn anew, and wait for that."""
        before = self.does("explorer.drawings")
        act()
        self.until(f"explorer.drawings > {before}")

    def does(self, script: str) -> Any:
        return self.page.evaluate(script)

    def shot(self, name: str) -> None:
        """Keep a picture for people to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"))

    def afresh(self) -> None:
        """Back to the page as it is first seen: defaults, English, January of the first year, nothing held or open."""
        self.page.keyboard.press("Escape")
        self.page.mouse.move(2, 2)
        self.does("explorer.pause(); for (const box of ['why', 'terms', 'tour']) explorer.closes(box)")
        if self.does("explorer.language !== 'en'"):
            self.redrawn(lambda: self.page.click("#do-language"))
        if self.does("Boolean(explorer.held)"):
            self.redrawn(lambda: self.page.click("#do-hold"))
        if self.does("Object.keys(explorer.answer.changed).length > 0 || explorer.answer.seed !== 7"):
            self.redrawn(lambda: self.does("explorer.resetAll()"))
        self.does("explorer.state.refused = {}; explorer.showControls(); explorer.place(0); document.activeElement.blur();"
                  " document.querySelector('main').scrollTo(0, 0)")  # fmt: skip

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        self.context.close()
        if kind is None:
            self.was_clean()

    def was_clean(self) -> None:
        """Nothing was asked of another machine and nothing failed on the page."""
        assert self.outside == [], "a request left this machine"
        assert self.errors == []


@pytest.fixture
def visit(browser: Any, served: tuple[str, int]) -> Any:
    """Opens a page: `with visit("?seed=3") as there:`."""
    return lambda query="", **how: Visit(browser, served[0], query, **how)


@pytest.fixture(scope="session")
def _kept(browser: Any, served: tuple[str, int]) -> Iterator[Visit]:
    with Visit(browser, served[0]) as kept:
        yield kept


@pytest.fixture
def there(_kept: Visit) -> Iterator[Visit]:
    """A page that is opened once and put back to its beginning for every test that takes it."""
    _kept.afresh()
    yield _kept
    _kept.was_clean()


@pytest.fixture(scope="session")
def slowness() -> Any:
    """How many times slower than at rest this machine is at present, measured when called."""
    return how_slow


@pytest.fixture(scope="session")
def measured() -> Any:
    """Keeps what was measured beside the pictures: `measured("usable", seconds=2.1)`."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def keep(what: str, **figures: float) -> None:
        with (SHOTS / "measured.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"what": what, **{name: round(value, 3) for name, value in figures.items()}}) + "\n")

    return keep
