"""What each store of a library holds, read past the library itself, so that two libraries can be compared."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from retrieval.index.catalog import EVERYTHING
from retrieval.index.lexical import LexicalIndex, extract_terms
from retrieval.index.versions import find_current_version, get_catalog_path, get_lexical_folder, get_version_folder

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
        bodies = sql.execute(
            "SELECT title || char(10) || p.text FROM passages AS p JOIN articles AS a ON a.id = article_id"
        )
        words = {term for (body,) in bodies for term in extract_terms(body)}
    return {
        "articles": articles,
        "passages": passages,
        "vectors": chroma(version),
        "postings": postings(version, numbers, words),
    }


def chroma(version: Path) -> dict[str, Any]:
    """Return id -> text, metadata and vector, as Chroma's own client has them."""
    import chromadb
    from chromadb.config import Settings

    (published,) = version.glob("vectors-*")
    with tempfile.TemporaryDirectory() as place:  # this client writes to what it reads
        folder = shutil.copytree(published, Path(place) / "copy")
        client: Any = chromadb.PersistentClient(folder, settings=Settings(_env_file=None, anonymized_telemetry=False))  # type: ignore[call-arg]
        try:
            found = client.get_collection("passages").get(include=["documents", "metadatas", "embeddings"])
        finally:
            client.close()
    vectors = [tuple(vector.round(5).tolist()) for vector in found["embeddings"]]
    return dict(zip(found["ids"], zip(found["documents"], found["metadatas"], vectors, strict=True), strict=True))


def postings(version: Path, numbers: dict[int, str], words: set[str]) -> dict[str, set[str]]:
    """Return term -> ids of the passages that contain it; a number that the catalog lacks shows as itself."""
    searcher = LexicalIndex(get_lexical_folder(version)).open_searcher()
    found = {word: searcher.search({word: 1.0}, len(searcher) + 1, EVERYTHING) for word in words}
    named = {word: {numbers.get(n, f"stray {n}") for n, _ in hits} for word, hits in found.items()}
    return named | {"": {numbers.get(n, f"stray {n}") for n in searcher.list_numbers()}}
