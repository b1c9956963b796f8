"""What is wrong with a library: one line each, saying what, where and what to do. Reads all stores, changes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError
from retrieval.index.catalog import Catalog, State
from retrieval.index.lexical import LexicalIndex
from retrieval.index.locking import is_locked
from retrieval.index.versions import (
    find_current_version,
    get_catalog_path,
    get_lexical_folder,
    get_version_folder,
    has_vectors,
    open_vectors,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.index.versions import IndexConfig

INGEST = "run `clippings ingest` again"
REBUILD = "run `clippings ingest` with --rebuild"


def find_problems(folder: Path, config: IndexConfig) -> Iterator[str]:
    """Yield what is wrong with the library in a folder; nothing where nothing was ingested."""
    if not os.access(folder, os.W_OK) and folder.exists():
        yield f"the library {folder} can't be written: give yourself permission, or nothing can be ingested"
    number = find_current_version(folder)
    if not number:
        return
    version = get_version_folder(folder, number)
    catalog = Catalog(get_catalog_path(version))
    try:
        if damage := catalog.find_damage():
            yield f"the catalog {catalog.path} is damaged ({damage}): restore it from a backup"
            return
        state = catalog.get_state()
        yield from _find_mismatches(folder, config, state)
        if is_locked(folder):  # stores may rightly differ while another process brings them into step
            return
        numbers = catalog.get_all_numbers()
        yield from _find_lexical_problems(version, state, set(numbers))
        held = {key for n, key in numbers.items() if n <= state.published_number} | set(catalog.list_removed())
        if state.published_number != state.next_number - 1 or catalog.list_removed():
            yield f"an ingest into {folder} was interrupted; searching works, but slower: {INGEST}"
        yield from _find_vector_problems(version, state, held)
    finally:
        catalog.close()


def _find_mismatches(folder: Path, config: IndexConfig, state: State) -> Iterator[str]:
    if state.fingerprint != config.encoder.fingerprint:
        yield f"{folder} was built with the model {state.fingerprint}, not {config.encoder.fingerprint}: {REBUILD}"
    if state.passage_tokens != config.passage_tokens:
        yield (
            f"{folder} has passages of {state.passage_tokens} tokens, not {config.passage_tokens}: "
            f"{REBUILD}, or set CLIPPINGS_PASSAGE_TOKENS={state.passage_tokens}"
        )
    if state.store != config.chroma_url:
        yield (
            f"the vectors of {folder} are in {state.store or 'its own folder'}, not in "
            f"{config.chroma_url or 'its own folder'}: set CLIPPINGS_CHROMA_URL={state.store}, or {INGEST}"
        )


def _find_lexical_problems(version: Path, state: State, wanted: set[int]) -> Iterator[str]:
    folder = get_lexical_folder(version)
    try:
        there = LexicalIndex(folder).open_searcher().list_numbers()
    except (ValueError, OSError) as error:
        yield f"the lexical index {folder} is missing or can't be read ({error}): {REBUILD}"
        return
    if there != wanted and not (state.writing and wanted <= there):
        yield _describe_difference(f"the lexical index {folder}", len(wanted - there), len(there - wanted), REBUILD)


def _find_vector_problems(version: Path, state: State, wanted: set[str]) -> Iterator[str]:
    if not has_vectors(version, state):
        return
    try:
        store = open_vectors(version, state)
        try:
            there = store.list_ids()
        finally:
            store.close()
    except ClippingsError as error:
        yield str(error)
        return
    if there != wanted and not state.store:
        yield _describe_difference(f"the vector index of {version}", len(wanted - there), len(there - wanted), REBUILD)
    elif wanted - there:
        yield _describe_difference(
            f"the collection {state.collection} at {state.store}", len(wanted - there), 0, REBUILD
        )


def _describe_difference(store: str, missing: int, extra: int, remedy: str) -> str:
    return f"{store} and the catalog are out of step ({missing:,} passages missing, {extra:,} too many): {remedy}"
