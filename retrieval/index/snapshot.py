"""A library at one moment, as a search sees it: candidates from both stores, and what the catalog knows of them.

Which candidates are good is left to ranking.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import LibraryDamaged, StoreMoved
from retrieval.index.catalog_scans import iterate_vectors
from retrieval.index.newest import compute_cosines, find_last_left_to_chroma
from retrieval.index.store_errors import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from retrieval.domain import Article, ArticleInfo, Filter, Passage
    from retrieval.index.catalog import Catalog
    from retrieval.index.lexical import LexicalSearcher
    from retrieval.index.library_state import State
    from retrieval.index.newest import NewestPassages
    from retrieval.index.remembered import RememberedPassages
    from retrieval.index.selection import Selection
    from retrieval.index.stored_passages import StoredPassage
    from retrieval.index.vectors import NearestNeighbours

MAX_EXACT_SEARCH = 50_000  # passages that a filter admits; 100,000 are compared one by one in 0.25 s
MAX_NEIGHBOURS = 5_000  # that Chroma is asked for, until as many as wanted are admitted


class Snapshot:
    """Answers from one snapshot; valid inside `Library.read` only."""

    def __init__(
        self,
        catalog: Catalog,
        state: State,
        searcher: LexicalSearcher,
        neighbours: Callable[[State], NearestNeighbours | None],
        newest: Callable[[Catalog, State], NewestPassages | None],
        *,
        remembered: RememberedPassages,
    ) -> None:
        self._catalog = catalog
        self.state = state
        self._searcher = searcher
        self._neighbours = neighbours
        self._newest = newest
        self._remembered = remembered

    @property
    def size(self) -> int:
        """The number of passages."""
        return self.state.passages

    def search_dense(self, vector: NDArray[np.float32], k: int, where: Filter) -> list[str]:
        """Return the ids of the k passages that the filter admits with the highest cosines, best first.

        Exact where the library is small, where the filter leaves few passages, and where there is no Chroma to ask;
        otherwise Chroma's, and the newest, which it does not have yet.
        """
        selection = self._catalog.select(where)
        if selection is None or k < 1:
            return []
        if not find_last_left_to_chroma(self.state):
            return [key for _, key in self._compare_newest(vector, k, selection)]
        admitted = self._catalog.count(selection) if selection.narrows else self.size
        few = selection.narrows and admitted <= MAX_EXACT_SEARCH
        store = None if few else self._neighbours(self.state)
        try:
            near = self._find_nearest(store, vector, k, selection, admitted) if store else None
        except StoreMoved:
            raise
        except LibraryDamaged as error:
            tell(f"{error}; until then all vectors of the catalog are compared one by one")
            near = None
        if near is None:
            found = self._compare(vector, k, selection)
        else:
            found = near + self._compare_newest(vector, k, selection)
        return [key for _, key in sorted(found, key=lambda scored: -scored[0])[:k]]

    def search_lexical(
        self, terms: Mapping[str, float] | Sequence[str], k: int, where: Filter
    ) -> list[tuple[str, float]]:
        """Return up to k passages that the filter admits and that hold any of the terms, with BM25, best first."""
        selection = self._catalog.select(where)
        if selection is None or k < 1:
            return []
        wanted = k
        while True:
            scored = self._searcher.search(_weigh(terms), wanted, selection)
            ids = self._catalog.get_ids((number for number, _ in scored), selection)
            found = [(ids[number], score) for number, score in scored if number in ids]
            if len(found) >= k or len(scored) < wanted:
                return found[:k]
            wanted *= 2  # passages that were replaced a moment ago, or are left out, took their places

    def find_passages_with(self, terms: Sequence[str], where: Filter) -> list[Passage]:
        """Return all passages that the filter admits and that hold each of the terms, in no particular order."""
        selection = self._catalog.select(where)
        if selection is None:
            return []
        numbers = self._searcher.find_all(terms, selection)
        return self._catalog.list_passages(numbers, left_out=selection.left_out)

    def score_bm25(self, terms: Mapping[str, float] | Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """Return the BM25 score of each of the passages that exist, 0 for those that hold none of the terms."""
        numbers = self._catalog.get_numbers(ids)
        scores = self._searcher.score(_weigh(terms), list(numbers.values()))
        return {key: scores.get(numbers[key], 0.0) for key in ids if key in numbers}

    def get_document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return how many passages hold each term."""
        return {term: self._searcher.count_documents(term) for term in terms}

    def list_terms(self, prefix: str) -> list[tuple[str, int]]:
        """Return the terms that begin with a prefix, each with how many passages hold it."""
        return self._searcher.list_terms(prefix)

    def get_passages(self, ids: Sequence[str]) -> dict[str, StoredPassage]:
        """Return those of the passages that exist, in the order asked for."""
        return self._remembered.get(ids, self._catalog.get_passages)

    def list_articles(self, where: Filter, *, naming: Sequence[str] = ()) -> list[ArticleInfo]:
        """Return the articles that the filter admits, without their texts: newest first, those without a date last.

        With `naming`, only those whose title, address or source contains all of these texts; case is ignored.
        """
        selection = self._catalog.select(where)
        return [] if selection is None else self._catalog.list_articles(selection=selection, naming=naming)

    def get_period(self, where: Filter) -> tuple[date, date] | None:
        """Return the first and the last day of what the filter admits, months and years as a whole; None: no date."""
        selection = self._catalog.select(where)
        return None if selection is None else self._catalog.get_period(selection)

    def get_article_passages(self, article_id: str, *, most: int | None = None) -> list[StoredPassage]:
        """Return all passages of an article with their vectors, or its first ones, in their order."""
        return list(self.get_passages(self._catalog.list_passage_ids(article_id)[:most]).values())

    def get_article_infos(self, article_ids: Iterable[str]) -> dict[str, ArticleInfo]:
        """Return what is known of articles, without their texts."""
        return {info.id: info for info in self._catalog.list_articles(article_ids)}

    def get_article(self, article_id: str) -> Article:
        """Return a whole article, or raise ArticleMissing."""
        return self._catalog.get_article(article_id)

    def get_passages_around(self, article_id: str, start: int, end: int) -> list[Passage]:
        """Return the passages of an article that hold any of a span, and the one before and after, in their order."""
        return self._catalog.get_passages_around(article_id, start, end)

    def _compare(
        self, vector: NDArray[np.float32], k: int, selection: Selection, *, after: int = 0
    ) -> list[tuple[float, str]]:
        """Return cosine and id of the k nearest of all that is selected and numbered higher than `after`."""
        best: list[tuple[float, int]] = []
        for numbers, vectors in iterate_vectors(self._catalog, selection, after=after):
            cosines = compute_cosines(vectors, vector)
            top = np.argpartition(-cosines, k)[:k] if len(numbers) > k else range(len(numbers))
            best = sorted([*best, *((float(cosines[i]), numbers[i]) for i in top)], reverse=True)[:k]
        ids = self._catalog.get_ids(number for _, number in best)
        return [(cosine, ids[number]) for cosine, number in best]

    def _compare_newest(self, vector: NDArray[np.float32], k: int, selection: Selection) -> list[tuple[float, str]]:
        """Return cosine and id of the k nearest of what is selected and Chroma is not asked for."""
        newest = self._newest(self._catalog, self.state)
        if newest is None:
            return self._compare(vector, k, selection, after=find_last_left_to_chroma(self.state))
        ranked, wanted = newest.rank(vector), k
        while True:
            some = ranked[:wanted]
            ids = self._catalog.get_ids((number for _, number in some), selection)
            kept = [(cosine, ids[number]) for cosine, number in some if number in ids]
            if len(kept) >= k or wanted >= len(ranked):
                return kept[:k]
            wanted *= 2

    def _find_nearest(
        self, store: NearestNeighbours, vector: NDArray[np.float32], k: int, selection: Selection, admitted: int
    ) -> list[tuple[float, str]] | None:
        """Return Chroma's neighbours, less those that are not selected, and those that the catalog has removed since.

        None where so many are in their way that comparing all vectors takes less time.
        """
        wanted = -(-k * self.size // max(admitted, 1))
        while wanted <= max(k, MAX_NEIGHBOURS):
            rows = store.find_nearest(vector, wanted)
            numbers = self._catalog.get_numbers((key for key, _ in rows), selection)
            kept = [(score, key) for key, score in rows if 0 < numbers.get(key, 0) <= self.state.published_number]
            if len(kept) >= k or len(rows) < wanted:
                return kept[:k]
            wanted *= 2
        return None


def _weigh(terms: Mapping[str, float] | Sequence[str]) -> Mapping[str, float]:
    return terms if isinstance(terms, Mapping) else {term: float(times) for term, times in Counter(terms).items()}
