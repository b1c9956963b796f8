"""Question in, Answer out, with quotes alone: understand, search, quote. Each step is another package's.

The same line with a chat model is chain.py's; nothing of what only that needs is imported here.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from retrieval.answering.answer_kinds import answer_inquiry
from retrieval.answering.inquiry import Inquiry
from retrieval.answering.library_threshold import choose_threshold
from retrieval.conversation.understanding import understand_question
from retrieval.domain import Filter
from retrieval.search.query import validate_question
from retrieval.timing import Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Answer, Ask, Hit, Turn
    from retrieval.index import Library, Snapshot


def search_as_understood(library: Library, ask: Ask, *, k: int) -> tuple[str, list[Hit]]:
    """Return a question as it is understood from the conversation before it, and its passages, best first."""
    validate_question(ask.question)

    def read(snapshot: Snapshot) -> tuple[str, list[Hit]]:
        today = ask.today or date.today()
        asked = understand_question(ask.question, ask.history, snapshot, library.encoder, where=ask.where, today=today)
        inquiry = Inquiry(asked, snapshot, library.encoder, k=k)
        return asked.question, inquiry.search(asked.searched)[1]

    return library.read(read)


def answer_question(
    library: Library,
    question: str,
    *,
    where: Filter | None = None,
    threshold: float | None = None,
    history: Sequence[Turn] = (),
    today: date | None = None,
) -> Answer:
    """Answer a question with quotes from the articles, or say that they do not say.

    A question that depends on the `history`, oldest turn first, is understood with what it refers to. `threshold` is
    the confidence below which the answer is a refusal, by default the library's own, or .6. `today` is the day that
    "last week" counts from, by default this one. Raises InputError for a question that is empty or longer than 2,000
    characters, LibraryMissing when there is nothing to search, LibraryDamaged when a part of it can't be read.
    """
    started, steps = time.perf_counter(), Steps()
    validate_question(question)
    limit = choose_threshold(library, threshold)

    def answer(snapshot: Snapshot) -> Answer:
        with steps.step("understand"):
            asked = understand_question(
                question, history, snapshot, library.encoder, where=where or Filter(), today=today or date.today()
            )
        return answer_inquiry(Inquiry(asked, snapshot, library.encoder, threshold=limit, steps=steps))

    given = library.read(answer)
    return replace(given, question=question, seconds=time.perf_counter() - started, steps=dict(steps))
