"""What is asked where nobody addresses the bot: in channels whose every question is answered, and in their forums.

Most of what people write there is for each other. Which messages belong to such a channel is left to
message_parsing.py, the words that tell questions from talk to retrieval/conversation/talk.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot.discord.question_text import LONGEST_QUESTION
from retrieval.conversation.talk import asks_articles

if TYPE_CHECKING:
    from bot.discord.entities import Front


@dataclass(frozen=True, slots=True)
class Overheard:
    """A question asked of nobody in particular: how it came in; its text, where that is not the message's."""

    front: Front = "channel"
    text: str = ""


def overhear(message: discord.Message) -> Overheard | None:
    """Return what a message asks of whoever knows; None for talk. Takes a while: to be called in a thread."""
    if is_for_others(message):
        return None
    post = get_post(message)
    if post is None:
        return Overheard() if asks_articles(message.content) else None
    if message.id == post.id:
        asks = asks_articles(post.name, names=False) or asks_articles(f"{post.name}.\n{message.content}", names=False)
        return Overheard("post", join_post(post.name, message.content)) if asks else None
    # In a post of theirs people go on asking; others talk to them, unless they mention the bot or reply to it.
    goes_on = message.author.id == post.owner_id and asks_articles(message.content, going_on=True)
    return Overheard() if goes_on else None


def is_for_others(message: discord.Message) -> bool:
    """Tell whether a message without words for the bot is for others: by a bot, a reply, or with a mention."""
    return bool(
        message.author.bot
        or message.webhook_id is not None
        or _is_reply_to_another(message)
        or message.mentions
        or message.role_mentions
        or message.mention_everyone
        or "@everyone" in message.content
        or "@here" in message.content
    )


def _is_reply_to_another(message: discord.Message) -> bool:
    if message.reference is None:
        return False
    answered = message.reference.resolved
    return not (isinstance(answered, discord.Message) and answered.author.id == message.author.id)


def get_post(message: discord.Message) -> discord.Thread | None:
    """Return the forum post that a message is in."""
    thread = message.channel
    if isinstance(thread, discord.Thread) and isinstance(thread.parent, discord.ForumChannel):
        return thread
    return None


def join_post(title: str, first: str) -> str:
    """Return what a forum post asks: its title and its first message, or the title where that says all."""
    title, first = " ".join(title.split()), " ".join(first.split())
    if not first or (asks_articles(title, names=False) and not asks_articles(first, names=False)):
        return title
    if title.rstrip(" .?!…").casefold() in first.casefold():
        return first[:LONGEST_QUESTION]
    ended = title if title.endswith((".", "?", "!", "…", ":")) else f"{title}."
    return f"{ended} {first}"[:LONGEST_QUESTION]
