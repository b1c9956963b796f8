"""An OpenAI-compatible server on loopback that misbehaves as its script says, request by request."""

from __future__ import annotations

import json
import socket
import struct
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any

from tests.loopback_server import QuietHandler, listen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from http.server import BaseHTTPRequestHandler

MODEL = "scripted"
ENDLESS = "and so on "
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


@dataclass
class Exchange:
    """One request that a deed answers: what was asked, and the wire to answer on."""

    body: dict[str, Any]
    handler: BaseHTTPRequestHandler
    stopped: Event

    @property
    def streams(self) -> bool:
        """Whether the client asked for the reply piece by piece."""
        return bool(self.body.get("stream"))

    def send(self, status: int, kind: str, body: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer with one whole body."""
        content = body.encode()
        self.handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.write(content)

    def open_stream(self) -> None:
        """Begin a stream of events that ends with the connection."""
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", "text/event-stream")
        self.handler.send_header("Connection", "close")
        self.handler.end_headers()
        self.handler.close_connection = True

    def event(self, data: str) -> None:
        """Send one event of a stream."""
        self.handler.wfile.write(f"data: {data}\n\n".encode())
        self.handler.wfile.flush()


def reply_with(*pieces: str) -> Callable[[Exchange], None]:
    """Behave well: reply with these pieces."""

    def deed(exchange: Exchange) -> None:
        if not exchange.streams:
            exchange.send(200, "application/json", json.dumps(_build_completion("".join(pieces))))
            return
        exchange.open_stream()
        for piece in pieces:
            exchange.event(_build_chunk(piece))
        exchange.event(_build_chunk(None, finish="stop"))
        if (exchange.body.get("stream_options") or {}).get("include_usage"):
            exchange.event(json.dumps({**_build_head(), "choices": [], "usage": USAGE}))
        exchange.event("[DONE]")

    return deed


def fail_with(
    status: int, body: str = "", *, kind: str = "text/html", retry_after: str = ""
) -> Callable[[Exchange], None]:
    """Reply with an error page."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    return lambda exchange: exchange.send(status, kind, body or f"<html><h1>{status}</h1></html>", headers)


def send_body(body: str, *, kind: str = "application/json") -> Callable[[Exchange], None]:
    """Reply 200 with a body that is no reply; in a stream, with an event that holds it."""

    def deed(exchange: Exchange) -> None:
        if not exchange.streams or kind != "application/json":
            exchange.send(200, kind, body)
            return
        exchange.open_stream()
        exchange.event(body)
        exchange.event("[DONE]")

    return deed


def break_off_after(*pieces: str) -> Callable[[Exchange], None]:
    """Reset the connection after these pieces."""

    def deed(exchange: Exchange) -> None:
        if exchange.streams:
            exchange.open_stream()
            for piece in pieces:
                exchange.event(_build_chunk(piece))
            # The client shall read what was sent before the reset arrives.
            exchange.stopped.wait(0.2)
        exchange.handler.close_connection = True
        exchange.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        exchange.handler.connection.close()

    return deed


def hang(exchange: Exchange) -> None:
    """Never reply."""
    exchange.handler.close_connection = True
    exchange.stopped.wait(60)


def never_end(exchange: Exchange) -> None:
    """Send a word now and then, so that no single wait is long, and never come to an end."""
    exchange.open_stream()
    while not exchange.stopped.wait(0.05):
        exchange.event(_build_chunk(ENDLESS))


def send_truncated(exchange: Exchange) -> None:
    """Reply with half a JSON object."""
    send_body(json.dumps(_build_completion("Half of it"))[:40])(exchange)


def send_without_choices(exchange: Exchange) -> None:
    """Reply with JSON that holds no choice."""
    send_body(json.dumps({**_build_head(), "choices": []}))(exchange)


def send_without_content(exchange: Exchange) -> None:
    """Reply with a message whose content is null."""
    message = {"index": 0, "message": {"role": "assistant", "content": None}, "finish_reason": "stop"}
    delta = {"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": "stop"}
    send_body(json.dumps({**_build_head(), "choices": [delta if exchange.streams else message]}))(exchange)


def send_web_page(exchange: Exchange) -> None:
    """Reply like a hotel's network: 200, and a page to log in."""
    exchange.send(200, "text/html", "<html><body>Please log in <img src=https://evil.example/></body></html>")


@dataclass
class BadServer:
    """A running server; `requests` are the bodies it was sent, oldest first."""

    base_url: str
    script: list[Callable[[Exchange], None]]
    requests: list[dict[str, Any]] = field(default_factory=list)

    def prompts(self) -> list[str]:
        """Return what each request said to the model, its messages joined."""
        return ["\n\n".join(str(m["content"]) for m in body.get("messages", [])) for body in self.requests]


@contextmanager
def serve_badly(*deeds: Callable[[Exchange], None]) -> Iterator[BadServer]:
    """Run a server that does one deed after the other, and the last one again and again."""
    stopped = Event()

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            server.requests.append(body)
            deed = server.script.pop(0) if len(server.script) > 1 else server.script[0]
            with suppress(ConnectionError):  # the client may have given up
                deed(Exchange(body, self, stopped))

    with listen(Handler) as port:
        server = BadServer(f"http://127.0.0.1:{port}/v1", list(deeds))
        try:
            yield server
        finally:
            stopped.set()


def find_unused_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _build_head() -> dict[str, Any]:
    return {"id": "reply-1", "object": "chat.completion", "created": 1, "model": MODEL}


def _build_completion(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {**_build_head(), "choices": [choice], "usage": USAGE}


def _build_chunk(text: str | None, *, finish: str | None = None) -> str:
    delta = {"role": "assistant", "content": text} if text is not None else {}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({**_build_head(), "object": "chat.completion.chunk", "choices": [choice]})
