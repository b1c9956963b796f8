"""What changes the libraries of servers and people: additions, removals, rebuilding and deletion, each in its turn.

Which library that is, and reading it, is left to server_archives.py.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bot.discord import uploads
from bot.discord.archive_errors import explain_library_errors
from bot.discord.archive_threads import WRITERS
from bot.discord.event_loop import call_on_loop, throttle
from bot.discord.fair_line import FairLine
from bot.discord.library_limits import limit_articles
from bot.discord.library_names import PERSONAL
from bot.discord.localisation import count, mark
from bot.front_end_errors import ClosingError
from retrieval.errors import InputError, LibraryMissing
from retrieval.index import Progress, delete_library, finish_deletions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from bot.discord.archive_threads import ArchiveThreads
    from bot.discord.library_names import LibraryNames
    from bot.discord.library_pool import LibraryPool
    from bot.progress import CountedArticles
    from bot.settings import Settings
    from retrieval.domain import IngestReport
    from retrieval.index import Library

WAITING_CHANGES = 5
"""Changes that may wait for one server."""
FULL = mark("{waiting:,} changes to this server's archive wait already: try again when one of them is done.")

NO_PLACE = mark("All {most} libraries of people's own that there may be here are taken: ask whoever runs this bot.")

Result = TypeVar("Result")


def do_nothing() -> None:
    """Be told of a turn that nobody counts."""


class ArchiveChanges:
    """The line of changes; to be used from one event loop."""

    def __init__(
        self,
        settings: Settings,
        *,
        names: LibraryNames,
        chosen: Callable[[int], str],
        pool: LibraryPool,
        threads: ArchiveThreads,
        list_libraries: Callable[[], Iterable[str]],
    ) -> None:
        """Take the collaborators, as `ServerArchives` does."""
        self._settings = settings
        self._names = names
        self._kept = chosen
        self._pool = pool
        self._threads = threads
        self._list = list_libraries
        self._line = FairLine(WRITERS, each=1, most_waiting=WAITING_CHANGES, full=FULL)
        self._begun: set[str] = set()
        """People's own libraries that came or were about to since the start."""

    async def check_place(self, person_id: int) -> str:
        """Return the name of a person's own library; raise InputError where there may be no more people with one."""
        own, most = self._names.name_own(-person_id), self._settings.discord_own_people
        there = await self._threads.run(lambda: {name for name in self._list() if name.startswith(PERSONAL)})
        if own not in there and len((there | self._begun) - {own}) >= most:
            raise InputError(NO_PLACE.format(most=f"{most:,}"))
        return own

    def get_writable(self, guild_id: int, library: str = "") -> str:
        """Return the library that a server writes; raise InputError when it has chosen one that it may only read.

        Here and below, `library` is one of the server's own, "" the one that it writes anyway.
        """
        return self._names.resolve_writable(guild_id, library or self._kept(guild_id))

    async def ingest(
        self,
        guild_id: int,
        files: Sequence[tuple[str, bytes | Path]],
        on_progress: Callable[[Progress], None] | None = None,
        *,
        library: str = "",
        on_turn: Callable[[], object] = do_nothing,
    ) -> IngestReport:
        """Add files, (name, content or where it is), to a library; a file that comes again updates its articles.

        `on_progress` is called on the event loop with the progress, a few times a second; `on_turn` in a thread, when
        the wait in the line is over and before anything is read. Questions are answered meanwhile.
        """
        if not files:
            raise InputError(mark("There is no file to read: attach one."))
        read = partial(
            uploads.read_uploads,
            guild_id=guild_id,
            limit_bytes=int(self._settings.max_file_mb * 1_000_000),
            limit_seconds=self._settings.max_file_seconds,
            date_order=self._settings.date_order,
        )

        def work(library: Library, tell: Callable[[Progress], None]) -> IngestReport:
            with read(files) as offered:
                taken = offered if guild_id > 0 else self._limit(library, offered)
                return library.ingest(taken, wait=self._settings.lock_wait, progress=tell)

        if guild_id > 0:
            return await self._write(guild_id, work, on_progress, library, on_turn)
        own = await self.check_place(-guild_id)
        self._begun.add(own)  # so that of two who come at once for the last place, one has it
        try:
            return await self._write(guild_id, work, on_progress, library, on_turn)
        except BaseException:
            self._begun.discard(own)
            raise

    async def remove(self, guild_id: int, ids: Sequence[str], *, library: str = "") -> None:
        """Remove articles from a server's own library; for an unknown id raise ArticleMissing, and remove nothing."""
        await self._write(guild_id, lambda opened, _: opened.remove(ids, wait=self._settings.lock_wait), None, library)

    async def reindex(
        self,
        guild_id: int,
        on_progress: Callable[[Progress], None] | None = None,
        *,
        library: str = "",
        on_turn: Callable[[], object] = do_nothing,
    ) -> IngestReport:
        """Encode a server's own library again; the old version answers until the new one is complete."""

        def work(library: Library, tell: Callable[[Progress], None]) -> IngestReport:
            if not library.list_articles():
                raise LibraryMissing(f"the library {library.name!r} is empty")
            return library.ingest((), rebuild=True, wait=self._settings.lock_wait, progress=tell)

        return await self._write(guild_id, work, on_progress, library, on_turn)

    async def delete_libraries(self, guild_id: int) -> list[str]:
        """Delete all libraries of a server's own, and return their names; each is there or gone at any moment."""
        folder = self._settings.locate_library(self._names.name_own(guild_id)).parent
        names = await self._threads.run(lambda: [name for name in self._list() if self._names.is_own(guild_id, name)])

        def work(name: str) -> None:
            self._pool.drop(name)
            delete_library(folder / name, wait=self._settings.lock_wait)

        self._begun.difference_update(names)
        for name in names:
            async with self._line.join(guild_id=guild_id):
                await self._threads.run(partial(work, name), writing=True)
        await self._threads.run(lambda: finish_deletions(folder), writing=True)
        return names

    def refuse(self) -> None:
        """Send away the changes that wait and those that come, because the bot is about to stop."""
        self._line.refuse()

    def _limit(self, library: Library, offered: CountedArticles) -> CountedArticles:
        """Keep a person's own library within what the operator lets it hold."""
        try:
            held = library.list_articles()
        except LibraryMissing:
            held = []
        most, megabytes = self._settings.discord_own_articles, self._settings.discord_own_mb
        return replace(offered, articles=limit_articles(offered, held, most=most, megabytes=megabytes))

    async def _write(
        self,
        guild_id: int,
        use: Callable[[Library, Callable[[Progress], None]], Result],
        on_progress: Callable[[Progress], None] | None,
        library: str = "",
        on_turn: Callable[[], object] = do_nothing,
    ) -> Result:
        name = self.get_writable(guild_id, library)
        stopped = threading.Event()
        tell = throttle(call_on_loop(on_progress, stopped))

        def tell_or_stop(progress: Progress) -> None:
            if stopped.is_set() or self._threads.closing:
                raise ClosingError(mark("The bot is about to restart: what was complete is kept; do the rest again."))
            tell(progress)

        def work() -> Result:
            on_turn()
            with explain_library_errors(name, self._names.fixed), self._pool.lend(name) as opened:
                return use(opened, tell_or_stop)

        def tell_place(place: int) -> None:
            if on_progress and place:
                said = count("Waiting for {count} other change", "Waiting for {count} other changes", place)
                on_progress(Progress(said, 0))

        async with self._line.join(tell_place, guild_id=guild_id):
            return await self._threads.run(work, stopped, writing=True)
