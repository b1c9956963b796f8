"""One question, from wherever it came, to its delivered answer: checked, acknowledged, queued, answered, kept.

Which messages are questions is left to `hearing`, where answers go to `delivery`, how they look to `layout`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot import smalltalk
from bot.discord import admission, layout, logs, views
from bot.discord.entities import AnswerRecord
from bot.discord.history import server_of_direct
from bot.errors import ClosingError, QuestionRefused, Undeliverable
from retrieval.domain import Ask
from retrieval.errors import ArticleMissing, InputError, LibraryLocked, LibraryMismatch, LibraryMissing, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.discord.client import ClippingsBot
    from bot.discord.delivery import Target
    from bot.discord.entities import Question
    from retrieval.domain import Turn

LONGEST = 1_000
"""Characters of a question; what is longer is a text, and no search is better for it."""

LAID_OUT = 4_000
"""Characters of a draft's end that are laid out to be shown: two messages' worth."""

ASKED_ABOUT = 20
"""Servers that are asked whether somebody is in them who has asked in none yet."""

CHOSEN_BY_ASKER = frozenset({"slash", "menu"})
"""Fronts where a public answer is the asker's own wish, also where answers are private by default."""

UNSEEN = frozenset({"slash", "menu", "follow-up"})
"""Fronts where Discord does not show others what was asked."""

NOT_READ = "What is attached was not read."
EMPTY = (
    "Ask me something, and I look it up in the archive: “Where did the talks take place?” /help says what else I do."
)
UNREAD = "I read only the text of a message, not what is attached to it: put the question into words."
TOO_LONG = "That question has {length:,} characters: ask it in {longest:,} or fewer."
PRIVATE_HERE = "Answers are private on this server: ask with /ask, and only you see the answer."
STOPPING = "I am about to restart and take no more questions: ask again in a minute."
CUT_SHORT = "I had to stop before this was answered, and am sorry: ask again in a minute."
OUT_OF_ORDER = "Something went wrong while I looked for the answer. Whoever runs this bot finds it under the reference."
NOTHING_READ = "There is nothing in the archive yet: somebody who may can put articles in with /ingest."
OUTDATED = "This archive was built for other settings of the bot: `/reindex` builds it anew."
REBUILDING = "The archive is being rebuilt: ask again in a minute."
NO_MODEL = "What I read the archive with is out of order. Whoever runs this bot finds out more under the reference."
NOWHERE = "I don't know whose archive you mean: ask me once in a server that we share, and then here."
SPENT = "You have asked your {budget:,} questions for today on this server. More from <t:{at}:t> on, <t:{at}:R>."


@dataclass(frozen=True, slots=True)
class Home:
    """Where a question is answered from: the server whose archive is asked, in direct messages as well."""

    guild_id: int
    channel_ids: frozenset[int]
    role_ids: frozenset[int]


async def ask(
    bot: ClippingsBot,
    question: Question,
    target: Target,
    *,
    recall: Callable[[], tuple[Turn, ...]] | None = None,
    notice: str = "",
) -> AnswerRecord | None:
    """Answer a question at its target; return what was kept, None where there was no answer.

    The one path for all fronts. `recall` reads what was said before, in a thread, once the question is acknowledged;
    without it the question's own history counts. `notice` is said with the answer. Never raises but for cancellation:
    whatever goes wrong is said at the target, with a reference where the log has more.
    """
    task = asyncio.current_task()
    with bot.answering(task):
        try:
            return await _answered(bot, question, target, recall, notice)
        except asyncio.CancelledError:
            await _given_up(bot, target)
            raise
        except Undeliverable:
            return None
        except QuestionRefused as refusal:
            if _is_news(bot, question, target, refusal):
                await target.fail(refusal.text)
            else:
                await target.settle()
        except Exception as error:
            # Whoever waits in line when the bot stops is told in a hurry.
            await (target.replace if bot.stopping else target.fail)(explained(bot, error, question))
        return None


