"""Keeps a library in step with the sources that it follows: reads what they list, fetches what is due, takes it in.

What was fetched is taken in and noted some pages at a time: killed at any moment, the next run goes on from there. The
articles come first and the notes after them, so that nothing is noted that is not in; what is fetched twice for that is
found unchanged.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from retrieval.domain import Article, IngestReport, Rejection
from retrieval.errors import FetchError, LibraryMissing, UnreadableError
from retrieval.index import Progress, hold_lock
from retrieval.reading import SINGLE_SUFFIXES, read_articles
from retrieval.web.addresses import get_origin, lend_credentials, show_address
from retrieval.web.feeds import read_listing
from retrieval.web.fetching import Reply
from retrieval.web.page_reading import complete_address, save_page
from retrieval.web.suspicion import MANY, find_suspicion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from retrieval.index import Library
    from retrieval.text.dates import DayOrder
    from retrieval.web.fetching import Fetcher
    from retrieval.web.followed import FollowedPage, FollowedSource, FollowedSources

MAX_PAGES = 1_000
"""Pages that one run fetches at most; the next run goes on."""
MAX_LISTINGS = 50
"""Parts of a sitemap, or older pages of a feed, that one run reads of a source at most."""
PAGES_PER_BATCH = 50


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one run did, in numbers of articles; `problems` names every source and page that was not read, and why.

    `waiting` counts the pages that are still to be fetched, `requests` all requests to servers.
    """

    sources: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    waiting: int = 0
    problems: tuple[Rejection, ...] = ()
    requests: int = 0
    seconds: float = 0.0


@dataclass
class _Batch:
    """Some pages and what came of them: files to read, articles, and pages to be noted as they are now."""

    now: float
    replies: dict[str, Reply] = field(default_factory=dict)
    noted: list[FollowedPage] = field(default_factory=list)
    waits: dict[str, float] = field(default_factory=dict)
    articles: list[tuple[FollowedPage, Article, str]] = field(default_factory=list)
    """A page, its article, and the title that the page itself gives."""

    def note(self, page: FollowedPage, reason: str = "", wait: float = 0.0) -> None:
        """Note a page as it is now."""
        self.noted.append(replace(page, reason=reason))
        if wait:
            self.waits[page.address] = wait


def sync_library(
    library: Library,
    followed: FollowedSources,
    fetcher: Fetcher,
    *,
    limit: int = MAX_PAGES,
    prune: bool = False,
    limit_bytes: int,
    limit_seconds: float,
    date_order: DayOrder = "",
    wait: float,
    progress: Callable[[Progress], None] | None = None,
    now: Callable[[], float] = time.time,
) -> SyncReport:
    """Bring a library in step with its sources; `prune` removes articles whose pages are gone from their site.

    `date_order` tells which day 03/04/2026 is. Raises LibraryLocked where another process does the same. Whatever fails
    on the web is in the report.
    """
    tell = progress or (lambda _: None)
    run = _SyncRun(library, followed, fetcher, limit_bytes, limit_seconds, date_order, wait, tell, now)
    with hold_lock(library.folder, "sync", wait=0, tell=run.progress, explain=_explain_lock):
        return run.sync(limit, prune=prune)


