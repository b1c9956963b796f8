"""Draws every kind of message as Discord shows it, dark and light, on a desktop and on a phone, to be looked at.

    python docs/gallery.py FOLDER [KIND...]

Needs Chromium, like channel.py.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
from channel import ROOT, capture, open_browser  # type: ignore[import-not-found]  # beside this script
from light_theme import ThemedBrowser  # type: ignore[import-not-found]
from simcord import Env

from bot import wiring
from bot.discord import layout, welcome
from bot.discord.commands import first_steps
from bot.discord.delivery import send
from bot.setting_values import Secret
from bot.settings import Settings
from retrieval.reading import read_articles

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, GuildHandle

    from bot.discord.client import ClippingsBot

SIZES = {"desktop": (960, 1_100), "phone": (400, 1_100)}
LOOKS = [(device, light) for device in SIZES for light in (False, True)]

QUESTIONS = {
    "fact": "Where was the meeting held?",
    "fact-of-several": "How many crew members walked out?",
    "unsure": "Why did the ferry company give in?",
    "refusal": "Who won the chess tournament in Oslo?",
    "list": "Which issues were discussed at the meeting?",
    "comparison": "Compare what the union and the company say about the strike",
    "timeline": "Give me a timeline of the ferry strike",
    "summary": "Sum up the visit to China",
    "headlines": "What is new?",
    "archive-list": "Which articles are there?",
    "archive-count": "How many articles mention the ferry strike?",
    "archive-author": "Who wrote about the ferry strike?",
    "right-to-left": "Who opened the archive of letters?",
    "greeting": "Hello!",
}
COMMANDS: dict[str, dict[str, Any]] = {
    "search": {"question": "ferry strike"},
    "articles": {},
    "help": {},
    "status": {},
    "privacy": {},
    "insights": {},
    "settings": {},
    "digest": {},
    "alert": {"question": "How long did the ferry strike last?"},
    "feeds": {},
    "forget": {},
}
ARTICLES = {
    "strike-begins.md": "---\ntitle: Ferry crews walk out\nauthor: Ida Renn\ndate: 2026-02-03\n"
    "url: https://example.org/strike\n---\n\nThe ferry strike began on 3 February 2026 when 140 crew members walked "
    "out. The union said the strike was the only way to nine per cent. The company said the strike was reckless.\n",
    "strike-goes-on.md": "---\ntitle: No talks in the ferry strike\nauthor: Per Holm\ndate: 2026-02-08\n---\n\n"
    "On 8 February 2026 the ferry strike entered its sixth day. The company said the strike had cost it two million "
    "crowns. The union said that 152 crew members had walked out by now.\n",
    "strike-ends.md": "---\ntitle: Ferries sail again after eleven days, the longest stoppage on this coast since the "
    "harbour was built and the first that ended without an arbitrator\nauthor: Ida Renn\ndate: 2026-02-14\n---\n\n"
    "The ferry strike ended on 14 February 2026. The union and the company agreed to a rise of six per cent.\n",
    "letters.md": "---\ntitle: ארכיון המכתבים נפתח\nauthor: נעמה כהן\ndate: 2026-03-01\n---\n\n"
    "Ruth Cohen opened the archive of letters in Haifa on 1 March 2026. It holds 4,000 letters.\n",
}
DRAFT = "The ferry strike began on 3 February 2026 [1]. It ended on 14 February with a rise of six per cent"


class Gallery:
    """A server with articles, and what is drawn of it."""

    def __init__(self, env: Env, guild: GuildHandle, folder: Path, kinds: Sequence[str]) -> None:
        self._env, self._guild, self._folder, self._kinds = env, guild, folder, kinds
        manage = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        self.person = guild.add_member(env.create_user("Ann"), roles=[manage])
        self.bot: ClippingsBot = env.bot  # type: ignore[assignment]

    async def draw(self, kind: str, act: Callable[[ChannelHandle, MemberActor], Awaitable[object]]) -> None:
        """Let something happen in a channel of its own, and take its pictures."""
        if self._kinds and kind not in self._kinds:
            return
        channel = self._guild.create_text_channel(kind)
        await act(channel, self.person)
        # Opened for each kind: the simulated Discord would wait for the browser's tasks to end, too.
        async with open_browser() as browser:
            for device, light in LOOKS:
                picture = self._folder / f"{kind}-{device}-{'light' if light else 'dark'}.png"
                themed = ThemedBrowser(browser, light=light)
                await capture(self._env, channel, self.person, picture, browser=themed, size=SIZES[device])

    async def draw_all(self) -> None:
        """Draw each kind of message."""
        for kind, question in QUESTIONS.items():
            await self.draw(kind, partial(self._ask, question=question))
        for name, options in COMMANDS.items():
            await self.draw(name, partial(self._use, name=name, options=options))
        await self.draw("passages", self._open_passages)
        await self.draw("ingest", self._ingest)
        await self.draw("draft", lambda channel, _: self._send(channel, layout.Message(layout.format_draft(DRAFT))))
        await self.draw("announcement", self._announce)
        await self.draw("alert-told", self._tell)
        await self.draw("correction", self._correct)
        await self.draw("first-steps", self._welcome)

    async def _ask(self, channel: ChannelHandle, ann: MemberActor, *, question: str) -> None:
        await ann.send(channel, f"<@{self._env.backend.bot_user.id}> {question}")

    async def _use(self, channel: ChannelHandle, ann: MemberActor, *, name: str, options: dict[str, Any]) -> None:
        await ann.slash(channel, name, **options)

    async def _open_passages(self, channel: ChannelHandle, ann: MemberActor) -> None:
        await self._ask(channel, ann, question=QUESTIONS["fact"])
        shown = channel.history()[-1]
        await ann.click(shown, custom_id=_find_button(shown, "c:passage:"))

    async def _ingest(self, channel: ChannelHandle, ann: MemberActor) -> None:
        await ann.slash(channel, "ingest", text="A tram ran over a hat today.", title="A hat", author="Ida Renn")

    async def _announce(self, channel: ChannelHandle, _: MemberActor) -> None:
        archives = self.bot.services.archives
        info = next(each for each in await archives.list_articles(self._guild.id) if "walk out" in each.title)
        article = await archives.get_article(self._guild.id, info.id)
        await self._send(channel, layout.format_news(info, article.text.strip().split(". ")[:2]))

    async def _tell(self, channel: ChannelHandle, ann: MemberActor) -> None:
        await self.bot.rounds.run_round()
        await ann.slash(channel, "alert", question="How many people were hurt in the fire at the mill?", here=True)
        text = "Seven people were hurt in the fire at the mill on Tuesday."
        await ann.slash(channel, "ingest", text=text, title="A fire at the mill")
        await self.bot.rounds.run_round()

    async def _correct(self, channel: ChannelHandle, ann: MemberActor) -> None:
        text = "The tower of Lund has 312 steps, as the town counted on Monday."
        await ann.slash(channel, "ingest", text=text, title="A tower")
        await self._ask(channel, ann, question="How many steps has the tower of Lund?")
        await self.bot.rounds.run_round()
        await ann.slash(channel, "ingest", text=text.replace("312", "321"), title="A tower")
        await self.bot.rounds.run_round()

    async def _welcome(self, channel: ChannelHandle, _: MemberActor) -> None:
        guild: Any = self.bot.get_guild(self._guild.id)
        guild._system_channel_id = channel.id
        await welcome.greet(self.bot, guild, first_steps.build_first_steps())

    async def _send(self, channel: ChannelHandle, message: layout.Message) -> None:
        await send(self.bot.get_partial_messageable(channel.id, guild_id=self._guild.id), message)


def _find_button(message: Any, begins: str) -> str:
    parts = [part for row in message.components for part in [row, *getattr(row, "children", ())]]
    parts += [part for each in parts for part in [getattr(each, "accessory", None), *getattr(each, "children", ())]]
    return next(str(each.custom_id) for each in parts if (getattr(each, "custom_id", "") or "").startswith(begins))


async def draw_gallery(folder: Path, kinds: Sequence[str] = ()) -> None:
    """Draw every kind of message, or some, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        written = Path(home) / "articles"
        written.mkdir()
        for name, text in ARTICLES.items():
            (written / name).write_text(text, encoding="utf-8")
        # Which engine is the fastest is not measured for three articles.
        settings = Settings(home=Path(home), discord_token=Secret("not.a.token"), engine="onnxruntime")
        env = Env(wiring.build_discord_bot(settings), shard_count=1, settle_timeout=30.0)
        env.backend.bot_user.name, env.backend.bot_user.avatar = "Clippings", "0" * 32
        await env.start()
        try:
            guild = env.create_guild("News")
            with wiring.open_library(settings, f"discord-{guild.id}", create=True) as library:
                library.ingest(read_articles([ROOT / "seeds", written]))
            await Gallery(env, guild, folder, kinds).draw_all()
        finally:
            await env.shutdown()
            await env.bot.close()


if __name__ == "__main__":
    asyncio.run(draw_gallery(Path(sys.argv[1]), sys.argv[2:]))
