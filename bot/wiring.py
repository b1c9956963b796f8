"""Settings -> built objects: the one place where collaborators are chosen and put together."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from retrieval.errors import ChatModelError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_core.language_models import BaseChatModel

    from bot.answerer import Answerer
    from bot.discord.client import ClippingsBot
    from bot.rated_answer import RatedAnswer
    from bot.settings import Settings
    from retrieval.domain import Answer, Ask
    from retrieval.encoder import SentenceEncoder
    from retrieval.encoder.cross_encoder import Entailment, Reranker
    from retrieval.index.library import Library

_LIBRARY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def encoder(settings: Settings) -> SentenceEncoder:
    """Return the encoder of the chosen model; nothing is loaded before it is used."""
    from retrieval.encoder import SentenceEncoder

    return SentenceEncoder(settings.model, cache=settings.home / "models", precision=settings.precision)


def library_folder(settings: Settings, name: str) -> Path:
    """Return the folder of a library; raise InputError for a name that could lead elsewhere."""
    if not _LIBRARY_NAME.fullmatch(name):
        raise InputError(
            f"{name!r} can't name a library: use up to 64 letters, digits, - and _, a letter or digit first."
        )
    return settings.home / "libraries" / name


def library_names(settings: Settings) -> list[str]:
    """Return the names of the libraries that there are."""
    folder = settings.home / "libraries"
    return [each.name for each in folder.iterdir()] if folder.is_dir() else []


def library(settings: Settings, name: str, *, create: bool = False, shared: SentenceEncoder | None = None) -> Library:
    """Open a library; raise LibraryMissing when nothing was ingested under its name, unless it is to be created.

    It gets an encoder of its own unless one is `shared`.
    """
    from retrieval.index.library import Library

    return Library.open(
        library_folder(settings, name),
        encoder=shared or encoder(settings),
        passage_tokens=settings.passage_tokens,
        chroma_url=settings.chroma_url,
        create=create,
    )


@dataclass(frozen=True, slots=True)
class Quoting:
    """The extractive answerer: quotes, and no draft."""

    library: Library
    threshold: float | None

    def invoke(self, ask: Ask, /) -> Answer:
        """Answer a question with quotes."""
        from retrieval.answering.extractive import answer

        return answer(self.library, ask.question, where=ask.where, threshold=self.threshold, history=ask.history)

    def stream(self, ask: Ask, /) -> Iterator[str | Answer]:
        """Yield the answer."""
        yield self.invoke(ask)


def answerer(settings: Settings, library: Library) -> Answerer:
    """Return what answers questions from this library: quotes, or the chat model that is set. Nothing is loaded yet.

    Raises InputError when the setting names no provider that there is.
    """
    if not settings.uses_chat_model:
        return Quoting(library, settings.threshold)
    check_chat_model(settings)
    from retrieval.pipeline import ArticleChain

    return ArticleChain(
        library,
        lambda: chat_model(settings),
        label=settings.chat_model,
        timeout=settings.chat_timeout,
        retries=settings.chat_retries,
        context_tokens=settings.context_tokens,
        threshold=settings.threshold,
        rerank=reranker(settings.rerank_model) if settings.rerank_model else None,
        entails=entailment(settings.verifier_model) if settings.verifier_model else None,
        unverified=settings.unverified,
    )


@cache
def reranker(model: str) -> Reranker:
    """Return the model that ranks passages, the same for all libraries: it may hold gigabytes once it is used."""
    from retrieval.encoder.cross_encoder import Reranker

    return Reranker(model)


@cache
def entailment(model: str) -> Entailment:
    """Return the model that checks claims, the same for all libraries."""
    from retrieval.encoder.cross_encoder import Entailment

    return Entailment(model)


def chat_model(settings: Settings) -> BaseChatModel:
    """Build the chat model that is set; raise ChatModelError when it can't be asked."""
    from retrieval.generation import chat_models

    return chat_models.chat_model(
        settings.chat_model,
        base_url=settings.chat_base_url,
        api_key=settings.chat_api_key,
        timeout=settings.chat_timeout,
        context_tokens=settings.context_tokens,
    )


def check_chat_model(settings: Settings) -> None:
    """Raise InputError when the setting names a chat model of no provider that there is; nothing is asked."""
    from retrieval.generation import chat_models

    if settings.uses_chat_model and not chat_models.known(settings.chat_model):
        with suppress(ChatModelError):  # each answer says what is missing, such as a package
            chat_model(settings)


def downvoted_answers(settings: Settings) -> list[RatedAnswer]:
    """Return the answers that people on Discord found bad, oldest first; raise InputError when no bot has run here."""
    from bot.discord.records import read_downvoted

    return read_downvoted(settings.home / "discord.sqlite")


def discord_bot(settings: Settings) -> ClippingsBot:
    """Build the Discord bot with its collaborators, which it closes; nothing is connected yet. Needs an event loop."""
    from bot.discord.client import ClippingsBot
    from bot.discord.rate_limits import Limits, Line
    from bot.discord.records import Records
    from bot.discord.server_archives import Archives

    records = Records(settings.home / "discord.sqlite")
    shared = encoder(settings)
    return ClippingsBot(
        settings,
        records=records,
        archives=Archives(
            settings,
            chosen=lambda guild_id: records.guild(guild_id).library,
            encoder=shared,
            open_library=partial(library, settings, create=True, shared=shared),
            build_answerer=partial(answerer, settings),
            list_libraries=partial(library_names, settings),
        ),
        limits=Limits(settings),
        line=Line(settings.discord_in_flight),
    )
