from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.discord import question_groups
from bot.discord.question_groups import WordedQuestion, group_questions

if TYPE_CHECKING:
    from retrieval.encoder import SentenceEncoder


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("When does the pool open?", "What are the opening hours of the swimming pool?"),
        ("How long did the strike last?", "How many days was the strike?"),
        ("Why was the bridge closed", "What was the reason for closing the bridge?"),
    ],
)
def test_the_same_question_in_other_words_is_one(encoder: SentenceEncoder, first: str, second: str) -> None:
    assert group_questions([WordedQuestion(first), WordedQuestion(second)], encoder.encode_question) == [[0, 1]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Where was the meeting held?", "When was the meeting held?"),
        ("Who won in 2023?", "Who won in 2024?"),
        ("What did Blinken say in Beijing?", "What did Qin say in Beijing?"),
        ("Is the market on Sunday?", "Is the market on Monday?"),
        ("How much did the new school cost?", "When was the new school opened?"),
    ],
)
def test_another_question_is_another(encoder: SentenceEncoder, first: str, second: str) -> None:
    assert group_questions([WordedQuestion(first), WordedQuestion(second)], encoder.encode_question) == [[0], [1]]


def test_what_is_answered_by_other_words_is_another_question(encoder: SentenceEncoder) -> None:
    won = WordedQuestion("Who won the election for mayor?", ("paper", 10))
    lost = WordedQuestion("Who lost the election for mayor?", ("paper", 90))

    assert group_questions([won, lost], encoder.encode_question) == [[0], [1]]


def test_only_the_newest_questions_are_compared_by_their_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_groups, "MOST_COMPARED", 2)
    asked = [WordedQuestion(text) for text in ("Was the mill sold?", "The mill sold?", "Mill sold?")]

    assert group_questions(asked, lambda _: np.ones(1, np.float32)) == [[0], [1, 2]]


def test_without_vectors_equal_words_are_one_question() -> None:
    texts = ["Who is the mayor?", "When?", "who is  the MAYOR", "???", "!!!"]

    assert group_questions([WordedQuestion(text) for text in texts]) == [[0, 2], [1], [3], [4]]
