"""Articles -> a library for an evaluation: built once, kept by its content, and opened again while nothing changed.

The libraries are in the folder `evaluation` of CLIPPINGS_HOME, each named by a hash of what it was made from. What is
asked of them is left to the plugin and the command.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import shutil
import time
import warnings
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from bot import wiring
from retrieval.domain import Article, LeftOutFiles, Rejection
from retrieval.errors import InputError, ModelError
from retrieval.index import FORMAT, Library, report_write_errors, write_lock
from retrieval.reading import SUFFIXES, find_files, read_articles, resolve_source
from retrieval.search.ranking import search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.answerer import Answerer
    from bot.settings import Settings
    from retrieval.encoder import Encoder
    from retrieval.index import Progress

Source: TypeAlias = Path | Article | Mapping[str, Any]
"""A folder or file, an article, or the fields of one as in JSON Lines: `text`, maybe `id`, `title`, `author`, ..."""

FOLDER = "evaluation"
COMPLETE = "complete"
"""A file in the folder of a library that was built to its end."""
UNUSED_DAYS = 30
"""Days that a library is kept after it was last used."""
PROBE = "Which articles are there?"
SHOWN_FAULTS = 5
"""Faults that one message names."""


class LeftOut(UserWarning):
    """A file in a folder that can't be read as an article, and is not in the library."""


