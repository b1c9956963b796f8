"""The peer that people start from: the LangChain tutorial's chain, its Chroma kept on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings

from tests.benchmarks.tutorial import cut, locate_model, read

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.documents import Document

    from tests.benchmarks.peers.systems import Found, Search

AT_ONCE = 5_000
"""Chunks that are added together: Chroma refuses more than 5,461."""


def index(articles: Path, folder: Path) -> int:
    """Cut the articles into chunks, embed them and keep them."""
    chunks = cut(read(articles))
    store = Chroma(embedding_function=_embeddings(), persist_directory=str(folder))
    for first in range(0, len(chunks), AT_ONCE):
        store.add_documents(chunks[first : first + AT_ONCE])
    return len(chunks)


def search(folder: Path) -> Search:
    """Open the store."""
    store = Chroma(embedding_function=_embeddings(), persist_directory=str(folder))

    def find(question: str, k: int) -> list[Found]:
        return [place(each) for each in store.similarity_search(question, k=k)]

    return find


def place(chunk: Document) -> Found:
    """Return a chunk's source and offsets."""
    start = chunk.metadata["start_index"]
    return chunk.metadata["source"], start, start + len(chunk.page_content)


def _embeddings() -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(model_name=locate_model())
