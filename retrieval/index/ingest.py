"""Articles -> a library: which version of it takes them in, an updated or a rebuilt one, and what that is made from.

What is new, changed, unchanged or gone is left to intake.py, and how one version is written so that it can stop at any
moment to writer.py.
"""

from __future__ import annotations

import operator
import os
import re
import shutil
import sqlite3
import tempfile
import time
import uuid
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.domain import Article, IngestReport, Rejection, UnchangedFile
from retrieval.errors import ArticleMissing, ClippingsError, LibraryMismatch, LibraryMissing
from retrieval.index.catalog import Catalog
from retrieval.index.catalog_errors import explain_catalog_errors
from retrieval.index.contents import KnownContents
from retrieval.index.intake import Intake
from retrieval.index.integrity import find_catalog_damage
from retrieval.index.library_state import State
from retrieval.index.locking import Progress, check_room, report_write_errors, write_lock
from retrieval.index.register import read_register
from retrieval.index.salvage import Salvage
from retrieval.index.vectors import forget_collection, list_article_ids
from retrieval.index.versions import (
    IndexConfig,
    find_current_version,
    get_catalog_path,
    get_version_folder,
    make_current,
    names_current_version,
)
from retrieval.index.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from retrieval.domain import FindFile, Offered

UNCHANGED_PER_REPORT = 100
KEPT_ASIDE = "damaged"
"""Where a damaged catalog is kept, in the folder of its library."""


def ingest(
    folder: Path,
    config: IndexConfig,
    articles: Iterable[Offered] | Callable[[FindFile], Iterable[Offered]],
    *,
    prune: Sequence[str],
    rebuild: bool,
    wait: float,
    progress: Callable[[Progress], None],
    today: date,
) -> IngestReport:
    """Do what `Library.ingest` promises."""
    started = time.monotonic()
    with ExitStack() as stack:
        number = find_current_version(folder)
        check_room(folder, copied=_find_copied(folder, number, rebuild=rebuild), rebuilds=rebuild)
        stack.enter_context(write_lock(folder, wait, progress))
        number = find_current_version(folder)
        stack.enter_context(explain_catalog_errors(get_catalog_path(get_version_folder(folder, number))))
        if number and not names_current_version(folder):
            _activate(folder, number)
        _remove_other_versions(folder, number)
        lost: list[Rejection] = []
        old = stack.enter_context(_open_known(folder, number, lost)) if number and rebuild else None
        state = None if number and not rebuild else _make_state(folder, config, old)
        version = get_version_folder(folder, number + 1 if state else number)
        writer = stack.enter_context(closing(Writer(version, config.encoder, state=state, progress=progress)))
        if not state:
            _prepare_update(folder, number, config, writer)
        elif not old:
            _activate(folder, number + 1)  # nothing answers yet: let articles be found as they come in
        known = old or writer.catalog
        intake = Intake(
            known, writer, KnownContents(known), today=today, kept_versions=config.kept_versions, rebuilds=bool(old)
        )
        find_file = _find_no_file if old else writer.catalog.find_file
        offered = articles(find_file) if callable(articles) else articles
        expected, done = operator.length_hint(offered, 0), 0
        for each in offered:
            done += _count_articles(each)
            if intake.take(each) or not done % UNCHANGED_PER_REPORT:
                progress(Progress("Reading", done, max(expected, done) if expected else None))
        pruned = intake.list_pruned(prune)
        if old:
            intake.carry_over(without=pruned)
        else:
            writer.remove(pruned)
        writer.finish()
        if old:
            _activate(folder, number + 1)
    return IngestReport(
        added=intake.counts["added"],
        updated=intake.counts["updated"],
        unchanged=intake.counts["unchanged"],
        removed=len(pruned),
        skipped=(
            *(each for each in intake.rejected if not intake.is_pruned(each)),
            *(each for each in lost if each.source not in intake.sources),
        ),
        passages=writer.encoded,
        seconds=time.monotonic() - started,
        moved=intake.counts["moved"],
        copies=tuple(intake.copies),
        doubtful=tuple(intake.doubtful),
        left_out=tuple(intake.left_out),
        field_names=tuple(intake.field_names),
        doubtful_dates=tuple(intake.doubtful_dates),
    )


def remove(folder: Path, config: IndexConfig, ids: Sequence[str], *, wait: float) -> None:
    """Do what `Library.remove` promises."""
    if not (number := find_current_version(folder)):
        raise LibraryMissing(f"the library {folder.name!r} is empty: there is nothing to remove")
    with (
        write_lock(folder, wait, lambda _: None),
        explain_catalog_errors(get_catalog_path(get_version_folder(folder, number))),
        closing(Writer(get_version_folder(folder, number), config.encoder, progress=lambda _: None)) as writer,
    ):
        wanted = list(dict.fromkeys(ids))
        if unknown := [each for each in wanted if writer.catalog.get_content_hash(each) is None]:
            raise ArticleMissing(
                f"no article has the id {', '.join(map(repr, unknown))}: `clippings articles` lists them"
            )
        writer.remove(wanted)
        writer.finish()


