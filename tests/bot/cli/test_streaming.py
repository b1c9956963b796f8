import io
import sys
from collections.abc import Iterator

import pytest
from rich.console import Console

from bot.cli import streaming
from bot.render.terminal_safe import clean_so_far
from retrieval.domain import Answer, Ask
from tests.bot.scripted_answers import ScriptedAnswerer, make_quote_answer

ASK = Ask("Where is the mill?")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch) -> tuple[Terminal, Terminal]:
    """Put a terminal where answers are printed, and one for what happens meanwhile."""
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    return out, err


def test_a_draft_is_shown_while_it_grows_and_only_the_answer_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = watched(monkeypatch)

    answer = streaming.answer_showing_draft(ScriptedAnswerer(("Talks were ", "at the mill. [7]")), ASK)

    assert answer == make_quote_answer(ASK.question)
    assert streaming.CHECKING in err.getvalue()
    assert "Talks were at the mill. [7]" in err.getvalue()
    assert err.getvalue().endswith("\x1b[2K")
    assert out.getvalue() == ""


def test_without_a_draft_there_is_a_sign_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    _, err = watched(monkeypatch)

    streaming.answer_showing_draft(ScriptedAnswerer(), ASK)

    assert streaming.SEARCHING in err.getvalue()
    assert streaming.CHECKING not in err.getvalue()


@pytest.mark.parametrize("piped", ["stdout", "stderr"])
def test_nothing_is_streamed_where_nobody_watches(piped: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {"stdout": Terminal(), "stderr": Terminal()} | {piped: io.StringIO()}
    for name, stream in shown.items():
        monkeypatch.setattr(sys, name, stream)

    assert streaming.answer_showing_draft(ScriptedAnswerer(("a draft",)), ASK) == make_quote_answer(ASK.question)
    assert [stream.getvalue() for stream in shown.values()] == ["", ""]


def test_an_interruption_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch)

    class Interrupted(ScriptedAnswerer):
        def invoke(self, ask: Ask) -> Answer:
            raise KeyboardInterrupt

    answerer = Interrupted(("a draft",))

    with pytest.raises(KeyboardInterrupt):
        streaming.answer_showing_draft(answerer, ASK)

    assert answerer.closed


def test_nothing_is_waited_for_after_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch)

    class Talkative(ScriptedAnswerer):
        def stream(self, ask: Ask) -> Iterator[str | Answer]:
            yield from super().stream(ask)
            raise AssertionError

    answerer = Talkative()

    assert streaming.answer_showing_draft(answerer, ASK) == make_quote_answer(ASK.question)
    assert answerer.closed


def test_a_stream_without_an_answer_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch)

    class Silent(ScriptedAnswerer):
        def stream(self, ask: Ask) -> Iterator[str | Answer]:
            yield "a draft"

    with pytest.raises(RuntimeError, match="without an answer"):
        streaming.answer_showing_draft(Silent(), ASK)


HOSTILE = "a\x1b[31mred\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x9b2J\u202egnp.exe\u202c\r\x08[bold]"
DISARMED = "aredlinkgnp.exe\n[bold]"


@pytest.mark.parametrize("cut", range(len(HOSTILE) + 1))
def test_a_hostile_draft_is_escaped_wherever_it_is_cut(cut: int) -> None:
    draft = streaming.DraftView()
    shown = []
    for piece in (HOSTILE[:cut], HOSTILE[cut:]):
        draft.add(piece)
        shown.append(draft.text)

    assert shown[-1] == DISARMED
    assert DISARMED.startswith(shown[0].rstrip("\n")) or shown[0] == HOSTILE[:cut]
    assert not set("".join(shown)) & set("\x1b\x9b\x07\x08\r\u202e")


def test_what_never_ends_its_sequence_is_shown_at_last() -> None:
    assert clean_so_far("a \x1b]0;" + "b" * 300) == "a 0;" + "b" * 300
    assert clean_so_far("a \x1b]0;bbb\nnext") == "a 0;bbb\nnext"


def test_a_long_draft_shows_its_end_and_leaves_space() -> None:
    draft = streaming.DraftView()
    draft.add("\n".join(f"line {n}" for n in range(500)))
    console = Console(file=io.StringIO(), width=80, height=12)

    console.print(draft)

    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert len(lines) <= 12 - 1
    assert lines[-1] == "line 499"
