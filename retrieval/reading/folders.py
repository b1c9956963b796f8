"""Paths -> the files to read, each once, and what of the folders is left out.

Opens files only where their names do not tell their format. Reading them is left to reader.py.
"""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from retrieval.domain import LeftOutFiles, Rejection
from retrieval.reading.formats import (
    FORMATS,
    HEAD_BYTES,
    SUFFIXES,
    describe_kind,
    get_suffix,
    may_be_read,
    recognise,
    tells_of_folder,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

READ_ERRORS = (OSError, EOFError, zlib.error)
"""What opening and reading a file may raise, packed or not."""
HIDDEN = "hidden"

_GZIP = b"\x1f\x8b"
# Files that may be articles, but are not read: each is reported with its name.
_DOCUMENTS = (".doc", ".pages", ".wpd", ".mobi", ".azw3", ".fb2", ".msg")


@dataclass(frozen=True, slots=True)
class _Unread:
    """A file of a folder that holds no article, and what it is counted as."""

    path: Path
    kind: str


def find_files(paths: Iterable[Path | str], *, follow_links: bool = False) -> Iterator[Path | Rejection | LeftOutFiles]:
    """Yield the files that `read_articles` opens, each once whatever links lead to it; "-" becomes Path("-").

    At the end comes what was left out of the folders, the most frequent kinds first.
    """
    seen: set[str] = set()
    left_out: dict[str, LeftOutFiles] = {}
    for given in paths:
        if str(given) == "-":
            yield Path("-")
            continue
        for found in _walk(Path(given).expanduser(), follow_links):
            if isinstance(found, Rejection):
                yield found
                continue
            path = found.path if isinstance(found, _Unread) else found
            real = os.path.realpath(path)
            if real in seen:
                continue
            seen.add(real)
            if isinstance(found, Path):
                yield found
                continue
            before = left_out.get(found.kind) or LeftOutFiles(found.kind, 0, show_path(path))
            left_out[found.kind] = replace(before, count=before.count + 1)
    yield from sorted(left_out.values(), key=lambda each: -each.count)


def find_format(path: Path) -> str:
    """Return the suffix that stands for the format of a file, by its name or its first bytes; "" for none."""
    suffix = get_suffix(path.name)
    if suffix in FORMATS:
        return suffix
    with open_file(path) as file:
        return recognise(file.read(HEAD_BYTES))


def open_file(path: Path) -> BinaryIO:
    """Open a file to be read; what is packed with gzip is unpacked."""
    file = path.open("rb")
    packed = path.suffix.lower() == ".gz"
    if not packed and not get_suffix(path.name):
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
    if not packed:
        return file
    file.close()
    return cast("BinaryIO", gzip.open(path))


def resolve_source(path: Path) -> str:
    """Return the resolved path as `Article.source` has it; bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(os.path.realpath(path)).decode("utf-8", "replace")


def show_path(path: Path) -> str:
    """Return a path as it was given, for messages."""
    return os.fsencode(path).decode("utf-8", "replace")


def explain_read_error(error: Exception) -> str:
    """Say why a file can't be read, and what to do."""
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        return "is no whole gzip file; it may be cut off, fetch it again"
    known: dict[type[Exception], str] = {
        FileNotFoundError: "is a link that leads nowhere; mount what it leads to, or mend it",
        PermissionError: "can't be read: permission denied; change its permissions",
    }
    reason = getattr(error, "strerror", None) or error
    return known.get(type(error), f"can't be read: {reason}; check the file and its disk")


def _walk(top: Path, follow_links: bool) -> Iterator[Path | Rejection | _Unread]:
    """Yield the files of a path given by the user; each folder is entered once, links to it included."""
    name = resolve_source(top)
    try:
        mode = top.stat().st_mode
    except OSError as error:
        missing = isinstance(error, FileNotFoundError) and not top.is_symlink()
        reason = "no such file or folder; check the spelling" if missing else explain_read_error(error)
        yield Rejection(show_path(top), reason)
        return
    if stat.S_ISREG(mode):
        known = may_be_read(top.name)
        yield top if known else Rejection(name, f"is not in a supported format; these are: {' '.join(SUFFIXES)}")
        return
    if not stat.S_ISDIR(mode):
        yield Rejection(name, "is neither a file nor a folder; pipe JSON Lines into - instead")
        return
    entered: set[str] = set()
    waiting = [top]
    while waiting:
        path = waiting.pop()
        if path.name.startswith(".") and path != top:
            yield _Unread(path, HIDDEN)
            continue
        try:
            if not path.is_dir():
                yield _judge(path, top, follow_links)
            elif not follow_links and path.is_symlink() and _leads_out(path, top):
                yield _refuse_link(path)
            elif (real := os.path.realpath(path)) not in entered:
                entered.add(real)
                waiting += sorted(path.iterdir(), key=lambda entry: entry.name, reverse=True)
        except READ_ERRORS as error:
            yield Rejection(show_path(path), explain_read_error(error))


def _judge(path: Path, top: Path, follow_links: bool) -> Path | Rejection | _Unread:
    """Return a file in a folder as it is to be read, refused or counted."""
    unread = _Unread(path, describe_kind(path.name))
    named = may_be_read(path.name) and not tells_of_folder(path.name)
    if path.is_symlink() and get_suffix(path.name) not in SUFFIXES and not path.exists():
        return unread
    if named and not follow_links and path.is_symlink() and _leads_out(path, top):
        return _refuse_link(path)
    if not stat.S_ISREG(path.stat().st_mode):
        return Rejection(resolve_source(path), "is a pipe, a socket or a device, and no file; leave it out")
    if (suffix := get_suffix(path.name)) in _DOCUMENTS:
        return Rejection(
            resolve_source(path), f"looks like an article but {suffix} is not read; export it as text or HTML"
        )
    return path if named and find_format(path) else unread


def _refuse_link(path: Path) -> Rejection:
    return Rejection(show_path(path), "is a link that leads out of the folder; --follow-links reads it")


def _leads_out(link: Path, folder: Path) -> bool:
    return not Path(os.path.realpath(link)).is_relative_to(os.path.realpath(folder))
