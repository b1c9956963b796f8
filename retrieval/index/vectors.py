"""Nearest neighbours, by Chroma: the only module that imports it. What exists is left to the catalog.

Chroma's embedded index is written in place and read whole when it is opened: a process killed while it writes leaves a
torn index, a reader that opens it at that moment loads one, and an open reader never sees what comes later. So an
embedded index is never changed once it can be read: `publish` makes a new folder out of the present one, and readers
open that. A Chroma server is one process and takes care of this itself: there, `publish` sends the changes.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import weakref
from contextlib import closing, contextmanager, suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from retrieval.errors import (
    InputError,
    LibraryDamaged,
    LibraryError,
    StoreMoved,
    is_failure,
    summarize_error,
)
from retrieval.index.store_errors import REPAIR, has_no_room

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

    from retrieval.index.catalog_scans import EncodedSlice, IndexEntry

Item = TypeVar("Item")

DATABASE_NAME = "chroma.sqlite3"
COLLECTION_NAME = "passages"
TENANT = ("default_tenant", "default_database")
CHANGES_PER_BATCH = 2_000
CHANGES_PER_WRITE = 8_000  # of 40,000, writing the graph after each 10,000 took 8 s, at the end alone 13 s
SERVER_ENTRIES_PER_BATCH = 500  # some five megabytes of JSON
SEARCH_CANDIDATES = (
    400  # weighed for one question: finds the 50 nearest of 100,000; 100, the default, 99 % of 6,000 already
)
HNSW = {"space": "cosine", "ef_search": SEARCH_CANDIDATES}
LEAST_CHANGES = 2  # after which Chroma can be told to write its graph


def is_read_only(folder: Path) -> bool:
    """Return whether there is an embedded index that can't be written, which Chroma refuses to open."""
    database = folder / DATABASE_NAME
    return database.exists() and not (os.access(folder, os.W_OK) and os.access(database, os.W_OK))


