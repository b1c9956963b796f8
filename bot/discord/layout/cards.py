"""The parts of an answer drawn with Discord's components: paragraphs, and texts with a button beside them. Pure.

What they become in Discord is left to card_views.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.discord import escaping

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL_TEXTS = 4_000
"""Characters that all texts of a message may have together."""
COMPONENTS = 40
"""Components of a message, those inside others counted, too."""
SPARE_TEXT, SPARE_COMPONENTS = 100, 15
"""What is left free for boxes and for the rows of buttons below the last message."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text by itself; in the coloured box if `boxed`."""

    text: str
    boxed: bool = False

    @property
    def components(self) -> int:
        """How many components it becomes."""
        return 1


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """A text in the box, with a button beside it that shows the passage of the citation with this number."""

    text: str
    number: int

    @property
    def boxed(self) -> bool:
        """Whether it is in the coloured box, as all entries are."""
        return True

    @property
    def components(self) -> int:
        """How many components it becomes: a section, its text, its button."""
        return 3


class NearestBlock(SourceBlock):
    """An article near a refusal; the button beside it opens the one with this number."""


Block: TypeAlias = Paragraph | SourceBlock


@dataclass(frozen=True, slots=True)
class Card:
    """What one message shows; `colour` is of its box."""

    blocks: tuple[Block, ...]
    colour: int


def pack_blocks(blocks: Iterable[Block], *, length: int, colour: int) -> list[Card]:
    """Put blocks into as few messages as hold them, in order; what is not boxed has at most `length` units in each."""
    cards, held = list[Card](), list[Block]()
    for block in blocks:
        if held and not _fit([*held, block], length):
            cards.append(Card(tuple(held), colour))
            held = []
        held.append(block)
    return [*cards, Card(tuple(held), colour)] if held else cards


def _fit(blocks: list[Block], length: int) -> bool:
    loose = sum(escaping.count_units(each.text) for each in blocks if not each.boxed)
    boxed = sum(escaping.count_units(each.text) for each in blocks if each.boxed)
    count = sum(each.components for each in blocks)
    return loose <= length and loose + boxed <= ALL_TEXTS - SPARE_TEXT and count <= COMPONENTS - SPARE_COMPONENTS
