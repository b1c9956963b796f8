"""An inquiry -> its answer, by the answerer of its kind; what that can't answer is answered as a fact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.archive_facts import answer_archive
from retrieval.answering.compared_sides import compare_sides
from retrieval.answering.extractive import answer_fact
from retrieval.answering.headlines import answer_headlines
from retrieval.answering.listing import answer_list
from retrieval.answering.question_back import ask_back
from retrieval.answering.several_questions import answer_several
from retrieval.answering.small_answers import answer_small_talk
from retrieval.answering.summary import summarize
from retrieval.answering.timeline import build_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Answer, Kind

ANSWERERS: Mapping[Kind, Callable[[Inquiry], Answer | None]] = {
    "archive": answer_archive,
    "comparison": compare_sides,
    "headlines": answer_headlines,
    "list": answer_list,
    "smalltalk": answer_small_talk,
    "summary": summarize,
    "timeline": build_timeline,
    "unclear": ask_back,
}
"""Each returns None where it has no answer."""

FROM_ANOTHER_TIME = "None of them answers the question: this is of another time."


def answer_inquiry(inquiry: Inquiry) -> Answer:
    """Answer a question with quotes, or with what the catalog says, or say that the articles do not say."""
    asked = inquiry.asked
    remarks = list(asked.remarks)
    answer = _answer(replace(inquiry, asked=replace(asked, question=asked.undated)) if asked.undated else inquiry)
    if answer.question == asked.undated:
        answer = replace(answer, question=asked.question)
    if answer.refused and asked.given is not None and asked.given != asked.where:
        at_any_time = _answer(inquiry.search_within(asked.given))
        if not at_any_time.refused:
            answer, remarks = at_any_time, [*remarks, FROM_ANOTHER_TIME]
    notice = " ".join(filter(None, [*remarks, answer.notice]))
    completed = asked.literal and answer.question != asked.literal
    return replace(answer, notice=notice, standalone=answer.question if completed else "", understanding=asked)


def _answer(inquiry: Inquiry) -> Answer:
    asked = inquiry.asked
    if asked.parts:
        return answer_several(inquiry, answer_inquiry)
    answerer = ANSWERERS.get(asked.kind)
    return (answerer(inquiry) if answerer else None) or answer_fact(inquiry)
