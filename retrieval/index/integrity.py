"""What is wrong with a library: one line each, saying what, where and what to do. Reads all stores, changes nothing."""

from __future__ import annotations

import os
import random
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from retrieval.errors import ClippingsError, LibraryDamaged, LibraryError, is_failure, summarize_error
from retrieval.index.catalog import Catalog
from retrieval.index.catalog_errors import explain_catalog_errors, find_damage, make_damage_error
from retrieval.index.checksums import FILE as CHECKSUMS
from retrieval.index.checksums import find_changed_file, read_checksums
from retrieval.index.lexical import LexicalIndex
from retrieval.index.locking import is_locked
from retrieval.index.own_threshold import read_own_threshold
from retrieval.index.register import FILE as REGISTER
from retrieval.index.store_errors import REPAIR, explain_outer_cause
from retrieval.index.versions import (
    POINTER,
    find_current_version,
    get_catalog_path,
    get_lexical_folder,
    get_vectors_folder,
    get_version_folder,
    has_vectors,
    names_current_version,
    open_vectors,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.domain import Article
    from retrieval.index.library_state import State
    from retrieval.index.stored_passages import StoredPassage
    from retrieval.index.vectors import NearestNeighbours
    from retrieval.index.versions import IndexConfig

INGEST = "run `clippings ingest` again"
REBUILD = "run `clippings ingest` with --rebuild"
SAMPLE = 500
"""Vectors that are compared with the catalog's where not all are."""
IDS_PER_LOOK = 2_000
MIN_COSINE = 0.999
"""Of a vector in Chroma with the catalog's, which is rounded to half precision."""
UNIT_SQUARES = (0.97, 1.03)
"""The squared length of a vector of half precision; other bytes than an encoder's hardly ever have it."""

Part = Literal["", "pointer", "threshold", "catalog", "checksums", "register", "lexical", "vectors"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and the part of the library that is to be mended for it, "" where none is damaged."""

    text: str
    damaged: Part = ""


def find_problems(folder: Path, config: IndexConfig, *, deep: bool = False) -> Iterator[Problem]:
    """Yield what is wrong with the library in a folder; nothing where nothing was ingested.

    `deep` compares every vector in Chroma with the catalog's, in the place of a sample.
    """
    if not os.access(folder, os.W_OK) and folder.exists():
        yield Problem(f"the library {folder} can't be written: give yourself permission, or nothing can be ingested")
    yield from _find_damaged_small_files(folder)
    try:
        if number := find_current_version(folder):
            yield from _find_version_problems(folder, get_version_folder(folder, number), config, deep=deep)
    except LibraryDamaged as error:
        yield Problem(str(error), "catalog")
    except LibraryError as error:
        yield Problem(str(error))


def find_catalog_damage(version: Path) -> str:
    """Return what is damaged about a version's catalog, or an empty string: the file, and what it holds. Only reads.

    Raises LibraryError for whatever keeps a healthy catalog from being read.
    """
    path = get_catalog_path(version)
    try:
        with explain_catalog_errors(path), closing(Catalog(path)) as catalog:
            generation = catalog.get_state().generation
            reason = "it is not what was written" if find_changed_file(version, path.name, generation) else ""
            reason = reason or find_damage(path) or _find_wrong_content(catalog)
    except LibraryDamaged as error:
        return str(error)
    except (ValueError, TypeError, KeyError) as error:
        reason = summarize_error(error)
    return str(make_damage_error(path, reason)) if reason else ""


def _find_wrong_content(catalog: Catalog) -> str:
    """Return an article or passage that is not what was stored, or an empty string. Reads everything."""
    state, passages = catalog.get_state(), 0
    for info in catalog.list_articles():
        article = catalog.get_article(info.id)
        if article.content_hash != catalog.get_content_hash(info.id):
            return f"the article {info.id!r} is not what was stored"
        stored = catalog.get_passages(catalog.list_passage_ids(info.id)).values()
        if len(stored) != info.passages or any(not _is_part(each, article) for each in stored):
            return f"the passages of {info.id!r} are not what was stored"
        passages += len(stored)
    return "" if passages == state.passages else f"{passages:,} of {state.passages:,} passages are there"


def _is_part(stored: StoredPassage, article: Article) -> bool:
    passage, vectors = stored.passage, (stored.vector, *stored.sentence_vectors)
    return (
        article.text[passage.start : passage.end] == passage.text
        and len(stored.sentence_vectors) == len(passage.sentences)
        and all(UNIT_SQUARES[0] < float(each @ each) < UNIT_SQUARES[1] for each in vectors)
    )


def _find_damaged_small_files(folder: Path) -> Iterator[Problem]:
    try:
        if (folder / POINTER).exists() and not names_current_version(folder):
            yield Problem(
                f"{folder / POINTER} is damaged, the newest version of the library answers: {REPAIR}", "pointer"
            )
        read_own_threshold(folder)
    except LibraryDamaged as error:
        yield Problem(str(error), "threshold")
    except (LibraryError, OSError):  # the library itself can't be read, either
        return


def _find_version_problems(folder: Path, version: Path, config: IndexConfig, *, deep: bool) -> Iterator[Problem]:
    if damage := find_catalog_damage(version):
        yield Problem(damage, "catalog")
        return
    with closing(Catalog(get_catalog_path(version))) as catalog:
        state = catalog.get_state()
        yield from _find_mismatches(folder, config, state)
        if is_locked(folder):  # stores may rightly differ while another process brings them into step
            return
        try:
            read_checksums(version)
        except ValueError as error:
            yield Problem(f"{version / CHECKSUMS} is damaged ({error}): {REPAIR}", "checksums")
        if find_changed_file(version, REGISTER, state.generation):
            said = f"the list of articles {version / REGISTER} is damaged (it is not what was written): {REPAIR}"
            yield Problem(said, "register")
        yield from _find_lexical_problems(version, state, catalog)
        if state.writing:
            yield Problem(f"an ingest into {folder} was interrupted; searching works, but slower: {INGEST}")
        yield from _find_vector_problems(version, state, catalog, deep=deep)


def _find_mismatches(folder: Path, config: IndexConfig, state: State) -> Iterator[Problem]:
    if state.fingerprint != config.encoder.fingerprint:
        yield Problem(
            f"{folder} was built with the model {state.fingerprint}, not {config.encoder.fingerprint}: {REBUILD}"
        )
    if state.passage_tokens != config.passage_tokens:
        yield Problem(
            f"{folder} has passages of {state.passage_tokens} tokens, not {config.passage_tokens}: "
            f"{REBUILD}, or set CLIPPINGS_PASSAGE_TOKENS={state.passage_tokens}"
        )
    if state.store != config.chroma_url:
        yield Problem(
            f"the vectors of {folder} are in {state.store or 'its own folder'}, not in "
            f"{config.chroma_url or 'its own folder'}: set CLIPPINGS_CHROMA_URL={state.store}, or {INGEST}"
        )


def _find_lexical_problems(version: Path, state: State, catalog: Catalog) -> Iterator[Problem]:
    folder = get_lexical_folder(version)
    name = f"the lexical index {folder}"
    try:
        if changed := find_changed_file(version, folder.name, state.generation):
            yield Problem(f"{name} is damaged ({changed.name} is not what was written): {REPAIR}", "lexical")
            return
        there, wanted = LexicalIndex(folder).open_searcher().list_numbers(), set(catalog.get_all_numbers())
    except ClippingsError as error:
        yield Problem(str(error))
        return
    except BaseException as error:
        if not is_failure(error):
            raise
        outer = explain_outer_cause(folder, error)
        said = f"{name} is missing or can't be read ({summarize_error(error)}): {REPAIR}"
        yield Problem(str(outer)) if outer else Problem(said, "lexical")
        return
    if there != wanted and not (state.writing and wanted <= there):
        yield Problem(_describe_difference(name, len(wanted - there), len(there - wanted)), "lexical")


def _find_vector_problems(version: Path, state: State, catalog: Catalog, *, deep: bool) -> Iterator[Problem]:
    if not has_vectors(version, state):
        return
    folder = get_vectors_folder(version, state.published)
    name = f"the collection {state.collection} at {state.store}" if state.store else f"the vector index {folder}"
    try:
        changed = None if state.store else find_changed_file(version, folder.name, state.generation)
        if changed:
            yield Problem(f"{name} is damaged ({changed.name} is not what was written): {REPAIR}", "vectors")
            return
        with closing(open_vectors(version, state)) as store:
            numbers = catalog.get_all_numbers()
            wanted = {key for n, key in numbers.items() if n <= state.published_number} | set(catalog.list_removed())
            there = store.list_ids()
            missing, extra = len(wanted - there), 0 if state.store else len(there - wanted)
            if missing or extra:
                yield Problem(_describe_difference(name, missing, extra), "vectors")
            shared = sorted(there & {key for n, key in numbers.items() if n <= state.published_number})
            wrong = _count_wrong_vectors(store, catalog, shared if deep else _take_sample(shared))
    except LibraryDamaged as error:
        yield Problem(str(error), "vectors")
        return
    except ClippingsError as error:
        yield Problem(str(error))
        return
    if wrong:
        of = "" if deep else f" of {SAMPLE:,} compared"
        yield Problem(f"{name} is damaged (vectors other than the catalog's: {wrong:,}{of}): {REPAIR}", "vectors")


def _take_sample(ids: list[str]) -> list[str]:
    return ids if len(ids) <= SAMPLE else random.Random(0).sample(ids, SAMPLE)


def _count_wrong_vectors(store: NearestNeighbours, catalog: Catalog, ids: list[str]) -> int:
    """Return how many of the passages have another vector in Chroma than in the catalog."""
    wrong = 0
    for first in range(0, len(ids), IDS_PER_LOOK):
        some = ids[first : first + IDS_PER_LOOK]
        held, stored = store.get_vectors(some), catalog.get_passages(some)
        for key, found in stored.items():
            vector = np.asarray(held.get(key, ()), np.float64)  # damaged ones are too long for 32 bits
            length = float(np.linalg.norm(vector)) or 1.0
            wrong += vector.shape != found.vector.shape or not float(vector @ found.vector) / length > MIN_COSINE
    return wrong


def _describe_difference(store: str, missing: int, extra: int) -> str:
    return f"{store} and the catalog are out of step ({missing:,} passages missing, {extra:,} too many): {REPAIR}"
