"""An article's sentences -> those that carry it: central, early, close to its title. Pure.

How much a sentence carries is a weighted sum of what can be seen of it. What carries nothing is left out: questions,
an interviewer's words, notes about the article, a line that only announces a list. Which article is meant, and how its
sentences are worded as quotes, is left to others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.extraction import refers_back, widen_quote
from retrieval.answering.rebuttals import find_inseparable, is_correction
from retrieval.domain import Span
from retrieval.text.english import MAGNITUDES, NUMBERS, TENS
from retrieval.text.text_versions import say_different_things

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from retrieval.domain import Article, Sentence
    from retrieval.index import StoredPassage

FEWEST, MOST = 3, 11
"""Sentences that sum an article up."""
SHARE = 0.6
"""The part of an article's sentences that sums it up, within those bounds."""
MOST_QUOTES = 7
"""Quotes that they make, each of sentences that follow each other in a paragraph."""
LONG_SENTENCE = 30
"""Words from which on a sentence gets no longer."""
FEWEST_WORDS = 4
"""A sentence of fewer words carries nothing by itself: "Thank you." """
SHORT_SENTENCE = 8
"""Words of a sentence that is quoted with its neighbour rather than left out: "The bill rises to 640,000 crowns." """
REPEATED_WORDS = 0.7
"""Sentences that share this part of their words say the same."""


@dataclass(frozen=True, slots=True)
class CarryingWeights:
    """What each thing that can be seen of a sentence counts.

    Round numbers near a logistic regression on 43 short articles of an invented paper, in which one reader marked 164
    of 703 sentences as key. Half of the sentences, chosen so, hold .81 of the marked ones where an article has up to 18
    sentences; the first half of it holds .75, the half nearest to its centroid .63. On 15 of the articles that another
    reader marked, six of ten sentences, with what answers the question before others and with their short neighbours,
    hold .88 (`tests/benchmarks/key_sentences.py`).
    """

    centrality: float = 1.0
    position: float = 2.0
    title: float = 1.5
    numbers: float = 0.6
    length: float = 1.5
    opens_paragraph: float = 0.4
    ends_article: float = -0.5
    speech: float = -0.8
    refers_back: float = -0.6
    note: float = -2.0


WEIGHTS = CarryingWeights()

