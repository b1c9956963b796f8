"""Versions of an index: which one answers, where its files lie, and one of them open for reading.

A library's folder holds the file `current`, which names the version that answers, and `editions/N/`, each with a
catalog and its stores. Ingesting changes a version; a rebuild makes a new one. Readers hold no lock.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.errors import (
    DISTRIBUTION,
    ClippingsError,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    StoreMoved,
    is_failure,
    summarize_error,
)
from retrieval.index.catalog import Catalog
from retrieval.index.catalog_tables import FORMAT, OLDEST_FORMAT
from retrieval.index.checksums import find_changed_file
from retrieval.index.lexical import LexicalIndex, LexicalSearcher
from retrieval.index.newest import NewestPassages, find_last_left_to_chroma, load_newest
from retrieval.index.remembered import RememberedPassages
from retrieval.index.small_files import read_small_file, write_small_file
from retrieval.index.snapshot import Snapshot
from retrieval.index.store_errors import REPAIR, explain_outer_cause, tell
from retrieval.index.vectors import EmbeddedVectors, NearestNeighbours, ServerVectors, is_read_only

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.encoder import Encoder
    from retrieval.index.library_state import State
    from retrieval.index.open_vectors import OpenVectors


POINTER = "current"
SNAPSHOT_ATTEMPTS = 50
"""Tries to read a version in one state: a commit a second by another process makes one in a hundred fail."""


IDLE_CATALOGS = 2
"""Connections to a catalog that are kept while nobody uses them: another one takes a millisecond to open."""


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """What a library is to be built with.

    `chroma_url` is a Chroma server's, or "" for an index in its own folder; `kept_versions` bounds the earlier texts of
    each article.
    """

    encoder: Encoder
    passage_tokens: int
    chroma_url: str
    kept_versions: int


def find_current_version(folder: Path) -> int:
    """Return which version answers, 0 when nothing was ingested yet; raise LibraryMismatch for another format.

    When `current` is lost or damaged, it is the newest that is complete.
    """
    pointer = folder / POINTER
    try:
        found = read_small_file(pointer)
        layout, number = int(found["format"]), int(found["edition"])
    except FileNotFoundError:
        return _find_newest_version(folder)
    except NotADirectoryError as error:
        file = next(each for each in (folder, *folder.parents) if each.exists())
        raise LibraryError(
            f"{file} is a file, not a folder: set CLIPPINGS_HOME to a folder, or move that file"
        ) from error
    except OSError as error:
        raise explain_outer_cause(pointer, error) or LibraryDamaged(f"{pointer} can't be read ({error})") from error
    except (ValueError, KeyError, TypeError) as error:
        tell(f"{pointer} is damaged ({error}), the newest version of the library answers: {REPAIR}")
        return _find_newest_version(folder)
    if layout > FORMAT:
        needed = str(found.get("version") or "")
        newer = f"Clippings {needed}" if needed else "a newer Clippings"
        wanted = f">={needed}" if needed else ""
        raise LibraryMismatch(
            f"the library {folder} was written by {newer} (format {layout}, this one knows {FORMAT}): "
            f"`pip install --upgrade '{DISTRIBUTION}{wanted}'`, or set another CLIPPINGS_LIBRARY"
        )
    if layout < OLDEST_FORMAT:
        raise LibraryMismatch(
            f"the library {folder} has the old format {layout}, this is {FORMAT}: `clippings ingest` with --rebuild"
        )
    return number if get_version_folder(folder, number).exists() else _find_newest_version(folder)


def names_current_version(folder: Path) -> bool:
    """Return whether `current` itself says which version answers."""
    try:
        found = read_small_file(folder / POINTER)
        known = OLDEST_FORMAT <= int(found["format"]) <= FORMAT
        return known and get_version_folder(folder, int(found["edition"])).exists()
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False


def _find_newest_version(folder: Path) -> int:
    """Return the newest version that was completed, else one that is damaged, else one that holds articles, else 0."""
    found: list[tuple[int, int]] = []
    for version in (each for each in (folder / "editions").glob("*") if each.name.isdecimal()):
        try:
            with closing(Catalog(get_catalog_path(version))) as catalog:
                if catalog.list_articles():
                    found.append((0 if catalog.get_state().writing else 2, int(version.name)))
        except (LibraryDamaged, sqlite3.Error):
            if any(each.is_dir() for each in version.glob("*")):  # the catalog comes before all other stores
                found.append((1, int(version.name)))
    return max(found, default=(0, 0))[1]


def make_current(folder: Path, number: int) -> None:
    """Let a version answer from now on; happens at once or not at all."""
    write_small_file(folder / POINTER, {"format": FORMAT, "edition": number, "version": _find_version()})


def _find_version() -> str:
    """Return the version of Clippings, which one that can't read the library names; "" in a folder of sources."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return ""


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


def get_spool_folder(version: Path) -> Path:
    """Return where batches lie of an article that is not in yet."""
    return version / "spool"


