"""Draws every kind of answer as Discord shows it, on a desktop and on a phone, into a folder: to be looked at.

    python docs/kinds.py FOLDER [WIDTH...]

Needs Chromium, like channel.py.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from channel import ROOT, capture, draw_avatar  # noqa: F401 - the folder of this script is on the path
from pydantic import SecretStr
from simcord import Env

from bot import wiring
from bot.settings import Settings
from retrieval.reading import read_articles

QUESTIONS = {
    "fact": "Where did the talks take place?",
    "refusal": "Who won the chess tournament in Oslo?",
    "list": "Which issues were discussed at the meeting?",
    "comparison": "Compare what China and the US say about Taiwan",
    "timeline": "Give me a timeline of the ferry strike",
    "summary": "Sum up the visit to China",
    "archive": "Which articles are there?",
    "right-to-left": "Who opened the archive of letters?",
}
ARTICLES = {
    "strike-begins.md": "---\ntitle: Ferry crews walk out\nauthor: Ida Renn\ndate: 2026-02-03\n---\n\nThe ferry strike "
    "began on 3 February 2026 when 140 crew members walked out. The union wants nine per cent.\n",
    "strike-ends.md": "---\ntitle: Ferries sail again after eleven days, the longest stoppage on this coast since the "
    "harbour was built and the first that ended without an arbitrator\nauthor: Ida Renn\ndate: 2026-02-14\n---\n\n"
    "The ferry strike ended on 14 February 2026. The union and the company agreed to a rise of six per cent.\n",
    "letters.md": "---\ntitle: ארכיון המכתבים נפתח\nauthor: נעמה כהן\ndate: 2026-03-01\n---\n\nRuth Cohen opened the "
    "archive of letters in Haifa on 1 March 2026. It holds 4,000 letters.\n",
}


async def draw_kinds(folder: Path, widths: list[int]) -> None:
    """Ask a question of each kind in a channel of its own, and take a picture of what a reader sees."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        written = Path(home) / "articles"
        written.mkdir()
        for name, text in ARTICLES.items():
            (written / name).write_text(text, encoding="utf-8")
        settings = Settings(home=Path(home), discord_token=SecretStr("not.a.token"), chat_model="extractive")
        env = Env(wiring.build_discord_bot(settings), shard_count=1, settle_timeout=120.0)
        bot = env.backend.bot_user
        bot.name, bot.avatar = "Clippings", "0" * 32
        await env.start()
        try:
            guild = env.create_guild("News")
            with wiring.open_library(settings, f"discord-{guild.id}", create=True) as library:
                library.ingest(read_articles([ROOT / "seeds", written]))
            reader = guild.add_member(env.create_user("Ann"))
            for kind, question in QUESTIONS.items():
                channel = guild.create_text_channel(kind, topic=question)
                await reader.send(channel, f"<@{bot.id}> {question}")
                for width in widths:
                    await capture(env, channel, reader, folder / f"{kind}-{width}.png", size=(width, 900))
        finally:
            await env.shutdown()
            await env.bot.close()


if __name__ == "__main__":
    asyncio.run(draw_kinds(Path(sys.argv[1]), [int(each) for each in sys.argv[2:]] or [960, 400]))