def _find_no_file(_source: str, _stamp: str) -> None:
    """Know no file: a rebuild reads all of them."""


def _count_articles(offered: Offered) -> int:
    """Return for how many articles something offered stands; what is said of files and of all together, for none."""
    if isinstance(offered, UnchangedFile):
        return len(offered.article_ids)
    return int(isinstance(offered, Article | Rejection))


def _make_state(folder: Path, config: IndexConfig, old: Catalog | None) -> State:
    slug = re.sub(r"[^a-zA-Z0-9]+", "-", folder.name).strip("-")[:40]
    return State(
        fingerprint=config.encoder.fingerprint,
        dimension=config.encoder.dimension,
        passage_tokens=config.passage_tokens,
        generation=old.get_state().generation + 1 if old else 0,
        store=config.chroma_url,
        collection=f"clippings-{slug}-{uuid.uuid4().hex[:12]}",
    )


def _prepare_update(folder: Path, number: int, config: IndexConfig, writer: Writer) -> None:
    """Refuse to mix vectors of two models or passages of two lengths; bring format and Chroma to what is wanted."""
    state = writer.catalog.get_state()
    built, wanted = (state.fingerprint, state.passage_tokens), (config.encoder.fingerprint, config.passage_tokens)
    if built != wanted:
        raise LibraryMismatch(
            f"the library {folder} was built with the model {built[0]} and passages of {built[1]} tokens, not "
            f"{wanted[0]} and {wanted[1]}: set CLIPPINGS_MODEL and CLIPPINGS_PASSAGE_TOKENS so again, or "
            "`clippings ingest` with --rebuild"
        )
    if not writer.catalog.is_complete:
        _activate(folder, number)  # says that an older Clippings can't read it any more, before that is so
        writer.upgrade()
    if state.store != config.chroma_url:
        writer.move(config.chroma_url)


def _find_copied(folder: Path, number: int, *, rebuild: bool) -> Path | None:
    """Return the folder of which an ingest makes a second one before it takes the first away."""
    version = get_version_folder(folder, number)
    return version if rebuild and number else next(version.glob("vectors-*"), None)


def _open_catalog(version: Path) -> closing[Catalog]:
    return closing(Catalog(get_catalog_path(version)))


@contextmanager
def _open_known(folder: Path, number: int, lost: list[Rejection]) -> Iterator[Catalog]:
    """Open the catalog that a rebuild starts from, or a new one with what can be saved of it; `lost` is added to."""
    version = get_version_folder(folder, number)
    if not find_catalog_damage(version):
        with _open_catalog(version) as catalog:
            yield catalog
        return
    with report_write_errors(folder), tempfile.TemporaryDirectory(prefix="salvage-", dir=folder) as place:
        damaged = get_catalog_path(version)
        kept = _keep_aside(damaged, folder)
        salvage = Salvage(damaged)
        with closing(Catalog(Path(place) / damaged.name, state=State("", 0, 0))) as catalog:
            for article, content_hash, validity in salvage.read_articles():
                with catalog.transaction():
                    catalog.drop(article.id)
                    catalog.put(article, content_hash, [], first_number=1, validity=validity)
            reason = f"was in a damaged part of the catalog, which is kept as {kept}: ingest it again"
            known = {key: "" for each in version.glob("vectors-*") for key in list_article_ids(each)}
            lost += [Rejection(source, reason) for source in salvage.list_lost(known | read_register(version))]
            yield catalog


def _keep_aside(damaged: Path, folder: Path) -> Path:
    """Keep a damaged catalog under another name, with its log, while its version is replaced."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    for file in (each for each in damaged.parent.glob(f"{damaged.name}*") if not each.name.endswith("-shm")):
        kept = folder / KEPT_ASIDE / file.name.replace(damaged.stem, f"{damaged.stem}-{stamp}")
        kept.parent.mkdir(exist_ok=True)
        try:
            os.link(file, kept)
        except OSError:  # a file system without hard links
            shutil.copy(file, kept)
    return folder / KEPT_ASIDE / damaged.name.replace(damaged.stem, f"{damaged.stem}-{stamp}")


def _activate(folder: Path, number: int) -> None:
    """Let a version answer from now on, and remove the others."""
    with report_write_errors(folder):
        make_current(folder, number)
    _remove_other_versions(folder, number)


def _remove_other_versions(folder: Path, number: int) -> None:
    """Remove versions that do not answer: replaced ones, and those whose writer did not come to the end."""
    for version in (folder / "editions").glob("*"):
        if version.name == str(number):
            continue
        with suppress(ClippingsError, sqlite3.Error), _open_catalog(version) as catalog:
            if (state := catalog.get_state()).store:
                forget_collection(state.store, state.collection)
        shutil.rmtree(version, ignore_errors=True)
