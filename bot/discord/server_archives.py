"""The archives of servers and people: which library they read, with all slow work in threads.

A server has libraries of its own, `discord-<id>` and `discord-<id>-<name>`, and may read those that the operator
shares. No name that a server can choose leads to another's: the names of its own libraries are made from its id,
all others are compared with the operator's list. A person has one library, `discord-person-<id>`, and stands with the
negative of their id wherever a server's is asked for. Changes are archive_changes.py's.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from bot.discord.archive_changes import ArchiveChanges
from bot.discord.archive_errors import explain_library_errors
from bot.discord.archive_threads import ArchiveThreads
from bot.discord.event_loop import call_on_loop
from bot.discord.library_names import PERSONAL, LibraryNames
from bot.discord.library_pool import LibraryPool
from bot.discord.lookups import HITS, Answered, QuoteContext, collect_answer, find_evidence, find_quote_context
from bot.discord.people_store import OWN, SHARED
from bot.discord.preloading import preload
from bot.discord.question_vectors import QuestionVectors
from bot.front_end_errors import ClosingError
from bot.next_questions_lookup import find_next_questions
from retrieval.errors import InputError, LibraryError, LibraryMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from bot.answerer import Answerer
    from bot.discord.people_store import PeopleStore
    from bot.discord.records import Records
    from bot.settings import Settings
    from retrieval.domain import Article, ArticleInfo, Ask, Citation, Filter, Hit
    from retrieval.encoder import Encoder
    from retrieval.index import Library

Result = TypeVar("Result")


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
        self._threads = ArchiveThreads(settings.discord_in_flight)
        self._vectors = QuestionVectors(encoder)
        self.changes = ArchiveChanges(
            settings,
            names=self._names,
            chosen=chosen,
            pool=self._pool,
            threads=self._threads,
            list_libraries=list_libraries,
        )

    async def prepare(self) -> None:
        """Load what the first question would have to wait for."""
        await self._threads.run(lambda: preload(self._encoder, chats=self._settings.uses_chat_model))

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Return a question's vector, to compare it with others by; to be called in a thread."""
        return self._vectors.encode(question)

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
        return await self._threads.run(lambda: self._holds_articles(self._names.name_own(owner)))

    async def may_ask_something(self, owner: int) -> bool:
        """Tell whether the archive that an owner asks without a choice holds articles."""
        return await self._threads.run(lambda: self._holds_articles(self._resolve(owner, "")))

    def may_read(self, guild_id: int, name: str) -> bool:
        """Tell whether a server may read a library; "" is the one it reads anyway. To be called in a thread."""
        try:
            return bool(self._resolve(guild_id, name))
        except InputError:
            return False

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
            with (
                explain_library_errors(name, self._names.fixed),
                self._pool.lend_with_answerer(name) as (opened, answerer),
            ):
                answer = collect_answer(answerer, ask, tell, lambda: stopped.is_set() or self.closing)
                where = answer.understanding.where if answer.understanding else ask.where
                hits = find_evidence(opened, answer.standalone or ask.question, where)
                return Answered(answer, name, opened.generation, hits)

        return await self._threads.run(work, stopped)

    async def suggest(self, guild_id: int, answered: Answered, asked: Sequence[str], *, seconds: float) -> list[str]:
        """Return further questions that an answer's library answers for certain, those found within some seconds."""
        beside = [article_id for article_id, *_ in answered.hits]

        def find(library: Library) -> list[str]:
            until = time.monotonic() + seconds
            return find_next_questions(
                library, answered.answer, beside, asked, lambda: self.closing or time.monotonic() > until
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

    # For others' work

    async def read(self, guild_id: int, use: Callable[[Library], Result], *, name: str = "") -> Result:
        """Return what is made of the library that a server reads; `name` is another one that it may read."""
        return await self._read(guild_id, use, name=name)

    @property
    def closing(self) -> bool:
        """Whether the bot is about to stop."""
        return self._threads.closing

    @contextmanager
    def lend_library(self, name: str) -> Iterator[Library]:
        """Lend a library to a thread of somebody else's; raise ClosingError when the bot is about to stop."""
        if self.closing:
            raise ClosingError()
        with self._pool.lend(name) as library:
            yield library

    def close(self, seconds: float = 10.0) -> None:
        """Refuse new work, stop what can be stopped, wait for the rest for some seconds, and close all libraries.

        Blocks: to be called in a thread.
        """
        self._threads.close(seconds)
        self._pool.close()

    # Helpers

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
            with self._explain_errors(readable), self._pool.lend(readable) as library:
                return use(library)

        return await self._threads.run(work)

    def _explain_errors(self, name: str) -> AbstractContextManager[None]:
        return explain_library_errors(name, self._names.fixed)
