"""Web archives (WARC), as crawlers and wget write them -> the pages that they hold, one at a time.

What the pages say is left to their parsers.
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from retrieval.domain import LeftOutFiles
from retrieval.errors import UnreadableError, summarize_error

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS_OF_MEDIA = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
"""Media types of what may be an article, and the suffixes that stand for their formats."""


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """What a web archive holds under an address; of what is longer than the limit, one byte more."""

    address: str
    suffix: str
    data: bytes
    fetched: str


class _WatchedStream:
    """A stream that ends where it can't be read, and remembers why: warcio takes a damaged end for a good one."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """Return what one read of the stream gives, so that nothing before the damage is lost."""
        try:
            data: bytes = self._stream.read1(size)
        except (OSError, EOFError, zlib.error) as error:
            self.error = error
            return b""
        return data


def read_web_archive(stream: BinaryIO, source: str, limit: int) -> Iterator[ArchivedPage | LeftOutFiles]:
    """Yield the pages of a web archive, and at the end what else it holds, by kind."""
    from warcio.archiveiterator import ArchiveIterator

    left_out: Counter[str] = Counter()
    first: dict[str, str] = {}
    watched = _WatchedStream(stream)
    records = ArchiveIterator(watched)
    records.INC_RECORD = ""  # it would write what follows a broken record to standard error
    try:
        for record in records:
            if record.rec_type not in ("response", "resource", "conversion"):
                continue
            address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
            headers = record.http_headers or record.rec_headers
            media = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
            if not address.startswith("http"):
                media = "what the crawler wrote"
            status = record.http_headers.get_statuscode() if record.http_headers else "200"
            suffix = FORMATS_OF_MEDIA.get(media, "") if status == "200" else ""
            if suffix:
                data = record.content_stream().read(limit + 1)
                if len(data) <= limit and getattr(record.raw_stream, "limit", 0) > 0:
                    raise UnreadableError("is cut off within a page; fetch it again")
                fetched = record.rec_headers.get_header("WARC-Date") or ""
                yield ArchivedPage(address, suffix, data, fetched)
                continue
            kind = f"{media or 'without a type'} in a web archive" if status == "200" else f"answers {status}"
            left_out[kind] += 1
            first.setdefault(kind, f"{source}#{address}")
    except UnreadableError:
        raise
    except Exception as error:  # warcio fails in many ways on damaged headers
        raise UnreadableError(f"is no web archive ({summarize_error(error)[:100]}); fetch it again") from error
    if watched.error:
        raise watched.error
    for kind, count in left_out.most_common():
        yield LeftOutFiles(kind, count, first[kind])
