"""Questions that are suggested below an answer: found after it was delivered, asked by whoever presses one.

What can be asked is found by retrieval/answering/suggestions.py. The question is on the button and nowhere else.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import discord

from bot.discord import card_views, logs, question_handling
from bot.discord.access import acknowledge, tell_errors
from bot.discord.entities import IncomingQuestion
from bot.discord.layout.message_limits import BUTTON
from bot.discord.lookups import Answered
from bot.discord.message_parsing import get_role_ids
from bot.discord.places import get_home, is_elsewhere, is_private_below
from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from bot.discord.delivery import Target
    from bot.discord.entities import AnswerRecord
    from bot.discord.layout import Message
    from bot.discord.services import Services

SECONDS = 5.0
"""How long questions are looked for; what was found by then is shown."""


class NextQuestionButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"c:next:(?P<key>\d{1,18}):(?P<n>\d)"
):
    """Asks the question that is written on it."""

    def __init__(self, key: int, number: int, question: str) -> None:
        self.question = question
        custom_id = f"c:next:{key}:{number}"
        super().__init__(discord.ui.Button(label=question[:BUTTON], emoji="🔎", custom_id=custom_id))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        """Read the question back."""
        return cls(int(match["key"]), int(match["n"]), item.label or "")

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Ask it as whoever presses; whether they may is checked there, as with every question."""
        guild_id, services = get_home(interaction), interaction.client.services
        below_private = interaction.message is not None and interaction.message.flags.ephemeral
        private = is_private_below(interaction, private=below_private)
        target = await acknowledge(interaction, private=private)
        question = IncomingQuestion(
            text=self.question,
            front="follow-up",
            guild_id=guild_id,
            channel_id=interaction.channel_id or 0,
            person_id=interaction.user.id,
            private=private,
            role_ids=get_role_ids(interaction.user) if guild_id else (),
            elsewhere=is_elsewhere(interaction),
        )
        await question_handling.handle_question(services, question, target)


def register(client: discord.Client) -> None:
    """Let a client handle the buttons, old and new."""
    client.add_dynamic_items(NextQuestionButton)


async def offer(
    services: Services,
    record: AnswerRecord,
    target: Target,
    shown: Message,
    buttons: discord.ui.View | None,
    *,
    guild_id: int,
) -> None:
    """Add suggested questions below an answer that was delivered, where some are found in time; never raises.

    `shown` is its last message, with `buttons` below it; `guild_id` is the server whose archive answered. While
    questions of people wait, none is looked for.
    """
    if record.answer.refused or not record.answer.citations or services.queue.waiting:
        return
    asked = [record.question.text, record.answer.question, *(turn.question for turn in record.question.history)]
    answered = Answered(record.answer, record.library, record.generation, record.hits)
    try:
        questions = await services.archives.suggest(guild_id, answered, asked, seconds=SECONDS)
        if questions:
            await _show(services, record.key, target, shown, buttons, questions=questions)
    except (ClippingsError, discord.HTTPException, OSError, aiohttp.ClientError) as error:
        logs.log_warning("no questions suggested", error=type(error).__name__)


async def _show(
    services: Services,
    key: int,
    target: Target,
    shown: Message,
    buttons: discord.ui.View | None,
    *,
    questions: Sequence[str],
) -> None:
    items = [NextQuestionButton(key, number, question) for number, question in enumerate(questions)]
    view: discord.ui.View | discord.ui.LayoutView | None = shown.view or buttons
    if isinstance(view, discord.ui.LayoutView):
        card_views.add_rows(view, items)
    elif view is not None:
        for item in items:
            view.add_item(item)
    if view is not None:
        # Somebody may have voted meanwhile.
        votes = await asyncio.to_thread(services.records.count_votes, key)
        card_views.label_votes(view, key, votes)
    await target.revise(shown, buttons)
