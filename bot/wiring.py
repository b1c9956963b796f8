"""Builds objects from settings: the one place where collaborators are chosen and connected."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

from retrieval.errors import ChatModelError

OPEN_INDEXES = 24
"""Indexes of Chroma that the Discord bot holds open: 13 file descriptors each, 312 of the usual 1,024."""

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_core.language_models import BaseChatModel

    from bot.answerer import Answerer
    from bot.discord.client import ClippingsBot
    from bot.rated_answer import RatedAnswer
    from bot.settings import Settings
    from retrieval.domain import Answer, Ask
    from retrieval.encoder import SentenceEncoder
    from retrieval.encoder.cross_encoder import EntailmentScorer, Reranker
    from retrieval.index import Library, OpenVectors
    from retrieval.web import Fetcher
    from retrieval.web.followed import FollowedSources


def build_encoder(settings: Settings) -> SentenceEncoder:
    """Return the encoder of the chosen model; nothing is loaded before it is used."""
    from retrieval.encoder import SentenceEncoder

    return SentenceEncoder(
        settings.model,
        cache=settings.home / "models",
        precision=settings.precision,
        engine=settings.engine,
        bundled=settings.weights,
    )


def list_libraries(settings: Settings) -> list[str]:
    """Return the names of the libraries that there are."""
    folder = settings.home / "libraries"
    return [each.name for each in folder.iterdir()] if folder.is_dir() else []


def open_library(
    settings: Settings,
    name: str,
    *,
    create: bool = False,
    shared: SentenceEncoder | None = None,
    vectors: OpenVectors | None = None,
) -> Library:
    """Open a library; raise LibraryMissing when nothing was ingested under its name, unless it is to be created.

    It gets an encoder of its own unless one is `shared`, and room for its vector index unless there are `vectors`.
    """
    from retrieval.index import Library

    return Library.open(
        settings.locate_library(name),
        encoder=shared or build_encoder(settings),
        passage_tokens=settings.passage_tokens,
        chroma_url=settings.chroma_url,
        kept_versions=settings.kept_versions,
        vectors=vectors,
        create=create,
    )


def build_fetcher(settings: Settings) -> Fetcher:
    """Return what fetches pages and feeds, which its user closes; nothing is connected yet."""
    from retrieval.web import Fetcher

    return Fetcher(
        pause=settings.web_pause,
        seconds=settings.web_timeout,
        limit_bytes=int(settings.max_file_mb * 1_000_000),
        allow_private=settings.web_private,
    )


def open_followed(settings: Settings, name: str) -> FollowedSources:
    """Open the sources that a library follows; its user closes them."""
    from retrieval.web.followed import FollowedSources

    return FollowedSources(settings.locate_library(name))


@dataclass(frozen=True, slots=True)
class ExtractiveAnswerer:
    """Answers with quotes alone; its stream holds no draft."""

    library: Library
    threshold: float | None

    def invoke(self, ask: Ask, /) -> Answer:
        """Answer a question with quotes."""
        from retrieval.pipeline import answer_question

        return answer_question(
            self.library,
            ask.question,
            where=ask.where,
            threshold=self.threshold,
            history=ask.history,
            today=ask.today,
        )

    def stream(self, ask: Ask, /) -> Iterator[str | Answer]:
        """Yield the answer."""
        yield self.invoke(ask)


def build_answerer(settings: Settings, library: Library) -> Answerer:
    """Return what answers questions from this library: quotes, or the chat model that is set. Nothing is loaded yet.

    Raises InputError when the setting names no provider that there is.
    """
    if not settings.uses_chat_model:
        return ExtractiveAnswerer(library, settings.threshold)
    validate_chat_model(settings)
    judging = _name_judge(settings)
    if judging and judging != settings.chat_model:
        validate_chat_model(choose_chat_model(settings, judging))
    from retrieval.chain import ArticleChain

    return ArticleChain(
        library,
        lambda: build_chat_model(settings),
        label=settings.chat_model,
        timeout=settings.chat_timeout,
        retries=settings.chat_retries,
        context_tokens=settings.context_tokens,
        threshold=settings.threshold,
        rerank=build_reranker(settings.rerank_model) if settings.rerank_model else None,
        judge=_choose_judge(settings, judging),
        judge_label=judging,
        entails=build_entailment(settings.verifier_model) if settings.verifier_model else None,
        unverified=settings.unverified,
    )


def _name_judge(settings: Settings) -> str:
    """Return the chat model that judges claims, "" for none."""
    from bot.settings import OFF

    chosen = settings.judge_model.strip() or ("" if settings.verifier_model else settings.chat_model)
    return "" if chosen.lower() == OFF else chosen


def _choose_judge(settings: Settings, judging: str) -> Callable[[], BaseChatModel] | Literal["itself"] | None:
    if judging == settings.chat_model:
        return "itself"
    return (lambda: build_chat_model(choose_chat_model(settings, judging))) if judging else None


def choose_chat_model(settings: Settings, name: str) -> Settings:
    """Return the settings with another chat model; address and key only where they are of the same provider.

    Raises InputError for a name that is none.
    """
    from bot.setting_values import Secret
    from retrieval.generation import chat_models

    provider = chat_models.parse_provider(name)
    if settings.uses_chat_model and chat_models.parse_provider(settings.chat_model) != provider:
        settings = replace(settings, chat_base_url="", chat_api_key=Secret(""))  # nobody's key goes elsewhere
    return replace(settings, chat_model=name)


@cache
def build_reranker(model: str) -> Reranker:
    """Return the model that ranks passages, the same for all libraries: it may hold gigabytes once it is used."""
    from retrieval.encoder.cross_encoder import Reranker

    return Reranker(model)


@cache
def build_entailment(model: str) -> EntailmentScorer:
    """Return the model that checks claims, the same for all libraries."""
    from retrieval.encoder.cross_encoder import EntailmentScorer

    return EntailmentScorer(model)


def build_chat_model(settings: Settings) -> BaseChatModel:
    """Build the chat model that is set; raise ChatModelError when it can't be asked."""
    from pydantic import SecretStr

    from retrieval.generation import chat_models

    return chat_models.build_chat_model(
        settings.chat_model,
        base_url=settings.chat_base_url,
        api_key=SecretStr(settings.chat_api_key.reveal()),
        timeout=settings.chat_timeout,
        context_tokens=settings.context_tokens,
    )


