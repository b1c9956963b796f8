from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.conversation.talk import LONGEST, asks_articles

MESSAGES = Path("tests/golden/channel-messages")


def share_told(half: str, kind: str) -> float:
    """Return the share of a half's messages of a kind that are told to be of it."""
    rows = [json.loads(line) for line in (MESSAGES / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]
    said = [row["text"] for row in rows if row["kind"] == kind]
    return sum(asks_articles(text) == (kind == "question") for text in said) / len(said)


@pytest.mark.parametrize("half", ["tuned", "held-out"])
@pytest.mark.parametrize(("kind", "least"), [("question", 0.97), ("talk", 0.95)])
def test_questions_are_told_from_talk(half: str, kind: str, least: float) -> None:
    assert share_told(half, kind) >= least


@pytest.mark.parametrize(
    "text",
    [
        "When did the last tram run",
        "How many US troops are there?",
        "I heard the mill closed. Is that true?",
        "My neighbour says it was arson.\nWho was charged?",
        "> the council is useless\nwho voted for the toll?",
        "lol ok, but what did the harbour master say?",
        "what happens if you pay the fine late?",
        "Wann wurde die Brücke gesperrt?",
    ],
)
def test_a_question_needs_no_mark_and_may_follow_a_statement(text: str) -> None:
    assert asks_articles(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "?",
        "?!?",
        "\u200b",
        "https://example.org/who-is-the-mayor?",
        "> who voted for the toll?",
        "`who am i`",
        "||who killed the butler?||",
        "/ask question: who is the mayor",
        "who's in?",
        "When I was a kid the ferry cost a shilling.",
        "are you coming to the meeting?",
        "what a match!",
    ],
)
def test_what_quotes_links_or_talks_is_no_question(text: str) -> None:
    assert not asks_articles(text)


def test_of_an_endless_message_the_beginning_is_looked_at() -> None:
    assert not asks_articles("so " * LONGEST + "who is the mayor?")


@pytest.mark.parametrize("text", ["and why?", "When?", "How much?", "did she?"])
def test_what_goes_on_may_be_about_what_was_said_before(text: str) -> None:
    assert asks_articles(text, going_on=True)
    assert not asks_articles(text)


@pytest.mark.parametrize("text", ["thanks!", "who cares?", "lol", "That solved it, great.", "are you sure?"])
def test_talk_that_goes_on_is_talk(text: str) -> None:
    assert not asks_articles(text, going_on=True)
