"""The vectors of a library on a real Chroma server, started on loopback for this file alone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from retrieval.domain import Filter
from retrieval.errors import InputError, LibraryError, LibraryMismatch
from retrieval.index import Library
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.test_two_processes import Reader, versioned

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    folder = tmp_path_factory.mktemp("chroma")
    command = [str(program), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(10 * PATIENCE):
            try:
                urlopen(f"{url}/api/v2/heartbeat", timeout=1).close()
                break
            except (URLError, OSError):
                assert process.poll() is None, "the Chroma server did not start"
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def collections(url: str) -> list[str]:
    with urlopen(f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections") as reply:
        return [each["name"] for each in json.load(reply)]


def texts(library: Library, question: str, where: Filter | None = None, k: int = 4) -> list[str]:
    vector = FakeEncoder().encode_question(question)

    def use(view):  # type: ignore[no-untyped-def]
        return [
            each.passage.text for each in view.get_passages(view.search_dense(vector, k, where or Filter())).values()
        ]

    return list(library.read(use))


def test_a_library_on_a_server_is_searched_changed_rebuilt_and_watched_by_others(server: str, tmp_path: Path) -> None:
    folder = tmp_path / "My library!"
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=60, chroma_url=server, create=True) as library:
        library.ingest([versioned(n) for n in range(20)])
        assert not list(folder.rglob("vectors-*"))
        assert "story12 " in texts(library, "the orchard of story12")[0]

        reader = Reader(folder, server)
        library.ingest([versioned(12, version=2), versioned(50)])
        changed = reader.ask("the orchard of story12 in version2")
        library.remove(["article-12"])
        removed = reader.ask("the orchard of story12 in version2")
        library.ingest([], rebuild=True)
        rebuilt = reader.ask("the harbour of story50")
        reader.close()

        assert "story12 was seen in version2" in changed["dense"][0]
        assert not any("story12 " in text for text in removed["dense"])
        assert "story50" in rebuilt["dense"][0]
        assert changed["wrong"] == removed["wrong"] == rebuilt["wrong"] == []
        assert library.find_problems() == []
        assert len([name for name in collections(server) if name.startswith("clippings-My-library-")]) == 1


def test_filters_are_applied_by_the_server_before_ranking(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.snapshot.MAX_EXACT_SEARCH", 0)
    with Library.open(
        tmp_path / "filtered", encoder=FakeEncoder(), passage_tokens=60, chroma_url=server, create=True
    ) as library:
        library.ingest([make_article(n) for n in range(20)])

        found = texts(library, "harbour boats", Filter(author="AUTHOR 1"), k=12)

        assert len(found) == 12
        assert {int(text.split("story")[1].split()[0]) % 3 for text in found} == {1}


def test_vectors_move_between_folder_and_server_at_the_next_ingest(server: str, tmp_path: Path) -> None:
    def opened(url: str) -> Library:
        return Library.open(tmp_path / "moving", encoder=FakeEncoder(), passage_tokens=60, chroma_url=url, create=True)

    with opened("") as library:
        library.ingest([make_article(n) for n in range(5)])
    with opened(server) as library:
        with pytest.raises(LibraryMismatch, match="CLIPPINGS_CHROMA_URL"):
            texts(library, "harbour")
        assert library.find_problems()
        report = library.ingest([])
        assert report.passages == 0
        assert "story2 " in texts(library, "the orchard of story2")[0]
        assert not list(library.folder.rglob("vectors-*"))
    with opened("") as library:
        library.ingest([])
        assert "story2 " in texts(library, "the orchard of story2")[0]
        assert library.find_problems() == []
    assert not [name for name in collections(server) if "moving" in name]


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    library = Library.open(tmp_path / "library", encoder=FakeEncoder(), chroma_url=url, create=True)

    with pytest.raises(LibraryError, match=rf"{url}.*check that it runs") as caught:
        library.ingest([make_article(1)])

    assert "\n" not in str(caught.value)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library", encoder=FakeEncoder(), chroma_url="localhost", create=True)

    with pytest.raises(InputError, match="http://localhost:8000"):
        library.ingest([make_article(1)])
