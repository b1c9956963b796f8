"""One side of a comparison -> the sentences that answer for it, best first, from the articles that it names.

A sentence is scored as one for a question for a fact, by whether it, what it goes on from, its author or its article
names the side and no other one, and by how near it is to what is asked. Which sentences are quoted is left to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from retrieval.answering.candidates import Candidate, list_candidates
from retrieval.answering.confidence import estimate_confidence
from retrieval.answering.side_questions import ask_of_side
from retrieval.answering.window_reading import read_around
from retrieval.text.date_phrases import find_date_phrases, mentions_time
from retrieval.text.dates import format_day
from retrieval.text.english import (
    ARTICLE_GENRES,
    ARTICLE_NOUNS,
    NUMBERS,
    POSSESSIVES,
    QUANTITY_NOUNS,
    REPORTING_VERBS,
    SUBJECT_PRONOUNS,
    TIME_UNITS,
)
from retrieval.text.figures import find_figures

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from retrieval.answering.inquiry import Inquiry
    from retrieval.domain import ArticleInfo, Hit, Sentence
    from retrieval.search.query import Query

READ_PASSAGES = 8
"""Passages in which each side is looked for, of those found for it, and of those found for the whole question."""
READ_AROUND = 8
"""Best sentences of each side around which the reader reads, with the question worded for that side."""
READS = 0.5
"""What the reader's log-odds count for: a question made for one side is seldom as one would ask it."""
NAMED = 1.5
"""What a sentence gains that names the side."""
SPOKEN = 6.0
"""What it gains in what the side itself has written, or what is labelled as the side's."""
NEAR = 1.5
"""What it gains where its title does, or the sentence that it goes on from."""
LAST_NAMED = 1.5
LAST_NAMED_FALLS = 0.8
LOOK_BACK = 5
"""What it gains where this side is the one that was named last before it, and loses where another was; that much of it
with each sentence between, and so many sentences back."""
OTHER_NAMED = 3.0
"""What it loses that names another side and not its own, or was written by another one."""
ON_TOPIC = 1.5
"""What it gains, and its title, that holds the rest of the question: naming a side says nothing of it."""
FIGURE_GIVEN = 1.5
"""What it gains that gives a figure where the question asks what is more, higher or dearer."""
LIKE_SIDE, LIKE_QUESTION = 1.5, 1.0
"""What its cosines with the side and with the whole question count for."""
OF_EDITORS = 4.0
"""What a line in italics loses, which tells of the article or who speaks in it."""
LEAST_NAMED = 0.4
"""The part of what names a side, by weight, that a sentence, what it goes on from, or the title must hold."""
SAME_BEGINNING = 5
"""Letters; stems that begin with the same are of one family."""
REPORTED_WITHIN = timedelta(days=2)
"""What happened on a day is told within so many."""
FEWEST_TERMS = 2
"""Terms of a sentence that says something, besides the side's."""
FEWEST_WORDS = 4
"""Words of a sentence that says something."""

