"""What Discord says of servers, people, messages and interactions, as little of it as a client needs to go on."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Payload = dict[str, Any]

APPLICATION = 41771983423143001
"""The id of the application and of its user."""
BOT = {"id": str(APPLICATION), "username": "clippings", "discriminator": "0", "avatar": None, "bot": True}
EVERYTHING = str((1 << 53) - 1)
"""All permissions."""
NO_PERMISSIONS = "0"
IN_FOREIGN_PLACES = str(1 << 14 | 1 << 15 | 1 << 18)
"""What an application may do with its responses where it is not a member: links, files, emoji."""
EPHEMERAL = 64
_EPOCH = 1_420_070_400_000
_numbers = count(1)


def snowflake() -> int:
    """Return a new id that says when it was made, as Discord's do; the client dates interactions by it."""
    return ((int(time.time() * 1_000) - _EPOCH) << 22) + next(_numbers) % (1 << 22)


def now() -> str:
    """Return the time as Discord writes it."""
    return datetime.now(UTC).isoformat()


def person(number: int, name: str = "") -> Payload:
    """Make a person."""
    return {"id": str(number), "username": name or f"person{number}", "discriminator": "0", "avatar": None}


def member(user: Payload, *, permissions: str = EVERYTHING) -> Payload:
    """Make what a server knows of a person."""
    return {
        "user": user,
        "roles": [],
        "joined_at": now(),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
        "permissions": permissions,
    }


def channel(number: int, guild_id: int, name: str = "general") -> Payload:
    """Make a text channel without overwrites."""
    return {
        "id": str(number),
        "guild_id": str(guild_id),
        "type": 0,
        "name": name,
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "rate_limit_per_user": 0,
        "last_message_id": None,
    }


def direct_channel(person_id: int) -> Payload:
    """Make the channel of direct messages with a person; its id follows from theirs."""
    return {"id": str(person_id * 1_000), "type": 1, "last_message_id": None, "recipients": [person(person_id)]}


def group_channel(number: int, user: Payload) -> Payload:
    """Make a group message, in which the bot is not."""
    return {"id": str(number), "type": 3, "last_message_id": None, "recipients": [user], "name": None, "icon": None}


def guild(number: int, channels: list[Payload], name: str = "News") -> Payload:
    """Make a server where everyone may do everything."""
    role = {"id": str(number), "name": "@everyone", "permissions": EVERYTHING, "position": 0, "color": 0}
    role |= {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
    role["colors"] = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {
        "id": str(number),
        "name": name,
        "icon": None,
        "splash": None,
        "owner_id": "1",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "description": None,
        "banner": None,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "joined_at": now(),
        "large": False,
        "unavailable": False,
        "member_count": 2,
        "voice_states": [],
        "members": [member(BOT)],
        "channels": channels,
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(channel_id: int, body: Mapping[str, Any], *, author: Payload | None = None, flags: int = 0) -> Payload:
    """Make a message of what was asked to be sent."""
    return {
        "id": str(snowflake()),
        "channel_id": str(channel_id),
        "author": author or BOT,
        "content": body.get("content") or "",
        "timestamp": now(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": body.get("mentions") or [],
        "mention_roles": [],
        "attachments": [],
        "embeds": body.get("embeds") or [],
        "components": body.get("components") or [],
        "pinned": False,
        "type": 0,
        "flags": int(body.get("flags") or 0) | flags,
    }


def edited(old: Mapping[str, Any], body: Mapping[str, Any]) -> Payload:
    """Change a message as an edit asks for."""
    changes = {part: body[part] or ("" if part == "content" else []) for part in _EDITABLE if part in body}
    loading = 1 << 7
    flags = int(old["flags"]) & ~loading | int(body.get("flags") or 0)
    return {**old, **changes, "edited_timestamp": now(), "flags": flags}


_EDITABLE = ("content", "embeds", "components")


def interaction(
    kind: int, data: Payload, *, guild_id: int, channel_id: int, user: Payload, installed: bool = True
) -> Payload:
    """Make an interaction in a server's channel: 2 a command, 3 a component, 5 a modal.

    Without `installed` the person alone has the bot, in a server that it is not in, or in a group message where
    `guild_id` is 0.
    """
    number = snowflake()
    made = {
        "id": str(number),
        "application_id": str(APPLICATION),
        "type": kind,
        "data": data,
        "guild_id": str(guild_id),
        "guild": {"id": str(guild_id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "channel_id": str(channel_id),
        "channel": {**channel(channel_id, guild_id), "permissions": EVERYTHING},
        "member": member(user),
        "token": f"token-{number}",
        "version": 1,
        "app_permissions": EVERYTHING,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(guild_id)},
        "context": 0,
        "attachment_size_limit": 10_485_760,
    }
    if not installed:
        made |= {"authorizing_integration_owners": {"1": user["id"]}, "app_permissions": IN_FOREIGN_PLACES}
    if not guild_id:
        for of_servers in ("guild_id", "guild", "guild_locale", "member"):
            del made[of_servers]
        made |= {"user": user, "context": 2, "channel": group_channel(channel_id, user)}
    return made


def application() -> Payload:
    """Make the payload that describes the bot's own application."""
    return {
        "id": str(APPLICATION),
        "name": "clippings",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": person(1, "owner"),
        "verify_key": "0" * 64,
        "flags": 0,
    }
