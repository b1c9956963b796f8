"""Articles -> chunks for the peers that read titles: cut as the tutorial cuts, each behind its title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks import sets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE, OVERLAP = 1_000, 200


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of an article: its offsets, and its text after the article's title."""

    article_id: str
    start: int
    end: int
    text: str


def split_chunks(articles: Path) -> Iterator[Chunk]:
    """Yield the chunks of all articles."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP, add_start_index=True)
    for line in sets.read_lines(articles):
        for piece in splitter.create_documents([line["text"]]):
            start, text = piece.metadata["start_index"], piece.page_content
            yield Chunk(line["id"], start, start + len(text), f"{line.get('title') or ''}\n{text}".strip())
