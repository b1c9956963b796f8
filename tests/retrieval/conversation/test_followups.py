"""The follow-ups on the articles that come along, with the real encoder: what history has to do for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.conversation.rewriting import rewrite_question
from retrieval.domain import Turn
from retrieval.errors import InputError
from retrieval.pipeline import answer_question
from tests.benchmarks.followups import golden, outcome

if TYPE_CHECKING:
    from retrieval.index import Library

GOAL = Turn("What is the main goal of Blinken's visit?", "To stabilise a relationship that has become tense [1].")


def test_history_finds_and_quotes_what_follow_ups_ask_for(seeds: Library) -> None:
    asked = [each for each in golden("seeds") if each.needs_history]

    without = [outcome(seeds, each, ()) for each in asked]
    with_it = [outcome(seeds, each, each.history) for each in asked]

    assert all(each.rank for each in with_it)
    assert sum(each.answered for each in with_it) >= 0.9 * len(asked)
    assert sum(each.quoted for each in with_it) >= sum(each.quoted for each in without) + 0.15 * len(asked)


def test_history_changes_hardly_a_standalone_question(seeds: Library) -> None:
    asked = [each for each in golden("seeds") if not each.needs_history]

    changed = [
        each.question for each in asked if answer_question(seeds, each.question, history=each.history).standalone
    ]

    # "What did the department add?" after a question about Taiwan is surer with it than by itself.
    assert len(changed) <= 1


def test_history_changes_nothing_that_has_a_topic_of_its_own() -> None:
    asked = [each for each in golden("squad-open") if not each.needs_history]

    changed = [each.question for each in asked if rewrite_question(each.question, each.history) != each.question]

    assert changed == []


FENTANYL = Turn("How much did fentanyl overdose deaths rise?", "They have more than tripled in seven years [1].")
TALKS = Turn("Where did the talks take place?", "Meeting was held at Diaoyutai State Guest House [1].")


@pytest.mark.parametrize("question", ["How was the greeting?", "And the greeting?", "What are the prospects?"])
def test_a_change_of_topic_is_answered_as_without_history(seeds: Library, question: str) -> None:
    alone = answer_question(seeds, question)

    found = answer_question(seeds, question, history=[FENTANYL])

    assert (found.standalone, found.text) == ("", alone.text)


def test_a_follow_up_that_asks_when_is_not_answered_without_a_time(seeds: Library) -> None:
    assert answer_question(seeds, "And when was that?", history=[TALKS]).refused


def test_what_was_just_quoted_gives_way_to_something_else(seeds: Library) -> None:
    first = answer_question(seeds, "What did Blinken call on China to do?")

    found = answer_question(seeds, "And what did Xi say?", history=[Turn(first.question, first.text)])

    assert not {each.quote for each in found.citations} & {each.quote for each in first.citations}
    assert "made progress" in found.citations[0].quote


def test_what_was_just_quoted_is_quoted_again_when_nothing_else_answers(seeds: Library) -> None:
    first = answer_question(seeds, "What did Blinken ask China about tariffs?")

    found = answer_question(seeds, "Did China agree to that?", history=[Turn(first.question, first.text)])

    assert "Xi said that China was willing" in found.text


@pytest.mark.parametrize("name", ["seeds", "squad-open"])
def test_the_golden_sets_are_large_enough(name: str) -> None:
    asked = golden(name)

    assert len(asked) >= 30
    assert len({each.id for each in asked}) == len(asked)
    assert sum(each.needs_history for each in asked) >= 26


def test_an_answer_shows_how_a_follow_up_was_understood(seeds: Library) -> None:
    found = answer_question(seeds, "How many objectives does it have?", history=[GOAL])

    assert found.question == "How many objectives does it have?"
    assert "Blinken" in found.standalone
    assert "three objectives" in found.text


def test_a_standalone_question_is_answered_as_without_history(seeds: Library) -> None:
    alone = answer_question(seeds, "Where was the meeting between Biden and Xi Jinping?")

    found = answer_question(seeds, "Where was the meeting between Biden and Xi Jinping?", history=[GOAL])

    assert found.standalone == ""
    assert (found.text, found.citations, found.confidence) == (alone.text, alone.citations, alone.confidence)


def test_history_makes_no_question_of_an_empty_one(seeds: Library) -> None:
    with pytest.raises(InputError):
        answer_question(seeds, "  ", history=[GOAL])
