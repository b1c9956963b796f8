"""Cards -> what discord.py sends: layout views whose buttons are found by their ids alone.

Also changes messages that were sent: the counts on their buttons, rows of buttons that are added below. What buttons do
is left to views.py.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import discord

from bot.discord.layout import Message, SourceBlock
from bot.discord.layout.message_limits import BUTTON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.discord.entities import Votes
    from bot.discord.layout import Block, Card

BUTTONS_A_ROW = 5


class StatelessView(discord.ui.View):
    """Buttons below a message of which discord.py keeps nothing.

    Of a private follow-up it would, for 15 minutes, and then forget what to do with all buttons of their kinds
    (discord.py 2.7).
    """

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_dispatchable(self) -> bool:
        """Say that there is nothing to be kept: buttons are found by the patterns of their ids."""
        return False


class StatelessLayout(discord.ui.LayoutView):
    """A message of components of which discord.py keeps nothing."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_dispatchable(self) -> bool:
        """Say that there is nothing to be kept."""
        return False


def build_messages(
    cards: Sequence[Card], buttons: discord.ui.View, build_button: Callable[[SourceBlock], discord.ui.Item[Any]]
) -> list[Message]:
    """Return a message for each card, the buttons in rows under the last."""
    views = [_build_layout(card, build_button) for card in cards]
    add_rows(views[-1], buttons.children)
    return [Message("", view=view) for view in views]


def add_rows(view: discord.ui.LayoutView, items: Iterable[discord.ui.Item[Any]]) -> None:
    """Add buttons in rows of five, and menus in rows of their own, in the order in which they come."""
    row: list[discord.ui.Item[Any]] = []
    for item in [*items, None]:
        if row and (item is None or item.width == BUTTONS_A_ROW or len(row) == BUTTONS_A_ROW):
            view.add_item(discord.ui.ActionRow(*row))
            row = []
        if item is not None and item.width == BUTTONS_A_ROW:
            view.add_item(discord.ui.ActionRow(item))
        elif item is not None:
            row.append(item)


def label_votes(view: discord.ui.View | discord.ui.LayoutView, key: int, votes: Votes) -> None:
    """Write how many people voted on the buttons below the answer with a key."""
    counts = {f"c:up:{key}": votes.up, f"c:down:{key}": votes.down}
    for item in view.walk_children():
        button = item.item if isinstance(item, discord.ui.DynamicItem) else item
        if isinstance(button, discord.ui.Button) and button.custom_id in counts:
            count = counts[button.custom_id]
            button.label = f"{count:,}"[:BUTTON] if count else None


def rebuild(message: discord.Message) -> StatelessView | StatelessLayout:
    """Return the components of a message as they are, to be changed and sent again."""
    if message.flags.components_v2:
        view: StatelessView | StatelessLayout = StatelessLayout()
        found: discord.ui.View | discord.ui.LayoutView = discord.ui.LayoutView.from_message(message, timeout=None)
    else:
        view, found = StatelessView(), discord.ui.View.from_message(message, timeout=None)
    for item in found.children:
        view.add_item(item)
    return view


def _build_layout(card: Card, build_button: Callable[[SourceBlock], discord.ui.Item[Any]]) -> StatelessLayout:
    view = StatelessLayout()

    def build(block: Block) -> discord.ui.Item[Any]:
        if isinstance(block, SourceBlock):
            return discord.ui.Section(block.text, accessory=build_button(block))
        return discord.ui.TextDisplay(block.text)

    for boxed, blocks in groupby(card.blocks, key=lambda block: block.boxed):
        items = [build(block) for block in blocks]
        for item in [discord.ui.Container(*items, accent_colour=card.colour)] if boxed else items:
            view.add_item(item)
    return view
