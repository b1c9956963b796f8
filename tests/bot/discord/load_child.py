"""The bot with a clock in its event loop: writes down how late the loop came to a sleep's end. `--alone`: no bot.

Run as `python load_child.py FILE [--alone]`; alone it ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.discord.client import ClippingsBot
    from bot.settings import Settings

EVERY = 0.005
"""Seconds between two looks at the clock."""


async def tick(late: list[tuple[float, float]]) -> None:
    """Sleep again and again; remember when, and by how much longer than asked."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(EVERY)
        after = time.monotonic()
        late.append((after, after - before - EVERY))


async def alone(late: list[tuple[float, float]]) -> None:
    """Tick until standard input ends."""
    ticking = asyncio.create_task(tick(late))
    await asyncio.to_thread(sys.stdin.read)
    ticking.cancel()


def with_bot(late: list[tuple[float, float]]) -> int:
    """Run `clippings discord` with a ticking task beside it."""
    from bot import wiring
    from bot.cli.main import run

    built = wiring.build_discord_bot

    def discord_bot(settings: Settings) -> ClippingsBot:
        bot = built(settings)
        set_up = bot.setup_hook

        async def setup_hook() -> None:
            ticking.append(asyncio.create_task(tick(late)))
            await set_up()

        bot.setup_hook = setup_hook  # type: ignore[method-assign]
        return bot

    ticking: list[asyncio.Task[None]] = []
    wiring.build_discord_bot = discord_bot
    return run(["discord"])


def main() -> int:
    """Run, and write what was measured."""
    late: list[tuple[float, float]] = []
    status = 0
    try:
        if "--alone" in sys.argv:
            asyncio.run(alone(late))
        else:
            status = with_bot(late)
    finally:
        Path(sys.argv[1]).write_text(json.dumps(late), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
