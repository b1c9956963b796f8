"""Vectors -> bytes and back, small enough to keep every sentence of a large archive. Pure.

A passage vector is kept in half precision: its cosines stay within 0.0002. Sentence vectors are kept as one scale and
one signed byte per component: their cosines stay within about 0.002, which no ranking here can feel.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.domain import Passage


def quantize_vector(vector: NDArray[np.float32]) -> bytes:
    """Return a vector (d,) in half precision, little-endian."""
    return bytes(vector.astype("<f2").tobytes())


def dequantize_vectors(blobs: Sequence[bytes], dimension: int) -> NDArray[np.float32]:
    """Return packed vectors as one matrix (n, d)."""
    return np.frombuffer(b"".join(blobs), "<f2").reshape(-1, dimension).astype(np.float32)


def quantize_sentence_vectors(vectors: NDArray[np.float32]) -> bytes:
    """Return vectors (n, d) as n scales in single precision, followed by n x d signed bytes."""
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), 1e-12).astype("<f4") / np.float32(127)
    return bytes(scales.tobytes() + np.rint(vectors / scales[:, None]).astype("i1").tobytes())


def dequantize_sentence_vectors(blobs: Sequence[bytes], dimension: int) -> list[NDArray[np.float32]]:
    """Return packed sentence vectors as a matrix (n, d) each, all parts of one array: a call a passage would cost."""
    counts = [len(blob) // (4 + dimension) for blob in blobs]
    packed = list(zip(blobs, counts, strict=True))
    scales = np.frombuffer(b"".join(blob[: 4 * count] for blob, count in packed), "<f4")
    steps = np.frombuffer(b"".join(blob[4 * count :] for blob, count in packed), "i1").reshape(-1, dimension)
    vectors = np.asarray(steps * scales[:, None], dtype=np.float32)
    return [vectors[end - count : end] for count, end in zip(counts, accumulate(counts), strict=True)]


def pack_spans(passage: Passage) -> bytes:
    """Return the offsets of a passage's sentences, relative to the passage."""
    return np.array([(s.start - passage.start, s.end - passage.start) for s in passage.sentences], "<i4").tobytes()


def unpack_spans(blob: bytes) -> list[tuple[int, int]]:
    """Return sentence offsets relative to their passage."""
    return [(int(start), int(end)) for start, end in np.frombuffer(blob, "<i4").reshape(-1, 2).tolist()]
