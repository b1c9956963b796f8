"""Settings -> built objects: the one place where collaborators are chosen and put together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.settings import Settings
    from retrieval.domain import Answer, Filter
    from retrieval.encoder import SentenceEncoder
    from retrieval.library import Library

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


def library(settings: Settings, name: str, *, create: bool = False) -> Library:
    """Open a library; raise LibraryMissing when nothing was ingested under its name, unless it is to be created."""
    from retrieval.library import Library

    return Library.open(
        library_folder(settings, name),
        encoder=encoder(settings),
        passage_tokens=settings.passage_tokens,
        chroma_url=settings.chroma_url,
        create=create,
    )


def answerer(settings: Settings, library: Library) -> Callable[[str, Filter], Answer]:
    """Return the function from a question, and what it is limited to, to its answer from this library."""
    from retrieval.answer import answer

    return lambda question, where: answer(library, question, where=where, threshold=settings.threshold)
