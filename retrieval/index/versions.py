"""Versions of an index: which one answers, where its files lie, and one of them open for reading.

A library's folder holds the file `current`, which names the version that answers, and `editions/N/`, each with a
catalog and its stores. Ingesting changes a version; a rebuild makes a new one. Readers hold no lock.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.errors import LibraryDamaged, LibraryError, LibraryMismatch, StoreMoved
from retrieval.index.catalog import FORMAT, Catalog, State
from retrieval.index.lexical import LexicalIndex, LexicalSearcher
from retrieval.index.snapshot import Snapshot
from retrieval.index.vectors import EmbeddedVectors, NearestNeighbours, ServerVectors, is_read_only

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.encoder import Encoder


SNAPSHOT_ATTEMPTS = 50
"""Tries to read a version in one state: a commit a second by another process makes one in a hundred fail."""


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """What a library is to be built with: `chroma_url` is a Chroma server's, or "" for an index in its own folder."""

    encoder: Encoder
    passage_tokens: int
    chroma_url: str


def find_current_version(folder: Path) -> int:
    """Return which version answers, 0 when nothing was ingested yet; raise LibraryMismatch for another format.

    When `current` was lost, it is the newest that is complete; raise LibraryDamaged when what is there is unreadable.
    """
    try:
        found = json.loads((folder / "current").read_text("utf-8"))
        layout, number = int(found["format"]), int(found["edition"])
    except FileNotFoundError:
        return _find_newest_version(folder)
    except NotADirectoryError as error:
        file = next(each for each in (folder, *folder.parents) if each.exists())
        raise LibraryError(
            f"{file} is a file, not a folder: set CLIPPINGS_HOME to a folder, or move that file"
        ) from error
    except PermissionError as error:
        raise LibraryError(f"{folder} can't be read ({error}): give yourself permission") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryDamaged(
            f"{folder / 'current'} can't be read ({error}): restore it from a backup, or remove this one file"
        ) from error
    if layout > FORMAT:
        raise LibraryMismatch(
            f"the library {folder} was written by a newer Clippings (format {layout}, this one knows {FORMAT}): "
            "upgrade, or move it away and ingest with --rebuild"
        )
    if layout < FORMAT:
        raise LibraryMismatch(
            f"the library {folder} has the old format {layout}, this is {FORMAT}: `clippings ingest` with --rebuild"
        )
    return number


def _find_newest_version(folder: Path) -> int:
    """Return the newest version that was completed, else the newest that holds articles, else 0."""
    found: list[tuple[bool, int]] = []
    damage: LibraryDamaged | None = None
    for version in (each for each in (folder / "editions").glob("*") if each.name.isdecimal()):
        try:
            with closing(Catalog(get_catalog_path(version))) as catalog:
                if catalog.list_articles():
                    found.append((not catalog.get_state().writing, int(version.name)))
        except LibraryDamaged as error:
            if any(each.is_dir() for each in version.glob("*")):  # the catalog comes before all other stores
                damage = error
    if damage and not found:
        raise damage
    return max(found, default=(True, 0))[1]


def make_current(folder: Path, number: int) -> None:
    """Let a version answer from now on; happens at once or not at all."""
    fresh = folder / "current.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "edition": number}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / "current")


def get_version_folder(folder: Path, number: int) -> Path:
    """Return where a version of a library lies."""
    return folder / "editions" / str(number)


def get_catalog_path(version: Path) -> Path:
    """Return where a version's catalog lies."""
    return version / "catalog.sqlite3"


def get_change_time(version: Path) -> datetime | None:
    """Return when a version's catalog was written to last, in UTC; None where there is none."""
    catalog = get_catalog_path(version)
    written = [file.stat().st_mtime for file in version.glob(f"{catalog.name}*")]
    return datetime.fromtimestamp(max(written), UTC) if written else None


