"""Discord's limits, and a message that keeps within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    """What one message shows, without its buttons; with a `view` of components in the place of all else."""

    content: str
    embeds: tuple[discord.Embed, ...] = ()
    view: discord.ui.LayoutView | None = None

    def build_options(self, view: discord.ui.View | None, *, editing: bool = False) -> dict[str, Any]:
        """Return what to send, or what to put in the place of what is there, with the buttons of `view`."""
        if self.view is not None:
            # A message of components may have neither content nor embeds; one that had them must lose them.
            return {"content": None, "embeds": [], "view": self.view} if editing else {"view": self.view}
        options: dict[str, Any] = {"content": self.content or None, "embeds": self.embeds}
        return options | ({"view": view} if view is not None or editing else {})
