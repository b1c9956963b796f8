"""A message that asks several questions -> one Answer: each question is answered by itself, in order.

What the articles do not say to one of them is said by name. Splitting a message is conversation's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from retrieval.answering.citations import MARKER, check_citations
from retrieval.answering.confidence import estimate_confidence
from retrieval.answering.extraction import choose_sentences, rank_sentences
from retrieval.answering.extractive import EXTRACTIVE, build_refusal
from retrieval.answering.joint_choice import choose_jointly
from retrieval.answering.quote_wording import word_quotes
from retrieval.answering.side_search import rank_read
from retrieval.conversation.question_kind import classify_question
from retrieval.conversation.sides import find_sides
from retrieval.conversation.subject import find_subject
from retrieval.domain import NOT_SAID, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.inquiry import Inquiry
    from retrieval.answering.side_search import SideSentence
    from retrieval.domain import Citation, Understanding

CERTAIN = 0.8
"""Confidence from which on another sentence is taken where one would answer two questions."""
SAME_ARTICLE = 0.3
"""Confidence that is enough for a question where another of the message leads to the same article, and for what is best
for a part and the message as a whole together: who asks both at once has one subject in mind."""
UNANSWERED = 0.5
"""Confidence, that of a part or of the message as a whole, that is enough for the best sentence of both together where
the part alone is refused."""
QUOTED = 4
"""Sentences that are quoted together, where what the parts quote is less and more answers the message as a whole."""
MORE_HITS = 30
"""Passages among which those of that article are looked for."""

_Span = tuple[str, int, int]
"""Of an article: where a quote begins and ends."""

_ADDED = re.compile(r"\s*\([^()]*\)(?=\?)")


def answer_several(inquiry: Inquiry, answer_inquiry: Callable[[Inquiry], Answer]) -> Answer:
    """Answer each part of a message within the limits of the whole; its confidence is that of the weakest answer.

    A quote that answers two parts is shown once. Where no part is answered, the answer is a refusal.
    """
    asked = inquiry.asked
    inquiries = [replace(inquiry, asked=_understand_part(part, inquiry)) for part in asked.parts]
    answers = _look_further([_answer_part(each, answer_inquiry) for each in inquiries], inquiries, answer_inquiry)
    answers = _answer_within(answers, inquiries)
    answers = [
        _ask_with_others(n, inquiries, answer_inquiry) or answer if answer.refused else answer
        for n, answer in enumerate(answers)
    ]
    further, told = _quote_further(answers, inquiries, inquiry)
    answered = [each for each in answers if not each.refused]
    notice = " ".join(dict.fromkeys(each.notice for each in answers if each.notice))
    if not answered and not further:
        nearest = tuple({info.id: info for each in answers for info in each.nearest}.values())
        first = answers[0]
        confidence = max(each.confidence for each in answers)
        return replace(first, question=asked.question, confidence=confidence, nearest=nearest, notice=notice)
    text, citations = _join_answers([*answered, *further])
    unsaid = [
        f"{NOT_SAID.rstrip('.')}: {_word_part(part)}"
        for n, (part, each) in enumerate(zip(asked.parts, answers, strict=True))
        if each.refused and n not in told
    ]
    texts = {c.article_id: inquiry.snapshot.get_article(c.article_id).text for c in citations}
    text = "\n".join([text, *unsaid])
    check_citations(text, citations, texts)
    weakest = min(answered or further, key=lambda each: each.confidence)
    return replace(weakest, question=asked.question, text=text, citations=citations, notice=notice)


def _answer_part(part: Inquiry, answer_inquiry: Callable[[Inquiry], Answer]) -> Answer:
    """Answer a part; what is told of the archive as a whole, or asked back, to a question for a fact is no answer."""
    answer = answer_inquiry(part)
    is_beside = answer.kind in ("archive", "unclear") and answer.kind != part.asked.kind and len(answer.citations) != 1
    return build_refusal(part.asked.question, 0.0, part.search()[1]) if is_beside else answer


def _look_further(
    answers: Sequence[Answer], inquiries: Sequence[Inquiry], answer_inquiry: Callable[[Inquiry], Answer]
) -> list[Answer]:
    """Return the answers, the less sure of two that quote the same sentences with what else answers its question."""
    changed = list(answers)
    for n, m in combinations(range(len(answers)), 2):
        if not changed[n].citations or _list_spans(changed[n]) != _list_spans(changed[m]):
            continue
        less, more = (n, m) if changed[n].confidence < changed[m].confidence else (m, n)
        asked = replace(inquiries[less].asked, already_quoted=changed[more].text)
        other = answer_inquiry(replace(inquiries[less], asked=asked))
        if not other.refused and other.confidence >= CERTAIN:
            changed[less] = other
    return changed


def _answer_within(answers: Sequence[Answer], inquiries: Sequence[Inquiry]) -> list[Answer]:
    """Return the answers, those that are refused answered from an article to which another question leads."""
    led = [_find_article(answer, inquiry) for answer, inquiry in zip(answers, inquiries, strict=True)]
    changed = list(answers)
    for n, (answer, inquiry) in enumerate(zip(answers, inquiries, strict=True)):
        others = {article for m, articles in enumerate(led) if m != n for article in articles}
        if answer.refused and (given := _answer_from(others, inquiry)):
            changed[n] = given
    return changed


def _ask_with_others(
    n: int, inquiries: Sequence[Inquiry], answer_inquiry: Callable[[Inquiry], Answer]
) -> Answer | None:
    """Answer a part completed with the subject of another one; None where no such answer is found."""
    part = _ADDED.sub("", inquiries[n].asked.question).rstrip("?. ")
    subjects = [find_subject(_ADDED.sub("", each.asked.question)) for m, each in enumerate(inquiries) if m != n]
    completed = (_understand_part(f"{part} ({subject})?", inquiries[n]) for subject in subjects if subject)
    answers = (answer_inquiry(replace(inquiries[n], asked=asked)) for asked in completed)
    return next((answer for answer in answers if not answer.refused), None)


def _quote_further(
    answers: Sequence[Answer], inquiries: Sequence[Inquiry], inquiry: Inquiry
) -> tuple[list[Answer], set[int]]:
    """Return what else answers when the message is read as a whole, and the numbers of the refused parts it answers.

    The best sentence for each part comes first, of refused ones before others. Together no more than QUOTED sentences
    are quoted.
    """
    quoted = {span for each in answers for span in _list_spans(each)}
    texts = [citation.quote for each in answers for citation in each.citations]
    free = QUOTED - len(quoted)
    if free <= 0 or any(each.asked.kind == "archive" for each in inquiries):
        return [], set()
    ranked = [rank_read(each.asked.question, each) for each in inquiries]
    whole = rank_read(inquiry.asked.question, inquiry)
    choice = choose_jointly(ranked, whole)
    firsts = {n: first for n, first in enumerate(choice.firsts) if first}
    order = sorted(firsts, key=lambda n: not answers[n].refused)
    enough = [(firsts[n], UNANSWERED if answers[n].refused else SAME_ARTICLE) for n in order]
    enough += [(each, inquiry.threshold) for each in choice.others]
    further: list[SideSentence] = []
    for each, least in enough:
        is_new = not _is_quoted(each.candidate, quoted) and not any(each.candidate.text in text for text in texts)
        if is_new and each.confidence >= min(least, inquiry.threshold):
            further.append(each)
            cited = word_quotes([each.candidate], inquiry.snapshot)[1]
            quoted |= _list_cited(cited)
            texts += [citation.quote for citation in cited]
        if len(further) == free:
            break
    if not further:
        return [], set()
    text, citations = word_quotes([each.candidate for each in further], inquiry.snapshot)
    confidence = max(each.confidence for each in further)
    told = {n for n, each in firsts.items() if each in further and _answers_rest(n, each, ranked, whole)}
    return [Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)], told


def _answers_rest(
    n: int, first: SideSentence, ranked: Sequence[Sequence[SideSentence]], whole: Sequence[SideSentence]
) -> bool:
    """Say whether a sentence answers the message as a whole better than any other part of it alone."""

    def get_confidence(sentences: Sequence[SideSentence]) -> float:
        place = first.candidate.place
        return next((each.confidence for each in sentences if each.candidate.place == place), 0.0)

    others = [get_confidence(each) for m, each in enumerate(ranked) if m != n]
    return max(get_confidence(whole), get_confidence(ranked[n])) > max(others, default=0.0)


def _is_quoted(candidate: Candidate, quoted: Collection[_Span]) -> bool:
    article_id, start = candidate.place
    return any(article_id == each[0] and each[1] <= start < each[2] for each in quoted)


def _find_article(answer: Answer, inquiry: Inquiry) -> list[str]:
    """Return the articles that an answer quotes, or else the one in which the best passage is."""
    if answer.citations:
        return [citation.article_id for citation in answer.citations]
    return [hit.article.id for hit in inquiry.search()[1][:1]]


def _answer_from(articles: Collection[str], inquiry: Inquiry) -> Answer | None:
    """Answer a question for a fact from some articles alone; None where they do not say."""
    query, hits = replace(inquiry, k=MORE_HITS, _found={}).search()
    within = [hit for hit in hits if hit.article.id in articles]
    ranked = rank_sentences(query, within, inquiry.read_for()) if within else []
    confidence = estimate_confidence(ranked[0].collect_signals(query, inquiry.read_for())) if ranked else 0.0
    if confidence < min(SAME_ARTICLE, inquiry.threshold):
        return None
    text, citations = word_quotes(choose_sentences(ranked)[:1], inquiry.snapshot)
    confidence = max(confidence, inquiry.threshold)
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _list_spans(answer: Answer) -> set[_Span]:
    return _list_cited(answer.citations)


def _list_cited(citations: Sequence[Citation]) -> set[_Span]:
    return {_get_key(citation) for citation in citations}


def _understand_part(part: str, inquiry: Inquiry) -> Understanding:
    """Return a part as it is understood by itself; it asks for a fact where it seems to ask nothing."""
    asked, encoder = inquiry.asked, inquiry.encoder
    kind = classify_question(part, encoder.encode_question(part), fingerprint=encoder.fingerprint)
    is_none = kind in ("smalltalk", "unclear") or (kind == "archive" != asked.kind)
    kind = "fact" if is_none else kind  # what no article answers is asked of the catalog in the end
    sides = find_sides(part) if kind == "comparison" else ()
    return replace(
        asked,
        question=part,
        kind=kind,
        literal="",
        subject=find_subject(part),
        searched="",
        sides=sides,
        parts=(),
        remarks=(),
    )


def _word_part(part: str) -> str:
    """Return a question as it was asked, without what it takes from the one before, to end a sentence of ours."""
    core = MARKER.sub(r"(\1)", _ADDED.sub("", part))
    return core if core[:2].isupper() else core[:1].lower() + core[1:]


def _join_answers(answers: Sequence[Answer]) -> tuple[str, tuple[Citation, ...]]:
    """Return the texts of answers one after the other, numbered through; a line whose quotes were shown is left out."""
    citations: dict[_Span, Citation] = {}
    lines: list[str] = []
    for answer in answers:
        known = dict(citations)
        own = {each.number: each for each in answer.citations}
        for line in answer.text.split("\n"):
            shown = [own[int(number)] for number in MARKER.findall(line)]
            if shown and all(_is_shown(each, known) for each in shown):
                continue
            for each in shown:
                citations.setdefault(_get_key(each), replace(each, number=len(citations) + 1))
            numbers = {each.number: citations[_get_key(each)].number for each in shown}
            lines.append(MARKER.sub(lambda found, numbers=numbers: f"[{numbers[int(found[1])]}]", line))  # type: ignore[misc]
    return "\n".join(lines), tuple(citations.values())


def _get_key(citation: Citation) -> _Span:
    return citation.article_id, citation.start, citation.end


def _is_shown(citation: Citation, shown: Mapping[_Span, Citation]) -> bool:
    """Say whether a quote is among others or within one, be it of another article; an article as a whole has none."""
    held = any(citation.quote in each.quote for each in shown.values()) if citation.quote else False
    return held or _get_key(citation) in shown
