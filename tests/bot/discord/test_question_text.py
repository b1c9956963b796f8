"""What people type: names for ids, no emoji, nothing unseen; whether it asks anything; the question in a long text."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord import message_parsing
from bot.discord.question_text import LONGEST_QUESTION, Names, asks_something, clean_text, join_lines, take_question

NAMES = Names({1: "Ann Lee"}, {2: "Editors"}, {3: "news"})


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("What did <@1> say?", "What did Ann Lee say?"),
        ("What did <@!1> say?", "What did Ann Lee say?"),
        ("What did <@9> say?", "What did someone say?"),
        ("Who are the <@&2>?", "Who are the Editors?"),
        ("What is <#3> about?", "What is #news about?"),
        ("Who won <:owl:123><a:wave:456>?", "Who won ?"),
        ("What was said on <t:1700000000:D>?", "What was said on 2023-11-14?"),
        ("What was said on <t:99999999999999:D>?", "What was said on ?"),
        ("What does </ask:77> do?", "What does /ask do?"),
        ("Who\u200b won\u2060 it?", "Who won it?"),
        ("one\n\n  two  three ", "one\ntwo three"),
    ],
)
def test_ids_become_names_and_emoji_go(typed: str, cleaned: str) -> None:
    assert clean_text(typed, NAMES) == cleaned


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who?", True),
        ("谁赢了", True),
        ("1931", True),
        ("????", False),
        ("\u200b\u2060", False),
        ("🦉 …", False),
        ("", False),
    ],
)
def test_signs_alone_ask_nothing(text: str, asks: bool) -> None:
    assert asks_something(text) is asks


def test_a_command_names_people_as_discord_does_and_roles_and_channels_as_the_server_does() -> None:
    known = SimpleNamespace(
        client=SimpleNamespace(user=SimpleNamespace(id=8)),
        guild=SimpleNamespace(
            self_role=None,
            roles=[SimpleNamespace(id=2, name="Editors")],
            channels=[SimpleNamespace(id=3, name="news")],
            threads=[],
        ),
        data={
            "resolved": {
                "users": {"1": {"username": "ann", "global_name": None}, "4": {"username": "ben"}},
                "members": {"1": {"nick": "Ann Lee"}},
            }
        },
    )

    text = message_parsing.extract_typed(cast("Any", known), "<@8>, did <@1> and <@4> tell the <@&2> in <#3>?")

    assert text == "did Ann Lee and ben tell the Editors in #news?"


STORY = "The council met again and talked about the harbour for an hour. " * 20


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Who won?\nAnd when?", "Who won? And when?"),
        (f"{STORY}\nWho paid for the quay? Nobody says. Was it Mr. Lee?", "Who paid for the quay? Was it Mr. Lee?"),
        (f"Wer hat den Kai bezahlt?\n{STORY}", "Wer hat den Kai bezahlt?"),
        (f"{STORY}\n谁付了钱？", "谁付了钱？"),
    ],
)
def test_a_long_text_is_asked_by_its_questions(text: str, taken: str) -> None:
    assert take_question(text) == taken


def test_a_long_text_without_a_question_is_asked_by_its_beginning() -> None:
    taken = take_question(STORY)

    assert STORY.startswith(taken)
    assert LONGEST_QUESTION // 2 < len(taken) <= LONGEST_QUESTION


@given(st.text(max_size=60).map(lambda text: text * 40))
def test_what_is_taken_is_never_too_long_and_never_nothing(text: str) -> None:
    taken = take_question(text)

    assert len(taken) <= LONGEST_QUESTION
    assert bool(taken) == bool(join_lines(text))
