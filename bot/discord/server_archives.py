"""The archives of servers and people: which library they read and write, with all slow work in threads.

A server has libraries of its own, `discord-<id>` and `discord-<id>-<name>`, and may read those that the operator
shares. No name that a server can choose leads to another's: the names of its own libraries are made from its id,
all others are compared with the operator's list. A person has one library, `discord-person-<id>`, and stands with the
negative of their id wherever a server's is asked for.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bot.discord import uploads
from bot.discord.event_loop import call_on_loop, throttle
from bot.discord.fair_line import FairLine
from bot.discord.library_limits import limit_articles
from bot.discord.library_names import PERSONAL, LibraryNames
from bot.discord.library_pool import LibraryPool
from bot.discord.localisation import count, mark
from bot.discord.lookups import (
    HITS,
    Answered,
    QuoteContext,
    collect_answer,
    find_evidence,
    find_quote_context,
)
from bot.discord.people_store import OWN, SHARED
from bot.front_end_errors import ClosingError
from bot.next_questions_lookup import find_next_questions
from retrieval.answering.answer_kinds import load_answerers
from retrieval.conversation.small_talk import reply_to_courtesy
from retrieval.domain import Span
from retrieval.encoder import Window
from retrieval.errors import InputError, LibraryError, LibraryLocked, LibraryMismatch, LibraryMissing, ModelError
from retrieval.index import Progress, delete_library, finish_deletions
from retrieval.text.dates import load_languages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from bot.answerer import Answerer
    from bot.discord.people_store import PeopleStore
    from bot.discord.records import Records
    from bot.progress import CountedArticles
    from bot.settings import Settings
    from retrieval.domain import Article, ArticleInfo, Ask, Citation, Filter, Hit, IngestReport
    from retrieval.encoder import Encoder
    from retrieval.index import Library

SPARE = 4
"""Threads beyond those that answer: for lists, passages and searches, and for answers that were given up."""

WRITERS = 2
"""Libraries that are written at the same time, each of another server: encoding uses all processors."""
WAITING_CHANGES = 5
"""Changes that may wait for one server."""
FULL = mark("{waiting:,} changes to this server's archive wait already: try again when one of them is done.")

MOST_VECTORS = 4_000
"""Vectors of questions that are kept: encoding a thousand takes 6 s, comparing them half a second."""

THREADS = "clippings-"
"""What the names of the threads begin with."""

QUESTION, SENTENCE = "Where is the harbour?", "The harbour is in the north."
"""What models are tried on when the bot starts."""

EMPTY = mark("There are no articles here yet: `/ingest` adds some.")
SHARED_EMPTY = mark("This library has no articles yet: ask whoever runs this bot.")
OUTDATED = mark("This library was built for other settings of the bot: `/reindex` rebuilds it.")
SHARED_OUTDATED = mark("This library was built for other settings of the bot: ask whoever runs this bot.")
NOTHING_OWN = mark(
    "You have no articles of your own yet: send me files or use `/upload` in a direct message, "
    "or choose another archive with `/archive`."
)

Result = TypeVar("Result")


def do_nothing() -> None:
    """Be told of a turn that nobody counts."""


def choose_library(settings: Settings, records: Records, people: PeopleStore, owner: int) -> str:
    """Return the library that a server's managers or a person have chosen, "" for none. Takes no time."""
    if owner >= 0:
        return records.get_settings(owner).library
    choice = people.get_choice(-owner)
    if choice == OWN:
        return f"{PERSONAL}{-owner}"
    return settings.discord_default_library.strip() if choice == SHARED else ""


