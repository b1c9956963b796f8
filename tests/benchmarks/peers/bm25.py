"""The peer without a model: BM25 alone over title and text, stemmed, without English stop words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bm25s
import Stemmer

from tests.benchmarks.peers.chunks import split_chunks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.benchmarks.peers.systems import Found, Search


def index(articles: Path, folder: Path) -> int:
    """Weigh the words of the chunks and keep them with their texts."""
    found = list(split_chunks(articles))
    ranking = bm25s.BM25()
    ranking.index(_words([each.text for each in found]), show_progress=False)
    kept = [{"place": [each.article_id, each.start, each.end], "text": each.text} for each in found]
    ranking.save(folder, corpus=kept, show_progress=False)
    return len(found)


def search(folder: Path) -> Search:
    """Open the index; texts stay on disk."""
    ranking = bm25s.BM25.load(folder, load_corpus=True, mmap=True)
    size = len(ranking.corpus)

    def find(question: str, k: int) -> list[Found]:
        ranked, _ = ranking.retrieve(_words([question]), k=min(k, size), show_progress=False)
        return [tuple(each["place"]) for each in ranked[0]]

    return find


def _words(texts: Sequence[str]) -> Any:
    return bm25s.tokenize(list(texts), stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False)
