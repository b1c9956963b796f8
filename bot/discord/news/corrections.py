"""Marks answers whose quotes no longer stand: changed in their articles, taken out, or taken back by another article.

What takes a quote back is told by retrieval/answering/retractions.py. Only what the library says now is looked at, and
only answers that are still kept. Messages are edited where they can be; of a private answer, which can't, its asker is
told in a direct message.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord import layout, logs
from bot.discord.delivery.sending import send
from bot.discord.news.announcements import BUSY
from bot.discord.spoken_language import speak_in_server, speak_with
from retrieval.answering.retractions import speaks_of_an_error, takes_back_quote
from retrieval.errors import ArticleMissing, LibraryMissing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bot.discord.entities import AnswerRecord
    from bot.discord.news.correction_records import CorrectionRecords
    from bot.discord.news.feed_archives import FeedArchives
    from bot.discord.services import Services
    from retrieval.domain import ArticleInfo, Citation
    from retrieval.index import Library, Snapshot

MOST_ANSWERS = 500
"""Answers of a library that are looked at after a change, the newest first."""

EMBEDS = 10
"""Embeds that a message takes."""


class Corrector:
    """Looks the answers from a library through after it has changed."""

    def __init__(self, services: Services, feeds: FeedArchives, records: CorrectionRecords) -> None:
        self._services = services
        self._feeds = feeds
        self._records = records

    async def list_libraries(self) -> list[str]:
        """Return the libraries that answers are kept of."""
        return await asyncio.to_thread(self._records.list_libraries, self._find_start())

    async def look_through(self, library: str, fresh: Collection[str] = ()) -> None:
        """Mark the answers from a library of which a quote no longer stands, each quote once.

        `fresh` are the ids of articles that came in or have changed, which may take back what others say.
        """
        keys = await asyncio.to_thread(self._records.list_quoting, library, self._find_start(), MOST_ANSWERS)
        kept = [await asyncio.to_thread(self._services.records.get_answer, key) for key in keys]
        answers = [each for each in kept if each and not _is_of_a_day(each)]
        if not answers:
            return
        fallen = await self._feeds.read(library, lambda opened: find_fallen(opened, answers))
        if fresh:
            notices = await self._feeds.read(library, lambda opened: find_taken_back(opened, fresh, answers))
            for key, found in notices.items():
                # Kept before anything is marked: what fails now is tried again, when they are no longer fresh.
                await asyncio.to_thread(self._records.note_notices, key, found)
        for record in answers:
            taken_back = await asyncio.to_thread(self._records.get_notices, record.key)
            numbers = {*fallen.get(record.key, ()), *taken_back}
            known = await asyncio.to_thread(self._records.get_marked, record.key)
            if numbers - known:
                await self._mark(record, sorted(numbers | known), taken_back)

    async def _mark(self, record: AnswerRecord, numbers: list[int], taken_back: Mapping[int, str]) -> None:
        """Mark the last message of an answer; what fails for the moment is tried when the library changes again."""
        if record.question.guild_id:
            speak_in_server(self._services, record.question.guild_id)
        else:
            speak_with(self._services, record.question.person_id)
        text = layout.format_correction(record.answer, numbers, taken_back)
        try:
            if record.question.private or not record.message_ids:
                await self._tell(record, text)
            else:
                guild_id, channel_id = record.question.guild_id, record.question.channel_id
                channel = self._services.guilds.get_partial_messageable(channel_id, guild_id=guild_id or None)
                await mark_message(await channel.fetch_message(record.message_ids[-1]), text)
        except discord.HTTPException as error:
            logs.log_warning("not corrected", code=error.code, status=error.status, guild_id=record.question.guild_id)
            if error.status >= BUSY:
                return
        except (OSError, aiohttp.ClientError) as error:
            logs.log_warning("not corrected", error=type(error).__name__, guild_id=record.question.guild_id)
            return
        await asyncio.to_thread(self._records.note_marked, record.key, numbers)

    async def _tell(self, record: AnswerRecord, text: str) -> None:
        asker, guilds = record.question, self._services.guilds
        guild = guilds.get_guild(asker.guild_id)
        if not asker.person_id or (asker.guild_id and guild is None):
            return
        # In a server only whoever is still a member; what was asked elsewhere was asked of the person's own accord.
        person = await guild.fetch_member(asker.person_id) if guild else discord.Object(asker.person_id)
        asked = layout.format_reply(record.answer.question)
        await send(await guilds.create_dm(person), layout.Message(f"> {asked}\n{text}"))

    def _find_start(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=self._services.settings.discord_retention_days)


def find_fallen(library: Library, answers: Iterable[AnswerRecord]) -> dict[int, list[int]]:
    """Return the numbers of the citations whose quotes no longer stand, by the keys of their answers.

    White space is no matter; an article that is in under another id, or at another place, is found by its title.
    """
    texts: dict[str, str] = {}
    titles: dict[str, list[str]] | None = None

    def stands(citation: Citation) -> bool:
        nonlocal titles
        if citation.article_id not in texts:
            with suppress(ArticleMissing, LibraryMissing):
                texts[citation.article_id] = _flatten(library.get_article(citation.article_id).text)
        quote = _flatten(citation.quote)
        if citation.article_id in texts:
            return quote in texts[citation.article_id]
        if titles is None:
            titles = {}
            with suppress(LibraryMissing):
                for info in library.list_articles():
                    titles.setdefault(info.title, []).append(info.id)
        return any(quote in _flatten(library.get_article(each).text) for each in titles.get(citation.title, []))

    return {
        record.key: [
            each.number
            for each in record.answer.citations
            if each.quote and each.superseded is None and not stands(each)
        ]
        for record in answers
    }


def find_taken_back(
    library: Library, fresh: Collection[str], answers: Iterable[AnswerRecord]
) -> dict[int, dict[int, str]]:
    """Return the titles of fresh articles that take quotes back, by the keys of answers and numbers of citations."""

    def read(snapshot: Snapshot) -> list[tuple[ArticleInfo, str]]:
        infos = snapshot.get_article_infos(sorted(fresh))
        texts = ((key, each.passage.text) for key in infos for each in snapshot.get_article_passages(key))
        return [(infos[key], text) for key, text in texts if speaks_of_an_error(text)]

    notices: list[tuple[ArticleInfo, str]] = []
    with suppress(LibraryMissing):
        notices = library.read(read)
    if not notices:
        return {}
    found: dict[int, dict[int, str]] = {}
    for record in answers:
        for citation in record.answer.citations:
            if not citation.quote or citation.superseded is not None:
                continue
            taking = (info for info, text in notices if takes_back_quote(info, text, citation))
            if (notice := next(taking, None)) is not None:
                found.setdefault(record.key, {})[citation.number] = notice.title or notice.id
    return found


async def mark_message(message: discord.Message, text: str) -> None:
    """Put a mark into a message, or another in its place."""
    if message.flags.components_v2:
        await _mark_layout(message, text)
        return
    mark = discord.Embed(description=text, colour=layout.CORRECTED)
    others = [embed for embed in message.embeds if embed.colour != mark.colour]
    await message.edit(embeds=[mark, *others][:EMBEDS], allowed_mentions=discord.AllowedMentions.none())


async def _mark_layout(message: discord.Message, text: str) -> None:
    old, new = discord.ui.LayoutView.from_message(message, timeout=None), discord.ui.LayoutView(timeout=None)
    new.add_item(discord.ui.TextDisplay(text))
    for item in list(old.children):
        old.remove_item(item)
        if not (isinstance(item, discord.ui.TextDisplay) and item.content.startswith(layout.CORRECTION_MARK)):
            new.add_item(item)
    await message.edit(view=new, allowed_mentions=discord.AllowedMentions.none())


def _is_of_a_day(record: AnswerRecord) -> bool:
    """Say whether an answer is what the archive said on a day: that does not change."""
    understood = record.answer.understanding
    return bool(record.question.where.as_of or (understood and understood.where.as_of))


def _flatten(text: str) -> str:
    return " ".join(text.split())