def open_archive(
    sources: Sequence[Source],
    settings: Settings,
    *,
    encoder: Encoder | None = None,
    left_out: Callable[[Rejection], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Library:
    """Return a library of exactly these articles, found by its content or built now.

    `left_out` gets each file in a folder that can't be read; without it, a warning is given. `progress` gets how far
    building is. Raises InputError for a path that can't be read, articles that are none, and where there is no article
    at all. Any number of processes may ask for the same library at once: one builds it. A damaged one is rebuilt.
    """
    read = read_sources(sources, settings)
    for rejected in read.left_out:
        (left_out or warn_left_out)(rejected)
    return _open_library(read.articles, settings, encoder or wiring.build_encoder(settings), progress)


def warn_left_out(rejected: Rejection) -> None:
    """Warn that something was left out of an archive."""
    warnings.warn(f"left out of the archive: {rejected.source} {rejected.reason}.", LeftOut, stacklevel=2)


@dataclass(frozen=True, slots=True)
class ReadSources:
    """Articles as they were read, and the files in folders that could not be."""

    articles: tuple[Article, ...]
    left_out: tuple[Rejection, ...] = ()


def read_sources(sources: Sequence[Source], settings: Settings) -> ReadSources:
    """Read articles from wherever they come; raise InputError for what was named and can't be read."""
    paths = [source for source in sources if isinstance(source, Path)]
    rows = [dict(source) for source in sources if isinstance(source, Mapping)]
    lines = io.BytesIO("".join(json.dumps(row, default=str) + "\n" for row in rows).encode())
    named = {*map(str, paths), *map(resolve_source, paths), *(f"-:{number}" for number in range(1, len(rows) + 1))}
    offered = list(
        read_articles(
            [*paths, *(["-"] if rows else [])],
            limit_bytes=int(settings.max_file_mb * 1_000_000),
            limit_seconds=settings.max_file_seconds,
            date_order=settings.date_order,
            stdin=lines,
        )
    )
    rejected = [each for each in offered if isinstance(each, Rejection)]
    if wrong := [each for each in rejected if each.source in named]:
        more = f"; and {len(wrong) - SHOWN_FAULTS:,} more" if len(wrong) > SHOWN_FAULTS else ""
        raise InputError(
            "; ".join(f"{_describe_source(each)}: {each.reason}" for each in wrong[:SHOWN_FAULTS]) + more + "."
        )
    found = [each for each in offered if isinstance(each, Article)]
    found += [source for source in sources if isinstance(source, Article)]
    if not found:
        where = ", ".join(map(str, paths)) or "what was given"
        raise InputError(f"no articles in {where}: give folders or files of {' '.join(SUFFIXES)}.")
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

    def open_library(self, sources: Sequence[Source], settings: Settings) -> Library:
        """Return the library of these articles, the same as long as nothing changed; see `open_archive`."""
        limits = (settings.max_file_mb, settings.max_file_seconds, settings.date_order)
        stamp = (*limits, *(_stamp_source(source) for source in sources))
        if stamp not in self._read:
            self._read[stamp] = read_sources(sources, settings)
        for rejected in self._read[stamp].left_out:
            warn_left_out(rejected)
        key = (stamp, settings.home, settings.model, settings.precision, settings.passage_tokens)
        if key not in self._libraries:
            self._libraries[key] = _open_library(self._read[stamp].articles, settings, self._build_encoder(settings))
        return self._libraries[key]

    def build_answerer(self, library: Library, settings: Settings) -> Answerer:
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

    def _build_encoder(self, settings: Settings) -> Encoder:
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
    return tuple(_stamp_file(path) for path in find_files([source]))


def _stamp_file(path: Path | Rejection | LeftOutFiles) -> object:
    if not isinstance(path, Path):
        return path
    with suppress(OSError):
        status = path.stat()
        return str(path), status.st_mtime_ns, status.st_size
    return str(path)


def _describe_source(rejected: Rejection) -> str:
    if rejected.source.startswith("-:"):
        return f"article {rejected.source.removeprefix('-:')} of those given"
    return rejected.source


def _open_library(
    articles: Sequence[Article],
    settings: Settings,
    encoder: Encoder,
    progress: Callable[[Progress], None] | None = None,
) -> Library:
    home = settings.home / FOLDER
    folder = home / _hash_contents(articles, encoder, settings.passage_tokens)
    # Vectors stay in the folder even where a Chroma server is set: what is removed here would remain there.
    library = Library(folder, encoder=encoder, passage_tokens=settings.passage_tokens, chroma_url="")
    with ExitStack() as opened:
        opened.enter_context(library)
        if not _is_complete(library):
            # One lock for all libraries: encoding takes all processors there are.
            with write_lock(home, math.inf, progress or (lambda _: None)):
                if not _is_complete(library):  # another process may have built it meanwhile
                    _remove_leftovers(home, time.time())
                    _build(library, articles, progress)
        opened.pop_all()  # the caller closes it
    with suppress(OSError):  # a folder that can't be written can be read all the same
        os.utime(folder)
    return library


def _hash_contents(articles: Sequence[Article], encoder: Encoder, passage_tokens: int) -> str:
    """Return a hash of all that decides what is in a library."""
    made_of = [FORMAT, _hash_program(), encoder.fingerprint, passage_tokens, [(a.id, a.content_hash) for a in articles]]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]


@cache
def _hash_program() -> str:
    """Return a hash of the code that makes libraries: whoever changes how passages are split evaluates new ones."""
    root = Path(str(files("retrieval")))
    code = sorted((path.relative_to(root).as_posix(), path.read_bytes()) for path in root.rglob("*.py"))
    return hashlib.sha256(repr(code).encode()).hexdigest()


def _is_complete(library: Library) -> bool:
    """Say whether a library was built to its end and answers; all of its stores are asked."""
    if not (library.folder / COMPLETE).exists():
        return False
    try:
        search(library, PROBE, k=1)
    except ModelError:
        raise
    except Exception:  # each store has its own kind of errors for a part that is missing
        library.close()
        return False
    return True


def _build(library: Library, articles: Sequence[Article], progress: Callable[[Progress], None] | None) -> None:
    """Ingest the articles; what is interrupted or can't be completed is removed. Needs the lock."""
    shutil.rmtree(library.folder, ignore_errors=True)
    try:
        report = library.ingest(articles, progress=progress)
        if report.skipped:
            raise InputError("; ".join(f"{each.source}: {each.reason}" for each in report.skipped[:SHOWN_FAULTS]) + ".")
        with report_write_errors(library.folder):
            (library.folder / COMPLETE).touch()
    except BaseException:
        library.close()
        shutil.rmtree(library.folder, ignore_errors=True)
        raise


def _remove_leftovers(home: Path, now: float) -> None:
    """Remove what killed builds left, and libraries that nobody has used for long; needs the lock."""
    for folder in home.iterdir():
        with suppress(OSError):
            unused = folder.stat().st_mtime < now - UNUSED_DAYS * 86_400
            if folder.is_dir() and (unused or not (folder / COMPLETE).exists()):
                shutil.rmtree(folder, ignore_errors=True)
