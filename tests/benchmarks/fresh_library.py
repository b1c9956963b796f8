"""A library of some articles, for as long as a measurement takes."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.encoder import SentenceEncoder
from retrieval.index import Library
from retrieval.reading import read_articles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import Precision


@contextmanager
def open_fresh_library(articles: Path, *, precision: Precision = "auto") -> Iterator[Library]:
    """Ingest a file or folder of articles with the real encoder; the library goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="clippings-") as home:
        encoder = SentenceEncoder(cache=Path(home) / "models", precision=precision)
        with Library.open(Path(home) / "library", encoder=encoder, create=True) as library:
            library.ingest(read_articles([articles]))
            yield library
