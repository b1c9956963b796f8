"""Values as JSON, for machines: every field by its name, every character kept, escaped."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.domain import Article, Hit


def dump_json(value: object) -> str:
    """Write a value as one line of JSON in ASCII, so that no encoding and no terminal can stumble over it."""
    return json.dumps(value, default=_plain)


def get_fields(value: Any) -> dict[str, Any]:
    """Return the fields of a frozen value by name, the values in them as they are."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def build_article_json(shown: Article) -> dict[str, Any]:
    """Return everything that is known of an article, its text included."""
    fields = ("id", "title", "author", "published", "url", "source", "metadata", "text")
    return {name: getattr(shown, name) for name in fields}


def build_hits_json(question: str, found: Sequence[Hit]) -> dict[str, Any]:
    """Return ranked passages with their places in the articles."""
    return {"question": question, "passages": [_hit_json(hit) for hit in found]}


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "article_id": hit.passage.article_id,
        "title": hit.article.title,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
    }


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return get_fields(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    return float(value) if hasattr(value, "__float__") else str(value)
