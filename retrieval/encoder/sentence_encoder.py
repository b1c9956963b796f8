"""The encoder: any sentence-transformers model, found, loaded and exported when first needed."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from retrieval.encoder import onnx_encoder, weights
from retrieval.encoder.onnx_encoder import Export, QuestionEncoder
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from retrieval.domain import Passage
    from retrieval.encoder.bulk import BulkEncoder
    from retrieval.encoder.protocol import EncodedPassage, TokenVectors
    from retrieval.encoder.weights import Weights

Precision = Literal["auto", "float32", "bfloat16"]


class SentenceEncoder:
    """Encodes passages with sentence-transformers and questions with the export that the first bulk use makes.

    One export per model lies in the folder `cache`. Threads may share an encoder. Everything that loads raises
    ModelError when the model is missing, altered or unusable.
    """

    def __init__(self, model: str = weights.DEFAULT_MODEL, *, cache: Path, precision: Precision = "auto") -> None:
        self._setting = model
        self._cache = cache
        self._precision = precision
        self._lock = threading.RLock()

    @cached_property
    def model(self) -> str:
        """The model's one spelling: the default's short name, a folder's full path, or a hub name."""
        return weights.canonical(self._setting)

    @property
    def fingerprint(self) -> str:
        """Model name and start of the weights' hash: read from the export, computed when there is none."""
        export: Export | None = self.__dict__.get("_export") or self._found_export()
        return export.manifest.fingerprint if export else self._weights.fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._export.manifest.dimension

    @property
    def window(self) -> int:
        """How many tokens the model reads of a passage, special tokens included, its own prompt not."""
        return self._export.manifest.window

    def measure(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return the token spans of each text in code points, without special tokens, not truncated."""
        return onnx_encoder.token_spans(self._tokenizer, texts)

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Return a question's unit vector (d,), behind the model's own prompt for questions, cut at its window."""
        if not self._export.manifest.unexportable:
            return self._questions(question)
        with self._lock:
            return self._bulk.encode_question(question)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the tokens' vectors of a few texts, each read as a question is, and where the tokens stand."""
        if not texts:
            return []
        if not self._export.manifest.unexportable:
            return self._questions.encode_tokens(texts)
        with self._lock:
            return self._bulk.encode_tokens(texts)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors (n, d) of texts as documents, cut at the model's window."""
        with self._lock:
            return self._bulk.encode_texts(texts)

    def encode_passages(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[EncodedPassage]:
        """Encode each passage behind its header, and its sentences in the same forward pass where the model can."""
        with self._lock:
            return self._bulk.encode_passages(passages, headers)

    def prepare(self) -> None:
        """Export the model for questions now, unless that was done."""
        _ = self._export

    def problems(self) -> list[str]:
        """Say in a line each what is missing or altered, weights or export; reads all of their files."""
        found: list[str] = []
        fingerprint = ""
        try:
            fingerprint = weights.find(self.model).fingerprint
        except ModelError as error:
            found.append(str(error))
        for export in onnx_encoder.exports(self._cache, self.model):
            found += [
                f"{damage}: delete {export.folder}, it will be made again." for damage in export.damage(thorough=True)
            ]
            known = export.manifest.fingerprint
            if fingerprint not in ("", known):
                found.append(f"The model {self.model} changed from {known} to {fingerprint}: ingest with --rebuild.")
        return found

    def describe(self) -> dict[str, str | int]:
        """Tell without loading anything which model this is and what encodes questions."""
        whole = (export for export in onnx_encoder.exports(self._cache, self.model) if not export.damage())
        if (export := next(whole, None)) is None:
            return {"model": self.model, "questions": "not exported yet: the first ingest does it"}
        manifest = export.manifest
        slow = f"sentence-transformers, some seconds slower to start ({manifest.unexportable})"
        return {
            "model": self.model,
            "fingerprint": manifest.fingerprint,
            "weights": manifest.source,
            "export": str(export.folder),
            "dimension": manifest.dimension,
            "window": manifest.window,
            "questions": slow if manifest.unexportable else "onnxruntime",
        }

    @cached_property
    def _weights(self) -> Weights:
        return weights.find(self.model)

    def _found_export(self) -> Export | None:
        """Return the whole export of the present weights, if there is one."""
        for export in onnx_encoder.exports(self._cache, self.model):
            if export.damage():
                continue
            if not export.stale():
                return export
            # Reinstalled weights have new times; their hash tells whether they are the same.
            if self._weights.fingerprint == export.manifest.fingerprint:
                source = self._weights.folder
                manifest = replace(export.manifest, source=str(source), stamps=weights.stamps(source))
                with contextlib.suppress(OSError):  # a read-only cache costs the hash again next time
                    onnx_encoder.write_manifest(export.folder, manifest)
                return replace(export, manifest=manifest)
        return None

    @cached_property
    def _export(self) -> Export:
        with self._lock:
            if found := self._found_export():
                return found
            from retrieval.encoder.onnx_export import export

            return export(self._float32, self._weights, self._cache)

    @cached_property
    def _float32(self) -> SentenceTransformer:
        from retrieval.encoder.bulk import load

        return load(self._weights.folder)

    @cached_property
    def _questions(self) -> QuestionEncoder:
        with self._lock:
            return QuestionEncoder(self._export)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        with self._lock:
            return onnx_encoder.load_tokenizer(self._export)

    @cached_property
    def _bulk(self) -> BulkEncoder:
        with self._lock:
            _ = self._export  # the first bulk use makes it
            from retrieval.encoder.bulk import BulkEncoder, set_precision

            model = self._float32
            del self._float32  # `set_precision` changes it
            set_precision(model, self._precision)
            return BulkEncoder(model)
