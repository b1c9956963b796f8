"""What the bot says by itself: articles that are new, and the list of feeds that are followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord import escaping
from bot.discord.layout.answer_message import COLOUR, format_credit
from bot.discord.layout.list_messages import format_list
from bot.discord.layout.message_limits import Message
from bot.discord.local_dates import say_day
from bot.discord.localisation import count, format_number, mark, say
from bot.discord.worded_elsewhere import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.discord.news.alert_records import Alert, AlertNews
    from bot.discord.news.feed_records import FollowedFeed
    from retrieval.answering.news_stories import NewsStory
    from retrieval.domain import Answer, ArticleInfo
    from retrieval.web.followed import FollowedSource

QUOTE_SHOWN = 500
"""Units of a quote that are shown."""
ERROR_SHOWN, ADDRESS_SHOWN, TITLE_SHOWN = 200, 200, 120
NAMED, MARKED = 3, 10
"""Titles and numbers that a correction names."""
CORRECTION_MARK = "⚠️ **"
"""What a correction begins with in every language, by which it is known again among texts."""
CHANGES_IT = mark("I tell you in {where} when a new article changes this answer: {question}")
ANSWERS_IT = mark("I tell you in {where} when an article answers this: {question}")
KINDS = mark("feed"), mark("sitemap"), mark("front page")
CORRECTED = 0xC27C0E
"""The colour of a correction, by which it is known again."""


def format_news(article: ArticleInfo, quotes: Iterable[str], *, before: str = "") -> Message:
    """Lay out an article that is new: its title as a link, author and day, and quotes of it."""
    lines = [format_credit(article, article.id, before=before), *(f"> {each}" for each in _escape_quotes(quotes))]
    return Message("", (discord.Embed(description="\n".join(lines), colour=COLOUR),))


def name_digest(start: datetime, end: datetime) -> str:
    """Name a digest by its days."""
    first, last = say_day(start.date()), say_day(end.date())
    return say("What is new, {first} to {last}, {time} UTC", first=first, last=last, time=f"{end:%H:%M}")


def format_digest(title: str, stories: Sequence[NewsStory]) -> Message:
    """Lay out what is new by story: the newest article's title, quotes with their articles, and the others' titles."""
    return format_list(title, [_format_story(each) for each in stories], none=say("Nothing is new."))


def _format_story(story: NewsStory) -> str:
    lines, quoted = list[str](), set[str]()
    for info, quote in story.quotes:
        if info.id not in quoted:
            lines.append(format_credit(info, info.id))
        quoted.add(info.id)
        lines += [f"> {each}" for each in _escape_quotes([quote])]
    others = [info for info in story.articles if info.id not in quoted]
    lines += [
        f"-# {say('also:')} {escaping.format_link(info.title or info.id, info.url, TITLE_SHOWN)}"
        for info in others[:NAMED]
    ]
    if len(others) > NAMED:
        lines.append(f"-# {say('and {number} more of this', number=len(others) - NAMED)}")
    return "\n".join(lines)


def format_correction(answer: Answer, numbers: Sequence[int], notices: Mapping[int, str] | None = None) -> str:
    """Say which quotes of an answer no longer stand, in one paragraph.

    `notices` are titles of other articles that take quotes back, by the quotes' numbers.
    """
    taken_back = {number: title for number, title in (notices or {}).items() if number in numbers}
    fallen = [number for number in numbers if number not in taken_back]
    said = [f"{CORRECTION_MARK}{say('Corrected:')}**"]
    if fallen:
        named = [each for each in answer.citations if each.number in fallen][:NAMED]
        titles = "; ".join(_quote_titles(each.title or each.article_id for each in named))
        said.append(
            say(
                "{marks} no longer stands in the archive: {titles} was changed or taken out since.",
                marks=_list_marks(fallen),
                titles=titles,
            )
        )
    if taken_back:
        titles = "; ".join(_quote_titles(taken_back.values())[:NAMED])
        said.append(
            say(
                "{marks} was corrected or withdrawn by another article: {titles}.",
                marks=_list_marks([*taken_back]),
                titles=titles,
            )
        )
    return " ".join([*said, say("Ask again for what is known now.")])


def _quote_titles(titles: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(escaping.escape_line(title, TITLE_SHOWN) for title in titles))


def _list_marks(numbers: Sequence[int]) -> str:
    more = f" {say('and {number} more', number=len(numbers) - MARKED)}" if len(numbers) > MARKED else ""
    return " ".join(f"[{number}]" for number in numbers[:MARKED]) + more


def format_alert(alert: Alert, news: AlertNews) -> Message:
    """Lay out what is new to an alert; in a channel its asker is mentioned."""
    said = say(mark("The answer has changed:") if news.before else mark("An article answers it:"))
    lines = [
        f"**{say('Your alert:')}** {escaping.escape_line(alert.question, QUOTE_SHOWN)}",
        said,
        format_credit(news.article, news.article.id),
        *(f"> {each}" for each in _escape_quotes([news.quote])),
        *(f"-# {say('before:')} {each}" for each in _escape_quotes([news.before])),
    ]
    content = f"<@{alert.person_id}>" if alert.channel_id else ""
    return Message(content, (discord.Embed(description="\n".join(lines), colour=COLOUR),))


def format_alert_kept(alert: Alert, known: AlertNews | None) -> Message:
    """Say that an alert is kept, where its asker is going to be told, and what is known now."""
    where = f"<#{alert.channel_id}>" if alert.channel_id else say("a direct message")
    when = CHANGES_IT if known else ANSWERS_IT
    text = say(when, where=where, question=escaping.escape_line(alert.question, QUOTE_SHOWN))
    return Message(text, format_news(known.article, [known.quote]).embeds if known else ())


def format_alerts(alerts: Sequence[Alert]) -> Message:
    """Lay out a person's alerts, with what could not be told."""
    blocks = []
    for alert in alerts:
        lines = [
            f"**{escaping.escape_line(alert.question, QUOTE_SHOWN)}**",
            say("told in {where}", where=f"<#{alert.channel_id}>" if alert.channel_id else say("a direct message")),
        ]
        if alert.known and alert.sure:
            lines += [f"> {each}" for each in _escape_quotes([alert.known])]
        if alert.problem:
            lines.append(
                f"⚠️ {say('not told the last time:')} {escaping.escape_line(translate(alert.problem), ERROR_SHOWN)}"
            )
        blocks.append("\n".join(lines))
    return format_list(say("Your alerts"), blocks, none=say("You have no alerts: `/alert` makes one."))