_WORDS = re.compile(r"\w[\w’'-]*")
_CLOCK = re.compile(r"\b\d[\d.:]* ?[ap]\.? ?m\b", re.IGNORECASE)
_CALLED = sorted(ARTICLE_NOUNS.union(*ARTICLE_GENRES))
_OF_ARTICLE = re.compile(rf"\b(?:editions?|issues?|{'|'.join(_CALLED)})\b", re.IGNORECASE)
_NOTE = re.compile(r"^[*_](?![*_ ])|(?<![*_ ])[*_]$")
_LATER = re.compile(
    rf"\b(?P<count>\d+|{'|'.join(NUMBERS)}) (?P<unit>day|week)s? (?:later|after(?:wards)?)\b", re.IGNORECASE
)
_GOES_ON = re.compile(rf"\b(?:{'|'.join(sorted(SUBJECT_PRONOUNS | POSSESSIVES))})\b", re.IGNORECASE)
_NAMES = re.compile(r"\b[A-Z][\w’'-]+")
_WEIGHED = re.compile(
    r"\b(?:more|less|most|least|fewer|better|worse|how (?:many|much)|"
    r"(?!other|over|under|after|number|either|ever)\w{2,}er)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SideSentence:
    """A sentence that may answer for a side, with its score and the confidence that it does.

    `names` says how much of the side's name stands in it or over it, in [0, 1].
    """

    candidate: Candidate
    score: float
    confidence: float
    names: float


def rank_for_side(side: str, sides: Sequence[str], inquiry: Inquiry) -> list[SideSentence]:
    """Return the sentences that may answer a comparison for one of its sides, best first; none where none names it.

    A side that states a time is looked for in the articles of that time, and elsewhere where they have nothing.
    """
    text = ask_of_side(inquiry.asked.question, side, sides)
    for since, until, undated in _list_times(side, sides, inquiry):
        limited = inquiry.search_within(replace(inquiry.asked.where, since=since, until=until))
        if within := _rank(" ".join(text.replace(side, undated).split()), undated, side, sides, limited):
            return within
    return _rank(text, side, side, sides, inquiry)


def _list_times(side: str, sides: Sequence[str], inquiry: Inquiry) -> list[tuple[date, date, str]]:
    """Return the days that a side is of, with what it says besides: "on 5 March", "two days later" than another side.

    None where it states no time, or several.
    """
    period = inquiry.snapshot.get_period(inquiry.asked.where)
    if period is None or not (_LATER.search(side) or mentions_time(side)):
        return []
    dates = {each: find_date_phrases(each, period[1], period) for each in sides}
    if later := _LATER.search(side):
        before = [found[0].last for each, found in dates.items() if each != side and found]
        count = later["count"].lower()
        number = NUMBERS.index(count) + 1 if count in NUMBERS else int(count)
        days = timedelta(days=number * (7 if later["unit"].lower() == "week" else 1))
        return [(day + days, day + days + REPORTED_WITHIN, _cut(side, later)) for day in before[:1]]
    if len(dates[side]) != 1 or dates[side][0].relation not in ("in", "as of"):
        return []
    found = dates[side][0]
    is_short = found.last - found.first < REPORTED_WITHIN
    until = found.last + REPORTED_WITHIN if is_short else found.last
    return [(found.first, until, f"{side[: found.start]} {side[found.end :]}")]


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _rank(text: str, named: str, side: str, sides: Sequence[str], inquiry: Inquiry) -> list[SideSentence]:
    """Return the sentences for a question made of a side, best first, in or over which stands what is `named` of it.

    Where that is nothing but a time, every sentence of that time is the side's: "what you wrote on 5 May".
    """
    from retrieval.index.lexical import extract_terms

    query, hits = inquiry.search(text)
    others = {term for other in sides if other != side for term in extract_terms(other)}
    says = {term for word in REPORTING_VERBS for term in extract_terms(word)}
    own = {t: query.weights[t] for t in extract_terms(named) if t in query.weights and t not in others | says}
    if not own and named == side:
        return []
    others -= set(extract_terms(side))
    scoring = _Scoring(own, frozenset(others), bool(_OF_ARTICLE.search(side)), query, inquiry)
    found = {each.passage.id: each for each in inquiry.search()[1][:READ_PASSAGES]}
    found |= {each.passage.id: each for each in [*hits[:READ_PASSAGES], *_search_author(side, text, inquiry)]}
    naming = sorted((each for hit in found.values() for each in scoring.score(hit)), key=lambda each: -each[0].score)
    among, names = [each for each, _ in naming[:READ_AROUND]], {_place(each): near for each, near in naming}
    reader, like_side, like_question = inquiry.read_for(text), inquiry.read_for(side), inquiry.read_for()
    rated = [
        SideSentence(
            each,
            each.score
            + READS * each.reads
            + LIKE_SIDE * like_side.compare(each.text)
            + LIKE_QUESTION * like_question.compare(each.text),
            estimate_confidence(each.collect_signals(query, reader)),
            names[_place(each)],
        )
        for each in read_around(among, among, reader)
    ]
    return sorted(rated, key=lambda each: -each.score)


@dataclass(frozen=True, slots=True)
class _Scoring:
    """What names a side, by weight, what names the others, whether it is an article, and the side's question."""

    own: Mapping[str, float]
    others: frozenset[str]
    is_article: bool
    query: Query
    inquiry: Inquiry

    def score(self, hit: Hit) -> Iterator[tuple[Candidate, float]]:
        """Yield the sentences of a hit that the side is named in or over, scored, and how much of its name is."""
        from retrieval.index.lexical import extract_terms

        own, others = self.own, dict.fromkeys(self.others, 1.0)
        asks_figure = {term for word in QUANTITY_NOUNS for term in extract_terms(word)}
        rest = {t: w for t, w in self.query.weights.items() if t not in {*own, *others, *asks_figure}}
        is_weighed = bool(_WEIGHED.search(self.inquiry.asked.question)) or not asks_figure.isdisjoint(
            self.query.weights
        )
        speaker = ". ".join(filter(None, [hit.article.author, *_find_labels(hit, self.inquiry)]))
        spoken = _share(own, set(extract_terms(speaker)))
        title = set(extract_terms(_name_dated(hit.article)))
        if self.is_article:
            spoken = max(spoken, _share(own, title))
        by_other = not spoken and _share(others, set(extract_terms(hit.article.author))) > 0
        words = [set(extract_terms(each.sentence.text)) for each in hit.sentences]
        before = self._read_before(hit)
        shares = [(_share(own, terms), _share(others, terms)) for terms in [*before, *words]]
        places = {each.sentence.start: n for n, each in enumerate(hit.sentences)}
        for each in list_candidates(self.query, [replace(hit, speaker=speaker) if spoken else hit]):
            n = places[each.scored.sentence.start]
            seen = shares[: len(before) + n + 1]
            named = max(seen[-1][0], spoken)
            near = max(named, _share(own, title | words[n] | _collect_before(n, hit, words))) if own else 1.0
            if max(near, *(mine for mine, _ in seen)) < LEAST_NAMED or _says_nothing(each, own):
                continue
            is_other = by_other or (not named and not self.others.isdisjoint(words[n]))
            score = each.score + NAMED * seen[-1][0] + SPOKEN * spoken + NEAR * (near - named)
            score += LAST_NAMED * _find_last_named(seen) - OTHER_NAMED * is_other
            score += ON_TOPIC * (_share(rest, words[n]) + _share(rest, title | words[n]))
            score += FIGURE_GIVEN * (is_weighed and gives_figure(each.scored.sentence))
            score -= OF_EDITORS * bool(_NOTE.search(each.scored.sentence.text))
            yield replace(each, score=score), near

    def _read_before(self, hit: Hit) -> list[set[str]]:
        """Return the terms of the last sentences before a passage."""
        from retrieval.index.lexical import extract_terms

        around = self.inquiry.snapshot.get_passages_around(hit.article.id, hit.passage.start, hit.passage.end)
        told = [each for passage in around for each in passage.sentences if each.end <= hit.passage.start]
        return [set(extract_terms(each.text)) for each in told[-LOOK_BACK:]]


def _says_nothing(candidate: Candidate, own: Collection[str]) -> bool:
    """Say whether a sentence says no more than whose it is: "Evening edition, 4 p.m."."""
    from retrieval.index.lexical import extract_terms

    sentence = candidate.scored.sentence
    return is_label(sentence) or (
        len(set(extract_terms(sentence.text)) - set(own)) < FEWEST_TERMS and not gives_figure(sentence)
    )


def _place(candidate: Candidate) -> tuple[str, int]:
    return candidate.hit.passage.id, candidate.scored.sentence.start


def gives_figure(sentence: Sentence) -> bool:
    """Say whether a sentence gives a figure that is no time."""
    return any(unit.rstrip("s") not in TIME_UNITS for _, unit in find_figures(_CLOCK.sub("", sentence.text)))


def is_label(sentence: Sentence) -> bool:
    """Say whether a sentence is too short to say anything: "Evening edition"."""
    return len(_WORDS.findall(sentence.text)) < FEWEST_WORDS


def _collect_before(n: int, hit: Hit, words: Sequence[set[str]]) -> set[str]:
    """Return the terms of the sentences that one goes on from: those before "he", "it" or "their"."""
    before = set[str]()
    first = n
    while first and first > n - 2 and _GOES_ON.search(hit.sentences[first].sentence.text):
        first -= 1
        before |= words[first]
    return before | (words[n - 1] if n else set())


def _find_last_named(shares: Sequence[tuple[float, float]]) -> float:
    """Return how surely a side is the one named last, in [-1, 1]; below 0 another one is.

    `shares` are how much of the side's and the others' names each sentence up to one has.
    """
    for back, (mine, other) in enumerate(shares[: -LOOK_BACK - 1 : -1]):
        if max(mine, other) >= LEAST_NAMED:
            return (mine - other) * LAST_NAMED_FALLS**back
    return 0.0


def _find_labels(hit: Hit, inquiry: Inquiry) -> list[str]:
    """Return what labels a passage, or the whole article at its beginning: "Evening edition"."""
    opening = inquiry.snapshot.get_article_passages(hit.article.id, most=1)
    sentences = [*(each for stored in opening for each in stored.passage.sentences[:2]), *hit.passage.sentences]
    return [each.text for each in sentences if is_label(each)]


def _search_author(side: str, text: str, inquiry: Inquiry) -> list[Hit]:
    """Return hits in what the side itself has written, where it is the name of an author."""
    asked = inquiry.asked
    names = set(_NAMES.findall(side))
    authors = {info.author for info in inquiry.snapshot.list_articles(asked.where) if info.author}
    written = [author for author in authors if names & set(author.split())]
    if len(written) != 1 or asked.where.author:
        return []
    return inquiry.search_within(replace(asked.where, author=written[0])).search(text)[1][:READ_PASSAGES]


def _name_dated(article: ArticleInfo) -> str:
    return f"{article.title} {format_day(article.published)}" if article.published else article.title


def _share(weights: Mapping[str, float], terms: Collection[str]) -> float:
    """Return the share of the terms that a text has, by weight or by number, whichever is more.

    "Auditor" is had where "audit" is. Of "mending the bridge" the rarer word may be the question's alone.
    """
    if not weights:
        return 0.0
    beginnings = {term[:SAME_BEGINNING] for term in terms if len(term) >= SAME_BEGINNING}
    had = [weight for term, weight in weights.items() if term in terms or term[:SAME_BEGINNING] in beginnings]
    return max(sum(had) / sum(weights.values()), len(had) / len(weights))
