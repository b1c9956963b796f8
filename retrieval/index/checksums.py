"""Checksums of all files of a version, written when it is published: what anyone finds is what was written.

They hold for a version at rest. Before a writer changes anything it takes them away, and the library is read unchecked,
as one of an earlier version of Clippings is, until they are written again. With each goes the time at which its file
was changed last: where that and the size are as noted, who only asks need not read it.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError
from retrieval.index.small_files import read_small_file, write_small_file
from retrieval.index.store_errors import explain_outer_cause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "checksums.json"
CHUNK_BYTES = 1 << 20
ALWAYS_READ = ".bin"
"""Of Chroma's vectors: compiled code follows whatever they hold, and ends the process where that is damaged."""


@dataclass(frozen=True, slots=True)
class Checksums:
    """Size and CRC-32 of each file, by its path in the version, as they were at a generation of its catalog.

    `times` are when files were changed last, in nanoseconds; a copy of a library has others, an old note none.
    """

    generation: int
    files: dict[str, tuple[int, int]]
    times: dict[str, int]

    def find_changes(self, version: Path, store: str = "", *, trusts_times: bool) -> Iterator[str]:
        """Yield the files that are missing or other than they were; with a store's name, those of that store alone."""
        for name, (size, checksum) in self.files.items():
            if store and name != store and not name.startswith(f"{store}/"):
                continue
            path = version / name
            try:
                found = path.stat()
                trusted = trusts_times and path.suffix != ALWAYS_READ
                untouched = trusted and found.st_mtime_ns == self.times.get(name)
                if found.st_size != size or not (untouched or _sum_up(path) == checksum):
                    yield name
            except (FileNotFoundError, NotADirectoryError):
                yield name


def write_checksums(version: Path, generation: int, compared: Checksums | None = None) -> None:
    """Note what each file of a version at rest is; nothing is noted where there is no room for it.

    `compared` are those that were just compared: files that have the same time and size since are not read again.
    """
    before = compared or Checksums(0, {}, {})
    times, files = dict[str, int](), dict[str, tuple[int, int]]()
    for name, path in sorted(_list_files(version)):
        found, (size, checksum) = path.stat(), before.files.get(name, (-1, 0))
        untouched = (found.st_size, found.st_mtime_ns) == (size, before.times.get(name))
        times[name] = found.st_mtime_ns
        files[name] = found.st_size, checksum if untouched else _sum_up(path)
    with suppress(OSError):
        write_small_file(version / FILE, {"generation": generation, "files": files, "times": times})


def read_checksums(version: Path) -> Checksums | None:
    """Return what was noted, None where nothing was; raise ValueError when the note itself is damaged."""
    try:
        found = read_small_file(version / FILE)
        files = {str(name): (int(size), int(checksum)) for name, (size, checksum) in found["files"].items()}
        times = {str(name): int(time) for name, time in found.get("times", {}).items()}
        return Checksums(int(found["generation"]), files, times)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is not what was written ({error})") from error


def find_changed_file(version: Path, store: str, generation: int, *, trusts_times: bool = False) -> Path | None:
    """Return a file of a store, "" for any, that is not what was written; None where none is, or none can be told.

    None can be told while a writer is at work, or after one that did not come to its end. With `trusts_times`, a file
    of the size and time that it was written with is not read, vectors aside: 500 MB take 0.2 s of a processor.
    """
    try:
        noted = read_checksums(version)
        if not noted or noted.generation != generation:
            return None
        changed = next(noted.find_changes(version, store, trusts_times=trusts_times), None)
        still = changed and read_checksums(version) == noted
    except ValueError:  # the note itself is damaged, which keeps no answer back
        return None
    except OSError as error:
        raise explain_outer_cause(version, error) or LibraryError(f"{version} can't be read ({error})") from error
    return version / changed if changed and still else None


def take_checksums(version: Path) -> Checksums | None:
    """Take the note away, because files are about to change; return it, None where there was none to be read."""
    try:
        noted = read_checksums(version)
    except ValueError:
        noted = None
    (version / FILE).unlink(missing_ok=True)
    return noted


def _list_files(version: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files with content that stays: no locks, no log and shared memory of SQLite's, no drafts."""
    for path in version.rglob("*"):
        passing = path.suffix in {".lock", ".new"} or path.name.endswith(("-wal", "-shm", "-journal"))
        if path.is_file() and path.name != FILE and not passing:
            yield path.relative_to(version).as_posix(), path


def _sum_up(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            checksum = zlib.crc32(chunk, checksum)
    return checksum