class ServerArchives:
    """The libraries of all servers, opened when they are needed; to be used from one event loop."""

    def __init__(
        self,
        settings: Settings,
        *,
        chosen: Callable[[int], str] = lambda _: "",
        encoder: Encoder,
        open_library: Callable[[str], Library],
        build_answerer: Callable[[Library], Answerer],
        list_libraries: Callable[[], Iterable[str]],
    ) -> None:
        """Take the collaborators, and what the managers of a server, or a person, have `chosen` to ask, "" for nothing.

        `open_library` opens a library by name, or makes it; `list_libraries` names those that are on disk.
        """
        self._settings = settings
        self._kept = chosen
        self._names = LibraryNames(shared=settings.discord_shared, default=settings.discord_default_library)
        self._encoder = encoder
        self._list = list_libraries
        self._pool = LibraryPool(open_library, build_answerer, most=settings.discord_open_libraries)
        self._readers = ThreadPoolExecutor(settings.discord_in_flight + SPARE, f"{THREADS}read")
        self._writers = ThreadPoolExecutor(WRITERS, f"{THREADS}write")
        self._changes = FairLine(WRITERS, each=1, most_waiting=WAITING_CHANGES, full=FULL)
        self._closing = threading.Event()
        self._vectors: dict[int, NDArray[np.float32]] = {}

    async def prepare(self) -> None:
        """Load what the first question would have to wait for; an error is left for that question to report.

        That is: dates in all languages, who answers each kind, word lists, the encoder, and the reader of sentences.
        """

        def load() -> None:
            from wordfreq import zipf_frequency

            load_languages(datetime.now(UTC).date())
            load_answerers()
            reply_to_courtesy(QUESTION)
            # Only what is claimed by a model is weighed by the longer list, of 30 MB.
            for words in ("small", "best") if self._settings.uses_chat_model else ("small",):
                zipf_frequency("harbour", "en", wordlist=words)
            self._encoder.encode_question(QUESTION)
            self._encoder.read_windows(QUESTION, [Window("", SENTENCE, (Span(0, len(SENTENCE)),))])

        with suppress(ModelError):
            await self._run_in_thread(load)

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Return a question's vector, to compare it with others by; to be called in a thread.

        Vectors are kept for the next time, by a hash, so that no question is held here after it was forgotten.
        """
        key = hash(question)
        vector = self._vectors.get(key)
        if vector is None:
            if len(self._vectors) >= MOST_VECTORS:
                self._vectors.clear()
            vector = self._vectors[key] = self._encoder.encode_question(question)
        return vector

    # Which library

    def list_libraries(self, guild_id: int) -> list[str]:
        """Return the libraries that a server may choose: its own first, then those shared with all. Looks on disk."""
        own = self._names.name_own(guild_id)
        found = sorted(name for name in self._list() if self._names.is_own(guild_id, name))
        return list(dict.fromkeys([own, *found, *self._names.shared]))

    def get_library(self, guild_id: int, library: str = "") -> str:
        """Return the library that a server reads; raise InputError when it has chosen one that it may not.

        Here and below, `library` is that of a channel's own, "" for the server's. Looks on disk: to be called in a
        thread.
        """
        return self._resolve(guild_id, library)

    def name_own(self, guild_id: int) -> str:
        """Return a server's first library, whose name begins those of all its others."""
        return self._names.name_own(guild_id)

    @property
    def default(self) -> str:
        """The library that the operator lets all people ask, "" for none."""
        return self._names.default

    async def has_own_articles(self, owner: int) -> bool:
        """Tell whether the first library of an owner's own holds articles."""
        return await self._run_in_thread(lambda: self._holds_articles(self._names.name_own(owner)))

    async def may_ask_something(self, owner: int) -> bool:
        """Tell whether the archive that an owner asks without a choice holds articles."""
        return await self._run_in_thread(lambda: self._holds_articles(self._resolve(owner, "")))

    def may_read(self, guild_id: int, name: str) -> bool:
        """Tell whether a server may read a library; "" is the one it reads anyway. To be called in a thread."""
        try:
            return bool(self._resolve(guild_id, name))
        except InputError:
            return False

    def get_writable(self, guild_id: int, library: str = "") -> str:
        """Return the library that a server writes; raise InputError when it has chosen one that it may only read."""
        return self._names.resolve_writable(guild_id, library or self._kept(guild_id))

    def resolve_choice(self, guild_id: int, name: str) -> str:
        """Return what to keep as GuildSettings.library for a name that a manager gives; raise InputError for no name.

        A name of the server's own may be short: "news" is `discord-<id>-news`. Nothing else can be reached but what
        the operator shares.
        """
        return self._names.resolve_choice(guild_id, name)

    # Reading

    async def answer(
        self, guild_id: int, ask: Ask, *, on_piece: Callable[[str], None] | None = None, library: str = ""
    ) -> Answered:
        """Answer a question; return the answer with its evidence.

        `on_piece` is called on the event loop with each piece of a chat model's unchecked draft. Cancelling stops the
        model at its next piece. Raises InputError when the question can't be asked or there are no articles.
        """
        stopped = threading.Event()
        tell = call_on_loop(on_piece, stopped)

        def work() -> Answered:
            name = self._resolve(guild_id, library)
            with self._translate_errors(name), self._pool.lend_with_answerer(name) as (opened, answerer):
                answer = collect_answer(answerer, ask, tell, lambda: stopped.is_set() or self._closing.is_set())
                where = answer.understanding.where if answer.understanding else ask.where
                hits = find_evidence(opened, answer.standalone or ask.question, where)
                return Answered(answer, name, opened.generation, hits)

        return await self._run_in_thread(work, stopped)

    async def suggest(self, guild_id: int, answered: Answered, asked: Sequence[str], *, seconds: float) -> list[str]:
        """Return further questions that an answer's library answers for certain, those found within some seconds."""
        beside = [article_id for article_id, *_ in answered.hits]

        def find(library: Library) -> list[str]:
            until = time.monotonic() + seconds
            return find_next_questions(
                library, answered.answer, beside, asked, lambda: self._closing.is_set() or time.monotonic() > until
            )

        return await self._read(guild_id, find, name=answered.library)

    async def search(
        self, guild_id: int, question: str, k: int = HITS, where: Filter | None = None, *, library: str = ""
    ) -> list[Hit]:
        """Return up to k passages that are relevant to a question, best first."""

        def find(opened: Library) -> list[Hit]:
            from retrieval.search.ranking import search

            return search(opened, question, k=k, where=where)

        return await self._read(guild_id, find, name=library)

    async def list_articles(
        self, guild_id: int, where: Filter | None = None, *, library: str = ""
    ) -> list[ArticleInfo]:
        """Return the articles that a filter admits, newest first; nothing where there are none."""

        def find(opened: Library) -> list[ArticleInfo]:
            try:
                return opened.list_articles(where)
            except LibraryMissing:
                return []

        return await self._read(guild_id, find, name=library)

    async def get_change_time(self, guild_id: int, *, library: str = "") -> datetime | None:
        """Return when the server's library was last written to; None where nothing was."""
        return await self._read(guild_id, lambda opened: opened.changed_at, name=library)

    async def get_article(self, guild_id: int, article_id: str, *, library: str = "") -> Article:
        """Return a whole article, or raise ArticleMissing."""
        return await self._read(guild_id, lambda opened: opened.get_article(article_id), name=library)

    async def find_quote(self, guild_id: int, citation: Citation, *, library: str = "") -> QuoteContext:
        """Return a quote within its passage; raise ArticleMissing when its article has changed or gone.

        `library` is the one that the answer came from, which the server must still be allowed to read. In direct
        messages it is the server that whoever asks is in now.
        """
        return await self._read(guild_id, lambda opened: find_quote_context(opened, citation), name=library)

    # Writing

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

        `library` is one of the server's own, "" the one that it writes anyway. `on_progress` is called on the event
        loop with the progress, a few times a second; `on_turn` in a thread, when the wait in the line is over and
        before anything is read. Questions are answered meanwhile.
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

        return await self._write(guild_id, work, on_progress, library, on_turn)

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

    # For others' work

    async def read(self, guild_id: int, use: Callable[[Library], Result], *, name: str = "") -> Result:
        """Return what is made of the library that a server reads; `name` is another one that it may read."""
        return await self._read(guild_id, use, name=name)

    @property
    def closing(self) -> bool:
        """Whether the bot is about to stop."""
        return self._closing.is_set()

    @contextmanager
    def lend_library(self, name: str) -> Iterator[Library]:
        """Lend a library to a thread of somebody else's; raise ClosingError when the bot is about to stop."""
        if self.closing:
            raise ClosingError()
        with self._pool.lend(name) as library:
            yield library

    def refuse_changes(self) -> None:
        """Send away the changes that wait and those that come, because the bot is about to stop."""
        self._changes.refuse()

    async def delete_libraries(self, guild_id: int) -> list[str]:
        """Delete all libraries of a server's own, and return their names; each is there or gone at any moment."""
        folder = self._settings.locate_library(self._names.name_own(guild_id)).parent
        names = await self._run_in_thread(lambda: [name for name in self._list() if self._names.is_own(guild_id, name)])

        def work(name: str) -> None:
            self._pool.drop(name)
            delete_library(folder / name, wait=self._settings.lock_wait)

        for name in names:
            async with self._changes.join(guild_id=guild_id):
                await self._run_in_thread(partial(work, name), pool=self._writers)
        await self._run_in_thread(lambda: finish_deletions(folder), pool=self._writers)
        return names

    def close(self, seconds: float = 10.0) -> None:
        """Refuse new work, stop what can be stopped, wait for the rest for some seconds, and close all libraries.

        Blocks: to be called in a thread.
        """
        self._closing.set()
        pools = (self._readers, self._writers)
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)
        ends = [threading.Thread(target=pool.shutdown, daemon=True) for pool in pools]
        until = time.monotonic() + seconds
        for end in ends:
            end.start()
        for end in ends:
            end.join(max(until - time.monotonic(), 0.0))
        self._pool.close()

    # Helpers

    def _limit(self, library: Library, offered: CountedArticles) -> CountedArticles:
        """Keep a person's own library within what the operator lets it hold."""
        try:
            held = library.list_articles()
        except LibraryMissing:
            held = []
        most, megabytes = self._settings.discord_own_articles, self._settings.discord_own_mb
        return replace(offered, articles=limit_articles(offered, held, most=most, megabytes=megabytes))

    def _resolve(self, guild_id: int, name: str) -> str:
        return self._names.resolve_readable(guild_id, name or self._kept(guild_id), self._holds_articles)

    def _holds_articles(self, name: str) -> bool:
        with self._pool.lend(name) as library:
            try:
                return library.read(lambda snapshot: snapshot.size > 0)
            except LibraryMissing:
                return False
            except LibraryError:
                return True

    async def _read(self, guild_id: int, use: Callable[[Library], Result], *, name: str = "") -> Result:
        def work() -> Result:
            readable = self._resolve(guild_id, name)
            with self._translate_errors(readable), self._pool.lend(readable) as library:
                return use(library)

        return await self._run_in_thread(work)

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
            if stopped.is_set() or self._closing.is_set():
                raise ClosingError(mark("The bot is about to restart: what was complete is kept; do the rest again."))
            tell(progress)

        def work() -> Result:
            on_turn()
            with self._translate_errors(name), self._pool.lend(name) as opened:
                return use(opened, tell_or_stop)

        def tell_place(place: int) -> None:
            if on_progress and place:
                said = count("Waiting for {count} other change", "Waiting for {count} other changes", place)
                on_progress(Progress(said, 0))

        async with self._changes.join(tell_place, guild_id=guild_id):
            return await self._run_in_thread(work, stopped, self._writers)

    async def _run_in_thread(
        self, work: Callable[[], Result], stopped: threading.Event | None = None, pool: ThreadPoolExecutor | None = None
    ) -> Result:
        if self._closing.is_set():
            raise ClosingError()
        done = (pool or self._readers).submit(work)
        try:
            return await asyncio.wrap_future(done)
        except asyncio.CancelledError:
            if stopped:
                stopped.set()
            task = asyncio.current_task()
            if done.cancelled() and self._closing.is_set() and not (task and task.cancelling()):
                raise ClosingError() from None
            raise

    @contextmanager
    def _translate_errors(self, name: str) -> Iterator[None]:
        """Say what people in a server can do about an error; paths and processes concern the operator alone."""
        shared = name in (*self._names.shared, self._names.default)
        try:
            yield
        except LibraryMissing as error:
            if name.startswith(PERSONAL):
                raise InputError(NOTHING_OWN) from error
            raise InputError(SHARED_EMPTY if shared else EMPTY) from error
        except LibraryLocked as error:
            raise InputError(mark("Another process is changing this library: try again in a minute.")) from error
        except LibraryMismatch as error:
            fixed_elsewhere = shared or name.startswith(PERSONAL)
            raise InputError(SHARED_OUTDATED if fixed_elsewhere else OUTDATED) from error
