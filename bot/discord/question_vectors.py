"""Questions as vectors, to compare them with each other; kept by a hash, so that no question is held here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.encoder import Encoder

MOST_VECTORS = 4_000
"""Vectors that are kept: encoding a thousand questions takes 6 s, comparing them half a second."""


class QuestionVectors:
    """The vectors of questions that were compared before; to be used from any thread."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[int, NDArray[np.float32]] = {}

    def encode(self, question: str) -> NDArray[np.float32]:
        """Return a question's vector; takes milliseconds where it is not known."""
        key = hash(question)
        vector = self._vectors.get(key)
        if vector is None:
            if len(self._vectors) >= MOST_VECTORS:
                self._vectors.clear()
            vector = self._vectors[key] = self._encoder.encode_question(question)
        return vector
