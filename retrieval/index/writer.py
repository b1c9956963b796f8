"""Writing to one version of an index so that it can stop at any moment: what goes into which store, in which order.

The catalog's transactions decide what exists; every other step is made so that a reader can tell what it may not use
yet, and that the next writer can finish it.

1. Before the first change the catalog records that someone is writing.
2. New passages go into the lexical index under numbers that the catalog does not have yet: readers drop them.
3. One catalog transaction replaces the articles and moves the generation: from here on they exist.
4. Replaced passages leave the lexical index with the next commit; till then readers drop them.
5. Chroma gets everything since its last publication at the end, if that is much; else, and till then, readers compare
   those vectors one by one.

Batches of an article that is longer than one are kept in the spool until it is in: encoding it may take hours.

A writer that finds the record of step 1 left behind, or no lexical index, compares its numbers with the catalog's. An
interrupted step 5 is simply made again: an embedded index is published as a new folder, a server's upserts repeat.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.errors import is_failure
from retrieval.index.catalog import Catalog
from retrieval.index.catalog_errors import make_damage_error
from retrieval.index.catalog_scans import iterate_entries
from retrieval.index.checksums import Checksums, find_changed_file, take_checksums, write_checksums
from retrieval.index.day_numbers import to_day_number
from retrieval.index.lexical import LexicalDocument, LexicalIndex, LexicalWriter
from retrieval.index.locking import Progress, report_write_errors
from retrieval.index.publishing import keep_present_alone, lags_behind, publish_changes
from retrieval.index.register import FILE as REGISTER
from retrieval.index.register import add_to_register, write_register
from retrieval.index.spool import Spool
from retrieval.index.stored_passages import QuantizedPassage
from retrieval.index.validity import ALWAYS, Validity
from retrieval.index.vectors import ServerVectors, forget_collection
from retrieval.index.versions import get_catalog_path, get_lexical_folder, get_spool_folder, get_vectors_folder
from retrieval.text.passages import format_header, split_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from retrieval.domain import Article, Passage, ReadFile
    from retrieval.encoder import Encoder
    from retrieval.index.library_state import State
    from retrieval.text.passages import Measure

PASSAGES_PER_BATCH = 256  # encoded together; an article of more is committed by itself
MAX_BATCHES = 8  # that are committed together, as long as encoding them takes less than
SECONDS_PER_COMMIT = 2.0  # for that is what is lost when the process is killed, and a commit takes a tenth of a second
LONG_TEXT = 1_000_000  # characters; splitting them takes some seconds


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article as it is to go in, in the place of what has its id and of others, with the time that it is valid."""

    article: Article
    content_hash: str
    validity: Validity = ALWAYS
    replaces: tuple[str, ...] = ()

    @property
    def replaced_ids(self) -> tuple[str, ...]:
        """The ids of all whose place it takes."""
        return self.article.id, *self.replaces


@dataclass(frozen=True, slots=True)
class _Split:
    incoming: Incoming
    passages: tuple[Passage, ...]


