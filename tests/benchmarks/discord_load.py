"""The Discord bot under load, with archives of many servers beside running ingests, held against the bars.

`python -m tests.benchmarks.discord_load [--questions 2000] [--seconds 100] [--servers 50] [--libraries 200]
[--ingests 2]`. First one question is asked in each of so many libraries, and memory, file descriptors and threads of
the bot are read after 20 of them and after all. Then the questions come evenly from the servers, whose libraries tell
the same with other names, while archives of other servers are rebuilt again and again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.encoder import SentenceEncoder
from retrieval.index import Library
from tests.bot.discord import load
from tests.bot.discord.bot_process import PATIENCE, BotProcess
from tests.bot.discord.fake_api import FakeDiscord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.bot.discord.fake_api import Interaction

    Place = tuple[int, int]

FEW = 20
"""Libraries after which memory is read for the first time."""
TOWNS = 2
"""Towns that a server's library tells of: each of the servers' libraries is encoded."""
BUSY_TOWNS = 10
"""Of one that is rebuilt."""
ACKNOWLEDGED, GROWN, DESCRIPTORS = 0.3, 1.5, 1_024


@dataclass
class Peak:
    """The most file descriptors and threads that a process had."""

    descriptors: int = 0
    threads: int = 0

    def look(self, pid: int) -> None:
        """Look at the process now."""
        with suppress(OSError):
            self.descriptors = max(self.descriptors, _count(Path(f"/proc/{pid}/fd")))
            self.threads = max(self.threads, _count(Path(f"/proc/{pid}/task")))


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


@dataclass
class Sizes:
    """What one run came to: seconds, one for each question; memory in MiB."""

    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    """How late a loop was that did nothing, in another process: what the machine did to both."""
    lost: int = 0
    crossed: int = 0
    faults: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    peak: Peak = field(default_factory=Peak)
    rebuilt: int = 0
    seconds: float = 0.0

    def list_bars(self) -> list[tuple[str, str, bool]]:
        """Name each bar with what was measured and whether it is met."""
        late = load.quantile(self.acknowledged, 0.99)
        least, most = self.memory[0], self.memory[-1]
        return [
            ("acknowledged, p99", f"{1000 * late:.0f} ms of {1000 * ACKNOWLEDGED:.0f}", late < ACKNOWLEDGED),
            ("lost, crossed, refused", f"{self.lost}, {self.crossed}, {len(self.faults)} of 0", not self.failed),
            ("memory", f"{least:.0f} to {most:.0f} MiB, x {most / least:.2f} of {GROWN}", most <= GROWN * least),
            ("file descriptors", f"{self.peak.descriptors} of {DESCRIPTORS}", self.peak.descriptors < DESCRIPTORS),
        ]

    @property
    def failed(self) -> bool:
        """Whether anything was lost, crossed or refused by Discord."""
        return bool(self.lost or self.crossed or self.faults)

    def table(self) -> str:
        """Lay out the numbers."""
        rows = [
            ("questions", f"{len(self.acknowledged):,} in {self.seconds:.1f} s"),
            ("acknowledged after, ms", load.spread(self.acknowledged)),
            ("answered after, ms", load.spread(self.answered)),
            ("an idle loop late by, ms", load.spread(self.beside)),
            ("threads", str(self.peak.threads)),
            ("archives rebuilt meanwhile", str(self.rebuilt)),
            *((f"{'met' if met else 'NOT MET'}: {name}", said) for name, said, met in self.list_bars()),
        ]
        return "\n".join(f"{name:<36}{value}" for name, value in rows)


async def measure(folder: Path, models: Path, encoder: SentenceEncoder, given: argparse.Namespace) -> Sizes:
    """Run the bot as a process of its own, and ask."""
    home, sizes = folder / "home", Sizes()
    home.mkdir()
    (home / "models").symlink_to(models)
    async with FakeDiscord() as discord:
        places = [discord.add_guild(f"Gazette {number}") for number in range(given.servers)]
        others = [discord.add_guild(f"Copy {number}") for number in range(given.libraries - given.servers)]
        busy = [discord.add_guild(f"Busy {number}") for number in range(given.ingests)]
        _fill(home, encoder, places, others, busy)
        child = (str(Path(load.__file__).with_name("load_child.py")), str(folder / "late.json"))
        async with BotProcess(home, discord.url, command=child) as bot:
            await discord.until(lambda: discord.identified or bot.ended, seconds=PATIENCE)
            assert not bot.ended, bot.output()
            await _ask_each(discord, bot, [*places, *others], sizes)
            async with _rebuild(discord, busy, sizes), _listen(folder, sizes):
                await _ask(discord, bot, places, sizes, questions=given.questions, each=given.seconds / given.questions)
            assert await bot.end() == 0, bot.output()
        sizes.faults = discord.faults()
    return sizes


def _fill(
    home: Path, encoder: SentenceEncoder, places: Sequence[Place], others: Sequence[Place], busy: Sequence[Place]
) -> None:
    def locate(place: Place) -> Path:
        return home / "libraries" / f"discord-{place[0]}"

    for number, place in enumerate(places):
        with Library.open(locate(place), encoder=encoder, create=True) as library:
            library.ingest(load.articles(number, towns=TOWNS))
    for place in others:
        shutil.copytree(locate(places[0]), locate(place))
    for place in busy[:1]:
        with Library.open(locate(place), encoder=encoder, create=True) as library:
            library.ingest(load.articles(0, towns=BUSY_TOWNS))
    for place in busy[1:]:
        shutil.copytree(locate(busy[0]), locate(place))


def _are_answered(asked: Sequence[Interaction]) -> bool:
    return all(one.answered for one in asked)


async def _ask_each(discord: FakeDiscord, bot: BotProcess, places: Sequence[Place], sizes: Sizes) -> None:
    """Ask once in each library, a few at a time; read memory after a few of them, and after all."""
    for first in range(0, len(places), FEW // 2):
        some = places[first : first + FEW // 2]
        asked = [await discord.slash(place, "ask", question=load.question(0, towns=TOWNS)) for place in some]
        await discord.until(partial(_are_answered, asked), seconds=PATIENCE)
        sizes.peak.look(bot.pid)
        if first + len(some) in {FEW, len(places)}:
            sizes.memory.append(load.resident(bot.pid))


@asynccontextmanager
async def _rebuild(discord: FakeDiscord, places: Sequence[Place], sizes: Sizes) -> AsyncIterator[None]:
    """Rebuild an archive in each of the places, again and again."""

    async def go_on(place: Place) -> None:
        while True:
            asked = await discord.slash(place, "reindex")
            while not asked.answered:
                await asyncio.sleep(0.05)
            sizes.rebuilt += 1

    rebuilding = [asyncio.create_task(go_on(place)) for place in places]
    # The first one of a process loads what encodes passages: that holds everything up for a second, once.
    await discord.until(lambda: sizes.rebuilt >= len(places), seconds=3 * PATIENCE)
    sizes.rebuilt = 0
    try:
        yield
    finally:
        for each in rebuilding:
            each.cancel()
        await asyncio.gather(*rebuilding, return_exceptions=True)


@asynccontextmanager
async def _listen(folder: Path, sizes: Sizes) -> AsyncIterator[None]:
    """Measure meanwhile how late an idle loop is in a process of its own."""
    late = folder / "control.json"
    child = str(Path(load.__file__).with_name("load_child.py"))
    other = subprocess.Popen([sys.executable, child, str(late), "--alone"], stdin=subprocess.PIPE, cwd=folder)
    began = time.monotonic()
    try:
        yield
    finally:
        ends = time.monotonic()
        assert other.stdin is not None
        other.stdin.close()
        await asyncio.to_thread(other.wait, 10)
        sizes.beside = [seconds for _, seconds in load.within(late, began, ends)]


async def _ask(
    discord: FakeDiscord, bot: BotProcess, places: Sequence[Place], sizes: Sizes, *, questions: int, each: float
) -> None:
    """Ask the questions evenly, by turns in each of the places."""
    asked: list[tuple[int, Interaction]] = []
    began = time.monotonic()
    for number in range(questions):
        await asyncio.sleep(max(0.0, began + number * each - time.monotonic()))
        server = number % len(places)
        text = load.question(number // len(places), towns=TOWNS)
        asked.append((server, await discord.slash(places[server], "ask", question=text, person_id=1_000 + number)))
        if number % 20 == 0:
            sizes.peak.look(bot.pid)
    with suppress(AssertionError):
        await discord.until(lambda: all(one.answered for _, one in asked), seconds=PATIENCE)
    sizes.seconds = time.monotonic() - began
    sizes.peak.look(bot.pid)
    sizes.lost = sum(not one.answered for _, one in asked)
    sizes.acknowledged = [one.acknowledged - one.sent for _, one in asked if one.acknowledged]
    sizes.answered = [one.changed - one.sent for _, one in asked if one.answered]
    sizes.crossed = sum(load.crossed(one.text, guild=server) for server, one in asked if one.answered)


def main() -> int:
    """Measure, print the table with the machine's load, and return 1 when anything was lost, crossed or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("questions", 2_000), ("servers", 50), ("libraries", 200), ("ingests", 2)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--seconds", type=float, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clippings-load-") as folder:
        models = Path(folder) / "models"
        encoder = SentenceEncoder(cache=models, precision="float32")
        encoder.prepare()
        before = os.getloadavg()
        sizes = asyncio.run(measure(Path(folder), models, encoder, given))
    print(f"load of the machine, before and after: {before[0]:.1f}, {os.getloadavg()[0]:.1f}")
    print(sizes.table())
    return int(sizes.failed)


if __name__ == "__main__":
    sys.exit(main())
