import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot import wiring
from bot.cli import doctor, main
from bot.cli.doctor import Findings, examine
from bot.settings import Settings, load
from retrieval.answering.confidence import THRESHOLD
from retrieval.domain import ArticleInfo
from retrieval.errors import LibraryDamaged, LibraryMissing
from tests.fakes import FakeEncoder as BagOfWords
from tests.fakes import make_article


class FakeEncoder:
    def __init__(self, *problems: str) -> None:
        self._problems = list(problems)

    def find_problems(self) -> list[str]:
        return self._problems

    def describe(self) -> dict[str, str | int]:
        return {"model": "fake", "dimension": 3}


class FakeLibrary:
    generation = 4
    engines = "openvino bfloat16"
    folder = Path("nowhere")

    def __init__(self, *problems: str) -> None:
        self._problems = list(problems)

    def __enter__(self) -> "FakeLibrary":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def find_problems(self, *, deep: bool = False) -> list[str]:
        return self._problems

    def list_articles(self) -> list[ArticleInfo]:
        return [ArticleInfo("a", passages=2), ArticleInfo("b", passages=3)]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(wiring, "build_encoder", lambda _: FakeEncoder())
    monkeypatch.setattr(wiring, "open_library", lambda *_: FakeLibrary())
    return load()


def test_a_sound_installation_has_no_problems(settings: Settings) -> None:
    found = examine(settings, "default")

    assert (found.problems, found.ok) == ((), True)
    assert {"python", "chromadb", "torch"} <= set(found.versions)
    assert found.places["library"] == str(settings.home / "libraries" / "default")
    assert found.library == {
        "articles": 2,
        "passages": 5,
        "encoded by": "openvino bfloat16",
        "changes": 4,
        "threshold": f"{THRESHOLD} (the default)",
    }


def test_the_threshold_that_holds_and_where_it_is_from_is_shown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIPPINGS_THRESHOLD", "0.35")

    assert examine(load(), "default").library["threshold"] == "0.35 (CLIPPINGS_THRESHOLD)"


def test_problems_of_model_and_library_are_reported(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "build_encoder", lambda _: FakeEncoder("The model was altered."))
    monkeypatch.setattr(wiring, "open_library", lambda *_: FakeLibrary("Two passages are missing."))

    found = examine(settings, "default")

    assert found.problems == ("The model was altered.", "Two passages are missing.")
    assert not found.ok


