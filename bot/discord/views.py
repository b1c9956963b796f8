"""Buttons, menus and form below an answer. They refer to their answer by its key alone, and so survive a restart.

The layout of passages is left to `layout`, asking to question_handling.py, permissions to access.py. People who may not
ask any more may not see earlier answers either. The buttons of a private answer work for its asker only.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, cast

import discord

from bot.discord import card_views, escaping, help_buttons, history, layout, question_handling
from bot.discord.access import acknowledge, get_target, identify_requester, tell_error, tell_errors
from bot.discord.entities import IncomingQuestion
from bot.discord.layout.message_limits import MODAL_TITLE, OPTION, OPTIONS
from bot.discord.localisation import mark, say
from bot.discord.message_parsing import extract_typed, get_role_ids
from bot.discord.places import get_home, is_elsewhere, is_private_below
from bot.discord.question_text import LONGEST_QUESTION
from bot.discord.spoken_language import speak_to
from bot.front_end_errors import QuestionRefused
from retrieval.errors import ArticleMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.entities import AnswerRecord, Offer
    from bot.discord.services import Interaction
    from retrieval.domain import Answer, Citation


MENUS = 4
"""Rows of a message besides the one with the buttons."""
MOST_PASSAGES = 5
"""Passages that one button shows."""
LOOK_SECONDS = 1.0
"""How long a form may wait for what tells whether somebody may open it: it has to be Discord's first response."""
NOT_YOURS = mark("This answer is private: only who asked for it can use its buttons.")
ANOTHER_ARCHIVE = mark("This answer came from another archive than the one I use for you now: ask again.")

_FORM = re.compile(r"c:form:(?P<key>\d{1,18}):(?P<run>\w{8}):\d{1,20}")
_RUN = secrets.token_hex(4)
"""Distinguishes the forms of this process from those that an earlier one left open."""


def build_answer_messages(
    key: int, answer: Answer, *, length: int, asked: bool, offers: Sequence[Offer] = ()
) -> list[layout.Message]:
    """Return an answer as messages of components, with its buttons; `key` is of its record."""
    cards = layout.format_cards(answer, length=length, asked=asked)
    buttons = build_answer_view(key, answer, offers, passages=layout.needs_menu(answer), nearest=False)

    def build_button(block: layout.SourceBlock) -> discord.ui.Item[Any]:
        if isinstance(block, layout.NearestBlock):
            return help_buttons.NearestButton(key, block.number, say("Read"))
        return PassageButton(key, block.number, label=say("Passage"))

    return card_views.build_messages(cards, buttons, build_button)


def build_answer_view(
    key: int, answer: Answer, offers: Sequence[Offer] = (), *, passages: bool = True, nearest: bool = True
) -> discord.ui.View:
    """Return the buttons under the last message of an answer; `key` is of its record.

    Without `passages`, the passages are shown by other buttons; without `nearest`, so are the articles near a refusal.
    """
    view = card_views.StatelessView()
    if passages and len(answer.citations) == 1:
        view.add_item(PassageButton(key, answer.citations[0].number))
    view.add_item(FollowUpButton(key))
    view.add_item(VoteButton(key, up=True))
    view.add_item(VoteButton(key, up=False))
    if passages and len(answer.citations) > 1:
        menus = [answer.citations[at : at + OPTIONS] for at in range(0, len(answer.citations), OPTIONS)]
        for number, cited in enumerate(menus[:MENUS]):
            view.add_item(PassageMenu(key, number, options=[_build_option(citation) for citation in cited]))
    for item in help_buttons.build_help_buttons(key, answer, offers, nearest=nearest):
        view.add_item(item)
    return view


def register(client: discord.Client) -> None:
    """Let a client handle the buttons of all answers, old and new."""
    client.add_dynamic_items(PassageButton, PassageMenu, FollowUpButton, VoteButton)
    help_buttons.register(client)