class Writer:
    """The one writer of a version; the caller holds the library's lock."""

    def __init__(
        self, folder: Path, encoder: Encoder, *, state: State | None = None, progress: Callable[[Progress], None]
    ) -> None:
        """Open a version for writing, or create it with the given state; repair what another writer left unfinished."""
        self.folder = folder
        self.encoded = 0
        self._encoder = encoder
        self._progress = progress
        self._lexical: LexicalWriter | None = None
        self._waiting: list[_Split] = []
        self._waiting_passages = 0
        self._waiting_files: list[tuple[ReadFile, int]] = []
        self._batches = 1  # that are committed together
        self._replaced: list[int] = []
        self._compared: Checksums | None = None  # when it opened what is at rest now
        self._engine = ""  # what encoded passages so far
        self._left = ""  # the server that the vectors were moved away from
        self._spool = Spool(get_spool_folder(folder), encoder.fingerprint)
        with report_write_errors(folder):
            if state:
                folder.mkdir(parents=True)
            self.catalog = Catalog(get_catalog_path(folder), state=state, writes=True)
            try:
                if not state:
                    self._check_stores()
                interrupted = self.catalog.get_state().writing
                if state or interrupted or not get_lexical_folder(folder).exists():
                    self._open_lexical()
                if interrupted:
                    write_register(folder, self.catalog.list_sources())
            except BaseException:
                self.catalog.close()
                raise

    def close(self) -> None:
        """Close the files; what was not finished is left to the next writer."""
        if self._lexical:
            with suppress(OSError, ValueError):
                self._lexical.close()
        self.catalog.close()

    def renew(self, *, lexical: bool = False, vectors: bool = False, register: bool = False) -> None:
        """Let stores that are damaged be made again from the catalog: Chroma's at the end, others now.

        Till then readers compare the catalog's vectors.
        """
        with report_write_errors(self.folder):
            self._begin()
            if register:
                write_register(self.folder, self.catalog.list_sources())
            if vectors:
                self.catalog.update_state(published_number=0)
            if lexical:
                if self._lexical:
                    self._lexical.close()
                    self._lexical = None
                shutil.rmtree(get_lexical_folder(self.folder), ignore_errors=True)
                self._lexical = self._open_lexical()

    def put(self, *articles: Incoming) -> None:
        """Add articles or replace them, all at once, now or together with the next ones."""
        split = [self._split(each) for each in articles]
        if _is_long(split):
            self.flush()  # so that its batches are the same when it is read again
        self._waiting += split
        self._waiting_passages += sum(len(each.passages) for each in split)
        if max(self._waiting_passages, len(self._waiting)) >= self._batches * PASSAGES_PER_BATCH:
            self.flush()

    def note_file(self, file: ReadFile, articles: int) -> None:
        """Note a file that was read, and how many articles are in from there, once those that wait are in, too."""
        self._waiting_files.append((file, articles))

    def _split(self, incoming: Incoming) -> _Split:
        article, budget = incoming.article, self.catalog.get_state().passage_tokens
        measure = self._watch_splitting(article)
        return _Split(incoming, split_article(article, measure=measure, budget=budget, window=self._encoder.window))

    def _watch_splitting(self, article: Article) -> Measure:
        """Return what measures an article's sentences and, if it is long, tells how far that is."""
        length, done = len(article.text), 0

        def measure(texts: Sequence[str]) -> Sequence[Sequence[tuple[int, int]]]:
            nonlocal done
            if length > LONG_TEXT:
                self._progress(Progress("Splitting", min(done, length), length))
            done += sum(map(len, texts))
            return self._encoder.measure(texts)

        return measure

    def flush(self) -> None:
        """Encode and commit the articles that wait."""
        waiting, self._waiting, self._waiting_passages = self._waiting, [], 0
        if not waiting:
            return
        started = time.monotonic()
        state = self.catalog.get_state()
        if state.store and not self.encoded:  # better now than after hours of encoding
            ServerVectors(state.store, state.collection).close()
        rows = self._encode(waiting)
        packed = [(each, [next(rows) for _ in each.passages]) for each in waiting]
        with report_write_errors(self.folder):
            self._commit(packed)
            if _is_long(waiting):
                self._spool.clear()
        fast = time.monotonic() - started < SECONDS_PER_COMMIT
        self._batches = min(2 * self._batches, MAX_BATCHES) if fast else max(self._batches // 2, 1)

    def _commit(self, packed: Sequence[tuple[_Split, Sequence[QuantizedPassage]]]) -> None:
        number = self.catalog.get_state().next_number
        self._lexical = self._open_lexical()
        self._lexical.delete(self._replaced)
        self._replaced = []
        documents = ((each.incoming.article, row.passage) for each, its in packed for row in its)
        self._lexical.add(_make_document(n, article, passage) for n, (article, passage) in enumerate(documents, number))
        self._lexical.commit()
        articles = [each.incoming.article for each, _ in packed]
        add_to_register(self.folder, ((each.id, each.source) for each in articles))
        with self.catalog.transaction():
            for split, its in packed:
                each = split.incoming
                for key in each.replaced_ids:
                    self._replaced += self.catalog.drop(key)
                    if key != each.article.id:
                        self.catalog.rename_versions(key, each.article.id)
                self.catalog.put(each.article, each.content_hash, its, first_number=number, validity=each.validity)
                number += len(its)
            self._note_files()
            self._count_change(number, added=sum(len(its) for _, its in packed), removed=len(self._replaced))

    def _note_files(self) -> None:
        for file, articles in self._waiting_files:
            self.catalog.note_file(file, articles)
        self._waiting_files = []

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove articles that are in, with their earlier texts."""
        self.flush()
        if not article_ids:
            return
        with report_write_errors(self.folder):
            self._lexical = self._open_lexical()
        with report_write_errors(self.folder), self.catalog.transaction():
            texts = [key for each in article_ids for key in (each, *self.catalog.list_versions(each))]
            dropped = [number for each in texts for number in self.catalog.drop(each)]
            self._count_change(self.catalog.get_state().next_number, added=0, removed=len(dropped))
            self.catalog.update_state(forget=True)
        self._replaced += dropped
        with report_write_errors(self.folder):
            write_register(self.folder, self.catalog.list_sources())

    def finish(self) -> None:
        """Commit what waits and bring all stores into step."""
        self.flush()
        with report_write_errors(self.folder):
            if self._waiting_files:
                self._begin()
                with self.catalog.transaction():
                    self._note_files()
            if self._lexical:
                self._lexical.delete(self._replaced)
                self._lexical.commit()
                self._lexical.close()
                self._lexical = None
                self._replaced = []
            self._spool.clear()
            self._publish()
            if self._left:
                forget_collection(self._left, self.catalog.get_state().collection)
                self._left = ""
            if self.catalog.get_state().writing:
                state = self.catalog.update_state(writing=False)
                if self.catalog.file.empty_log():
                    write_checksums(self.folder, state.generation, self._compared)

    def upgrade(self) -> None:
        """Give a catalog of an older format what the present one has in addition."""
        with report_write_errors(self.folder):
            self._begin()
            with self.catalog.transaction():
                self.catalog.upgrade()

    def move(self, store: str) -> None:
        """Keep the vectors in another Chroma from now on: a server's URL, or "" for the library's own folder."""
        self._begin()
        state = self.catalog.get_state()
        self._left = state.store
        with self.catalog.transaction():
            self.catalog.clear_removed()
            self.catalog.update_state(store=store, published_number=0, generation=state.generation + 1)

    def _begin(self) -> None:
        """Note that the version changes from here on, before anything of it does."""
        self._compared = take_checksums(self.folder) or self._compared
        if not self.catalog.get_state().writing:
            self.catalog.update_state(writing=True)
        if not (self.folder / REGISTER).exists():  # an earlier version of Clippings wrote none
            write_register(self.folder, self.catalog.list_sources())

    def _check_stores(self) -> None:
        """Raise LibraryDamaged before a damaged catalog is written to; let indexes that are damaged be made again."""
        state = self.catalog.get_state()
        if find_changed_file(self.folder, self.catalog.path.name, state.generation):
            raise make_damage_error(self.catalog.path, "it is not what was written")
        stores = {
            "lexical": get_lexical_folder(self.folder).name,
            "vectors": get_vectors_folder(self.folder, state.published).name,
            "register": REGISTER,
        }
        damaged = {
            part: True for part, name in stores.items() if find_changed_file(self.folder, name, state.generation)
        }
        if damaged:
            self.renew(**damaged)

    def _count_change(self, next_number: int, *, added: int, removed: int) -> None:
        state = self.catalog.get_state()
        self.catalog.update_state(
            next_number=next_number,
            passages=state.passages + added - removed,
            generation=state.generation + 1,
            engines=_add_engine(state, self._engine),
        )

    def _encode(self, waiting: Sequence[_Split]) -> Iterator[QuantizedPassage]:
        """Encode slice by slice, so that an article of any length needs little memory, and can be interrupted.

        Passages that were in with the same words, in what is replaced or becomes an earlier text, keep their vectors.
        """
        stored = {key for each in waiting for key in (*each.incoming.replaced_ids, each.incoming.validity.version_of)}
        known = dict(self._list_encoded(stored))
        pairs = [(passage, format_header(each.incoming.article)) for each in waiting for passage in each.passages]
        total = self.encoded + sum(_identify(*pair) not in known for pair in pairs)
        for first in range(0, len(pairs), PASSAGES_PER_BATCH):
            some = pairs[first : first + PASSAGES_PER_BATCH]
            if new := [pair for pair in some if _identify(*pair) not in known]:
                encoded = iter(self._encode_batch(new, total, keeps=_is_long(waiting)))
                self.encoded += len(new)
            for passage, header in some:
                same = known.get(_identify(passage, header))
                yield replace(same, passage=passage) if same else next(encoded)

    def _encode_batch(self, pairs: Sequence[tuple[Passage, str]], total: int, *, keeps: bool) -> list[QuantizedPassage]:
        """Encode passages under their headers; with `keeps`, until they are in, and unless they were kept already.

        What was kept takes no time, and is not told of as progress: the time left would be reckoned from it.
        """
        passages, headers = zip(*pairs, strict=True)
        if keeps and (kept := self._spool.find(passages, headers)):
            return kept
        self._progress(Progress("Encoding", self.encoded, total))
        encoded = zip(passages, self._encoder.encode_passages(passages, headers), strict=True)
        self._engine = self._encoder.engine
        rows = [QuantizedPassage.pack(each, made.vector, made.sentence_vectors) for each, made in encoded]
        if keeps:
            with report_write_errors(self.folder):
                self._spool.keep(rows, headers)
        return rows

    def _list_encoded(self, article_ids: Iterable[str]) -> Iterator[tuple[_Encoded, QuantizedPassage]]:
        for each in article_ids:
            if self.catalog.get_content_hash(each) is not None:
                header = format_header(self.catalog.get_article(each))
                yield from ((_identify(row.passage, header), row) for row in self.catalog.get_encoded(each))

    def _open_lexical(self) -> LexicalWriter:
        """Open the lexical index, noting that it is being written in the catalog; repair it if damaged or lost."""
        if self._lexical:
            return self._lexical
        folder = get_lexical_folder(self.folder)
        mend = self.catalog.get_state().writing or not folder.exists()
        self._begin()
        try:
            index = LexicalIndex(folder, create=not folder.exists())
            there = index.open_searcher().list_numbers() if mend else set()
        except BaseException as error:
            if not is_failure(error) or isinstance(error, OSError):
                raise
            shutil.rmtree(folder)  # unreadable: everything it held is in the catalog
            index, mend, there = LexicalIndex(folder, create=True), True, set()
        writer = index.open_writer()
        if mend:
            wanted = self.catalog.get_all_numbers().keys()
            writer.delete(there - wanted)
            missing = iterate_entries(self.catalog, numbers=sorted(wanted - there))
            writer.add(LexicalDocument(e.number, f"{e.title}\n{e.passage.text}", e.day, e.author) for e in missing)
            writer.commit()
        self._lexical = writer
        return writer

    def _publish(self) -> None:
        """Give Chroma what it lacks, if that is much, and remove what it was published as before."""
        if lags_behind(self.folder, self.catalog):
            self._begin()
            publish_changes(self.folder, self.catalog, self._progress)
            write_register(self.folder, self.catalog.list_sources())
        keep_present_alone(self.folder, self.catalog.get_state())


def _add_engine(state: State, engine: str) -> str:
    """Return what encoded a library's passages, with an engine that now did; none adds nothing."""
    before = state.engines or ("not recorded" if state.passages and engine else "")
    return before if engine in before.split("; ") else "; ".join(filter(None, (before, engine)))


_Encoded = tuple[str, str, tuple[tuple[int, int], ...]]
"""All that the vectors of a passage depend on: its header, its text, and its sentences as spans of it."""


def _identify(passage: Passage, header: str) -> _Encoded:
    spans = tuple((each.start - passage.start, each.end - passage.start) for each in passage.sentences)
    return header, passage.text, spans


def _is_long(waiting: Sequence[_Split]) -> bool:
    return any(len(each.passages) > PASSAGES_PER_BATCH for each in waiting)


def _make_document(number: int, article: Article, passage: Passage) -> LexicalDocument:
    return LexicalDocument(number, f"{article.title}\n{passage.text}", to_day_number(article.published), article.author)
