"""Question in, Answer out, with quotes alone: understand, search, quote. Each step is another package's.

The same line with a chat model is chain.py's; nothing of what only that needs is imported here.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.extractive import answer_likeliest, interpret_question
from retrieval.conversation.rewriting import rewrite_question
from retrieval.domain import Filter
from retrieval.search.query import validate_question
from retrieval.timing import Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Answer, Turn
    from retrieval.index import Library, Snapshot


def answer_question(
    library: Library,
    question: str,
    *,
    where: Filter | None = None,
    threshold: float | None = None,
    history: Sequence[Turn] = (),
) -> Answer:
    """Answer a question with quotes from the articles, or say that they do not say.

    A question that depends on the `history`, oldest turn first, is understood with what it refers to. `threshold` is
    the confidence below which the answer is a refusal. Raises InputError for a question that is empty or longer than
    2,000 characters, LibraryMissing when there is nothing to search.
    """
    started, steps = time.perf_counter(), Steps()
    text = validate_question(question)
    with steps.step("understand"):
        meant = interpret_question(text, rewrite_question(text, history), history, library.encoder)

    def quote(snapshot: Snapshot) -> Answer:
        return answer_likeliest(
            snapshot, meant, library.encoder, where=where or Filter(), threshold=threshold, steps=steps
        )[1]

    answer = library.read(quote)
    rewritten = "" if answer.question == text else answer.question
    seconds = time.perf_counter() - started
    return replace(answer, question=question, standalone=rewritten, seconds=seconds, steps=dict(steps))
