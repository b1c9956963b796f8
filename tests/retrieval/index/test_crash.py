"""A process that is killed while it ingests, at thirty moments: nothing complete is lost, and the next ingest mends."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Filter
from retrieval.index import Library, Snapshot
from retrieval.index.lexical import extract_terms
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.crash_child import AFTER, BEFORE, TOKENS, ingest_all
from tests.retrieval.index.stores import contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Article

MOMENTS = 30
QUESTIONS = ("harbour boats counted by witness 3", "the glacier of story13 in version2", "orchard story22")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


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


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    forker = Forker()
    yield forker
    forker.close()


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library as it is before the process that gets killed starts."""
    folder = tmp_path_factory.mktemp("before") / "library"
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=TOKENS, create=True) as library:
        library.ingest(BEFORE)
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the stores hold when everything went in at once and nothing was killed."""
    folder = tmp_path_factory.mktemp("clean") / "library"
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=TOKENS, create=True) as library:
        library.ingest(AFTER)
    return contents(folder)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", [("ingest", MOMENTS - 8), ("rebuild", 8)], ids=lambda run: run[0])
def test_a_process_killed_at_any_moment_loses_nothing_and_the_next_ingest_mends(
    forker: Forker, before: Path, clean: dict[str, object], tmp_path: Path, run: tuple[str, int]
) -> None:
    kind, moments = run
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    _, duration = forker.run(kind, shutil.copytree(before, tmp_path / "whole"))
    assert contents(tmp_path / "whole") == clean
    killed = 0
    for moment in range(moments):
        after = duration * (moment + chance.random()) / moments
        context = f"seed {seed}: killed after {after:.4f} s of {duration:.4f} s"
        folder = shutil.copytree(before, tmp_path / str(moment))

        status, _ = forker.run(kind, folder, kill_after=after)

        killed += status == -signal.SIGKILL
        answers_from_what_is_complete(folder, context)
        ingest_all(folder, rebuild=False)
        assert contents(folder) == clean, context
        with Library.open(folder, encoder=FakeEncoder(), passage_tokens=TOKENS) as library:
            assert library.find_problems() == [], context
        shutil.rmtree(folder)
    assert killed > moments / 2, f"seed {seed}: most processes were done before they were killed"


def answers_from_what_is_complete(folder: Path, context: str) -> None:
    """Every article is there as a whole, as it was before or as it is now; searches find passages of those only."""
    old, new = {each.id: each for each in BEFORE}, {each.id: each for each in AFTER}
    encoder = FakeEncoder()
    with Library.open(folder, encoder=encoder, passage_tokens=TOKENS) as library:
        present = {info.id: library.get_article(info.id) for info in library.list_articles()}
        for key, found in present.items():
            assert found in (old.get(key), new.get(key)), context
        assert set(present) >= old.keys() & new.keys(), context

        for question in QUESTIONS:
            texts = library.read(lambda view, asked=question: passages_found(view, encoder, asked))  # type: ignore[misc]
            assert len(texts) > 10, context
            for article_id, start, end, text in texts:
                assert present[article_id].text[start:end] == text, context


def passages_found(view: Snapshot, encoder: FakeEncoder, question: str) -> list[tuple[str, int, int, str]]:
    near = view.search_dense(encoder.encode_question(question), 20, Filter())
    matching = [key for key, _ in view.search_lexical(extract_terms(question), 20, Filter())]
    stored = view.get_passages([*near, *matching])
    assert set(stored) == {*near, *matching}
    return [(p.article_id, p.start, p.end, p.text) for p in (each.passage for each in stored.values())]


def test_ctrl_c_ends_cleanly_and_keeps_what_was_complete(tmp_path: Path) -> None:
    def interrupted() -> Iterator[Article]:
        yield make_article(1, sentences=900)
        yield make_article(2)
        raise KeyboardInterrupt

    with Library.open(tmp_path / "library", encoder=FakeEncoder(), passage_tokens=TOKENS, create=True) as library:
        library.ingest([make_article(0)])
        with pytest.raises(KeyboardInterrupt):
            library.ingest(interrupted())

        assert {info.id for info in library.list_articles()} == {"article-0", "article-1"}
        found = library.read(lambda view: passages_found(view, FakeEncoder(), "comet story1 witness 700"))
        assert "article-1" in {article_id for article_id, *_ in found} <= {"article-0", "article-1"}

        library.ingest([make_article(2)])
        assert library.find_problems() == []
        assert len(library.list_articles()) == 3


def test_a_first_ingest_that_is_killed_keeps_what_was_complete(
    forker: Forker, clean: dict[str, object], tmp_path: Path
) -> None:
    _, duration = forker.run("first", tmp_path / "whole")

    forker.run("first", tmp_path / "killed", kill_after=duration * 0.6)

    with Library.open(tmp_path / "killed", encoder=FakeEncoder(), passage_tokens=TOKENS) as library:
        assert 0 < len(library.list_articles()) <= len(AFTER)
        assert library.read(lambda view: passages_found(view, FakeEncoder(), QUESTIONS[0]))
    ingest_all(tmp_path / "killed", rebuild=False)
    assert contents(tmp_path / "killed") == clean
