"""Passages with their vectors, as they go into a catalog and as they come out of its rows. Pure.

How vectors become bytes is left to quantization.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrieval.domain import Passage, Sentence
from retrieval.index.quantization import (
    dequantize_sentence_vectors,
    dequantize_vectors,
    pack_spans,
    quantize_sentence_vectors,
    quantize_vector,
    unpack_spans,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

PASSAGE_COLUMNS = 'p.id, p.article_id, p."start", p."end", p.text, p.sentences'
"""Of the table of passages as `p`, in the order of `unpack_passage`."""
STORED_COLUMNS = f"{PASSAGE_COLUMNS}, vector, sentence_vectors"
"""Of the tables of passages, as `p`, and of vectors, in the order of what unpacks passages with their vectors."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its vector (d,) and one vector per sentence (n, d), all of unit length within 0.5 %."""

    passage: Passage
    vector: NDArray[np.float32]
    sentence_vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class QuantizedPassage:
    """A passage as it goes in: encoded and packed."""

    passage: Passage
    vector: bytes
    sentence_vectors: bytes

    @classmethod
    def pack(
        cls, passage: Passage, vector: NDArray[np.float32], sentence_vectors: NDArray[np.float32]
    ) -> QuantizedPassage:
        """Pack what the encoder made of a passage."""
        return cls(passage, quantize_vector(vector), quantize_sentence_vectors(sentence_vectors))


def pack_passage(number: int, position: int, quantized: QuantizedPassage) -> tuple[Any, ...]:
    """Return the row of a passage, without its own vector; its position counts from 0 in its article."""
    p = quantized.passage
    return number, p.id, p.article_id, position, p.start, p.end, p.text, pack_spans(p), quantized.sentence_vectors


def unpack_passage(row: Sequence[Any]) -> Passage:
    """Return the passage of a row of PASSAGE_COLUMNS."""
    key, article_id, start, end, text, spans = row
    sentences = tuple(Sentence(start + a, start + b, text[a:b]) for a, b in unpack_spans(spans))
    return Passage(key, article_id, start, end, text, sentences)


def unpack_quantized_passage(row: Sequence[Any]) -> QuantizedPassage:
    """Return the passage of a row of STORED_COLUMNS as it went in."""
    *passage, vector, sentence_vectors = row
    return QuantizedPassage(unpack_passage(passage), vector, sentence_vectors)


def unpack_stored_passages(rows: Sequence[Sequence[Any]], dimension: int) -> list[StoredPassage]:
    """Return the passages of rows of STORED_COLUMNS with their vectors, which have so many dimensions."""
    vectors = dequantize_vectors([row[-2] for row in rows], dimension)
    sentence_vectors = dequantize_sentence_vectors([row[-1] for row in rows], dimension)
    return [
        StoredPassage(unpack_passage(row[:-2]), vector, of_sentences)
        for row, vector, of_sentences in zip(rows, vectors, sentence_vectors, strict=True)
    ]
