import codecs
import fcntl
import os
import pty
import re
import select
import stat
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.cli import streaming
from tests.bot.scripted_answers import QUOTE

ROOT = Path(__file__).parents[4]
PATIENCE = 60.0
UP, CTRL_C, CTRL_D, ENTER = "\x1b[A", "\x03", "\x04", "\r"
PROMPT = "› "
SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[ -/]*[0-~])")


class Person:
    """Somebody who types at a terminal, and reads on until what they wait for is there."""

    def __init__(self, home: Path) -> None:
        self._screen, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.program = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.cli.chat.chat_child", str(home)],
            cwd=ROOT,
            env=os.environ
            | {"CLIPPINGS_HOME": str(home), "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "NO_COLOR": ""},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)
        self._unread = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def types(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def reads(self, wanted: str) -> str:
        """Return what is shown up to the wanted text."""
        end = time.monotonic() + PATIENCE
        while wanted not in (seen := SEQUENCE.sub("", self._unread)):
            assert self._more(end), f"{wanted!r} is not in {seen!r}"
        before, _, rest = seen.partition(wanted)
        self._unread = rest
        return before

    def _more(self, end: float) -> bool:
        """Take what has come to the screen; say whether there was anything before the time was up."""
        ready, _, _ = select.select([self._screen], [], [], max(end - time.monotonic(), 0))
        shown = b""
        if ready:
            with suppress(OSError):  # the program has ended
                shown = os.read(self._screen, 1 << 16)
        self._unread += self._decoder.decode(shown)
        return bool(shown)

    def leaves(self) -> int:
        """Read to the end and return the exit status."""
        end = time.monotonic() + PATIENCE
        while self._more(end):
            pass
        return self.program.wait(timeout=PATIENCE)

    def close(self) -> None:
        self.program.kill()
        self.program.wait()
        os.close(self._screen)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    person = Person(tmp_path)
    yield person
    person.close()


def test_a_conversation_at_a_terminal(person: Person, tmp_path: Path) -> None:
    assert "2 articles in the library default" in person.reads("/help")
    person.reads(PROMPT)

    person.types("Where is the mill?" + ENTER)
    assert streaming.CHECKING in person.reads("Perhaps it was the new mill.")
    person.reads(f"{QUOTE} [1]")
    person.reads("[1] Talks at the mill · Ada Byron · 27 June 2023")
    person.reads(PROMPT)

    person.types(UP + ENTER)
    person.reads(f"{QUOTE} [1]")
    person.reads(PROMPT)

    person.types("A slow question about the mill" + ENTER)
    person.reads("Perhaps it was the new mill.")
    person.types(CTRL_C)
    assert QUOTE not in person.reads("stopped")
    person.reads(PROMPT)

    person.types("/passage 1" + ENTER)
    person.reads("Envoys came on Sunday")
    person.reads(QUOTE)
    person.reads("has ground no corn")
    person.reads(PROMPT)

    person.types("/passage 7" + ENTER)
    person.reads("the last answer has no quote '7'")
    person.reads(PROMPT)

    person.types("/since June 2023" + ENTER)
    person.reads("Only articles since 1 June 2023.")
    person.reads(PROMPT)

    person.types(f"/save {tmp_path / 'talk.md'}" + ENTER)
    person.reads("2 turns saved")
    person.reads(PROMPT)

    person.types(CTRL_C)
    person.reads("/quit or Ctrl-D ends the conversation.")
    person.reads(PROMPT)

    person.types("never mind" + CTRL_C + CTRL_D)
    assert person.leaves() == 0

    written = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert written.count("## Where is the mill?") == 2
    assert "slow" not in written
    assert stat.S_IMODE((tmp_path / "chat-history").stat().st_mode) == 0o600
