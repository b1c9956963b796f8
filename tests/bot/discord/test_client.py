"""The bot's connection: its commands, its intents, what it forgets, and events that it can't read."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import discord
import pytest

from bot import wiring
from bot.discord import client, in_flight, lifecycle
from bot.discord.commands.ask import MENU
from bot.discord.entities import GuildSettings, IncomingQuestion, Listing
from bot.front_end_errors import ClosingError
from bot.setting_values import Secret
from retrieval.errors import ClippingsError, InputError
from tests.bot.discord.message_content import read_message
from tests.bot.discord.world import PLACE, QUESTION, World, sent

if TYPE_CHECKING:
    from simcord import Env

    from bot.discord.client import ClippingsBot
    from bot.settings import Settings


def bot(env: Env) -> ClippingsBot:
    return cast("ClippingsBot", env.bot)


async def test_commands_are_registered_once_for_all_restarts(simcord_env: Env, settings: Settings) -> None:
    await simcord_env.restart_bot(wiring.build_discord_bot(settings))

    assert len(sent(simcord_env, "PUT", "/commands")) == 1


async def test_commands_that_changed_are_registered_again(simcord_env: Env, settings: Settings) -> None:
    changed = wiring.build_discord_bot(settings)
    changed.tree.remove_command(MENU, type=discord.AppCommandType.message)

    await simcord_env.restart_bot(changed)

    assert len(sent(simcord_env, "PUT", "/commands")) == 2


async def test_no_privileged_intent_is_asked_for_where_none_is_ticked(simcord_env: Env) -> None:
    assert not bot(simcord_env).reads_messages


async def test_the_message_content_intent_is_asked_for_where_it_is_ticked(simcord_env: Env, settings: Settings) -> None:
    ticked = wiring.build_discord_bot(settings)
    ticked._connection.application_flags = discord.ApplicationFlags(gateway_message_content_limited=True)

    await simcord_env.restart_bot(ticked)

    assert ticked.reads_messages


async def test_with_the_intent_an_ask_channel_needs_no_mention(world: World, settings: Settings) -> None:
    server = world.server()
    ticked = wiring.build_discord_bot(settings)
    ticked._connection.application_flags = discord.ApplicationFlags(gateway_message_content=True)
    await world.env.restart_bot(ticked)
    ticked.services.records.save_settings(server.guild.id, GuildSettings(ask_channels=(server.channel.id,)))

    await server.ann.send(server.channel, QUESTION)

    assert PLACE in read_message(server.channel.history()[-1])


async def test_with_the_intent_a_thread_of_the_bots_goes_on_without_mention(world: World, settings: Settings) -> None:
    server = world.server()
    ticked = wiring.build_discord_bot(settings)
    ticked._connection.application_flags = discord.ApplicationFlags(gateway_message_content=True)
    await world.env.restart_bot(ticked)
    ticked.services.records.save_settings(server.guild.id, GuildSettings(threads=True))
    assert ticked.user is not None
    await server.ann.send(server.channel, f"{ticked.user.mention} {QUESTION}")
    (thread,) = server.channel.threads

    await server.ann.send(thread, "And who hosted it?")
    record = ticked.services.records.find_answer(thread.history()[-1].id)

    assert record is not None
    assert [turn.question for turn in record.question.history] == [QUESTION]


async def test_what_was_asked_long_ago_is_dropped(simcord_env: Env) -> None:
    asked = IncomingQuestion(QUESTION, "slash", 1, 2, 3)
    days = bot(simcord_env).services.settings.discord_retention_days
    bot(simcord_env).services.records.log_question(asked, datetime.now(UTC) - timedelta(days=days + 1))
    bot(simcord_env).services.records.log_question(replace(asked, person_id=4))
    records = bot(simcord_env).services.records
    searched = records.keep_listing(Listing("search", 1, 3, QUESTION))
    with closing(sqlite3.connect(records.path)) as sql, sql:
        sql.execute("UPDATE listings SET kept_at = ''")

    await bot(simcord_env)._expire()

    assert records.find_listing(searched) is None

    assert bot(simcord_env).services.records.forget(3) == 0
    assert bot(simcord_env).services.records.forget(4) == 1


def test_an_event_that_cannot_be_read_is_logged_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    def parse(data: Any) -> None:
        raise KeyError(data)

    parsers: dict[str, Any] = {"MESSAGE_CREATE": parse}
    client._guard_parsers(parsers)

    parsers["MESSAGE_CREATE"]({})

    assert "an event could not be read" in caplog.text


@pytest.mark.simcord(check_errors=False)
async def test_an_error_in_a_command_is_shown_with_a_reference(world: World) -> None:
    server = world.server()
    bot(world.env).services.records.close()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    (alone,) = result.followups
    assert alone.ephemeral
    assert "Reference" in alone.content


async def test_a_discord_that_does_not_say_goodbye_is_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = wiring.build_discord_bot(settings)
    monkeypatch.setattr(discord.AutoShardedClient, "close", lambda _: asyncio.sleep(60))
    monkeypatch.setattr(client, "CLOSE_SECONDS", 0.05)

    await asyncio.wait_for(made.close(), 5)

    with pytest.raises(ClosingError):
        await made.services.archives.list_articles(1)


@pytest.mark.parametrize(("hangs", "seconds"), [(False, client.RELEASE_SECONDS), (True, client.LEFT_SECONDS)])
async def test_threads_that_hang_are_not_waited_for_when_the_time_is_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, hangs: bool, seconds: float
) -> None:
    made = wiring.build_discord_bot(settings)
    monkeypatch.setattr(in_flight, "APOLOGY_SECONDS", 0.05)
    monkeypatch.setattr(discord.AutoShardedClient, "close", lambda _: asyncio.sleep(0))
    close, waited = made.services.archives.close, list[float]()

    def closed(seconds: float) -> None:
        waited.append(seconds)
        close(seconds)

    async def answered() -> None:
        with made.services.in_flight.track(asyncio.current_task()):
            await asyncio.sleep(60 if hangs else 0)

    monkeypatch.setattr(made.services.archives, "close", closed)
    task = asyncio.create_task(answered())
    await asyncio.sleep(0)

    await made.finish(0)
    await made.close()
    await asyncio.wait({task})

    assert waited == [seconds]


def test_without_a_token_the_error_says_where_to_get_one(settings: Settings) -> None:
    with pytest.raises(InputError, match="CLIPPINGS_DISCORD_TOKEN"):
        lifecycle.require_token(replace(settings, discord_token=Secret(" ")))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (discord.LoginFailure("no"), "refused the token"),
        (discord.PrivilegedIntentsRequired(0), "Message Content Intent"),
        (discord.GatewayNotFound(), "gateway"),  # type: ignore[no-untyped-call]
        (ConnectionRefusedError("no"), "check the network"),
    ],
)
async def test_why_the_bot_cannot_run_is_said_in_one_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    made = wiring.build_discord_bot(settings)

    async def refused(token: str) -> None:
        raise error

    monkeypatch.setattr(made, "login", refused)

    with pytest.raises(ClippingsError, match=said) as raised:
        await lifecycle.run_until(made, "a token", asyncio.Event())

    assert "\n" not in str(raised.value)
