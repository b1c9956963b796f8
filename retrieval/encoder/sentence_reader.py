"""A question and sentences read together -> how well each sentence answers: a small cross-encoder that is shipped.

Made from all-MiniLM-L6-v2 by `python -m tests.benchmarks.reader_training`; docs/reader.md is its model card. The file
holds the layers, in 8 bit; the word vectors are the bundled model's own, mapped from its package.
"""

from __future__ import annotations

import json
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.encoder import weights
from retrieval.encoder.onnx_encoder import THREADS, fold_more_letters, open_session, replace_lone_surrogates
from retrieval.encoder.protocol import WindowReading
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from retrieval.encoder.protocol import Window

GRAPH = Path(__file__).with_name("sentence_reader.onnx")
GRAPH_SHA256 = "0ed54aaa5ca2a2d9db9a5a1aeab9965c1c120b72ccc886e1fb8de12f10c8f022"
WORD_VECTORS = "embeddings.word_embeddings.weight"
CLS, SEP = 101, 102
QUESTION_TOKENS = 64
"""Tokens that are read of a question."""
WINDOW_TOKENS = 224
"""Tokens that are read of a question and a window together; what follows is not read."""


UNREAD = -10.0
"""The log-odds given to a sentence that lies beyond what is read."""


class SentenceReader:
    """Reads windows of an article with a question; threads may share it. Raises ModelError where its file is damaged.

    Windows are read one by one, two at a time, each by one thread: no padding, and nothing waits for another.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Return what is read of each window."""
        return list(self._parts[3].map(lambda window: self._read(question, window), windows))

    def _read(self, question: str, window: Window) -> WindowReading:
        import numpy as np

        tokenizer, vectors, session, _ = self._parts
        ids, first, sentences = lay_out_tokens(tokenizer, question, window)
        types = np.zeros((1, len(ids)), np.int64)
        types[0, first:] = 1
        pool = np.zeros((len(sentences), len(ids)), np.float32)
        for row, places in zip(pool, sentences, strict=True):
            row[places] = 1 / max(1, len(places))
        feed = {"words": vectors[ids][None], "types": types, "pool": pool}
        odds, passage, claim = session.run(None, feed)
        unread = pool.sum(axis=1) == 0
        odds[unread] = UNREAD
        return WindowReading(tuple(map(float, odds)), float(passage[0]), float(claim[0]))

    @cached_property
    def _parts(self) -> tuple[Tokenizer, NDArray[np.float32], Any, Any]:
        """Return what reads: the tokenizer, the word vectors, the graph, and the threads."""
        from concurrent.futures import ThreadPoolExecutor

        with self._lock:
            if loaded := self.__dict__.get("_parts"):
                found: tuple[Tokenizer, NDArray[np.float32], Any, Any] = loaded
                return found
            if not GRAPH.is_file() or weights.hash_file(GRAPH) != GRAPH_SHA256:
                raise ModelError(f"{GRAPH} is missing or altered: reinstall clippings-archive.")
            folder = weights.find_model(weights.DEFAULT_MODEL).folder
            pool = ThreadPoolExecutor(THREADS, thread_name_prefix="reader")
            return load_tokenizer(folder), map_word_vectors(folder / "model.safetensors"), open_session(GRAPH), pool


def lay_out_tokens(
    tokenizer: Tokenizer, question: str, window: Window
) -> tuple[list[int], int, list[NDArray[np.int64]]]:
    """Return the ids that are read, how many of them come before the window, and each sentence's places among them.

    A sentence of which nothing is read has none.
    """
    import numpy as np

    head = f"{window.head}. " if window.head else ""
    asked = tokenizer.encode(replace_lone_surrogates(question), add_special_tokens=False).ids[:QUESTION_TOKENS]
    read = tokenizer.encode(replace_lone_surrogates(head + window.text), add_special_tokens=False)
    room = WINDOW_TOKENS - len(asked) - 3
    ids = [CLS, *asked, SEP, *read.ids[:room], SEP]
    first = len(asked) + 2
    starts = np.array([start - len(head) for start, _ in read.offsets[:room]])
    ends = np.array([end - len(head) for _, end in read.offsets[:room]])
    places = [np.flatnonzero((starts >= start) & (ends <= end)) + first for start, end in window.sentences]
    return ids, first, places


def load_tokenizer(folder: Path) -> Tokenizer:
    """Load a model's tokenizer, without padding and truncation."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    fold_more_letters(tokenizer)
    return tokenizer


def map_word_vectors(path: Path) -> NDArray[np.float32]:
    """Map a model's word vectors (words, d) into memory from its safetensors file, whose header is JSON."""
    import numpy as np

    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        described = json.loads(file.read(length))[WORD_VECTORS]
    start, _ = described["data_offsets"]
    return np.memmap(path, np.float32, "r", 8 + length + start, tuple(described["shape"]))
