"""The ids and sources of all articles, in a file beside the catalog: they name what a damaged catalog has lost.

Lines are added before the catalog has their articles, and not taken away when it loses them, but the file is written
anew from time to time. When, is left to writer.py.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE = "articles.jsonl"


def write_register(version: Path, articles: Iterable[tuple[str, str]]) -> None:
    """Write the file anew, at once or not at all: the id and the source of each article; raise OSError."""
    fresh = version / f"{FILE}.new"
    fresh.write_text(_format(articles), "utf-8")
    fresh.replace(version / FILE)


def add_to_register(version: Path, articles: Iterable[tuple[str, str]]) -> None:
    """Add lines to the file; raise OSError."""
    with (version / FILE).open("a", encoding="utf-8") as file:
        file.write(_format(articles))


def read_register(version: Path) -> dict[str, str]:
    """Return id and source of the articles, as far as they can be read; none where there is no file."""
    found = dict[str, str]()
    with suppress(OSError):
        for line in (version / FILE).read_bytes().splitlines():
            with suppress(ValueError, TypeError):
                key, source = json.loads(line)
                found[str(key)] = str(source)
    return found


def _format(articles: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{json.dumps(each)}\n" for each in articles)
