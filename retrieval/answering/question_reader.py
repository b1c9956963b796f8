"""A question held together with the encoder that reads texts with it; which texts are read is left to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.encoder import Encoder, Window, WindowReading


class WindowReader(Protocol):
    """One question, and how well texts answer it."""

    def read(self, windows: Sequence[Window], /) -> Sequence[WindowReading]:
        """Read each window with the question."""

    def compare(self, text: str, /) -> float:
        """Return the cosine of the question's vector and that of a text by itself."""

    def liken(self, one: str, other: str, /) -> float:
        """Return the cosine of the vectors of two texts."""


@dataclass(frozen=True, slots=True)
class QuestionReader:
    """A `WindowReader` with an encoder; each text is read once."""

    question: str
    encoder: Encoder
    _readings: dict[Window, WindowReading] = field(default_factory=dict)
    _cosines: dict[tuple[str, str], float] = field(default_factory=dict)

    def read(self, windows: Sequence[Window]) -> list[WindowReading]:
        """Read each window with the question."""
        new = [each for each in dict.fromkeys(windows) if each not in self._readings]
        self._readings.update(zip(new, self.encoder.read_windows(self.question, new) if new else [], strict=True))
        return [self._readings[each] for each in windows]

    def compare(self, text: str) -> float:
        """Return the cosine of the question's vector and that of a text by itself, each read as a question."""
        return self.liken(self.question, text)

    def liken(self, one: str, other: str) -> float:
        """Return the cosine of the vectors of two texts, each read as a question."""
        if (one, other) not in self._cosines:
            vectors = [self.encoder.encode_question(each) for each in (one, other)]
            self._cosines[one, other] = float(vectors[0] @ vectors[1])
        return self._cosines[one, other]
