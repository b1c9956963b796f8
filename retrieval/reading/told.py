"""What reading tells of files beside their articles: names taken for our fields, dates that could be two days."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.domain import DoubtfulDates, FieldName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.reading.fields import FoundFields


@dataclass
class Told:
    """What was told so far, of one file or of many."""

    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    unusable: Counter[tuple[str, str]] = field(default_factory=Counter)
    doubtful: int = 0
    first: tuple[str, str] = ("", "")
    """The first doubtful date, and where it is."""

    def add_names(self, names: FoundFields | None) -> None:
        """Count the names of an article's fields."""
        if names:
            self.taken.update(names.names.items())
            self.unusable.update(names.odd.items())

    def add_date(self, date: str, place: str) -> None:
        """Count a doubtful date, "" for none."""
        if date:
            self.first = self.first if self.doubtful else (date, place)
            self.doubtful += 1

    def add(self, other: Told) -> None:
        """Count what was told of other files, too."""
        self.taken.update(other.taken)
        self.unusable.update(other.unusable)
        self.first = self.first if self.doubtful else other.first
        self.doubtful += other.doubtful

    def summarize(self) -> Iterator[FieldName | DoubtfulDates]:
        """Yield it as people are told."""
        for name, of in dict.fromkeys([*self.taken, *self.unusable]):
            yield FieldName(name, of, self.taken[name, of], self.unusable[name, of])
        if self.doubtful:
            yield DoubtfulDates(self.doubtful, *self.first)

    def format(self) -> str:
        """Return it as JSON, "" where there is nothing."""
        counts = [[[*key, count] for key, count in each.items()] for each in (self.taken, self.unusable)]
        return json.dumps([*counts, self.doubtful, self.first]) if any(counts) or self.doubtful else ""

    @classmethod
    def parse(cls, text: str) -> Told:
        """Return what was formatted so."""
        if not text:
            return cls()
        taken, unusable, doubtful, (date, place) = json.loads(text)
        counted = [Counter({(name, of): count for name, of, count in each}) for each in (taken, unusable)]
        return cls(counted[0], counted[1], doubtful, (date, place))
