"""The encoder: the bundled model or any other of sentence-transformers, found and opened when first needed."""

from __future__ import annotations

import threading
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from retrieval.encoder import onnx_encoder, weights
from retrieval.encoder.bundled_model import BundledModel
from retrieval.encoder.exported_model import ExportedModel
from retrieval.encoder.sentence_reader import FOR_CLAIMS, SentenceReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.domain import Passage
    from retrieval.encoder.engine_choice import Precision, Runtime
    from retrieval.encoder.protocol import EncodedPassage, TokenVectors, Window, WindowReading

REMEMBERED_QUESTIONS = 64
"""Questions whose vectors are kept: each is needed to understand a question, and again to search for it."""


class SentenceEncoder:
    """Encodes passages and questions with a model, and reads windows with the shipped reader.

    The folder `cache` holds what was measured, and exports of models other than the bundled one; `engine` is what runs
    the bundled one, whose files may be in the folder `bundled`. Threads may share an encoder. Whatever needs the model
    raises ModelError when it is missing, altered or unusable.
    """

    def __init__(
        self,
        model: str = weights.DEFAULT_MODEL,
        *,
        cache: Path,
        precision: Precision = "auto",
        engine: Runtime = "auto",
        bundled: Path | None = None,
    ) -> None:
        self._name = model
        self._cache = cache
        self._bundled = BundledModel(cache=cache, given=bundled, runtime=engine, precision=precision)
        self._precision: Precision = precision
        self._lock = threading.RLock()

    @property
    def model(self) -> str:
        """The model's one spelling: the default's short name, a folder's full path, or a hub name."""
        return self._model.name

    @property
    def fingerprint(self) -> str:
        """Model name and start of the weights' hash."""
        return self._model.fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._model.dimension

    @property
    def window(self) -> int:
        """How many tokens the model reads of a passage, special tokens included, its own prompt not."""
        return self._model.window

    @property
    def engine(self) -> str:
        """What encodes passages, in which precision."""
        return self._model.engine

    def measure(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return the token spans of each text in code points, without special tokens, not truncated."""
        return onnx_encoder.find_token_spans(self._model.tokenizer, texts)

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Return a question's unit vector (d,), behind the model's own prompt for questions, cut at its window."""
        return self._encode_question(question)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the vectors and spans of the tokens of a few texts, each read as a question."""
        return self._model.questions.encode_tokens(texts) if texts else []

    def read_windows(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Read a question and each window together, with the shipped reader, whatever model encodes."""
        return self._reader.read(question, windows)

    def read_claim(self, claim: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Read a claim and each window together, with the shipped reader of claims, whatever model encodes."""
        return self._claim_reader.read(claim, windows)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors (n, d) of texts as documents, cut at the model's window."""
        return self._model.passages.encode_texts(texts)

    def encode_passages(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[EncodedPassage]:
        """Encode each passage behind its header, and its sentences in the same forward pass where the model can."""
        return self._model.passages.encode_passages(passages, headers)

    def prepare(self) -> None:
        """Do now what the first question would have to wait for, once per model: find it, or export it."""
        self._model.prepare()

    def find_problems(self) -> list[str]:
        """Describe in one line each what is missing or altered; reads all of the model's files."""
        return self._model.find_problems()

    def describe(self) -> dict[str, str | int]:
        """Return, without loading anything, which model this is, for which languages, and what runs it."""
        return self._model.describe()

    @cached_property
    def _model(self) -> BundledModel | ExportedModel:
        name = weights.normalize_name(self._name)
        if name == weights.DEFAULT_MODEL:
            return self._bundled
        return ExportedModel(name, cache=self._cache, precision=self._precision)

    @cached_property
    def _reader(self) -> SentenceReader:
        with self._lock:
            return SentenceReader(self._bundled)

    @cached_property
    def _claim_reader(self) -> SentenceReader:
        with self._lock:
            return SentenceReader(self._bundled, FOR_CLAIMS)

    @cached_property
    def _encode_question(self) -> Callable[[str], NDArray[np.float32]]:
        encoder = self._model.questions

        def encode(question: str) -> NDArray[np.float32]:
            vector = encoder.encode_question(question)
            vector.setflags(write=False)
            return vector

        return lru_cache(maxsize=REMEMBERED_QUESTIONS)(encode)
