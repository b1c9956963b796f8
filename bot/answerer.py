"""What a front end asks: the one interface of quoting answerers and chat models. What is behind it, `wiring` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Answer, Ask


class Answerer(Protocol):
    """Answers questions from one library; what a front end talks to, whether a chat model is set or not."""

    def invoke(self, ask: Ask, /) -> Answer:
        """Answer a question; raise InputError or LibraryError when it can't be asked."""

    def stream(self, ask: Ask, /) -> Iterator[str | Answer]:
        """Yield pieces of a draft as it is written, unchecked, and lastly the answer, which alone is to be kept.

        Closing the iterator stops the work.
        """
