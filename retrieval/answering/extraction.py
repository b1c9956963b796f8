"""Hits -> the sentences that answer, without a language model. Chooses and widens quotes; quote_wording.py words them.

The best candidates (see candidates.py) are read with the sentences beside them (see window_reading.py); the best of all
that was read is quoted, with what comes close to it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.candidates import NOT_READ, list_candidates
from retrieval.answering.window_reading import READER_WEIGHT, read_around
from retrieval.text.english import DEMONSTRATIVES, POSSESSIVE_DETERMINERS, SUBJECT_PRONOUNS
from retrieval.text.late_patterns import compile_later
from retrieval.text.layout import is_heading
from retrieval.text.text_versions import say_different_things

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import Hit, Sentence
    from retrieval.search.query import Query

READ_PASSAGES = 5
"""Passages whose sentences are considered."""
READ_AROUND = 3
"""Best sentences around which the reader reads: of 143 questions of clapnq-open the answer is in such a window for .99,
of 600 of squad-open for .95."""
HOPELESS, SURE_READ, READ_ON = -3.0, 1.0, 12
"""Where the best of these has log-odds between the first two, so many of the best sentences are read. The first quote
is right for .609 of 532 answerable questions to small archives so, and for .613 where more is read for all below the
second; of those to the open sets for as many, and a refusal reads 2.6 times as much."""
COMPARED_UNDER_TITLES = 3
TITLED_WEIGHT = 6.0
"""Best sentences that are compared with the question once more, each by itself under its title, and what that cosine
counts for: the first is right for .82 in place of .80 of 450 questions of squad-open, .79 as before of clapnq-open's
and .87 in place of .86 of mtragun-open's. Four or eight sentences give the same."""
COMPARED_WITHIN = 1.8
"""Only those whose score is at most so much below the best one's: a cosine higher by .3 would make up for it, and as
many first quotes are right as when all are compared."""
QUOTED_SENTENCES = 3
"""Sentences quoted in one answer, at most."""
QUOTED_WITHIN = 1.0
"""A further sentence is quoted when its score is at most so much below the best one's."""
ALSO_QUOTED_WITHIN = 0.5
"""The same where the best sentence is enough."""
ENOUGH_WORDS = 0.95
ENOUGH_READ = 2.0
"""Of the question's words, the part that a sentence with the type of answer must hold to be enough, and the log-odds
that any other must have."""
REPEATED_WORDS = 0.7
"""Sentences that share this part of their words say the same."""

_REFERS_BACK = compile_later(
    r"[\"“‘'(]*(?:(?:But|And|So|Yet|Then|However|Also|In addition|Furthermore|Moreover|Therefore|Instead|Meanwhile|"
    r"As a result|For this reason|In response|For example|For instance)\b,? ?)*"
    rf"(?:{'|'.join(sorted(SUBJECT_PRONOUNS | POSSESSIVE_DETERMINERS | DEMONSTRATIVES))}|such|both|"
    r"the latter|the former|there)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")


def rank_sentences(
    query: Query, hits: Sequence[Hit], reader: WindowReader, *, already_quoted: str = ""
) -> list[Candidate]:
    """Return the best sentences of the best hits and those beside them, best first, as the `reader` rates them.

    Where it is in doubt whether the best few answer, more are read. Sentences that were `already_quoted` in an answer
    that was not enough come later.
    """
    listed = list_candidates(query, hits[:READ_PASSAGES], already_quoted=already_quoted)
    found = read_around(listed[:READ_AROUND], listed, reader)
    if HOPELESS < max((each.reads for each in found), default=NOT_READ) < SURE_READ:
        read = {each.place for each in found}
        further = [each for each in listed[:READ_ON] if each.place not in read]
        found += [each for each in read_around(further, listed, reader) if each.place not in read]
    return sorted((replace(c, score=c.score + READER_WEIGHT * c.reads) for c in found), key=lambda c: -c.score)


def order_under_titles(ranked: Sequence[Candidate], reader: WindowReader) -> list[Candidate]:
    """Return the best sentences in another order where one is more like the question by itself, under its title.

    The stored vectors of sentences are those of words in their passage, which may be about much else.
    """
    compared = [each for each in ranked[:COMPARED_UNDER_TITLES] if each.score > ranked[0].score - COMPARED_WITHIN]
    if len(compared) < 2:
        return list(ranked)
    rated = [each.score + TITLED_WEIGHT * reader.compare(f"{each.hit.article.title}. {each.text}") for each in compared]
    order = sorted(range(len(compared)), key=lambda place: -rated[place])
    # The scores stay in their places: by them it is told which others come close enough to be quoted as well.
    ordered = [replace(compared[place], score=each.score) for place, each in zip(order, compared, strict=True)]
    return [*ordered, *ranked[len(compared) :]]


def choose_sentences(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Choose one to three sentences: the best, and those that come close and say something else.

    Where the best holds the expected type of answer, others must hold it, too; where it is enough, they must come very
    close. A sentence is left out where the neighbour that gives its time or place comes close by itself.
    """
    within = ALSO_QUOTED_WITHIN if ranked and _is_enough(ranked[0]) else QUOTED_WITHIN
    close = [
        c for c in ranked if c.score >= ranked[0].score - within and c.has_answer_type >= ranked[0].has_answer_type
    ]
    by_themselves = {c.scored.sentence for c in close}
    chosen: list[Candidate] = []
    for candidate in close:
        replaced = candidate.nearby_answer in by_themselves
        if len(chosen) < QUOTED_SENTENCES and not replaced and not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
    return chosen


def _is_enough(best: Candidate) -> bool:
    """Say whether a sentence holds the type of answer and all the question's words, or the reader is sure of it."""
    scored = best.scored
    return bool(scored.answer_type_match and scored.coverage >= ENOUGH_WORDS) or best.reads >= ENOUGH_READ


def _repeats(one: Candidate, other: Candidate) -> bool:
    """Say whether two sentences share most of their words, and are not of two articles that say different things."""
    texts = [c.scored.sentence.text for c in (one, other)]
    words = [set(_WORDS.findall(text.lower())) for text in texts]
    if len(words[0] & words[1]) < REPEATED_WORDS * min(map(len, words)):
        return False
    return one.hit.article.id == other.hit.article.id or not say_different_things(*texts)


def refers_back(sentence: str) -> bool:
    """Say whether a sentence opens with a word that refers to one before it, such as "He said" or "But it"."""
    return bool(_REFERS_BACK.match(sentence))


def widen_quote(sentence: Sentence, before: Sequence[Sentence]) -> Sentence:
    """Return the sentence that a quote must begin with to be understood: one before "He said", else itself.

    `before` are the sentences before it in the article, nearest last.
    """
    first = sentence
    for previous in reversed(before[-2:]):
        if not refers_back(first.text) or is_heading(previous.text):
            break
        first = previous
    return first
