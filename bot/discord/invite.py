"""What the bot asks of Discord and of a server: intents, scopes, permissions, and the links that ask for them. Pure."""

from __future__ import annotations

import base64
import binascii

import discord

from retrieval.errors import InputError

SCOPES = ("bot", "applications.commands")
PERSONAL_SCOPES = ("applications.commands",)
INTO_SERVER, FOR_PERSON = 0, 1
"""What Discord calls the two ways to install an application."""

PORTAL = "https://discord.com/developers/applications"


def build_intents(*, message_content: bool = False) -> discord.Intents:
    """Return the events that the bot asks Discord for: servers, and messages.

    A message that mentions the bot, and a direct one, comes with its text. All others come without, unless the
    privileged Message Content Intent is ticked: only ask-channels, threads and unmentioned replies need it.
    """
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    wanted.message_content = message_content
    return wanted


def build_permissions() -> discord.Permissions:
    """Return what the bot needs in a server, and no more."""
    return discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        create_public_threads=True,
        embed_links=True,
        read_message_history=True,
    )


def read_application_id(token: str) -> int:
    """Return the id of the application a token belongs to: its first part, in Base 64.

    Raises InputError for what can't be a token; the message does not repeat it.
    """
    first = token.strip().partition(".")[0]
    try:
        return int(base64.b64decode(first + "=" * (-len(first) % 4), validate=True))
    except (binascii.Error, ValueError):
        raise InputError(
            f"CLIPPINGS_DISCORD_TOKEN is not a token: copy it from {PORTAL}, your application, Bot, Reset Token."
        ) from None


def build_link(application: int) -> str:
    """Return the address under which a manager takes the bot into a server."""
    link = discord.utils.oauth_url(application, permissions=build_permissions(), scopes=SCOPES)
    return f"{link}&integration_type={INTO_SERVER}"


def build_personal_link(application: int) -> str:
    """Return the address under which a person takes the bot along, without any permission in any server."""
    link = discord.utils.oauth_url(application, scopes=PERSONAL_SCOPES)
    return f"{link}&integration_type={FOR_PERSON}"
