"""The values that travel between rooms: frozen, typed, free of files, models and networks.

Offsets count Unicode code points of `Article.text`, half-open. The offsets law holds for every value here:
`article.text[x.start:x.end] == x.text` for passages and sentences, and `== x.quote` for citations.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


class Span(NamedTuple):
    """A half-open range of code points in an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read; `text` is never rewritten, `skipped` marks what passages leave out."""

    id: str
    text: str
    title: str = ""
    author: str = ""
    published: date | None = None
    url: str = ""
    source: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[Span, ...] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 of everything a reader could see; two equal hashes need no second reading."""
        published = self.published.isoformat() if self.published else ""
        seen = [self.title, self.author, published, self.url, self.source, dict(self.metadata), self.skipped, self.text]
        return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, with its offsets in the article."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences that fits the encoder's window; the unit that is embedded and ranked."""

    id: str
    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search is limited to: publication dates (inclusive) and a part of an author's name, case ignored."""

    since: date | None = None
    until: date | None = None
    author: str = ""

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.author)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that was offered for reading and could not be taken: where, why and what to do."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did, in numbers of articles; `skipped` names each input that did not go in."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[Rejected, ...] = ()
    passages: int = 0
    seconds: float = 0.0
