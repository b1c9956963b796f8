import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import wiring
from bot.cli import main
from retrieval.encoder import SentenceEncoder
from tests.bot.scripted_answers import QUOTE, ScriptedAnswerer, make_small_library

SEEDS = Path(__file__).parents[4] / "seeds"
Piped = Callable[..., tuple[int, str, str]]


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Piped:
    """Run `clippings chat` on lines of standard input."""

    def run(*lines: str, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode()), encoding="utf-8"))
        status = main.run(["chat", *options])
        return status, *capfd.readouterr()

    return run


@pytest.fixture
def answerer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ScriptedAnswerer:
    library = make_small_library(tmp_path / "libraries" / "default")
    scripted = ScriptedAnswerer(("an unchecked draft",))
    monkeypatch.setattr(wiring, "open_library", lambda *_, **__: library)
    monkeypatch.setattr(wiring, "build_answerer", lambda *_: scripted)
    return scripted


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoder: SentenceEncoder) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(wiring, "build_encoder", lambda *_: encoder)
    assert main.run(["ingest", str(SEEDS)]) == 0


@pytest.mark.usefixtures("answerer")
def test_lines_are_answered_to_the_end_of_the_input(piped: Piped) -> None:
    assert piped("Where is the mill?", "", "Thanks!") == (
        0,
        "> Where is the mill?\n"
        f"{QUOTE} [1]\n"
        "\n"
        "[1] Talks at the mill · Ada Byron · 27 June 2023\n"
        "\n"
        "> Thanks!\n"
        "You're welcome. Ask another question whenever you like.\n"
        "\n",
        "",
    )


def test_what_fails_is_one_line_and_the_conversation_goes_on(piped: Piped, answerer: ScriptedAnswerer) -> None:
    status, out, err = piped("/passage 1", "/nonsense", "Where is the mill?", "/quit", "never asked")

    assert status == 1
    assert [line.partition(":")[0] for line in err.splitlines()] == ["clippings", "clippings"]
    assert out.endswith("> /quit\nGoodbye!\n")
    assert [ask.question for ask in answerer.asked] == ["Where is the mill?"]


def test_options_limit_the_questions(piped: Piped, answerer: ScriptedAnswerer) -> None:
    piped("Where is the mill?", options=("--author", "Ada", "--since", "2023"))

    assert answerer.asked[0].where.author == "Ada"
    assert str(answerer.asked[0].where.since) == "2023-01-01"
    assert piped("Where?", options=("--since", "whenever"))[0] == 1


@pytest.mark.usefixtures("answerer")
def test_an_empty_input_is_an_empty_conversation(piped: Piped) -> None:
    assert piped() == (0, "", "")


def test_a_missing_library_is_one_line(piped: Piped, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", str(tmp_path))

    status, out, err = piped("Where?")

    assert (status, out, err.count("\n")) == (1, "", 1)


@pytest.mark.usefixtures("seeds")
def test_a_conversation_about_the_seeds(piped: Piped, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    capfd.readouterr()

    status, out, err = piped(
        "hello", "Where did the talks take place?", "/passage 1", "/since 2024", "What about tariffs?", "/save talk.md"
    )

    assert (status, err) == (0, "")
    assert "Diaoyutai State Guest House" in out
    assert re.search(r"«[^»]*Diaoyutai[^»]*» Meeting started", out)
    assert "No article matches the given dates and author." in out
    assert "## Where did the talks take place?" in (tmp_path / "talk.md").read_text(encoding="utf-8")
