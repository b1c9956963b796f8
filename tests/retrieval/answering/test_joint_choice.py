from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering.candidates import Candidate
from retrieval.answering.joint_choice import choose_jointly
from retrieval.answering.side_search import SideSentence
from retrieval.domain import ArticleInfo, Hit, Passage, ScoredSentence, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

ARTICLE = ArticleInfo("weir", "The weir")


def rate(start: int, score: float, confidence: float = 0.5) -> SideSentence:
    sentence = Sentence(start, start + 5, "Text.")
    scored = ScoredSentence(sentence, score, 0.0, 0.0, 0.0)
    passage = Passage("p", "weir", start, start + 5, "Text.", (sentence,))
    hit = Hit(1, score, passage, ARTICLE, 0.0, 0.0, 0.0, 0.0, 0.0, (scored,))
    return SideSentence(Candidate(hit, scored, score), score, confidence)


def list_starts(sentences: Iterable[SideSentence | None]) -> list[int | None]:
    return [each.candidate.scored.sentence.start if each else None for each in sentences]


def test_what_answers_the_whole_question_comes_first_of_what_answers_a_part_alike() -> None:
    choice = choose_jointly([[rate(1, 5.0), rate(2, 4.5)]], [rate(2, 6.0), rate(1, 1.0)])

    assert list_starts(choice.firsts) == [2]
    assert list_starts(choice.others) == [1]


def test_no_sentence_is_the_best_of_two_parts() -> None:
    choice = choose_jointly(
        [[rate(1, 9.0), rate(2, 1.0)], [rate(1, 9.0), rate(3, 2.0)], [rate(1, 9.0)]], [rate(4, 3.0)]
    )

    assert list_starts(choice.firsts) == [1, 3, None]
    assert list_starts(choice.others) == [4, 2]


def test_the_confidence_is_that_of_the_reading_that_is_surer() -> None:
    part = replace(rate(1, 5.0), confidence=0.2)

    (first,) = choose_jointly([[part]], [rate(1, 2.0, confidence=0.8)]).firsts

    assert first
    assert first.confidence == 0.8
