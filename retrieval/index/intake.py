"""Takes in what an ingest is offered: which articles are new, changed, moved, unchanged or gone, and what is kept.

Which version of a library they go into is left to ingest.py, and how it is written to writer.py.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from retrieval.domain import Article, DoubtfulDates, FieldName, LeftOutFiles, ReadFile, Rejection, UnchangedFile
from retrieval.index.contents import KnownContents, Place, hash_content
from retrieval.index.earlier_texts import find_beginning, make_earlier, says_otherwise
from retrieval.index.validity import Validity
from retrieval.index.writer import Incoming, Writer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from retrieval.domain import Offered
    from retrieval.index.catalog import Catalog


@dataclass
class Intake:
    """What one ingest was offered so far, compared with what the library knew before."""

    known: Catalog
    writer: Writer
    contents: KnownContents
    today: date
    kept_versions: int
    rebuilds: bool
    seen: set[str] = field(default_factory=set)
    replaced: dict[str, str] = field(default_factory=dict)  # what is dropped for an article that is seen
    sources: set[str] = field(default_factory=set)
    taken_from: Counter[str] = field(default_factory=Counter)  # articles by their sources
    refused_from: set[str] = field(default_factory=set)
    rejected: list[Rejection] = field(default_factory=list)
    copies: list[Rejection] = field(default_factory=list)
    doubtful: list[Rejection] = field(default_factory=list)
    emptied: set[str] = field(default_factory=set)  # paths that are gone, with the articles that came from there
    left_out: list[LeftOutFiles] = field(default_factory=list)
    field_names: list[FieldName] = field(default_factory=list)
    doubtful_dates: list[DoubtfulDates] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, offered: Offered) -> bool:
        """Take one offered article; return whether it is to be encoded."""
        if isinstance(offered, LeftOutFiles):
            self.left_out.append(offered)
            return False
        if isinstance(offered, FieldName):
            self.field_names.append(offered)
            return False
        if isinstance(offered, DoubtfulDates):
            self.doubtful_dates.append(offered)
            return False
        if isinstance(offered, Rejection):
            self.rejected.append(offered)
            return False
        if isinstance(offered, UnchangedFile):
            self.counts["unchanged"] += len(offered.article_ids)
            self.seen.update(offered.article_ids)
            self.sources |= {offered.source, *offered.article_ids}
            return False
        if isinstance(offered, ReadFile):
            self._note_file(offered)
            return False
        if not _is_storable(offered):
            self.refused_from.add(offered.source)
            self.rejected.append(
                Rejection(offered.source, "holds half a surrogate pair, which is no character: save it as UTF-8 again")
            )
            return False
        self.sources |= {offered.source, offered.id}
        content_hash = offered.content_hash
        before = self.known.get_content_hash(offered.id)
        twin = self.contents.find(offered) if before is None and offered.named_by_place else None
        if twin and (twin.id in self.seen or _is_there(twin.source)):
            self.refused_from.add(offered.source)
            self.copies.append(Rejection(offered.source, f"is in as {twin.id!r}, from {twin.source}"))
            return False
        self.taken_from[offered.source] += 1
        self.seen.add(offered.id)
        kind = "unchanged" if before == content_hash else self._compare(offered, before, twin)
        self.counts[kind] += 1
        if kind == "unchanged" and not self.rebuilds:
            return False
        known_id = twin.id if twin else offered.id
        if kind != "unchanged":
            self.doubtful += [Rejection(offered.source, doubt) for doubt in offered.doubts]
            self.contents.note(offered, replaced=known_id)
        if kind == "updated":
            self._update(offered, content_hash)
        else:
            self._put(Incoming(offered, content_hash, self.known.get_validity(known_id), (twin.id,) if twin else ()))
        return True

    def _note_file(self, file: ReadFile) -> None:
        """Have a file noted that need not be read again as long as it is the same: all of it is in."""
        articles = self.taken_from.pop(file.source, 0)
        if articles and file.source not in self.refused_from:
            self.writer.note_file(file, articles)

    def _update(self, offered: Article, content_hash: str) -> None:
        """Put an article in the place of another text, which is kept where it said something else."""
        before, validity = self.known.get_article(offered.id), self.known.get_validity(offered.id)
        if not says_otherwise(before, offered):
            self._put(Incoming(offered, content_hash, validity))
            return
        since = find_beginning(offered, before, validity, today=self.today)
        made = make_earlier(before, validity, since) if self.kept_versions else None
        earlier = [Incoming(made[0], made[0].content_hash, made[1])] if made else []
        others = self.known.list_versions(offered.id)[self.kept_versions - len(earlier) :]
        self._put(*earlier, Incoming(offered, content_hash, Validity(since), tuple(others)))

    def _put(self, *articles: Incoming) -> None:
        self.replaced |= {key: each.article.id for each in articles for key in each.replaces}
        self.writer.put(*articles)

    def carry_over(self, *, without: Sequence[str]) -> None:
        """Put what is known and was neither offered nor replaced, less some articles with their earlier texts."""
        removed = set(without)
        dropped = {*self.seen, *self.replaced, *removed}
        for info in self.known.list_articles():
            if info.id not in dropped and info.version_of not in removed:
                validity = self.known.get_validity(info.id)
                version_of = self.replaced.get(info.version_of, info.version_of)
                content_hash = self.known.get_content_hash(info.id) or ""
                article = self.known.get_article(info.id)
                self.writer.put(Incoming(article, content_hash, replace(validity, version_of=version_of)))

    def _compare(self, offered: Article, before: str | None, twin: Place | None) -> str:
        if before is None:
            return "moved" if twin else "added"
        return "moved" if hash_content(offered) == hash_content(self.known.get_article(offered.id)) else "updated"

    def list_pruned(self, prune: Sequence[str]) -> list[str]:
        """Return the stored articles that come from `prune` and were not offered; a rejected one is not gone."""
        if not prune:
            return []
        gone = {path for path in prune if not os.path.lexists(path)}
        failed = {path for each in self.rejected for path in (each.source, os.path.realpath(each.source))} - gone
        taken = {*self.seen, *self.replaced}
        pruned = [
            each
            for each in self.known.list_sources(current=True)
            if each[0] not in taken
            and any(_is_from(each[1], path) for path in prune)
            and not any(_is_from(source, each[1]) or _is_from(each[1], source) for source in failed)
        ]
        self.emptied = {path for path in gone if any(_is_from(source, path) for _, source in pruned)}
        return [key for key, _ in pruned]

    def is_pruned(self, rejection: Rejection) -> bool:
        """Say whether what could not be read is a path that is gone, and the articles from there now are, too."""
        return os.path.realpath(rejection.source) in self.emptied


def _is_there(source: str) -> bool:
    """Say whether what an article was read from is still there, as far as can be told without asking the web."""
    return "://" in source or os.path.lexists(source)


def _is_from(source: str, path: str) -> bool:
    """Return whether a source is a path, a file in that folder, or an entry of that file."""
    return source == path or source.startswith((path.rstrip(os.sep) + os.sep, path + ":", path + "#"))


def _is_storable(article: Article) -> bool:
    try:
        "".join((article.id, article.title, article.author, article.url, article.source, article.text)).encode()
    except UnicodeEncodeError:
        return False
    return True
