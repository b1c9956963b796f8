"""Where one answer is delivered: drafts at a limited pace, then the answer, or why there is none."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.discord import logs
from bot.discord.delivery.sending import DENIED, EXPIRED, GONE
from bot.discord.layout import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


BETWEEN_EDITS = 1.0


class Target(ABC):
    """Where one answer is delivered.

    `private` says whether the asker alone may see it, which the first acknowledgement fixes; `discreet` whether the
    asker alone sees a refusal.
    """

    def __init__(self, *, private: bool, discreet: bool) -> None:
        self.private = private
        self.discreet = discreet
        self.ids: list[int] = []
        self._text: str | Callable[[], str] = ""
        self._settled = False
        self._editing = asyncio.Lock()
        self._pace: asyncio.Task[None] | None = None

    @property
    def channel_id(self) -> int:
        """The channel or thread that the answer goes to; 0 where it is the question's."""
        return 0

    @abstractmethod
    async def acknowledge(self) -> None:
        """Show the asker at once that the question has arrived; raise Undeliverable where no answer can follow."""

    async def show(self, text: str | Callable[[], str]) -> None:
        """Show how far the answer is: edits at most once a second, drops what comes faster, never fails.

        A text that takes time to lay out may come as a function, called only when an edit is due.
        """
        self._text = text
        if not self._settled and (self._pace is None or self._pace.done()):
            self._pace = asyncio.create_task(self._keep_pace())

    async def deliver(self, messages: Sequence[Message], view: discord.ui.View | None = None) -> list[int]:
        """Replace the shown message with these, the view under the last; return the ids of those that arrived.

        Raises HTTPException when Discord keeps failing.
        """
        await self.settle()
        for number in range(len(self.ids), len(messages)):
            under = view if number == len(messages) - 1 else None
            try:
                self.ids.append(await self._put(number, messages[number], under))
            except discord.HTTPException as error:
                if error.code not in GONE | DENIED | EXPIRED:
                    raise
                logs.log_warning("undeliverable", code=error.code, delivered=number, messages=len(messages))
                break
        return self.ids

    async def revise(self, message: Message, view: discord.ui.View | None = None) -> None:
        """Replace the last message that was delivered, without any haste; raises HTTPException."""
        await self._revise(self.ids[-1], message.build_options(view, editing=True))

    async def fail(self, text: str) -> None:
        """Say in one line why there is no answer, to the asker only where that is possible; never raises."""
        await self.replace(text)

    async def decline(self) -> None:
        """Leave unanswered what was asked of nobody in particular, with as little said as the target can."""
        await self.withdraw()

    async def replace(self, text: str) -> None:
        """Replace the shown message with this text in a single request, for when time is short; never raises."""
        try:
            await self.deliver([Message(text)])
        except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
            logs.log_warning("apology undeliverable", error=type(error).__name__)

    async def settle(self) -> None:
        """Stop showing drafts, after the edit that is in progress."""
        self._settled = True
        async with self._editing:
            if self._pace is not None:
                self._pace.cancel()

    async def withdraw(self) -> None:
        """Delete the shown message: nobody waits for the answer any more."""
        await self.settle()

    @abstractmethod
    async def _edit(self, text: str) -> None:
        """Show a text."""

    @abstractmethod
    async def _put(self, number: int, message: Message, view: discord.ui.View | None) -> int:
        """Send a message of the answer, the first as a replacement for the shown one; return its id."""

    @abstractmethod
    async def _revise(self, message_id: int, options: dict[str, Any]) -> None:
        """Edit a message that was delivered."""

    async def _keep_pace(self) -> None:
        last: str | Callable[[], str] = ""
        shown = ""
        while self._text != last:
            async with self._editing:
                if self._settled:
                    return
                last = self._text
                text = last if isinstance(last, str) else last()
                try:
                    if text != shown:
                        await self._edit(text)
                    shown = text
                except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
                    logs.log_warning("draft not shown", error=type(error).__name__, code=getattr(error, "code", 0))
                    return
            await asyncio.sleep(BETWEEN_EDITS)