class EmbeddedVectors:
    """A published embedded index, open for reading; safe to use from several threads.

    Reading goes straight to Chroma's compiled core: importing all of `chromadb` takes a second, a third of the time
    that one question from the command line takes, and its client keeps one index per path for as long as it lives.
    """

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`; raise StoreMoved when there is none."""
        if not (folder / DATABASE_NAME).exists():
            raise _make_moved_error(folder)
        self._folder = folder
        with self._translate_errors():
            self._chroma = _open_core(folder)
            self._collection = str(self._chroma.get_collection(COLLECTION_NAME, *TENANT).id)

    def find_nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to k passage ids with their cosines, best first."""
        with self._translate_errors():
            found = self._chroma.query(self._collection, None, [vector.tolist()], k, None, None, ["distances"], *TENANT)
        return [(key, 1.0 - distance) for key, distance in zip(found.ids[0], found.distances[0], strict=True)]

    def list_ids(self) -> set[str]:
        """Return the id of every passage held."""
        with self._translate_errors():
            return set(self._chroma.get(self._collection, None, None, None, 0, None, [], *TENANT).ids)

    def get_vectors(self, ids: Sequence[str]) -> dict[str, Sequence[float]]:
        """Return the vectors of those of the passages that are held."""
        with self._translate_errors():
            found = self._chroma.get(self._collection, list(ids), None, None, 0, None, ["embeddings"], *TENANT)
        return dict(zip(found.ids, found.embeddings, strict=True))

    def close(self) -> None:
        """Free the index and close its files, once no query runs any more."""
        del self._chroma

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if not is_failure(error):
                raise
            if not (self._folder / DATABASE_NAME).exists():
                raise _make_moved_error(self._folder) from error
            if has_no_room(self._folder):
                raise LibraryError(
                    f"the vector index {self._folder} can't be opened while its disk is full: free some space"
                ) from error
            raise LibraryDamaged(
                f"the vector index {self._folder} can't be read ({summarize_error(error)}): {REPAIR}"
            ) from error


def _make_moved_error(folder: Path) -> StoreMoved:
    return StoreMoved(f"the vector index {folder} is missing: {REPAIR}")


def publish(
    folder: Path,
    *,
    base: Path | None,
    removed: Sequence[str],
    added: Iterable[EncodedSlice],
    count: int,
) -> int:
    """Make an embedded index in the new `folder` from `base`, less `removed`, plus `added`; return its size.

    `added` are ids with their vectors (n, d), slice by slice, `count` of them in all. Nothing else goes in: texts and
    dates are the catalog's, and with them Chroma takes half as long again and twice the room.
    """
    import numpy as np

    folder.mkdir(parents=True)
    if base is not None:
        _copy(base, folder)
    held = _list_held(folder, removed) if base else []
    sizes, per_write = plan_batches(len(held) + count)
    chroma, collection = _open_to_write(folder, per_write, creates=base is None)
    encoded = ((key, vector) for ids, vectors in added for key, vector in zip(ids, vectors, strict=True))
    changes = chain(((key, None) for key in held), encoded)
    for at_once in sizes:
        some = list(islice(changes, at_once))
        if gone := [key for key, vector in some if vector is None]:
            chroma.delete(collection, gone, None, None, None, *TENANT)
        if new := [(key, vector) for key, vector in some if vector is not None]:
            keys, vectors = zip(*new, strict=True)
            chroma.upsert(collection, list(keys), np.stack(vectors), None, None, None, *TENANT)
    size = int(chroma.count(collection, *TENANT))
    del chroma
    _forget_changes(folder / DATABASE_NAME)
    let_reading_write_nothing(folder)
    return size


def let_reading_write_nothing(folder: Path) -> None:
    """Pass over the row by which each process that opens an index locks it: a reader needs no room on the disk.

    Nothing is done to one that does so already, or that is not there.
    """
    made = "SELECT 1 FROM sqlite_master WHERE name = 'pass_over'"
    if not (folder / DATABASE_NAME).exists():
        return
    with closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)) as sql:
        if not sql.execute(made).fetchone():
            sql.execute("CREATE TRIGGER pass_over BEFORE INSERT ON acquire_write BEGIN SELECT RAISE(IGNORE); END")


def holds_texts(folder: Path) -> bool:
    """Return whether an embedded index holds texts of passages, as those of earlier versions of Clippings do."""
    with suppress(sqlite3.Error), closing(_read_database(folder)) as sql:
        return bool(sql.execute("SELECT 1 FROM embedding_metadata LIMIT 1").fetchone())
    return False


def discard(folder: Path) -> None:
    """Remove an index that others may be reading: its database first, by which they can tell that it has moved."""
    with suppress(OSError):
        (folder / DATABASE_NAME).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def list_article_ids(folder: Path) -> list[str]:
    """Return the ids of the articles whose passages an embedded index of an earlier version of Clippings holds.

    There are none in one of this version, nor where it can't be read.
    """
    query = "SELECT DISTINCT string_value FROM embedding_metadata WHERE key = 'article_id'"
    with suppress(sqlite3.Error), closing(_read_database(folder)) as sql:
        return [str(key) for (key,) in sql.execute(query).fetchall()]
    return []


def _read_database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{(folder / DATABASE_NAME).absolute().as_uri()}?mode=ro", uri=True)


def _copy(base: Path, folder: Path) -> None:
    for each in base.iterdir():
        if each.is_dir():
            shutil.copytree(each, folder / each.name)
    with (
        closing(sqlite3.connect(base / DATABASE_NAME)) as old,
        closing(sqlite3.connect(folder / DATABASE_NAME)) as new,
    ):
        old.backup(new)


def _open_core(folder: Path, *, creates: bool = False) -> Any:
    """Open Chroma's compiled core on a folder: importing the rest of Chroma takes a second."""
    from chromadb_rust_bindings import (  # type: ignore[import-untyped]
        Bindings,
        MigrationHash,
        MigrationMode,
        SqliteDBConfig,
    )

    mode = MigrationMode.Apply if creates else MigrationMode.Validate
    database = SqliteDBConfig(hash_type=MigrationHash.MD5, migration_mode=mode, url=str(folder / DATABASE_NAME))
    return Bindings(allow_reset=False, sqlite_db_config=database, persist_path=str(folder), hnsw_cache_size=16)


def plan_batches(changes: int) -> tuple[list[int], int]:
    """Return how many of so many changes are to be made at once, and after how many Chroma is to write its graph.

    It writes it as a whole, and what is not in it takes longer the more that is. Its last batch of all is one after
    which it does, so that nothing is left for readers to add to the graph.
    """
    writes = max(1, -(-changes // CHANGES_PER_WRITE))
    batches = writes if changes <= CHANGES_PER_BATCH else writes * (CHANGES_PER_WRITE // CHANGES_PER_BATCH)
    at_once = changes // batches
    sizes = [*[at_once] * (batches - 1), changes - at_once * (batches - 1)]
    return sizes, max(LEAST_CHANGES, at_once * (batches // writes))


def _open_to_write(folder: Path, per_write: int, *, creates: bool) -> tuple[Any, str]:
    """Open an embedded index so that Chroma writes its graph after so many changes; return it with its collection."""
    told = {"sync_threshold": per_write}
    chroma = _open_core(folder, creates=True)
    if creates:
        made = json.dumps({"hnsw": HNSW | {"batch_size": LEAST_CHANGES} | told})
        return chroma, str(chroma.create_collection(COLLECTION_NAME, made, None, None, False, *TENANT).id)
    collection = str(chroma.get_collection(COLLECTION_NAME, *TENANT).id)
    chroma.update_collection(collection, None, None, json.dumps({"hnsw": told}))
    return chroma, collection


def _list_held(folder: Path, ids: Sequence[str]) -> list[str]:
    """Return those of the ids that an embedded index holds."""
    query = "SELECT embedding_id FROM embeddings WHERE embedding_id IN (SELECT value FROM json_each(?))"
    with closing(_read_database(folder)) as sql:
        return [str(key) for (key,) in sql.execute(query, (json.dumps(list(ids)),)).fetchall()]


def _forget_changes(database: Path) -> None:
    """Take out of the file what Chroma leaves of changes that its graph holds: their vectors, and free pages.

    They are in the queue of changes, whose last row Chroma needs to go on counting.
    """
    with closing(sqlite3.connect(database, isolation_level=None)) as sql:
        sql.execute(
            "DELETE FROM embeddings_queue WHERE seq_id <= (SELECT MIN(seq_id) FROM max_seq_id)"
            " AND seq_id < (SELECT MAX(seq_id) FROM embeddings_queue)"
        )
        sql.execute("VACUUM")


class ServerVectors:
    """A collection on a Chroma server."""

    def __init__(self, url: str, name: str) -> None:
        """Connect to the server at `url`; the collection is created when it is first written to."""
        from chromadb import HttpClient

        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InputError(f"{url!r} is no URL of a Chroma server: it looks like http://localhost:8000")
        self._url = url
        self._name = name
        with self._translate_errors():
            secure = parts.scheme == "https"
            port = parts.port or (443 if secure else 80)
            self._client = cast("Client", HttpClient(parts.hostname, port, ssl=secure, settings=_make_settings()))
        self._disconnect = weakref.finalize(self, _disconnect, self._client)

    def find_nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to k passage ids with their cosines, best first."""
        with self._translate_errors():
            found = self._client.get_collection(self._name, embedding_function=None).query(
                query_embeddings=vector, n_results=k, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [(key, 1.0 - distance) for key, distance in zip(found["ids"][0], distances[0], strict=True)]

    def list_ids(self) -> set[str]:
        """Return the id of every passage held."""
        with self._translate_errors():
            return set(_open_collection(self._client, self._name).get(include=[])["ids"])

    def get_vectors(self, ids: Sequence[str]) -> dict[str, Sequence[float]]:
        """Return the vectors of those of the passages that are held."""
        with self._translate_errors():
            found = _open_collection(self._client, self._name).get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], cast("Any", found["embeddings"]), strict=True))

    def publish(self, *, removed: Sequence[str], entries: Iterable[IndexEntry]) -> int:
        """Remove and add passages; doing so twice changes nothing. Return the collection's size."""
        with self._translate_errors():
            collection = _open_collection(self._client, self._name)
            at_once = min(SERVER_ENTRIES_PER_BATCH, self._client.get_max_batch_size())
            for ids in _batch(removed, at_once):
                collection.delete(ids=ids)
            for batch in _batch(entries, at_once):
                _upsert(collection, batch)
            return collection.count()

    def close(self) -> None:
        """Close the connections."""
        self._disconnect()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise LibraryError(
                f"the Chroma server at {self._url} failed ({error or type(error).__name__}): "
                "check that it runs, or unset CLIPPINGS_CHROMA_URL"
            ) from error


NearestNeighbours = EmbeddedVectors | ServerVectors
"""What a search asks of Chroma."""


def forget_collection(url: str, name: str) -> None:
    """Delete a collection that is no longer used from its server, if both are there."""
    from chromadb.errors import NotFoundError

    with suppress(LibraryError):
        server = ServerVectors(url, name)
        with suppress(NotFoundError):
            server._client.delete_collection(name)
        server.close()


def _disconnect(client: Client) -> None:
    """Close a client with its connections, which it leaves open itself, and so does the second one inside it."""
    for each in (client, getattr(client, "_admin_client", None)):
        if session := getattr(getattr(each, "_server", None), "_session", None):
            session.close()
    client.close()


def _make_settings() -> Any:
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]


def _open_collection(client: Client, name: str) -> Collection:
    """Return the collection, made when missing."""
    hnsw = cast("CreateHNSWConfiguration", HNSW)
    return client.get_or_create_collection(name, configuration={"hnsw": hnsw}, embedding_function=None)


def _batch(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _upsert(collection: Collection, entries: Sequence[IndexEntry]) -> None:
    import numpy as np

    collection.upsert(
        ids=[each.passage.id for each in entries],
        embeddings=np.stack([each.vector for each in entries]),
        documents=[each.passage.text for each in entries],
        metadatas=[_make_metadata(each) for each in entries],
    )


def _make_metadata(entry: IndexEntry) -> dict[str, str | int]:
    passage = entry.passage
    found: dict[str, str | int] = {"article_id": passage.article_id, "start": passage.start, "end": passage.end}
    if entry.author:
        found["author"] = entry.author
    if entry.day is not None:
        found["published"] = entry.day
    return found
