"""A library's own threshold of confidence, kept in a small file beside its index; which one holds is left to others.

The file `threshold.json` lies in the library's folder, so that a rebuild keeps it. It names the model and the fit of
the confidence that it was chosen with: with others it means nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from retrieval.errors import LibraryDamaged, LibraryError
from retrieval.index.small_files import read_small_file, write_small_file
from retrieval.index.store_errors import explain_outer_cause

if TYPE_CHECKING:
    from pathlib import Path

FILE = "threshold.json"


@dataclass(frozen=True, slots=True)
class OwnThreshold:
    """A threshold and how it was chosen: of `questions`, so many were answered, and so many of those answers wrong.

    `error_rate` is the stated rate of wrong answers per question, `fingerprint` the embedding model's, `fit` the name
    of the confidence's (see answering/confidence.py), `at` the day in ISO 8601.
    """

    threshold: float
    error_rate: float
    questions: int
    answered: int
    wrong: int
    fingerprint: str
    fit: str
    at: str


def read_own_threshold(folder: Path) -> OwnThreshold | None:
    """Return a library's own threshold, None where it has none; raise LibraryDamaged when it can't be read."""
    path = folder / FILE
    try:
        found = OwnThreshold(**read_small_file(path))
        if not 0 <= found.threshold <= 1:
            raise ValueError(f"{found.threshold} is not from 0 to 1")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise explain_outer_cause(path, error) or LibraryError(f"{path} can't be read ({error}): try again") from error
    except (ValueError, TypeError) as error:
        raise LibraryDamaged(
            f"{path} is damaged ({error}): `clippings doctor --repair` goes back to the default threshold"
        ) from error
    return found


def write_own_threshold(folder: Path, own: OwnThreshold) -> None:
    """Give a library its own threshold, at once or not at all; raise LibraryError when it can't be written."""
    try:
        write_small_file(folder / FILE, asdict(own))
    except OSError as error:
        raise LibraryError(
            f"{folder / FILE} can't be written ({error.strerror}): correct that and try again"
        ) from error


def remove_own_threshold(folder: Path) -> bool:
    """Take a library's own threshold away; return whether it had one."""
    try:
        (folder / FILE).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise LibraryError(
            f"{folder / FILE} can't be removed ({error.strerror}): give yourself permission to write {folder}"
        ) from error
    return True
