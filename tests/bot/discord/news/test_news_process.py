"""News of the bot as its own process, over real connections: it is killed while it posts, and goes on after that."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.discord.bot_process import PATIENCE, BotProcess
from tests.bot.discord.fake_api import ChannelOption, FakeDiscord

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.discord.news.news_site import NewsSite

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals")
WEB = {"WEB_PRIVATE": "true", "WEB_PAUSE": "0"}
SLOW = 3 * PATIENCE
"""Seconds that a start with its first sync may take: what reads pages is loaded in a process of its own."""
TITLE = "The strike is over"


def let_time_pass(home: Path) -> None:
    """Have the next round sync again."""
    with closing(sqlite3.connect(home / "discord.sqlite")) as sql, sql:
        sql.execute("UPDATE library_rounds SET synced_at = 0")


def is_synced(home: Path) -> bool:
    """Say whether the feed's first sync is over, and what it listed is known."""
    with closing(sqlite3.connect(home / "discord.sqlite")) as sql:
        return bool(sql.execute("SELECT 1 FROM feeds WHERE caught_up").fetchone())


def is_posted(home: Path) -> bool:
    with closing(sqlite3.connect(home / "discord.sqlite")) as sql:
        return bool(sql.execute("SELECT 1 FROM announcements WHERE state = 'posted'").fetchone())


def list_posts(discord: FakeDiscord) -> list[Any]:
    return [each for each in discord.messages.values() if TITLE in str(each["embeds"])]


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_bot_that_is_killed_while_it_posts_announces_the_article_once(
    discord: FakeDiscord, home: Path, news_site: NewsSite, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    place = discord.add_guild()
    async with BotProcess(home, discord.url, **WEB) as bot:
        await discord.until(lambda: (discord.identified and discord.commands) or bot.ended, seconds=SLOW)
        assert not bot.ended, bot.output()
        followed = await discord.slash(place, "follow", address=news_site.feed, channel=ChannelOption(place[1]))
        await discord.until(lambda: "Following" in followed.text, seconds=SLOW)
        assert await bot.end() == 0
    async with BotProcess(home, discord.url, **WEB) as bot:
        await discord.until(lambda: is_synced(home) or bot.ended, seconds=SLOW)
        assert await bot.end() == 0
    news_site.publish("strike", TITLE, "The strike at the quays of Tolvik ended on Saturday after eleven nights.")
    post = discord._post

    def post_and_kill(channel_id: str, body: Any) -> Any:
        sent = post(channel_id, body) if arrived else {}
        os.kill(bot.pid, signal.SIGKILL)
        return sent

    let_time_pass(home)
    with monkeypatch.context() as patched:
        patched.setattr(discord, "_post", post_and_kill)
        async with BotProcess(home, discord.url, **WEB) as bot:
            await discord.until(lambda: bot.ended, seconds=SLOW)
            assert await bot.exit_status() == -signal.SIGKILL
    let_time_pass(home)
    async with BotProcess(home, discord.url, **WEB) as bot:
        await discord.until(lambda: is_posted(home) or bot.ended, seconds=SLOW)
        assert await bot.end() == 0

    assert len(list_posts(discord)) == 1
    assert "Traceback" not in bot.output()
