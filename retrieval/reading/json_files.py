"""JSON Lines, and JSON files of one object or many -> articles, each with its line; what is broken is a Rejection.

What the fields of an object mean is left to json_objects.py, objects around a list of articles to json_wrappers.py.
"""

from __future__ import annotations

import re
from dataclasses import replace
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any, BinaryIO

from retrieval.domain import Rejection
from retrieval.errors import UnreadableError
from retrieval.reading.encodings import decode
from retrieval.reading.json_objects import parse_record
from retrieval.reading.json_wrappers import find_wrapped
from retrieval.reading.parsed_article import ParsedArticle

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BROKEN = 100
"""Broken places of a JSON file after which the rest is not read: to say where one is, all before it is counted."""

_JSON = JSONDecoder(
    parse_constant=lambda _: None,  # NaN is how data frames write "missing"
    parse_float=lambda digits: None if abs(float(digits)) == float("inf") else float(digits),
)


def parse_json_lines(stream: BinaryIO, source: str, stem: str, limit: int) -> Iterator[ParsedArticle | Rejection]:
    """Parse one object per line, with one line at a time in memory; blank lines are counted and passed over."""
    number = 0
    while data := stream.readline(limit + 1):
        number += 1
        place = f"{source}:{number}"
        if number == 1 and data.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield Rejection(place, "is UTF-16; save it as UTF-8")
            return
        if len(data) > limit:
            while data and not data.endswith(b"\n"):
                data = stream.readline(limit)
            yield Rejection(place, f"is over the limit of {format_size(limit)}; split it or raise the limit")
            continue
        if not data.strip():
            continue
        try:
            line = decode(data).strip()
        except UnreadableError as error:
            yield Rejection(place, str(error))
            if number == 1:  # a binary file has thousands of such lines, and says it once
                return
            continue
        try:
            fields, _ = _parse_value(line)
        except UnreadableError as error:
            yield Rejection(place, str(error))
            continue
        yield from _parse_entries(fields, place, source, number, stem)
    if not number and source != "-":
        yield Rejection(source, "is empty; fill it, or leave it out")


def parse_json(data: bytes, source: str, stem: str) -> Iterator[ParsedArticle | Rejection]:
    """Parse an object, an array of objects, or objects one after the other; what is broken ends an array."""
    text = decode(data)
    at = _skip(text, 0, "")
    array = text.startswith("[", at)
    at = _skip(text, at + 1, "") if array else at
    line, counted, number, broken = 1, 0, 0, 0
    while at < len(text) and not (array and text[at] == "]"):
        number += 1
        line, counted = line + text.count("\n", counted, at), at
        place = f"{source}:{line}"
        try:
            fields, at = _parse_value(text, at, line)
        except UnreadableError as error:
            yield Rejection(place, str(error))
            broken += 1
            if broken == MAX_BROKEN:
                yield Rejection(place, f"is the {broken}th broken place of this file, and what follows is not read")
                return
            # Objects one per line are independent; inside an array nothing shows where the next one begins.
            at = text.find("\n", at) if not array else -1
            if at < 0:
                return
            at = _skip(text, at, "")
            continue
        if array:
            yield parse_entry(fields, place, source, number, stem)
        else:
            yield from _parse_entries(fields, place, source, number, stem)
        at = _skip(text, at, "," if array else "")
    if array and at >= len(text):
        yield Rejection(source, "the array is never closed; the file may be cut off, export it again")
    elif not number:
        yield Rejection(source, "holds no articles; fill it, or leave it out")


def _parse_entries(fields: Any, place: str, source: str, number: int, stem: str) -> Iterator[ParsedArticle | Rejection]:
    """Parse an object, or each of the list of articles that it is wrapped around."""
    try:
        wrapped = find_wrapped(fields)
    except UnreadableError as error:
        yield Rejection(place, str(error))
        return
    if wrapped is None:
        yield parse_entry(fields, place, source, number, stem)
        return
    for position, entry in enumerate(wrapped.entries, 1):
        where = f"{place}#{wrapped.name}[{position - 1}]"
        parsed = parse_entry(entry, where, source, f"{number}.{position}" if number > 1 else position, stem)
        if isinstance(parsed, ParsedArticle) and parsed.names:
            names = {wrapped.name: "articles", **parsed.names.names}
            parsed = replace(parsed, names=parsed.names._replace(names=names))
        yield parsed


def parse_entry(fields: Any, place: str, source: str, number: int | str, stem: str) -> ParsedArticle | Rejection:
    """Parse one object of a file, or a row of a table; `number` tells it from the others."""
    try:
        article, names = parse_record(fields)
        return ParsedArticle(article, place, source, f"#{number}", stem, declared=True, names=names)
    except UnreadableError as error:
        return Rejection(place, str(error))


def _parse_value(text: str, at: int = 0, line: int = 0) -> tuple[Any, int]:
    """Parse one JSON value at an offset; a whole line must hold nothing else."""
    try:
        value, end = _JSON.raw_decode(text, at)
    except JSONDecodeError as error:
        where = f"line {line + text.count(chr(10), at, error.pos)}, " if line else ""
        place = f"{where}column {error.colno}"
        raise UnreadableError(f"is broken JSON: {error.msg} at {place}; correct this line") from error
    except RecursionError as error:
        raise UnreadableError("is JSON nested too deeply; flatten it") from error
    except ValueError as error:
        raise UnreadableError("is broken JSON: a number has too many digits; correct this line") from error
    if not line and end < len(text):
        place = f"column {_skip(text, end, '') + 1}"
        raise UnreadableError(f"is broken JSON: something follows the object at {place}; put each on its own line")
    return value, end


def _skip(text: str, at: int, separators: str) -> int:
    """Return the offset of the next value, past white space and at most one separator."""
    found = re.compile(rf"\s*[{separators}]?\s*" if separators else r"\s*").match(text, at)
    return found.end() if found else at


def format_size(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{count:,} bytes"
