"""What a question is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation.subject import find_subject


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Summarise the article on the harvest", "the harvest"),
        ("What happened when in the tram dispute?", "the tram dispute"),
        ("Could you give me a short overview of the school closures, please?", "the school closures"),
        ("tl;dr of the minister's speech", "the minister's speech"),
        ("TLDR: Holm & Sons", "Holm & Sons"),
        ("How did the bridge affair develop?", "the bridge affair"),
        ("Tell me about Ida Holm", "Ida Holm"),
        ("what's new with the ferry this week", "the ferry"),
        ("What is the harbour dispute about?", "the harbour dispute"),
        ("Bring me up to speed on the water crisis", "the water crisis"),
        ("Walk me through the strike, from start to finish", "the strike"),
        ("Trace the fire investigation step by step", "the fire investigation"),
        ("I was away. What is the story with the lighthouse?", "the lighthouse"),
        ("The pool was closed, then saved. In what order did that go?", "The pool was closed, then saved"),
        ("recap of US talks", "US talks"),
        ("From the first letter to the trial, how did the forgery case go?", "the forgery case"),
        ("In a nutshell: what is the pension reform about?", "the pension reform"),
        ("Who's for the barrage? Names, please.", "the barrage"),
        ("How did the water level change? The readings in order?", "the water level"),
        ("Trace the price of eggs for me, please", "the price of eggs"),
        ("Sum up the minister's speech", "the minister's speech"),
        ("First it was theft. how did the explanation for the gap change?", "the explanation for the gap"),
    ],
)
def test_words_that_only_ask_are_no_part_of_the_subject(question: str, subject: str) -> None:
    assert find_subject(question) == subject


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What happened at the paper mill?", "the paper mill"),
        ("Tell me about the eviction order", "the eviction order"),
        ("What is the new ferry about?", "the new ferry"),
        ("Summarise the news conference", "the news conference"),
    ],
)
def test_a_noun_that_may_ask_is_kept_beside_a_topic(question: str, subject: str) -> None:
    assert find_subject(question) == subject


@pytest.mark.parametrize(
    "question",
    [
        "What happened last week?",
        "news?",
        "What was in the paper on 12 March?",
        "Give me the events in order",
        "",
        "?!",
    ],
)
def test_a_question_about_nothing_in_particular_has_no_subject(question: str) -> None:
    assert find_subject(question) == ""


@given(st.text(max_size=200))
def test_any_text_has_a_subject_or_none(text: str) -> None:
    assert isinstance(find_subject(text), str)
