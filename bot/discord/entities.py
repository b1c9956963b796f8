"""The values that the Discord modules pass to each other. Pure. A guild id of 0 means direct messages.

Where the owner of an archive is meant, a person has the negative of their id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from retrieval.domain import Answer, Filter, Turn

if TYPE_CHECKING:
    from collections.abc import Collection

Hits: TypeAlias = tuple[tuple[str, int, int, float], ...]
"""Article id, start, end and score of the passages that were ranked best."""

Front = Literal["slash", "mention", "reply", "direct", "menu", "channel", "post", "follow-up"]
"""How a question came in."""


Offer = Literal["solved", "person"]
"""What the buttons below an answer may offer beside the usual."""


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the managers of a server have chosen; an empty tuple of channels or roles means all."""

    library: str = ""
    allowed_channels: tuple[int, ...] = ()
    ask_channels: tuple[int, ...] = ()
    allowed_roles: tuple[int, ...] = ()
    ingest_roles: tuple[int, ...] = ()
    private: bool = False
    threads: bool = False
    reactions: bool = False
    """Whether a reaction says of a question that nobody asked of the bot that the articles don't answer it."""
    length: int = 1_800
    """Characters of an answer's text in one message."""
    daily_budget: int = 0
    """Questions per person and day; 0 means no limit."""
    language: str = ""
    """The language of answers and frames: one of `localisation.NAMES`, "" for the one that Discord tells."""
    embeds: bool = False
    """Whether answers are text with embeds, the older form, and not components."""
    helper_roles: tuple[int, ...] = ()
    """Roles that are pinged when somebody asks for a person."""
    solved_tags: tuple[int, ...] = ()
    """Tags of forums that say that a post is solved."""
    log_channel: int = 0
    """Where changes are written down; 0 for nowhere."""
    elsewhere: bool = False
    """Whether members may ask the archive from group messages and servers that the bot is not in."""
    channel_libraries: tuple[tuple[int, str], ...] = ()
    """Channels with a library of their own, by its whole name."""

    def choose_library(self, channel_ids: Collection[int]) -> str:
        """Return the library of a channel's own, or of its parent's for a thread; "" for the one of the server."""
        return next((library for channel_id, library in self.channel_libraries if channel_id in channel_ids), "")


@dataclass(frozen=True, slots=True)
class IncomingQuestion:
    """A question as it came in, with where its answer belongs and the conversation before it."""

    text: str
    front: Front
    guild_id: int
    channel_id: int
    person_id: int
    where: Filter = field(default_factory=Filter)
    history: tuple[Turn, ...] = ()
    private: bool = False
    role_ids: tuple[int, ...] = ()
    elsewhere: bool = False
    """Whether it was asked in a place that the bot is not in: a group message, or a server; its guild id is 0."""


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """A stored answer: for its buttons, for votes, and for follow-up questions.

    `key` numbers records, 0 before one is stored. `message_ids` are of all its messages in order. `generation` is the
    library's.
    """

    question: IncomingQuestion
    answer: Answer
    library: str
    generation: int
    hits: Hits = ()
    message_ids: tuple[int, ...] = ()
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    key: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What one person looks at page by page: passages for a question, the list of articles, or an article's text.

    `text` is the question, or the article's short id.
    """

    kind: Literal["search", "articles", "article"]
    guild_id: int
    person_id: int
    text: str = ""
    where: Filter = field(default_factory=Filter)
    library: str = ""
    """The library of the channel's own, "" for the server's."""


@dataclass(frozen=True, slots=True)
class Votes:
    """What people made of an answer."""

    up: int = 0
    down: int = 0
