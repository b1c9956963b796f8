"""Which of several statements leads: the newest that settles the question, not the one that is most like it. Pure.

Articles of different days often answer one question differently: three dead, then four; not planned, then decided. A
newer sentence takes the lead where it is about the same as the best one: where it holds the question's own words, in
its own text and not only under a headline, and the type of answer that is asked for. What leaves a question open gives
way to what settles it. An article without a date is neither newer nor older than another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.candidates import list_candidates, measure_own_coverage
from retrieval.text.english import AUXILIARIES, PREPOSITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.domain import ArticleInfo, Hit
    from retrieval.search.query import Query


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of what the best sentence has a newer one must have, to speak of the same.

    `cosine` is a share of the best one's cosine with the question; `words` of the question's words that it holds
    itself, `words_of_type` the same where it holds the type of answer that is asked for; `maxsim` of how closely it
    matches the words that are no names, and `least_maxsim` the least of that.
    """

    cosine: float
    words: float
    words_of_type: float
    maxsim: float
    least_maxsim: float = 0.5


STATE = Likeness(cosine=0.62, words=0.6, words_of_type=0.55, maxsim=0.75)
"""Where the question asks whether, how many, who is or when will. Measured on an invented newspaper of fifty articles,
and on 300 questions about an encyclopedia whose paragraphs were given days at random, where nothing is superseded."""
NEWS = Likeness(cosine=0.55, words=0.5, words_of_type=0.4, maxsim=0.6, least_maxsim=0.4)
"""Where it asks for the state of today: "still", "now", "the latest"."""
OPEN = Likeness(cosine=0.62, words=0.6, words_of_type=0.5, maxsim=0.6, least_maxsim=0.4)
"""Where the best sentence leaves it open."""
OTHER = Likeness(cosine=0.8, words=0.85, words_of_type=0.85, maxsim=0.85)
"""Elsewhere: what a word means, or where somebody was born, changes seldom. With the limits of STATE, of 200 right
answers about the encyclopedia 16 lost the lead; with these, 3."""
CONTEXT_WEIGHT = 0.5
"""What a word after the first preposition counts for: "fell ill" counts more than "from the tap water"."""
OPENING = 300
"""Characters of an article in which it names its edition."""
COMPARED = 4
"""Newer sentences that are compared so."""

_OPEN = re.compile(
    r"\bun(?:clear|known|certain|decided|confirmed)\b|\btoo (?:early|soon) to\b|\bremains? to be seen\b|"
    r"\b(?:not|n['’]t|yet)(?: yet| been| to be| immediately)* "
    r"(?:clear|known|certain|decided|confirmed|established|say|said)\b|\bha(?:s|ve) yet to\b|"
    r"\bwhether (?:\w+ ){1,4}(?:will|would|is|was|can|could|has|had)\b|\bno decision\b|\bunder investigation\b",
    re.IGNORECASE,
)
_ASKS_FOR_NEWS = re.compile(
    r"\b(?:latest|newest|most recent|now|current(?:ly)?|still|so far|today|these days|at (?:the moment|present)|yet|"
    r"any ?more|by now|to date|(?:up to|until) now|as things stand|in the end|all told|final(?:ly)?|after all)\b",
    re.IGNORECASE,
)
_ASKS_FOR_A_STATE = re.compile(
    rf"^\W*(?:{'|'.join(sorted(AUXILIARIES))})\b|\bhow (?:many|much|long|high|old|far|often)\b|"
    r"\bwhen (?:will|is|are|does|do|can)\b|\bwho(?: is| are|['’]s)\b|n['’]t (?:he|she|it|they|there)\W*$",
    re.IGNORECASE,
)
_OTHER_ANSWERS = {
    "count": re.compile(
        r"\b(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\d+(?:st|nd|rd|th)) (?!of\b)[a-z]",
        re.IGNORECASE,
    ),
    "reason": re.compile(
        r"\b(?:start(?:ed|s)|spark(?:ed|s)|trigger(?:ed|s)|ignited|began|begun|broke out|blam(?:ed|es)|originat\w+)\b",
        re.IGNORECASE,
    ),
}
"""What answers as well once a first answer was given, by type of answer."""


_EDITION = re.compile(
    r"\b(?:(early|first|morning)|(second|midday|noon|lunchtime|afternoon)|(third|evening)|(late|night|final)) "
    r"(?:edition|update|bulletin)\b",
    re.IGNORECASE,
)


