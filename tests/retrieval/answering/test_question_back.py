from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Filter
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


def test_choices_are_within_the_limits(seeds: Library) -> None:
    found = answer_question(seeds, "why?", where=Filter(author="Nobody"))

    assert (found.text, found.citations) == ("What would you like to know about?", ())


def test_a_plain_question_is_not_asked_back(seeds: Library) -> None:
    assert answer_question(seeds, "What is fentanyl?").kind == "fact"