def get_lexical_folder(version: Path) -> Path:
    """Return where a version's lexical index lies."""
    return version / "lexical"


def get_vectors_folder(version: Path, published: int) -> Path:
    """Return where the embedded Chroma index with this number lies."""
    return version / f"vectors-{published}"


class IndexVersion:
    """A version with its stores, held open between questions; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open the version in `folder`; the stores are opened when they are first needed."""
        self.folder = folder
        self._lock = threading.Lock()
        self._closed = False
        self._catalogs = [Catalog(get_catalog_path(folder))]
        self._lexical: LexicalIndex | None = None
        self._searcher: tuple[int, LexicalSearcher] | None = None
        self._vectors: tuple[tuple[str, str, int], NearestNeighbours] | None = None

    def close(self) -> None:
        """Close everything that no snapshot is using."""
        with self._lock:
            self._closed = True
            catalogs, self._catalogs = self._catalogs, []
            self._vectors = self._searcher = self._lexical = None
        for catalog in catalogs:
            catalog.close()

    @contextmanager
    def borrow_catalog(self) -> Iterator[Catalog]:
        """Lend a connection to one user at a time."""
        with self._lock:
            catalog = self._catalogs.pop() if self._catalogs else None
        catalog = catalog or Catalog(get_catalog_path(self.folder))
        try:
            yield catalog
        finally:
            with self._lock:
                kept = not self._closed and not catalog.frozen
                if kept:
                    self._catalogs.append(catalog)
            if not kept:
                catalog.close()

    @contextmanager
    def open_snapshot(self) -> Iterator[Snapshot]:
        """Give a snapshot in which catalog and lexical index agree: both hold all passages of one generation.

        The index receives new passages before the catalog and loses old ones after it; so an index that was read
        between two equal generations of the catalog holds every passage of that generation.
        """
        with self.borrow_catalog() as catalog:
            for _ in range(SNAPSHOT_ATTEMPTS):
                with catalog.snapshot() as state:
                    searcher = self._searcher
                    if searcher and searcher[0] == state.generation:
                        yield Snapshot(catalog, state, searcher[1], self._open_neighbours)
                        return
                self._refresh(catalog)
        raise LibraryDamaged(f"the library {self.folder} changes faster than it can be read: try again")

    def _refresh(self, catalog: Catalog) -> None:
        with self._lock:
            generation = catalog.get_state().generation
            try:
                self._lexical = self._lexical or LexicalIndex(get_lexical_folder(self.folder))
                self._searcher = generation, self._lexical.open_searcher()
            except (ValueError, OSError) as error:
                if not self.folder.exists():
                    raise StoreMoved(f"the index {self.folder} was replaced while it was read: ask again") from error
                raise LibraryDamaged(
                    f"the lexical index {get_lexical_folder(self.folder)} can't be read ({error}): "
                    "`clippings ingest` with --rebuild makes it again from the stored articles"
                ) from error

    def _open_neighbours(self, state: State) -> NearestNeighbours | None:
        """Return the Chroma that the state names, or None where there is none to open."""
        if not has_vectors(self.folder, state):
            return None
        wanted = state.store, state.collection, state.published
        with self._lock:
            if self._vectors is None or self._vectors[0] != wanted:
                self._vectors = None  # frees the old index, once nobody uses it, before the new one is read
                self._vectors = wanted, open_vectors(self.folder, state)
            return self._vectors[1]


def has_vectors(version: Path, state: State) -> bool:
    """Return whether Chroma holds anything of a version and can be opened; an index that can only be read can't."""
    embedded = not state.store
    return bool(state.published_number) and not (
        embedded and is_read_only(get_vectors_folder(version, state.published))
    )


def open_vectors(version: Path, state: State) -> NearestNeighbours:
    """Open the Chroma that a version's state names."""
    if state.store:
        return ServerVectors(state.store, state.collection)
    return EmbeddedVectors(get_vectors_folder(version, state.published))
