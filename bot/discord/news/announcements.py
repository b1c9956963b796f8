"""Announces articles that came in: title, day and two quotes in the feed's channel, each article once.

An article is noted before it is posted, with the number by which Discord knows a message that it is sent again. Where
the bot was stopped in between, the channel is read back: what stands there is not posted again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord import escaping, layout, logs
from bot.discord.delivery.message_target import find_missing_permissions
from bot.discord.delivery.sending import DENIED, GONE, retry, send
from bot.discord.localisation import mark, say
from bot.discord.news.fresh_pages import hash_text, holds_words, repeats_text, select_fresh
from bot.discord.permission_names import PERMISSIONS
from bot.discord.spoken_language import speak_in_server
from bot.front_end_errors import ClosingError
from retrieval.domain import ArticleInfo
from retrieval.errors import ArticleMissing, ClippingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from bot.discord.news.feed_archives import FeedArchives
    from bot.discord.news.feed_records import Announcement, FeedRecords, FollowedFeed
    from bot.discord.services import Services
    from retrieval.domain import Article
    from retrieval.index import Library

QUOTES = 2
POSTS_A_ROUND = 10
"""Articles that are announced for one feed at once; the others follow in the next rounds."""
READ_BACK = 100
"""Messages that are read back to find one that may have been posted."""
CLOCKS_APART = timedelta(minutes=2)
"""By how much Discord's clock and this one may differ."""
FORUM_NAME = 100
"""Characters of a post's name."""

BUSY = 429
"""The status of Discord's from which on a request may succeed later; what it refuses otherwise it will refuse again."""
LACKING, MAY_NOT = mark("I lack {rights} there"), mark("I may not write there")
REFUSED = mark("Discord refused it (code {code})")
NO_CHANNEL = mark("the channel is gone, or I can't see it")


@dataclass(frozen=True, slots=True)
class FreshArticle:
    """An article to be announced: where it is from, and the sentences that say most of it."""

    address: str
    article: ArticleInfo
    quotes: tuple[str, ...]
    hashes: frozenset[int]


class Announcer:
    """Posts what is new in feeds."""

    def __init__(self, services: Services, records: FeedRecords, feeds: FeedArchives) -> None:
        self._services = services
        self._records = records
        self._feeds = feeds

    async def announce(self, feed: FollowedFeed, *, caught_up: bool) -> int:
        """Post what is new in a feed, oldest first; return how many were posted.

        `caught_up` says that all is in that the feed lists now.
        """
        channel = self._services.guilds.get_channel(feed.channel_id)
        speak_in_server(self._services, feed.guild_id)
        problem = explain_channel(channel)
        posted = 0
        if problem:
            await self._note_problem(feed, problem)
        else:
            await self._settle_unsure(feed, channel)
            pages = await self._feeds.list_read(feed.library, feed.address)
            known = await asyncio.to_thread(self._records.list_noted, feed.channel_id)
            fresh = select_fresh(feed, pages, known)
            taken = {page.address for page in fresh}
            if not feed.caught_up:
                old = [page.address for page in pages if page.address not in taken | known]
                await asyncio.to_thread(self._records.note_known, feed.channel_id, old)
            for page in fresh:
                if posted == POSTS_A_ROUND:
                    return posted  # the others are not known yet, and come next
                posted += await self._announce_page(feed, channel, page.address, page.article_id)
        if caught_up and not feed.caught_up and not problem:
            await asyncio.to_thread(self._records.note_caught_up, feed.key)
        return posted

    async def _announce_page(self, feed: FollowedFeed, channel: object, address: str, article_id: str) -> bool:
        """Post one article, unless it is another's text or not wanted; return whether it was posted."""
        read = partial(read_fresh_article, address=address, article_id=article_id, feed=feed)
        try:
            fresh = await self._feeds.read(feed.library, read)
        except ArticleMissing:
            return False
        texts = await asyncio.to_thread(self._records.list_texts, feed.channel_id)
        if fresh is None or repeats_text(fresh.hashes, texts):
            await asyncio.to_thread(self._records.note_address, feed.channel_id, address, "left out")
            return False
        begun = await asyncio.to_thread(self._records.begin_posting, feed.channel_id, address, article_id, fresh.hashes)
        return begun is not None and await self._post(feed, channel, fresh, begun)

    async def _post(self, feed: FollowedFeed, channel: object, fresh: FreshArticle, begun: Announcement) -> bool:
        """Post an article; what fails for the moment stays noted as being posted, and is looked after next time."""
        try:
            number = await post_message(
                channel, layout.format_news(fresh.article, fresh.quotes), name=fresh.article.title, nonce=begun.nonce
            )
        except discord.HTTPException as error:
            if error.status < BUSY or error.code in GONE | DENIED:
                await asyncio.to_thread(self._records.note_address, feed.channel_id, fresh.address, "left out")
                await self._note_problem(feed, _explain_refusal(error))
            logs.log_warning("not announced", code=error.code, status=error.status, guild_id=feed.guild_id)
            return False
        except (OSError, aiohttp.ClientError) as error:
            logs.log_warning("not announced", error=type(error).__name__, guild_id=feed.guild_id)
            return False
        await asyncio.to_thread(self._records.note_posted, feed.channel_id, fresh.address, number)
        if feed.problem:
            await self._note_problem(feed, "")
        return True

    async def _settle_unsure(self, feed: FollowedFeed, channel: object) -> None:
        """Find out whether what was about to be posted was; post it where it was not."""
        for begun in await asyncio.to_thread(self._records.list_posting, feed.channel_id):
            read = partial(read_fresh_article, address=begun.address, article_id=begun.article_id, feed=None)
            try:
                fresh = await self._feeds.read(feed.library, read)
            except ClosingError:
                raise
            except ClippingsError:
                fresh = None
            if fresh is None:
                await asyncio.to_thread(self._records.note_address, feed.channel_id, begun.address, "left out")
                continue
            others = await asyncio.to_thread(self._records.list_message_ids, feed.channel_id)
            number = await find_posted(channel, fresh.article, begun, others)
            if number is None:  # the channel can't be read: rather none than two
                await asyncio.to_thread(self._records.note_address, feed.channel_id, begun.address, "left out")
            elif number:
                await asyncio.to_thread(self._records.note_posted, feed.channel_id, begun.address, number)
            else:
                await self._post(feed, channel, fresh, begun)

    async def _note_problem(self, feed: FollowedFeed, problem: str) -> None:
        if problem != feed.problem:
            await asyncio.to_thread(self._records.note_problem, feed.key, problem)