class IndexVersion:
    """A version with its stores, held open between questions; safe to use from several threads."""

    def __init__(self, folder: Path, vectors: OpenVectors) -> None:
        """Open the version in `folder`; the stores are opened when they are first needed, Chroma's among `vectors`."""
        self.folder = folder
        self._vectors = vectors
        self._lock = threading.Lock()
        self._closed = False
        self._compared = set[tuple[str, int]]()  # stores that were what their checksums say, with their generation
        self._lexical: LexicalIndex | None = None
        self._searcher: tuple[int, LexicalSearcher] | None = None
        self._newest: tuple[tuple[int, int], NewestPassages | None] | None = None
        self._remembered = 0, RememberedPassages()
        self._catalogs = [self._open_catalog()]

    def close(self) -> None:
        """Close everything that no snapshot is using."""
        with self._lock:
            self._closed = True
            catalogs, self._catalogs = self._catalogs, []
            self._searcher = self._lexical = self._newest = None
            self._vectors.drop(self)
        for catalog in catalogs:
            catalog.close()

    @contextmanager
    def borrow_catalog(self) -> Iterator[Catalog]:
        """Lend a connection to one user at a time; raise StoreMoved when the file was written meanwhile."""
        with self._lock:
            catalog = self._catalogs.pop() if self._catalogs else None
        if catalog and catalog.file.moved:
            catalog.close()
            catalog = None
        catalog = catalog or self._open_catalog()
        try:
            yield catalog
            if catalog.file.moved:
                raise StoreMoved(f"the catalog {catalog.path} was written while it was read: ask again")
        except Exception as error:
            if catalog.file.moved or isinstance(error, sqlite3.Error):
                raise catalog.file.explain(error) from error
            raise
        finally:
            with self._lock:
                if kept := not self._closed and not catalog.file.moved and len(self._catalogs) < IDLE_CATALOGS:
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
                        with self._name_damage(state):
                            yield Snapshot(
                                catalog,
                                state,
                                searcher[1],
                                self._open_neighbours,
                                self._load_newest,
                                remembered=self._remember(state),
                            )
                        return
                self._refresh(catalog)
        raise LibraryError(f"the library {self.folder} changes faster than it can be read: try again")

    def _open_catalog(self) -> Catalog:
        catalog = Catalog(get_catalog_path(self.folder))
        try:
            self._compare(catalog.path.name, catalog.get_state())
        except BaseException:
            catalog.close()
            raise
        return catalog

    def _compare(self, store: str, state: State) -> None:
        """Compare a store at rest with its checksums, once a generation; raise LibraryDamaged where it differs."""
        if (store, state.generation) not in self._compared:
            if changed := find_changed_file(self.folder, store, state.generation, trusts_times=True):
                raise LibraryDamaged(f"{changed} is damaged, it is not what was written: {REPAIR}")
            self._compared.add((store, state.generation))

    @contextmanager
    def _name_damage(self, state: State) -> Iterator[None]:
        """Raise LibraryDamaged for what only a damaged store can be the reason of, Rust's panics included."""
        try:
            yield
        except ClippingsError:
            raise
        except BaseException as error:
            if not is_failure(error):
                raise
            if changed := find_changed_file(self.folder, "", state.generation):
                raise LibraryDamaged(f"{changed} is damaged ({summarize_error(error)}): {REPAIR}") from error
            if not isinstance(error, Exception):  # nobody above expects one
                said = f"reading {self.folder} failed ({summarize_error(error)})"
                raise LibraryError(f"{said}: see what `clippings doctor` says") from error
            raise

    def _refresh(self, catalog: Catalog) -> None:
        folder = get_lexical_folder(self.folder)
        with self._lock:
            state = catalog.get_state()
            self._compare(catalog.path.name, state)
            self._compare(folder.name, state)
            try:
                self._lexical = self._lexical or LexicalIndex(folder)
                self._searcher = state.generation, self._lexical.open_searcher()
            except BaseException as error:
                if not is_failure(error):
                    raise
                if not self.folder.exists():
                    raise StoreMoved(f"the index {self.folder} was replaced while it was read: ask again") from error
                raise explain_outer_cause(folder, error) or LibraryDamaged(
                    f"the lexical index {folder} can't be read ({summarize_error(error)}): {REPAIR}"
                ) from error

    def _open_neighbours(self, state: State) -> NearestNeighbours | None:
        """Return the Chroma that the state names, or None where there is none to open, or none that is whole."""
        if not has_vectors(self.folder, state):
            return None
        wanted = state.store, state.collection, state.published
        with self._lock:
            if self._closed:
                return None
            return self._vectors.get(self, wanted, lambda: self._open_whole(state), passages=state.passages)

    def _load_newest(self, catalog: Catalog, state: State) -> NewestPassages | None:
        """Return the passages that Chroma is not asked for, None where they are too many to be held."""
        after = find_last_left_to_chroma(state)
        wanted = state.generation, after
        with self._lock:
            if self._newest is None or self._newest[0] != wanted:
                self._newest = wanted, load_newest(catalog, after)
            return self._newest[1]

    def _remember(self, state: State) -> RememberedPassages:
        """Return the passages that are remembered of a generation, none of another."""
        with self._lock:
            if self._remembered[0] != state.generation:
                self._remembered = state.generation, RememberedPassages()
            return self._remembered[1]

    def _open_whole(self, state: State) -> NearestNeighbours | None:
        if state.store:
            return open_vectors(self.folder, state)
        folder = get_vectors_folder(self.folder, state.published)
        try:
            self._compare(folder.name, state)
            return open_vectors(self.folder, state)
        except LibraryError as error:
            with closing(Catalog(get_catalog_path(self.folder))) as catalog:
                if catalog.get_state().published != state.published:
                    raise StoreMoved(f"the vector index {folder} was replaced while it was read: ask again") from error
            tell(f"{error}; until then all vectors of the catalog are compared one by one")
            return None


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
