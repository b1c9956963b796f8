"""The claims of a draft against the articles that it was not written from: what they say on the same points.

Passages on the same point are shown to whoever judges. What another article takes back falls in any case; where nobody
judged, what a newer one answers is shown with the claim.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answering.counter_evidence import (
    find_answering_sentence,
    find_later_lead,
    find_other_answer,
    find_withdrawal,
    list_same_point,
)
from retrieval.domain import Reference
from retrieval.verification.features import wording
from retrieval.verification.verdicts import Verdict, extract_evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.answering.counter_evidence import CounterEvidence
    from retrieval.answering.question_reader import WindowReader
    from retrieval.checking.judging import Judged
    from retrieval.domain import Answer, ArticleInfo, Hit, Sentence
    from retrieval.search.query import Query
    from retrieval.verification.evidence import Evidence
    from retrieval.verification.rulings import Ruling


def add_same_point(
    verdicts: Sequence[Verdict], references: Sequence[Reference], hits: Sequence[Hit]
) -> tuple[list[Reference], dict[int, frozenset[int]]]:
    """Return the references with passages of other articles on the points of claims, and whose numbers go with which.

    The numbers are by the claims' places; further references are numbered on.
    """
    shown, beside = list(references), dict[int, frozenset[int]]()
    for place, verdict in enumerate(verdicts):
        own = {evidence.reference.article.id for evidence in verdict.nearest}
        stated = verdict.nearest[0].reference.article.published if own else None
        numbers = set[int]()
        for hit in list_same_point(verdict.claim.text, hits, without=own, stated=stated) if own else ():
            known = next((each for each in shown if _holds(each, hit)), None)
            if known is None:
                known = Reference(max((each.number for each in shown), default=0) + 1, hit.article, hit.passage)
                shown.append(known)
            numbers.add(known.number)
        beside[place] = frozenset(numbers)
    return shown, beside


def _holds(reference: Reference, hit: Hit) -> bool:
    whole, part = reference.passage, hit.passage
    return reference.article.id == hit.article.id and whole.start <= part.start and part.end <= whole.end


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question: the query, its hits, the answer made of quotes; and how hits are read.

    `read` returns an article's text, `reader` reads with the question.
    """

    query: Query
    hits: Sequence[Hit]
    quoted: Answer
    read: Callable[[str], str]
    reader: WindowReader


def hold_against_archive(
    found: Found, verdicts: Sequence[Verdict], references: Sequence[Reference], *, judged: bool
) -> list[Verdict]:
    """Return the verdicts with what other articles say against the claims.

    What another article takes back falls. Where nobody judged who read those articles, the first claim also gets what a
    newer article answers, or one of the same day, unless the draft says it.
    """
    told = {e.reference.article.id for verdict in verdicts if verdict.stands for e in verdict.rests_on}
    held, is_first = list[Verdict](), True
    for verdict in verdicts:
        if verdict.against or not verdict.nearest:
            held.append(verdict)
            continue
        nearest = (verdict.rests_on or verdict.nearest)[0]
        article, sentence = nearest.reference.article, nearest.sentence
        counter = find_withdrawal(found.query, article.id, sentence, found.hits) if verdict.stands else None
        if counter is None and is_first and not judged:
            counter = _find_other_answer(found, article, sentence)
        is_first = False
        if counter is None or (counter.kind != "withdrawn" and counter.hit.article.id in told):
            held.append(verdict)
            continue
        reason = "withdrawn" if counter.kind == "withdrawn" else verdict.reason
        against = _make_evidence(counter.hit, counter.sentence, references)
        held.append(replace(verdict, reason=reason, against=against))
    return held


def _find_other_answer(found: Found, article: ArticleInfo, sentence: Sentence) -> CounterEvidence | None:
    other = find_other_answer(
        found.query,
        article.id,
        sentence,
        found.hits,
        reader=found.reader,
        read=found.read,
    )
    return other or find_later_lead(found.query, found.quoted, article, sentence, found.hits)


def oppose(found: Found, judged: Judged, references: Sequence[Reference]) -> list[Verdict]:
    """Return the verdicts with the sentence that contradicts each claim, where a ruling names its passage.

    Of a passage of the claim's own article that sentence takes the place of the nearest one.
    """
    return [
        _oppose(found, verdict, judged.rulings.get(n), references, answers=n in (judged.answering or {0}))
        for n, verdict in enumerate(judged.verdicts)
    ]


def _oppose(
    found: Found, verdict: Verdict, ruling: Ruling | None, references: Sequence[Reference], *, answers: bool
) -> Verdict:
    if verdict.reason != "contradicted" or ruling is None or not verdict.nearest:
        return verdict
    named = next((each for each in references if each.number == ruling.passage), None)
    if named is None or any(evidence.reference.number == named.number for evidence in verdict.nearest):
        return verdict
    hits = [hit for hit in found.hits if _holds(named, hit)]
    if answers and hits:
        hit, sentence = find_answering_sentence(found.query, hits, found.reader)
        against = _make_evidence(hit, sentence, references)
    else:
        stems = wording(verdict.claim.text).stems
        against = max(extract_evidence([named]), key=lambda each: len(stems & each.wording.stems), default=None)
    if against and named.article.id == verdict.nearest[0].reference.article.id:
        return replace(verdict, nearest=(against, *verdict.nearest), share=1.0)
    return replace(verdict, against=against)


def _make_evidence(hit: Hit, sentence: Sentence, references: Sequence[Reference]) -> Evidence | None:
    reference = next((each for each in references if _holds(each, hit)), None)
    offered = extract_evidence([reference or Reference(0, hit.article, hit.passage)])
    return next((each for each in offered if each.sentence.start == sentence.start), None)
