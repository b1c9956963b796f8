"""The way of a question to its delivered answer: checked, acknowledged, queued, answered, recorded.

Which messages are questions is left to message_parsing.py, delivery to `delivery`, the layout to `layout`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord import admission, layout, logs
from bot.discord.access import find_origin
from bot.discord.entities import AnswerRecord
from bot.discord.error_messages import STOPPING, explain_error
from bot.discord.localisation import format_number, mark, say
from bot.discord.offers import list_offers
from bot.discord.question_text import LONGEST_QUESTION, asks_something
from bot.discord.worded_elsewhere import translate
from bot.front_end_errors import QuestionRefused, Undeliverable
from retrieval.conversation.small_talk import reply_to_courtesy
from retrieval.domain import Ask

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.discord.access import Origin
    from bot.discord.delivery import Target
    from bot.discord.entities import GuildSettings, IncomingQuestion, Offer
    from bot.discord.services import Services
    from retrieval.domain import Filter, Turn

DRAFT_TAIL = 4_000
"""Characters at the end of a draft that are laid out: enough for two messages."""

CHOSEN_BY_ASKER = frozenset({"slash", "menu"})
"""Fronts where a public answer is the asker's own wish, also where answers are private by default."""

UNSEEN = frozenset({"slash", "menu", "follow-up"})
"""Fronts where Discord does not show others what was asked."""

OVERHEARD = frozenset({"channel"})
"""Fronts where nobody asked the bot: whoever reads along did not ask for a refusal either."""

COURTESY_SECONDS = 10.0
"""Within which a second courtesy of somebody is not replied to where others read along."""

TOLD_WHILE_TYPING = frozenset({"slash", "menu"})
"""Fronts whose text is never too long."""

NOT_READ = mark("The attachment was not read.")
NOT_READ_HERE = f"{NOT_READ} {mark('Files that you send without a text go into a library of your own.')}"
EMPTY = mark(
    "Ask me something, and I will look it up in the archive: “Where did the talks take place?” "
    "/help says what else I can do."
)
UNREAD = mark("I read only the text of a message, not what is attached to it: put the question into words.")
TOO_LONG = mark("That question has {length} characters: ask it in {longest} or fewer.")
PRIVATE_HERE = mark("Answers are private on this server: ask with /ask, and only you see the answer.")
CUT_SHORT = mark("Sorry, I had to stop before this was answered: ask again in a minute.")
SPENT = mark("You have asked your {budget} questions for today on this server. More from <t:{at}:t> on, <t:{at}:R>.")


async def handle_question(
    services: Services,
    question: IncomingQuestion,
    target: Target,
    *,
    recall: Callable[[], tuple[Turn, ...]] | None = None,
    read_limits: Callable[[], Filter] | None = None,
    notice: str = "",
) -> AnswerRecord | None:
    """Answer a question at its target; return the record of the answer, or None if there was none.

    The one path for all fronts. Once the question is acknowledged, `recall` reads in a thread what was said before, and
    `read_limits` what the search is limited to; without them the question's own history and limits count. `notice` is
    said with the answer. Never raises but for cancellation: whatever goes wrong is said at the target, with a reference
    where the log has more.
    """
    task = asyncio.current_task()
    with services.in_flight.track(task):
        try:
            return await _answer(services, question, target, partial(_complete, recall, read_limits), notice)
        except asyncio.CancelledError:
            await _give_up(services, target)
            raise
        except Undeliverable:
            return None
        except QuestionRefused as refusal:
            if question.front in OVERHEARD:
                await target.decline()
            # Where others read along, only the first refusal of its kind in a while is sent.
            elif target.discreet or services.refusals.admit(
                question.guild_id, question.person_id, refusal.about, refusal.seconds
            ):
                await target.fail(translate(refusal.text))
            else:
                await target.settle()
        except Exception as error:
            # When the bot stops, those who wait in the queue get their message while there is still time.
            text = explain_error(error, question, log_text=services.settings.discord_log_questions)
            await (target.replace if services.in_flight.stopping else target.fail)(text)
        return None


