"""A JSON object, or a row of a table -> an Article without source, and the names that its fields had."""

from __future__ import annotations

from typing import Any

from retrieval.domain import Article
from retrieval.errors import UnreadableError
from retrieval.reading.encodings import normalize_in_place
from retrieval.reading.fields import (
    FoundFields,
    find_fields,
    is_doubtful_date,
    join_authors,
    name_type,
    parse_id,
    parse_published,
    simplify_metadata,
    take_line,
)


def parse_record(fields: Any) -> tuple[Article, FoundFields]:
    """Parse one JSON object; the article's `id` is "" when none is given. Unknown fields become metadata.

    A field that is not given under our name for it is looked for under the names that others use. A value of an odd
    type is an error under our name, and stays in the metadata under another, as a date that could be two days does.
    """
    if not isinstance(fields, dict):
        raise UnreadableError(f'is {name_type(fields)}, not an object; write it like {{"title": "...", "text": "..."}}')
    rest = dict(fields)
    text = rest.pop("text", None)
    if text is not None and not isinstance(text, str):
        raise UnreadableError(f'"text" is {name_type(text)}, not a string')
    given: dict[str, Any] = {
        "id": parse_id(rest.pop("id", None)),
        "title": take_line(rest, "title"),
        "author": join_authors(rest.pop("author", None)),
        "published": None if is_doubtful_date(rest.get("published")) else parse_published(rest.pop("published", None)),
        "url": take_line(rest, "url"),
        "text": normalize_in_place(text or ""),
    }
    found = find_fields(rest, [field for field, value in given.items() if not value])
    if text is None and "text" not in found.values:
        raise UnreadableError('has no "text"; give the article\'s text under this name')
    return Article(**given | found.values, metadata=simplify_metadata(rest)), found
