"""BM25 over title and text, by tantivy: the only module that imports it. Which articles exist is left to the catalog.

A document is a passage's number in the catalog, its words and what filters ask for. Nothing else is stored, so that a
document without its row in the catalog is harmless: readers drop it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import weakref
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.text.letters import fold_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import tantivy

    from retrieval.index.selection import Selection

MAX_TERM_CHARACTERS = 40
MAX_CACHED_TEXTS = (
    20_000  # sentences whose terms are kept, some ten megabytes: the same ones bear on question after question
)
WRITER_HEAP_BYTES = 32_000_000  # for one thread; a batch of some hundred passages needs a few hundred kilobytes


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def extract_terms(text: str) -> tuple[str, ...]:
    """Return the index's own terms of a text, in order: lower case, accents folded, English stems."""
    return tuple(map(sys.intern, _get_analyzer().analyze(fold_letters(text))))


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """What the index holds of one passage; `published` is yyyymmdd, of a month or a year the last day."""

    number: int
    body: str
    published: int | None
    author: str


@cache
def _get_analyzer() -> tantivy.TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(MAX_TERM_CHARACTERS + 1))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stemmer("english"))
        .build()
    )


@cache
def _get_schema() -> tantivy.Schema:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    builder.add_unsigned_field("number", indexed=True, fast=True)
    builder.add_text_field("body", tokenizer_name="clippings", index_option="freq")
    builder.add_integer_field("published", indexed=True, fast=True)
    builder.add_text_field("author", tokenizer_name="raw", index_option="basic")
    return builder.build()


class LexicalIndex:
    """The index in its folder, as one process sees it; `searcher` takes a snapshot that no later commit changes."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index, or create it where there is none; raise ValueError or OSError when it can't be read."""
        from tantivy import Index

        if create:
            folder.mkdir(parents=True, exist_ok=True)
        self._linked: tuple[Path, Path] | None = None
        if folder.exists() and not os.access(folder, os.W_OK):  # tantivy locks what it reads, by writing a file
            links = Path(tempfile.mkdtemp(prefix="clippings-"))
            weakref.finalize(self, shutil.rmtree, links, ignore_errors=True)
            self._linked = folder, links
            _link(folder, links)
            folder = links
        self._folder = folder
        self._index = Index(_get_schema(), str(folder), reuse=True) if create else Index.open(str(folder))
        self._index.register_tokenizer("clippings", _get_analyzer())
        self._index.config_reader(reload_policy="manual")

    def open_searcher(self) -> LexicalSearcher:
        """Return a snapshot of what is committed now."""
        if self._linked:
            _link(*self._linked)
        self._index.reload()
        return LexicalSearcher(self._index.searcher())

    def open_writer(self) -> LexicalWriter:
        """Return the writer; the caller makes sure that there is only one."""
        return LexicalWriter(self._index.writer(WRITER_HEAP_BYTES, 1), self._folder)


def _share_like_folder(folder: Path) -> None:
    """Give all files the rights of their folder, which the umask gave it: tantivy keeps some to their owner."""
    shared = folder.stat().st_mode & 0o666
    for file in folder.iterdir():
        with suppress(FileNotFoundError, PermissionError):  # a merge removes what it has merged; others own theirs
            if file.stat().st_mode & 0o777 != shared:
                file.chmod(shared)


def _link(folder: Path, links: Path) -> None:
    """Let a folder that can be written hold what the index's own does, which another user may have added to."""
    for file in folder.iterdir():
        link = links / file.name
        if not file.name.endswith(".lock") and not link.is_symlink():
            link.symlink_to(file.absolute())


