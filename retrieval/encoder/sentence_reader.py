"""A question or a claim and sentences read together -> how well they answer or carry it: small cross-encoders, shipped.

Made from all-MiniLM-L6-v2 by `python -m tests.benchmarks.reader_training`; docs/reader.md is their model card. A file
holds the layers, in 8 bit; the word vectors are the bundled model's own, mapped from its package.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.encoder import weights
from retrieval.encoder.bundled_weights import WORD_VECTORS
from retrieval.encoder.onnx_encoder import THREADS, open_session, replace_lone_surrogates
from retrieval.encoder.protocol import WindowReading
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from retrieval.encoder.bundled_model import BundledModel
    from retrieval.encoder.protocol import Window


@dataclass(frozen=True, slots=True)
class Graph:
    """A shipped file, and the hash that it must have."""

    path: Path
    sha256: str


FOR_QUESTIONS = Graph(
    Path(__file__).with_name("sentence_reader.onnx"),
    "7f24646e64e6fda65a5c3734004fdd9531f0ec46bf5e88a48b2c27545c52efdd",
)
FOR_CLAIMS = Graph(
    Path(__file__).with_name("claim_reader.onnx"),
    "f220beac2d58428f2008862a8135d3958d83f9ed047cde07e5f1d9856fce59ec",
)
CLS, SEP = 101, 102
QUESTION_TOKENS = 64
"""Tokens that are read of a question."""
WINDOW_TOKENS = 224
"""Tokens that are read of a question and a window together; what follows is not read."""


UNREAD = -10.0
"""The log-odds given to a sentence that lies beyond what is read."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The ids that are read, how many of them come before the window, and each sentence's places among them.

    A sentence of which nothing is read has none.
    """

    ids: list[int]
    first: int
    sentences: list[NDArray[np.int64]]


class SentenceReader:
    """Reads windows of an article with a question; threads may share it. Raises ModelError where its file is damaged.

    Windows are read one by one, each by one thread: the caller's, and one that helps where there are several. There is
    no padding, a busy machine makes nobody wait for a thread, and the longest come first, so that both end at about the
    same time.
    """

    def __init__(self, bundled: BundledModel, graph: Graph = FOR_QUESTIONS) -> None:
        """Take the bundled model, whose tokenizer and word vectors are the reader's, too, and its own layers."""
        self._bundled, self._graph = bundled, graph
        self._lock = threading.RLock()

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Return what is read of each window."""
        tokenizer, _, _, helpers = self._parts
        laid_out = [lay_out_tokens(tokenizer, question, window) for window in windows]
        waiting = deque(sorted(range(len(windows)), key=lambda n: -len(laid_out[n].ids)))
        readings: dict[int, WindowReading] = {}

        def read_waiting() -> None:
            while True:
                try:
                    number = waiting.popleft()
                except IndexError:  # the other has taken the last one
                    return
                readings[number] = self._read(laid_out[number])

        helping = helpers.submit(read_waiting) if len(windows) > 1 else None
        read_waiting()
        if helping and not helping.cancel():
            helping.result()
        return [readings[number] for number in range(len(windows))]

    def _read(self, tokens: Tokens) -> WindowReading:
        import numpy as np

        _, vectors, session, _ = self._parts
        types = np.zeros((1, len(tokens.ids)), np.int64)
        types[0, tokens.first :] = 1
        pool = np.zeros((len(tokens.sentences), len(tokens.ids)), np.float32)
        for row, places in zip(pool, tokens.sentences, strict=True):
            row[places] = 1 / max(1, len(places))
        feed = {"words": vectors[tokens.ids][None], "types": types, "pool": pool}
        odds, passage, claim = session.run(None, feed)
        unread = pool.sum(axis=1) == 0
        odds[unread] = UNREAD
        return WindowReading(tuple(map(float, odds)), float(passage[0]), float(claim[0]))

    @cached_property
    def _parts(self) -> tuple[Tokenizer, NDArray[np.float32], Any, Any]:
        """Return what reads: the tokenizer, the word vectors, the graph, and the thread that helps."""
        from concurrent.futures import ThreadPoolExecutor

        with self._lock:
            if loaded := self.__dict__.get("_parts"):
                found: tuple[Tokenizer, NDArray[np.float32], Any, Any] = loaded
                return found
            path = self._graph.path
            if not path.is_file() or weights.hash_file(path) != self._graph.sha256:
                raise ModelError(f"{path} is missing or altered: reinstall clippings-archive.")
            helpers = ThreadPoolExecutor(THREADS - 1, thread_name_prefix="reader")
            tokenizer = self._bundled.truncating_tokenizer  # at more than is read of a window
            return tokenizer, self._bundled.tensors[WORD_VECTORS], open_session(path), helpers


def lay_out_tokens(tokenizer: Tokenizer, question: str, window: Window) -> Tokens:
    """Return what is read of a question and a window."""
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
    return Tokens(ids, first, places)