def leaves_open(sentence: str) -> bool:
    """Say whether a sentence says that something is not known or not decided."""
    return bool(_OPEN.search(sentence))


def lead_with_newest(
    query: Query,
    ranked: Sequence[Candidate],
    hits: Sequence[Hit],
    compare: Callable[[Sequence[str]], Sequence[float]],
    read: Callable[[str], str],
) -> list[Candidate]:
    """Return the newest sentence that settles what the best one speaks of, and the best one; [] where the best leads.

    `compare` returns each text's MaxSim with those of the question's words that are no names, `read` an article's text.
    """
    best = ranked[0]
    rivals = list(_list_rivals(query, best, hits, read))[:COMPARED]
    if not rivals:
        return []
    standard, *closeness = compare([best.text, *(rival.text for rival in rivals)])
    likeness = _choose_likeness(query, is_open=leaves_open(best.text))
    limit = max(likeness.least_maxsim, likeness.maxsim * standard)
    settling = [rival for rival, close in zip(rivals, closeness, strict=True) if close >= limit]
    if not settling:
        return []
    dated = [each for each in settling if each.hit.article.published]
    lead = max(
        dated or settling[:1], key=lambda each: (each.hit.article.published is not None, each.hit.article.published)
    )
    return [lead, best]


def _list_rivals(query: Query, best: Candidate, hits: Sequence[Hit], read: Callable[[str], str]) -> Iterator[Candidate]:
    """Yield the best sentence of each article that may settle the question where the best sentence does not."""
    is_open = leaves_open(best.text)
    admitted = [
        hit
        for hit in hits
        if hit.names >= best.hit.names and _may_supersede(hit.article, best.hit.article, read, is_open=is_open)
    ]
    if not admitted:
        return
    own, likeness = measure_own_coverage(query, best.text), _choose_likeness(query, is_open=is_open)
    seen = set[str]()
    for candidate in list_candidates(query, admitted):
        article = candidate.hit.article
        if article.id in seen or leaves_open(candidate.text):
            continue
        answers = candidate.has_answer_type or _answers_in_other_words(query, candidate.text)
        if not answers and best.has_answer_type:
            continue
        words = likeness.words_of_type if answers else likeness.words
        if candidate.scored.cosine < likeness.cosine * best.scored.cosine:
            continue
        if measure_own_coverage(query, candidate.text) < words * own:
            continue
        seen.add(article.id)
        yield candidate


def weigh_topics(query: Query) -> dict[str, float]:
    """Return the weights of the question's words that are no names, those after a preposition lowered."""
    from retrieval.index.lexical import extract_terms

    words = query.text.split()
    head = next((n for n, word in enumerate(words) if n > 1 and word.lower() in PREPOSITIONS), len(words))
    core = {*extract_terms(" ".join(words[:head]))}
    topics = {term: weight for term, weight in query.weights.items() if term not in query.names}
    if not core.intersection(topics):
        return topics or dict(query.weights)
    return {term: weight * (1 if term in core else CONTEXT_WEIGHT) for term, weight in topics.items()}


def _choose_likeness(query: Query, *, is_open: bool) -> Likeness:
    if _ASKS_FOR_NEWS.search(query.text):
        return NEWS
    if is_open:
        return OPEN
    return STATE if _ASKS_FOR_A_STATE.search(query.text) else OTHER


def _answers_in_other_words(query: Query, text: str) -> bool:
    """Say whether a text counts on ("a fourth person died"), or tells how something came about."""
    pattern = _OTHER_ANSWERS.get(query.answer_type.name) if query.answer_type else None
    return bool(pattern and pattern.search(text))


def _may_supersede(one: ArticleInfo, other: ArticleInfo, read: Callable[[str], str], *, is_open: bool) -> bool:
    """Say whether an article is newer than another, or might be where that leaves the question open."""
    if one.id == other.id:
        return False
    if not (one.published and other.published):
        return is_open
    if one.published == other.published:
        return find_edition(read(one.id)) > find_edition(read(other.id)) > 0
    return one.published > other.published


def find_edition(text: str) -> int:
    """Return the place, from 1 on, of the day's edition that an article's opening names; 0 where it names none."""
    found = _EDITION.search(text, 0, OPENING)
    return found.lastindex or 0 if found else 0
