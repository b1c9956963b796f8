"""Discord's limits, and a message that keeps within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import discord

CONTENT = 2_000
TITLE = 256
DESCRIPTION = 4_096
OPTIONS = 25
OPTION = 100
"""Characters of an option's label, of its description, and of its value."""
BUTTON = 80
MODAL_TITLE = 45


@dataclass(frozen=True, slots=True)
class Message:
    """What one message shows, without its buttons."""

    content: str
    embeds: tuple[discord.Embed, ...] = ()
