"""Finds an article that is in under another name by what it says: its file was moved, or is there twice.

What is then done is intake.py's to decide.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from retrieval.domain import Article
    from retrieval.index.catalog import Catalog


class Place(NamedTuple):
    """The id of an article, and the source that it was read from."""

    id: str
    source: str


class KnownContents:
    """Where each content is: as the catalog has it, and as it was noted since."""

    def __init__(self, known: Catalog) -> None:
        self._known = known
        self._noted: dict[str, Place] = {}
        self._replaced: set[str] = set()

    def find(self, article: Article) -> Place | None:
        """Return where an article's content is already, None where it is not in."""
        content = hash_content(article)
        if content in self._noted:
            return self._noted[content]
        present = (key for key in self._known.list_alike(article) if key not in self._replaced)
        alike = map(self._known.get_article, present)
        return next((Place(each.id, each.source) for each in alike if hash_content(each) == content), None)

    def note(self, article: Article, *, replaced: str) -> None:
        """Note an article that goes in, and the id of which it takes the place."""
        self._noted[hash_content(article)] = Place(article.id, article.source)
        self._replaced.add(replaced)


def hash_content(article: Article) -> str:
    """Return the hash of all that an article says, wherever it was read."""
    return replace(article, source="").content_hash
