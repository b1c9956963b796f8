"""A website on loopback with a feed, for the tests of what the bot does by itself; and rounds of the bot's loop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from tests.bot.discord.message_content import get_bot
from tests.retrieval.web.loopback_site import Site, make_rss, send

if TYPE_CHECKING:
    from tests.bot.discord.world import World

HOUR = 3_600.0


@dataclass
class NewsSite:
    """A feed that lists articles; every change of it is seen at the next sync."""

    site: Site
    listed: dict[str, str] = field(default_factory=dict)

    @property
    def feed(self) -> str:
        """The feed's address."""
        return f"{self.site.base}/feed.xml"

    def address(self, name: str) -> str:
        """Return the address of an article."""
        return f"{self.site.base}/2026/{name}.html"

    def publish(self, name: str, title: str, *paragraphs: str, day: str = "Sat, 28 Nov 2026 08:00:00 GMT") -> None:
        """Publish an article, or another text of it."""
        text = "".join(f"<p>{each}</p>" for each in paragraphs)
        head = f"<html lang=en><head><title>{title}</title></head>"
        page = f"{head}<body><article><h1>{title}</h1>{text}</article></body></html>"
        self.site.pages[f"/2026/{name}.html"] = send(page)
        version = f"<description>{crc32(text.encode())}</description>"
        self.listed[self.address(name)] = f"<title>{title}</title><pubDate>{day}</pubDate>{version}"
        self.site.pages["/feed.xml"] = send(make_rss(self.listed), kind="application/rss+xml")


async def run_rounds(world: World, count: int = 1, *, start: float = 0.0) -> None:
    """Have the bot go through everything, each time an hour later than before."""
    for number in range(count):
        await get_bot(world).rounds.run_round(2e9 + start + number * HOUR)
