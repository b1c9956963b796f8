"""Articles, passages and models: reads an archive, finds passages, answers with quotes. Knows nothing of users.

The names in `__all__` are what a program needs; docs/python.md shows them at work. Each is imported when it is first
used, so that importing this package does no work.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.chain import ArticleChain
    from retrieval.domain import Answer, Article, Citation, Filter, Hit, Turn
    from retrieval.encoder.embeddings import ArticleEmbeddings
    from retrieval.encoder.sentence_encoder import SentenceEncoder
    from retrieval.errors import ClippingsError
    from retrieval.index import Library
    from retrieval.pipeline import answer_question
    from retrieval.reading import read_articles
    from retrieval.search.ranking import search as search_passages
    from retrieval.search.retriever import ArticleRetriever

__all__ = [
    "Answer",
    "Article",
    "ArticleChain",
    "ArticleEmbeddings",
    "ArticleRetriever",
    "Citation",
    "ClippingsError",
    "Filter",
    "Hit",
    "Library",
    "SentenceEncoder",
    "Turn",
    "answer_question",
    "open_library",
    "read_articles",
    "search_passages",
]

_PLACES = {
    "ArticleChain": "retrieval.chain",
    "ArticleEmbeddings": "retrieval.encoder.embeddings",
    "ArticleRetriever": "retrieval.search.retriever",
    "ClippingsError": "retrieval.errors",
    "Library": "retrieval.index.library",
    "SentenceEncoder": "retrieval.encoder.sentence_encoder",
    "answer_question": "retrieval.pipeline",
    "read_articles": "retrieval.reading",
    "search_passages": "retrieval.search.ranking:search",
}
"""The module of each name, and the name there where it is another; all others are in `retrieval.domain`."""


def __getattr__(name: str) -> object:
    """Import what is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, there = _PLACES.get(name, "retrieval.domain").partition(":")
    value = globals()[name] = getattr(import_module(module), there or name)
    return value


def open_library(folder: str | Path, *, encoder: SentenceEncoder | None = None) -> Library:
    """Open the library in a folder, which is made when something is ingested.

    Without an `encoder`, the default model is used; it is exported once, into the folder that the command uses, too.
    """
    import platformdirs

    from retrieval.encoder.sentence_encoder import SentenceEncoder
    from retrieval.index import Library

    models = platformdirs.user_data_path("clippings", appauthor=False) / "models"
    return Library.open(Path(folder), encoder=encoder or SentenceEncoder(cache=models), create=True)
