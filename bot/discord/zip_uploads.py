"""A zip file that somebody uploaded -> its files, one after the other on disk, within bounds.

Its names are untrusted, and so is what it says of sizes: no more is unpacked than the limits allow. A zip file within
another is not opened.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.discord.localisation import mark
from retrieval.errors import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

MOST_FILES = 10_000
MOST_TIMES = 20
"""How many times the limit for one file all files of a zip file may have together."""
BLOCK = 1 << 20
SUFFIX = ".zip"
TOO_MANY, UNPACKS_TO = mark("holds over {number} files; split it"), mark("unpacks to over {size} MB; split it")
OVER = mark("is over the limit of {size} MB; split it")

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


@dataclass(frozen=True, slots=True)
class ZippedFile:
    """A file within a zip file: its path there, and its size in bytes as the zip file states it."""

    path: str
    size: int

    @property
    def parts(self) -> list[str]:
        """Its folders and its name, whichever system packed it."""
        return self.path.replace("\\", "/").split("/")

    @property
    def hidden(self) -> bool:
        """Whether it is what file managers leave behind, and no file of anybody's."""
        return any((part.startswith(".") and part not in {".", ".."}) or part == "__MACOSX" for part in self.parts)


def list_zipped(zipped: Path, *, limit_bytes: int) -> list[ZippedFile]:
    """Return the files of a zip file in its order; raise UnreadableError for one that is damaged or too large."""
    try:
        with zipfile.ZipFile(zipped) as archive:
            found = [ZippedFile(each.filename, each.file_size) for each in archive.infolist() if not each.is_dir()]
    except _DAMAGED as error:
        raise UnreadableError(mark("is no whole zip file; pack it again")) from error
    if len(found) > MOST_FILES:
        raise UnreadableError(TOO_MANY.format(number=MOST_FILES))
    if sum(each.size for each in found) > MOST_TIMES * limit_bytes:
        raise UnreadableError(UNPACKS_TO.format(size=f"{MOST_TIMES * limit_bytes / 1_000_000:,g}"))
    return found


def unpack_file(zipped: Path, path: str, place: Path, *, limit_bytes: int) -> None:
    """Write one file of a zip file to a place; raise UnreadableError for one that is damaged, locked or too large."""
    try:
        with zipfile.ZipFile(zipped) as archive, archive.open(path) as packed, place.open("wb") as file:
            left = limit_bytes
            while block := packed.read(min(BLOCK, left + 1)):
                left -= len(block)
                if left < 0:
                    raise UnreadableError(OVER.format(size=f"{limit_bytes / 1_000_000:,g}"))
                file.write(block)
    except (RuntimeError, KeyError) as error:  # zipfile's word for a password
        raise UnreadableError(mark("is encrypted; remove the password and pack it again")) from error
    except _DAMAGED as error:
        raise UnreadableError(mark("is damaged; pack it again")) from error
