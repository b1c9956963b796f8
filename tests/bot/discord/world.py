"""Servers, channels and people for the tests of the bot, and the libraries that their questions are answered from."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from tests.bot.discord import openapi

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from simcord import Env
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, GuildHandle
    from simcord.types import HttpLogEntry

    from bot.settings import Settings

QUESTION = "Where was the meeting held?"
"""One of the seeds answers it, with this place."""
PLACE = "Diaoyutai"
NONSENSE = "Which submarine won the regatta of Uppsala?"
"""No seed says."""


@dataclass(frozen=True, slots=True)
class Server:
    """A Discord server with a channel, someone who asks and someone who may manage it."""

    guild: GuildHandle
    channel: ChannelHandle
    ann: MemberActor
    manager: MemberActor

    def person(self, name: str) -> MemberActor:
        """Let one more person in."""
        return self.guild.add_member(self.guild._env.create_user(name))


@dataclass(frozen=True, slots=True)
class World:
    """A Discord that the bot is logged in to."""

    env: Env
    settings: Settings
    seeds: Path

    def server(
        self, name: str = "News", *, seeds: bool = True, shard_id: int | None = None, locale: str = "en-US"
    ) -> Server:
        """Make a server; `seeds` gives it a library of its own with the seeds."""
        guild = self.env.create_guild(name, shard_id=shard_id, preferred_locale=locale)
        if seeds:
            self.give(self.seeds, guild.id)
        manage = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        return Server(
            guild,
            guild.create_text_channel("general"),
            guild.add_member(self.env.create_user(f"ann of {name}")),
            guild.add_member(self.env.create_user(f"max of {name}"), roles=[manage]),
        )

    def give(self, library: Path, guild_id: int, suffix: str = "") -> None:
        """Copy a library to where a server's own lies."""
        shutil.copytree(library, self.settings.locate_library(f"discord-{guild_id}{suffix}"))


def sent(env: Env, method: str, path: str) -> list[HttpLogEntry]:
    """Return the requests with a method whose path contains a text, in order."""
    return [entry for entry in env.http_requests if entry.method == method and path in entry.path]


def unfit(requests: Iterable[HttpLogEntry]) -> list[str]:
    """List what Discord would have refused of what the bot sent; autocompletion and the like included."""
    return [
        fault
        for entry in requests
        for fault in openapi.faults(openapi.Request(entry.method, entry.path, entry.json, files=_files(entry)))
    ]


def _files(entry: HttpLogEntry) -> int:
    body = entry.json.get("data", entry.json) if isinstance(entry.json, dict) else {}
    return len((body or {}).get("attachments") or ()) if isinstance(body, dict) else 0
