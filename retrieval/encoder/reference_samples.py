"""Samples with torch's float32 vectors: what an engine for the bundled model is compared with before it is used.

The vectors are made by `python -m tests.benchmarks.bundled_graph`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.domain import Passage, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.encoder.protocol import EncodedPassage

REFERENCE = Path(__file__).with_name("minilm_reference.npy")


def _make_sample(*sentences: str) -> Passage:
    placed, start = [], 0
    for each in sentences:
        placed.append(Sentence(start, start + len(each), each))
        start += len(each) + 1
    return Passage("", "", 0, start - 1, " ".join(sentences), tuple(placed))


SAMPLES = (
    _make_sample("Where?"),
    _make_sample("Where did the talks between the two foreign ministers take place?"),
    _make_sample(
        "The harbour board approved the new breakwater on 14 March 2019, after a debate of six hours.",
        "It will cost 41.6 million euros, a third of which the city pays.",
        "“Nobody wanted it, and everybody will use it,” said Marta Lindqvist, who chairs the board.",
    ),
    _make_sample(
        "Qu'a dit le président à Pékin ?", "Что он сказал?", "他说了什么？", "«Talks», he said — nothing more! 🙂"
    ),
    _make_sample("Revenue rose 12.4% to $3.2bn; costs fell to $1.9bn (2021: $2.1bn).", "EBITDA: n/a."),
    _make_sample(
        *(
            f"In the {ordinal} chapter the narrator returns to the valley, finds the mill shut and the orchard sold, "
            "and asks whether the river was ever as wide as he remembers."
            for ordinal in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
        )
    ),
)
"""Short, usual and longer than the window; figures, quotation marks and other scripts."""


def list_vectors(encoded: Iterable[EncodedPassage]) -> NDArray[np.float32]:
    """Return the vectors of passages, each before those of its sentences, as one matrix (rows, d)."""
    import numpy as np

    return np.concatenate([rows for each in encoded for rows in (each.vector[None], each.sentence_vectors)])


def compare_with_reference(encoded: Sequence[EncodedPassage]) -> float:
    """Return the least cosine between vectors of the samples and of their sentences, and torch's."""
    import numpy as np

    reference = np.load(REFERENCE).astype(np.float32)
    reference /= np.linalg.norm(reference, axis=1, keepdims=True)
    return float((list_vectors(encoded) * reference).sum(axis=1).min())