class LexicalWriter:
    """Adds and deletes documents; nothing is visible before `commit`."""

    def __init__(self, writer: tantivy.IndexWriter, folder: Path) -> None:
        self._writer = writer
        self._folder = folder

    def add(self, documents: Iterable[LexicalDocument]) -> None:
        """Add documents whose numbers are new."""
        from tantivy import Document

        for each in documents:
            document = Document()
            document.add_unsigned("number", each.number)
            document.add_text("body", fold_letters(each.body))
            document.add_text("author", each.author)
            if each.published is not None:
                document.add_integer("published", each.published)
            self._writer.add_document(document)

    def delete(self, numbers: Iterable[int]) -> None:
        """Delete documents by number; unknown numbers are ignored."""
        from tantivy import Query

        if gone := list(numbers):
            self._writer.delete_documents_by_query(Query.term_set_query(_get_schema(), "number", gone))

    def commit(self) -> None:
        """Make everything since the last commit durable and visible."""
        self._writer.commit()
        _share_like_folder(self._folder)

    def close(self) -> None:
        """Wait for running merges and release the folder; what was not committed stays invisible."""
        # A rollback would leave merges that run to themselves: they would go on writing here when this is closed.
        self._writer.wait_merging_threads()
        _share_like_folder(self._folder)


class LexicalSearcher:
    """One snapshot of the index; safe to use from several threads."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, weights: Mapping[str, float], k: int, selection: Selection) -> list[tuple[int, float]]:
        """Return up to k passage numbers with their weighted BM25 score, best first."""
        return self._search(weights, k, _make_filters(selection))

    def find_all(self, terms: Sequence[str], selection: Selection) -> list[int]:
        """Return the numbers of all passages that hold every one of the terms."""
        from tantivy import Occur, Query

        if not terms:
            return []
        wanted = [Query.term_query(_get_schema(), "body", term, "basic") for term in dict.fromkeys(terms)]
        required = [Query.const_score_query(each, 0.0) for each in (*wanted, *_make_filters(selection))]
        query = Query.boolean_query([(Occur.Must, each) for each in required])
        most = min(map(self.count_documents, terms))
        return [number for number, _ in self._collect(query, most)] if most else []

    def score(self, weights: Mapping[str, float], numbers: Sequence[int]) -> dict[int, float]:
        """Return the weighted BM25 score of those of the given passages that hold any of the terms."""
        from tantivy import Query

        if not numbers:
            return {}
        return dict(self._search(weights, len(numbers), [Query.term_set_query(_get_schema(), "number", list(numbers))]))

    def count_documents(self, term: str) -> int:
        """Return how many passages hold a term (passages just removed may still be counted)."""
        return int(self._searcher.doc_freq("body", term))

    def list_terms(self, prefix: str) -> list[tuple[str, int]]:
        """Return the terms that begin with a prefix, each with how many passages hold it."""
        return [(term, int(count)) for term, count in self._searcher.terms_with_prefix("body", prefix)]

    def list_numbers(self) -> set[int]:
        """Return the number of every document."""
        from tantivy import Query

        return {number for number, _ in self._collect(Query.all_query(), max(1, len(self)))}

    def _search(self, weights: Mapping[str, float], k: int, required: list[tantivy.Query]) -> list[tuple[int, float]]:
        from tantivy import Occur, Query

        if not weights or k < 1:
            return []
        wanted = [
            Query.boost_query(Query.term_query(_get_schema(), "body", term, "freq"), weight)
            for term, weight in weights.items()
        ]
        query = Query.boolean_query([(Occur.Should, each) for each in wanted])
        if required:  # limits must not add to the score
            limits = [(Occur.Must, Query.const_score_query(each, 0.0)) for each in required]
            query = Query.boolean_query([(Occur.Must, query), *limits])
        return self._collect(query, k)

    def _collect(self, query: tantivy.Query, k: int) -> list[tuple[int, float]]:
        hits: list[tuple[Any, tantivy.DocAddress]] = self._searcher.search(query, k, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        return [(int(number or 0), float(score)) for (score, _), number in zip(hits, numbers, strict=True)]


def _make_filters(selection: Selection) -> list[tantivy.Query]:
    from tantivy import FieldType, Query

    required = []
    if selection.since is not None or selection.until is not None:
        required.append(
            Query.range_query(_get_schema(), "published", FieldType.Integer, selection.since, selection.until)
        )
    if selection.authors is not None:
        required.append(Query.term_set_query(_get_schema(), "author", list(selection.authors)))
    return required
