from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import discord
import pytest

from bot.discord.history import choose_direct_server, recall_channel, recall_follow_up, recall_turns
from bot.discord.records import Records
from retrieval.domain import Turn
from tests.bot.discord.answer_records import ANN, BEN, CHANNEL, GUILD, make_question, make_record


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records(tmp_path / "discord.sqlite3")
    yield opened
    opened.close()


def message(
    *, guild: int = GUILD, channel: int = CHANNEL, thread: bool = False, reply_to: int = 0, forwarded: bool = False
) -> discord.Message:
    """Make as much of a message as a conversation needs to know."""
    place: Any = Mock(spec=discord.Thread) if thread else SimpleNamespace()
    place.id = channel
    kind = discord.MessageReferenceType.forward if forwarded else discord.MessageReferenceType.reply
    made = SimpleNamespace(
        guild=SimpleNamespace(id=guild) if guild else None,
        channel=place,
        reference=SimpleNamespace(message_id=reply_to, type=kind) if reply_to else None,
    )
    return cast("discord.Message", made)


def turns(*numbers: int) -> tuple[Turn, ...]:
    return tuple(Turn(f"question {n}", f"answer {n}") for n in numbers)


def keep(records: Records, number: int, **given: Any) -> int:
    """Keep an answer whose message has the number 900 + n; return that."""
    records.save_answer(make_record(f"question {number}", f"answer {number}", message_ids=(900 + number,), **given))
    return 900 + number


def test_a_message_in_a_channel_begins_a_conversation(records: Records) -> None:
    keep(records, 1)

    assert recall_turns(records, message()) == ()


def test_a_reply_follows_the_answer_that_it_replies_to(records: Records) -> None:
    first = keep(records, 1)
    keep(records, 2)

    assert recall_turns(records, message(reply_to=first)) == turns(1)


def test_a_chain_of_replies_is_followed_by_what_each_answer_followed(records: Records) -> None:
    last = keep(records, 7, history=turns(1, 2, 3, 4, 5))

    assert recall_turns(records, message(reply_to=last)) == turns(2, 3, 4, 5, 7)


def test_a_reply_to_a_later_message_of_a_long_answer_is_a_reply_to_it(records: Records) -> None:
    records.save_answer(make_record("question 1", "answer 1", message_ids=(901, 902)))

    assert recall_turns(records, message(reply_to=902)) == turns(1)


@pytest.mark.parametrize(
    "kept",
    [{"guild_id": GUILD + 1}, {"guild_id": 0}, {"private": True}],
    ids=["another server's", "a direct message's", "a private answer"],
)
def test_a_reply_reaches_nothing_that_is_not_for_all_here(kept: dict[str, Any], records: Records) -> None:
    answer = keep(records, 1, **kept)

    assert recall_turns(records, message(reply_to=answer)) == ()


def test_a_reply_to_somebody_else_and_a_forwarded_answer_start_without_history(records: Records) -> None:
    answer = keep(records, 1)

    assert recall_turns(records, message(reply_to=555)) == ()
    assert recall_turns(records, message(reply_to=answer, forwarded=True)) == ()


def test_a_message_in_a_thread_follows_the_last_five_answers_there(records: Records) -> None:
    for number in range(7):
        keep(records, number, person_id=ANN if number % 2 else BEN)
    keep(records, 8, channel_id=CHANNEL + 1)

    assert recall_turns(records, message(thread=True)) == turns(2, 3, 4, 5, 6)


def test_private_answers_do_not_enter_a_thread(records: Records) -> None:
    keep(records, 1)
    keep(records, 2, private=True)

    assert recall_turns(records, message(thread=True)) == turns(1)


def test_a_reply_in_a_thread_follows_its_answer_only(records: Records) -> None:
    first = keep(records, 1)
    keep(records, 2)

    assert recall_turns(records, message(thread=True, reply_to=first)) == turns(1)


def test_a_direct_conversation_ends_after_half_an_hour(records: Records) -> None:
    now = datetime.now(UTC)
    keep(records, 1, guild_id=0, asked_at=now - timedelta(minutes=31))
    keep(records, 2, guild_id=0, asked_at=now - timedelta(minutes=25))

    assert recall_turns(records, message(guild=0)) == turns(2)
    assert recall_channel(records, 0, CHANNEL, now=now + timedelta(hours=1)) == ()


def test_what_was_forgotten_is_followed_by_nobody(records: Records) -> None:
    answer = keep(records, 1)
    records.forget(ANN)

    assert recall_turns(records, message(reply_to=answer)) == ()
    assert recall_turns(records, message(thread=True)) == ()


def test_the_button_of_an_answer_follows_it(records: Records) -> None:
    kept = make_record("question 2", "answer 2", history=turns(1))

    assert recall_follow_up(kept, guild_id=GUILD, person_id=BEN, private=False) == turns(1, 2)


@pytest.mark.parametrize(
    ("person", "private", "followed"), [(ANN, True, turns(1)), (ANN, False, ()), (BEN, True, ()), (BEN, False, ())]
)
def test_a_private_answer_is_followed_by_its_asker_privately(
    person: int, private: bool, followed: tuple[Turn, ...]
) -> None:
    kept = make_record("question 1", "answer 1", private=True)

    assert recall_follow_up(kept, guild_id=GUILD, person_id=person, private=private) == followed


def test_no_button_leads_into_another_server() -> None:
    assert recall_follow_up(make_record(), guild_id=GUILD + 1, person_id=ANN, private=False) == ()


@pytest.mark.parametrize(
    ("asked_in", "shared", "server"),
    [(5, [4, 5], 5), (5, [4], 4), (5, [4, 6], 0), (0, [4], 4), (0, [4, 6], 0), (5, [], 0), (0, [], 0)],
)
def test_direct_messages_go_to_the_server_asked_last_or_the_only_one(
    asked_in: int, shared: list[int], server: int, records: Records
) -> None:
    if asked_in:
        records.log_question(make_question(guild_id=asked_in))

    assert choose_direct_server(records, ANN, shared) == server
