"""/digest: what is new, by story, at once for everybody, or every day or week in a channel, which managers choose."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, cast
from zoneinfo import available_timezones

from discord import app_commands

from bot.discord import layout
from bot.discord.access import admit, get_library, respond
from bot.discord.commands.channel_option import NewsChannel, check_channel
from bot.discord.localisation import mark, say
from bot.discord.news.digest_records import Digest, find_next_time
from bot.discord.news.digests import collect_stories
from retrieval.errors import InputError
from retrieval.text.publication_dates import get_last_day

if TYPE_CHECKING:
    from bot.discord.services import CommandTree, Interaction
    from retrieval.answering.news_stories import NewsStory
    from retrieval.index import Library

MORNING = 8
MOST_DIGESTS = 5
"""Channels of a server that get digests."""
SHOWN = 25
GETS_DAILY = mark("{channel} gets a daily digest, the first {moment}.")
GETS_WEEKLY = mark("{channel} gets a weekly digest, the first {moment}.")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def register(tree: CommandTree) -> None:
    """Add the command to the tree."""
    tree.add_command(digest)


@app_commands.command(description="What is new, by story: now, or every day or week in a channel")
@app_commands.describe(
    when="now, or a rhythm for a channel, which managers choose",
    days="For now: of how many days",
    channel="For a rhythm: the channel; by default this one",
    hour="For a rhythm: the hour of the day, 0 to 23",
    weekday="For weekly: the day",
    zone="The time zone of the hour; by default UTC",
)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
async def digest(  # noqa: PLR0917 - Discord names its options by the parameters
    interaction: Interaction,
    when: Literal["now", "daily", "weekly", "off"] = "now",
    days: app_commands.Range[int, 1, 31] = 1,
    channel: NewsChannel | None = None,
    hour: app_commands.Range[int, 0, 23] = MORNING,
    weekday: Weekday = "Monday",
    zone: app_commands.Range[str, 1, 60] = "UTC",
) -> None:
    """Show what is new, or choose when it is shown."""
    if when == "now":
        await _show_now(interaction, days)
        return
    if not interaction.guild_id:
        raise InputError(mark("A rhythm is for a channel of a server: choose it there."))
    guild_id = await admit(interaction, private=True, writes=True)
    news, place = interaction.client.news, channel or cast("NewsChannel", interaction.channel)
    if when == "off":
        removed = await asyncio.to_thread(news.digests.remove_digest, guild_id, place.id)
        said = mark("{channel} gets no digest any more.") if removed else mark("{channel} has no digest.")
        await respond(interaction, layout.Message(say(said, channel=place.mention)))
        return
    check_channel(interaction, place)
    others = await asyncio.to_thread(lambda: news.digests.list_digests(guild_id=guild_id))
    if len([each for each in others if each.channel_id != place.id]) >= MOST_DIGESTS:
        raise InputError(
            say("{number} channels of this server get digests already: turn one off first.", number=MOST_DIGESTS)
        )
    archives, now, number = interaction.client.services.archives, datetime.now(UTC), WEEKDAYS.index(weekday)
    next_at = find_next_time(when, number, hour, zone, now)
    library = await asyncio.to_thread(archives.get_library, guild_id, get_library(interaction))
    await asyncio.to_thread(news.seen.begin, library, await _list_hashes(interaction, guild_id))
    kept = Digest(guild_id, place.id, library, when, number, hour, zone, now, next_at)
    await asyncio.to_thread(news.digests.save_digest, kept)
    moment = f"<t:{int(next_at.timestamp())}:F>"
    said = GETS_DAILY if when == "daily" else GETS_WEEKLY
    await respond(interaction, layout.Message(say(said, channel=place.mention, moment=moment)))


@digest.autocomplete("zone")
async def _suggest_zones(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
    names = await asyncio.to_thread(available_timezones)
    found = sorted(name for name in names if current.casefold().replace(" ", "_") in name.casefold())
    return [app_commands.Choice(name=name, value=name) for name in found[:SHOWN]]


async def _show_now(interaction: Interaction, days: int) -> None:
    """Show what came in, or was published, in the last days."""
    guild_id = await admit(interaction, counted=True)
    news, now = interaction.client.news, datetime.now(UTC)
    archives, own = interaction.client.services.archives, get_library(interaction)
    library = await asyncio.to_thread(archives.get_library, guild_id, own)
    start = now - timedelta(days=days)
    hashes = await _list_hashes(interaction, guild_id)
    await asyncio.to_thread(news.seen.begin, library, hashes)
    changes = await asyncio.to_thread(news.seen.compare, library, hashes)
    seen = await asyncio.to_thread(news.seen.list_since, library, start, now)

    def work(opened: Library) -> list[NewsStory]:
        published = {
            info.id
            for info in opened.list_articles()
            if info.published and start.date() <= get_last_day(info.published) <= now.date()
        }
        return collect_stories(opened, published | changes.new | set(seen))

    stories = await archives.read(guild_id, work, name=own) if hashes else []
    await respond(interaction, layout.format_digest(layout.name_digest(start, now), stories))


async def _list_hashes(interaction: Interaction, guild_id: int) -> dict[str, str]:
    try:
        archives, own = interaction.client.services.archives, get_library(interaction)
        return await archives.read(guild_id, lambda opened: opened.list_content_hashes(), name=own)
    except InputError:  # there are no articles yet
        return {}
