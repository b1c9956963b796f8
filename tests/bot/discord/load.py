"""Load: many people ask in five servers at once; how soon they get a reply and an answer, and whether anything is lost.

The bot is a process of its own with the real encoder; Discord is simulated on loopback in this one. Each server's
library tells the same stories with other names, so that an answer from the wrong library shows. The delay of the bot's
event loop is measured inside it, and beside it in a process that does nothing else: what a busy machine does to both
is not the bot's fault.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.domain import Article
from retrieval.index import Library
from tests.bot.discord.bot_process import PATIENCE, BotProcess
from tests.bot.discord.fake_api import FakeDiscord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.encoder import SentenceEncoder
    from tests.bot.discord.fake_api import Interaction

GUILDS, PEOPLE = 5, 50
TOWNS = ("Varnholm", "Esterby", "Klippan", "Morgat", "Sandvik", "Torvaldsund", "Lindau", "Ostrava", "Brevik", "Calmont")
SURNAMES = (
    *("Abernathy", "Bellweather", "Castellano", "Drummond", "Eisenhauer"),
    *(
        first + last
        for first in ("Alder", "Birch", "Cedar", "Dun", "Elm", "Fair", "Glen", "Hawks", "Iron", "Kirk")
        for last in ("wick", "ford", "mere", "stead", "holm")
    ),
)
"""One for each server; no other server's library knows it."""
LATE = 0.05
"""Seconds from which a loop counts as late, and within which two are late at the same time."""
FORMS = ("Who opened the lighthouse of {}?", "By whom was the lighthouse of {} opened?", "Who opened {}'s lighthouse?")


def articles(guild: int, *, towns: int = len(TOWNS)) -> list[Article]:
    """Write a server's articles: the same towns in every server, opened by other people."""
    return [
        Article(
            id=f"gazette-{guild}-{town.lower()}",
            title=f"Gazette {guild}: the lighthouse of {town}",
            text=(
                f"The lighthouse of {town} was opened by Mayor {_given(number)} {SURNAMES[guild]} "
                f"on 4 May 19{10 + number}. "
                f"Fishermen had asked for it for {number + 12} years. The tower is {20 + number} metres high, and its "
                f"lamp is seen from the islands.\n\nThe harbour of {town} was dredged in the following spring. "
                "A new quay took two more years, and the ferry company paid for a third of it."
            ),
            source=f"/gazette-{guild}/{town}.txt",
        )
        for number, town in enumerate(TOWNS[:towns])
    ]


def _given(number: int) -> str:
    return ("Ada", "Bruno", "Clara", "David", "Elsa", "Felix", "Greta", "Hugo", "Irma", "Jonas")[number]


