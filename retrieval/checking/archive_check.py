"""The claims of a draft against the articles that it was not written from: what they say on the same points.

Passages on the same point are shown to whoever judges. What another article takes back falls in any case; where nobody
judged, what a newer one answers is shown with the claim.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.counter_evidence import find_other_answer, find_withdrawal, list_same_point
from retrieval.domain import Reference
from retrieval.verification.verdicts import Verdict, extract_evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from retrieval.answering.counter_evidence import CounterEvidence
    from retrieval.answering.window_reading import Read
    from retrieval.domain import Hit
    from retrieval.search.query import Query
    from retrieval.verification.evidence import Evidence


def add_same_point(
    verdicts: Sequence[Verdict], references: Sequence[Reference], hits: Sequence[Hit]
) -> tuple[list[Reference], dict[int, frozenset[int]]]:
    """Return the references with passages of other articles on the points of claims, and whose numbers go with which.

    The numbers are by the claims' places; further references are numbered on.
    """
    shown, beside = list(references), dict[int, frozenset[int]]()
    for place, verdict in enumerate(verdicts):
        own = {evidence.reference.article.id for evidence in verdict.nearest}
        numbers = set[int]()
        for hit in list_same_point(verdict.claim.text, hits, without=own) if own else ():
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


def hold_against_archive(
    query: Query,
    verdicts: Sequence[Verdict],
    references: Sequence[Reference],
    *,
    hits: Sequence[Hit],
    texts: Mapping[str, str],
    compare: Callable[[Sequence[str]], Sequence[float]] | None,
    read_windows: Read,
) -> list[Verdict]:
    """Return the verdicts with what other articles say against the claims that stand.

    What another article takes back falls. With `compare`, where nobody judged who read those articles, the first claim
    that stands also gets what a newer article answers, or one of the same day, unless the draft says it.
    """
    told = {e.reference.article.id for verdict in verdicts if verdict.stands for e in verdict.rests_on}
    found, is_first = list[Verdict](), True
    for verdict in verdicts:
        if not verdict.stands or not verdict.rests_on:
            found.append(verdict)
            continue
        article_id, sentence = verdict.rests_on[0].reference.article.id, verdict.rests_on[0].sentence
        counter = find_withdrawal(query, article_id, sentence, hits)
        if counter is None and compare and is_first:
            counter = find_other_answer(
                query,
                article_id,
                sentence,
                hits,
                compare=compare,
                read_windows=read_windows,
                read=lambda each: texts[each],
            )
        is_first = False
        if counter is None or (counter.kind != "withdrawn" and counter.hit.article.id in told):
            found.append(verdict)
            continue
        reason = "withdrawn" if counter.kind == "withdrawn" else ""
        found.append(replace(verdict, reason=reason, against=_make_evidence(counter, references)))
    return found


def _make_evidence(counter: CounterEvidence, references: Sequence[Reference]) -> Evidence | None:
    reference = next((each for each in references if _holds(each, counter.hit)), None)
    offered = extract_evidence([reference or Reference(0, counter.hit.article, counter.hit.passage)])
    return next((each for each in offered if each.sentence.start == counter.sentence.start), None)
