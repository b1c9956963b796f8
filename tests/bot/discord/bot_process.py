"""The bot as a process of its own, `python -m bot discord`, ended by its id whatever happens."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bot.discord.fake_api import TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
"""Seconds that a start or an end may take on a busy machine."""


class BotProcess:
    """A running bot; `async with` starts it, and kills it at the end if it is still there."""

    def __init__(self, home: Path, url: str, *, command: Sequence[str] = ("-m", "bot", "discord"), **more: str) -> None:
        self.home = home
        self.log = home.parent / "bot.log"
        self._command = [sys.executable, *command]
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("CLIPPINGS_")}
        chosen = {
            "HOME": str(home),
            "PRECISION": "float32",
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": url,
            "DISCORD_PER_PERSON": "100000/minute",
            "DISCORD_PER_GUILD": "100000/minute",
            **more,
        }
        self._environment = {
            **inherited,
            **{f"CLIPPINGS_{key}": value for key, value in chosen.items()},
            "PYTHONPATH": str(ROOT),
            "HF_HUB_OFFLINE": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> BotProcess:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self.home.parent,
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.kill()
        await asyncio.to_thread(self._process.wait, 10)

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the process has ended."""
        assert self._process is not None
        return self._process.poll() is not None

    def output(self) -> str:
        """Return what it wrote so far, both streams."""
        return self.log.read_text("utf-8", "replace")

    async def end(self) -> int:
        """Ask it to end, as a service manager does, and return its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await self.exit_status()

    async def exit_status(self) -> int:
        """Wait until it ends by itself."""
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, PATIENCE)
