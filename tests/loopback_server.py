"""HTTP servers on loopback, each in a thread, that bear clients who give up."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class QuietHandler(BaseHTTPRequestHandler):
    """Answers over HTTP/1.1, and says nothing of connections that break off."""

    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        """Answer the requests of a connection."""
        with suppress(OSError, ValueError):  # a reset connection can't be finished in good order
            super().handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def shutdown_request(self, request: Any) -> None:
        with suppress(OSError):
            super().shutdown_request(request)


@contextmanager
def listen(handler: type[QuietHandler]) -> Iterator[int]:
    """Run a server for as long as the block lasts; yield its port."""
    listening = _Server(("127.0.0.1", 0), handler)
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield listening.server_port
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join(5)
