"""One edition of a library, open for reading: catalog, lexical index and Chroma as of one moment.

A library folder holds the file `current`, which names the edition that answers, and `editions/N/`, each with a catalog
and its stores. Ingesting changes an edition; a rebuild makes a new one beside it. Readers hold no lock.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.errors import LibraryDamaged, LibraryError, LibraryMismatch
from retrieval.index.catalog import FORMAT, Catalog, State
from retrieval.index.lexical import LexicalIndex, LexicalSearcher
from retrieval.index.snapshot import Snapshot
from retrieval.index.vectors import EmbeddedVectors, NearestNeighbours, ServerVectors, StoreMoved, is_read_only

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ATTEMPTS = 50  # a commit a second by another process makes one attempt in a hundred fail


def find_current_version(folder: Path) -> int:
    """Return which edition answers, 0 when nothing was ingested yet; raise LibraryMismatch for another format.

    When `current` was lost, it is the newest that is complete; raise LibraryDamaged when what is there is unreadable.
    """
    try:
        found = json.loads((folder / "current").read_text("utf-8"))
        version, edition = int(found["format"]), int(found["edition"])
    except FileNotFoundError:
        return _find_newest_version(folder)
    except NotADirectoryError as error:
        file = next(each for each in (folder, *folder.parents) if each.exists())
        raise LibraryError(
            f"{file} is a file, not a folder: set CLIPPINGS_HOME to a folder, or move that file"
        ) from error
    except PermissionError as error:
        raise LibraryError(f"{folder} can't be read ({error}): give yourself the right to") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryDamaged(
            f"{folder / 'current'} can't be read ({error}): restore it from a backup, or remove this one file"
        ) from error
    if version > FORMAT:
        raise LibraryMismatch(
            f"the library {folder} was written by a newer Clippings (format {version}, this one knows {FORMAT}): "
            "upgrade, or move it away and ingest with --rebuild"
        )
    if version < FORMAT:
        raise LibraryMismatch(
            f"the library {folder} has the old format {version}, this is {FORMAT}: `clippings ingest` with --rebuild"
        )
    return edition


def _find_newest_version(folder: Path) -> int:
    """Return the newest edition that was completed, else the newest that holds articles, else 0."""
    found: list[tuple[bool, int]] = []
    damage: LibraryDamaged | None = None
    for edition in (each for each in (folder / "editions").glob("*") if each.name.isdecimal()):
        try:
            with closing(Catalog(get_catalog_path(edition))) as catalog:
                if catalog.list_articles():
                    found.append((not catalog.get_state().writing, int(edition.name)))
        except LibraryDamaged as error:
            if any(each.is_dir() for each in edition.glob("*")):  # the catalog comes before all other stores
                damage = error
    if damage and not found:
        raise damage
    return max(found, default=(True, 0))[1]


def make_current(folder: Path, edition: int) -> None:
    """Let an edition answer from now on; happens at once or not at all."""
    fresh = folder / "current.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "edition": edition}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / "current")


def get_version_folder(folder: Path, edition: int) -> Path:
    """Return where an edition lies."""
    return folder / "editions" / str(edition)


def get_catalog_path(edition: Path) -> Path:
    """Return where an edition's catalog lies."""
    return edition / "catalog.sqlite3"


def get_change_time(edition: Path) -> datetime | None:
    """Return when an edition's catalog was written to last, in UTC; None where there is none."""
    catalog = get_catalog_path(edition)
    written = [file.stat().st_mtime for file in edition.glob(f"{catalog.name}*")]
    return datetime.fromtimestamp(max(written), UTC) if written else None


def get_lexical_folder(edition: Path) -> Path:
    """Return where an edition's lexical index lies."""
    return edition / "lexical"


def get_vectors_folder(edition: Path, published: int) -> Path:
    """Return where the embedded Chroma index with this number lies."""
    return edition / f"vectors-{published}"


class IndexVersion:
    """What is held open between questions; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open the edition in `folder`; the stores are opened when they are first needed."""
        self.folder = folder
        self._lock = threading.Lock()
        self._closed = False
        self._catalogs = [Catalog(get_catalog_path(folder))]
        self._lexical: LexicalIndex | None = None
        self._searcher: tuple[int, LexicalSearcher] | None = None
        self._vectors: tuple[tuple[str, str, int], NearestNeighbours] | None = None

    def close(self) -> None:
        """Let go of everything that no view is using."""
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
        """Give a view in which catalog and lexical index agree: both hold all passages of one generation.

        The index receives new passages before the catalog and loses old ones after it; so an index that was read
        between two equal generations of the catalog holds every passage of that generation.
        """
        with self.borrow_catalog() as catalog:
            for _ in range(ATTEMPTS):
                with catalog.snapshot() as state:
                    searcher = self._searcher
                    if searcher and searcher[0] == state.generation:
                        yield Snapshot(catalog, state, searcher[1], self._neighbours)
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
                    raise StoreMoved(str(self.folder)) from error
                raise LibraryDamaged(
                    f"the lexical index {get_lexical_folder(self.folder)} can't be read ({error}): "
                    "`clippings ingest` with --rebuild makes it again from the stored articles"
                ) from error

    def _neighbours(self, state: State) -> NearestNeighbours | None:
        """Return Chroma as the state has it; None when nothing was published yet, or when it can only be read."""
        if not state.published_number or (
            not state.store and is_read_only(get_vectors_folder(self.folder, state.published))
        ):
            return None
        wanted = state.store, state.collection, state.published
        with self._lock:
            if self._vectors is None or self._vectors[0] != wanted:
                self._vectors = None  # frees the old index, once nobody uses it, before the new one is read
                self._vectors = wanted, open_vectors(self.folder, state)
            return self._vectors[1]


def open_vectors(edition: Path, state: State) -> NearestNeighbours:
    """Open the Chroma that an edition's state names."""
    if state.store:
        return ServerVectors(state.store, state.collection)
    return EmbeddedVectors(get_vectors_folder(edition, state.published))
