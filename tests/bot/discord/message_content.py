"""What a person sees of a message: its words, its buttons; and archives that have more articles than a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import discord
    from simcord.results import InteractionResult, ResponseMessage

    from bot.discord.client import ClippingsBot
    from bot.discord.services import Services
    from tests.bot.discord.world import World

    Shown = ResponseMessage | discord.Message | None

PLACES = "harbour comet orchard glacier violin railway parliament lighthouse vaccine reef mill"
WORDS = PLACES.split()


def get_bot(world: World) -> ClippingsBot:
    """Return the bot that is logged in now."""
    bot: Any = world.env.bot
    return bot  # type: ignore[no-any-return]


def get_services(world: World) -> Services:
    """Return what the bot that is logged in now answers with."""
    return get_bot(world).services


def walk_components(message: Any) -> Iterator[dict[str, Any]]:
    """Yield all components of a message, in the order in which they are read."""
    yield from walk_parts([getattr(row, "to_dict", lambda row=row: row)() for row in message.components])


def walk_parts(parts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield components with those inside them, as Discord gets them."""
    for part in parts:
        yield part
        yield from walk_parts(part.get("components") or ())
        yield from walk_parts([part["accessory"]] if part.get("accessory") else ())


def read_message(message: Shown) -> str:
    """Return all that a message says, its components and embeds included."""
    assert message is not None
    parts = [message.content, *(each["content"] for each in walk_components(message) if "content" in each)]
    for embed in message.embeds:
        fields = (f"{field.name} {field.value}" for field in embed.fields)
        parts += [embed.title or "", embed.description or "", *fields, embed.footer.text or ""]
    return "\n".join(parts)


def read_private_reply(result: InteractionResult) -> str:
    """Return what only one person sees, in the response or after it; a button's own message is not a response."""
    messages = [message for message in (result.response, *result.followups) if message is not None]
    alone = [message for message in messages if message.ephemeral]
    assert alone
    return "\n".join(read_message(message) for message in alone)


def list_buttons(message: Shown) -> dict[str, dict[str, Any]]:
    """Return the buttons and menus of a message by what is written on them."""
    assert message is not None
    inner = [each for each in walk_components(message) if "custom_id" in each or "url" in each]
    return {each.get("label") or each.get("placeholder") or "": each for each in inner}


def make_jsonl(count: int, *, about: str = "the comet", author: str = "Ann Lee") -> bytes:
    """Return a file of so many short articles, of one day each."""
    articles = (
        {
            "id": f"{about}-{number}",
            "title": f"Story {number} of {about}",
            "author": author if number % 2 else "Ben Ode",
            "published": f"2023-{1 + number // 28:02}-{1 + number % 28:02}",
            "url": f"https://example.org/{number}",
            "text": f"On day {number} {about} was seen above the {WORDS[number % len(WORDS)]} by {number} people.",
        }
        for number in range(count)
    )
    return "\n".join(json.dumps(article) for article in articles).encode()
