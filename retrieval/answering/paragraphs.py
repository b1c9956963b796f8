"""Hits -> the paragraphs that answer, where no single sentence does. Pure, but for the comparison that is passed in.

Several things are told by a paragraph, of which each sentence holds a part of the question: it is judged by the words
that all of them share with it. What else may be quoted is left to the answerers.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.candidates import Candidate
from retrieval.answering.extraction import READ_PASSAGES
from retrieval.answering.rebuttals import is_correction, is_question
from retrieval.answering.window_reading import READER_WEIGHT, read_whole
from retrieval.domain import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from retrieval.answering.window_reading import Read
    from retrieval.domain import Hit, ScoredSentence
    from retrieval.search.query import Query

PASSAGE_WEIGHT = 0.3
"""What a passage's evidence counts beside that of its best sentence: more than where one sentence is to answer."""
MOST_SENTENCES = 6
"""Sentences that are quoted of a paragraph."""
WEIGHED_PARAGRAPHS = 3
"""Paragraphs that the reader reads."""
FEWEST_WORDS = 4
"""Words of a paragraph that says something: "Evening edition" does not."""

_BREAK = re.compile(r"\n\s*\n")
_WORDS = re.compile(r"\w+")


def rank_paragraphs(
    query: Query,
    hits: Sequence[Hit],
    texts: Mapping[str, str],
    read: Read,
    *,
    rate: Callable[[str], float] = lambda _: 0.0,
) -> list[Candidate]:
    """Return the paragraphs of the best hits, best first, each as a candidate whose sentence is all that is quoted.

    `texts` are the articles' by id, `read` reads with the question, and `rate` says what a paragraph's form counts.
    """
    joined = (
        _join(query, hit, group, texts[hit.article.id])
        for hit in hits[:READ_PASSAGES]
        for group in _group(hit, texts[hit.article.id])
    )
    found = [replace(each, score=each.score + rate(each.scored.sentence.text)) for each in joined if each]
    best = sorted(found, key=lambda each: -each.score)[:WEIGHED_PARAGRAPHS]
    if not best:
        return []
    read_best = (replace(each, score=each.score + READER_WEIGHT * each.window_reads) for each in read_whole(best, read))
    return sorted(read_best, key=lambda each: -each.score)


def _group(hit: Hit, text: str) -> Iterator[list[ScoredSentence]]:
    """Yield the sentences of each paragraph of a passage."""
    group: list[ScoredSentence] = []
    for scored in hit.sentences:
        if group and _BREAK.search(text, group[-1].sentence.end, scored.sentence.start):
            yield group
            group = []
        group.append(scored)
    if group:
        yield group


def _join(query: Query, hit: Hit, group: Sequence[ScoredSentence], text: str) -> Candidate | None:
    """Return a paragraph as a candidate; None where it says nothing, only asks, or corrects another."""
    from retrieval.index.lexical import extract_terms

    kept = _choose_run(group)
    start, end = kept[0].sentence.start, kept[-1].sentence.end
    paragraph = text[start:end]
    if len(_WORDS.findall(paragraph)) < FEWEST_WORDS or is_correction(paragraph):
        return None
    if all(is_question(each.sentence.text) for each in kept):
        return None
    best = max(kept, key=lambda each: each.score)
    whole = replace(
        best,
        sentence=Sentence(start, end, paragraph),
        cosine=max(each.cosine for each in kept),
        coverage=query.measure_coverage({*extract_terms(hit.article.title), *extract_terms(paragraph)}),
        answer_type_match=max(each.answer_type_match for each in kept),
    )
    passage_score = hit.score - max(each.score for each in hit.sentences)
    return Candidate(hit, whole, best.score + PASSAGE_WEIGHT * passage_score)


def _choose_run(group: Sequence[ScoredSentence]) -> Sequence[ScoredSentence]:
    """Return the sentences of a long paragraph that follow one another and have most of the question together."""
    last = len(group) - MOST_SENTENCES
    starts = range(last + 1) if last > 0 else range(1)
    first = max(starts, key=lambda n: sum(each.score for each in group[n : n + MOST_SENTENCES]))
    return group[first : first + MOST_SENTENCES]
