"""Values as JSON, for other programs: every field under its name, every character kept, escaped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Article, Hit


def dump_json(value: object) -> str:
    """Write a value as one line of JSON in ASCII, so that no encoding and no terminal can stumble over it."""
    return json.dumps(convert_to_json(value))


def convert_to_json(value: object) -> Any:
    """Return a value's fields and items as what JSON can hold; a date becomes ISO 8601, anything unknown a text."""
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value, inf_nan_mode="constants", fallback=_convert_unknown)


def build_article_json(shown: Article) -> dict[str, Any]:
    """Return everything that is known of an article, its text included."""
    fields = ("id", "title", "author", "published", "url", "source", "metadata", "text")
    return {name: getattr(shown, name) for name in fields}


def build_hits_json(question: str, found: Sequence[Hit]) -> dict[str, Any]:
    """Return ranked passages with their places in the articles."""
    return {
        "question": question,
        "passages": [
            {
                "rank": hit.rank,
                "score": hit.score,
                "article_id": hit.passage.article_id,
                "title": hit.article.title,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
            }
            for hit in found
        ],
    }


def _convert_unknown(value: Any) -> float | str:
    return float(value) if hasattr(value, "__float__") else str(value)
