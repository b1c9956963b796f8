"""What the rest of the project knows of an encoder; tests put a fake in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.domain import Passage, Span


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage's vector (d,) and its sentences' vectors (n, d), all of unit length."""

    vector: NDArray[np.float32]
    sentence_vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The vectors (t, d) of a text's tokens in context, of unit length, and the span of each token in the text.

    Special tokens are left out. Compare such vectors only with each other: d may differ from the encoder's dimension.
    """

    vectors: NDArray[np.float32]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring sentences of an article: their text, where each stands in it, and the head that they stand under."""

    head: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WindowReading:
    """How well a window answers a question, in log-odds: each of its sentences, and the window as a whole.

    Of a claim, the sentences carry it, and `claim` is of the window as a whole carrying it.
    """

    sentences: tuple[float, ...]
    answers: float
    claim: float = 0.0


class Encoder(Protocol):
    """Text to unit vectors of one length, comparable by their dot product."""

    @property
    def fingerprint(self) -> str:
        """Model name and first 12 hex digits of the weights' hash, as in "all-MiniLM-L6-v2@53aa51172d14"."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def window(self) -> int:
        """How many tokens the model reads of a passage, special tokens included."""

    @property
    def engine(self) -> str:
        """What encodes passages, in which precision, in words; opens it."""

    def measure(self, texts: Sequence[str]) -> Sequence[Sequence[tuple[int, int]]]:
        """Return the token spans of each text in code points, without special tokens, not truncated."""

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Return a question's unit vector (d,)."""

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Encode each text's tokens in context, as far as the window reaches; meant for a few short texts."""

    def encode_passages(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[EncodedPassage]:
        """Encode each passage behind its header, and its sentences with it."""

    def read_windows(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Read a question and each window together, as far as the reader's own window reaches."""

    def read_claim(self, claim: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Read a claim and each window together, as far as the reader's own window reaches."""
