from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation.question_parts import MOST_PARTS, split_questions

SEVERAL = {
    "What did the brewery earn and what did the brewers get?": (
        "What did the brewery earn?",
        "What did the brewers get?",
    ),
    "When did the regatta begin and how much are tickets?": (
        "When did the regatta begin?",
        "How much are tickets (the regatta)?",
    ),
    "Two things, till when does the ferry run, and what came of the appeal?": (
        "Till when does the ferry run?",
        "What came of the appeal?",
    ),
    "who runs the sawmill. also, is the flood over?": ("Who runs the sawmill?", "Is the flood over?"),
    "Who runs the sawmill? When did the flood end?": ("Who runs the sawmill?", "When did the flood end?"),
    "Who is Ida Holm and what is her role?": ("Who is Ida Holm?", "What is her role (Ida Holm)?"),
    "Who is Ida Holm?\nWhen was the lock dug?": ("Who is Ida Holm?", "When was the lock dug?"),
    "How many families were moved and why?": ("How many families were moved?", "Why were families moved?"),
    "Did the abbot resign, and is there a successor? Thanks!": (
        "Did the abbot resign?",
        "Is there a successor (the abbot)?",
    ),
    "I live in Tarn. When is the market and are dogs allowed?": (
        "I live in Tarn. When is the market?",
        "Are dogs allowed (the market)?",
    ),
    "Who is the drummer of the Otters? And where do they rehearse?": (
        "Who is the drummer of the Otters?",
        "Where do they rehearse (the Otters)?",
    ),
    "About the regatta: who won it, how many came, and was the lock open?": (
        "About the regatta: who won it?",
        "How many came (the regatta)?",
        "Was the lock open (the regatta)?",
    ),
    "What did Holm's plan cost, and did it achieve its aim?": (
        "What did Holm's plan cost?",
        "Did it achieve its aim (Holm's plan)?",
    ),
    "how much is the ferry and do i have to book a seat": (
        "How much is the ferry?",
        "Do i have to book a seat (the ferry)?",
    ),
    "the town's grant, what was it before the row and what is it now": (
        "The town's grant, what was it before the row?",
        "What is it now (the town's grant)?",
    ),
    "My boat leaks - when does the yard open again? Oh and who's the smith?": (
        "My boat leaks - when does the yard open again?",
        "Who's the smith?",
    ),
    "Why did the bells in Tarn ring, and how were they stopped?": (
        "Why did the bells in Tarn ring?",
        "How were they stopped (the bells in Tarn)?",
    ),
    "What's Ida Holm's trade, and has she a brother?": (
        "What's Ida Holm's trade?",
        "Has she a brother (Ida Holm's trade)?",
    ),
    "Who built the mill? Also, who burnt the mill? And when was the fire?": (
        "Who built the mill?",
        "Who burnt the mill?",
        "When was the fire?",
    ),
}

ONE = [
    "When and where was Ida Holm born?",
    "What does the law say about research and development?",
    "What is the difference between what the miller says and what the baker says?",
    "Who was the man who built the mill and who died in 1920?",
    "When the law is a direct target of the protest, what is this called?",
    "How did the abbot answer the question 'Will you resign?' on Monday?",
    "Which countries have a navy and have the right to use it?",
    "Who is the abbot? Thanks!",
    "Who won the regatta and by how much?",
    "Who was arrested and why?",
    "how come there is no regatta this year??",
    "???",
    "the mill and the lock",
    "Has the ferry been sold and is Dr. Holm its owner",
]


@pytest.mark.parametrize(("text", "parts"), SEVERAL.items())
def test_each_question_of_a_message_stands_alone(text: str, parts: tuple[str, ...]) -> None:
    assert split_questions(text) == parts


@pytest.mark.parametrize("text", ONE)
def test_one_question_is_not_split(text: str) -> None:
    assert split_questions(text) == ()


def test_sentences_alone_are_told_apart_where_clauses_tell_one_story() -> None:
    assert split_questions("How did the strike begin and how did it go on?", clauses=False) == ()
    assert len(split_questions("How did the strike go on? Who runs the port?", clauses=False)) == 2


@given(st.lists(st.sampled_from(["who", "and", "what", "the mill", "is", "it", "?", "!", ".", ",", "\n", "Holm"])))
def test_any_text_is_one_question_or_a_few(words: list[str]) -> None:
    parts = split_questions(" ".join(words))

    assert len(parts) in {0, *range(2, MOST_PARTS + 1)}
    assert all(part.strip() for part in parts)
