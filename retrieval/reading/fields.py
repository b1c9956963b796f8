"""What files say of an article beside its text -> its fields: id, title, author, date, address, metadata.

Pure. Values of an odd type raise UnreadableError, but for front matter, whose odd values stay in the metadata.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from retrieval.domain import PartialDate, PublicationDate
from retrieval.errors import UnreadableError
from retrieval.reading.encodings import normalize_in_place, normalize_text
from retrieval.text.dates import could_be_two_days, parse_date

_MAX_METADATA_VALUES = 10_000
_MAX_METADATA_DEPTH = 50

NAMES = {
    "id": ("id",),
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline", "by", "creator"),
    "published": (
        *("published", "date", "pubdate", "publishdate", "publishedat", "datepublish", "datepublished"),
        *("publisheddate", "publicationdate", "publishtime", "publishedtime", "publishedon"),
    ),
    "url": ("url", "link", "canonical", "canonicalurl", "articleurl", "permalink", "sourceurl"),
    "text": (
        *("text", "maintext", "articlebody", "articletext", "fulltext", "body", "content", "bodytext", "contenttext"),
        *("article", "story"),
    ),
}
"""What programs that export articles call each field, in small letters without hyphens; the first is preferred."""


class FoundFields(NamedTuple):
    """Fields of an article by the names that others use: the values, and which name each had.

    `odd` are names whose values make no sense for the field; they stay among the others.
    """

    values: dict[str, Any]
    names: dict[str, str]
    odd: dict[str, str]


def extract_fields(fields: dict[Any, Any]) -> dict[str, Any]:
    """Return an article's fields from front matter by their usual names; values of an odd type stay in the metadata."""
    rest = {str(key): value for key, value in fields.items()}
    found = find_fields(rest, [field for field in NAMES if field != "text"])
    return found.values | {"metadata": simplify_metadata(rest)}


def find_fields(rest: dict[str, Any], wanted: Iterable[str]) -> FoundFields:
    """Take the wanted fields out of `rest` by any of their usual names, however these are written."""
    by_name = {_fold_name(key): key for key in reversed(rest)}
    found = FoundFields({}, {}, {})
    for field in wanted:
        for name in NAMES[field]:
            key = by_name.get(name)
            if key is None or rest[key] in (None, "", []):
                continue
            try:
                found.values[field] = _PARSERS[field](rest[key])
            except (UnreadableError, TypeError, AttributeError):
                if not is_doubtful_date(rest[key]):
                    found.odd[key] = field
                continue
            found.names[key] = field
            del rest[key]
            break
    return found


def has_text(fields: Mapping[Any, Any]) -> bool:
    """Tell whether an object has an article's text under one of the names for it."""
    return any(
        isinstance(value, str) and value.strip() and _fold_name(str(key)) in NAMES["text"]
        for key, value in fields.items()
    )


def find_doubtful_date(metadata: Mapping[str, Any]) -> str:
    """Return the name under which metadata have a date of publication that could be two days; else ""."""
    by_name = {_fold_name(key): key for key, value in metadata.items() if is_doubtful_date(value)}
    return next((by_name[name] for name in NAMES["published"] if name in by_name), "")


def is_doubtful_date(value: Any) -> bool:
    """Say whether a value is a date that could be two days."""
    return isinstance(value, str) and could_be_two_days(value)


def collapse_whitespace(text: str) -> str:
    """Put a title or name on one line."""
    return " ".join(normalize_text(text).split())


def simplify_metadata(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Return metadata as plain JSON values with string keys; UnreadableError when there is too much of it."""
    budget = [_MAX_METADATA_VALUES]

    def walk(value: Any, depth: int) -> Any:
        budget[0] -= 1
        if budget[0] < 0 or depth > _MAX_METADATA_DEPTH:
            raise UnreadableError(
                f"has more than {_MAX_METADATA_VALUES:,} metadata values or nests them too deeply; leave some out"
            )
        if isinstance(value, Mapping):
            return {normalize_text(str(key)): walk(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [walk(item, depth + 1) for item in value]
        if isinstance(value, str):
            return normalize_text(value)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if value is None or isinstance(value, bool | int | float):
            return value
        return value.isoformat() if isinstance(value, date | datetime) else normalize_text(str(value))

    walked: dict[str, Any] = walk(fields, 0)
    return walked


def take_line(fields: dict[str, Any], name: str) -> str:
    """Take a text out of the fields and put it on one line."""
    value = fields.pop(name, None)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f'"{name}" is {name_type(value)}, not a string')
    return collapse_whitespace(value)


def parse_id(value: Any) -> str:
    """Accept a string or a whole number as an id."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableError(f'"id" is {name_type(value)}, not a string')
    given = str(value).strip()
    if len(given) > 300 or normalize_text(given) != given or re.search(r"[\x00-\x1f\x7f]", given):
        raise UnreadableError('"id" must be at most 300 characters, on one line')
    return given


def join_authors(value: Any) -> str:
    """Accept one author or a list of them, as strings or as objects with a name."""
    values = value if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, dict) else item for item in values]
    if not all(name is None or isinstance(name, str) for name in names):
        raise UnreadableError(f'"author" is {name_type(value)}, not a string or a list of strings')
    return ", ".join(collapse_whitespace(name) for name in names if name)


def parse_published(value: Any) -> PublicationDate | None:
    """Accept a date; one that can't be understood is an error, since date filters would silently never find it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) and re.fullmatch(r"[12]\d{3}", str(value)):  # YAML reads a year as a number
        return PartialDate(str(value))
    if not isinstance(value, str):
        raise UnreadableError(f'"published" is {name_type(value)}, not a date in a string such as "2023-06-27"')
    if day := parse_date(value):
        return day
    written = collapse_whitespace(value)[:60]
    raise UnreadableError(f'"published" is {written!r}, which is not a date; write it like 2023-06-27')


def _fold_name(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


def _parse_line(value: Any) -> str:
    """Accept what is one line; a title may look like a number or a date."""
    if isinstance(value, list | dict):
        raise UnreadableError(f"is {name_type(value)}, not a string")
    return collapse_whitespace(str(value))


def _parse_text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnreadableError(f"is {name_type(value)}, not a string")
    return normalize_in_place(value)


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "id": parse_id,
    "title": _parse_line,
    "author": join_authors,
    "published": parse_published,
    "url": collapse_whitespace,
    "text": _parse_text,
}


def name_type(value: Any) -> str:
    """Return what JSON calls the type of a value, for messages."""
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return {**names, dict: "an object"}.get(type(value), type(value).__name__)
