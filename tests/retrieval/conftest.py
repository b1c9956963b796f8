"""Two small libraries, made once for the whole run with the real encoder; tests share them and must not change them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.index import Library
from retrieval.reading import read_articles
from tests import llama_server
from tests.retrieval.sample_archive import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder
    from tests.llama_server import Llama

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="session")
def archive(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The articles of archive.py."""
    with Library.open(tmp_path_factory.mktemp("archive") / "news", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


@pytest.fixture(scope="session")
def seeds(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The two articles that ship with the project."""
    with Library.open(tmp_path_factory.mktemp("seeds") / "seeds", encoder=encoder, create=True) as library:
        library.ingest(read_articles(sorted(SEEDS.glob("*.txt")), limit_bytes=1_000_000))
        yield library


@pytest.fixture(scope="session")
def real_server() -> Iterator[Llama]:
    """A chat model that is really one; whoever kills a server starts one of their own."""
    if llama_server.find_missing_packages():
        pytest.skip(llama_server.find_missing_packages())
    with llama_server.serve_llama() as server:
        yield server