def explained(bot: ClippingsBot, error: Exception, question: Question | None = None) -> str:
    """Say what an error means to people on Discord; what is none of theirs is logged under the reference they get."""
    if isinstance(error, ClosingError):
        return STOPPING
    if isinstance(error, InputError):
        return layout.error(_sentence(str(error)))
    if isinstance(error, LibraryMissing):
        return NOTHING_READ
    if isinstance(error, LibraryLocked):
        return REBUILDING
    if isinstance(error, LibraryMismatch):
        return layout.error(OUTDATED)
    if isinstance(error, ArticleMissing):
        # The rest of the message is a step on the command line.
        return layout.error(f"{_sentence(str(error).partition(': `clippings')[0])} `/articles` lists them.")
    hide = question.text if question is not None and not bot.settings.discord_log_questions else ""
    where = {"guild_id": question.guild_id, "front": question.front} if question is not None else {}
    reference = logs.failure("failed", error, hide=hide, **where)
    return layout.error(NO_MODEL if isinstance(error, ModelError) else OUT_OF_ORDER, reference)


async def _answered(
    bot: ClippingsBot,
    question: Question,
    target: Target,
    recall: Callable[[], tuple[Turn, ...]] | None,
    notice: str,
) -> AnswerRecord | None:
    # First of all, so that refusals count as well: they are messages that others read.
    if wait := bot.limits.check(question.guild_id, question.person_id):
        raise QuestionRefused(layout.wait(wait, datetime.now(UTC)), "wait", wait)
    if not question.guild_id:
        # Nobody else reads along, so that a refusal may come after the acknowledgement, and finding out takes longer.
        await target.acknowledge()
    home = await home_of(bot, question)
    chosen = await asyncio.to_thread(bot.records.guild, home.guild_id)
    if bot.stopping:
        raise QuestionRefused(STOPPING)
    if refusal := admission.refusal(chosen, channel_ids=home.channel_ids, role_ids=home.role_ids):
        raise QuestionRefused(refusal)
    if chosen.private and question.guild_id and not question.private and question.front not in CHOSEN_BY_ASKER:
        raise QuestionRefused(PRIVATE_HERE)
    _check_text(question.text, attached=notice == NOT_READ)
    if small := smalltalk.reply(question.text):
        await target.acknowledge()
        await target.deliver([layout.Message(layout.said(small))])
        return None
    budget = _Budget(bot, home.guild_id, question.person_id, chosen.daily_budget)
    await budget.check()
    await target.acknowledge()
    await budget.spend()
    try:
        if recall is not None:
            question = replace(question, history=await asyncio.to_thread(recall))
        question = replace(question, channel_id=target.channel_id or question.channel_id)
        await asyncio.to_thread(bot.records.log, question)
        record = await _worked_out(bot, question, target, home)
    except asyncio.CancelledError:
        # Who deletes a question has had it worked on: only the bot's own end gives it back.
        if bot.stopping:
            await budget.refund()
        raise
    except Exception:
        await budget.refund()
        raise
    return await _delivered(bot, record, target, length=chosen.length, notice=notice)