@dataclass
class _SyncRun:
    """One run over all sources of a library."""

    library: Library
    followed: FollowedSources
    fetcher: Fetcher
    limit_bytes: int
    limit_seconds: float
    date_order: DayOrder
    wait: float
    progress: Callable[[Progress], None]
    now: Callable[[], float]
    problems: dict[str, str] = field(default_factory=dict)
    total: IngestReport = field(default_factory=IngestReport)

    def sync(self, limit: int, *, prune: bool) -> SyncReport:
        started, asked = time.monotonic(), self.fetcher.requests
        sources = self.followed.list_sources()
        for number, source in enumerate(sources, 1):
            self.progress(Progress("Looking at", number, len(sources)))
            self._read_source(source)
        due = self.followed.list_due(self.now(), limit)
        by_address = {source.address: source for source in sources}
        done = 0
        for pages in _batch(due):
            self._take_pages(pages, by_address, done, len(due))
            done += len(pages)
        removed = self._prune() if prune else 0
        return SyncReport(
            sources=len(sources),
            added=self.total.added,
            updated=self.total.updated,
            unchanged=self.total.unchanged,
            removed=removed,
            waiting=self.followed.count_waiting(),
            problems=tuple(Rejection(*each) for each in self.problems.items()),
            requests=self.fetcher.requests - asked,
            seconds=time.monotonic() - started,
        )

    # Sources

    def _read_source(self, source: FollowedSource) -> None:
        """Note what a source lists; what it does not list any more stays as it is."""
        if source.due_at > self.now():
            at = datetime.fromtimestamp(source.due_at).strftime("%H:%M on %d %B")
            self.problems[source.shown] = f"{source.error}; it is tried again after {at}"
            return
        try:
            self._read_listings(source)
        except UnreadableError as error:
            wait = error.wait if isinstance(error, FetchError) else 0.0
            self.followed.note_failure(source.address, str(error), wait, self.now())
            self.problems[source.shown] = str(error)
            return
        self.followed.note_success(source.address, self.now())

    def _read_listings(self, source: FollowedSource) -> None:
        """Read a source with its parts; a feed's older pages only until they were read once."""
        waiting, seen = [("", source.address)], {source.address}
        while waiting and len(seen) <= MAX_LISTINGS:
            parent, address = waiting.pop(0)
            tags = self.followed.get_tags(source.address, address)
            try:
                parts = self._read_listing(source, parent, address, tags)
            except UnreadableError as error:
                if not parent:
                    raise
                self.problems[show_address(address)] = str(error)
                continue
            if source.kind == "sitemap" or (source.kind == "feed" and tags is None):
                waiting += [(address, each) for each in parts if each not in seen]
                seen |= set(parts)

    def _read_listing(
        self, source: FollowedSource, parent: str, address: str, tags: tuple[str, str] | None
    ) -> list[str]:
        """Note what one listing lists, unless it is unchanged; return its parts."""
        etag, modified = tags or ("", "")
        reply = self.fetcher.fetch(lend_credentials(address, source.address), etag=etag, modified=modified)
        if reply.unchanged:
            return self.followed.list_parts(source.address, address)
        listing = read_listing(reply, since=source.since)
        if listing.kind != source.kind:
            named = f" (“{listing.title[:60]}”)" if listing.title else ""
            raise UnreadableError(
                f"was a {source.kind} and is a {listing.kind} now{named}: nothing is taken from it; follow it again if "
                "that is meant"
            )
        self.followed.note_listing(source.address, parent, address, reply, listing)
        return list(listing.further)

    # Pages

    def _take_pages(
        self, pages: Sequence[FollowedPage], sources: dict[str, FollowedSource], done: int, total: int
    ) -> None:
        """Fetch some pages, take in their articles, then note what became of them."""
        batch, known = _Batch(self.now()), self._list_ids()
        with TemporaryDirectory(prefix="clippings-") as folder:
            files: dict[Path, FollowedPage] = {}
            for number, page in enumerate(pages):
                self.progress(Progress("Fetching", done + number, total))
                if page.state != "waiting" and page.article_id and page.article_id not in known:
                    batch.note(replace(page, state="removed"))
                    continue
                file = self._fetch_page(page, sources[page.source], Path(folder) / str(number), batch)
                if file:
                    files[file] = page
            self._read_files(files, batch)
        taken = self._judge(batch, known)
        self._ingest(taken, batch)
        self.followed.note_pages(batch.noted, batch.now, batch.waits)
        for page in batch.noted:
            if page.reason:
                self.problems.setdefault(show_address(page.address), page.reason)

    def _fetch_page(self, page: FollowedPage, source: FollowedSource, folder: Path, batch: _Batch) -> Path | None:
        """Fetch one page into a file, or note why there is none."""
        if page.content:
            reply = Reply(page.address, _wrap(page).encode("utf-8", "replace"), "text/html", "utf-8")
        else:
            address = lend_credentials(page.address, source.address)
            try:
                reply = self.fetcher.fetch(address, etag=page.etag, modified=page.modified)
            except FetchError as error:
                self._note_failure(page, error, batch)
                return None
        if reply.unchanged:
            self.total = replace(self.total, unchanged=self.total.unchanged + (page.state == "read"))
            state = "read" if page.state == "gone" else page.state
            batch.note(replace(page, state=state, calm=page.calm + 1, failures=0), page.reason)
            return None
        batch.replies[page.address] = reply
        try:
            return _save_article(reply, folder)
        except UnreadableError as error:
            self._note_failure(page, error, batch)
            return None

    def _note_failure(self, page: FollowedPage, error: UnreadableError, batch: _Batch) -> None:
        """Note why a page can't be had; where its whole server is to be left alone, that is said once."""
        if isinstance(error, FetchError) and error.wait:
            self.problems.setdefault(get_origin(page.address), str(error))
            batch.note(page, wait=error.wait)
            return
        gone = isinstance(error, FetchError) and error.says_gone and page.state in {"read", "suspect", "gone"}
        kept = page.state in {"read", "suspect", "gone"}
        reason = f"{error}; its article is kept" if kept else str(error)
        changed = replace(page, failures=page.failures + 1, state="gone" if gone else page.state if kept else "failed")
        batch.note(changed, reason, wait=0.0 if gone or not kept else 3_600.0 * 2.0 ** min(page.failures, 7))

    def _read_files(self, files: dict[Path, FollowedPage], batch: _Batch) -> None:
        """Read the files as articles; what a source says of a page wins over what the page says."""
        pages = {show_address(page.address): page for page in files.values()}
        read = read_articles(
            list(files),
            limit_bytes=self.limit_bytes,
            limit_seconds=self.limit_seconds,
            date_order=self.date_order,
            named=lambda path: show_address(files[path].address),
        )
        for found in read:
            page = pages.pop(found.source, None) if isinstance(found, Article | Rejection) else None
            if page is None:
                continue
            if isinstance(found, Rejection):
                self._note_failure(page, UnreadableError(found.reason), batch)
            elif isinstance(found, Article):
                article = complete_address(found, show_address(batch.replies[page.address].address))
                article = replace(
                    article,
                    title=page.title or article.title,
                    author=page.author or article.author,
                    published=page.published or article.published,
                )
                batch.articles.append((page, article, found.title))
        for page in pages.values():
            self._note_failure(page, UnreadableError("holds no article"), batch)

    def _judge(self, batch: _Batch, known: set[str]) -> list[Article]:
        """Return the articles to take in; note the others with the reason."""
        hashes = [_hash(article) for _, article, _ in batch.articles]
        taken: dict[str, Article] = {}
        for (page, article, title), text_hash in zip(batch.articles, hashes, strict=True):
            reply = batch.replies[page.address]
            fresh = replace(page, etag=reply.etag, modified=reply.modified, shown_title=title, failures=0)
            read = replace(fresh, state="read", article_id=article.id, own_title=title, text_hash=text_hash)
            before = self.library.get_article(article.id) if article.id in known else None
            if before and before.text == article.text:
                batch.note(replace(read, calm=page.calm + 1 if page.state == "read" else 0))
                if before.content_hash == article.content_hash:
                    self.total = replace(self.total, unchanged=self.total.unchanged + 1)
                else:
                    taken[article.id] = article
                continue
            reason = find_suspicion(
                article,
                title,
                before=before,
                title_before=page.own_title,
                shared=self._count_sharing(page, title, batch),
            )
            if not reason and hashes.count(text_hash) >= MANY:
                reason = f"has the same text as {hashes.count(text_hash) - 1} other pages"
            if reason:
                advice = f"; `clippings ingest {show_address(page.address)}` takes it as it is"
                batch.note(replace(fresh, state="suspect", article_id=article.id if before else ""), reason + advice)
                continue
            if not before and self._find_same(page, text_hash, batch):
                batch.note(replace(fresh, state="same"))
                continue
            taken[article.id] = article
            batch.note(replace(read, calm=0))
        return list(taken.values())

    def _count_sharing(self, page: FollowedPage, title: str, batch: _Batch) -> int:
        """Count the other pages of a page's site that have a title now."""
        here = {each.address: own for each, _, own in batch.articles}
        stored = [each for each in self.followed.list_titled(title) if each not in here]
        sharing = {*stored, *(each for each, own in here.items() if own == title)} - {page.address}
        return sum(get_origin(each) == get_origin(page.address) for each in sharing)

    def _find_same(self, page: FollowedPage, text_hash: str, batch: _Batch) -> str:
        """Return the address of a page of the same site that has the same text, and came before; else ""."""
        noted = [each.address for each in batch.noted if each.text_hash == text_hash and each.state == "read"]
        found = noted[0] if noted else self.followed.find_text(text_hash, page.address)
        return found if found and get_origin(found) == get_origin(page.address) else ""

    def _ingest(self, articles: list[Article], batch: _Batch) -> None:
        if not articles:
            return
        report = self.library.ingest(articles, wait=self.wait, progress=self.progress)
        copies = {each.source for each in report.copies}
        refused = {each.source: each.reason for each in report.skipped}
        batch.noted[:] = [_correct(page, copies, refused) for page in batch.noted]
        self.total = replace(
            self.total,
            added=self.total.added + report.added,
            updated=self.total.updated + report.updated,
            unchanged=self.total.unchanged + report.unchanged + report.moved,
        )

    def _prune(self) -> int:
        """Remove the articles whose pages are gone."""
        gone = self.followed.list_gone()
        known = self._list_ids()
        ids = [page.article_id for page in gone if page.article_id in known]
        if ids:
            self.library.remove(ids, wait=self.wait)
        self.followed.note_pages([replace(page, state="removed", reason="") for page in gone], self.now(), {})
        return len(ids)

    def _list_ids(self) -> set[str]:
        with suppress(LibraryMissing):
            return {info.id for info in self.library.list_articles()}
        return set()


