"""What a sentence says -> what other articles say on the same point: withdrawn, newer, different. Pure.

What leads and what is withdrawn among quotes is recency.py's and retractions.py's; here the same rules hold one given
sentence against the hits. Whether other articles do contradict a claim, a model that reads them may judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from retrieval.answering.candidates import Candidate, list_candidates
from retrieval.answering.disagreement import add_other_side, contradict
from retrieval.answering.recency import lead_with_newest
from retrieval.answering.retractions import takes_back, withdraw_retracted
from retrieval.answering.window_reading import read_around
from retrieval.text.publication_dates import precedes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import Answer, ArticleInfo, Hit, PublicationDate, Sentence
    from retrieval.search.query import Query

SHARED_TERMS = 0.3
"""Of a claim's terms, the part that another article's sentence holds to speak of the same point; titles count."""
FEWEST_SHARED = 2
FIGURES = frozenset({"count", "quantity", "time"})
"""Types of answers that are numbers or days."""
READ = 4
"""Sentences of an article around which it is read."""
MOST = 3
"""Passages on the same point, at most."""

_FIGURE = re.compile(r"\d[\d.,]*\d|\d")


@dataclass(frozen=True, slots=True)
class CounterEvidence:
    """A sentence of another article that takes back, overtakes or differs from a given one."""

    hit: Hit
    sentence: Sentence
    kind: Literal["withdrawn", "newer", "different"]


def find_withdrawal(query: Query, article_id: str, sentence: Sentence, hits: Sequence[Hit]) -> CounterEvidence | None:
    """Return the sentence of a notice by which another article takes a sentence back."""
    stated = _locate(query, article_id, sentence, hits)
    if stated is None:
        return None
    left = withdraw_retracted(query, [stated], hits)
    if stated in left or not left:
        return None
    notice = left[0].hit
    worded = next((each.sentence for each in notice.sentences if takes_back(each.sentence.text)), None)
    return CounterEvidence(notice, worded or left[0].scored.sentence, "withdrawn")


def find_other_answer(
    query: Query,
    article_id: str,
    sentence: Sentence,
    hits: Sequence[Hit],
    *,
    reader: WindowReader,
    read: Callable[[str], str],
) -> CounterEvidence | None:
    """Return what another article answers to the question where it is newer than a sentence, or of its day.

    `reader` reads with the question, and `read` returns an article's text by its id.
    """
    stated = _locate(query, article_id, sentence, hits)
    if stated is None:
        return None
    if newest := lead_with_newest(query, read_around([stated], [stated], reader), hits, reader, read):
        return CounterEvidence(newest[0].hit, newest[0].scored.sentence, "newer")
    for other in add_other_side(query, [stated], hits, reader)[1:]:
        return CounterEvidence(other.hit, other.scored.sentence, "different")
    return None


def find_later_lead(
    query: Query, quoted: Answer, article: ArticleInfo, sentence: Sentence, hits: Sequence[Hit]
) -> CounterEvidence | None:
    """Return the sentence that leads an answer made of quotes where it is later than another and tells differently.

    It does where it contradicts it, or gives another number or day where one was asked for.
    """
    lead = quoted.citations[0] if quoted.citations and not quoted.refused else None
    if lead is None or not precedes(article.published, lead.published):
        return None
    asks_for_figure = query.answer_type is not None and query.answer_type.name in FIGURES
    others = {*_FIGURE.findall(lead.quote)} - {*_FIGURE.findall(sentence.text)}
    if not (asks_for_figure and others) and not contradict(sentence.text, lead.quote):
        return None
    for hit in hits:
        for each in hit.sentences:
            if hit.article.id == lead.article_id and lead.start <= each.sentence.start < lead.end:
                return CounterEvidence(hit, each.sentence, "newer")
    return None


def find_answering_sentence(query: Query, hits: Sequence[Hit], reader: WindowReader) -> tuple[Hit, Sentence]:
    """Return the sentence of these hits that the reader finds to answer best, with its hit."""
    candidates = list_candidates(query, hits)
    best = max(read_around(candidates[:READ], candidates, reader), key=lambda each: each.reads)
    return best.hit, best.scored.sentence


def list_same_point(
    claim: str, hits: Sequence[Hit], *, without: Collection[str], stated: PublicationDate | None = None
) -> list[Hit]:
    """Return passages of other articles, not `without` ids, that speak of what a claim does.

    Those that were published after the day on which it was `stated` come first, then the closest.
    """
    from retrieval.index.lexical import extract_terms

    wanted = {*extract_terms(claim)}
    found: list[tuple[bool, int, Hit]] = []
    for hit in hits:
        if hit.article.id in without:
            continue
        title = {*extract_terms(hit.article.title)}
        shared = max(
            (len(wanted & (title | {*extract_terms(each.sentence.text)})) for each in hit.sentences), default=0
        )
        if shared >= max(FEWEST_SHARED, SHARED_TERMS * len(wanted)):
            found.append((precedes(stated, hit.article.published), shared, hit))
    return [hit for *_, hit in sorted(found, key=lambda each: (not each[0], -each[1]))][:MOST]


def _locate(query: Query, article_id: str, sentence: Sentence, hits: Sequence[Hit]) -> Candidate | None:
    """Return a sentence of an article as a candidate for an answer, None where no hit holds it."""
    for hit in hits:
        if hit.article.id == article_id and any(each.sentence.start == sentence.start for each in hit.sentences):
            candidates = list_candidates(query, [hit])
            return next((each for each in candidates if each.scored.sentence.start == sentence.start), None)
    return None