async def _worked_out(bot: ClippingsBot, question: Question, target: Target, home: Home) -> AnswerRecord:
    """Wait for one's turn and have the question answered; places and drafts are shown meanwhile."""
    draft = ""
    showing: set[asyncio.Task[None]] = set()

    def show(text: str | Callable[[], str]) -> None:
        task = asyncio.ensure_future(target.show(text))
        showing.add(task)
        task.add_done_callback(showing.discard)

    def on_piece(piece: str) -> None:
        nonlocal draft
        draft += piece
        if len(draft) > LAID_OUT:
            # By halves, so that what is shown begins at the same place for many edits.
            draft = draft[len(draft) - LAID_OUT // 2 :]
        show(partial(layout.draft, draft))

    began = asyncio.get_running_loop().time()
    async with bot.line.join(lambda place: show(layout.place(place))):
        waited = asyncio.get_running_loop().time() - began
        asked = Ask(question.text, question.where, question.history)
        found = await bot.archives.answered(home.guild_id, asked, on_piece=on_piece)
    logs.event(
        "answered",
        guild_id=question.guild_id,
        front=question.front,
        refused=found.answer.refused,
        answerer=found.answer.answerer,
        seconds=round(found.answer.seconds, 3),
        waited=round(waited, 3),
        **({"question": question.text} if bot.settings.discord_log_questions else {}),
    )
    return AnswerRecord(question, found.answer, found.library, found.generation, found.hits)


async def _delivered(
    bot: ClippingsBot, record: AnswerRecord, target: Target, *, length: int, notice: str
) -> AnswerRecord | None:
    """Keep an answer, so that its buttons have a key, and deliver it; retract what could not be delivered."""
    kept = await asyncio.to_thread(bot.records.keep, record)
    shown = replace(kept.answer, notice=f"{kept.answer.notice} {notice}".strip())
    messages = layout.answer(shown, length=length, asked=record.question.front in UNSEEN)
    try:
        ids = await target.deliver(messages, views.for_answer(kept.key, kept.answer))
    except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
        reference = logs.failure("undelivered", error, guild_id=record.question.guild_id)
        await target.fail(layout.error("Discord did not take the answer: ask again in a minute.", reference))
        return None
    await asyncio.to_thread(bot.records.delivered, kept.key, ids)
    return replace(kept, message_ids=tuple(ids))


async def _given_up(bot: ClippingsBot, target: Target) -> None:
    """Apologise when the bot stops, withdraw when the question was taken back; a second cancellation ends that."""
    with suppress(Exception):
        if bot.stopping:
            await target.replace(CUT_SHORT)
        else:
            await target.withdraw()


async def home_of(bot: ClippingsBot, question: Question) -> Home:
    """Return whose archive is asked, and with which rights; raise QuestionRefused where nobody's is meant."""
    if question.guild_id:
        channel = bot.get_channel(question.channel_id)
        parent = getattr(channel, "parent_id", None) or question.channel_id
        return Home(question.guild_id, frozenset({question.channel_id, parent}), frozenset(question.role_ids))
    last = bot.get_guild(await asyncio.to_thread(bot.records.last_guild, question.person_id))
    near = [last] if last is not None else bot.guilds if len(bot.guilds) <= ASKED_ABOUT else []
    # Somebody may have left a server, or lost a role there, since they asked in it.
    members = {guild.id: member for guild in near if (member := await _member(guild, question.person_id))}
    member = members.get(server_of_direct(bot.records, question.person_id, members))
    if member is None:
        raise QuestionRefused(NOWHERE)
    readable = {channel.id for channel in member.guild.channels if channel.permissions_for(member).view_channel}
    return Home(member.guild.id, frozenset(readable), frozenset(role.id for role in member.roles))


async def _member(guild: discord.Guild, person_id: int) -> discord.Member | None:
    try:
        return await guild.fetch_member(person_id)
    except discord.NotFound:
        return None


class _Budget:
    """What a person may still ask in a server today; days are UTC's."""

    def __init__(self, bot: ClippingsBot, guild_id: int, person_id: int, most: int) -> None:
        self._records = bot.records
        self._whose = (guild_id, person_id, datetime.now(UTC).date())
        self._most = most

    async def check(self) -> None:
        """Raise QuestionRefused when nothing is left."""
        if self._most and await asyncio.to_thread(self._records.spent, *self._whose) >= self._most:
            raise self._refusal()

    async def spend(self) -> None:
        """Count a question; raise QuestionRefused when others that came with it took the last."""
        if not await asyncio.to_thread(self._records.spend, *self._whose, self._most):
            raise self._refusal()

    async def refund(self) -> None:
        """Give a question back."""
        with suppress(Exception):
            await asyncio.to_thread(self._records.refund, *self._whose)

    def _refusal(self) -> QuestionRefused:
        midnight = datetime.combine(self._whose[2] + timedelta(days=1), time(), UTC)
        return QuestionRefused(SPENT.format(budget=self._most, at=int(midnight.timestamp())))


def _is_news(bot: ClippingsBot, question: Question, target: Target, refusal: QuestionRefused) -> bool:
    """Tell whether a refusal is to be said; where all read it, only the first of its kind in a while is."""
    if target.discreet:
        return True
    now = datetime.now(UTC)
    what = (question.guild_id, question.person_id, refusal.about)
    bot.told_lately = {each: until for each, until in bot.told_lately.items() if until > now}
    if what in bot.told_lately:
        return False
    bot.told_lately[what] = now + timedelta(seconds=refusal.seconds)
    return True


def _check_text(text: str, *, attached: bool) -> None:
    if not text.strip():
        raise QuestionRefused(UNREAD if attached else EMPTY)
    if len(text) > LONGEST:
        raise QuestionRefused(TOO_LONG.format(length=len(text), longest=LONGEST), TOO_LONG)


def _sentence(text: str) -> str:
    """Return an error's line as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
