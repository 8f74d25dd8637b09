"""`consortium explore`: a page on this machine that plays histories."""

import argparse
import sys
from typing import Any

from sim.cli.codes import FINE, UsageError

PORT = 8050


def add(verbs: Any) -> None:
    """Declare the verb and its flags."""
    verb = verbs.add_parser(
        "explore", help="watch a consortium live, in the browser",
        description="Serve a page on this machine that plays histories month by month, compares two, tells why, and runs "
        "many seeds. It listens on 127.0.0.1 only and loads nothing from elsewhere. Ctrl-C ends it.",
    )  # fmt: skip
    verb.add_argument("--port", type=int, metavar="PORT", help=f"where it listens (default: {PORT} or the next that is free)")
    verb.add_argument("--host", default="127.0.0.1", metavar="ADDRESS",
                      help="address to listen on (default: 127.0.0.1, this machine alone)")  # fmt: skip
    verb.add_argument("--no-browser", action="store_true", help="do not open a browser")
    verb.set_defaults(act=act)


def act(told: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    try:
        import dash
    except ImportError as missing:
        need = "the page needs Dash, which is not installed: python -m pip install 'storage-consortium[explorer]'."
        raise UsageError(need) from missing
    del dash
    from sim.explorer.server import LOOPBACK, PortError, bound

    if told.port is not None and not 0 <= told.port <= 65535:
        raise UsageError(f"{told.port} is no port: write one from 1 to 65535.")
    try:
        listener = bound(told.host, PORT if told.port is None else told.port, exactly=told.port is not None)
    except PortError as error:
        raise UsageError(str(error)) from error
    if told.host not in LOOPBACK:
        print(f"Warning: {told.host} can be reached from other machines. Everyone who can reach it can run histories "
              "here; there is no password and no encryption.", file=sys.stderr)  # fmt: skip
    with listener:
        _serve(told, listener)
    return FINE


def _serve(told: argparse.Namespace, listener: Any) -> None:
    from sim.explorer.desk import Desk
    from sim.explorer.ensemble import Ensembles
    from sim.explorer.page import application
    from sim.explorer.server import serve
    from sim.explorer.wish import read

    shown = f"[{told.host}]" if ":" in told.host else told.host
    shown = "127.0.0.1" if shown in ("0.0.0.0", "[::]") else shown
    address = f"http://{shown}:{listener.getsockname()[1]}/"
    desk, ensembles = Desk(), Ensembles()
    try:
        print("Preparing the first history … (the first time after an installation it takes up to a minute)", flush=True)
        app = application(desk, ensembles)
        desk.prepare(read({}))
        serve(app, listener, told.host, ready=lambda: print(f"The explorer is at {address}   (Ctrl-C ends it)", flush=True),
              browse=None if told.no_browser else address)  # fmt: skip
    except KeyboardInterrupt:
        print("\nThe explorer has ended.", flush=True)
    finally:
        ensembles.close()
        desk.close()
