"""The short replies to what asks nothing of the articles."""

import pytest

from retrieval.conversation.small_talk import REPLIES, choose_reply, classify_small_talk, reply_to_courtesy
from retrieval.index import Library
from retrieval.pipeline import answer_question
from retrieval.text.courtesies import PHRASES
from tests.retrieval.text.test_courtesies import COURTESIES, QUESTIONS


def test_every_kind_of_courtesy_has_a_reply() -> None:
    assert set(PHRASES) < set(REPLIES)


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in COURTESIES.items() for text in texts])
def test_courtesies_are_replied_to_in_kind(text: str, kind: str) -> None:
    assert reply_to_courtesy(text) == REPLIES[kind]


@pytest.mark.parametrize("text", [text for text in QUESTIONS if text.strip()])
def test_what_asks_something_is_not_replied_to(text: str) -> None:
    assert reply_to_courtesy(text) == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tell me a joke", "joke"),
        ("could you sing something?", "joke"),
        ("are you human?", "about"),
        ("What are you?", "about"),
        ("who programmed you", "about"),
        ("Do you like football?", "opinion"),
        ("What do you think of the mayor?", "opinion"),
        ("what's your favourite article", "opinion"),
        ("Who would you have voted for?", "opinion"),
        ("I am bored", "chat"),
    ],
)
def test_other_small_talk_is_told_apart(text: str, kind: str) -> None:
    assert classify_small_talk(text) == kind


def test_what_can_be_asked_is_named() -> None:
    named = choose_reply("What can you do?")

    assert all(kind in named for kind in ("fact", "list", "comparison", "timeline", "summary", "new", "archive"))


def test_small_talk_is_answered_without_a_search(seeds: Library) -> None:
    found = answer_question(seeds, "Hello!")

    assert (found.text, found.citations, found.refused, found.standalone) == (REPLIES["greeting"], (), False, "")
    assert "search" not in found.steps
