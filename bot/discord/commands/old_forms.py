"""Forms that were open when the bot was restarted: what is sent with one is not read, and that is said."""

from __future__ import annotations

import re
import secrets
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import discord

from bot.discord.delivery import notify
from bot.discord.localisation import mark, say

if TYPE_CHECKING:
    from bot.discord.services import Interaction

OPENED_BEFORE = mark("I was restarted since you opened this form: open it once more, please.")

_RUN = secrets.token_hex(4)
"""Distinguishes the forms of this process from those that an earlier one left open."""
_NUMBERS = count(1)
_FORM = re.compile(r"c:opened:\w+:(?P<run>[0-9a-f]{8}):\d+")


def make_form_id(name: str) -> str:
    """Return the id of a form that is opened now; no two are equal, because two people may have one open."""
    return f"c:opened:{name}:{_RUN}:{next(_NUMBERS)}"


async def explain_old_form(interaction: Interaction) -> bool:
    """Say of a form of an earlier process that it is one; tell whether it was. To be called from `on_interaction`."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return False
    found = _FORM.fullmatch(cast("dict[str, Any]", interaction.data)["custom_id"])
    if not found or found["run"] == _RUN:
        return False
    await notify(interaction, say(OPENED_BEFORE))
    return True
