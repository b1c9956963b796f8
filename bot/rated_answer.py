"""An answer that people rated, as a front end hands it to evaluation: plain values, with nobody's name in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from retrieval.domain import Answer, Ask


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """What was asked, what was answered from which library, and the votes on it.

    `hits` are (article id, start, end, score) of the passages that were ranked best; `generation` is the library's.
    """

    asked: Ask
    answer: Answer
    library: str
    generation: int
    hits: tuple[tuple[str, int, int, float], ...]
    asked_at: datetime
    up: int
    down: int
