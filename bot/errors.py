"""Errors that the front ends add to those of retrieval: they reach a user, or cross modules.

ClippingsError
ClosingError        the Discord bot is about to stop
QuestionRefused         a question on Discord is not looked into; says why
Undeliverable           an answer can't be delivered where it was asked for
"""

from __future__ import annotations

from retrieval.errors import ClippingsError

REPEATED_AFTER_SECONDS = 60.0
"""How long a refusal that everybody reads is not repeated to the same person."""


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
