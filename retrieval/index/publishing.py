"""When and how Chroma gets what writers have changed: as a new folder, or as changes sent to a server.

What is in that folder is left to vectors.py; what readers do till then, to snapshot.py.
"""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError, LibraryError, is_failure
from retrieval.index.catalog_scans import iterate_encoded, iterate_entries
from retrieval.index.locking import Progress
from retrieval.index.vectors import ServerVectors, discard, holds_texts, let_reading_write_nothing, publish
from retrieval.index.versions import get_vectors_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from retrieval.index.catalog import Catalog
    from retrieval.index.catalog_scans import EncodedSlice, IndexEntry
    from retrieval.index.library_state import State

    Tell = Callable[[Progress], None]

ENTRIES_PER_REPORT = 256
MIN_FREE_BYTES = 16_000_000  # bytes; with less of it left when Chroma fails, that is why
MAX_DELETED_SHARE = 0.25  # of deleted entries; an HNSW graph with more of them finds less
MAX_WAITING = 1_000  # passages that came or went since Chroma was written, and that readers make up for
MAX_WAITING_SHARE = 0.05  # of all; each publication copies the whole index, so that 20 bytes are copied for one added


def lags_behind(version: Path, catalog: Catalog) -> bool:
    """Return whether Chroma lacks so much, or holds so much that is gone, that it is to be published."""
    state = catalog.get_state()
    waiting = state.next_number - 1 - state.published_number + len(catalog.list_removed())
    if state.store or not state.published_number:
        return waiting > 0
    present = get_vectors_folder(version, state.published)
    if not present.exists() or (state.forget and holds_texts(present)):
        return True
    return waiting > max(MAX_WAITING, MAX_WAITING_SHARE * state.passages)


def publish_changes(version: Path, catalog: Catalog, tell: Tell) -> None:
    """Give Chroma what it lacks, and take from it what is gone; raise LibraryError where it keeps anything else."""
    publishing = _publish_to_server if catalog.get_state().store else _publish_folder
    if not publishing(version, catalog, tell, whole=False) and not publishing(version, catalog, tell, whole=True):
        raise LibraryError(f"Chroma keeps other passages than {version}: `clippings ingest` with --rebuild")


def keep_present_alone(version: Path, state: State) -> None:
    """Remove the folders of earlier publications, those that a writer was killed before it could remove included."""
    present = None if state.store else get_vectors_folder(version, state.published)
    if present and state.writing:
        let_reading_write_nothing(present)
    for folder in version.glob("vectors-*"):
        if folder != present:  # readers that have it open can go on with it
            discard(folder)


def _publish_folder(version: Path, catalog: Catalog, tell: Tell, *, whole: bool) -> bool:
    """Publish a new folder, from the present one or as a whole; return whether it is complete."""
    state, gone = catalog.get_state(), catalog.list_removed()
    base = get_vectors_folder(version, state.published)
    dead = state.published_dead + len(gone)
    whole = whole or not state.published_number or not base.exists() or holds_texts(base)
    whole = whole or dead > MAX_DELETED_SHARE * state.passages
    number = state.published + 1
    folder = get_vectors_folder(version, number)
    shutil.rmtree(folder, ignore_errors=True)
    after = 0 if whole else state.published_number
    count, added = catalog.count_newer(after), _report_slices(iterate_encoded(catalog, after=after), tell)
    try:
        if whole:
            size = publish(folder, base=None, removed=[], added=added, count=count)
        else:
            size = publish(folder, base=base, removed=gone, added=added, count=count)
    except BaseException as error:
        full = shutil.disk_usage(version).free < MIN_FREE_BYTES
        shutil.rmtree(folder, ignore_errors=True)
        if not is_failure(error) or isinstance(error, ClippingsError):
            raise
        if full:  # Chroma says no more than that it could not
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        if not whole:  # what the present folder holds may be damaged: the catalog has everything
            return False
        raise
    return size == state.passages and _note_published(catalog, published=number, published_dead=0 if whole else dead)


def _publish_to_server(_version: Path, catalog: Catalog, tell: Tell, *, whole: bool) -> bool:
    """Send the changes, or compare all and send; return whether the server then holds what the catalog does."""
    state, gone = catalog.get_state(), catalog.list_removed()
    server = ServerVectors(state.store, state.collection)
    try:
        if whole:
            gone = sorted(server.list_ids() - set(catalog.get_all_numbers().values()))
        entries = _report_entries(iterate_entries(catalog, after=0 if whole else state.published_number), tell)
        return server.publish(removed=gone, entries=entries) == state.passages and _note_published(catalog)
    finally:
        server.close()


def _note_published(catalog: Catalog, **changes: int) -> bool:
    with catalog.transaction():
        catalog.clear_removed()
        catalog.update_state(published_number=catalog.get_state().next_number - 1, forget=False, **changes)
    return True


def _report_entries(entries: Iterable[IndexEntry], tell: Tell) -> Iterator[IndexEntry]:
    for done, entry in enumerate(entries):
        if not done % ENTRIES_PER_REPORT:
            tell(Progress("Indexing", done))
        yield entry


def _report_slices(slices: Iterable[EncodedSlice], tell: Tell) -> Iterator[EncodedSlice]:
    done = 0
    for each in slices:
        tell(Progress("Indexing", done))
        done += len(each[0])
        yield each
