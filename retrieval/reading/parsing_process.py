"""Parses files in a process of its own: other projects' parsers may take forever, or break down.

What is parsed and how is left to the parsers. The process is started for the first such file, and ends with `close`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

from retrieval.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_PROGRAM = "import sys; sys.path[:] = {path!r}; from retrieval.reading.parsing_process import serve; serve()"


class ParsingProcess:
    """A process that parses one file after the other, and is stopped when one takes longer than `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def parse(self, parse: Callable[[bytes], T], data: bytes) -> T:
        """Return what `parse`, a function of a module, makes of a file; raise UnreadableError as it does.

        So do a file that takes too long and one at which the process breaks down.
        """
        process = self._process = self._process or _start()
        stopped = Timer(self._seconds, process.kill)
        stopped.start()
        try:
            found = _exchange(process, (parse, data))
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            late = not stopped.is_alive()
            self.close()
            if late:
                raise UnreadableError(
                    f"takes longer than {self._seconds:g} s to read; split it, or raise CLIPPINGS_MAX_FILE_SECONDS"
                ) from error
            raise UnreadableError("breaks down the program that reads it; export it as text") from error
        finally:
            stopped.cancel()
        if isinstance(found, UnreadableError):
            raise found
        return found

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()


def serve() -> None:
    """Parse what comes on standard input until it ends; each reply on standard output is the result or an error."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no reply
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            parse, data = pickle.load(sys.stdin.buffer)
            try:
                reply: object = parse(data)
            except UnreadableError as error:
                reply = UnreadableError(str(error))
            pickle.dump(reply, replies)
            replies.flush()


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _PROGRAM.format(path=sys.path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _exchange(process: subprocess.Popen[bytes], request: tuple[Callable[[bytes], T], bytes]) -> T | UnreadableError:
    sent, received = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
    pickle.dump(request, sent)
    sent.flush()
    reply: T | UnreadableError = pickle.load(received)
    return reply
