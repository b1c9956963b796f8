"""The encoder: any sentence-transformers model, found, loaded and exported when first needed."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from retrieval.encoder import onnx_encoder, weights
from retrieval.encoder.model_languages import describe_languages
from retrieval.encoder.onnx_encoder import Export, QuestionEncoder
from retrieval.encoder.sentence_reader import SentenceReader
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from retrieval.domain import Passage
    from retrieval.encoder.protocol import EncodedPassage, TokenVectors, Window, WindowReading
    from retrieval.encoder.torch_encoder import TorchEncoder
    from retrieval.encoder.weights import ModelFolder

REMEMBERED_QUESTIONS = 64
"""Questions whose vectors are kept: each is needed to understand a question, and again to search for it."""

LANGUAGES_UNKNOWN = "its model card does not say"

Precision = Literal["auto", "float32", "bfloat16"]


class SentenceEncoder:
    """Encodes passages with sentence-transformers, and questions with an export that is made when first needed.

    The folder `cache` holds one export per model. Threads may share an encoder. Whatever needs the model raises
    ModelError when it is missing, altered or unusable.
    """

    def __init__(self, model: str = weights.DEFAULT_MODEL, *, cache: Path, precision: Precision = "auto") -> None:
        self._name = model
        self._cache = cache
        self._precision = precision
        self._lock = threading.RLock()

    @cached_property
    def model(self) -> str:
        """The model's one spelling: the default's short name, a folder's full path, or a hub name."""
        return weights.normalize_name(self._name)

    @property
    def fingerprint(self) -> str:
        """Model name and start of the weights' hash: read from the export, computed when there is none."""
        export: Export | None = self.__dict__.get("_export") or self._find_export()
        return export.manifest.fingerprint if export else self._model_folder.fingerprint

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
        return onnx_encoder.find_token_spans(self._tokenizer, texts)

    def encode_question(self, question: str) -> NDArray[np.float32]:
        """Return a question's unit vector (d,), behind the model's own prompt for questions, cut at its window."""
        return self._encode_question(question)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the vectors and spans of the tokens of a few texts, each read as a question."""
        return self._question_encoder.encode_tokens(texts) if texts else []

    def read_windows(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Read a question and each window together, with the shipped reader, whatever model encodes."""
        return self._reader.read(question, windows)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors (n, d) of texts as documents, cut at the model's window."""
        return self._torch_encoder.encode_texts(texts)

    def encode_passages(self, passages: Sequence[Passage], headers: Sequence[str]) -> list[EncodedPassage]:
        """Encode each passage behind its header, and its sentences in the same forward pass where the model can."""
        return self._torch_encoder.encode_passages(passages, headers)

    def prepare(self) -> None:
        """Export the model for questions now, unless that was done before."""
        _ = self._export

    def find_problems(self) -> list[str]:
        """Describe in one line each what is missing or altered, of weights and export; reads all of their files."""
        problems: list[str] = []
        fingerprint = ""
        try:
            fingerprint = weights.find_model(self.model).fingerprint
        except ModelError as error:
            problems.append(str(error))
        for export in onnx_encoder.find_exports(self._cache, self.model):
            damage = export.find_damage(thorough=True)
            problems += [f"{each}: delete {export.folder}, it will be made again." for each in damage]
            exported = export.manifest.fingerprint
            if fingerprint not in ("", exported):
                problems.append(
                    f"The model {self.model} changed from {exported} to {fingerprint}: ingest with --rebuild."
                )
        return problems

    def describe(self) -> dict[str, str | int]:
        """Return, without loading anything, which model this is, for which languages, and what encodes questions."""
        exports = (each for each in onnx_encoder.find_exports(self._cache, self.model) if not each.find_damage())
        if (export := next(exports, None)) is None:
            folder = weights.find_present_folder(self.model)
            languages = describe_languages(self.model, folder) or LANGUAGES_UNKNOWN
            return {
                "model": self.model,
                "languages": languages,
                "questions": "not exported yet: the first ingest does it",
            }
        manifest = export.manifest
        slow = f"sentence-transformers, some seconds slower to start ({manifest.unexportable})"
        return {
            "model": self.model,
            "languages": describe_languages(self.model, Path(manifest.source)) or LANGUAGES_UNKNOWN,
            "fingerprint": manifest.fingerprint,
            "weights": manifest.source,
            "export": str(export.folder),
            "dimension": manifest.dimension,
            "window": manifest.window,
            "questions": slow if manifest.unexportable else "onnxruntime",
        }

    @cached_property
    def _reader(self) -> SentenceReader:
        with self._lock:
            return SentenceReader()

    @cached_property
    def _model_folder(self) -> ModelFolder:
        return weights.find_model(self.model)

    def _find_export(self) -> Export | None:
        """Return the undamaged export of the present weights, if there is one."""
        for export in onnx_encoder.find_exports(self._cache, self.model):
            if export.find_damage():
                continue
            if not export.is_stale():
                return export
            # Reinstalled weights have new times; their hash shows whether they are the same.
            if self._model_folder.fingerprint == export.manifest.fingerprint:
                source = self._model_folder.folder
                manifest = replace(export.manifest, source=str(source), stamps=weights.stamp_files(source))
                with contextlib.suppress(OSError):  # with a read-only cache, the next process hashes again
                    onnx_encoder.write_manifest(export.folder, manifest)
                return replace(export, manifest=manifest)
        return None

    @cached_property
    def _export(self) -> Export:
        with self._lock:
            if export := self._find_export():
                return export
            from retrieval.encoder.onnx_export import export_model

            return export_model(self._float32_model, self._model_folder, self._cache)

    @cached_property
    def _float32_model(self) -> SentenceTransformer:
        from retrieval.encoder.torch_encoder import load_model

        return load_model(self._model_folder.folder)

    @cached_property
    def _question_encoder(self) -> QuestionEncoder | TorchEncoder:
        with self._lock:
            return self._torch_encoder if self._export.manifest.unexportable else QuestionEncoder(self._export)

    @cached_property
    def _encode_question(self) -> Callable[[str], NDArray[np.float32]]:
        encoder = self._question_encoder

        def encode(question: str) -> NDArray[np.float32]:
            vector = encoder.encode_question(question)
            vector.setflags(write=False)
            return vector

        return lru_cache(maxsize=REMEMBERED_QUESTIONS)(encode)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        with self._lock:
            return onnx_encoder.load_tokenizer(self._export)

    @cached_property
    def _torch_encoder(self) -> TorchEncoder:
        with self._lock:
            loaded: TorchEncoder | None = self.__dict__.get("_torch_encoder")
            if loaded:  # by another thread in the meantime: since Python 3.12 such properties are not locked
                return loaded
            _ = self._export  # needs the model in float32
            from retrieval.encoder.torch_encoder import TorchEncoder, set_precision

            model = self._float32_model
            del self._float32_model
            set_precision(model, self._precision)
            return TorchEncoder(model)
