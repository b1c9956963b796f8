"""Late sentence vectors: which of a passage's tokens are a sentence's, so that their outputs' mean is its vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Span
from retrieval.encoder.onnx_encoder import replace_lone_surrogates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Passage


def place_sentences(passages: Sequence[Passage], headers: Sequence[str]) -> tuple[list[str], list[list[Span]]]:
    """Return each passage's text behind its header, and where in it its sentences stand."""
    texts, spans = [], []
    for passage, header in zip(passages, headers, strict=True):
        shift = len(header) - passage.start
        texts.append(replace_lone_surrogates(header + passage.text))
        spans.append([Span(sentence.start + shift, sentence.end + shift) for sentence in passage.sentences])
    return texts, spans


def find_token_ranges(
    offsets: Sequence[tuple[int, int]], sentences: Sequence[Span], *, shift: int
) -> list[tuple[int, int]]:
    """Return for each sentence, moved by `shift`, the range of tokens that end inside it; (0, 0) when none does.

    A token belongs where it ends: some tokenizers count the space before a word as part of the word. Special tokens
    and padding have empty offsets.
    """
    import numpy as np

    bounds = np.asarray(offsets)
    numbers = np.flatnonzero(bounds[:, 1] > bounds[:, 0])
    edges = np.asarray(sentences, dtype=int).reshape(-1, 2) + shift
    cuts = np.searchsorted(bounds[numbers, 1], edges, side="right")
    return [(int(numbers[first]), int(numbers[last - 1]) + 1) if first < last else (0, 0) for first, last in cuts]
