"""What changes when a file, or the way in which files are read, does: who knows it need not read the file again."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MIN_AGE_SECONDS = 2.0
"""A file that was changed less than this ago may change again and keep its time: file systems have coarse clocks."""
PARSERS = (
    "charset-normalizer",
    "dateparser",
    "feedparser",
    "lxml",
    "mammoth",
    "pypdfium2",
    "pyyaml",
    "sentencex",
    "striprtf",
    "trafilatura",
    "warcio",
)
"""Distributions whose code decides what is read in a file."""


def stamp_file(path: Path, *settings: object) -> str:
    """Return a file's stamp, of what is read of it with some settings; "" where it was changed just now, or is gone.

    It is made of size and times, and of the code that reads: nothing of the file is read.
    """
    with suppress(OSError):
        found = path.stat()
        changed = max(found.st_mtime, found.st_ctime)
        if time.time() - changed >= MIN_AGE_SECONDS:
            seen = found.st_size, found.st_mtime_ns, found.st_ctime_ns, settings, fingerprint_reading()
            return hashlib.blake2b(repr(seen).encode(), digest_size=12).hexdigest()
    return ""


@cache
def fingerprint_reading() -> str:
    """Return what changes when the code that makes articles of files does: this package's, and versions of parsers."""
    digest = hashlib.blake2b(digest_size=12)
    root = Path(__file__).parents[1]
    for file in sorted([*root.glob("*.py"), *root.glob("text/**/*.py"), *root.glob("reading/**/*.py")]):
        digest.update(f"{file.relative_to(root)}\0".encode())
        digest.update(file.read_bytes())
    for name in PARSERS:
        with suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)}\0".encode())
    return digest.hexdigest()