async def resume_form(interaction: Interaction) -> bool:
    """Take a form that was opened before a restart; tell whether it was one. To be called from `on_interaction`."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return False
    form = cast("dict[str, Any]", interaction.data)
    found = _FORM.fullmatch(form["custom_id"])
    if not found or found["run"] == _RUN:
        return False
    speak_to(interaction)
    try:
        await _ask_follow_up(interaction, int(found["key"]), _find_text(form["components"]))
    except Exception as error:
        await tell_error(interaction, error)
    return True


class PassageButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"c:passage:(?P<key>\d{1,18}):(?P<n>\d{1,6})"
):
    """Shows the passages that an answer quotes of one article: that of the citation with this number."""

    def __init__(self, key: int, number: int, *, label: str = "") -> None:
        self.key, self.number = key, number
        super().__init__(
            discord.ui.Button(label=label or say("Show passage"), emoji="📖", custom_id=f"c:passage:{key}:{number}")
        )

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: re.Match[str], /) -> Self:
        """Read the key back."""
        return cls(int(match["key"]), int(match["n"]))

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Show the passages to whoever pressed."""
        await _show(interaction, self.key, self.number, whole_article=True)


class PassageMenu(discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"c:passages:(?P<key>\d{1,18}):(?P<n>\d)"):
    """Shows one of the passages that an answer quotes."""

    def __init__(self, key: int, number: int, *, options: Sequence[discord.SelectOption]) -> None:
        self.key, self.number = key, number
        super().__init__(
            discord.ui.Select(
                custom_id=f"c:passages:{key}:{number}",
                placeholder=say("Show a passage") if not number else say("Show a passage (further ones)"),
                options=list(options),
            )
        )

    @classmethod
    async def from_custom_id(cls, _interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        """Read the key back; the options are those of the message."""
        return cls(int(match["key"]), int(match["n"]), options=item.options)

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Show the chosen passage to whoever chose."""
        chosen = self.item.values[0] if self.item.values else ""
        await _show(interaction, self.key, int(chosen) if chosen.isdecimal() else 0)


class FollowUpButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"c:ask:(?P<key>\d{1,18})"):
    """Opens the form for a question that goes on from an answer."""

    def __init__(self, key: int) -> None:
        self.key = key
        super().__init__(discord.ui.Button(label=say("Ask a follow-up"), emoji="💬", custom_id=f"c:ask:{key}"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: re.Match[str], /) -> Self:
        """Read the key back."""
        return cls(int(match["key"]))

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Open the form; whether they may ask is found out before, as far as that takes no time, and when they ask."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await _admit(interaction, self.key)
        await interaction.response.send_modal(FollowUpForm(self.key, f"{_RUN}:{interaction.id}"))


class VoteButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"c:(?P<way>up|down):(?P<key>\d{1,18})"):
    """Counts what people make of an answer: one vote a person, the same again takes it back."""

    def __init__(self, key: int, *, up: bool) -> None:
        self.key, self.up = key, up
        custom_id = f"c:{'up' if up else 'down'}:{key}"
        super().__init__(discord.ui.Button(emoji="👍" if up else "👎", custom_id=custom_id))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: re.Match[str], /) -> Self:
        """Read key and way back."""
        return cls(int(match["key"]), up=match["way"] == "up")

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Count the vote and show the new counts."""
        await interaction.response.defer()
        await _admit(interaction, self.key)
        records = interaction.client.services.records
        votes = await asyncio.to_thread(records.vote, self.key, interaction.user.id, self.up)
        view = card_views.rebuild(interaction.message)
        card_views.label_votes(view, self.key, votes)
        await interaction.edit_original_response(view=view)


class FollowUpForm(discord.ui.Modal):
    """The form for a follow-up; `opened` makes its id unique, because two people may have one open."""

    def __init__(self, key: int, opened: str) -> None:
        super().__init__(title=say("Ask a follow-up")[:MODAL_TITLE], custom_id=f"c:form:{key}:{opened}", timeout=3_600)
        self.key = key
        self.question: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="question",
            style=discord.TextStyle.paragraph,
            placeholder=say("And what came of it?"),
            max_length=LONGEST_QUESTION,
        )
        self.add_item(discord.ui.Label(text=say("Your question"), component=self.question))

    @tell_errors
    async def on_submit(self, interaction: Any) -> None:
        """Ask."""
        await _ask_follow_up(interaction, self.key, self.question.value)


