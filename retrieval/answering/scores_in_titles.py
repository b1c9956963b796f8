"""A question for the result of a game -> the title that states it: a report's text often does not. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.domain import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.search.query import Query

NAMED = 0.3
"""Of the question's words, by weight, the part that the title must hold: who played."""

_ASKS_FOR_SCORE = re.compile(
    r"\b(?:score|scoreline|result)\b|\bhow did .+ (?:end|finish|turn out|go)\b|\bwho (?:won|beat|lost)\b|"
    r"\bdid .+ (?:win|lose|beat|draw)\b",
    re.IGNORECASE,
)
_SCORE = re.compile(r"[^\W\d_] \d{1,3}, [^\W\d_][^,:]* \d{1,3}(?!\d|,\d)|\b\d{1,2} ?[-–:] ?\d{1,2}\b")


def find_titled_result(query: Query, ranked: Sequence[Candidate]) -> Candidate | None:
    """Return the best sentence under a title that states the result asked for; None where none does."""
    if not _ASKS_FOR_SCORE.search(query.text):
        return None
    return next((each for each in ranked if _states_result(query, each.hit.article.title)), None)


def find_title(text: str, title: str) -> Span | None:
    """Return where the title stands in the text of its article, where it does."""
    start = text.find(title) if title else -1
    return Span(start, start + len(title)) if start >= 0 else None


def _states_result(query: Query, title: str) -> bool:
    from retrieval.index.lexical import extract_terms

    return bool(_SCORE.search(title)) and query.measure_coverage({*extract_terms(title)}) >= NAMED