def question(number: int, *, towns: int = len(TOWNS)) -> str:
    """Return the question with a number; neighbours differ."""
    return FORMS[number // towns % len(FORMS)].format(TOWNS[number % towns])


@dataclass
class Measured:
    """What came of a load: seconds, one for each question; how late loops were; memory in MiB."""

    questions: int
    first: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    loop: list[float] = field(default_factory=list)
    control: list[float] = field(default_factory=list)
    blocked: list[float] = field(default_factory=list)
    """How much later the bot's loop was than the other one at the same time, where it was late at all."""
    memory: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0
    log: str = ""

    def table(self) -> str:
        """Lay out the numbers."""
        rows = [
            ("questions", f"{self.questions:,} in {self.seconds:.1f} s from {PEOPLE} people in {GUILDS} servers"),
            ("lost, crossed, refused by Discord", f"{len(self.lost)}, {len(self.crossed)}, {len(self.faults)}"),
            ("each server's first after, ms", spread(self.first)),
            ("acknowledged after, ms", spread(self.acknowledged)),
            ("answered after, ms", spread(self.answered)),
            ("bot's loop late by, ms", spread(self.loop)),
            ("another loop late by, ms", spread(self.control)),
            ("of that its own, at most, ms", f"{1000 * max(self.blocked, default=0.0):.1f}"),
            ("memory, MiB", " ".join(f"{one:.0f}" for one in self.memory)),
        ]
        return "\n".join(f"{name:<36}{value}" for name, value in rows)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def spread(seconds: Sequence[float]) -> str:
    """Lay out the median and the worst of some durations, in milliseconds."""
    parts = ((0.5, "median"), (0.99, "p99"), (0.999, "p99.9"), (1, "max"))
    return "  ".join(f"{name} {1000 * quantile(seconds, share):.1f}" for share, name in parts)


async def load(
    folder: Path, models: Path, encoder: SentenceEncoder, *, questions: int, each: float, rounds: int = 1
) -> Measured:
    """Ask so many questions, one every `each` seconds, as often as there are rounds; memory is read after each."""
    home = folder / "home"
    home.mkdir()
    (home / "models").symlink_to(models)
    late, control = folder / "late.json", folder / "control.json"
    async with FakeDiscord() as discord:
        places = [discord.add_guild(f"Gazette {number}") for number in range(GUILDS)]
        for number, (guild_id, _) in enumerate(places):
            with Library.open(home / "libraries" / f"discord-{guild_id}", encoder=encoder, create=True) as library:
                library.ingest(articles(number))
        child = (str(Path(__file__).with_name("load_child.py")), str(late))
        async with BotProcess(home, discord.url, command=child) as bot:
            await discord.until(lambda: discord.identified or bot.ended, seconds=PATIENCE)
            assert not bot.ended, bot.output()
            # Libraries and models are opened by the first question.
            warm = [await discord.slash(place, "ask", question=question(0)) for place in places]
            await discord.until(lambda: all(one.answered for one in warm), seconds=PATIENCE)
            other = subprocess.Popen(
                [sys.executable, child[0], str(control), "--alone"], stdin=subprocess.PIPE, cwd=folder
            )
            try:
                measured = await _ask(discord, bot, places, questions=questions, each=each, rounds=rounds)
            finally:
                assert other.stdin is not None
                other.stdin.close()
                await asyncio.to_thread(other.wait, 10)
            assert await bot.end() == 0, bot.output()
            measured.log = bot.output()
            measured.first = [one.acknowledged - one.sent for one in warm]
        measured.faults = discord.faults()
    starts, ends = measured.control
    ours, others = (within(path, starts, ends) for path in (late, control))
    measured.loop, measured.control = [late for _, late in ours], [late for _, late in others]
    measured.blocked = [late - beside(others, at, late) for at, late in ours if late > LATE]
    return measured


def within(path: Path, starts: float, ends: float) -> list[tuple[float, float]]:
    """Return what a clock has written down between two moments: when, and how late it was."""
    return [(at, late) for at, late in json.loads(path.read_text("utf-8")) if starts <= at <= ends]


def beside(others: Sequence[tuple[float, float]], at: float, late: float) -> float:
    """Return how late the other loop was while this one was, or just before or after."""
    return max((by for end, by in others if end - by < at + LATE and end > at - late - LATE), default=0.0)


async def _ask(
    discord: FakeDiscord,
    bot: BotProcess,
    places: Sequence[tuple[int, int]],
    *,
    questions: int,
    each: float,
    rounds: int,
) -> Measured:
    measured = Measured(questions * rounds)
    asked: list[tuple[int, Interaction]] = []
    began = time.monotonic()
    measured.memory.append(resident(bot.pid))
    for _ in range(rounds):
        asked.clear()
        start = time.monotonic()
        for number in range(questions):
            await asyncio.sleep(max(0.0, start + number * each - time.monotonic()))
            person = number % PEOPLE
            guild = person % GUILDS
            sent = await discord.slash(places[guild], "ask", question=question(number), person_id=1_000 + person)
            asked.append((guild, sent))
        try:
            await discord.until(lambda: all(one.answered for _, one in asked), seconds=PATIENCE)
        except AssertionError:
            measured.lost += [one.text for _, one in asked if not one.answered]
        measured.acknowledged += [one.acknowledged - one.sent for _, one in asked]
        measured.answered += [one.changed - one.sent for _, one in asked if one.answered]
        measured.crossed += [one.text for guild, one in asked if one.answered and crossed(one.text, guild=guild)]
        measured.memory.append(resident(bot.pid))
    ends = time.monotonic()
    measured.seconds = ends - began
    # Until the child's own records are read: the time that counts.
    measured.control = [began, ends]
    return measured


def crossed(text: str, *, guild: int) -> bool:
    """Say whether an answer lacks its own server's person or article, or holds anything of another server's."""
    named = set(re.findall("|".join(SURNAMES), text))
    cited = set(re.findall(r"Gazette (\d+)", text))
    return named != {SURNAMES[guild]} or cited != {str(guild)}


def resident(pid: int) -> float:
    """Return the memory that a process really holds, in MiB; 0 where that is unknown."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0
