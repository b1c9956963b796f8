"""Hits -> the sentences that can answer, each scored without having been read. Reading is left to window_reading.py.

A sentence is scored by its own evidence (see ranking.py), by that of its passage, and by whether it holds the expected
type of answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answering.citations import escape_quote
from retrieval.answering.confidence import MANY_WORDS, Signals, estimate_confidence
from retrieval.answering.rebuttals import is_correction, is_question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import Hit, ScoredSentence, Sentence
    from retrieval.search.query import Query

PASSAGE_WEIGHT = 0.1
ANSWER_TYPE_WEIGHT = 2.0
REPETITION_PENALTY = 4.0
"""What a sentence that was quoted just before loses where the question asks for something else."""
CORRECTION_PENALTY = 2.0
"""What a notice that corrects the article loses against the article's own sentences, which are corrected already."""
CORRECTED_WORDS = 0.5
"""Of the question's topic words, the part that a correction notice must hold to be an answer."""
NEARBY_SENTENCES = 2
"""Sentences to either side among which the time or place of what a sentence says may be given."""
NOT_READ = -10.0
"""The log-odds of what was not read."""

_NOTICE_WORDS = "correction clarification article story report version earlier said published"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its hit, its score, and how well the reader finds that it answers (see window_reading.py).

    `nearby_answer` is a neighbouring sentence that gives the time or place asked for, where the sentence itself does
    not; it is `answered_beside` where the reader finds that the neighbour answers and the sentence itself does not. A
    sentence that asks something has its `reply` in the one after it. `reads` are the reader's log-odds that the
    sentence answers, `window_reads` that what it was read with does.
    """

    hit: Hit
    scored: ScoredSentence
    score: float
    nearby_answer: Sentence | None = None
    reply: Sentence | None = None
    reads: float = NOT_READ
    window_reads: float = NOT_READ
    answered_beside: bool = False

    @property
    def place(self) -> tuple[str, int]:
        """What tells the sentence from all others: its article, and where it begins there."""
        return self.hit.article.id, self.scored.sentence.start

    @property
    def text(self) -> str:
        """What the sentence says, with its reply."""
        return f"{self.scored.sentence.text} {self.reply.text}" if self.reply else self.scored.sentence.text

    @property
    def has_answer_type(self) -> bool:
        """Whether the sentence or its neighbour holds the expected type of answer."""
        return bool(self.scored.answer_type_match or self.nearby_answer)

    def reaches(self, confidence: float, query: Query, reader: WindowReader) -> bool:
        """Say whether the confidence in this sentence is so high; what no cosine could lift to it is not compared."""
        if estimate_confidence(self._collect_signals(query, 1.0)) < confidence:
            return False
        return estimate_confidence(self.collect_signals(query, reader)) >= confidence

    def collect_signals(self, query: Query, reader: WindowReader) -> Signals:
        """Return what this sentence says about whether the archive answers the question."""
        return self._collect_signals(query, reader.compare(self.text))

    def _collect_signals(self, query: Query, own_cosine: float) -> Signals:
        return Signals(
            reads=self.reads,
            window_reads=self.window_reads,
            cosine=self.scored.cosine,
            own_cosine=own_cosine,
            passage_coverage=self.hit.coverage,
            answer_type_missing=float(query.requires_answer_type and not self.scored.answer_type_match),
            topic_words=min(len(query.weights), MANY_WORDS),
        )


def list_candidates(query: Query, hits: Sequence[Hit], *, already_quoted: str = "") -> list[Candidate]:
    """Return the sentences of hits that can answer, best first, without having compared their words."""
    scored = (_score_sentence(query, hit, index, already_quoted) for hit in hits for index in range(len(hit.sentences)))
    return sorted((candidate for candidate in scored if candidate), key=lambda c: -c.score)


def _score_sentence(query: Query, hit: Hit, index: int, already_quoted: str) -> Candidate | None:
    """Return a sentence with its score; None where it asks something that is not answered, or corrects something else.

    A question is looked at for its words, and the sentence after it for the answer.
    """
    scored, reply = hit.sentences[index], None
    if is_question(scored.sentence.text):
        following = hit.sentences[index + 1] if index + 1 < len(hit.sentences) else None
        if following is None or is_question(following.sentence.text):
            return None
        reply = following.sentence
        scored = replace(scored, answer_type_match=following.answer_type_match)
    passage_score = hit.score - max(each.score for each in hit.sentences)
    nearby = _find_nearby_answer(query, hit, index)
    in_headline = query.match_answer_type(hit.article.title) if _stands_in_headlines(query) else 0.0
    type_match = max(scored.answer_type_match, nearby.answer_type_match / 2 if nearby else 0.0, in_headline / 2)
    score = scored.score + ANSWER_TYPE_WEIGHT * type_match + PASSAGE_WEIGHT * passage_score
    if already_quoted and escape_quote(scored.sentence.text) in already_quoted:
        score -= REPETITION_PENALTY
    if is_correction(scored.sentence.text):
        if not _is_corrected(query, hit, index):
            return None
        score -= CORRECTION_PENALTY
    return Candidate(hit, scored, score, nearby.sentence if nearby else None, reply=reply)


def _stands_in_headlines(query: Query) -> bool:
    """Say whether the type of answer is one that headlines give, and that is shown with every quote: a result."""
    return query.answer_type is not None and query.answer_type.name == "result"


def _is_corrected(query: Query, hit: Hit, index: int) -> bool:
    """Say whether a correction notice is about what the question asks, and not only about the same article."""
    notice = hit.sentences[index : index + 2]
    if query.answer_type and not any(each.answer_type_match for each in notice):
        return False
    from retrieval.index.lexical import extract_terms

    said = {*extract_terms(" ".join(each.sentence.text for each in notice))} - {*extract_terms(_NOTICE_WORDS)}
    return query.measure_coverage(said) >= CORRECTED_WORDS


def _find_nearby_answer(query: Query, hit: Hit, index: int) -> ScoredSentence | None:
    """Return the neighbour that best gives the time or place, if better than the sentence; of equals the later one."""
    if query.answer_type is None or not query.answer_type.may_be_nearby:
        return None
    near = [index + step for distance in range(1, NEARBY_SENTENCES + 1) for step in (distance, -distance)]
    neighbours = [hit.sentences[n] for n in near if 0 <= n < len(hit.sentences)]
    neighbours = [each for each in neighbours if not is_question(each.sentence.text)]
    best = max(neighbours, key=lambda each: each.answer_type_match, default=None)
    return best if best and best.answer_type_match > hit.sentences[index].answer_type_match else None