def validate_chat_model(settings: Settings) -> None:
    """Raise InputError when the setting names a chat model of no provider that there is; nothing is asked."""
    from retrieval.generation import chat_models

    if settings.uses_chat_model and chat_models.parse_provider(settings.chat_model) not in chat_models.PACKAGES:
        with suppress(ChatModelError):  # each answer says what is missing, such as a package
            build_chat_model(settings)


def read_downvoted_answers(settings: Settings) -> list[RatedAnswer]:
    """Return the answers that people on Discord found bad, oldest first; raise InputError when no bot has run here."""
    from bot.discord.records import read_downvoted

    return read_downvoted(settings.home / "discord.sqlite")


def build_discord_bot(settings: Settings) -> ClippingsBot:
    """Build the Discord bot with its collaborators, which it closes; nothing is connected yet. Needs an event loop."""
    from bot.discord.client import ClippingsBot
    from bot.discord.fair_line import FairLine
    from bot.discord.news.feed_archives import FeedArchives
    from bot.discord.people_store import PeopleStore
    from bot.discord.rate_limits import RateLimits
    from bot.discord.records import Records
    from bot.discord.server_archives import ServerArchives, choose_library
    from retrieval.index import OpenVectors

    records = Records(settings.home / "discord.sqlite")
    people = PeopleStore(records.database)
    shared = build_encoder(settings)
    vectors = OpenVectors(min(settings.discord_open_libraries, OPEN_INDEXES))
    return ClippingsBot(
        settings,
        records=records,
        people=people,
        archives=ServerArchives(
            settings,
            chosen=partial(choose_library, settings, records, people),
            encoder=shared,
            open_library=partial(open_library, settings, create=True, shared=shared, vectors=vectors),
            build_answerer=partial(build_answerer, settings),
            list_libraries=partial(list_libraries, settings),
        ),
        limits=RateLimits(settings.discord_per_person, settings.discord_per_guild),
        feeds=partial(
            FeedArchives,
            settings,
            open_followed=partial(open_followed, settings),
            build_fetcher=partial(build_fetcher, settings),
        ),
        queue=FairLine(settings.discord_in_flight),
    )
