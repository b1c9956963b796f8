"""Hits -> the sentences that answer, without a language model. Chooses and widens quotes; quote_wording.py words them.

A sentence is scored by its own evidence (see ranking.py), by that of its passage, by whether it holds the expected type
of answer, and, among the best few, by late interaction with the question (see late_interaction.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answering.citations import escape_quote
from retrieval.answering.confidence import MANY_WORDS, Signals
from retrieval.answering.rebuttals import is_correction, is_question
from retrieval.text.english import DEMONSTRATIVES, POSSESSIVE_DETERMINERS, SUBJECT_PRONOUNS
from retrieval.text.layout import is_heading
from retrieval.text.text_versions import say_different_things

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.domain import Hit, ScoredSentence, Sentence
    from retrieval.search.query import Query

READ_PASSAGES = 5
"""Passages whose sentences are considered."""
COMPARED_SENTENCES = 3
"""Sentences that are also compared token by token, which costs a pass of the encoder each."""
COMPARED_WITHIN = 2.5
"""A sentence whose score is so much below the best one's is not compared: on 900 questions none of them would have
won."""
QUOTED_SENTENCES = 3
"""Sentences quoted in one answer, at most."""

PASSAGE_WEIGHT = 0.1
ANSWER_TYPE_WEIGHT = 2.0
MAXSIM_WEIGHT = 8.0
REPETITION_PENALTY = 4.0
"""What a sentence that was quoted just before loses where the question asks for something else."""
CORRECTION_PENALTY = 2.0
"""What a notice that corrects the article loses against the article's own sentences, which are corrected already."""
CORRECTED_WORDS = 0.5
"""Of the question's topic words, the part that a correction notice must hold to be an answer."""
QUOTED_WITHIN = 1.5
"""A further sentence is quoted when its score is at most so much below the best one's."""
ALSO_QUOTED_WITHIN = 0.5
"""The same where the best sentence is enough."""
ENOUGH_WORDS = 0.95
ENOUGH_MAXSIM = 0.85
"""Of the question's words, the part that a sentence with the type of answer must hold to be enough, and how closely any
other must match them. On half of squad-open and clapnq-open, quotes that hold evidence rise from .67 and .63 to .69 and
.64 of all quotes, and answers with such a quote fall by one of 235."""
NEARBY_SENTENCES = 2
"""Sentences to either side among which the time or place of what a sentence says may be given."""
REPEATED_WORDS = 0.7
"""Sentences that share this part of their words say the same."""

_REFERS_BACK = re.compile(
    r"[\"“‘'(]*(?:(?:But|And|So|Yet|Then|However|Also|In addition|Furthermore|Moreover|Therefore|Instead|Meanwhile|"
    r"As a result|For this reason|In response|For example|For instance)\b,? ?)*"
    rf"(?:{'|'.join(sorted(SUBJECT_PRONOUNS | POSSESSIVE_DETERMINERS | DEMONSTRATIVES))}|such|both|"
    r"the latter|the former|there)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")
_NOTICE_WORDS = "correction clarification article story report version earlier said published"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its hit, its score, and its late interaction with the question (see late_interaction.py).

    `nearby_answer` is a neighbouring sentence that gives the time or place asked for, where the sentence itself does
    not. A sentence that asks something has its `reply` in the one after it.
    """

    hit: Hit
    scored: ScoredSentence
    score: float
    nearby_answer: Sentence | None = None
    maxsim: float = 0.0
    reply: Sentence | None = None

    @property
    def text(self) -> str:
        """What the sentence says, with its reply."""
        return f"{self.scored.sentence.text} {self.reply.text}" if self.reply else self.scored.sentence.text

    @property
    def has_answer_type(self) -> bool:
        """Whether the sentence or its neighbour holds the expected type of answer."""
        return bool(self.scored.answer_type_match or self.nearby_answer)

    def collect_signals(self, query: Query) -> Signals:
        """Return what this sentence says about whether the archive answers the question."""
        return Signals(
            maxsim=self.maxsim,
            cosine=self.scored.cosine,
            coverage=self.scored.coverage,
            passage_coverage=self.hit.coverage,
            passage_cosine=self.hit.cosine,
            names=self.hit.names,
            pairs=self.hit.pairs,
            answer_type_missing=float(query.requires_answer_type and not self.scored.answer_type_match),
            topic_words=min(len(query.weights), MANY_WORDS),
        )


def rank_sentences(
    query: Query, hits: Sequence[Hit], compare: Callable[[Sequence[str]], Sequence[float]], *, already_quoted: str = ""
) -> list[Candidate]:
    """Return the best sentences of the best hits, best first; `compare` returns each text's MaxSim in [0, 1].

    Sentences that were `already_quoted` in an answer that was not enough come later.
    """
    ranked = list_candidates(query, hits[:READ_PASSAGES], already_quoted=already_quoted)
    best = [c for c in ranked[:COMPARED_SENTENCES] if c.score >= ranked[0].score - COMPARED_WITHIN]
    similarities = compare([query.write_both_forms(_introduce(c)) for c in best])
    compared = (
        replace(c, score=c.score + MAXSIM_WEIGHT * similarity, maxsim=similarity)
        for c, similarity in zip(best, similarities, strict=True)
    )
    return sorted(compared, key=lambda c: -c.score)


def _introduce(candidate: Candidate) -> str:
    """Return a sentence behind its article's title, who speaks where it says "I", and what a row of a table needs."""
    text = f"{candidate.scored.context} {candidate.text}".lstrip()
    return ". ".join(filter(None, [candidate.hit.article.title, candidate.hit.speaker, text]))


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


def measure_own_coverage(query: Query, text: str) -> float:
    """Return the share of the question's topic words that a text has itself, without its article's title."""
    from retrieval.index.lexical import extract_terms

    return query.measure_coverage(extract_terms(text))


def _find_nearby_answer(query: Query, hit: Hit, index: int) -> ScoredSentence | None:
    """Return the neighbour that best gives the time or place, if better than the sentence; of equals the later one."""
    if query.answer_type is None or not query.answer_type.may_be_nearby:
        return None
    near = [index + step for distance in range(1, NEARBY_SENTENCES + 1) for step in (distance, -distance)]
    neighbours = [hit.sentences[n] for n in near if 0 <= n < len(hit.sentences)]
    neighbours = [each for each in neighbours if not is_question(each.sentence.text)]
    best = max(neighbours, key=lambda each: each.answer_type_match, default=None)
    return best if best and best.answer_type_match > hit.sentences[index].answer_type_match else None


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
    """Say whether a sentence holds the type of answer and all the question's words, or matches them very closely."""
    scored = best.scored
    return bool(scored.answer_type_match and scored.coverage >= ENOUGH_WORDS) or best.maxsim >= ENOUGH_MAXSIM


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
