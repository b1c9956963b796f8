"""Commands for feeds and sites: /follow, /feeds and /unfollow, for managers and the roles that they have chosen.

Finding a feed and bringing it in is left to `news`.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from discord import app_commands

from bot.discord import audit, escaping, layout
from bot.discord.access import admit, get_library, identify_requester, respond
from bot.discord.commands.autocomplete import SECONDS as SUGGEST_SECONDS
from bot.discord.commands.channel_option import NewsChannel, check_channel
from bot.discord.localisation import count, mark, say
from bot.discord.news.feed_archives import explain_web_error, list_addresses
from bot.discord.news.feed_records import FollowedFeed, require_feed
from bot.discord.news.fresh_pages import split_phrases
from bot.front_end_errors import QuestionRefused
from bot.user_input import build_filter
from retrieval.errors import ClippingsError, InputError

if TYPE_CHECKING:
    from bot.discord.services import CommandTree, Interaction

LONGEST_ADDRESS, LONGEST_WORDS = 500, 300
SHOWN = 25


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree."""
    tree.add_command(follow)
    tree.add_command(list_feeds)
    tree.add_command(unfollow)


@app_commands.command(description="Follow a feed or a site: its articles come into the archive")
@app_commands.describe(
    address="The address of a feed, or of a site",
    channel="Announce new articles here",
    words="Announce only articles with any of these: strike, wage talks",
    without="Announce no articles with any of these",
    since='Take nothing published before this day: 2023-06-27, or "June 2023"',
)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def follow(  # noqa: PLR0917 - Discord names its options by the parameters
    interaction: Interaction,
    address: app_commands.Range[str, 1, LONGEST_ADDRESS],
    channel: NewsChannel | None = None,
    words: app_commands.Range[str, 1, LONGEST_WORDS] | None = None,
    without: app_commands.Range[str, 1, LONGEST_WORDS] | None = None,
    since: app_commands.Range[str, 1, 60] | None = None,
) -> None:
    """Follow what there is at an address."""
    if (words or without) and channel is None:
        raise InputError(mark("Words say what is announced: choose a channel as well."))
    await follow_address(interaction, address, channel, words=words or "", without=without or "", since=since)


async def follow_address(
    interaction: Interaction,
    address: str,
    channel: NewsChannel | None = None,
    *,
    words: str = "",
    without: str = "",
    since: str | None = None,
) -> None:
    """Follow what there is at an address, and say so; for commands and forms."""
    guild_id = await admit(interaction, private=True, writes=True)
    if channel is not None:
        check_channel(interaction, channel)
    services, news = interaction.client.services, interaction.client.news
    library = services.archives.changes.get_writable(guild_id, get_library(interaction))
    today, order = datetime.now(UTC).date(), services.settings.date_order
    start = (await asyncio.to_thread(build_filter, {"since": since}, today, order)).since
    offer = await news.feeds.find_offer(address, start)
    source = await news.feeds.follow(library, offer, start)
    feed = FollowedFeed(
        guild_id,
        library,
        source.shown,
        channel.id if channel else 0,
        split_phrases(words),
        split_phrases(without),
        interaction.user.id,
    )
    await asyncio.to_thread(news.records.add_feed, feed, list_addresses(offer))
    await asyncio.to_thread(news.records.note_sync, library, 0.0)  # so that it comes in with the next round
    pages = count("{count} page", "{count} pages", len(offer.listing.pages))
    pages = say("{pages} and more", pages=pages) if offer.listing.further else pages
    said = [
        say(
            "Following {address} ({kind}; {pages}).",
            address=escaping.escape_line(source.shown, 300),
            kind=say(source.kind),
            pages=pages,
        ),
        say("Its articles come into the archive from now on."),
    ]
    if channel:
        said.append(say("What is new from now on is announced in {channel}.", channel=channel.mention))
    if not services.settings.discord_sync_minutes:
        said.append(say("Syncing is turned off here: whoever runs this bot has to sync this library."))
    await respond(interaction, layout.Message(" ".join(said)))
    change = say("follows {address}", address=audit.quote(source.shown))
    if channel:
        change = say("follows {address} in {channel}", address=audit.quote(source.shown), channel=channel.mention)
    await audit.log_change(interaction.client, guild_id, interaction.user.id, change)


@app_commands.command(name="feeds", description="List the feeds and sites that are followed, with their errors")
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def list_feeds(interaction: Interaction) -> None:
    """Show what is followed."""
    guild_id = await admit(interaction, private=True, writes=True)
    services, news = interaction.client.services, interaction.client.news
    library = services.archives.changes.get_writable(guild_id, get_library(interaction))
    sources = await news.feeds.list_sources(library)
    feeds = await asyncio.to_thread(news.records.list_feeds, guild_id=guild_id, library=library)
    explain = {source.shown: explain_web_error(source.error) for source in sources if source.fails}
    message = layout.format_feeds(sources, feeds, explain=explain, every_minutes=services.settings.discord_sync_minutes)
    await respond(interaction, message)


@app_commands.command(description="Follow a feed or site no more; its articles stay")
@app_commands.describe(feed="Part of its address; choose a suggestion")
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def unfollow(interaction: Interaction, feed: app_commands.Range[str, 1, LONGEST_ADDRESS]) -> None:
    """Remove a feed, and its source where nothing else here is announced of it."""
    guild_id = await admit(interaction, private=True, writes=True)
    news = interaction.client.news
    library = interaction.client.services.archives.changes.get_writable(guild_id, get_library(interaction))
    feeds = await asyncio.to_thread(news.records.list_feeds, guild_id=guild_id, library=library)
    try:
        chosen = require_feed(feeds, feed)
    except InputError:
        sources = [source.shown for source in await news.feeds.list_sources(library)]
        if feed not in sources:
            raise
        chosen = FollowedFeed(guild_id, library, feed)  # followed by whoever runs the bot
    await asyncio.to_thread(news.records.remove_feed, chosen.key)
    if not any(each.address == chosen.address and each.key != chosen.key for each in feeds):
        await news.feeds.remove_source(library, chosen.address)
    address = escaping.escape_line(chosen.address, 300)
    await respond(
        interaction, layout.Message(say("{address} is followed no more; its articles stay.", address=address))
    )
    change = say("follows {address} no more", address=audit.quote(chosen.address))
    await audit.log_change(interaction.client, guild_id, interaction.user.id, change)


@unfollow.autocomplete("feed")
async def _suggest_feeds(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    try:
        async with asyncio.timeout(SUGGEST_SECONDS):
            who = await identify_requester(interaction)
            if not interaction.guild_id or not who.may_write:
                return []
            records = interaction.client.news.records
            feeds = await asyncio.to_thread(records.list_feeds, guild_id=who.guild_id)
    except (ClippingsError, QuestionRefused, TimeoutError):
        return []
    found = [feed for feed in feeds if current.casefold() in feed.address.casefold()]
    return [app_commands.Choice(name=_name_feed(interaction, feed), value=str(feed.key)) for feed in found[:SHOWN]]


def _name_feed(interaction: Interaction, feed: FollowedFeed) -> str:
    channel = interaction.client.services.guilds.get_channel(feed.channel_id)
    name = getattr(channel, "name", "")
    place = f" → #{name}" if name else ""
    return escaping.format_label(f"{escaping.format_label(feed.address, 70)}{place}", 100)
