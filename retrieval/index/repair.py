"""Mends a library: what the catalog holds is made again from it, and of a damaged catalog what can be read is saved."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from retrieval.index.ingest import ingest
from retrieval.index.integrity import find_problems
from retrieval.index.locking import Progress, report_write_errors, write_lock
from retrieval.index.own_threshold import remove_own_threshold
from retrieval.index.versions import find_current_version, get_version_folder, make_current
from retrieval.index.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.index.versions import IndexConfig

_MADE_AGAIN = {
    "checksums": "the checksums of all files were written again",
    "register": "the list of articles was written again from the catalog",
    "lexical": "the lexical index was made again from the catalog",
    "vectors": "the vector index was made again from the catalog",
}


def repair(
    folder: Path, config: IndexConfig, *, deep: bool, wait: float, progress: Callable[[Progress], None]
) -> Iterator[str]:
    """Do what `Library.repair` promises."""
    damaged = {each.damaged for each in find_problems(folder, config, deep=deep)}
    if "threshold" in damaged and remove_own_threshold(folder):
        yield "the threshold of the library's own was not readable: the default holds again"
    if not (number := find_current_version(folder)):
        return
    if "catalog" in damaged:
        report = ingest(folder, config, (), prune=(), rebuild=True, wait=wait, progress=progress, today=date.today())
        saved = f"{report.passages:,} passages" if report.passages else "no article could be read: ingest all of them"
        yield f"the catalog was damaged, and what could be read of it was saved and encoded again: {saved}"
        yield from (f"{each.source} {each.reason}" for each in report.skipped)
        return
    with write_lock(folder, wait, progress):
        if "pointer" in damaged:
            with report_write_errors(folder):
                make_current(folder, number)
            yield "`current` names the library's version again"
        if damaged & _MADE_AGAIN.keys():
            with closing(Writer(get_version_folder(folder, number), config.encoder, progress=progress)) as writer:
                writer.renew(lexical="lexical" in damaged, vectors="vectors" in damaged, register="register" in damaged)
                writer.finish()
            yield from (made for part, made in _MADE_AGAIN.items() if part in damaged)
