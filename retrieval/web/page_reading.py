"""Pages of the web -> articles: each is fetched when its turn comes, and read as a saved file would be.

Fetching is left to fetching.py, reading to the package `retrieval.reading`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from retrieval.domain import Article, Rejection
from retrieval.errors import InputError, UnreadableError
from retrieval.reading import SUFFIXES, read_articles
from retrieval.web.addresses import is_address, normalize_address, show_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Offered
    from retrieval.text.dates import DayOrder
    from retrieval.web.fetching import Fetcher, Reply

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF|urlset|sitemapindex)[\s>]")


def read_addresses(
    addresses: Sequence[str], fetcher: Fetcher, *, limit_bytes: int, limit_seconds: float, date_order: DayOrder = ""
) -> Iterator[Offered]:
    """Yield the article at each address, in order; what can't be fetched or read becomes a Rejection.

    An article's source is its address after redirects, from which its id is derived.
    """
    failed: list[Rejection] = []
    sources: dict[Path, str] = {}

    def download(folder: str) -> Iterator[Path]:
        for number, address in enumerate(dict.fromkeys(addresses)):
            try:
                reply = fetcher.fetch(normalize_address(address))
                path = save_page(reply, Path(folder) / str(number))
            except (InputError, UnreadableError) as error:
                failed.append(Rejection(show_address(address), str(error)))
                continue
            sources[path] = show_address(reply.address)
            yield path
            path.unlink()

    with TemporaryDirectory(prefix="clippings-") as folder:
        offered = read_articles(
            download(folder),
            named=sources.__getitem__,
            limit_bytes=limit_bytes,
            limit_seconds=limit_seconds,
            date_order=date_order,
        )
        for each in offered:
            yield from _take_all(failed)
            yield complete_address(each, each.source) if isinstance(each, Article) else each
        yield from _take_all(failed)


def save_page(reply: Reply, folder: Path) -> Path:
    """Write what a server sent into a folder of its own, under the name that it has there, as a file for the reader.

    Raises UnreadableError for what is no article.
    """
    suffix = _choose_suffix(reply)
    stem = unquote(urlsplit(reply.address).path).rstrip("/").rpartition("/")[2]
    name = re.sub(r"[^\w.-]+", "-", stem.removesuffix(suffix))[:60].strip(".-") or "page"
    folder.mkdir(parents=True)
    path = folder / f"{name}{suffix}"
    path.write_bytes(_recode(reply) if suffix != ".pdf" else reply.body)
    return path


def complete_address(article: Article, address: str) -> Article:
    """Give an article the address that it was fetched from, unless its page names one."""
    return replace(article, url=show_address(article.url) if is_address(article.url) else address)


def _choose_suffix(reply: Reply) -> str:
    """Return the suffix of the kind of file that was sent: what the server says, or what its first bytes or name do."""
    start = reply.body[:2000]
    if _FEED.search(start) and b"<html" not in start.lower():
        raise UnreadableError("is a feed or a sitemap: `clippings follow` reads the articles that it lists")
    if start.startswith(b"%PDF-"):
        return ".pdf"
    if reply.kind in _SUFFIXES:
        return _SUFFIXES[reply.kind]
    suffix = Path(urlsplit(reply.address).path).suffix.lower()
    if suffix in SUFFIXES and (not reply.kind or reply.kind.startswith("application/")):
        return suffix
    if not reply.kind and b"<html" in start.lower():
        return ".html"
    raise UnreadableError(f"is {reply.kind or 'of no kind that its server names'}, and no article")


def _recode(reply: Reply) -> bytes:
    """Return a text as UTF-8 where only the server's header says what it is in."""
    try:
        reply.body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return reply.body
    try:
        return b"\xef\xbb\xbf" + reply.body.decode(reply.charset).encode("utf-8")
    except (LookupError, ValueError):
        return reply.body  # the header does not say, or is wrong: the reader finds out


def _take_all(waiting: list[Rejection]) -> list[Rejection]:
    taken, waiting[:] = list(waiting), []
    return taken
