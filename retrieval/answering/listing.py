"""A question for several items -> quotes that hold all of them, or None where the articles do not say.

Items stand together: in a list block, in sentences that run on ("First ... He also ..."), or in one paragraph. So it is
a block that answers, not a sentence. Where an enumeration begins and ends is found by enumerations.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.article_reading import read_article
from retrieval.answering.candidates import Candidate
from retrieval.answering.confidence import estimate_confidence
from retrieval.answering.enumerations import find_enumerations, is_coordinated
from retrieval.answering.extraction import rank_sentences
from retrieval.answering.extractive import EXTRACTIVE
from retrieval.answering.quote_wording import word_quotes
from retrieval.answering.window_reading import READER_WEIGHT
from retrieval.domain import Answer, ScoredSentence, Sentence, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.answering.enumerations import Enumeration
    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import Hit

ARTICLES = 4
"""Articles found first whose blocks are compared."""
JUDGED_BY = 3
"""Sentences of a block, the best ones, by whose mean it is judged; what a block of fewer loses for each missing."""
SHORT_BLOCK = 0.5
ENUMERATION_BONUS = 1.0
"""What an enumeration, or "A, B and C", counts for."""
PASSAGE_WEIGHT = 0.1
LONGEST_ANNOUNCEMENT = 14
"""Words of a sentence that may announce the paragraph after it: "The paper is a chronicle of small things." """
MOST_SENTENCES = 8
"""Sentences that are quoted of a block that is no enumeration."""
QUOTED_WITHIN = 2.0
"""A second block is quoted where it scores at most so much less than the best one."""
MOST_BLOCKS = 2

_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _ItemBlock:
    """The sentences [first, end) of an article, by number, and what is quoted of them."""

    first: int
    end: int
    span: Span
    enumerates: bool = False


def answer_list(inquiry: Inquiry) -> Answer | None:
    """Answer with the blocks that hold the items, enumerations whole; None below the threshold of confidence."""
    query, hits = inquiry.search()
    with inquiry.steps.step("quote"):
        reader = inquiry.read_for()
        ranked = rank_sentences(query, hits, reader)
        confidence = max((estimate_confidence(each.collect_signals(query, reader)) for each in ranked[:1]), default=0.0)
        if confidence < inquiry.threshold:
            return None
        text, citations = word_quotes(_choose_blocks(inquiry, hits, ranked), inquiry.snapshot)
    return Answer(inquiry.asked.question, text, citations, False, confidence, EXTRACTIVE, 0.0)


def _choose_blocks(inquiry: Inquiry, hits: Sequence[Hit], ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the block that answers best, and one that comes close."""
    found = dict.fromkeys(hit.article.id for hit in [*hits[:1], *(each.hit for each in ranked[:3]), *hits])
    rated = sorted(
        (block for article_id in list(found)[:ARTICLES] for block in _rate_blocks(inquiry, article_id, hits)),
        key=lambda each: -each.score,
    )
    return [each for each in rated[:MOST_BLOCKS] if each.score >= rated[0].score - QUOTED_WITHIN]


def _rate_blocks(inquiry: Inquiry, article_id: str, hits: Sequence[Hit]) -> Iterator[Candidate]:
    """Yield the blocks of an article, each as a candidate whose sentence is what is quoted."""
    own = [hit for hit in hits if hit.article.id == article_id]
    text = inquiry.snapshot.get_article(article_id).text
    passages = inquiry.snapshot.get_article_passages(article_id)
    sentences = [sentence for each in passages for sentence in each.passage.sentences]
    found = {each.sentence.start: each.score for hit in own for each in hit.sentences}
    odds = read_article(own[0].article.title, text, sentences, inquiry.read_for())
    scores = [found.get(each.start, 0.0) + READER_WEIGHT * odd for each, odd in zip(sentences, odds, strict=True)]
    for block in _list_blocks(text, sentences, find_enumerations(text, sentences)):
        kept = block if block.enumerates else _shorten(block, sentences, scores)
        quoted = Sentence(*kept.span, text[kept.span.start : kept.span.end])
        score = _rate(block, sentences, scores) + PASSAGE_WEIGHT * max(hit.score for hit in own)
        yield Candidate(own[0], ScoredSentence(quoted, score, 0.0, 0.0, 0.0), score)


def _rate(block: _ItemBlock, sentences: Sequence[Sentence], scores: Sequence[float]) -> float:
    """Return the mean of a block's best sentences, and of what announces it where that is better."""
    best = sorted(scores[block.first : block.end], reverse=True)[:JUDGED_BY]
    score = sum(best) / len(best) - SHORT_BLOCK * (JUDGED_BY - len(best))
    if block.enumerates or any(is_coordinated(each.text) for each in sentences[block.first : block.end]):
        score += ENUMERATION_BONUS
    before = sentences[block.first - 1] if block.first else None
    if before and len(before.text.split()) <= LONGEST_ANNOUNCEMENT:
        score = max(score, (score + scores[block.first - 1]) / 2)
    return score


def _list_blocks(text: str, sentences: Sequence[Sentence], enumerations: Sequence[Enumeration]) -> Iterator[_ItemBlock]:
    """Yield the enumerations of an article, and its paragraphs less what belongs to one."""
    enumerated: dict[int, int] = {}
    for each in enumerations:
        first = each.first if each.announced is None else min(each.first, each.announced)
        start = min(each.span.start, sentences[first].start)
        yield _ItemBlock(first, each.last + 1, Span(start, each.span.end), enumerates=True)
        enumerated.update(dict.fromkeys(range(first, each.last + 1), first))
    first = 0
    for n in range(1, len(sentences) + 1):
        together = n < len(sentences) and enumerated.get(n) == enumerated.get(n - 1)
        if together and not _PARAGRAPH.search(text, sentences[n - 1].end, sentences[n].start):
            continue
        if first not in enumerated:
            yield _ItemBlock(first, n, Span(sentences[first].start, sentences[n - 1].end))
        first = n


def _shorten(block: _ItemBlock, sentences: Sequence[Sentence], scores: Sequence[float]) -> _ItemBlock:
    """Return the sentences in a row that answer best, of a block that is too long to be quoted."""
    starts = range(block.first, max(block.first, block.end - MOST_SENTENCES) + 1)
    first = max(starts, key=lambda start: sum(scores[start : start + MOST_SENTENCES]))
    end = min(block.end, first + MOST_SENTENCES)
    return _ItemBlock(first, end, Span(sentences[first].start, sentences[end - 1].end))