def read_fresh_article(
    library: Library, address: str, article_id: str, feed: FollowedFeed | None
) -> FreshArticle | None:
    """Return an article with its two key sentences; None where the feed's words leave it out. Raises ArticleMissing."""
    from retrieval.index.lexical import extract_terms

    article = library.get_article(article_id)
    if feed and not holds_words(article, feed.words, feed.without, terms=extract_terms):
        return None
    info = ArticleInfo(article.id, article.title, article.author, article.published, article.url, article.source)
    return FreshArticle(address, info, quote_key_sentences(library, article, QUOTES), hash_text(article))


def quote_key_sentences(library: Library, article: Article, count: int) -> tuple[str, ...]:
    """Return the sentences that carry most of an article, in their order, word for word."""
    from retrieval.answering.key_sentences import choose_key_sentences, rate_sentences, separate_spans
    from retrieval.index.lexical import extract_terms

    passages = library.read(lambda snapshot: snapshot.get_article_passages(article.id))
    chosen = choose_key_sentences(rate_sentences(article, passages, terms=extract_terms), count)
    spans = separate_spans(article.text, [each.span for each in chosen])
    return tuple(article.text[span.start : span.end] for span in spans)


def explain_channel(channel: object) -> str:
    """Say in English why nothing can be posted in a channel; empty where it can."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return NO_CHANNEL
    missing = find_missing_permissions(channel)
    return LACKING.format(rights=", ".join(f"“{PERMISSIONS[each]}”" for each in missing)) if missing else ""


async def post_message(channel: object, message: layout.Message, *, name: str, nonce: int) -> int:
    """Post a message in a channel, or as a post of its own in a forum; return its id. Raises what Discord says."""
    if isinstance(channel, discord.ForumChannel):
        forum = channel
        title = escaping.format_label(name, FORUM_NAME) or say("News")
        tags = [tag for tag in forum.available_tags if not tag.moderated][:1] if forum.flags.require_tag else []
        opened = await forum.create_thread(name=title, embeds=list(message.embeds), applied_tags=tags)
        return opened.message.id
    assert isinstance(channel, discord.abc.Messageable)
    return (await send(channel, message, nonce=nonce)).id


async def find_posted(
    channel: object, article: ArticleInfo, begun: Announcement, others: Collection[int]
) -> int | None:
    """Return the id of the message that announces an article already, 0 for none, None where that can't be read.

    `others` are the messages that are known to announce other articles.
    """
    since = begun.noted_at - CLOCKS_APART
    wanted = escaping.format_label(article.title or article.id, FORUM_NAME)
    with suppress(discord.HTTPException, OSError, aiohttp.ClientError):
        if isinstance(channel, discord.ForumChannel):
            posts = await list_forum_posts(channel, wanted, since)
            return next((number for number in posts if number not in others), 0)
        assert isinstance(channel, discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel)
        own = channel.guild.me.id
        is_it = _match_announcement(article)
        async for message in channel.history(limit=READ_BACK, after=since, oldest_first=True):
            if message.author.id != own or message.id in others:
                continue
            if message.nonce == str(begun.nonce) or is_it(message):
                return message.id
        return 0
    return None


async def list_forum_posts(forum: discord.ForumChannel, name: str, since: datetime) -> list[int]:
    """Return the bot's own posts of a name in a forum since a moment."""
    return [
        thread.id
        for thread in await retry(forum.guild.active_threads)
        if thread.parent_id == forum.id
        and thread.owner_id == forum.guild.me.id
        and thread.name == name
        and discord.utils.snowflake_time(thread.id) >= since
    ]


def _match_announcement(article: ArticleInfo) -> Callable[[discord.Message], bool]:
    """Return what tells whether a message announces an article: by the first line, which holds title and address."""
    first = (layout.format_news(article, ()).embeds[0].description or "").split("\n")[0]

    def is_it(message: discord.Message) -> bool:
        return any((embed.description or "").split("\n")[0] == first for embed in message.embeds)

    return is_it


def _explain_refusal(error: discord.HTTPException) -> str:
    if error.code in GONE:
        return NO_CHANNEL
    return MAY_NOT if error.code in DENIED else REFUSED.format(code=error.code)
