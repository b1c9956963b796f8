"""An inquiry -> its answer, by the answerer of its kind; what that can't answer is answered as a fact."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from retrieval.answering.extractive import answer_fact, rank_statements
from retrieval.answering.quote_wording import word_quotes
from retrieval.conversation.context_dependence import points_back
from retrieval.conversation.question_kind import estimate_kinds
from retrieval.conversation.question_parts import split_questions
from retrieval.conversation.time_limits import NO_ARTICLE
from retrieval.text.keywords import find_topic_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Answer, Filter, Kind

    Answerer = Callable[[Inquiry], Answer | None]
    """Answers an inquiry of one kind; None where it has no answer."""

ANSWERERS: Mapping[Kind, str] = {
    "archive": "retrieval.answering.archive_facts:answer_archive",
    "comparison": "retrieval.answering.compared_sides:compare_sides",
    "headlines": "retrieval.answering.headlines:answer_headlines",
    "list": "retrieval.answering.listing:answer_list",
    "smalltalk": "retrieval.answering.small_answers:answer_small_talk",
    "summary": "retrieval.answering.summary:summarize",
    "timeline": "retrieval.answering.timeline:build_timeline",
    "unclear": "retrieval.answering.question_back:ask_back",
}
"""Who answers a kind; imported with its first question: all of them would be a tenth of the time of a cold one."""

ON_THE_SUBJECT = "No sentence of them answers the question: this is what they say on its subject."
FROM_ANOTHER_TIME = "None of them answers the question: this is of another time."
"""What is said where the articles of the time that a question states do not say."""
OF_SUBJECTS = frozenset({"summary", "timeline"})
"""Kinds that are answered with what articles say on a subject; what no article is about, a sentence may answer."""
MAYBE_ARCHIVE = 0.02
"""Probability from which on a question that is not surely answered as another kind may be about the archive. Of 1,200
questions of three public sets, none of them about it, the catalog answers four more so than with .1, and one with .03;
"Who wrote" a title without quotation marks needs .02."""

SAYS_ENOUGH = 6.0
"""Weight of the topic words of a question, together, from which on it says what it is about: two common words."""


@cache
def find_answerer(kind: Kind) -> Answerer:
    """Import who answers a kind of question, which must not be "fact"."""
    answerer: Answerer = resolve_name(ANSWERERS[kind])
    return answerer


def load_answerers() -> None:
    """Import all of them, ahead of the questions."""
    for kind in ANSWERERS:
        find_answerer(kind)


def answer_inquiry(inquiry: Inquiry) -> Answer:
    """Answer a question with quotes, or with what the catalog says, or say that the articles do not say."""
    asked = inquiry.asked
    if (told := _answer_for_day(inquiry)) and not told.refused:
        return told
    undated = replace(inquiry, asked=replace(asked, question=asked.searched)) if asked.searched else inquiry
    answer, remark = _answer(undated), ""
    if answer.refused and asked.given is not None and asked.given != asked.where:
        answer, remark = _answer_otherwise(inquiry, undated, asked.given, answer)
    if answer.question == asked.searched:
        answer = replace(answer, question=asked.question)
    notice = " ".join(filter(None, [*asked.remarks, remark, answer.notice]))
    completed = asked.literal and answer.question != asked.literal
    answered = replace(asked, kind=answer.understanding.kind) if answer.understanding else asked
    return replace(answer, notice=notice, standalone=answer.question if completed else "", understanding=answered)


def _answer_for_day(inquiry: Inquiry) -> Answer | None:
    """Answer what is on at a time that no article is of as a question for a fact: articles tell of other days."""
    asked = inquiry.asked
    remarks = tuple(each for each in asked.remarks if not each.startswith(NO_ARTICLE))
    if asked.kind != "headlines" or not asked.subject or remarks == asked.remarks:
        return None
    return answer_inquiry(replace(inquiry, asked=replace(asked, kind="fact", remarks=remarks)))


def _answer_otherwise(inquiry: Inquiry, undated: Inquiry, given: Filter, refusal: Answer) -> tuple[Answer, str]:
    """Return what the articles of the stated time say on the subject, the answer of another time, or the refusal."""
    asked = undated.asked
    if asked.subject and not asked.parts and asked.kind != "headlines" and asked.where.since and asked.where.until:
        told = find_answerer("headlines")(replace(undated, asked=replace(asked, kind="headlines")))
        if told and not told.refused:
            return replace(_quote_nearest(undated, told), confidence=refusal.confidence), ON_THE_SUBJECT
    at_any_time = _answer(inquiry.search_within(given))
    return (refusal, "") if at_any_time.refused else (at_any_time, FROM_ANOTHER_TIME)


def _quote_nearest(inquiry: Inquiry, told: Answer) -> Answer:
    """Return what is told on a subject with the sentences that come nearest to the question, where any was found."""
    on_subject = {citation.article_id for citation in told.citations}
    nearest: dict[str, Candidate] = {}
    for candidate in rank_statements(inquiry, inquiry.asked.question):
        if candidate.hit.article.id in on_subject:
            nearest.setdefault(candidate.hit.article.id, candidate)
    if not nearest:
        return told
    text, citations = word_quotes(list(nearest.values()), inquiry.snapshot)
    return replace(told, text=text, citations=citations)


def _answer(inquiry: Inquiry) -> Answer:
    asked = inquiry.asked
    if asked.parts:
        from retrieval.answering.several_questions import answer_several

        return answer_several(inquiry, answer_inquiry)
    if asked.kind == "archive":
        return _answer_archive(inquiry)
    answer = find_answerer(asked.kind)(inquiry) if asked.kind in ANSWERERS else None
    if answer is None and asked.kind == "comparison" and (parts := split_questions(asked.question)):
        return _answer(replace(inquiry, asked=replace(asked, parts=parts)))
    if answer is None or (answer.refused and asked.kind in OF_SUBJECTS):
        answer = _answer_as_items(inquiry) or answer_fact(inquiry)
    if answer.certainty != "sure" and (known := _try_archive(inquiry, unsure=not answer.refused)):
        return known
    if answer.refused and asked.kind == "fact" and not asked.literal and _is_vague(asked.question):
        from retrieval.answering.question_back import ask_back

        return replace(ask_back(inquiry), understanding=replace(asked, kind="unclear"))
    return answer


def _estimate_kinds(inquiry: Inquiry) -> dict[Kind, float]:
    text, encoder = inquiry.asked.question, inquiry.encoder
    return estimate_kinds(text, encoder.encode_question(text), fingerprint=encoder.fingerprint)


def _answer_as_items(inquiry: Inquiry) -> Answer | None:
    """Answer a question that was read as another kind as one for several items, where that is likelier than a fact."""
    kinds = _estimate_kinds(inquiry)
    if inquiry.asked.kind not in OF_SUBJECTS or kinds["list"] <= kinds["fact"]:
        return None
    answer = find_answerer("list")(inquiry)
    return answer and replace(answer, understanding=replace(inquiry.asked, kind="list"))


def _asks_catalog(inquiry: Inquiry) -> bool:
    """Say whether a question is for the topics of all articles, or for what one of their authors wrote."""
    from retrieval.answering.catalog_questions import asks_for_topics, asks_of_author

    return asks_for_topics(inquiry.asked.question) or asks_of_author(inquiry)


def _is_vague(question: str) -> bool:
    """Say whether a question points at something that it does not name, and hardly says more: "How much is it?"."""
    return points_back(question) and sum(word.weight for word in find_topic_words(question)) < SAYS_ENOUGH


def _answer_archive(inquiry: Inquiry) -> Answer:
    """Answer from the catalog; what it does not know, an article may say: "When did that report first appear?"."""
    answer = find_answerer("archive")(inquiry)
    if answer and not answer.refused:
        return answer
    said = answer_fact(inquiry)
    return (answer or said) if said.refused else replace(said, understanding=replace(inquiry.asked, kind="fact"))


def _try_archive(inquiry: Inquiry, *, unsure: bool) -> Answer | None:
    """Answer from the catalog a question that may be about it, and that no article answers; none that goes on.

    Where an article answers it, though `unsure`, the catalog does only if it knows the one article that is meant.
    """
    asked = inquiry.asked
    if asked.kind in ("smalltalk", "unclear") or asked.literal or asked.sides:
        return None
    if _estimate_kinds(inquiry)["archive"] < MAYBE_ARCHIVE and (unsure or not _asks_catalog(inquiry)):
        return None
    answer = find_answerer("archive")(inquiry)
    if answer is None or answer.refused or (unsure and len(answer.citations) != 1):
        return None
    return replace(answer, understanding=replace(asked, kind="archive"))
