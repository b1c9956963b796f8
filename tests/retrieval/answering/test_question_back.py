from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Filter, Turn
from retrieval.pipeline import answer_question

if TYPE_CHECKING:
    from retrieval.index import Library


@pytest.mark.parametrize("question", ["why?", "how much was it?", "the other one please", "What about them?"])
def test_what_is_too_vague_gets_a_question_back_with_choices(seeds: Library, question: str) -> None:
    found = answer_question(seeds, question)

    assert found.kind == "unclear"
    assert found.text.startswith("What would you like to know about?")
    assert not found.refused
    assert {each.article_id for each in found.citations} == {info.id for info in seeds.list_articles()}
    assert {each.quote for each in found.citations} == {""}


@pytest.mark.parametrize("question", ["?!", "🙂", "...", "the of and"])
def test_what_has_no_word_that_tells_a_topic_gets_a_question_back(seeds: Library, question: str) -> None:
    found = answer_question(seeds, question)

    assert (found.kind, found.refused, found.confidence) == ("unclear", False, 0.0)
    assert found.text.startswith("What would you like to know about?")


def test_a_face_after_an_answer_asks_nothing_of_it_again(seeds: Library) -> None:
    found = answer_question(seeds, "🙂", history=[Turn("Where did Blinken meet Xi?", "“In Beijing.” [1]")])

    assert (found.kind, found.standalone) == ("unclear", "")


def test_choices_are_within_the_limits(seeds: Library) -> None:
    found = answer_question(seeds, "why?", where=Filter(author="Nobody"))

    assert (found.text, found.citations) == ("What would you like to know about?", ())


def test_a_plain_question_is_not_asked_back(seeds: Library) -> None:
    assert answer_question(seeds, "What is fentanyl?").kind == "fact"


@pytest.mark.parametrize(
    "question", ["How much does it cost?", "Who paid for this?", "When will they come home again?"]
)
def test_what_points_at_something_unsaid_and_finds_no_answer_gets_a_question_back(
    seeds: Library, question: str
) -> None:
    found = answer_question(seeds, question)

    assert (found.kind, found.refused) == ("unclear", False)
    assert found.text.startswith("What ")


def test_what_points_back_in_a_conversation_is_refused_where_nothing_answers_it(seeds: Library) -> None:
    history = [Turn("Where did Blinken meet Xi?", "“In Beijing.” [1]")]

    assert answer_question(seeds, "How much did it cost?", history=history).refused
