"""Fills the disk of a library, a small one that is mounted for it, and makes room again.

Used by test_disk_full.py and by `python -m tests.benchmarks.faults`.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from retrieval.domain import Filter
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.domain import Article
    from retrieval.index import Library

BYTES = 12_000_000
STEPS = {
    "retrieval.index.lexical.LexicalWriter.add": 0,
    "retrieval.index.lexical.LexicalWriter.commit": 0,
    "retrieval.index.catalog.Catalog.put": 0,
    "retrieval.index.publishing.publish": 1,
    "retrieval.index.catalog.Catalog.clear_removed": 1,
}
"""What may find no room, and how many articles an ingest of one had added before it, where each is published."""
EACH_IS_PUBLISHED = "retrieval.index.publishing.MAX_WAITING", 0


@contextmanager
def mount_small_disk(folder: Path) -> Iterator[Path | None]:
    """Mount a file system of 12 MB at a new folder; give None where that is not allowed, as it is to root on Linux."""
    folder.mkdir()
    command = ("mount", "-t", "tmpfs", "-o", f"size={BYTES}", "tmpfs", folder)
    allowed = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount")
    if not allowed or subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # an error that was raised may hold files open


def make_long_article(number: int) -> Article:
    """Make an article of words that no other has, which take room in every store."""
    letters = random.Random(number)
    words = (" ".join("".join(letters.choices("abcdefghijklmnop", k=8)) for _ in range(3_000)),)
    return replace(make_article(number), text=" ".join((make_article(number).text, *words)))


def fill_library(library: Library) -> None:
    """Ingest long articles until something is raised."""
    for number in range(1, 100):
        library.ingest([make_long_article(number), make_long_article(number + 1_000)])


def fill_up(disk: Path) -> None:
    """Leave no room on a disk."""
    with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(bytes(100_000)):
            pass


def count_found(library: Library) -> int:
    """Return how many passages a question finds, 10 where there are so many."""
    return library.read(lambda view: len(view.search_dense(FakeEncoder().encode_question("harbour"), 10, Filter())))


def report_full(*_: Any, **__: Any) -> None:
    """Stand for a step that finds no room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
