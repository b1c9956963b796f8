"""Finds an article that is in under another name by what it says: its file was moved, or is there twice.

What is then done is ingest.py's to decide.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from retrieval.domain import Article, ArticleInfo, PublicationDate
    from retrieval.index.catalog import Catalog

    _Outline = tuple[str, str, PublicationDate | None, str, int]


class Place(NamedTuple):
    """The id of an article, and the source that it was read from."""

    id: str
    source: str


class KnownContents:
    """Where each content is: as the catalog had it when it was first asked for, and as it was noted since."""

    def __init__(self, known: Catalog) -> None:
        self._known = known
        self._stored: dict[_Outline, list[Place]] | None = None
        self._noted: dict[str, Place] = {}
        self._replaced: set[str] = set()

    def find(self, article: Article) -> Place | None:
        """Return where an article's content is already, None where it is not in."""
        content = hash_content(article)
        if content in self._noted:
            return self._noted[content]
        alike = self._list_stored().get(_describe(article, len(article.text)), ())
        present = (each for each in alike if each.id not in self._replaced)
        return next((each for each in present if hash_content(self._known.get_article(each.id)) == content), None)

    def note(self, article: Article, *, replaced: str) -> None:
        """Note an article that goes in, and the id of which it takes the place."""
        self._noted[hash_content(article)] = Place(article.id, article.source)
        self._replaced.add(replaced)

    def _list_stored(self) -> dict[_Outline, list[Place]]:
        """Return the stored articles by what is known of them without reading their texts."""
        if self._stored is None:
            self._stored = defaultdict(list)
            for info in (each for each in self._known.list_articles() if not each.version_of):
                self._stored[_describe(info, info.characters)].append(Place(info.id, info.source))
        return self._stored


def hash_content(article: Article) -> str:
    """Return the hash of all that an article says, wherever it was read."""
    return replace(article, source="").content_hash


def _describe(known: Article | ArticleInfo, characters: int) -> _Outline:
    return known.title, known.author, known.published, known.url, characters
