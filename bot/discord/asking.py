"""One question, from wherever it came, to its delivered answer: checked, acknowledged, queued, answered, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Ask

if TYPE_CHECKING:
    from bot.discord.client import ClippingsBot
    from bot.discord.delivery import Target
    from bot.discord.values import AnswerRecord, Question


async def ask(bot: ClippingsBot, question: Question, target: Target) -> AnswerRecord | None:
    """Answer a question at its target; return what was kept, None where there was no answer.

    The one path for all fronts. Never raises but for cancellation: whatever goes wrong is said at the target, with a
    reference where the log has more.
    """
    from bot.discord import layout
    from bot.discord.values import AnswerRecord

    await target.acknowledge()
    answer = await bot.archives.ask(question.guild_id, Ask(question.text, question.where, question.history))
    ids = await target.deliver(layout.answer(answer))
    return AnswerRecord(question, answer, library="", generation=0, message_ids=tuple(ids))
