"""Fetches one page after the other, politely: robots.txt, pauses, redirects, and limits on size and time.

The one place that talks to the web. Which machines may be asked is left to addresses.py, what comes back to others.
"""

from __future__ import annotations

import base64
import math
import ssl
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import httpcore

from retrieval.errors import DISTRIBUTION, FetchError, summarize_error
from retrieval.web.addresses import (
    choose_machine,
    get_origin,
    join_address,
    normalize_address,
    read_credentials,
    resolve_host,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from protego import Protego

    from retrieval.web.addresses import Resolve

AGENT = "Clippings"
"""The name that robots.txt may address."""
MAX_REDIRECTS = 5
MAX_TRIES = 3
MAX_ROBOTS_BYTES = 500_000
"""Of robots.txt, as its standard has it; what follows is not read."""
LONGEST_PAUSE = 30.0
"""Seconds between requests that robots.txt may ask for."""
LONGEST_WAIT = 60.0
"""Seconds that are waited when a server asks for it; where it asks for more, it is left alone for this time."""
MAX_SILENT = 5
"""Requests in a row to which a server does not answer, until it is left alone."""
LEFT_ALONE = 3_600.0
"""Seconds for which a server is left alone that does not answer, or can't say what it allows."""
BUSY = {429, 503}
REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server sent: `address` is where the redirects ended, `unchanged` that nothing is new since then.

    `etag` and `modified` tell the server the next time what is known already.
    """

    address: str
    body: bytes
    kind: str = ""
    charset: str = ""
    etag: str = ""
    modified: str = ""
    unchanged: bool = False


@dataclass
class Fetcher:
    """Fetches pages and feeds, one at a time; close it when done.

    `pause` are the seconds between two requests to a host, `seconds` and `limit_bytes` bound each page, unpacked.
    """

    pause: float = 1.0
    seconds: float = 30.0
    limit_bytes: int = 50_000_000
    allow_private: bool = False
    resolve: Resolve = resolve_host
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    requests: int = 0
    _backend: _CheckedBackend = field(init=False)
    _pool: httpcore.ConnectionPool = field(init=False)
    _robots: dict[str, Protego] = field(default_factory=dict)
    _unsaid: dict[str, FetchError] = field(default_factory=dict)
    _free_at: dict[str, float] = field(default_factory=dict)
    _silent: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._backend = _CheckedBackend(self.resolve, self.allow_private)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=self._backend, max_connections=4
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def fetch(self, address: str, *, etag: str = "", modified: str = "") -> Reply:
        """Fetch an address, or learn that it is unchanged; raise FetchError, whose message goes on from its name."""
        at = normalize_address(address)
        for _ in range(MAX_REDIRECTS + 1):
            self._require_permission(at)
            reply = self._ask_patiently(at, etag, modified)
            if isinstance(reply, Reply):
                return reply
            at = reply
        raise FetchError(f"redirects more than {MAX_REDIRECTS} times, and leads nowhere")

    def list_sitemaps(self, address: str) -> list[str]:
        """Return the sitemaps that robots.txt names for an address; raise FetchError where it can't be read."""
        at = normalize_address(address)
        return [found for each in self._read_robots(at).sitemaps if (found := join_address(at, each))]

    def _require_permission(self, address: str) -> None:
        if not self._read_robots(address).can_fetch(address, AGENT):
            raise FetchError("is not to be read by programs: the site's robots.txt says so")

    def _read_robots(self, address: str) -> Protego:
        """Return what a site allows: all, where it says nothing; raise FetchError where it can't say (RFC 9309)."""
        from protego import Protego

        origin = get_origin(address)
        if origin in self._unsaid:
            raise self._unsaid[origin]
        if origin not in self._robots:
            at, text = f"{origin}/robots.txt", ""
            try:
                for _ in range(MAX_REDIRECTS + 1):
                    reply = self._ask_patiently(at, "", "")
                    if isinstance(reply, Reply):
                        text = reply.body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace")
                        break
                    at = reply
            except FetchError as error:
                if not error.status:
                    raise
                if error.status >= 500 or error.status in BUSY:
                    reason = f"can't be fetched: whether its site allows that can't be told (robots.txt {error})"
                    self._unsaid[origin] = FetchError(reason, wait=error.wait or LEFT_ALONE)
                    raise self._unsaid[origin] from error
            self._robots[origin] = Protego.parse(text)
        return self._robots[origin]

    def _ask_patiently(self, address: str, etag: str, modified: str) -> Reply | str:
        """Ask, and ask again when the server is busy and says when, or soon."""
        for number in range(1, MAX_TRIES + 1):
            try:
                return self._ask(address, etag, modified)
            except FetchError as error:
                if error.status not in BUSY:
                    raise
                self._free_at[get_origin(address)] = self.clock() + (error.wait or self.pause * 2**number)
                if error.wait > LONGEST_WAIT:
                    raise
                if number == MAX_TRIES:
                    raise FetchError(f"{error}, {number} times", status=error.status) from error
        raise AssertionError

    def _ask(self, address: str, etag: str, modified: str) -> Reply | str:
        """Send one request; return the reply, or the address that it redirects to."""
        self._take_turn(address)
        headers: dict[bytes | str, bytes | str] = {"User-Agent": _name_agent(), "Accept": "*/*", "Connection": "close"}
        headers["Accept-Encoding"] = "gzip"
        if credentials := read_credentials(address):
            headers["Authorization"] = f"Basic {base64.b64encode(':'.join(credentials).encode()).decode()}"
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        parts = urlsplit(address)
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        self._backend.until = time.monotonic() + self.seconds
        self.requests += 1
        try:
            with self._pool.stream("GET", bare, headers=headers) as response:
                self._silent[get_origin(address)] = 0
                return self._read_response(address, response)
        except httpcore.TimeoutException as error:
            self._note_silence(address)
            raise FetchError(f"was not there within {self.seconds:g} s; it is tried again later") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
            self._note_silence(address)
            reason = summarize_error(error)[:100]
            raise FetchError(f"can't be fetched ({reason}); see whether a browser can open it") from error

    def _note_silence(self, address: str) -> None:
        origin = get_origin(address)
        self._silent[origin] += 1
        if self._silent[origin] >= MAX_SILENT:
            self._free_at[origin] = self.clock() + LEFT_ALONE

    def _read_response(self, address: str, response: httpcore.Response) -> Reply | str:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
        status = response.status
        if status == 304:
            return Reply(address, b"", etag=etag, modified=modified, unchanged=True)
        if status in REDIRECTS:
            if to := join_address(address, headers.get("location", "")):
                return to
            raise FetchError("redirects to nowhere that can be fetched", status=status)
        if status in {404, 410}:
            raise FetchError(f"is gone: the server says {status}", status=status)
        if status in {401, 403}:
            raise FetchError(f"is not shown to everyone: the server says {status}", status=status)
        if not 200 <= status < 300:
            raise FetchError(
                f"can't be fetched: the server says {status}", status=status, wait=_parse_wait(headers, time.time())
            )
        body = b"".join(_unpack(_bound(response.iter_stream(), headers, self.limit_bytes), headers, self.limit_bytes))
        kind, _, rest = headers.get("content-type", "").partition(";")
        charset = rest.partition("charset=")[2].partition(";")[0].strip(" \"'")
        return Reply(address, body, kind.strip().lower(), charset, etag, modified)

    def _take_turn(self, address: str) -> None:
        """Wait until the host may be asked again; raise FetchError where that takes too long."""
        origin, now = get_origin(address), self.clock()
        wait = self._free_at.get(origin, now) - now
        if wait > LONGEST_WAIT:
            raise FetchError(
                f"is on a server that is left alone for {wait:,.0f} s: it is silent, or asked for it", wait=wait
            )
        if wait > 0:
            self.sleep(wait)
        known = self._robots.get(origin)
        asked = (known.crawl_delay(AGENT) if known else None) or 0.0
        self._free_at[origin] = max(now, now + wait) + max(self.pause, min(asked, LONGEST_PAUSE))


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to machines that were checked, and lets nothing take longer than `until`."""

    def __init__(self, resolve: Resolve, allow_private: bool) -> None:
        self.until = 0.0
        self._resolve = resolve
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is the backend's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the machine that the name was found to be."""
        machine = choose_machine(host, port, resolve=self._resolve, allow_private=self._allow_private)
        stream = httpcore.SyncBackend().connect_tcp(
            machine, port, self.get_left(), local_address=local_address, socket_options=socket_options
        )
        return _BoundedStream(stream, self)

    def get_left(self) -> float:
        """Return the seconds that are left; raise a timeout when none are."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


class _BoundedStream(httpcore.NetworkStream):
    """A connection on which each wait ends when the time of the whole request does: a byte a second is no excuse."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _CheckedBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._backend.get_left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._backend.get_left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._backend.get_left())
        return _BoundedStream(stream, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def unpack_gzip(packed: bytes, limit: int) -> bytes:
    """Return what a .gz file holds; raise FetchError where that is more than `limit` bytes, or broken."""
    return b"".join(_unpack([packed], {"content-encoding": "gzip"}, limit))


def _bound(stream: Iterable[bytes], headers: dict[str, str], limit: int) -> Iterator[bytes]:
    said = headers.get("content-length", "")
    got = int(said) if said.isdecimal() else 0
    if got > limit:
        raise _make_size_error(limit)
    got = 0
    for chunk in stream:
        got += len(chunk)
        if got > limit:
            raise _make_size_error(limit)
        yield chunk


def _unpack(chunks: Iterable[bytes], headers: dict[str, str], limit: int) -> Iterator[bytes]:
    """Undo the one packing that was asked for, and count what comes out: kilobytes may unpack to gigabytes."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        yield from chunks
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise FetchError(f"comes packed as {encoding[:40]}, which was not asked for")
    unpacking, got = zlib.decompressobj(31), 0
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if unpacking.eof:  # another member follows
                    unpacking = zlib.decompressobj(31)
                piece = unpacking.decompress(rest, limit + 1 - got)
                got += len(piece)
                if got > limit:
                    raise _make_size_error(limit)
                yield piece
                rest = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
    except zlib.error as error:
        raise FetchError("comes packed in a way that is broken") from error
    if not unpacking.eof:
        raise FetchError("comes cut off; it is tried again later")


def _make_size_error(limit: int) -> FetchError:
    return FetchError(f"is over the limit of {limit / 1e6:,.0f} MB; CLIPPINGS_MAX_FILE_MB raises it")


def _parse_wait(headers: dict[str, str], now: float) -> float:
    """Return the seconds that a server asks to be left alone for, 0 where it does not say."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal():
        return min(float(said), 7 * 86_400.0)
    try:
        at = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return 0.0
    left = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.fromtimestamp(now, UTC)
    return max(0.0, min(math.ceil(left.total_seconds()), 7 * 86_400.0))


def _name_agent() -> str:
    from importlib import metadata

    try:
        return f"{AGENT}/{metadata.version(DISTRIBUTION)}"
    except metadata.PackageNotFoundError:
        return AGENT
