"""The bot as its own process, over real HTTP and websocket connections to a Discord on loopback."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.discord import payloads
from tests.bot.discord.bot_process import PATIENCE, BotProcess
from tests.bot.discord.message_content import walk_parts
from tests.bot.discord.world import NONSENSE, PLACE, QUESTION

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.discord.fake_api import FakeDiscord, Interaction

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are asked to end by a signal")
ACKNOWLEDGED = 0.3
"""Seconds in which a question is acknowledged."""
STOPPED = 10.0
"""Seconds within which a bot must exit after it is asked to stop: Docker waits no longer."""


@pytest.fixture
def place(discord: FakeDiscord, home: Path, seeds_folder: Path) -> tuple[int, int]:
    """A server's channel; the server's library holds the seeds."""
    guild_id, channel_id = discord.add_guild()
    shutil.copytree(seeds_folder, home / "libraries" / f"discord-{guild_id}")
    return guild_id, channel_id


async def started(discord: FakeDiscord, bot: BotProcess, *, before: int = 0) -> None:
    await discord.until(lambda: discord.identified > before or bot.ended, seconds=PATIENCE)
    assert not bot.ended, bot.output()


def buttons(message: dict[str, Any] | None, fragment: str) -> list[str]:
    ids = (part.get("custom_id", "") for part in walk_parts((message or {}).get("components") or []))
    return [one for one in ids if fragment in one]


async def asked(discord: FakeDiscord, place: tuple[int, int], question: str = QUESTION, **more: Any) -> Interaction:
    interaction = await discord.slash(place, "ask", question=question, **more)
    await discord.until(lambda: interaction.answered or interaction.kind == 4, seconds=PATIENCE)
    assert interaction.answered, interaction.text
    return interaction


async def test_a_question_is_acknowledged_at_once_and_answered(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)
        answers = [await asked(discord, place) for _ in range(5)]

        answer = answers[0]
        # The median, for a machine that is busy with other things.
        assert sorted(one.acknowledged - one.sent for one in answers)[2] < ACKNOWLEDGED
        assert answer.kind == 5
        assert PLACE in answer.text
        assert "[1]" in answer.text
        assert await bot.end() == 0
        assert "Traceback" not in bot.output()


async def test_the_log_of_a_process_has_no_question_and_no_token(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)
        await asked(discord, place, NONSENSE)
        await bot.end()

        assert bot.output()
        assert "Uppsala" not in bot.output()
        assert "loopback.token" not in bot.output()
        assert "voice" not in bot.output()


async def test_buttons_work_after_a_restart_and_unchanged_commands_are_not_sent_again(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)
        answer = await asked(discord, place)
        assert await bot.end() == 0
    assert answer.message is not None
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot, before=1)

        passage = await discord.click(place, answer.message, buttons(answer.message, "passage")[0])
        await discord.until(lambda: passage.message and passage.message["flags"] & 64 and "**" in passage.text)

        assert PLACE in passage.text
        assert await bot.end() == 0
    assert sum(one.method == "PUT" for one in discord.asked) == 1


async def test_a_dropped_connection_is_resumed_and_nothing_is_lost(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)
        await asked(discord, place)

        await discord.drop()
        missed = await discord.slash(place, "ask", question=QUESTION)
        await discord.until(lambda: missed.answered, seconds=PATIENCE)

        assert (discord.identified, discord.resumed) == (1, 1)
        assert PLACE in missed.text


async def test_a_session_that_discord_has_forgotten_is_restarted(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)

        discord.sessions.clear()
        await discord.drop()
        await started(discord, bot, before=1)

        assert PLACE in (await asked(discord, place)).text


async def test_a_mention_is_answered_by_a_reply_after_a_typing_sign(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)

        said = await discord.say(place, QUESTION)
        await discord.until(lambda: any(PLACE in json.dumps(one) for one in discord.messages.values()))

        answer = next(one for one in discord.messages.values() if PLACE in json.dumps(one))
        assert answer["message_reference"]["message_id"] == said["id"]
        assert any(one.path.endswith("/typing") for one in discord.asked)


@pytest.mark.parametrize("status", [429, 500, 502])
async def test_an_edit_that_discord_puts_off_or_fails_at_is_made_again(
    discord: FakeDiscord, home: Path, place: tuple[int, int], status: int
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)
        discord.fail("PATCH", "*/messages/*", status, retry_after=0.4 if status == 429 else None)

        answer = await asked(discord, place)

        assert PLACE in answer.text
        assert not discord.failures[0].times
        assert not bot.ended


@pytest.mark.parametrize("status", [429, 500])
async def test_a_login_that_discord_puts_off_or_fails_at_is_tried_again(
    discord: FakeDiscord, home: Path, place: tuple[int, int], status: int
) -> None:
    discord.fail("GET", "/users/@me", status, retry_after=0.4 if status == 429 else None)

    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)

        assert PLACE in (await asked(discord, place)).text


async def test_a_refused_token_is_one_line_and_exit_status_1(discord: FakeDiscord, home: Path) -> None:
    discord.refuses_tokens = True

    async with BotProcess(home, discord.url) as bot:
        assert await bot.exit_status() == 1

    assert "CLIPPINGS_DISCORD_TOKEN" in bot.output()
    assert "Traceback" not in bot.output()
    assert "loopback.token" not in bot.output()


async def test_a_token_that_is_refused_on_a_running_connection_ends_the_bot(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)

        discord.refuses_tokens = True
        await discord.drop(4004)

        assert await bot.exit_status() == 1
    assert "CLIPPINGS_DISCORD_TOKEN" in bot.output()
    assert "Traceback" not in bot.output()


async def test_a_discord_that_cannot_be_reached_is_one_line_and_exit_status_1(home: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

        async with BotProcess(home, url) as bot:
            assert await bot.exit_status() == 1

    assert "Discord can't be reached" in bot.output()
    assert "Traceback" not in bot.output()


async def test_a_second_bot_with_the_same_home_says_so_in_one_line_and_the_first_goes_on(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)

        second = BotProcess(home, discord.url)
        second.log = home.parent / "second.log"
        async with second:
            assert await second.exit_status() == 1

        assert second.output().count("\n") == 1
        assert "runs a Discord bot with this CLIPPINGS_HOME" in second.output()
        assert PLACE in (await asked(discord, place)).text
    assert discord.identified == 1


async def test_a_connection_that_is_never_ready_ends_the_process_with_a_reason(
    discord: FakeDiscord, home: Path
) -> None:
    discord.never_ready = True
    impatient = (
        "from bot.discord import lifecycle; lifecycle.READY_SECONDS = 0.5\n"
        "from bot.cli.main import run; raise SystemExit(run(['discord']))"
    )

    async with BotProcess(home, discord.url, command=("-c", impatient)) as bot:
        assert await bot.exit_status() == 1

    assert "the connection was not ready within" in bot.output()
    assert "Traceback" not in bot.output()


async def test_no_token_is_one_line_and_nothing_is_asked_of_discord(discord: FakeDiscord, home: Path) -> None:
    async with BotProcess(home, discord.url, DISCORD_TOKEN="") as bot:
        assert await bot.exit_status() == 1

    assert "CLIPPINGS_DISCORD_TOKEN" in bot.output()
    assert len(bot.output().strip().splitlines()) == 1
    assert not discord.asked


async def test_ending_the_bot_leaves_no_question_without_a_word(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async with BotProcess(home, discord.url, DISCORD_IN_FLIGHT="1") as bot:
        await started(discord, bot)
        burst = [await discord.slash(place, "ask", question=QUESTION, person_id=n) for n in range(100, 112)]
        await discord.until(lambda: all(one.acknowledged for one in burst), seconds=PATIENCE)

        assert await bot.end() == 0

    assert all(one.message and (one.answered or one.message["content"]) for one in burst)
    assert not any("place" in (one.message or {}).get("content", "").lower() for one in burst if not one.answered)
    assert "Traceback" not in bot.output()


async def test_ending_the_bot_does_not_wait_for_a_model_that_hangs(
    discord: FakeDiscord, home: Path, place: tuple[int, int]
) -> None:
    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    over = asyncio.Event()

    model = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{model.sockets[0].getsockname()[1]}/v1"
    chat = {"CHAT_MODEL": "openai:hanging", "CHAT_BASE_URL": url}
    try:
        async with BotProcess(home, discord.url, **chat) as bot:
            await started(discord, bot)
            waiting = await discord.slash(place, "ask", question=QUESTION)
            await discord.until(lambda: waiting.acknowledged, seconds=PATIENCE)
            await asyncio.sleep(1)

            began = time.monotonic()
            assert await bot.end() == 0

        assert time.monotonic() - began < STOPPED
        assert waiting.message is not None
        assert waiting.message["content"] or waiting.answered, json.dumps(waiting.message)
        assert "Traceback" not in bot.output()
    finally:
        over.set()
        model.close()


async def test_a_new_server_is_greeted_and_its_leaving_is_told_from_an_outage(discord: FakeDiscord, home: Path) -> None:
    async with BotProcess(home, discord.url) as bot:
        await started(discord, bot)
        await discord.until(lambda: '"ready"' in bot.output(), seconds=PATIENCE)
        guild_id, channel_id = payloads.snowflake(), payloads.snowflake()
        new = payloads.guild(guild_id, [payloads.channel(channel_id, guild_id)], "Fresh")
        del new["unavailable"]
        await discord.dispatch("GUILD_CREATE", new | {"system_channel_id": str(channel_id)})
        await discord.until(lambda: any(buttons(one, "first") for one in discord.messages.values()), seconds=PATIENCE)

        await discord.dispatch("GUILD_DELETE", {"id": str(guild_id), "unavailable": True})
        await discord.dispatch("GUILD_CREATE", new | {"unavailable": False})
        await discord.dispatch("GUILD_DELETE", {"id": str(guild_id)})
        await discord.until(lambda: "data_is_deleted_after" in bot.output(), seconds=PATIENCE)

        [greeting] = discord.messages.values()
        assert greeting["channel_id"] == str(channel_id)
        assert bot.output().count("server left") == 1
        assert await bot.end() == 0
    assert "Traceback" not in bot.output()
