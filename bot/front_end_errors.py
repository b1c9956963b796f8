"""Errors that the front ends add to those of retrieval: they reach a user, or cross modules.

ClippingsError
GoldenInvalid           a golden file can't be used, or its articles can't satisfy it; an InputError
ClosingError            the Discord bot is about to stop
QuestionRefused         a question on Discord is not looked into; says why
Undeliverable           an answer can't be delivered where it was asked for
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

REPEATED_AFTER_SECONDS = 60.0
"""How long a refusal that everybody reads is not repeated to the same person."""
SHOWN_FAULTS = 20
"""Faults of a golden file that are reported at once."""


class ClosingError(ClippingsError):
    """The bot is about to stop and takes no more work."""

    def __init__(self, message: str = "The bot is about to restart: ask again in a minute.") -> None:
        super().__init__(message)


class QuestionRefused(Exception):
    """A question that is not looked into; `text` says why.

    Where others read it, one person gets a refusal `about` the same reason once in `seconds`.
    """

    def __init__(self, text: str, about: str = "", seconds: float = REPEATED_AFTER_SECONDS) -> None:
        super().__init__(text)
        self.text = text
        self.about = about or text
        self.seconds = seconds


class Undeliverable(Exception):
    """The answer can't get to where it was asked for, and the asker knows, or it no longer matters."""


class GoldenInvalid(InputError):
    """A golden file that can't be used, or that its articles can't satisfy; a line for each of the first faults."""

    def __init__(self, faults: Sequence[str]) -> None:
        more = [f"and {len(faults) - SHOWN_FAULTS} more"] if len(faults) > SHOWN_FAULTS else []
        self.faults = tuple(faults)
        super().__init__("\n".join([*self.faults[:SHOWN_FAULTS], *more]))

    def __reduce__(self) -> tuple[type[GoldenInvalid], tuple[tuple[str, ...]]]:
        return type(self), (self.faults,)
