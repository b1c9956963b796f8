"""A peer that fuses as Clippings does: txtai's hybrid of BM25 and the same model's vectors, over title and text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from txtai import Embeddings

from tests.benchmarks.peers.chunks import split_chunks
from tests.benchmarks.tutorial import locate_model

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.peers.systems import Found, Search


def index(articles: Path, folder: Path) -> int:
    """Index the chunks with their texts and keep them; a chunk's id gives its source and offsets."""
    embeddings = Embeddings(path=locate_model(), hybrid=True, content=True)
    found = list(split_chunks(articles))
    embeddings.index((json.dumps([each.article_id, each.start, each.end]), each.text, None) for each in found)
    embeddings.save(str(folder / "index"))
    embeddings.close()
    return len(found)


def search(folder: Path) -> Search:
    """Open the index."""
    embeddings = Embeddings()
    embeddings.load(str(folder / "index"))

    def find(question: str, k: int) -> list[Found]:
        return [tuple(json.loads(each["id"])) for each in embeddings.search(question, k)]

    return find
