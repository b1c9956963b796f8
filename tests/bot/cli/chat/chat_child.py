"""A conversation at the terminal that is this process's standard input; test_chat_terminal.py types and reads.

Usage: chat_child.py HOME; everything is real but the model of the library and who answers.
"""

import os
import signal
import sys
from pathlib import Path

from bot import wiring
from bot.cli.main import run
from tests.bot.scripted_answers import ScriptedAnswerer, make_small_library


def main(home: Path) -> int:
    # A shell's background job hands down that Ctrl-C is ignored, and Python leaves it so.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The first terminal that a session leader opens is the one whose Ctrl-C interrupts it.
    os.close(os.open(os.ttyname(sys.stdin.fileno()), os.O_RDWR))
    library = make_small_library(home / "libraries" / "default")
    answerer = ScriptedAnswerer(("Perhaps it was ", "the new mill. "))
    wiring.open_library = lambda *_, **__: library
    wiring.build_answerer = lambda *_: answerer
    return run(["chat"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
