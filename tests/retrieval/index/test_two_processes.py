"""One process reads while another writes: the reader sees every change at its next question, and never half of one."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.errors import LibraryLocked
from retrieval.index import Library, writer
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Article


class Reader:
    """Another process, with the library open."""

    def __init__(self, folder: Path, chroma_url: str = "") -> None:
        command = [sys.executable, "-m", "tests.retrieval.index.reading_child", str(folder), chroma_url]
        root = Path(__file__).parents[3]
        self.process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "open"

    def ask(self, question: str) -> dict[str, Any]:
        self.send(f"ask {question}")
        return self.reply()

    def send(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def reply(self) -> dict[str, Any]:
        return dict(json.loads(self._line()))

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(timeout=30) == 0

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


def versioned(number: int, version: int = 1) -> Article:
    return replace(make_article(number, version=version), metadata={"version": version})


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest([versioned(n) for n in range(20)])
        yield library


@pytest.fixture
def reader(library: Library) -> Iterator[Reader]:
    reader = Reader(library.folder)
    yield reader
    reader.close()


def test_a_running_reader_sees_additions_changes_and_removals_at_its_next_question(
    library: Library, reader: Reader
) -> None:
    question = "the harbour of story50 in version2"
    assert not any("story50" in text for text in reader.ask(question)["dense"])

    library.ingest([versioned(50)])
    added = reader.ask(question)
    assert "story50" in added["dense"][0]
    assert "story50" in added["lexical"][0]

    library.ingest([versioned(50, version=2)])
    changed = reader.ask(question)
    assert "story50 was seen in version2" in changed["dense"][0]
    assert not any("story50 was seen in version1" in text for text in changed["dense"] + changed["lexical"])

    library.remove(["article-50"])
    removed = reader.ask(question)
    assert not any("story50" in text for text in removed["dense"] + removed["lexical"])

    library.ingest([versioned(50, version=3)], rebuild=True)
    rebuilt = reader.ask(question)
    assert "story50 was seen in version3" in rebuilt["dense"][0]
    assert added["wrong"] == changed["wrong"] == removed["wrong"] == rebuilt["wrong"] == []


def test_a_reader_never_sees_half_an_article_while_another_process_writes(
    library: Library, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PASSAGES_PER_BATCH", 8)
    reader.send("watch 6")
    done = threading.Event()

    def reply() -> None:
        result.update(reader.reply())
        done.set()

    result: dict[str, Any] = {}
    waiting = threading.Thread(target=reply)
    waiting.start()
    version = 2
    while not done.is_set():
        library.ingest([versioned(n, version) for n in range(20)], rebuild=version % 5 == 0)
        library.remove(["article-3"])
        version += 1
    waiting.join()

    assert result["wrong"] == []
    assert result["generations"] > 5


def test_a_second_writer_waits_for_the_first_or_says_who_holds_the_lock(library: Library) -> None:
    def slowly() -> Iterator[Article]:
        yield versioned(60)
        started.set()
        assert go_on.wait(30)

    started, go_on = threading.Event(), threading.Event()
    first = threading.Thread(target=library.ingest, args=(slowly(),))
    first.start()
    assert started.wait(30)

    with pytest.raises(LibraryLocked, match=r"process \d+ \(.+\) is writing to .*library.*try again") as caught:
        library.ingest([versioned(61)], wait=0.2)
    stages: list[str] = []
    second = threading.Thread(
        target=library.ingest, args=([versioned(61)],), kwargs={"progress": lambda done: stages.append(done.stage)}
    )
    second.start()
    while not stages:
        pass
    go_on.set()
    first.join()
    second.join()

    assert "\n" not in str(caught.value)
    assert stages[0].startswith("Waiting for process")
    assert {"article-60", "article-61"} <= {info.id for info in library.list_articles()}
