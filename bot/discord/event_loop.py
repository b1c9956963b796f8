"""From a thread to the event loop: callbacks are called in order, until they are no longer wanted."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from retrieval.index import Progress

SELDOM_SECONDS = 0.3

Value = TypeVar("Value")


def call_on_loop(callback: Callable[[Value], None] | None, stopped: threading.Event) -> Callable[[Value], None]:
    """Return what another thread may call to have the callback called on this event loop, until it is stopped."""
    loop = asyncio.get_running_loop()

    def deliver(value: Value) -> None:
        if callback and not stopped.is_set():
            callback(value)

    def tell(value: Value) -> None:
        if callback and not stopped.is_set():
            with suppress(RuntimeError):  # the loop may be closed already
                loop.call_soon_threadsafe(deliver, value)

    return tell


def throttle(tell: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Pass on a few reports a second, and the last one of each stage."""
    last = float("-inf")

    def pass_on(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SELDOM_SECONDS or (progress.total and progress.done >= progress.total):
            last = now
            tell(progress)

    return pass_on
