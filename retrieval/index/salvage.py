"""What can still be read of a damaged catalog: its articles, from the pages of the file itself.

SQLite reads nothing of a file whose first page, or the root of a table, is damaged. But each leaf of a table holds
whole rows, and each article's row the hash of its content, so that what is read is known to be what was stored. This is
what the `.recover` of SQLite's shell does, which is not installed with Python. The format: sqlite.org/fileformat.html.
"""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from retrieval.domain import Article, Span
from retrieval.index.validity import Validity
from retrieval.text.publication_dates import parse_iso_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Value = None | int | float | str | bytes

MAGIC = b"SQLite format 3\x00"
PAGE_BYTES = 4096
"""A page of each catalog that Clippings wrote, where the file no longer says so."""
TABLE_LEAF = 0x0D
ARTICLE_VALUES, PASSAGE_VALUES = 13, 9
ARTICLE_LENGTHS = (ARTICLE_VALUES, ARTICLE_VALUES + 3)
"""Of the rows of articles: those of format 1, and those that say when the text was the article's."""
MAX_ROW_BYTES = 1 << 30
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


@dataclass
class Salvage:
    """The articles that are whole, as they are read, and then the names of those that are not: sources, else ids."""

    path: Path
    saved: dict[str, int] = field(default_factory=dict)
    _broken: dict[str, str] = field(default_factory=dict)

    def read_articles(self) -> Iterator[tuple[Article, str, Validity]]:
        """Yield each whole article with its content hash and validity; the later of two with one id comes later."""
        for number, row in _read_rows(self.path):
            if len(row) in ARTICLE_LENGTHS and isinstance(row[0], str):
                article, validity = _make_article(row[:ARTICLE_VALUES]), _make_validity(row[ARTICLE_VALUES:])
                if article is None or validity is None:
                    self._broken[row[0]] = row[7] if isinstance(row[7], str) and row[7].isprintable() else ""
                elif number >= self.saved.get(article.id, 0):
                    self.saved[article.id] = number
                    yield article, str(row[1]), validity
            elif len(row) == PASSAGE_VALUES and isinstance(row[2], str):
                self._broken.setdefault(row[2], "")

    def list_lost(self, known: Mapping[str, str]) -> list[str]:
        """Return what is named of articles that could not be saved: their sources, else their ids.

        `known` are ids and sources of articles that were stored, as other files have them.
        """
        broken = {**self._broken, **{key: source or self._broken.get(key, "") for key, source in known.items()}}
        return sorted({source or key for key, source in broken.items() if key not in self.saved and key})


def _make_article(row: list[Value]) -> Article | None:
    """Return the article of a row, None where it is not what was stored."""
    with suppress(ValueError, TypeError, RecursionError):
        key, content_hash, title, author, published, _, url, source, _, _, metadata, skipped, text = row
        article = Article(
            str(key),
            str(text),
            str(title),
            str(author),
            parse_iso_date(str(published)) if published else None,
            str(url),
            str(source),
            json.loads(str(metadata)),
            tuple(Span(*pair) for pair in json.loads(str(skipped))),
        )
        if article.content_hash == content_hash:
            return article
    return None


def _make_validity(columns: list[Value]) -> Validity | None:
    """Return when a text was its article's, None where that makes no sense."""
    version_of, since, until = columns or (None, None, None)
    with suppress(ValueError):
        first, last = (date.fromisoformat(str(day)) if day else None for day in (since, until))
        if isinstance(version_of, str) == bool(until):
            return Validity(first, last, str(version_of or ""))
    return None


def _read_rows(path: Path) -> Iterator[tuple[int, list[Value]]]:
    """Yield number and values of each row that any leaf of any table holds; what makes no sense is passed over."""
    pages = _Pages(path)
    for number in range(1, pages.count + 1):
        page = pages.read(number)
        first = len(MAGIC) + 84 if number == 1 else 0
        if len(page) < first + 8 or page[first] != TABLE_LEAF:
            continue
        (cells,) = struct.unpack_from(">H", page, first + 3)
        for place in range(first + 8, min(first + 8 + 2 * cells, len(page) - 1), 2):
            with suppress(ValueError, IndexError, struct.error):
                yield _read_cell(pages, page, struct.unpack_from(">H", page, place)[0])


class _Pages:
    """The pages of a database, the committed ones of its log included."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes() if path.is_file() else b""
        told = struct.unpack_from(">H", self._data, 16)[0] if self._data.startswith(MAGIC) else 0
        self.size = told if told >= 512 and told & (told - 1) == 0 else PAGE_BYTES
        log = path.with_name(f"{path.name}-wal")
        self._newer = dict(_read_log(log.read_bytes(), self.size)) if log.is_file() else {}
        self.count = max(-(-len(self._data) // self.size), *self._newer, 0)

    def read(self, number: int) -> bytes:
        """Return a page, empty where there is none."""
        if number in self._newer:
            return self._newer[number]
        return self._data[(number - 1) * self.size : number * self.size] if number > 0 else b""


def _read_log(log: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of each page that was committed to a log, oldest first."""
    waiting: list[tuple[int, bytes]] = []
    for start in range(32, len(log) - 24 - size + 1, 24 + size):
        number, committed = struct.unpack_from(">II", log, start)
        if log[start + 8 : start + 16] != log[16:24]:  # left over from an earlier use of the log
            return
        waiting.append((number, log[start + 24 : start + 24 + size]))
        if committed:
            yield from waiting
            waiting = []


def _read_cell(pages: _Pages, page: bytes, place: int) -> tuple[int, list[Value]]:
    """Return number and values of the row at a place of a leaf; raise ValueError or IndexError where there is none."""
    length, place = _read_varint(page, place)
    number, place = _read_varint(page, place)
    if length > MAX_ROW_BYTES:
        raise ValueError("no row is that long")
    most, least = pages.size - 35, (pages.size - 12) * 32 // 255 - 23
    local = length
    if length > most:
        local = least + (length - least) % (pages.size - 4)
        local = local if local <= most else least
    row = bytearray(page[place : place + local])
    following = struct.unpack_from(">I", page, place + local)[0] if length > local else 0
    while len(row) < length and (more := pages.read(following)):
        row += more[4 : 4 + length - len(row)]
        (following,) = struct.unpack_from(">I", more)
    if len(row) != length:
        raise ValueError("a part of the row is missing")
    return number, _parse_row(bytes(row))


def _parse_row(row: bytes) -> list[Value]:
    size, place = _read_varint(row, 0)
    kinds = []
    while place < size:
        kind, place = _read_varint(row, place)
        kinds.append(kind)
    values = list[Value]()
    for kind in kinds:
        length = _INTEGER_BYTES.get(kind, 8 if kind == 7 else (kind - 12) // 2 if kind >= 12 else 0)
        values.append(_parse_value(kind, row[place : place + length]))
        place += length
    if place != len(row):
        raise ValueError("the row is longer than its values")
    return values


def _parse_value(kind: int, data: bytes) -> Value:
    if kind in _INTEGER_BYTES:
        return int.from_bytes(data, signed=True)
    if kind == 7:
        return float(struct.unpack(">d", data)[0])
    if kind >= 12:
        return data.decode(errors="replace") if kind % 2 else data
    return {0: None, 8: 0, 9: 1}[kind] if kind in (0, 8, 9) else None


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = data[place + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + step + 1
    return value << 8 | data[place + 8], place + 9