async def _answer(
    services: Services,
    question: IncomingQuestion,
    target: Target,
    complete: Callable[[IncomingQuestion], IncomingQuestion],
    notice: str,
) -> AnswerRecord | None:
    small = reply_to_courtesy(question.text)
    # First of all, so that refusals count as well: they are messages that others read.
    if not small and (wait := services.limits.check(question.guild_id, question.person_id)):
        raise QuestionRefused(layout.format_wait(wait, datetime.now(UTC)), "wait", wait)
    if not question.guild_id:
        # Nobody else reads along, so that a refusal may come after the acknowledgement, and finding out takes longer.
        await target.acknowledge()
    origin = await find_origin(services, question)
    chosen = services.records.get_settings(origin.guild_id)
    if question.guild_id:
        origin = replace(origin, library=chosen.choose_library(origin.channel_ids))
    if services.in_flight.stopping:
        raise QuestionRefused(say(STOPPING))
    if refusal := admission.explain_refusal(chosen, channel_ids=origin.channel_ids, role_ids=origin.role_ids):
        raise QuestionRefused(refusal)
    if chosen.private and question.guild_id and not question.private and question.front not in CHOSEN_BY_ASKER:
        raise QuestionRefused(say(PRIVATE_HERE))
    _check_text(question, attached=notice.startswith(NOT_READ))
    if small:
        await _reply_to_courtesy(services, question, target, small)
        return None
    budget = _Budget(services, origin.guild_id, question.person_id, chosen.daily_budget)
    if target.discreet:
        # Discord waits three seconds; whatever is refused from here on, the asker alone reads it.
        await target.acknowledge()
    await budget.check()
    await target.acknowledge()
    await budget.spend()
    try:
        question = replace(question, channel_id=target.channel_id or question.channel_id)
        question = await asyncio.to_thread(_complete_and_log, services, complete, question)
        record = await _wait_and_answer(services, question, target, origin)
    except asyncio.CancelledError:
        # Who deletes a question has had it worked on: only the bot's own end gives it back.
        if services.in_flight.stopping:
            await budget.refund()
        raise
    except Exception:
        await budget.refund()
        raise
    if record.answer.kind == "smalltalk":
        services.limits.take_back(question.guild_id, question.person_id)
        await budget.refund()
        if question.front in OVERHEARD:
            await target.decline()
            return None
        await target.deliver([layout.Message(layout.format_reply(translate(record.answer.text)))])
        return None
    if record.answer.refused and question.front in OVERHEARD:
        await budget.refund()
        await target.decline()
        return None
    return await _deliver(services, record, target, chosen, notice=notice, archive_of=origin.guild_id)


async def _reply_to_courtesy(services: Services, question: IncomingQuestion, target: Target, reply: str) -> None:
    """Return a courtesy, which counts against no limit; where others read along, not one after the other."""
    asked = (question.guild_id, question.person_id, "courtesy", COURTESY_SECONDS)
    if question.front in OVERHEARD or not (target.discreet or services.refusals.admit(*asked)):
        await target.settle()
        return
    await target.acknowledge()
    await target.deliver([layout.Message(layout.format_reply(translate(reply)))])


def _complete(
    recall: Callable[[], tuple[Turn, ...]] | None, read_limits: Callable[[], Filter] | None, question: IncomingQuestion
) -> IncomingQuestion:
    """Return a question with what was said before it and what it is limited to; to be called in a thread."""
    history = recall() if recall else question.history
    return replace(question, history=history, where=read_limits() if read_limits else question.where)


