"""The buttons of the message to a new server: follow a feed, upload articles, settings; they survive a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.discord.access import WRITERS, identify_requester, tell_errors
from bot.discord.commands import follow_commands, setting_menus, uploading
from bot.discord.commands.old_forms import make_form_id
from bot.discord.localisation import mark, say
from bot.front_end_errors import QuestionRefused

if TYPE_CHECKING:
    from bot.discord.services import CommandTree, Interaction

LABELS = {"follow": mark("Follow a feed or site"), "upload": mark("Upload articles"), "settings": mark("Settings")}


def register(tree: CommandTree) -> None:
    """Add the buttons to the client."""
    tree.client.add_dynamic_items(FirstStep)


def build_first_steps() -> discord.ui.View:
    """Return the three buttons."""
    view = discord.ui.View(timeout=None)
    for step in LABELS:
        view.add_item(FirstStep(step))
    return view


class FirstStep(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(rf"c:first:(?P<step>{'|'.join(LABELS)})")
):
    """A button that opens a form, or the settings."""

    def __init__(self, step: str) -> None:
        style = discord.ButtonStyle.primary if step != "settings" else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=say(LABELS[step]), style=style, custom_id=f"c:first:{step}"))
        self.step = step

    @classmethod
    async def from_custom_id(cls, _: Any, __: Any, match: re.Match[str], /) -> Self:
        """Rebuild the button that was pressed."""
        return cls(match["step"])

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Do what it says, for those who may."""
        if self.step == "settings":
            await setting_menus.show_settings(interaction)
        elif self.step == "upload":
            await uploading.open_form(interaction)
        else:
            await _open_follow_form(interaction)


class FollowForm(discord.ui.Modal):
    """The form for the address of a feed or a site."""

    def __init__(self) -> None:
        super().__init__(title=say("Follow a feed or site"), custom_id=make_form_id("follow"), timeout=3_600)
        self.address: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="address", placeholder="https://example.org/feed", max_length=follow_commands.LONGEST_ADDRESS
        )
        described = say("Its articles come into the archive by themselves; /follow can also announce them.")
        self.add_item(discord.ui.Label(text=say("Address"), description=described, component=self.address))

    @tell_errors
    async def on_submit(self, interaction: Any) -> None:
        """Follow it."""
        await follow_commands.follow_address(interaction, self.address.value.strip())


async def _open_follow_form(interaction: Interaction) -> None:
    who = await identify_requester(interaction)
    if not who.may_write:
        raise QuestionRefused(WRITERS)
    await interaction.response.send_modal(FollowForm())
