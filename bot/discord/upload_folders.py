"""Where uploaded files are until they are in a library: a folder for each job, beside the bot's records."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class UploadFolders:
    """The folders of all jobs; nothing is on disk before a file is."""

    def __init__(self, home: Path) -> None:
        self._top = home / "discord-uploads"

    def save(self, key: int, number: int, name: str, content: bytes) -> Path:
        """Write one file of a job, under a name that is safe; raise ClippingsError when the disk does not take it."""
        place = self._top / str(key) / str(number) / name
        try:
            self._top.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.parent.mkdir(parents=True)
            place.write_bytes(content)
        except OSError as error:
            raise ClippingsError(f"{place} can't be written ({error}): check the disk of CLIPPINGS_HOME") from error
        return place

    def list_files(self, key: int) -> list[Path]:
        """Return the files of a job, in their order."""
        numbers = [each for each in (self._top / str(key)).glob("*") if each.name.isdecimal()]
        return [file for folder in sorted(numbers, key=lambda each: int(each.name)) for file in folder.iterdir()]

    def remove(self, key: int) -> None:
        """Delete the files of a job."""
        shutil.rmtree(self._top / str(key), ignore_errors=True)

    def remove_others(self, keys: Collection[int]) -> None:
        """Delete the files of all jobs but these: of what a killed process had finished."""
        for folder in self._top.glob("*"):
            if folder.name.isdecimal() and int(folder.name) not in keys:
                shutil.rmtree(folder, ignore_errors=True)