async def _wait_and_answer(
    services: Services, question: IncomingQuestion, target: Target, origin: Origin
) -> AnswerRecord:
    """Wait in the queue and have the question answered; the position and drafts are shown meanwhile."""
    draft = ""
    showing: set[asyncio.Task[None]] = set()

    def show(text: str | Callable[[], str]) -> None:
        task = asyncio.ensure_future(target.show(text))
        showing.add(task)
        task.add_done_callback(showing.discard)

    def on_piece(piece: str) -> None:
        nonlocal draft
        draft += piece
        if len(draft) > DRAFT_TAIL:
            # By halves, so that what is shown begins at the same place for many edits.
            draft = draft[len(draft) - DRAFT_TAIL // 2 :]
        show(partial(layout.format_draft, draft))

    began = asyncio.get_running_loop().time()
    async with services.queue.join(lambda place: show(layout.format_position(place)), guild_id=origin.guild_id):
        waited = asyncio.get_running_loop().time() - began
        asked = Ask(question.text, question.where, question.history)
        found = await services.archives.answer(origin.guild_id, asked, on_piece=on_piece, library=origin.library)
    logs.log_event(
        "answered",
        guild_id=question.guild_id,
        front=question.front,
        refused=found.answer.refused,
        answerer=found.answer.answerer,
        seconds=round(found.answer.seconds, 3),
        waited=round(waited, 3),
        **({"question": question.text} if services.settings.discord_log_questions else {}),
    )
    return AnswerRecord(question, found.answer, found.library, found.generation, found.hits)


async def _deliver(
    services: Services, record: AnswerRecord, target: Target, chosen: GuildSettings, *, notice: str, archive_of: int
) -> AnswerRecord | None:
    """Record an answer, so that its buttons have a key, and deliver it."""
    kept = await asyncio.to_thread(services.records.save_answer, record)
    shown = replace(kept.answer, notice=f"{kept.answer.notice} {notice}".strip())
    question = record.question
    asked = question.front in UNSEEN
    offers: Sequence[Offer] = ()
    if question.guild_id:
        channel = services.guilds.get_channel(question.channel_id)
        offers = list_offers(chosen, channel, private=question.private)
    buttons = None
    if chosen.embeds:
        messages = layout.format_answer(shown, length=chosen.length, asked=asked)
        buttons = services.build_buttons(kept.key, kept.answer, offers)
    else:
        messages = services.build_messages(kept.key, shown, length=chosen.length, asked=asked, offers=offers)
    try:
        ids = await target.deliver(messages, buttons)
    except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
        reference = logs.log_error("undelivered", error, guild_id=record.question.guild_id)
        await target.fail(
            layout.format_error(say("Discord did not take the answer: ask again in a minute."), reference)
        )
        return None
    await asyncio.to_thread(services.records.set_messages, kept.key, ids)
    if len(ids) == len(messages):
        offer = services.offer_questions(services, kept, target, messages[-1], buttons, guild_id=archive_of)
        services.in_flight.spawn(offer)
    return replace(kept, message_ids=tuple(ids))


def _complete_and_log(
    services: Services, complete: Callable[[IncomingQuestion], IncomingQuestion], question: IncomingQuestion
) -> IncomingQuestion:
    completed = complete(question)
    services.records.log_question(completed)
    return completed


async def _give_up(services: Services, target: Target) -> None:
    """Apologise when the bot stops, withdraw when the question was taken back; a second cancellation ends that."""
    with suppress(Exception):
        if services.in_flight.stopping:
            await target.replace(say(CUT_SHORT))
        else:
            await target.withdraw()


class _Budget:
    """How much a person may still ask in a server today; days are in UTC."""

    def __init__(self, services: Services, guild_id: int, person_id: int, most: int) -> None:
        self._records = services.records
        self._whose = (guild_id, person_id, datetime.now(UTC).date())
        self._most = most

    async def check(self) -> None:
        """Raise QuestionRefused when nothing is left."""
        if self._most and await asyncio.to_thread(self._records.count_spent, *self._whose) >= self._most:
            raise self._refusal()

    async def spend(self) -> None:
        """Count a question; raise QuestionRefused when simultaneous ones used up the budget."""
        if not await asyncio.to_thread(self._records.spend, *self._whose, self._most):
            raise self._refusal()

    async def refund(self) -> None:
        """Undo the counting of a question."""
        with suppress(Exception):
            await asyncio.to_thread(self._records.refund, *self._whose)

    def _refusal(self) -> QuestionRefused:
        midnight = datetime.combine(self._whose[2] + timedelta(days=1), time(), UTC)
        return QuestionRefused(say(SPENT, budget=format_number(self._most), at=int(midnight.timestamp())))


def _check_text(question: IncomingQuestion, *, attached: bool) -> None:
    text = question.text
    if not asks_something(text):
        raise QuestionRefused(UNREAD if attached else EMPTY)
    # Commands and forms take no more than that, and names in the place of ids may have made it longer.
    if len(text) > LONGEST_QUESTION and question.front not in TOLD_WHILE_TYPING:
        raise QuestionRefused(
            say(TOO_LONG, length=format_number(len(text)), longest=format_number(LONGEST_QUESTION)), TOO_LONG
        )
