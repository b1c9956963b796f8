"""Runs one system over a question set, task by task in processes of their own, and tells what each took.

Nothing that takes memory is imported here: see `processes.run`.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tests.benchmarks import sets
from tests.benchmarks.peers import child
from tests.benchmarks.processes import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.benchmarks.peers.systems import Found


@dataclass(frozen=True, slots=True)
class Measured:
    """What a system made of a question set. Seconds by the wall, megabytes of 1,000,000 bytes at the peak."""

    system: str
    passages: int
    characters: int
    """Of the articles' texts: chunks overlap and passages do not."""
    ingest_seconds: float
    """Of the whole process."""
    ingest_processor: float
    """Seconds that processors worked for it: what a busy machine changes least."""
    start_seconds: float
    """Of a process that indexes a single sentence; with Clippings it includes the export of the model."""
    ingest_megabytes: float
    disk_megabytes: float
    cold_seconds: float
    """From the start of a process to its first ranking."""
    searching_megabytes: float
    found: tuple[tuple[Found, ...], ...]
    seconds: tuple[float, ...]

    @property
    def passage_rate(self) -> float:
        """Passages a second, whole process."""
        return self.passages / self.ingest_seconds

    @property
    def character_rate(self) -> float:
        """Characters of articles a second, whole process."""
        return self.characters / self.ingest_seconds

    @property
    def net_character_rate(self) -> float:
        """Characters a second, start-up left out; not a number where that took as long as all the rest."""
        net = self.ingest_seconds - self.start_seconds
        return self.characters / net if net > 0 else math.nan

    @property
    def fields(self) -> dict[str, Any]:
        """The numbers as JSON, without what was found for each question."""
        known = {name: value for name, value in asdict(self).items() if name not in ("found", "seconds")}
        return {**known, "search_p50": self.quantile(0.5), "search_p95": self.quantile(0.95)}

    def quantile(self, share: float) -> float:
        """Return the seconds that this share of the questions stayed within."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(
    system: str, folder: Path, home: Path, *, questions: int | None = None, limit: float | None = None
) -> Measured:
    """Let a system index the set's articles into an empty folder and rank passages for its questions.

    Raises TimeoutError when one of its processes takes longer than `limit` seconds.
    """
    articles = folder / sets.ARTICLES
    start_seconds = min(start(system, home / "start", limit) for _ in range(2))  # the first brings files into memory
    indexed = run([*_child("index", system), articles, home], home=home, limit=limit)
    task: list[str | Path] = [
        *_child("search", system),
        folder,
        home,
        *_first(questions),
        "--started",
        str(time.time()),
    ]
    searched = run(task, home=home, limit=limit)
    return Measured(
        system=system,
        passages=indexed.last["passages"],
        characters=sum(len(line["text"]) for line in sets.each(articles)),
        ingest_seconds=indexed.seconds,
        ingest_processor=indexed.processor,
        start_seconds=start_seconds,
        ingest_megabytes=indexed.megabytes,
        # beside its libraries Clippings keeps the export of the model, which all of them share
        disk_megabytes=disk(home / "libraries" if system == "clippings" else home),
        cold_seconds=searched.last["cold"],
        searching_megabytes=searched.megabytes,
        found=tuple(tuple((key, start, end) for key, start, end in each) for each in searched.last["found"]),
        seconds=tuple(searched.last["seconds"]),
    )


def start(system: str, home: Path, limit: float | None) -> float:
    """Let a system index a single sentence; return the seconds of the process and leave nothing behind."""
    home.mkdir(parents=True)
    articles = home / sets.ARTICLES
    articles.write_text(json.dumps({"id": "start", "text": "The archive opened on Monday."}) + "\n", "utf-8")
    finished = run([*_child("index", system), articles, home], home=home, limit=limit)
    shutil.rmtree(home)
    return finished.seconds


@dataclass(frozen=True, slots=True)
class Answered:
    """What Clippings answered: the run, as JSON, and the megabytes it took at most."""

    run: Path
    megabytes: float


def answer(folder: Path, home: Path, to: Path, *, questions: int | None) -> Answered:
    """Let Clippings answer the questions from what `measure` left in `home`, and keep the run."""
    finished = run([*_child("answer", "clippings"), folder, home, *_first(questions), "--to", to], home=home)
    return Answered(to, finished.megabytes)


def disk(folder: Path) -> float:
    """Return the megabytes that a folder's files take on disk."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()) / 1e6


def _first(questions: int | None) -> Sequence[str | Path]:
    return () if questions is None else ("--questions", str(questions))


def _child(task: str, system: str) -> Sequence[str | Path]:
    return [sys.executable, "-m", child.__name__, task, system]
