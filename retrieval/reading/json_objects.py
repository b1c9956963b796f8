"""A JSON object -> an Article without source."""

from __future__ import annotations

from typing import Any

from retrieval.domain import Article
from retrieval.errors import UnreadableError
from retrieval.reading.encodings import normalize_text
from retrieval.reading.fields import (
    join_authors,
    name_type,
    parse_id,
    parse_published,
    simplify_metadata,
    take_line,
)


def parse_record(fields: Any) -> Article:
    """Parse one JSON object; the article's `id` is "" when none is given. Unknown fields become metadata."""
    if not isinstance(fields, dict):
        raise UnreadableError(f'is {name_type(fields)}, not an object; write it like {{"title": "...", "text": "..."}}')
    rest = dict(fields)
    text = rest.pop("text", None)
    if text is None:
        raise UnreadableError('has no "text"; give the article\'s text under this name')
    if not isinstance(text, str):
        raise UnreadableError(f'"text" is {name_type(text)}, not a string')
    return Article(
        id=parse_id(rest.pop("id", None)),
        text=normalize_text(text.removeprefix("\ufeff")),
        title=take_line(rest, "title"),
        author=join_authors(rest.pop("author", None)),
        published=parse_published(rest.pop("published", None)),
        url=take_line(rest, "url"),
        metadata=simplify_metadata(rest),
    )
