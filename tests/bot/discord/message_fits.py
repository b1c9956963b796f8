"""What Discord takes in one message, in numbers, and what of a message of ours it would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord.escaping import count_units
from bot.discord.layout.message_limits import CONTENT, DESCRIPTION, TITLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord

    from bot.discord.layout import Message

FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1_024
FOOTER = 2_048
AUTHOR = 256
EMBEDS = 10
ALL_EMBEDS = 6_000
"""Characters of all embeds of a message together."""


def find_misfits(message: Message) -> list[str]:
    """Say what is too long in a message, too many or missing."""
    embeds = message.embeds
    found = [
        *_check("content", message.content, CONTENT),
        *(each for embed in embeds for each in _check_embed(embed)),
    ]
    if len(embeds) > EMBEDS:
        found.append(f"{len(embeds)} embeds")
    if (total := sum(map(count_embed, embeds))) > ALL_EMBEDS:
        found.append(f"all embeds: {total}")
    if not message.content.strip() and not embeds:
        found.append("nothing to show")
    return found


def count_embed(embed: discord.Embed) -> int:
    """Count what an embed adds to the limit over all embeds."""
    texts = [embed.title, embed.description, embed.footer.text, embed.author.name]
    texts += [text for field in embed.fields for text in (field.name, field.value)]
    return sum(count_units(text or "") for text in texts)


def _check_embed(embed: discord.Embed) -> list[str]:
    limits: Sequence[tuple[str, str | None, int]] = (
        ("title", embed.title, TITLE),
        ("description", embed.description, DESCRIPTION),
        ("footer", embed.footer.text, FOOTER),
        ("author", embed.author.name, AUTHOR),
        *(("field's name", field.name, FIELD_NAME) for field in embed.fields),
        *(("field's value", field.value, FIELD_VALUE) for field in embed.fields),
    )
    found = [each for name, text, limit in limits for each in _check(name, text or "", limit)]
    found += ["a field without text" for field in embed.fields if not (field.name and field.value)]
    if len(embed.fields) > FIELDS:
        found.append(f"{len(embed.fields)} fields")
    if not count_embed(embed):
        found.append("an empty embed")
    return found


def _check(name: str, text: str, limit: int) -> list[str]:
    return [f"{name}: {count_units(text)} of {limit}"] if count_units(text) > limit else []
