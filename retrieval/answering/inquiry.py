"""A question as it is understood, with what may be looked up to answer it: what every answerer is given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from retrieval.answering.confidence import THRESHOLD
from retrieval.answering.question_reader import QuestionReader
from retrieval.search.ranking import search_snapshot
from retrieval.timing import Steps

if TYPE_CHECKING:
    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import Filter, Hit, Understanding
    from retrieval.encoder import Encoder
    from retrieval.index import Snapshot
    from retrieval.search.query import Query

HITS = 10
"""Passages that are searched for."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question to one snapshot of a library.

    Below `threshold`, a confidence, the answer is a refusal. The seconds of each step are added to `steps`. Up to `k`
    hits are searched for; each text is encoded and searched once, and each window is read once with a text.
    """

    asked: Understanding
    snapshot: Snapshot
    encoder: Encoder
    threshold: float = THRESHOLD
    k: int = HITS
    steps: Steps = field(default_factory=Steps)
    _found: dict[str, tuple[Query, list[Hit]]] = field(default_factory=dict)
    _readers: dict[str, WindowReader] = field(default_factory=dict)

    def search_within(self, where: Filter) -> Inquiry:
        """Return the same question to be answered within other limits."""
        return replace(self, asked=replace(self.asked, where=where), _found={})

    def search(self, text: str = "") -> tuple[Query, list[Hit]]:
        """Return the query that a text makes, and up to k hits within the question's limits; by default its own."""
        text = text or self.asked.question
        if text not in self._found:
            with self.steps.step("search"):
                vector = self.encoder.encode_question(text)
                self._found[text] = search_snapshot(self.snapshot, text, vector, k=self.k, where=self.asked.where)
        return self._found[text]

    def read_for(self, text: str = "") -> WindowReader:
        """Return the reader of windows with a text; by default the question."""
        question = text or self.asked.question
        return self._readers.setdefault(question, QuestionReader(question, self.encoder))
