"""What a parser made of a file or of a part of it, before it is a whole article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.domain import Article
    from retrieval.reading.fields import FoundFields


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article that has yet to get its id and source.

    `place` is its file and line for messages, `stem` the file's name without suffix, and `seed` tells apart the
    articles of one file. `name` is the file's name where that may be the title. `declared` are those whose text
    somebody named so: all of it is the article; `names` are those that its fields had.
    """

    article: Article
    place: str
    source: str
    seed: str
    stem: str
    name: str = ""
    declared: bool = False
    names: FoundFields | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One of several articles of a file, and what tells it apart wherever it stands among them, if that is known."""

    article: Article
    seed: str
