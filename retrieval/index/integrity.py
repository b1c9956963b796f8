"""What is wrong with a library: one line each, saying what, where and what to do. Reads all stores, changes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError
from retrieval.index.catalog import Catalog, State
from retrieval.index.lexical import LexicalIndex
from retrieval.index.locking import is_locked
from retrieval.index.vectors import StoreMoved, is_read_only
from retrieval.index.versions import (
    find_current_version,
    get_catalog_path,
    get_lexical_folder,
    get_vectors_folder,
    get_version_folder,
    open_vectors,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.index.library import Library

INGEST = "run `clippings ingest` again"
REBUILD = "run `clippings ingest` with --rebuild"


def find_problems(library: Library) -> Iterator[str]:
    """Yield what is wrong with a library; raise LibraryMissing when nothing was ingested."""
    if not os.access(library.folder, os.W_OK) and library.folder.exists():
        yield f"the library {library.folder} can't be written: give yourself the right to, or nothing can be ingested"
    number = find_current_version(library.folder)
    if not number:
        return
    folder = get_version_folder(library.folder, number)
    catalog = Catalog(get_catalog_path(folder))
    try:
        if damage := catalog.find_damage():
            yield f"the catalog {catalog.path} is damaged ({damage}): restore it from a backup"
            return
        state = catalog.get_state()
        yield from _find_mismatches(library, state)
        if is_locked(library.folder):  # stores may rightly differ while another process brings them into step
            return
        numbers = catalog.get_all_numbers()
        yield from _find_lexical_problems(folder, state, set(numbers))
        held = {key for n, key in numbers.items() if n <= state.published_number} | set(catalog.list_removed())
        if state.published_number != state.next_number - 1 or catalog.list_removed():
            yield f"an ingest into {library.folder} was interrupted; searching works, but slower: {INGEST}"
        yield from _find_vector_problems(folder, state, held)
    finally:
        catalog.close()


def _find_mismatches(library: Library, state: State) -> Iterator[str]:
    encoder = library.encoder
    if state.fingerprint != encoder.fingerprint:
        yield f"{library.folder} was built with the model {state.fingerprint}, not {encoder.fingerprint}: {REBUILD}"
    if state.passage_tokens != library.passage_tokens:
        yield (
            f"{library.folder} has passages of {state.passage_tokens} tokens, not {library.passage_tokens}: "
            f"{REBUILD}, or set CLIPPINGS_PASSAGE_TOKENS={state.passage_tokens}"
        )
    if state.store != library.chroma_url:
        yield (
            f"the vectors of {library.folder} are in {state.store or 'its own folder'}, not in "
            f"{library.chroma_url or 'its own folder'}: set CLIPPINGS_CHROMA_URL={state.store}, or {INGEST}"
        )


def _find_lexical_problems(edition: Path, state: State, wanted: set[int]) -> Iterator[str]:
    folder = get_lexical_folder(edition)
    try:
        there = LexicalIndex(folder).open_searcher().list_numbers()
    except (ValueError, OSError) as error:
        yield f"the lexical index {folder} is missing or can't be read ({error}): {REBUILD}"
        return
    if there != wanted and not (state.writing and wanted <= there):
        yield _describe_difference(f"the lexical index {folder}", len(wanted - there), len(there - wanted), REBUILD)


def _find_vector_problems(edition: Path, state: State, wanted: set[str]) -> Iterator[str]:
    if not state.published_number or (not state.store and is_read_only(get_vectors_folder(edition, state.published))):
        return
    try:
        store = open_vectors(edition, state)
        try:
            there = store.list_ids()
        finally:
            store.close()
    except StoreMoved as error:
        yield f"the vector index {error} is missing: {REBUILD}"
        return
    except ClippingsError as error:
        yield str(error)
        return
    if there != wanted and not state.store:
        yield _describe_difference(f"the vector index of {edition}", len(wanted - there), len(there - wanted), REBUILD)
    elif wanted - there:
        yield _describe_difference(
            f"the collection {state.collection} at {state.store}", len(wanted - there), 0, REBUILD
        )


def _describe_difference(store: str, missing: int, extra: int, remedy: str) -> str:
    return f"{store} and the catalog are out of step ({missing:,} passages missing, {extra:,} too many): {remedy}"
