"""Which of several statements leads: the newest that settles the question, not the one that is most like it. Pure.

Articles of different days often answer one question differently: three dead, then four; not planned, then decided. A
newer sentence takes the lead where it answers, and about as certainly as the best one: the more alike the two are, the
less certainly it need. What leaves a question open gives way to what settles it. An article without a
date is neither newer nor older than another, nor is one of a month than another of that month.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from retrieval.answering.candidates import list_candidates
from retrieval.answering.confidence import THRESHOLD, estimate_confidence, to_log_odds
from retrieval.answering.window_reading import READER_WEIGHT, read_around
from retrieval.text.figures import takes_up_figure
from retrieval.text.late_patterns import compile_later
from retrieval.text.publication_dates import get_first_day, is_order_known, precedes
from retrieval.text.text_versions import is_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import ArticleInfo, Hit
    from retrieval.search.query import Query

ALIKE, UNLIKE = 4.0, 1.0
"""A newer sentence answers as well where the log-odds of its confidence fall short of the best one's by at most ALIKE
times the cosine of the two, less UNLIKE: much where they say nearly the same of the same thing, not at all where they
are of different things. Of 106 questions about two invented papers whose stories go on, the sentence that leads is
right for 71 so, and for 62 with fixed margins."""
TAKES_UP = 2.0
"""And by so much more where it takes up a figure of the best one's and gives another, "not 310,000 but 265,000", or is
the same sentence with another number, name or negation."""
OPENING = 300
"""Characters of an article in which it names its edition."""
READ_ARTICLES = 3
"""Newer articles that are read so."""
READ_OF_EACH = 3
"""Sentences of each around which is read."""

_OPEN = compile_later(
    r"\bun(?:clear|known|certain|decided|confirmed)\b|\btoo (?:early|soon) to\b|\bremains? to be seen\b|"
    r"\b(?:not|n['’]t|yet)(?: yet| been| to be| immediately)* "
    r"(?:clear|known|certain|decided|confirmed|established|say|said)\b|\bha(?:s|ve) yet to\b|"
    r"\bwhether (?:\w+ ){1,4}(?:will|would|is|was|can|could|has|had)\b|\bno decision\b|\bunder investigation\b",
    re.IGNORECASE,
)
_EDITION = compile_later(
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
    reader: WindowReader,
    read_article: Callable[[str], str],
) -> list[Candidate]:
    """Return the newest sentence that settles what the best one speaks of, and the best one; [] where the best leads.

    The best one was read; `reader` reads with the question, `read_article` an article's text by its id.
    """
    best = ranked[0]
    is_open = leaves_open(best.text)
    newer = [
        hit
        for hit in hits
        if _may_supersede(hit.article, best.hit.article, read_article, is_open=is_open)
        and not (_EDITION.search(query.text) and hit.article.published == best.hit.article.published)
    ]
    if not newer:
        return []
    listed = list_candidates(query, newer)
    found = read_around(list(_choose_to_read(listed, best)), listed, reader)
    settling = [each for each in found if _settles(query, each, best, reader)]
    return [max(settling, key=lambda each: _rate(each, best)), best] if settling else []


def keep_asked_edition(
    query: Query, ranked: Sequence[Candidate], read_article: Callable[[str], str]
) -> list[Candidate]:
    """Return the sentences of articles that name the edition a question asks for; all where none does."""
    asked = _EDITION.search(query.text)
    if asked is None:
        return list(ranked)
    return [c for c in ranked if find_edition(read_article(c.hit.article.id)) == asked.lastindex] or list(ranked)


def _choose_to_read(listed: Sequence[Candidate], best: Candidate) -> Iterator[Candidate]:
    """Yield the best sentences of each of the best articles, and those that take up the best of all."""
    count = dict[str, int]()
    for candidate in listed:
        key = candidate.hit.article.id
        if _takes_up(best, candidate):
            yield candidate
        elif count.get(key, 0) < READ_OF_EACH and (key in count or len(count) < READ_ARTICLES):
            count[key] = count.get(key, 0) + 1
            yield candidate


def _settles(query: Query, one: Candidate, best: Candidate, reader: WindowReader) -> bool:
    """Say whether a sentence answers, and about as certainly as the best one where that does not leave it open."""
    if leaves_open(one.text):
        return False
    takes_up = _takes_up(best, one)
    if not (takes_up or one.reaches(THRESHOLD, query, reader)):
        return False
    if leaves_open(best.text):
        return True
    certain, needed = (estimate_confidence(each.collect_signals(query, reader)) for each in (one, best))
    short, within = to_log_odds(needed) - to_log_odds(certain), TAKES_UP * takes_up - UNLIKE
    if short <= within or short > within + ALIKE:
        return short <= within
    return short <= within + ALIKE * reader.liken(*(f"{each.hit.article.title}. {each.text}" for each in (best, one)))


def _rate(candidate: Candidate, best: Candidate) -> tuple[bool, date, bool, float]:
    """Return what the leading sentence has most of: its day, that it takes up the best, how well it answers."""
    published, answers = candidate.hit.article.published, candidate.score + READER_WEIGHT * candidate.reads
    is_dated, day = published is not None, get_first_day(published or date.min)
    return is_dated, day, _takes_up(best, candidate), answers


def _takes_up(best: Candidate, one: Candidate) -> bool:
    """Say whether a sentence gives another figure beside the best one's, or is a version of it."""
    texts = [each.scored.sentence.text for each in (best, one)]
    return takes_up_figure(*texts) or is_version(*texts)


def _may_supersede(one: ArticleInfo, other: ArticleInfo, read: Callable[[str], str], *, is_open: bool) -> bool:
    """Say whether an article is newer than another, or might be where that leaves the question open."""
    if one.id == other.id:
        return False
    if not (one.published and other.published and is_order_known(one.published, other.published)):
        return is_open
    if one.published == other.published:
        return find_edition(read(one.id)) > find_edition(read(other.id)) > 0
    return precedes(other.published, one.published)


def find_edition(text: str) -> int:
    """Return the place, from 1 on, of the day's edition that an article's opening names; 0 where it names none."""
    found = _EDITION.search(text, 0, OPENING)
    return found.lastindex or 0 if found else 0
