"""Draws docs/discord.png: a real answer from the articles in seeds/, given by the bot in a simulated Discord.

Needs Chromium, the system's own or that of `playwright install chromium`.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw
from playwright.async_api import async_playwright
from simcord import Env
from simcord.backend.cdn import CDN_BASE

from bot import wiring
from bot.setting_values import Secret
from bot.settings import Settings
from retrieval.reading import read_articles

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle

HERE = Path(__file__).parent
ROOT = HERE.parent
QUESTION = "What did both sides agree on?"
WIDTH, HEIGHT = 640, 490


async def draw(question: str, picture: Path) -> None:
    """Let somebody ask in a channel, and take a picture of what they see."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), discord_token=Secret("not.a.token"), chat_model="extractive")
        env = Env(wiring.build_discord_bot(settings), shard_count=1, settle_timeout=30.0)
        bot = env.backend.bot_user
        bot.name, bot.avatar = "Clippings", "0" * 32
        await env.start()
        try:
            guild = env.create_guild("News")
            with wiring.open_library(settings, f"discord-{guild.id}", create=True) as library:
                library.ingest(read_articles([ROOT / "seeds"]))
            channel = guild.create_text_channel("archive", topic="Questions to the articles")
            reader = guild.add_member(env.create_user("Ann"))
            await reader.send(channel, f"<@{bot.id}> {question}")
            async with open_browser() as browser:
                await capture(env, channel, reader, picture, browser=browser)
        finally:
            await env.shutdown()
            await env.bot.close()


@asynccontextmanager
async def open_browser() -> AsyncIterator[Any]:
    """Open the system's Chromium, or the one that playwright installs."""
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=shutil.which("chromium"))


async def capture(
    env: Env,
    channel: ChannelHandle,
    reader: MemberActor,
    picture: Path,
    *,
    browser: Any,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> None:
    """Take a picture of a channel, as a reader sees it; `size` is its width and height in pixels."""
    bot = env.backend.bot_user
    shown = env.preview(
        channel,
        viewers=[reader],
        layout="channel",
        display="fixed",
        width=size[0],
        height=size[1],
        locale="en-GB",
        assets={f"{CDN_BASE}/avatars/{bot.id}/{bot.avatar}.png": ("avatar.png", draw_avatar())},
    )
    async with shown as preview:
        # simcord itself asks for the browser that playwright installs, and for none else.
        preview._capture_manager._browser = browser
        await preview.screenshot(picture, mode="viewport")


def draw_avatar() -> bytes:
    """Draw a clipping with a marked line."""
    image = Image.new("RGB", (160, 160), "#3b82c4")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((42, 36, 118, 124), 6, fill="white")
    for row, (width, colour) in enumerate([(60, "#64748b"), (60, "#facc15"), (60, "#64748b"), (36, "#64748b")]):
        pen.rounded_rectangle((50, 50 + row * 18, 50 + width, 58 + row * 18), 3, fill=colour)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    asyncio.run(draw(" ".join(sys.argv[1:]) or QUESTION, HERE / "discord.png"))
