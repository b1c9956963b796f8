"""Kills a process that ingests, and asserts that nothing complete is lost and that the next ingest mends.

Used by test_crash.py and by `python -m tests.benchmarks.faults`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.domain import Filter
from retrieval.index import Library, Snapshot
from retrieval.index.lexical import extract_terms
from tests.fakes import FakeEncoder
from tests.retrieval.index.crash_child import AFTER, BEFORE, TOKENS, ingest_all
from tests.retrieval.index.stores import contents

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTIONS = ("harbour boats counted by witness 3", "the glacier of story13 in version2", "orchard story22")


class Forker:
    """The warm process whose children ingest."""

    def __init__(self) -> None:
        root = Path(__file__).parents[3]
        command = [sys.executable, "-m", "tests.retrieval.index.crash_child"]
        self.process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "warm"

    def run(self, kind: str, folder: Path, *, kill_after: float | None = None) -> tuple[int, float]:
        """Let a child ingest; return its exit status, negative when it was killed, and how many seconds it took."""
        child = int(self._ask(f"{kind} {folder}"))
        started = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        assert self._line() == "ended"
        seconds = time.monotonic() - started
        return int(self._ask("and?")), seconds

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(timeout=30) == 0

    def _ask(self, line: str) -> str:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


@contextmanager
def start_forker() -> Iterator[Forker]:
    """Start the process, and end it afterwards."""
    forker = Forker()
    try:
        yield forker
    finally:
        forker.close()


def build_before(folder: Path) -> Path:
    """Make a library as it is before the process that gets killed starts."""
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=TOKENS, create=True) as library:
        library.ingest(BEFORE)
    return folder


def read_clean(folder: Path) -> dict[str, Any]:
    """Return what the stores hold when everything went in at once and nothing was killed."""
    ingest_all(build_before(folder), rebuild=False)
    return contents(folder)


def survive(forker: Forker, kind: str, folder: Path, clean: dict[str, Any], *, after: float, context: str) -> bool:
    """Kill an ingest into a library after so many seconds; return whether that was before its end.

    Raises AssertionError with the context where something complete is lost, or the next ingest does not mend.
    """
    status, _ = forker.run(kind, folder, kill_after=after)
    answer_from_what_is_complete(folder, context)
    ingest_all(folder, rebuild=False)
    assert contents(folder) == clean, context
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=TOKENS) as library:
        assert library.find_problems() == [], context
    shutil.rmtree(folder)
    return status == -signal.SIGKILL


def answer_from_what_is_complete(folder: Path, context: str) -> None:
    """Assert that each article is there as a whole, as it was before or as it is now, and is all that is found."""
    old, new = {each.id: each for each in BEFORE}, {each.id: each for each in AFTER}
    encoder = FakeEncoder()
    with Library.open(folder, encoder=encoder, passage_tokens=TOKENS) as library:
        present = {info.id: library.get_article(info.id) for info in library.list_articles()}
        for key, found in present.items():
            assert found in (old.get(key), new.get(key)), context
        assert set(present) >= old.keys() & new.keys(), context

        for question in QUESTIONS:
            texts = library.read(lambda view, asked=question: find_passages(view, encoder, asked))  # type: ignore[misc]
            assert len(texts) > 10, context
            for article_id, start, end, text in texts:
                assert present[article_id].text[start:end] == text, context


def find_passages(view: Snapshot, encoder: FakeEncoder, question: str) -> list[tuple[str, int, int, str]]:
    """Return where the passages lie that a question finds, and their texts."""
    near = view.search_dense(encoder.encode_question(question), 20, Filter())
    matching = [key for key, _ in view.search_lexical(extract_terms(question), 20, Filter())]
    stored = view.get_passages([*near, *matching])
    assert set(stored) == {*near, *matching}
    return [(p.article_id, p.start, p.end, p.text) for p in (each.passage for each in stored.values())]
