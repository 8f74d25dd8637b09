"""Serving the page: loopback unless told otherwise, nothing from elsewhere, an end with Ctrl-C."""

import logging
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable
from typing import Any

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TRIES = 20
"""Ports tried after the one asked for."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""What the browser may load: this server and nothing else. Plotly compiles code of its own, hence the eval."""


class PortError(RuntimeError):
    """No port could be had; the message says which were tried."""


def guards(server: Any, host: str) -> None:
    """Refuse requests that come under another name (a foreign page that points at this machine), and forbid the browser
    to load anything from elsewhere."""
    from flask import abort, request

    @server.before_request
    def _refuses() -> None:
        name = request.host.rsplit(":", 1)[0].strip("[]")
        if host in LOOPBACK and name not in LOOPBACK:
            abort(403)
        origin = request.headers.get("Origin")
        if origin and origin.partition("://")[2] != request.host:
            abort(403)

    @server.after_request
    def _forbids(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def bound(host: str, port: int, *, exactly: bool = False) -> socket.socket:
    """A listening socket on `port` or, unless `exactly`, one of the next twenty. Raises PortError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = port if exactly or port == 0 else min(port + TRIES, 65535)
    for number in range(port, last + 1):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
            listener.listen(128)
            return listener
        except OverflowError:
            listener.close()
            raise PortError(f"{number} is no port: write one from 1 to 65535.") from None
        except OSError as error:
            listener.close()
            if error.errno not in _TAKEN:
                raise PortError(f"cannot listen on {host}: {error.strerror or error}. Try --host 127.0.0.1.") from error
    tried = f"port {port} is" if last == port else f"the ports {port} to {last} are"
    raise PortError(f"{tried} taken: another program listens there. Choose another with --port.")


def _taken() -> tuple[int, ...]:
    import errno

    return (errno.EADDRINUSE, errno.EACCES)


_TAKEN = _taken()


def serve(app: Any, listener: socket.socket, host: str, *, ready: Callable[[], None], browse: str | None = None) -> None:
    """Serve until Ctrl-C or a request to end; `ready` is called once it answers, then `browse` is opened."""
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    guards(app.server, host)
    server = make_server(host, listener.getsockname()[1], app.server, threaded=True, fd=listener.fileno())
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, name="page", daemon=True)
    thread.start()
    before = signal.getsignal(signal.SIGTERM)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        ready()
        if browse:
            threading.Thread(target=webbrowser.open, args=(browse,), daemon=True).start()
        while thread.is_alive():
            thread.join(timeout=0.5)
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)
        server.shutdown()
        listener.close()


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt
