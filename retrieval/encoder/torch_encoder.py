"""Passages -> vectors with sentence-transformers: one forward pass gives a passage's vector and its sentences'.

Loads a model from its folder; where the folder lies is left to `weights`.
"""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from retrieval.domain import Span
from retrieval.encoder.late_sentences import find_token_ranges, place_sentences
from retrieval.encoder.onnx_encoder import (
    configure_runtimes,
    fold_more_letters,
    locate_tokens,
    replace_lone_surrogates,
    select_token_vectors,
)
from retrieval.encoder.protocol import EncodedPassage, TokenVectors
from retrieval.errors import ModelError, summarize_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from retrieval.domain import Passage

BATCH = 16
"""Texts in a forward pass. Passages of 180 tokens per second of processor: 20.2 in batches of 8 or 16, 17.7 of 64."""
WORD = re.compile(r"\w+")


class TorchEncoder:
    """A loaded model with its prompts; threads may share it, and take turns with each batch."""

    def __init__(self, model: SentenceTransformer) -> None:
        self.model = model
        if backend := getattr(model.tokenizer, "backend_tokenizer", None):
            fold_more_letters(backend)
        self._lock = threading.Lock()
        self.dimension = get_dimension(model)
        self.prompt = get_document_prompt(model)
        self.after_pooling = find_modules_after_pooling(model)

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Return a question's unit vector (d,)."""
        vector: NDArray[np.float32] = self._encode([question], get_question_prompt(self.model), task="query")[0]
        return vector

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the token vectors of texts read as questions.

        A model whose token outputs can't be used (see `find_modules_after_pooling`) encodes each word by itself.
        """
        import torch

        prompt = get_question_prompt(self.model)
        if self.after_pooling is None:
            words = [[Span(*match.span()) for match in WORD.finditer(text)] for text in texts]
            encoded = self._encode_parts(texts, words, prompt, task="query")
            return [TokenVectors(vectors, tuple(spans)) for vectors, spans in zip(encoded, words, strict=True)]
        with self._lock, torch.inference_mode():
            features: Any = self.model.preprocess(
                list(map(replace_lone_surrogates, texts)), prompt=prompt, task="query"
            )
            encodings = features.encodings
            outputs = self.model(features, task="query")["token_embeddings"].numpy()
        return [
            select_token_vectors(rows, locate_tokens(encoding.offsets, text, shift=len(prompt)))
            for rows, encoding, text in zip(outputs, encodings, texts, strict=True)
        ]

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors (n, d) of texts as documents."""
        return self._encode(texts, self.prompt, task="document")

    def encode_passages(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[EncodedPassage]:
        """Encode each passage behind its header, and its sentences.

        A sentence's vector is the mean of the token outputs inside it, put through the modules after pooling; a
        sentence without a token gets its passage's vector. A model whose token outputs can't be used (see
        `find_modules_after_pooling`) encodes each sentence by itself.
        """
        texts, spans = place_sentences(passages, headers)
        if self.after_pooling is None:
            sentences = self._encode_parts(texts, spans, self.prompt, task="document")
            return [EncodedPassage(*vectors) for vectors in zip(self.encode_texts(texts), sentences, strict=True)]
        # Texts of similar length need little padding.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]), reverse=True)
        encoded: dict[int, EncodedPassage] = {}
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            texts_of_batch, spans_of_batch = [texts[index] for index in batch], [spans[index] for index in batch]
            vectors = self._encode_batch(texts_of_batch, spans_of_batch, self.after_pooling)
            encoded.update(zip(batch, vectors, strict=True))
        return [encoded[index] for index in range(len(texts))]

    def _encode(self, texts: Sequence[str], prompt: str, *, task: str) -> NDArray[np.float32]:
        import numpy as np

        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        readable = [replace_lone_surrogates(text) for text in texts]
        options: Any = {"prompt": prompt, "task": task, "batch_size": BATCH, "show_progress_bar": False}
        with self._lock:
            vectors = self.model.encode(readable, normalize_embeddings=True, **options)
        return np.asarray(vectors, dtype=np.float32)

    def _encode_parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], prompt: str, *, task: str
    ) -> list[NDArray[np.float32]]:
        """Encode each part of each text by itself."""
        parts = [text[start:end] for text, places in zip(texts, spans, strict=True) for start, end in places]
        vectors = self._encode(parts, prompt, task=task)
        bounds = pairwise(accumulate(map(len, spans), initial=0))
        return [vectors[start:end] for start, end in bounds]

    def _encode_batch(
        self, texts: list[str], spans: list[list[Span]], after_pooling: torch.nn.Module
    ) -> list[EncodedPassage]:
        """Encode one batch of passages, and their sentences by the token outputs inside them."""
        import numpy as np
        import torch

        with self._lock, torch.inference_mode():
            features: Any = self.model.preprocess(texts, prompt=self.prompt, task="document")
            ranges = [
                find_token_ranges(encoding.offsets, sentences, shift=len(self.prompt))
                for encoding, sentences in zip(features.encodings, spans, strict=True)
            ]
            outputs = self.model(features, task="document")
            vectors = normalize_vectors(outputs["sentence_embedding"], self.dimension)
            tokens = outputs["token_embeddings"]
            means = [
                tokens[row, start:end].mean(0)
                for row, of_passage in enumerate(ranges)
                for start, end in of_passage
                if start < end
            ]
            pooled = torch.stack(means) if means else tokens.new_empty((0, tokens.shape[-1]))
            projected = after_pooling({"sentence_embedding": pooled})["sentence_embedding"]
            of_sentences = iter(normalize_vectors(projected, self.dimension))
        encoded = []
        for vector, of_passage in zip(vectors, ranges, strict=True):
            rows = [next(of_sentences) if start < end else vector for start, end in of_passage]
            encoded.append(EncodedPassage(vector, np.array(rows, np.float32).reshape(-1, self.dimension)))
        return encoded


def find_modules_after_pooling(model: SentenceTransformer) -> torch.nn.Module | None:
    """Return the modules that a mean of token outputs has yet to pass; None when token outputs can't be used.

    That is so without a pooling module or a fast tokenizer, when several poolings are joined into one vector, and
    when texts are wrapped in a chat template, where offsets do not hold.
    """
    import torch
    from sentence_transformers.sentence_transformer.modules import Pooling

    modules = list(model)
    poolings = [module for module in modules if isinstance(module, Pooling)]
    if len(poolings) != 1 or model.supports("message") or not getattr(model.tokenizer, "is_fast", False):
        return None
    if poolings[0].pooling_output_dimension != poolings[0].embedding_dimension:
        return None
    return torch.nn.Sequential(*modules[modules.index(poolings[0]) + 1 :])


def get_question_prompt(model: SentenceTransformer) -> str:
    """Return the prompt that the model was trained to see before a question."""
    return model.prompts.get("query") or ""


def get_document_prompt(model: SentenceTransformer) -> str:
    """Return the prompt that the model was trained to see before a document, under any of the names in use."""
    named = (model.prompts.get(name) for name in ("document", "passage", "corpus"))
    return next((prompt for prompt in named if prompt), "")


def get_dimension(model: SentenceTransformer) -> int:
    """Return the length of the model's vectors, after its own truncation."""
    size = model.get_embedding_dimension()
    if size is None:
        raise ModelError("This model does not state the length of its vectors: choose another model.")
    return int(size)


def normalize_vectors(vectors: torch.Tensor, size: int) -> NDArray[np.float32]:
    """Return the first `size` numbers of each vector, at unit length."""
    import torch

    array: NDArray[np.float32] = torch.nn.functional.normalize(vectors[..., :size], dim=-1).numpy()
    return array


def load_model(folder: Path) -> SentenceTransformer:
    """Load a model from its folder in float32, without using the network."""
    with loading(folder, "sentence-transformers model"):
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(folder), device="cpu", local_files_only=True).float().eval()


@contextmanager
def loading(folder: Path, kind: str) -> Iterator[None]:
    """Show no progress bars while a model is loaded; raise ModelError whatever goes wrong."""
    configure_runtimes()
    from transformers.utils import logging

    enabled = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    except Exception as error:  # a folder with anything in it can fail in any way
        raise ModelError(f"{folder} can't be loaded as a {kind}: {summarize_error(error)}") from error
    finally:
        if enabled:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def set_precision(model: SentenceTransformer, precision: str) -> str:
    """Set the precision of a model's transformer and return it; "auto" means bfloat16 where that is faster here.

    The transformer's outputs are float32 in any case. So pooling, later modules and normalization lose nothing, and
    vectors that were made on different processors can be compared. A model without a transformer only looks words
    up, which bfloat16 does not speed up.
    """
    import torch
    from sentence_transformers.base.modules import Transformer

    if precision == "float32" or (precision == "auto" and not is_bfloat16_faster()):
        return "float32"
    for module in model.modules():
        if isinstance(module, Transformer):
            module.to(torch.bfloat16)
            module.register_forward_hook(widen_outputs)
    return "bfloat16"


def widen_outputs(_module: torch.nn.Module, _inputs: Any, outputs: dict[str, Any]) -> dict[str, Any]:
    """Return a module's outputs with every bfloat16 tensor as float32."""
    import torch

    return {
        name: value.float() if isinstance(value, torch.Tensor) and value.dtype == torch.bfloat16 else value
        for name, value in outputs.items()
    }


def is_bfloat16_faster() -> bool:
    """Measure whether this processor multiplies bfloat16 faster than float32; takes some 30 ms.

    With AMX or AVX-512 BF16 it is two to three times as fast, without it takes three times as long.
    """
    import torch

    def time_multiplication(dtype: torch.dtype) -> float:
        rows, matrix = torch.ones((256, 384), dtype=dtype), torch.ones((1536, 384), dtype=dtype)
        times = []
        with torch.inference_mode():
            for _ in range(5):
                start = time.perf_counter()
                torch.nn.functional.linear(rows, matrix)
                times.append(time.perf_counter() - start)
        return min(times)

    return 1.3 * time_multiplication(torch.bfloat16) < time_multiplication(torch.float32)