def _correct(page: FollowedPage, copies: set[str], refused: dict[str, str]) -> FollowedPage:
    """Return a page as it is to be noted after the library has said what it did not take."""
    source = show_address(page.address)
    if page.state != "read" or source not in copies | refused.keys():
        return page
    return replace(page, state="same" if source in copies else "failed", reason=refused.get(source, ""), article_id="")


def _batch(pages: Iterable[FollowedPage]) -> Iterator[list[FollowedPage]]:
    waiting = iter(pages)
    while some := list(islice(waiting, PAGES_PER_BATCH)):
        yield some


def _save_article(reply: Reply, folder: Path) -> Path:
    """Save what is to be one article."""
    file = save_page(reply, folder)
    if file.suffix in SINGLE_SUFFIXES:
        return file
    raise UnreadableError(f"is {file.suffix}, which may hold several articles: `clippings ingest` reads them")


def _wrap(page: FollowedPage) -> str:
    """Return a feed's text as a page."""
    return f"<!DOCTYPE html><html><body><article>{page.content}</article></body></html>"


def _hash(article: Article) -> str:
    return sha256(article.text.encode("utf-8", "replace")).hexdigest()[:32]


def _explain_lock(holder: str) -> str:
    return f"{holder} is syncing this library already: wait until it is done, or stop that process"
