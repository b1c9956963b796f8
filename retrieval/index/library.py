"""One archive on disk: look up, search, ingest and remove, by any number of processes at once.

The facade of this package: reading is in versions.py and snapshot.py, writing in ingest.py and writer.py, checking in
integrity.py. Any number of processes and threads read without waiting; one writes at a time.
"""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from retrieval.domain import Filter
from retrieval.errors import LibraryDamaged, LibraryMismatch, LibraryMissing, StoreMoved
from retrieval.index.open_vectors import OpenVectors
from retrieval.index.versions import (
    IndexConfig,
    IndexVersion,
    find_current_version,
    get_change_time,
    get_version_folder,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from retrieval.domain import Article, ArticleInfo, FindFile, IngestReport, Offered
    from retrieval.encoder import Encoder
    from retrieval.index.catalog import Catalog
    from retrieval.index.library_state import State
    from retrieval.index.locking import Progress
    from retrieval.index.snapshot import Snapshot

READ_ATTEMPTS = 5
"""Tries to read a library that is replaced or, on a Chroma server, changed meanwhile."""
LOCK_SECONDS = 60.0

Result = TypeVar("Result")


class Library:
    """A folder of articles, ready to be searched; safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        *,
        encoder: Encoder,
        passage_tokens: int = 200,
        chroma_url: str = "",
        kept_versions: int = 0,
        vectors: OpenVectors | None = None,
    ) -> None:
        self.folder = folder
        self.config = IndexConfig(encoder, passage_tokens, chroma_url.rstrip("/"), kept_versions)
        self._vectors = OpenVectors() if vectors is None else vectors
        self._lock = threading.Lock()
        self._opened: tuple[int, IndexVersion] | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        encoder: Encoder,
        passage_tokens: int = 200,
        chroma_url: str = "",
        kept_versions: int = 0,
        vectors: OpenVectors | None = None,
        create: bool = False,
    ) -> Library:
        """Open the library in a folder; raise LibraryMissing when nothing was ingested, unless it is to be created.

        `kept_versions` is how many earlier texts are kept of an article that changes; `vectors` are the open indexes of
        Chroma, which several libraries may share. A library that was built with another model raises LibraryMismatch
        when it is searched or ingested into, not here: its articles can be listed, shown and removed all the same.
        """
        library = cls(
            folder,
            encoder=encoder,
            passage_tokens=passage_tokens,
            chroma_url=chroma_url,
            kept_versions=kept_versions,
            vectors=vectors,
        )
        if not create:
            library._require_version()
        return library

    @property
    def name(self) -> str:
        """The library's name, which is its folder's."""
        return self.folder.name

    @property
    def encoder(self) -> Encoder:
        """The encoder of its passages and of questions."""
        return self.config.encoder

    @property
    def generation(self) -> int:
        """The number of changes so far; 0 when nothing was ingested."""
        if not find_current_version(self.folder):
            return 0
        return self._query(lambda catalog: catalog.get_state().generation)

    @property
    def engines(self) -> str:
        """What encoded its passages, in which precision, in the order of first use; "" when nothing tells."""
        if not find_current_version(self.folder):
            return ""
        return self._query(lambda catalog: catalog.get_state().engines)

    @property
    def changed_at(self) -> datetime | None:
        """When the library was written to last, in UTC; None when nothing was ingested."""
        number = find_current_version(self.folder)
        return get_change_time(get_version_folder(self.folder, number)) if number else None

    # Reading

    def read(self, query: Callable[[Snapshot], Result]) -> Result:
        """Return what `query` makes of the library as it is now; `query` is called again if the library is replaced.

        The snapshot is valid inside `query` only. Raises LibraryMissing, LibraryMismatch or LibraryDamaged.
        """

        def read_version(version: IndexVersion) -> Result:
            for _ in range(READ_ATTEMPTS):
                with version.open_snapshot() as snapshot:
                    self._check_state(snapshot.state)
                    if not snapshot.size:
                        raise self._make_missing_error()
                    result = query(snapshot)
                if not snapshot.state.store:
                    break
                with version.borrow_catalog() as catalog:  # a server's collection changes while it is read
                    if catalog.get_state().generation == snapshot.state.generation:
                        break
            return result

        return self._use_version(read_version)

    def list_articles(self, where: Filter | None = None) -> list[ArticleInfo]:
        """Return the articles that the filter admits, or all, without their texts: newest first, undated ones last."""

        def query(catalog: Catalog) -> list[ArticleInfo]:
            selection = catalog.select(where or Filter())
            return [] if selection is None else catalog.list_articles(selection=selection)

        return self._query(query)

    def get_article(self, article_id: str) -> Article:
        """Return a whole article, or raise ArticleMissing."""
        return self._query(lambda catalog: catalog.get_article(article_id))

    def list_content_hashes(self) -> dict[str, str]:
        """Return the hash of each article by its id: what is new and what has changed since is told by them."""
        return self._query(lambda catalog: catalog.list_content_hashes())

    def list_versions(self, article_id: str) -> list[ArticleInfo]:
        """Return an article and its earlier texts, newest first, or raise ArticleMissing; any of their ids will do."""

        def query(catalog: Catalog) -> list[ArticleInfo]:
            current = catalog.get_validity(catalog.get_article(article_id).id).version_of or article_id
            ids = [current, *catalog.list_versions(current)]
            known = {info.id: info for info in catalog.list_articles(ids)}
            return [known[each] for each in ids]

        return self._query(query)

    def find_problems(self, *, deep: bool = False) -> list[str]:
        """Return what is wrong, one line each: what, where and what to do. Reads all of the stores.

        `deep` compares every vector in Chroma with the catalog's, in the place of a sample.
        """
        from retrieval.index.integrity import find_problems

        return [each.text for each in find_problems(self.folder, self.config, deep=deep)]

    # Writing

    def ingest(
        self,
        articles: Iterable[Offered] | Callable[[FindFile], Iterable[Offered]],
        *,
        prune: Sequence[str] = (),
        rebuild: bool = False,
        wait: float = LOCK_SECONDS,
        progress: Callable[[Progress], None] | None = None,
        today: date | None = None,
    ) -> IngestReport:
        """Add new articles, replace changed ones, and leave unchanged ones alone.

        An article is visible as a whole as soon as it is in. `articles` may be a function that makes them, and is told
        how to find the files that need not be read again; a rebuild reads all of them. One that is `named_by_place` and
        in under another id is found by its content: it is moved where the file of the other is gone, else left out as a
        copy. `prune` holds paths: stored articles that come from there and were not offered now are removed. `rebuild`
        encodes everything again, with articles that are stored but not offered taken from the catalog, and the old
        version answers until the new one is complete. Raises LibraryLocked when another process still writes after
        `wait` seconds, LibraryMismatch, and LibraryError when the disk is full; what was complete stays in whatever is
        raised.

        A text that is replaced by one with other words is kept as an earlier version, where the library keeps some. The
        new one counts from the day on which it says that it was changed or published, else from `today`, by default
        this day.
        """
        from retrieval.index.ingest import ingest

        return ingest(
            self.folder,
            self.config,
            articles,
            prune=prune,
            rebuild=rebuild,
            wait=wait,
            progress=progress or _ignore,
            today=today or date.today(),
        )

    def remove(self, ids: Sequence[str], *, wait: float = LOCK_SECONDS) -> None:
        """Remove articles with their earlier texts.

        Raises ArticleMissing with all unknown ids, and removes nothing, if there are any.
        """
        from retrieval.index.ingest import remove

        remove(self.folder, self.config, ids, wait=wait)

    def repair(
        self,
        *,
        deep: bool = False,
        wait: float = LOCK_SECONDS,
        progress: Callable[[Progress], None] | None = None,
    ) -> list[str]:
        """Mend what `find_problems` finds damaged; return what was done, one line each.

        Whatever the catalog holds is made again from it. Of a damaged catalog the articles that can be read are saved
        and encoded again, those that can't are named, and the damaged file is kept aside.
        """
        from retrieval.index.repair import repair

        self.close()
        return list(repair(self.folder, self.config, deep=deep, wait=wait, progress=progress or _ignore))

    def close(self) -> None:
        """Close all files; the library opens them again when it is used again."""
        with self._lock:
            if self._opened:
                self._opened[1].close()
            self._opened = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _query(self, query: Callable[[Catalog], Result]) -> Result:
        def query_catalog(version: IndexVersion) -> Result:
            with version.borrow_catalog() as catalog:
                return query(catalog)

        return self._use_version(query_catalog)

    def _use_version(self, use: Callable[[IndexVersion], Result]) -> Result:
        """Use the current version, again when it was replaced meanwhile."""
        for _ in range(READ_ATTEMPTS):
            number = self._require_version()
            try:
                return use(self._open_version(number))
            except StoreMoved:
                continue
            except LibraryDamaged:
                if find_current_version(self.folder) == number:
                    raise
        raise LibraryDamaged(
            f"the library {self.folder} lacks a part that its catalog lists: `clippings doctor --repair` makes it again"
        )

    def _require_version(self) -> int:
        if number := find_current_version(self.folder):
            return number
        raise self._make_missing_error()

    def _open_version(self, number: int) -> IndexVersion:
        with self._lock:
            if self._opened is None or self._opened[0] != number:
                if self._opened:
                    self._opened[1].close()
                self._opened = None
                self._opened = number, IndexVersion(get_version_folder(self.folder, number), self._vectors)
            return self._opened[1]

    def _check_state(self, state: State) -> None:
        if state.fingerprint != self.encoder.fingerprint:
            raise LibraryMismatch(
                f"the library {self.folder} was built with the model {state.fingerprint}, not "
                f"{self.encoder.fingerprint}: set that model again, or `clippings ingest` with --rebuild"
            )
        if state.store != self.config.chroma_url:
            raise LibraryMismatch(
                f"the vectors of {self.folder} are in {state.store or 'its own folder'}, not in "
                f"{self.config.chroma_url or 'its own folder'}: change CLIPPINGS_CHROMA_URL back, or "
                "`clippings ingest` once to move them"
            )

    def _make_missing_error(self) -> LibraryMissing:
        return LibraryMissing(f"the library {self.name!r} is empty: `clippings ingest PATH` adds articles")


def _ignore(_: Progress) -> None:
    """Do nothing with news of progress."""
