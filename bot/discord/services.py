"""What questions, commands and buttons share while the bot runs, and the interface of the client that holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import discord
from discord import app_commands

from bot.discord.in_flight import InFlight
from bot.discord.rate_limits import RateLimits, RepeatGuard

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from bot.discord.entities import Offer
    from bot.discord.fair_line import FairLine
    from bot.discord.insight_store import InsightStore
    from bot.discord.job_running import JobRunner
    from bot.discord.layout import Message
    from bot.discord.news.news_desk import NewsDesk
    from bot.discord.people_store import PeopleStore
    from bot.discord.presence_store import PresenceStore
    from bot.discord.records import Records
    from bot.discord.server_archives import ServerArchives
    from bot.settings import Settings
    from retrieval.domain import Answer


REMEMBERED_PEOPLE = 10_000


class Locales(dict[int, discord.Locale]):
    """Languages by person; the ones noted longest ago are forgotten."""

    def __setitem__(self, person_id: int, locale: discord.Locale, /) -> None:
        """Note a person's language."""
        self.pop(person_id, None)
        super().__setitem__(person_id, locale)
        if len(self) > REMEMBERED_PEOPLE:
            del self[next(iter(self))]


class GuildDirectory(Protocol):
    """The servers that the bot is in; a `discord.Client` is one."""

    @property
    def guilds(self) -> Sequence[discord.Guild]:
        """All of them."""

    @property
    def user(self) -> discord.ClientUser | None:
        """The bot itself, once it is logged in."""

    def get_guild(self, guild_id: int, /) -> discord.Guild | None:
        """Return a server by its id."""

    def get_channel(self, channel_id: int, /) -> object:
        """Return a channel or thread by its id, None when it is not known."""

    async def create_dm(self, user: discord.abc.Snowflake, /) -> discord.DMChannel:
        """Return the channel of direct messages with somebody."""

    def get_partial_messageable(self, id: int, *, guild_id: int | None = None) -> discord.PartialMessageable:  # noqa: A002
        """Return what a channel's messages are fetched from, whether or not the channel is known."""


class MessageBuilder(Protocol):
    """Makes messages of an answer; `asked` says that the question is shown, `length` how long a text may be."""

    def __call__(
        self, key: int, answer: Answer, /, *, length: int, asked: bool, offers: Sequence[Offer]
    ) -> list[Message]:
        """Return the messages of the answer with a key."""


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of everything that answers.

    `build_buttons` makes the buttons below the answer with a key, `build_messages` an answer with its buttons as
    messages of components, `offer_questions` adds questions to an answer that was delivered.
    """

    settings: Settings
    records: Records
    archives: ServerArchives
    jobs: JobRunner
    presences: PresenceStore
    people: PeopleStore
    insights: InsightStore
    limits: RateLimits
    queue: FairLine
    guilds: GuildDirectory
    build_buttons: Callable[[int, Answer, Sequence[Offer]], discord.ui.View]
    build_messages: MessageBuilder
    offer_questions: Callable[..., Coroutine[Any, Any, None]]
    refusals: RepeatGuard = field(default_factory=RepeatGuard)
    pings: RateLimits = field(default_factory=lambda: RateLimits("2/hour", "12/hour"))
    """How often a person may be asked for: by somebody, and in a server."""
    in_flight: InFlight = field(default_factory=InFlight)
    locales: Locales = field(default_factory=Locales)
    """The languages of people, as their last command or button told."""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))


class ServiceClient(discord.AutoShardedClient):
    """A client with services: all that commands and buttons know of the bot."""

    services: Services
    news: NewsDesk

    @property
    def reads_messages(self) -> bool:
        """Whether Discord shows what messages say without a mention (Message Content Intent)."""
        return self.intents.message_content


Interaction: TypeAlias = discord.Interaction[ServiceClient]
CommandTree: TypeAlias = app_commands.CommandTree[ServiceClient]