async def _show(interaction: Interaction, key: int, number: int, *, whole_article: bool = False) -> None:
    """Show passages to one person. Acknowledged first: the article may have to be read from a slow disk."""
    await acknowledge(interaction, private=True)
    record, guild_id = await _admit(interaction, key)
    chosen = next((each for each in record.answer.citations if each.number == number), None)
    if chosen is None:
        raise QuestionRefused(layout.format_gone(passage=True))
    others = [each for each in record.answer.citations if whole_article and each.article_id == chosen.article_id]
    messages, shown = list[layout.Message](), list[str]()
    for citation in [chosen, *(each for each in others if each is not chosen)]:
        around = None
        if any(citation.quote in text for text in shown):
            continue
        with suppress(ArticleMissing):
            around = await interaction.client.services.archives.find_quote(guild_id, citation, library=record.library)
        shown.append(f"{around.before}{citation.quote}{around.after}" if around else citation.quote)
        messages.append(layout.format_passage(citation, around))
    target = get_target(interaction)
    assert target
    await target.deliver(messages[:MOST_PASSAGES])


async def _ask_follow_up(interaction: Interaction, key: int, text: str) -> None:
    """Ask a follow-up of an answer; whether they may is checked there, as with every question.

    It is answered privately below a private answer, and where answers are private by default: nobody should lose what
    they have written.
    """
    person, guild_id = interaction.user, get_home(interaction)
    below_private = interaction.message is not None and interaction.message.flags.ephemeral
    private = is_private_below(interaction, private=below_private)
    target = await acknowledge(interaction, private=private)
    asked = (record := await _find_record(interaction, key)).question
    question = IncomingQuestion(
        text=extract_typed(interaction, text),
        front="follow-up",
        guild_id=guild_id,
        channel_id=interaction.channel_id or asked.channel_id,
        person_id=person.id,
        where=asked.where,
        history=history.recall_follow_up(
            record, guild_id=asked.guild_id, person_id=person.id, private=private or asked.private
        ),
        private=private,
        role_ids=get_role_ids(person) if guild_id else (),
        elsewhere=is_elsewhere(interaction),
    )
    await question_handling.handle_question(interaction.client.services, question, target)


async def _find_record(interaction: Interaction, key: int) -> AnswerRecord:
    """Return an answer's record; raise QuestionRefused where a button does nothing for this person here."""
    record = await asyncio.to_thread(interaction.client.services.records.get_answer, key)
    home = get_home(interaction)
    if record is None or home not in {0, record.question.guild_id}:
        raise QuestionRefused(layout.format_gone())
    own = interaction.user.id == record.question.person_id
    if not own and (record.question.private or not home):
        raise QuestionRefused(say(NOT_YOURS))
    return record


async def _admit(interaction: Interaction, key: int) -> tuple[AnswerRecord, int]:
    """Return an answer's record and the server whose archive is read, for somebody who may ask here now.

    In direct messages the answer may be of a server that they have left: its library must be one that they read now.
    Raises QuestionRefused for others.
    """
    record = await _find_record(interaction, key)
    who = await identify_requester(interaction)
    if who.refused:
        raise QuestionRefused(who.refused)
    may_read = interaction.client.services.archives.may_read
    if not get_home(interaction) and not await asyncio.to_thread(may_read, who.guild_id, record.library):
        raise QuestionRefused(say(ANOTHER_ARCHIVE))
    return record, who.guild_id


def _build_option(citation: Citation) -> discord.SelectOption:
    return discord.SelectOption(
        label=escaping.format_label(f"[{citation.number}] {citation.title or citation.article_id}", OPTION),
        description=escaping.format_label(citation.quote, OPTION) or None,
        value=str(citation.number),
    )


def _find_text(components: Sequence[Any]) -> str:
    """Return the text entered into a form, wherever Discord nests its fields."""
    for component in components:
        if component.get("custom_id") == "question":
            return cast("str", component.get("value", ""))
        inner = component.get("components") or ([component["component"]] if "component" in component else [])
        if inner and (text := _find_text(inner)):
            return text
    return ""
