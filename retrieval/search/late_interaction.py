"""Late interaction: how closely a text matches a question word by word, reworded or not. Pure, given token vectors.

Each topic word of the question is matched with the token of the text that is most like it in context; the cosines
are averaged by the words' weights. This is the late interaction of ColBERT (Khattab and Zaharia 2020, "MaxSim"), over
the token outputs of the passage encoder and weighted by inverse document frequency.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.domain import Span
    from retrieval.search.query import Terms

_WORD = re.compile(r"\w+")


def spread_weights(
    text: str, spans: Sequence[Span], weights: Mapping[str, float], *, terms: Terms
) -> NDArray[np.float32]:
    """Divide each topic word's weight among its tokens; return shape (tokens,), 0 for all other tokens."""
    divided = np.zeros(len(spans), dtype=np.float32)
    for word in _WORD.finditer(text):
        weight = sum(weights.get(term, 0.0) for term in terms(word.group()))
        inside = [i for i, span in enumerate(spans) if word.start() <= span.start < span.end <= word.end()]
        if weight and inside:
            divided[inside] = weight / len(inside)
    return divided


def compute_maxsim(question: NDArray[np.float32], weights: NDArray[np.float32], text: NDArray[np.float32]) -> float:
    """Return the weighted mean, over the question's tokens (q, d), of the highest cosine with the text's (t, d).

    All vectors are of unit length; 0 where nothing has weight.
    """
    total = float(weights.sum())
    if not total or not len(text):
        return 0.0
    return float(weights @ (question @ text.T).max(axis=1)) / total
