"""What each store of a library holds, read past the library itself, so that two libraries can be compared."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.index.catalog import Catalog
from retrieval.index.integrity import MIN_COSINE
from retrieval.index.lexical import LexicalIndex, extract_terms
from retrieval.index.quantization import dequantize_vectors
from retrieval.index.selection import EVERYTHING
from retrieval.index.versions import find_current_version, get_catalog_path, get_lexical_folder, get_version_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

ARTICLES = (
    "SELECT id, content_hash, title, author, published, day, url, source, passages, characters, metadata, skipped,"
    " text, version_of, until FROM articles ORDER BY id"
)
PASSAGES = (
    "SELECT id, article_id, position, start, end, text, sentences, sentence_vectors, vector"
    " FROM passages JOIN vectors USING (number) ORDER BY id"
)


def contents(library: Path) -> dict[str, Any]:
    """Return all that the three stores of a library hold, without the numbers and days that tell their history."""
    version = get_version_folder(library, find_current_version(library))
    with closing(sqlite3.connect(get_catalog_path(version))) as sql:
        articles, passages = sql.execute(ARTICLES).fetchall(), sql.execute(PASSAGES).fetchall()
        numbers: dict[int, str] = dict(sql.execute("SELECT number, id FROM passages"))
        rows = sql.execute("SELECT id, number, vector FROM passages JOIN vectors USING (number)")
        encoded: dict[str, tuple[int, bytes]] = {key: (number, vector) for key, number, vector in rows}
        bodies = sql.execute(
            "SELECT title || char(10) || p.text FROM passages AS p JOIN articles AS a ON a.id = article_id"
        )
        words = {term for (body,) in bodies for term in extract_terms(body)}
    return {
        "articles": articles,
        "passages": passages,
        "vectors": chroma(version, encoded),
        "postings": postings(version, numbers, words),
    }


def chroma(version: Path, passages: dict[str, tuple[int, bytes]]) -> set[str]:
    """Return the ids that Chroma's own client finds, less those that are gone, with those that it need not have yet.

    Each has the catalog's vector there; `passages` are number and vector of each.
    """
    with closing(Catalog(get_catalog_path(version))) as catalog:
        state, gone = catalog.get_state(), set(catalog.list_removed())
    held = _list_held(*version.glob("vectors-*"))
    for key, vector in held.items():
        wanted = dequantize_vectors([passages[key][1]], len(vector))[0] if key in passages else vector
        assert float(vector @ wanted) / float(np.linalg.norm(vector)) > MIN_COSINE, key
    return held.keys() - gone | {key for key, (number, _) in passages.items() if number > state.published_number}


def _list_held(published: Path) -> dict[str, NDArray[np.float32]]:
    import chromadb
    from chromadb.config import Settings

    with tempfile.TemporaryDirectory() as place:  # this client writes to what it reads
        folder = shutil.copytree(published, Path(place) / "copy")
        client: Any = chromadb.PersistentClient(folder, settings=Settings(_env_file=None, anonymized_telemetry=False))  # type: ignore[call-arg]
        try:
            found = client.get_collection("passages").get(include=["embeddings"])
        finally:
            client.close()
    return dict(zip(found["ids"], found["embeddings"], strict=True))


def postings(version: Path, numbers: dict[int, str], words: set[str]) -> dict[str, set[str]]:
    """Return term -> ids of the passages that contain it; a number that the catalog lacks shows as itself."""
    searcher = LexicalIndex(get_lexical_folder(version)).open_searcher()
    found = {word: searcher.search({word: 1.0}, len(searcher) + 1, EVERYTHING) for word in words}
    named = {word: {numbers.get(n, f"stray {n}") for n, _ in hits} for word, hits in found.items()}
    return named | {"": {numbers.get(n, f"stray {n}") for n in searcher.list_numbers()}}
