import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.cli.chat.keyboard import CommandCompleter, Keyboard

UP, CTRL_C, CTRL_D, CTRL_R = "\x1b[A", "\x03", "\x04", "\x12"


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe:
        yield pipe


def keyboard(keys: PipeInput, history: Path = Path("history")) -> Keyboard:
    return Keyboard(history, keys=keys, screen=DummyOutput())


def typed(keys: PipeInput, *lines: str) -> list[str]:
    board = keyboard(keys)
    return [read(board, keys, line) for line in lines]


def read(board: Keyboard, keys: PipeInput, line: str) -> str:
    keys.send_text(line)
    return board.read()


def test_a_line_is_read_as_it_is_typed(keys: PipeInput) -> None:
    assert typed(keys, "Where is the mill?\r", "/since June 2023\r") == ["Where is the mill?", "/since June 2023"]


def test_the_arrow_keys_bring_back_what_was_typed_even_the_last_time(keys: PipeInput) -> None:
    typed(keys, "first\r", "second\r")

    assert typed(keys, UP + UP + "\r", UP + " again\r") == ["first", "first again"]


def test_control_r_finds_what_was_typed(keys: PipeInput) -> None:
    typed(keys, "the mill\r", "the cup\r")

    assert typed(keys, CTRL_R + "mil" + "\r\r") == ["the mill"]


def test_control_c_clears_the_line_and_interrupts_an_empty_one(keys: PipeInput) -> None:
    assert typed(keys, "nonsense" + CTRL_C + "sense\r") == ["sense"]

    with pytest.raises(KeyboardInterrupt):
        typed(keys, CTRL_C)


def test_control_c_leaves_the_search(keys: PipeInput) -> None:
    typed(keys, "the mill\r")

    assert typed(keys, CTRL_R + "mil" + CTRL_C + "the cup\r") == ["the cup"]


def test_control_d_ends(keys: PipeInput) -> None:
    with pytest.raises(EOFError):
        typed(keys, CTRL_D)


def test_nobody_else_reads_what_was_typed(keys: PipeInput, tmp_path: Path) -> None:
    (tmp_path / "history").write_text("", encoding="utf-8")
    (tmp_path / "history").chmod(0o644)

    typed(keys, "a secret\r")

    assert stat.S_IMODE((tmp_path / "history").stat().st_mode) == 0o600
    assert "a secret" in (tmp_path / "history").read_text(encoding="utf-8")


def test_bytes_that_are_no_text_are_remembered_readably(keys: PipeInput, tmp_path: Path) -> None:
    board = keyboard(keys)
    keys.send_bytes(b"caf\xff\r")

    assert board.read().startswith("caf")
    assert "caf" in (tmp_path / "history").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_costs_only_the_next_time(keys: PipeInput, tmp_path: Path) -> None:
    board = keyboard(keys, tmp_path / "missing" / "history")

    assert [read(board, keys, "first\r"), read(board, keys, UP + "\r")] == ["first", "first"]


def test_a_history_that_cannot_be_written_any_more_is_no_failure(keys: PipeInput, tmp_path: Path) -> None:
    board = keyboard(keys)
    (tmp_path / "history").unlink()
    (tmp_path / "history").mkdir()
    keys.send_text("first\r")

    assert board.read() == "first"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("/s", ["/sources", "/since ", "/save "]),
        ("/PA", ["/passage "]),
        ("/q", ["/quit"]),
        ("/since ", []),
        ("/since 2", []),
        ("see /s", []),
        ("", []),
    ],
)
def test_commands_are_completed_at_the_beginning_of_the_line(text: str, offered: list[str]) -> None:
    found = CommandCompleter().get_completions(Document(text), CompleteEvent())

    assert [completion.text for completion in found] == offered


def test_what_could_be_asked_is_shown_below_the_line_and_taken_with_tab(keys: PipeInput) -> None:
    board = keyboard(keys)
    board.offer(["When did the mill open?", "Who built it?"])
    shown = board._show_offered()

    assert shown is not None
    assert shown[0][1] == "You could ask: When did the mill open? · Who built it? (Tab)"
    assert read(board, keys, "\t\t\r") == "Who built it?"
    assert board._show_offered() is None