_NUMBER = re.compile(rf"\d+|\b(?:{'|'.join([*NUMBERS, *TENS, *MAGNITUDES])})\b", re.IGNORECASE)
_SPEECH = re.compile(r"[\"“«]")
_PARAGRAPH = re.compile(r"\n\s*\n")
_ASKS_OR_ANNOUNCES = re.compile(r"[?:][\"”’'»*_)\]]*$")
_NOTE = re.compile(r"(?:(?<=\n\n)|^)[ \t]*([*_])(?![*_\s])(?:(?!\1)[^\n])+\1[ \t]*(?=\n\s*\n|\s*$)")
_BOILERPLATE = re.compile(
    r"\W*(?:about [\w&' ]{2,60}:|photo(?:graph)?s?:|notes? to editors|for (?:more|further) information|"
    r"(?:subscribe|sign up|follow us|click here|read more|write to|contact)\b|©|all rights reserved)|"
    r".*\b(?:in this (?:article|piece|post|report|guide)|what follows|as follows)\b",
    re.IGNORECASE,
)
_RUN_IN_HEADING = re.compile(r"(?:\*\*|__)(?!.*(?:\*\*|__))(?:[\w'’-]+\W{1,2}){1,8}$")
_LEFT_OVER = re.compile(r"[*_]+\s+")
_OPEN_ITALICS = re.compile(r"\*(?=\w)")
_LABEL = re.compile(r"(?:(?<=\n)|^)[*_]{0,2}([A-Z][\w .’'-]{0,30}):[*_]{0,2}(?=\s)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, eq=False)
class KeySentence:
    """A sentence of an article with its vector (d,) and how much of the article it carries, for comparing sentences.

    It is the one at `position`, from 0, of all `sentences` of the article whose text is given.
    """

    sentence: Sentence
    position: int
    vector: NDArray[np.float32]
    carries: float
    sentences: Sequence[Sentence]
    text: str
    interviewer: Sequence[Span] = ()
    """What of the text an interviewer says, which is not quoted with an answer."""
    answers: float = 0.0
    """The log-odds that it answers the question, where it was read for one."""

    @property
    def span(self) -> Span:
        """What has to be quoted for the sentence to be understood and not to mislead."""
        first, last = find_inseparable(self.text, self.sentences, self.position)
        while first < self.position and _is_within(self.sentences[first], self.interviewer):
            first += 1
        opening = widen_quote(self.sentences[first], self.sentences[:first])
        quoted = self.text[opening.start : self.sentences[last].end]
        left_over = _LEFT_OVER.match(quoted) or (_OPEN_ITALICS.match(quoted) if quoted.count("*") == 1 else None)
        return Span(opening.start + (left_over.end() if left_over else 0), self.sentences[last].end)

    @property
    def span_with_short_neighbours(self) -> Span:
        """The same with the short sentences right before and after it in its paragraph."""
        span, place = self.span, self.position
        around = [self.sentences[n] for n in (place - 1, place + 1) if 0 <= n < len(self.sentences)]
        short = [each for each in around if self._is_short_neighbour(each)]
        return Span(min([span.start, *(each.start for each in short)]), max([span.end, *(each.end for each in short)]))

    def _is_short_neighbour(self, other: Sentence) -> bool:
        first, second = sorted((other, self.sentence), key=lambda each: each.start)
        if _PARAGRAPH.search(self.text, first.end, second.start) or _ASKS_OR_ANNOUNCES.search(other.text):
            return False
        return 0 < len(_WORD.findall(other.text)) <= SHORT_SENTENCE


def rate_sentences(
    article: Article, passages: Sequence[StoredPassage], *, terms: Callable[[str], Collection[str]]
) -> list[KeySentence]:
    """Return the sentences of an article that may carry something, in their order, each with how much it carries."""
    found = [
        (sentence, vector)
        for each in passages
        for sentence, vector in zip(each.passage.sentences, each.sentence_vectors, strict=True)
    ]
    if not found:
        return []
    sentences = [sentence for sentence, _ in found]
    vectors = np.array([vector for _, vector in found], dtype=np.float32)
    lengths = np.array([len(sentence.text) for sentence, _ in found], dtype=np.float32)
    centralities = vectors @ normalize_vector(np.sqrt(lengths) @ vectors)
    title, questions = set(terms(article.title)), find_interviewer_turns(article.text)
    notes = [Span(*found.span()) for found in _NOTE.finditer(article.text)]
    rated = []
    for position, (sentence, vector) in enumerate(found):
        if _carries_nothing(sentence.text) or _is_within(sentence, questions):
            continue
        before = found[position - 1][0] if position else None
        carries = (
            WEIGHTS.centrality * float(centralities[position])
            + WEIGHTS.position * (1 - position / len(found))
            + WEIGHTS.title * len(title & set(terms(sentence.text))) / max(1, len(title))
            + WEIGHTS.opens_paragraph * _opens_paragraph(article.text, before, sentence)
            + WEIGHTS.ends_article * (position == len(found) - 1)
            + WEIGHTS.note * _is_within(sentence, notes)
            + _rate_wording(sentence.text)
        )
        rated.append(KeySentence(sentence, position, vector, carries, sentences, article.text, questions))
    return rated


def choose_key_sentences(rated: Sequence[KeySentence], count: int) -> list[KeySentence]:
    """Return the sentences that carry most, in their order."""
    chosen: list[KeySentence] = []
    for each in sorted(rated, key=lambda each: -each.carries):
        if len(chosen) == count:
            break
        if not repeats_any(each.sentence.text, (other.sentence.text for other in chosen)):
            chosen.append(each)
    return sorted(chosen, key=lambda each: each.position)


def choose_key_quotes(rated: Sequence[KeySentence]) -> list[Span]:
    """Return what sums an article up, in its order: up to seven quotes, of three to eleven sentences together.

    A short sentence that is quoted with its neighbour counts for none.
    """
    wanted = max(FEWEST, min(MOST, round(SHARE * len(rated) + 0.25)))
    chosen: list[KeySentence] = []
    quotes: list[Span] = []
    for each in sorted(rated, key=lambda each: -each.carries):
        if len(chosen) == wanted:
            break
        quoted = any(quote.start <= each.sentence.start < quote.end for quote in quotes)
        if quoted or repeats_any(each.sentence.text, (other.sentence.text for other in chosen)):
            continue
        joined = join_spans(each.text, [*quotes, each.span_with_short_neighbours])
        if len(joined) <= MOST_QUOTES:
            chosen.append(each)
            quotes = joined
    return quotes


def join_spans(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those made one that overlap or follow each other in a paragraph."""
    joined: list[Span] = []
    for span in sorted(spans):
        between = text[joined[-1].end : span.start] if joined else ""
        if joined and not between.strip() and not _PARAGRAPH.search(between):
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def separate_spans(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return spans, in any order, without what those before them hold; they begin and end with whole sentences."""
    separate: list[Span] = []
    for span in spans:
        start, end = span
        for other in sorted(separate):
            start = other.end if other.start <= start < other.end else start
            end = max(start, other.start) if other.start < end <= other.end else end
        own = text[start:end]
        if own.strip():
            separate.append(Span(start + len(own) - len(own.lstrip()), start + len(own.rstrip())))
    return separate


def repeats_any(text: str, others: Iterable[str]) -> bool:
    """Say whether a text says in most of its words what another one says; with another number it does not."""
    words = set(_WORD.findall(text.lower()))
    for other in others:
        compared = set(_WORD.findall(other.lower()))
        same = len(words & compared) >= REPEATED_WORDS * min(len(words), len(compared))
        if same and not say_different_things(text, other):
            return True
    return False


def normalize_vector(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a vector in unit length; zero stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def find_interviewer_turns(text: str) -> list[Span]:
    """Return what the interviewer says, where turns are labelled: the speaker that asks in most of their turns."""
    labels = list(_LABEL.finditer(text))
    ends = [*(label.start() for label in labels[1:]), len(text)]
    turns = [(label[1], Span(label.start(), end)) for label, end in zip(labels, ends, strict=False)]
    found: list[Span] = []
    for speaker in {speaker for speaker, _ in turns}:
        spans = [span for name, span in turns if name == speaker]
        asking = sum(text[span.start : span.end].rstrip().endswith("?") for span in spans)
        if len(spans) > 1 and 2 * asking > len(spans):
            found += spans
    return found


def _carries_nothing(text: str) -> bool:
    return (
        len(_WORD.findall(text)) < FEWEST_WORDS
        or bool(_ASKS_OR_ANNOUNCES.search(text) or _BOILERPLATE.match(text))
        or "```" in text
        or text.startswith(("|", "#"))
        or bool(_RUN_IN_HEADING.match(text))
        or is_correction(text)
    )


def _is_within(sentence: Sentence, spans: Sequence[Span]) -> bool:
    return any(span.start <= sentence.start < span.end for span in spans)


def _opens_paragraph(text: str, before: Sentence | None, sentence: Sentence) -> bool:
    return before is None or bool(_PARAGRAPH.search(text, before.end, sentence.start))


def _rate_wording(text: str) -> float:
    return (
        WEIGHTS.numbers * min(1.0, len(_NUMBER.findall(text)) / 3)
        + WEIGHTS.length * min(1.0, len(_WORD.findall(text)) / LONG_SENTENCE)
        + WEIGHTS.speech * bool(_SPEECH.search(text))
        + WEIGHTS.refers_back * refers_back(text)
    )
