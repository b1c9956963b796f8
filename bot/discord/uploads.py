"""Files uploaded on Discord -> articles, with a source by which a file that comes again updates its articles.

File names are untrusted: none leads out of the folder where the files are while they are read. Reading is left to
retrieval/reading.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import unicodedata
from contextlib import contextmanager
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from bot.progress import CountedArticles, count_articles
from bot.user_input import replace_surrogates
from retrieval.domain import Rejection
from retrieval.reading import SUFFIXES, read_articles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


LONGEST_NAME = 120
"""Bytes of a file's name; file systems take 255."""
TAKEN = "has the name of another file that came with it; rename one of them"


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
    """Return the source of the articles in a file: the same for the same name."""
    return f"discord:{guild_id}/{sanitize_name(name) or 'a file without a name'}"


@contextmanager
def read_uploads(
    files: Sequence[tuple[str, bytes]], *, guild_id: int, limit_bytes: int, limit_seconds: float
) -> Iterator[CountedArticles]:
    """Yield the articles of files, (name, content), as they are read, and what can't be; within the context only."""
    refused: list[Rejection] = []
    with tempfile.TemporaryDirectory(prefix="clippings-upload-") as folder:
        sources: dict[Path, str] = {}
        for number, (name, content) in enumerate(files):
            here, safe = make_source(guild_id, name), sanitize_name(name)
            taken = here in sources.values()
            if reason := check_format(safe) or (TAKEN if taken else ""):
                refused.append(Rejection(here, reason))
                continue
            path = Path(folder, str(number), safe)
            path.parent.mkdir()
            path.write_bytes(content)
            sources[path] = here
        paths = [str(path) for path in sources]
        articles = read_articles(paths, limit_bytes=limit_bytes, limit_seconds=limit_seconds, named=sources.__getitem__)
        count = count_articles(paths)
        yield CountedArticles(chain(refused, articles), count + len(refused) if count else 0)


def check_format(name: str) -> str:
    """Say why a file can't be read, as far as its name tells; empty where it can."""
    known = PurePosixPath(name).suffix.lower() in SUFFIXES
    return "" if known else f"is not in a supported format; these are: {' '.join(SUFFIXES)}"
