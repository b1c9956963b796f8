"""An inquiry -> its answer, by the answerer of its kind; what that can't answer is answered as a fact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.extractive import answer_fact
from retrieval.answering.headlines import answer_headlines
from retrieval.answering.listing import answer_list
from retrieval.answering.several_questions import answer_several
from retrieval.answering.summary import summarize
from retrieval.answering.timeline import build_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Answer, Kind

ANSWERERS: Mapping[Kind, Callable[[Inquiry], Answer | None]] = {
    "headlines": answer_headlines,
    "list": answer_list,
    "summary": summarize,
    "timeline": build_timeline,
}
"""Each returns None where it has no answer."""


def answer_inquiry(inquiry: Inquiry) -> Answer:
    """Answer a question with quotes, or with what the catalog says, or say that the articles do not say."""
    asked = inquiry.asked
    answerer = ANSWERERS.get(asked.kind)
    if asked.parts:
        answer = answer_several(inquiry, answer_inquiry)
    else:
        answer = (answerer(inquiry) if answerer else None) or answer_fact(inquiry)
    notice = " ".join(filter(None, [*asked.remarks, answer.notice]))
    return replace(answer, notice=notice, understanding=asked)
