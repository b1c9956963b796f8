"""Files uploaded on Discord -> articles, with a source by which a file that comes again updates its articles.

File names are untrusted: none leads out of the folder where the files are while they are read. Reading is left to
retrieval/reading.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import unicodedata
from collections import Counter
from contextlib import contextmanager
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from bot.discord import zip_uploads
from bot.discord.localisation import mark
from bot.progress import CountedArticles, count_articles
from bot.user_input import replace_surrogates
from retrieval.domain import LeftOutFiles, Rejection
from retrieval.errors import UnreadableError
from retrieval.reading import SINGLE_SUFFIXES, SUFFIXES, read_articles
from retrieval.reading.formats import describe_kind, get_suffix, may_be_read, tells_of_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.discord.zip_uploads import ZippedFile
    from retrieval.domain import Offered
    from retrieval.text.dates import DayOrder

LONGEST_NAME = 120
"""Bytes of a file's name; file systems take 255."""
UNSUPPORTED = mark("is not in a supported format; these are: {formats}")
TAKEN = mark("has the name of another file that came with it; rename one of them")


def sanitize_name(name: str) -> str:
    """Return the last part of a name, without forbidden characters; a long one is cut, with a hash to keep it unique.

    "../a/b: c.TXT" is "b_ c.TXT".
    """
    last = unicodedata.normalize("NFC", replace_surrogates(name)).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(each for each in last if unicodedata.category(each) not in ("Cc", "Cf", "Zl", "Zp"))
    bare = " ".join(re.sub(r'[<>:"|?*]', "_", kept).split()).strip(". ")
    if len(bare.encode()) <= LONGEST_NAME:
        return bare
    suffix = Path(bare).suffix[:16]
    digest = hashlib.sha256(bare.encode()).hexdigest()[:8]
    return bare.encode()[: LONGEST_NAME - 32].decode("utf-8", "ignore").rstrip() + f"-{digest}{suffix}"


def make_source(guild_id: int, name: str) -> str:
    """Return the source of the articles in a file of a server's, or of a person's own: the same for the same name."""
    owner = guild_id if guild_id > 0 else "own"
    return f"discord:{owner}/{sanitize_name(name) or 'a file without a name'}"


@contextmanager
def read_uploads(
    files: Sequence[tuple[str, bytes | Path]],
    *,
    guild_id: int,
    limit_bytes: int,
    limit_seconds: float,
    date_order: DayOrder = "",
) -> Iterator[CountedArticles]:
    """Yield the articles of files, (name, content or where it is), and what can't be read; within the context only.

    What is in a zip file is unpacked when its turn comes. The `date_order` tells which day 03/04/2026 is.
    """
    with tempfile.TemporaryDirectory(prefix="clippings-upload-") as folder:
        taken = _Uploads(Path(folder), guild_id, limit_bytes)
        for name, content in files:
            taken.add(name, content)
        articles = read_articles(
            taken.unpack(),
            limit_bytes=limit_bytes,
            limit_seconds=limit_seconds,
            date_order=date_order,
            named=taken.sources.__getitem__,
        )
        yield CountedArticles(chain(articles, taken.list_unread()), taken.expected)


def check_format(name: str) -> str:
    """Say why a file can't be read, as far as its name tells; empty where it can."""
    known = PurePosixPath(name).suffix.lower() in (*SUFFIXES, zip_uploads.SUFFIX)
    formats = " ".join((*SUFFIXES, zip_uploads.SUFFIX))
    return "" if known else UNSUPPORTED.format(formats=formats)


class _Uploads:
    """The files of one upload, each with its source; `list_unread` is complete once all were unpacked."""

    def __init__(self, folder: Path, guild_id: int, limit_bytes: int) -> None:
        self.sources: dict[Path, str] = {}
        self._taken: set[str] = set()
        self.expected = 0
        """How many articles there will be; 0 while that is unknown."""
        self._folder, self._guild_id, self._limit = folder, guild_id, limit_bytes
        self._paths: list[Path] = []
        self._zipped: dict[Path, list[ZippedFile]] = {}
        self._refused: list[Rejection] = []
        self._left_out: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._counted = True

    def add(self, name: str, content: bytes | Path) -> None:
        """Take a file in, or refuse it."""
        source, safe = make_source(self._guild_id, name), sanitize_name(name)
        if reason := check_format(safe) or (TAKEN if source in self._taken else ""):
            self._refuse(source, reason)
            return
        self._taken.add(source)
        path = self._store(safe, content) if isinstance(content, bytes) else content
        self.sources[path] = source
        if path.suffix.lower() == zip_uploads.SUFFIX:
            self._add_zip(path, source)
        else:
            self._paths.append(path)
            self._count(count_articles([str(path)]))

    def unpack(self) -> Iterator[Path]:
        """Yield the paths of all files; what is unpacked is there until the next is asked for."""
        for path in self._paths:
            if path in self._zipped:
                yield from self._unpack_zip(path)
            else:
                yield path

    def list_unread(self) -> Iterator[Offered]:
        """Yield what could not be read, and what was left out of zip files."""
        yield from self._refused
        for kind, count in self._left_out.most_common():
            yield LeftOutFiles(kind, count, self._examples[kind])

    def _unpack_zip(self, zipped: Path) -> Iterator[Path]:
        for each in self._zipped[zipped]:
            source = f"{self.sources[zipped]}/{'/'.join(filter(None, map(sanitize_name, each.parts)))}"
            if source in self._taken:
                self._refused.append(Rejection(source, TAKEN))
                continue
            self._taken.add(source)
            # A folder for each: what was read once is not read again under the same path.
            place = self._folder / f"unpacked-{len(self._taken)}" / sanitize_name(each.path)
            place.parent.mkdir()
            try:
                zip_uploads.unpack_file(zipped, each.path, place, limit_bytes=self._limit)
                self.sources[place] = source
                yield place
            except UnreadableError as error:
                self._refused.append(Rejection(source, str(error)))
            finally:
                shutil.rmtree(place.parent, ignore_errors=True)

    def _add_zip(self, path: Path, source: str) -> None:
        try:
            found = zip_uploads.list_zipped(path, limit_bytes=self._limit)
        except UnreadableError as error:
            self._refuse(source, str(error))
            return
        readable = []
        for each in found:
            safe = sanitize_name(each.path)
            if each.hidden or tells_of_folder(safe) or not may_be_read(safe) or not get_suffix(safe):
                kind = "hidden" if each.hidden else describe_kind(safe)
                self._left_out[kind] += 1
                self._examples.setdefault(kind, f"{source}/{safe}")
            else:
                readable.append(each)
        if not readable:
            self._refuse(source, mark("holds no file in a supported format"))
            return
        self._zipped[path] = readable
        self._paths.append(path)
        self._count(len(readable) if all(get_suffix(each.path) in SINGLE_SUFFIXES for each in readable) else 0)

    def _count(self, count: int) -> None:
        """Add to what is expected, as long as that can be told of every file; 0 is unknown."""
        self._counted = self._counted and bool(count)
        self.expected = self.expected + count if self._counted else 0

    def _refuse(self, source: str, reason: str) -> None:
        self._refused.append(Rejection(source, reason))
        self.expected += self._counted

    def _store(self, name: str, content: bytes) -> Path:
        path = self._folder / str(len(self.sources)) / name
        path.parent.mkdir()
        path.write_bytes(content)
        return path
