"""One archive on disk: look up, search, ingest and remove, by any number of processes at once.

Reading is in versions.py and snapshot.py, writing in writer.py, checking in integrity.py. Any number of processes and
threads read without waiting; one writes at a time.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from retrieval.errors import LibraryDamaged, LibraryMismatch, LibraryMissing
from retrieval.index.catalog import StoredPassage
from retrieval.index.locking import Progress
from retrieval.index.snapshot import Snapshot
from retrieval.index.vectors import StoreMoved
from retrieval.index.versions import IndexVersion, find_current_version, get_change_time, get_version_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from retrieval.domain import Article, ArticleInfo, IngestReport, Rejected
    from retrieval.encoder import Encoder
    from retrieval.index.catalog import Catalog

__all__ = ["Library", "Progress", "Snapshot", "StoredPassage"]

ATTEMPTS = 5
LOCK_SECONDS = 60.0

Result = TypeVar("Result")


class Library:
    """A folder of articles, ready to be searched; safe to use from several threads."""

    def __init__(self, folder: Path, *, encoder: Encoder, passage_tokens: int, chroma_url: str) -> None:
        self.folder = folder
        self.encoder = encoder
        self.passage_tokens = passage_tokens
        self.chroma_url = chroma_url.rstrip("/")
        self._lock = threading.Lock()
        self._opened: tuple[int, IndexVersion] | None = None

    @classmethod
    def open(
        cls, folder: Path, *, encoder: Encoder, passage_tokens: int = 200, chroma_url: str = "", create: bool = False
    ) -> Library:
        """Open the library in a folder; raise LibraryMissing when nothing was ingested, unless it is to be created.

        A library that was built with another model raises LibraryMismatch when it is searched or ingested into, not
        here: its articles can be listed, shown and removed all the same.
        """
        library = cls(folder, encoder=encoder, passage_tokens=passage_tokens, chroma_url=chroma_url)
        if not create and not find_current_version(folder):
            raise _make_missing_error(library)
        return library

    @property
    def name(self) -> str:
        """The library's name, which is its folder's."""
        return self.folder.name

    @property
    def generation(self) -> int:
        """The number of changes so far; 0 when nothing was ingested."""
        if not find_current_version(self.folder):
            return 0
        return self._use_version(lambda edition: _use_catalog(edition, lambda catalog: catalog.get_state().generation))

    @property
    def changed_at(self) -> datetime | None:
        """When the library was written to last, in UTC; None when nothing was ingested."""
        number = find_current_version(self.folder)
        return get_change_time(get_version_folder(self.folder, number)) if number else None

    # Reading

    def read(self, use: Callable[[Snapshot], Result]) -> Result:
        """Return what `use` makes of the library as it is now; may call `use` again when the library changes below it.

        The view is valid inside `use` only. Raises LibraryMissing, LibraryMismatch or LibraryDamaged.
        """

        def look(edition: IndexVersion) -> Result:
            for _ in range(ATTEMPTS):
                with edition.open_snapshot() as view:
                    self._check_model(view.fingerprint, view.store)
                    if not view.size:
                        raise _make_missing_error(self)
                    result = use(view)
                # a server's collection changes while it is read; an embedded index does not
                if not view.store or _use_catalog(edition, lambda c: c.get_state().generation) == view.generation:
                    break
            return result

        return self._use_version(look)

    def list_articles(self) -> list[ArticleInfo]:
        """Return all articles without their texts: newest first, those without a date last."""
        return self._use_version(lambda edition: _use_catalog(edition, lambda catalog: catalog.list_articles()))

    def get_article(self, article_id: str) -> Article:
        """Return a whole article, or raise ArticleMissing."""
        return self._use_version(lambda edition: _use_catalog(edition, lambda catalog: catalog.get_article(article_id)))

    # The names that documentation of version 0.1 gave to tests of users.
    articles = list_articles
    article = get_article

    def find_problems(self) -> list[str]:
        """Return what is wrong, one line each: what, where and what to do. Reads all of the stores."""
        from retrieval.index.integrity import find_problems

        return list(find_problems(self))

    # Writing

    def ingest(
        self,
        articles: Iterable[Article | Rejected],
        *,
        prune: Sequence[str] = (),
        rebuild: bool = False,
        wait: float = LOCK_SECONDS,
        progress: Callable[[Progress], None] | None = None,
    ) -> IngestReport:
        """Take articles in: new ones are added, changed ones replaced, unchanged ones left alone.

        An article is visible as a whole as soon as it is in. `prune` holds paths: stored articles that come from there
        and were not offered now are removed. `rebuild` encodes everything anew, with articles that are stored but not
        offered taken from the catalog, and the old edition answers until the new one is complete. Raises LibraryLocked
        when another process still writes after `wait` seconds, LibraryMismatch, and LibraryError when the disk is full;
        what was complete stays in whatever is raised.
        """
        from retrieval.index.ingest import ingest

        return ingest(self, articles, prune=prune, rebuild=rebuild, wait=wait, progress=progress)

    def remove(self, ids: Sequence[str], *, wait: float = LOCK_SECONDS) -> None:
        """Remove articles; raise ArticleMissing with all unknown ids, and remove nothing, if there are any."""
        from retrieval.index.ingest import remove

        remove(self, ids, wait=wait)

    def close(self) -> None:
        """Let go of all files; the library opens them again when it is used again."""
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

    def _use_version(self, use: Callable[[IndexVersion], Result]) -> Result:
        """Use the current edition, again when it was replaced meanwhile."""
        for _ in range(ATTEMPTS):
            number = find_current_version(self.folder)
            try:
                return use(self._open_version(number))
            except StoreMoved:
                continue
            except LibraryDamaged:
                if find_current_version(self.folder) == number:
                    raise
        raise LibraryDamaged(
            f"the library {self.folder} lacks a part that its catalog lists: "
            "`clippings ingest` with --rebuild makes it again from the stored articles"
        )

    def _open_version(self, number: int) -> IndexVersion:
        if not number:
            raise _make_missing_error(self)
        with self._lock:
            if self._opened is None or self._opened[0] != number:
                if self._opened:
                    self._opened[1].close()
                self._opened = None
                self._opened = number, IndexVersion(get_version_folder(self.folder, number))
            return self._opened[1]

    def _check_model(self, fingerprint: str, store: str) -> None:
        if fingerprint != self.encoder.fingerprint:
            raise LibraryMismatch(
                f"the library {self.folder} was built with the model {fingerprint}, not {self.encoder.fingerprint}: "
                "set that model again, or `clippings ingest` with --rebuild"
            )
        if store != self.chroma_url:
            raise LibraryMismatch(
                f"the vectors of {self.folder} are in {store or 'its own folder'}, not in "
                f"{self.chroma_url or 'its own folder'}: change CLIPPINGS_CHROMA_URL back, or `clippings ingest` once "
                "to move them"
            )


def _use_catalog(edition: IndexVersion, use: Callable[[Catalog], Result]) -> Result:
    with edition.borrow_catalog() as catalog:
        return use(catalog)


def _make_missing_error(library: Library) -> LibraryMissing:
    return LibraryMissing(f"the library {library.name!r} is empty: `clippings ingest PATH` puts articles in")