def test_an_archive_that_was_never_filled_is_no_problem(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> FakeLibrary:
        raise LibraryMissing("Nothing is here.")

    monkeypatch.setattr(wiring, "open_library", missing)

    assert examine(settings, "default").problems == ()


def test_an_archive_that_cannot_be_opened_is_a_problem(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> FakeLibrary:
        raise LibraryDamaged("The catalog can't be read.")

    monkeypatch.setattr(wiring, "open_library", damaged)

    assert examine(settings, "default").problems == ("The catalog can't be read.",)


def test_a_home_that_cannot_be_a_folder_is_a_problem(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "file" / "home"))

    (problem,) = examine(load(), "default").problems

    assert str(tmp_path / "file") in problem
    assert "CLIPPINGS_HOME" in problem


def test_a_disk_that_is_nearly_full_is_a_problem(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MINIMUM_FREE_BYTES", 1 << 80)

    (problem,) = examine(settings, "default").problems

    assert "free some space" in problem


def test_an_unknown_variable_is_a_problem(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_HOEM", "x")

    assert examine(settings, "default").problems == ("CLIPPINGS_HOEM is not a setting: did you mean CLIPPINGS_HOME?",)


@pytest.fixture
def heartbeat() -> Iterator[str]:
    """Serve what a Chroma server answers to `heartbeat`, on loopback."""

    class Heart(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/v2/heartbeat" else 404)
            self.end_headers()
            self.wfile.write(b'{"nanosecond heartbeat": 1}')

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Heart) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_server_that_answers_is_no_problem(
    heartbeat: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIPPINGS_CHROMA_URL", heartbeat)

    assert examine(load(), "default").problems == ()


@pytest.mark.parametrize("path", ["/nothing", ""])
def test_a_server_that_does_not_answer_is_a_problem(
    path: str, heartbeat: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIPPINGS_CHROMA_URL", heartbeat + path if path else "http://127.0.0.1:1")

    (problem,) = examine(load(), "default").problems

    assert "CLIPPINGS_CHROMA_URL" in problem


def chat(monkeypatch: pytest.MonkeyPatch, **given: str) -> Findings:
    for name, value in given.items():
        monkeypatch.setenv(f"CLIPPINGS_CHAT_{name.upper()}", value)
    return examine(load(), "default")


def test_without_a_chat_model_nothing_is_looked_for(settings: Settings) -> None:
    assert examine(settings, "default").model["chat_model"] == "extractive"


@pytest.mark.usefixtures("settings")
def test_a_chat_model_is_shown_with_its_package_and_server_and_without_its_key(
    heartbeat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = chat(monkeypatch, model="openai:gpt-x", base_url=heartbeat, api_key="sk-canary")

    assert found.problems == ()
    assert found.model["chat_model"] == "openai:gpt-x"
    assert str(found.model["chat_package"]).startswith("langchain-openai 1.")
    assert found.places["chat server"] == heartbeat
    assert "canary" not in repr(found)


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("name", "said"),
    [("opneai:gpt-x", "no known provider"), ("gpt-x", "is not a chat model"), ("groq:x", "pip install langchain-groq")],
)
def test_a_chat_model_that_cannot_be_asked_is_a_problem(name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = chat(monkeypatch, model=name, api_key="sk-canary").problems

    assert said in problem
    assert "canary" not in problem


@pytest.mark.usefixtures("settings")
def test_a_chat_model_without_its_key_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    (problem,) = chat(monkeypatch, model="openai:gpt-x").problems

    assert "OPENAI_API_KEY" in problem


@pytest.mark.usefixtures("settings")
def test_a_chat_server_that_does_not_answer_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = chat(monkeypatch, model="openai:gpt-x", base_url="http://127.0.0.1:1/v1").problems

    assert "http://127.0.0.1:1/v1" in problem
    assert "CLIPPINGS_CHAT_BASE_URL" in problem


@pytest.mark.usefixtures("settings")
def test_the_command_prints_what_was_found(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    findings = Findings(False, {"python": "3"}, {"home": "/h"}, {"model": "m"}, {"articles": 2}, ("It is broken.",))
    monkeypatch.setattr(doctor, "examine", lambda *_, **__: findings)

    assert main.run(["doctor"]) == 1
    assert "✗ It is broken." in capfd.readouterr().out
    assert main.run(["doctor", "--json"]) == 1
    assert json.loads(capfd.readouterr().out) == {
        "ok": False,
        "versions": {"python": "3"},
        "places": {"home": "/h"},
        "model": {"model": "m"},
        "library": {"articles": 2},
        "problems": ["It is broken."],
        "mended": [],
        "sources": {},
    }


@pytest.mark.usefixtures("settings")
def test_the_command_is_content_when_nothing_is_wrong(capfd: pytest.CaptureFixture[str]) -> None:
    assert main.run(["doctor"]) == 0
    assert "nothing is wrong" in capfd.readouterr().out


class WordEncoder(BagOfWords):
    def find_problems(self) -> list[str]:
        return []

    def describe(self) -> dict[str, str | int]:
        return {"model": "fake"}


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of the command line's, of whose catalog the first page is garbled."""
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(wiring, "build_encoder", lambda _: WordEncoder())
    monkeypatch.setattr(doctor, "find_shadows", dict)
    settings = load()
    with wiring.open_library(settings, "default", create=True) as library:
        library.ingest([make_article(n) for n in range(4)])
    (catalog,) = settings.home.rglob("catalog.sqlite3")
    with catalog.open("r+b") as file:
        file.write(b"garbage" * 100)
    return catalog


@pytest.mark.parametrize("command", [["ask", "Who counted boats?"], ["articles"], ["search", "boats"], ["remove", "a"]])
def test_a_damaged_catalog_ends_every_command_in_one_line_that_says_what_mends_it(
    damaged: Path, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main.run(command) == 1

    said = capfd.readouterr().err.splitlines()
    assert len(said) == 1
    assert f"{damaged} is damaged" in said[0]
    assert "`clippings doctor --repair`" in said[0]


def test_doctor_names_a_damaged_catalog_and_repairs_it(damaged: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main.run(["doctor", "--deep"]) == 1
    assert f"✗ the catalog {damaged} is damaged" in capfd.readouterr().out.replace("\n", " ")

    assert main.run(["doctor", "--repair"]) == 0
    out = capfd.readouterr().out
    assert "✓ the catalog was damaged, and what could be read of it was saved" in out.replace("\n", " ")
    assert "nothing is wrong" in out
    assert main.run(["articles", "--json"]) == 0
    assert len(json.loads(capfd.readouterr().out)) == 4


def test_a_panic_of_a_library_is_one_line(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    panic = type("PanicException", (BaseException,), {})

    def fail(*_: object, **__: object) -> None:
        raise panic("index out of bounds\nnote: run with RUST_BACKTRACE=1")

    monkeypatch.setattr(wiring, "open_library", fail)

    assert main.run(["articles"]) == 1
    (said,) = capfd.readouterr().err.splitlines()
    assert "unexpected PanicException: index out of bounds; `clippings doctor`" in said
