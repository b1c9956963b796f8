"""Passages -> vectors with the bundled model's layers: one run gives a passage's vector and its sentences'.

Loads nothing: layers, word vectors and tokenizer are passed in.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from retrieval.encoder.late_sentences import find_token_ranges, place_sentences
from retrieval.encoder.onnx_encoder import THREADS, replace_lone_surrogates
from retrieval.encoder.protocol import EncodedPassage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from retrieval.domain import Passage, Span
    from retrieval.encoder.layers import Layers

BATCH_TOKENS = 1_024
"""Tokens in a run: passages of 200 are equally fast in batches of 4 to 16, briefs of 30 want 16 to 32."""
BATCH_TEXTS = 32


class BatchEncoder:
    """Encodes texts of similar length together, without prompts; threads may share it."""

    def __init__(self, layers: Layers, table: NDArray[np.float32], tokenizer: Tokenizer) -> None:
        """Take word vectors (words, d), and a tokenizer that truncates at the window and does not pad."""
        self._layers = layers
        self._table = table
        self._tokenizer = tokenizer
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="passages")

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors (n, d) of texts."""
        import numpy as np

        encoded = self._encode(list(map(replace_lone_surrogates, texts)), [()] * len(texts))
        return np.array([each.vector for each in encoded], np.float32).reshape(len(texts), self._table.shape[1])

    def encode_passages(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[EncodedPassage]:
        """Encode each passage behind its header, and its sentences.

        A sentence's vector is the mean of the token outputs inside it; a sentence without a token gets its passage's.
        """
        return self._encode(*place_sentences(passages, headers))

    def _encode(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[EncodedPassage]:
        encodings = self._tokenizer.encode_batch(list(texts))
        encoded: dict[int, EncodedPassage] = {}

        def run(batch: list[int]) -> list[EncodedPassage]:
            return self._run([encodings[index] for index in batch], [spans[index] for index in batch])

        batches = list(make_batches([len(each.ids) for each in encodings]))
        for batch, found in zip(batches, self._pool.map(run, batches), strict=True):
            encoded.update(zip(batch, found, strict=True))
        return [encoded[index] for index in range(len(texts))]

    def _run(self, encodings: Sequence[Encoding], spans: Sequence[Sequence[Span]]) -> list[EncodedPassage]:
        import numpy as np

        lengths = [len(each.ids) for each in encodings]
        ids = np.zeros((len(encodings), max(lengths)), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : lengths[row]] = encoding.ids
            mask[row, : lengths[row]] = 1
        vectors, outputs = self._layers.run(self._table[ids], mask)
        return [
            EncodedPassage(vector, pool_sentences(tokens, vector, find_token_ranges(encoding.offsets, its, shift=0)))
            for vector, tokens, encoding, its in zip(vectors, outputs, encodings, spans, strict=True)
        ]


def make_batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the numbers of texts that are run together, the longest first: neighbours in length need little padding."""
    batch = list[int]()
    for number in sorted(range(len(lengths)), key=lambda each: lengths[each], reverse=True):
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * lengths[batch[0]] > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def pool_sentences(
    tokens: NDArray[np.float32], vector: NDArray[np.float32], ranges: Sequence[tuple[int, int]]
) -> NDArray[np.float32]:
    """Return unit vectors (n, d): of each range of tokens (t, d) their mean, the passage's vector where it is empty."""
    import numpy as np

    rows = np.array([tokens[start:end].mean(0) if start < end else vector for start, end in ranges], np.float32)
    rows = rows.reshape(-1, len(vector))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    filled = np.array([start < end for start, end in ranges], bool)
    rows[filled] /= np.maximum(lengths[filled], 1e-12)
    return rows