def format_feeds(
    sources: Sequence[FollowedSource], feeds: Sequence[FollowedFeed], *, explain: dict[str, str], every_minutes: int
) -> Message:
    """Lay out what a server follows: address, state, and where it is announced; `explain` says errors by address."""
    blocks = [
        _format_feed(source, [feed for feed in feeds if feed.address == source.shown], explain.get(source.shown, ""))
        for source in sources
    ]
    message = format_list(
        say("Feeds and sites"), blocks, none=say("Nothing is followed: `/follow` follows a feed or a site.")
    )
    rhythm = count("looked at every minute", "looked at every {count} minutes", every_minutes)
    rhythm = rhythm if every_minutes else say("not looked at: syncing is turned off")
    message.embeds[0].set_footer(text=rhythm)
    return message


def _format_feed(source: FollowedSource, feeds: Sequence[FollowedFeed], error: str) -> str:
    title = escaping.escape_line(source.title, 120)
    lines = [f"**{title}**" if title else "", escaping.escape_line(source.shown, ADDRESS_SHOWN)]
    read = source.pages.get("read", 0)
    waiting = source.pages.get("waiting", 0)
    state = f"{say(source.kind)}, {count('{count} article in', '{count} articles in', read)}"
    lines.append(state + (f", {say('{number} to come', number=format_number(waiting))}" if waiting else ""))
    if error:
        lines.append(_warn(say("not read the last time:"), error))
    for feed in feeds:
        lines.append(_format_target(feed))
        if feed.problem:
            lines.append(
                f"⚠️ {say('not announced the last time:')} {escaping.escape_line(translate(feed.problem), ERROR_SHOWN)}"
            )
    return "\n".join(filter(None, lines))


def _warn(what: str, why: str) -> str:
    return f"⚠️ {what} {escaping.escape_line(why, ERROR_SHOWN)}"


def _format_target(feed: FollowedFeed) -> str:
    if not feed.channel_id:
        return say("not announced")
    limits = [
        f"{name} {escaping.escape_line(', '.join(words), ERROR_SHOWN)}"
        for name, words in ((say("with"), feed.words), (say("without"), feed.without))
        if words
    ]
    return " ".join([say("announced in {where}", where=f"<#{feed.channel_id}>"), *limits])


def _escape_quotes(quotes: Iterable[str]) -> Iterable[str]:
    return filter(None, (escaping.escape_line(quote, QUOTE_SHOWN) for quote in quotes))
