"""A website on loopback that does for each path what its script says: pages, feeds, and every kind of misbehaviour."""

from __future__ import annotations

import gzip
import socket
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Event
from typing import TYPE_CHECKING

from tests.loopback_server import QuietHandler, listen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import BaseHTTPRequestHandler

SENTENCES = (
    "The harbour of {name} was opened on a windy morning by the mayor, who had waited for nine years.",
    "Number {number} of the new quays is longer than all the old ones together, the port authority said.",
    "Fishermen of {name} complained that nobody had asked them where the nets are to be dried now.",
    "A first ship, the Gudrun, came in at noon with timber and left with {number} barrels of herring.",
    "The town has paid for it with a loan that runs until the children of today have children.",
    "Critics counted {number} trees that were felled, and planted as many on the way to {name}.",
)
NAMES = ("Veldmouth", "Corvalen", "Ostbrink", "Harrow Sands", "Linmere", "Tolvik", "Eastferry", "Grauhaven")


def make_text(number: int, *, version: int = 1, sentences: int = 12) -> list[str]:
    """Return the paragraphs of an article; equal arguments make equal ones."""
    name = f"{NAMES[number % len(NAMES)]} {number}"
    lines = [SENTENCES[i % len(SENTENCES)].format(name=name, number=number + 7 * i) for i in range(sentences)]
    lines[0] += f" It was report {version} on it."
    return [" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3)]


def make_page(number: int, *, version: int = 1, title: str = "", sentences: int = 12, head: str = "") -> str:
    """Return an article's web page."""
    title = title or f"Harbour {number} opens at last"
    text = "".join(f"<p>{each}</p>" for each in make_text(number, version=version, sentences=sentences))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{text}</article></body></html>"
    )


def make_rss(items: Mapping[str, str], *, title: str = "The Tide") -> str:
    """Return an RSS feed; `items` maps addresses to what stands in their <item> beside the link."""
    listed = "".join(f"<item><link>{link}</link>{rest}</item>" for link, rest in items.items())
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{listed}</channel></rss>'


@dataclass
class Visit:
    """One request: what was asked, and the wire to answer on."""

    path: str
    headers: Mapping[str, str]
    handler: BaseHTTPRequestHandler
    stopped: Event

    def send(self, status: int, body: bytes | str = b"", kind: str = "text/html", **headers: str) -> None:
        """Answer with one whole body; a header's underscores are hyphens."""
        body = body.encode() if isinstance(body, str) else body
        self.handler.send_response(status)
        if kind:
            self.handler.send_header("Content-Type", kind)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(body)


Deed = Callable[[Visit], None]


def send(body: bytes | str, *, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> Deed:
    """Behave well: send this."""
    return lambda visit: visit.send(status, body, kind, **headers)


def send_tagged(body: str, *, kind: str = "text/html; charset=utf-8") -> Deed:
    """Send this with an ETag, and 304 to who has it already."""
    tag = f'"{sha256(body.encode()).hexdigest()[:12]}"'

    def deed(visit: Visit) -> None:
        if visit.headers.get("If-None-Match") == tag:
            visit.send(304, b"", "", ETag=tag)
            return
        visit.send(200, body, kind, ETag=tag)

    return deed


def redirect_to(address: str, status: int = 302) -> Deed:
    """Redirect."""
    return lambda visit: visit.send(status, b"", Location=address)


def send_bomb(visit: Visit) -> None:
    """Send a page of some kilobytes that unpacks to 20 MB."""
    packing = zlib.compressobj(1, zlib.DEFLATED, 31)
    body = b"".join(packing.compress(b"a" * 1_000_000) for _ in range(20)) + packing.flush()
    visit.send(200, body, Content_Encoding="gzip")


def send_packed(body: str) -> Deed:
    """Send a page packed."""
    return lambda visit: visit.send(200, gzip.compress(body.encode()), Content_Encoding="gzip")


def send_slowly(visit: Visit) -> None:
    """Send a byte now and then, so that no single wait is long, and never come to an end."""
    visit.handler.send_response(200)
    visit.handler.send_header("Content-Type", "text/html")
    visit.handler.end_headers()
    while not visit.stopped.wait(0.02):
        visit.handler.wfile.write(b"a")
        visit.handler.wfile.flush()


def hang(visit: Visit) -> None:
    """Never answer."""
    visit.stopped.wait(30)


def break_off(visit: Visit) -> None:
    """Promise more than is sent."""
    visit.handler.send_response(200)
    visit.handler.send_header("Content-Length", "100000")
    visit.handler.end_headers()
    visit.handler.wfile.write(b"<html><p>It was a")


def reset(visit: Visit) -> None:
    """Reset the connection without a word."""
    visit.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    visit.handler.connection.close()


def in_turn(*deeds: Deed) -> Deed:
    """Do one deed after the other, and the last one again and again."""
    waiting = list(deeds)

    def deed(visit: Visit) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(visit)

    return deed


@dataclass
class Site:
    """A running website: `pages` maps paths to deeds, `asked` counts the requests for each path."""

    base: str
    pages: dict[str, Deed]
    asked: Counter[str] = field(default_factory=Counter)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.base.rpartition(":")[2])


@contextmanager
def serve_site(pages: dict[str, Deed] | None = None) -> Iterator[Site]:
    """Run a website; what it does not know is 404, robots.txt too."""
    stopped = Event()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802
            self.close_connection = True
            site.asked[self.path] += 1
            site.headers.append(dict(self.headers))
            deed = site.pages.get(self.path) or send("<html><title>Not found</title></html>", status=404)
            with suppress(OSError, ValueError):  # the client may have given up
                deed(Visit(self.path, self.headers, self, stopped))  # type: ignore[arg-type]

    with listen(Handler) as port:
        site = Site(f"http://127.0.0.1:{port}", pages if pages is not None else {})
        try:
            yield site
        finally:
            stopped.set()
