"""Articles -> a library: what is new, changed, unchanged or gone, and what a rebuild keeps.

How one edition is written so that it can stop at any moment is left to writer.py.
"""

from __future__ import annotations

import operator
import os
import re
import shutil
import sqlite3
import time
import uuid
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.domain import Article, IngestReport, Rejected
from retrieval.errors import ArticleMissing, ClippingsError, LibraryMismatch, LibraryMissing
from retrieval.index.catalog import Catalog, State
from retrieval.index.locking import Progress, report_write_errors, write_lock
from retrieval.index.vectors import forget_collection
from retrieval.index.versions import find_current_version, get_catalog_path, get_version_folder, make_current
from retrieval.index.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from retrieval.index.library import Library

UNCHANGED_AT_ONCE = 100


def ingest(
    library: Library,
    articles: Iterable[Article | Rejected],
    *,
    prune: Sequence[str],
    rebuild: bool,
    wait: float,
    progress: Callable[[Progress], None] | None,
) -> IngestReport:
    """Do what `Library.ingest` promises."""
    started = time.monotonic()
    tell = progress or (lambda _: None)
    with ExitStack() as held:
        held.enter_context(write_lock(library.folder, wait, tell))
        number = find_current_version(library.folder)
        if number and not (library.folder / "current").exists():
            _publish(library, number)
        _sweep(library.folder, number)
        old = held.enter_context(_opened(get_version_folder(library.folder, number))) if number and rebuild else None
        state = None if number and not rebuild else _new_state(library, old)
        edition = get_version_folder(library.folder, number + 1 if state else number)
        writer = Writer(edition, library.encoder, state=state, progress=tell)
        held.callback(writer.close)
        if not state:
            _check(library, writer)
        elif not old:
            _publish(library, number + 1)  # nothing answers yet: let articles be found as they come in
        run = _Run(old or writer.catalog, writer, rebuilds=bool(old))
        total = operator.length_hint(articles, 0) or None
        for done, each in enumerate(articles, 1):
            if run.take(each) or not done % UNCHANGED_AT_ONCE:
                tell(Progress("Reading", done, total))
        gone = run.gone(prune)
        if old:
            for article_id in (info.id for info in old.list_articles() if info.id not in {*run.seen, *gone}):
                writer.put(old.get_article(article_id), old.get_content_hash(article_id) or "")
        else:
            writer.remove(gone)
        writer.finish()
        if old:
            _publish(library, number + 1)
        counts = run.counts
    return IngestReport(
        added=counts["added"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        removed=len(gone),
        skipped=tuple(run.rejected),
        passages=writer.encoded,
        seconds=time.monotonic() - started,
    )


def remove(library: Library, ids: Sequence[str], *, wait: float) -> None:
    """Do what `Library.remove` promises."""
    with ExitStack() as held:
        if not (number := find_current_version(library.folder)):
            raise LibraryMissing(f"the library {library.name!r} is empty: there is nothing to remove")
        held.enter_context(write_lock(library.folder, wait, lambda _: None))
        writer = Writer(get_version_folder(library.folder, number), library.encoder, progress=lambda _: None)
        held.callback(writer.close)
        wanted = list(dict.fromkeys(ids))
        if unknown := [each for each in wanted if writer.catalog.get_content_hash(each) is None]:
            raise ArticleMissing(
                f"no article has the id {', '.join(map(repr, unknown))}: `clippings articles` lists them"
            )
        writer.remove(wanted)
        writer.finish()


@dataclass
class _Run:
    """What one ingest has seen so far, compared with what was known before."""

    known: Catalog
    writer: Writer
    rebuilds: bool
    seen: set[str] = field(default_factory=set)
    rejected: list[Rejected] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, offered: Article | Rejected) -> bool:
        """Take one offered article; tell whether it is to be encoded."""
        if isinstance(offered, Rejected):
            self.rejected.append(offered)
            return False
        if not _storable(offered):
            self.rejected.append(
                Rejected(offered.source, "holds half a surrogate pair, which is no character: save it as UTF-8 again")
            )
            return False
        self.seen.add(offered.id)
        content_hash = offered.content_hash
        before = self.known.get_content_hash(offered.id)
        kind = "added" if before is None else "unchanged" if before == content_hash else "updated"
        self.counts[kind] += 1
        if kind == "unchanged" and not self.rebuilds:
            return False
        self.writer.put(offered, content_hash)
        return True

    def gone(self, prune: Sequence[str]) -> list[str]:
        """Return the stored articles of the pruned places that were not offered; a rejected one has not gone."""
        if not prune:
            return []
        kept = [rejected.source for rejected in self.rejected]
        return [
            info.id
            for info in self.known.list_articles()
            if info.id not in self.seen
            and any(_from(info.source, place) for place in prune)
            and not any(_from(source, info.source) for source in kept)
        ]


def _from(source: str, place: str) -> bool:
    """Tell whether a source is a place, lies in that folder, or is a line of that file."""
    return source == place or source.startswith((place.rstrip(os.sep) + os.sep, place + ":", place + "#"))


def _storable(article: Article) -> bool:
    try:
        "".join((article.id, article.title, article.author, article.url, article.source, article.text)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _new_state(library: Library, known: Catalog | None) -> State:
    slug = re.sub(r"[^a-zA-Z0-9]+", "-", library.name).strip("-")[:40]
    return State(
        fingerprint=library.encoder.fingerprint,
        dimension=library.encoder.dimension,
        passage_tokens=library.passage_tokens,
        generation=known.get_state().generation + 1 if known else 0,
        store=library.chroma_url,
        collection=f"clippings-{slug}-{uuid.uuid4().hex[:12]}",
    )


def _check(library: Library, writer: Writer) -> None:
    """Refuse to mix vectors of two models or passages of two sizes; follow the vectors to where they are wanted."""
    state = writer.catalog.get_state()
    built, wanted = (state.fingerprint, state.passage_tokens), (library.encoder.fingerprint, library.passage_tokens)
    if built != wanted:
        raise LibraryMismatch(
            f"the library {library.folder} was built with the model {built[0]} and passages of {built[1]} tokens, not "
            f"{wanted[0]} and {wanted[1]}: set CLIPPINGS_MODEL and CLIPPINGS_PASSAGE_TOKENS so again, or "
            "`clippings ingest` with --rebuild"
        )
    if state.store != library.chroma_url:
        writer.move(library.chroma_url)


@contextmanager
def _opened(edition: Path) -> Iterator[Catalog]:
    catalog = Catalog(get_catalog_path(edition))
    try:
        yield catalog
    finally:
        catalog.close()


def _publish(library: Library, edition: int) -> None:
    """Let an edition answer from now on, and remove the others."""
    with report_write_errors(library.folder):
        make_current(library.folder, edition)
    _sweep(library.folder, edition)


def _sweep(folder: Path, current: int) -> None:
    """Remove editions that do not answer: replaced ones, and those whose writer did not come to the end."""
    for edition in (folder / "editions").glob("*"):
        if edition.name == str(current):
            continue
        with suppress(ClippingsError, sqlite3.Error), _opened(edition) as catalog:
            if (state := catalog.get_state()).store:
                forget_collection(state.store, state.collection)
        shutil.rmtree(edition, ignore_errors=True)
