"""The feeds of a library: found at an address, listed, removed, and brought in, each in a thread of its own kind.

What is followed lies beside the library (retrieval/web), as with the command line. One library is synced at a time, a
bounded number of pages of it; questions are answered meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from bot.discord.archive_threads import THREADS
from bot.discord.localisation import mark
from bot.front_end_errors import ClosingError
from retrieval.errors import InputError, UnreadableError
from retrieval.web import show_address
from retrieval.web.addresses import strip_credentials

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from bot.discord.server_archives import ServerArchives
    from bot.settings import Settings
    from retrieval.index import Library, Progress
    from retrieval.web import Fetcher
    from retrieval.web.followed import FollowedPage, FollowedSource, FollowedSources
    from retrieval.web.following import Offer
    from retrieval.web.syncing import SyncReport

FULL = mark("This server follows {number} feeds, of {most} that it may: `/unfollow` one first.")
PAGES_A_ROUND = 50
"""Pages that are fetched for one library before it is the next one's turn; a second apart on one site, as a rule."""
FINDERS = 2
"""Addresses that are looked at at the same time, for people who wait."""

Result = TypeVar("Result")


class FeedArchives:
    """What libraries follow; to be used from one event loop."""

    def __init__(
        self,
        settings: Settings,
        archives: ServerArchives,
        *,
        open_followed: Callable[[str], FollowedSources],
        build_fetcher: Callable[[], Fetcher],
    ) -> None:
        """Take the collaborators; `open_followed` opens the sources of a library, by its name."""
        self._settings = settings
        self._archives = archives
        self._open = open_followed
        self._build_fetcher = build_fetcher
        self._finders = ThreadPoolExecutor(FINDERS, f"{THREADS}find")
        self._syncing = ThreadPoolExecutor(1, f"{THREADS}sync")

    async def find_offer(self, address: str, since: date | None = None) -> Offer:
        """Return what can be followed at an address; raise InputError where there is nothing, or it may not be asked.

        Private networks are refused as on the command line.
        """
        from retrieval.web.following import find_offer

        def work() -> Offer:
            try:
                with closing(self._build_fetcher()) as fetcher:
                    return find_offer(address, fetcher, since=since)
            except UnreadableError as error:
                raise InputError(f"{show_address(address)} {explain_web_error(str(error))}") from error

        return await self._run(self._finders, work)

    async def follow(self, library: str, offer: Offer, since: date | None = None) -> FollowedSource:
        """Follow what an address offers; raise InputError where the server follows as much as it may."""
        most = self._settings.discord_feeds

        def work() -> FollowedSource:
            with self._open(library) as followed:
                there = {source.address for source in followed.list_sources()}
                if len(there) >= most and offer.address not in there:
                    raise InputError(FULL.format(number=len(there), most=most))
                followed.add_source(offer.address, offer.listing.kind, offer.listing.title, since, time.time())
                return followed.find_source(offer.address)

        return await self._run(self._finders, work)

    async def list_sources(self, library: str) -> list[FollowedSource]:
        """Return what a library follows, with its last success and error."""

        def work() -> list[FollowedSource]:
            with self._open(library) as followed:
                return followed.list_sources()

        return await self._run(self._finders, work)

    async def remove_source(self, library: str, address: str) -> None:
        """Follow a source no more; its articles stay. One that is gone already is no error."""

        def work() -> None:
            with self._open(library) as followed:
                for source in followed.list_sources():
                    if address in {source.address, source.shown}:
                        followed.remove_source(source.address)

        await self._run(self._finders, work)

    async def sync(self, library: str) -> SyncReport:
        """Bring in what is new and has changed, up to a number of pages; raise LibraryLocked where another one does."""
        from retrieval.web.syncing import sync_library

        def tell_or_stop(_: Progress) -> None:
            if self._archives.closing:
                raise ClosingError()

        def work() -> SyncReport:
            with (
                self._archives.lend_library(library) as opened,
                self._open(library) as followed,
                closing(self._build_fetcher()) as fetcher,
            ):
                return sync_library(
                    opened,
                    followed,
                    fetcher,
                    limit=PAGES_A_ROUND,
                    limit_bytes=int(self._settings.max_file_mb * 1_000_000),
                    limit_seconds=self._settings.max_file_seconds,
                    date_order=self._settings.date_order,
                    wait=self._settings.lock_wait,
                    progress=tell_or_stop,
                )

        return await self._run(self._syncing, work)

    async def list_read(self, library: str, address: str) -> list[FollowedPage]:
        """Return the pages of a source that are in the library, by the address that is shown."""

        def work() -> list[FollowedPage]:
            with self._open(library) as followed:
                found = (source for source in followed.list_sources() if source.shown == address)
                return [page for source in found for page in followed.list_read(source.address)]

        return await self._run(self._syncing, work)

    async def read(self, library: str, use: Callable[[Library], Result]) -> Result:
        """Return what is made of a library, in the thread that keeps it in step."""

        def work() -> Result:
            with self._archives.lend_library(library) as opened:
                return use(opened)

        return await self._run(self._syncing, work)

    def close(self) -> None:
        """Take no more work; what runs ends with the next page."""
        for pool in (self._finders, self._syncing):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
        if self._archives.closing:
            raise ClosingError()
        return await asyncio.wrap_future(pool.submit(work))


def list_addresses(offer: Offer) -> list[str]:
    """Return the addresses of the pages that an offer lists, as they are kept."""
    return [strip_credentials(page.address) for page in offer.listing.pages]


def explain_web_error(text: str) -> str:
    """Return what people on a server should know of an error: no machine's number, no step on the command line."""
    shown = text.partition(": `clippings")[0].partition("; `clippings")[0].partition("; CLIPPINGS_")[0]
    before, opened, rest = shown.partition(" (")
    network = opened and before.endswith("on a private network")
    return before + rest.partition(")")[2] if network else shown
