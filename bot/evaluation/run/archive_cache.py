"""Articles -> a library for an evaluation: built once, kept by its content, and opened again while nothing changed.

The libraries lie in the folder `evaluation` of CLIPPINGS_HOME, each named by a hash of what it was made from, so that
one that is there is the right one. What is asked of them is left to the plugin and the command.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import time
import warnings
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from bot import wiring
from retrieval.domain import Article, Rejected
from retrieval.errors import InputError, ModelError
from retrieval.index.catalog import FORMAT
from retrieval.index.library import Library
from retrieval.index.locking import report_write_errors
from retrieval.reading import reader
from retrieval.search.ranking import search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.answerer import Answerer
    from bot.settings import Settings
    from retrieval.encoder import Encoder
    from retrieval.index.locking import Progress

Source: TypeAlias = Path | Article | Mapping[str, Any]
"""A folder or file, an article, or the fields of one as in JSON Lines: `text`, maybe `id`, `title`, `author`, ..."""

FOLDER = "evaluation"
LOCK = "building.lock"
"""One lock for all of them: encoding takes all processors there are."""
BUILDING = "building-"
KEPT_DAYS = 30
"""Days that a library is kept after it was last used."""
PROBE = "Which articles are there?"
SHOWN = 5
"""Faults that one message names."""


class LeftOut(UserWarning):
    """A file in a folder that can't be read as an article, and is not in the library."""


