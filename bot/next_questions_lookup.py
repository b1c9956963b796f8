"""Questions that a library answers for certain, near to an answer; looked up in the calling thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.domain import Answer, Filter
    from retrieval.index import Library

NEAR = 10
"""Passages whose articles are looked through beside those that are cited."""


def find_next_questions(
    library: Library,
    answered: Answer,
    beside: Sequence[str],
    asked: Sequence[str],
    stopped: Callable[[], bool],
    *,
    where: Filter | None = None,
) -> list[str]:
    """Return questions that the library answers for certain, near to an answer; `beside` are ids of articles.

    They are asked of the quotes alone: no chat model is kept busy by questions that nobody has asked.
    """
    from retrieval.answering.suggestions import list_candidates, suggest_questions
    from retrieval.pipeline import answer_question

    candidates = library.read(lambda snapshot: list_candidates(answered, snapshot, beside))
    return suggest_questions(
        candidates, lambda question: answer_question(library, question, where=where), asked=asked, stopped=stopped
    )


def list_articles_near(library: Library, question: str, where: Filter | None = None) -> list[str]:
    """Return the ids of the articles that passages found for a question are of, best first."""
    from retrieval.search.ranking import search

    return list(dict.fromkeys(hit.article.id for hit in search(library, question, k=NEAR, where=where)))
