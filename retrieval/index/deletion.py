"""Deletes whole libraries: each is there or gone at any moment, also when the process is killed in between."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError
from retrieval.index.catalog import Catalog
from retrieval.index.locking import report_write_errors, write_lock
from retrieval.index.vectors import forget_collection
from retrieval.index.versions import get_catalog_path

if TYPE_CHECKING:
    from pathlib import Path

DELETED = ".deleted-"
"""What the name of a folder begins with that is no library any more."""


def delete_library(folder: Path, *, wait: float) -> None:
    """Delete a library with all its versions, in its folder and at a Chroma server; nothing where there is none.

    Waits for another writer for some seconds, then raises LibraryLocked. What a kill leaves of the files is no library
    any more, and `finish_deletions` deletes it.
    """
    if not folder.exists():
        return
    gone = folder.with_name(f"{DELETED}{folder.name}-{uuid.uuid4().hex[:8]}")
    with write_lock(folder, wait, lambda _: None), report_write_errors(folder):
        folder.rename(gone)
    _delete_files(gone)


def finish_deletions(libraries: Path) -> None:
    """Delete what is left of libraries in a folder whose deletion was cut short."""
    for gone in libraries.glob(f"{DELETED}*"):
        _delete_files(gone)


def _delete_files(gone: Path) -> None:
    for version in (gone / "editions").glob("*"):
        with suppress(ClippingsError, sqlite3.Error), closing(Catalog(get_catalog_path(version))) as catalog:
            if (state := catalog.get_state()).store:
                forget_collection(state.store, state.collection)
    shutil.rmtree(gone, ignore_errors=True)