def open_archive(
    sources: Sequence[Source],
    settings: Settings,
    *,
    encoder: Encoder | None = None,
    left_out: Callable[[Rejected], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Library:
    """Return a library of exactly these articles, found by its content or built now.

    `left_out` is told each file in a folder that can't be read; without it, a warning is. `progress` hears how far a
    building is. Raises InputError for a path
    that can't be read, articles that are none, and where there is no article at all. Any number of processes may ask
    for the same library at once: one builds it. A damaged one is built anew.
    """
    read = read_sources(sources, limit_bytes=int(settings.max_file_mb * 1_000_000))
    for rejected in read.left_out:
        (left_out or warn_left_out)(rejected)
    return _open_library(read.articles, settings, encoder or wiring.build_encoder(settings), progress)


def warn_left_out(rejected: Rejected) -> None:
    """Say that something was left out of an archive."""
    warnings.warn(f"left out of the archive: {rejected.source} {rejected.reason}.", LeftOut, stacklevel=2)


@dataclass(frozen=True, slots=True)
class ReadSources:
    """Articles as they were read, and what could not be."""

    articles: tuple[Article, ...]
    left_out: tuple[Rejected, ...] = ()


def read_sources(sources: Sequence[Source], *, limit_bytes: int = reader.LIMIT_BYTES) -> ReadSources:
    """Read articles from wherever they come; raise InputError for what was named and can't be read."""
    paths = [source for source in sources if isinstance(source, Path)]
    rows = [dict(source) for source in sources if isinstance(source, Mapping)]
    lines = io.BytesIO("".join(json.dumps(row, default=str) + "\n" for row in rows).encode())
    named = {*map(str, paths), *map(reader.source_of, paths), *(f"-:{number}" for number in range(1, len(rows) + 1))}
    offered = list(reader.read([*paths, *(["-"] if rows else [])], limit_bytes=limit_bytes, stdin=lines))
    rejected = [each for each in offered if isinstance(each, Rejected)]
    if wrong := [each for each in rejected if each.source in named]:
        more = f"; and {len(wrong) - SHOWN:,} more" if len(wrong) > SHOWN else ""
        raise InputError("; ".join(f"{_describe_source(each)}: {each.reason}" for each in wrong[:SHOWN]) + more + ".")
    found = [each for each in offered if isinstance(each, Article)]
    found += [source for source in sources if isinstance(source, Article)]
    if not found:
        where = ", ".join(map(str, paths)) or "what was given"
        raise InputError(f"no articles in {where}: give folders or files of {' '.join(reader.SUFFIXES)}.")
    ids = [article.id for article in found]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise InputError(f"two articles have the id {twice[0]!r}: give each its own.")
    return ReadSources(tuple(found), tuple(rejected))


@dataclass
class ArchiveCache:
    """The libraries of one test session, and who answers from them; to be closed."""

    _read: dict[tuple[object, ...], ReadSources] = field(default_factory=dict)
    _libraries: dict[tuple[object, ...], Library] = field(default_factory=dict)
    _encoders: dict[tuple[object, ...], Encoder] = field(default_factory=dict)
    _answerers: dict[tuple[Settings, Path], tuple[Library, Answerer]] = field(default_factory=dict)

    def library(self, sources: Sequence[Source], settings: Settings) -> Library:
        """Return the library of these articles, the same as long as nothing changed; see `built`."""
        limit = int(settings.max_file_mb * 1_000_000)
        stamp = (limit, *(_stamp_source(source) for source in sources))
        if stamp not in self._read:
            self._read[stamp] = read_sources(sources, limit_bytes=limit)
        for rejected in self._read[stamp].left_out:
            warn_left_out(rejected)
        key = (stamp, settings.home, settings.model, settings.precision, settings.passage_tokens)
        if key not in self._libraries:
            self._libraries[key] = _open_library(self._read[stamp].articles, settings, self._encoder(settings))
        return self._libraries[key]

    def answerer(self, library: Library, settings: Settings) -> Answerer:
        """Return who answers from a library under these settings, the same each time."""
        key = (settings, library.folder)
        known = self._answerers.get(key)
        if known is None or known[0] is not library:
            known = self._answerers[key] = (library, wiring.build_answerer(settings, library))
        return known[1]

    def close(self) -> None:
        """Let go of all libraries and models."""
        for library in self._libraries.values():
            library.close()
        for held in (self._read, self._libraries, self._encoders, self._answerers):
            held.clear()

    def _encoder(self, settings: Settings) -> Encoder:
        key = (settings.home, settings.model, settings.precision)
        if key not in self._encoders:
            self._encoders[key] = wiring.build_encoder(settings)
        return self._encoders[key]


def _stamp_source(source: Source) -> object:
    """Return what changes when an article does, without reading files."""
    if isinstance(source, Article):
        return source.id, source.content_hash
    if isinstance(source, Mapping):
        return json.dumps(dict(source), default=str)
    return tuple(_stamp_file(path) for path in reader.files([source]))


def _stamp_file(path: Path | Rejected) -> object:
    if isinstance(path, Rejected):
        return path
    with suppress(OSError):
        status = path.stat()
        return str(path), status.st_mtime_ns, status.st_size
    return str(path)


def _describe_source(rejected: Rejected) -> str:
    if rejected.source.startswith("-:"):
        return f"article {rejected.source.removeprefix('-:')} of those given"
    return rejected.source


def _open_library(
    read: Sequence[Article],
    settings: Settings,
    encoder: Encoder,
    progress: Callable[[Progress], None] | None = None,
) -> Library:
    home = settings.home / FOLDER
    place = home / _hash_contents(read, encoder, settings.passage_tokens)
    # Vectors stay in the folder even where a Chroma server is set: what is removed here would remain there.
    library = Library(place, encoder=encoder, passage_tokens=settings.passage_tokens, chroma_url="")
    if not _answers(library):
        with _only_builder(home):
            if not _answers(library):  # another process may have built it meanwhile
                _build(library, read, progress)
                _sweep(home, time.time())
    with suppress(OSError):  # a folder that can't be written can be read all the same
        os.utime(place)
    return library


def _hash_contents(read: Sequence[Article], encoder: Encoder, passage_tokens: int) -> str:
    """Return a hash of all that decides what is in a library."""
    made_of = [
        FORMAT,
        _hash_program(),
        encoder.fingerprint,
        passage_tokens,
        [(each.id, each.content_hash) for each in read],
    ]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]


@cache
def _hash_program() -> str:
    """Return a hash of the code that makes libraries: whoever changes how passages are split evaluates new ones."""
    root = Path(str(files("retrieval")))
    code = sorted((path.relative_to(root).as_posix(), path.read_bytes()) for path in root.rglob("*.py"))
    return hashlib.sha256(repr(code).encode()).hexdigest()


def _answers(library: Library) -> bool:
    """Say whether a library is there and answers; all of its stores are asked."""
    try:
        search(library, PROBE, k=1)
    except ModelError:
        raise
    except Exception:  # each store has its own kind of errors for a part that is missing
        library.close()
        return False
    return True


@contextmanager
def _only_builder(home: Path) -> Iterator[None]:
    """Hold the lock, however long another process builds: where it dies, the lock is free."""
    from filelock import FileLock

    with report_write_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / LOCK)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _build(library: Library, read: Sequence[Article], progress: Callable[[Progress], None] | None) -> None:
    """Build beside the place and move there, so that what stands in it is whole; needs the lock."""
    place = library.folder
    building, damaged = place.with_name(BUILDING + place.name), place.with_name(f"{BUILDING}damaged-{place.name}")
    for leftover in place.parent.glob(f"{BUILDING}*/"):  # whoever was at it was killed, or would hold the lock
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        with Library(building, encoder=library.encoder, passage_tokens=library.passage_tokens, chroma_url="") as fresh:
            report = fresh.ingest(read, progress=progress)
        if report.skipped:
            raise InputError("; ".join(f"{each.source}: {each.reason}" for each in report.skipped[:SHOWN]) + ".")
        with report_write_errors(place.parent):
            if place.exists():
                place.rename(damaged)
            building.rename(place)
    finally:
        for folder in (building, damaged):
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(home: Path, now: float) -> None:
    """Remove the libraries that nobody used for long; needs the lock."""
    for folder in home.iterdir():
        with suppress(OSError):
            if folder.is_dir() and folder.stat().st_mtime < now - KEPT_DAYS * 86_400:
                shutil.rmtree(folder.rename(home / f"{BUILDING}old-{folder.name}"), ignore_errors=True)
