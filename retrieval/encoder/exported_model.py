"""Any other sentence-transformers model: questions by an export that is made when first needed, passages by torch."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.encoder import onnx_encoder, weights
from retrieval.encoder.model_languages import describe_languages
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from retrieval.encoder.engine_choice import Precision
    from retrieval.encoder.onnx_encoder import Export, QuestionEncoder
    from retrieval.encoder.torch_encoder import TorchEncoder
    from retrieval.encoder.weights import ModelFolder


class ExportedModel:
    """A model by its name or folder; the folder `cache` holds one export per model. Threads may share it."""

    def __init__(self, name: str, *, cache: Path, precision: Precision) -> None:
        self.name = name
        self._cache = cache
        self._precision = precision
        self._lock = threading.RLock()

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

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, which does not truncate."""
        with self._lock:
            return onnx_encoder.open_tokenizer(self._export.folder / onnx_encoder.TOKENIZER)

    @cached_property
    def questions(self) -> QuestionEncoder | TorchEncoder:
        """What encodes questions and a few texts."""
        with self._lock:
            if self._export.manifest.unexportable:
                return self.passages
            return onnx_encoder.open_question_encoder(self._export)

    @cached_property
    def passages(self) -> TorchEncoder:
        """What encodes passages."""
        return self._passages_and_engine[0]

    @cached_property
    def engine(self) -> str:
        """What encodes passages, in words."""
        return self._passages_and_engine[1]

    def prepare(self) -> None:
        """Export the model for questions now, unless that was done before."""
        _ = self._export

    def find_problems(self) -> list[str]:
        """Describe in one line each what is missing or altered, of weights and export; reads all of their files."""
        problems: list[str] = []
        fingerprint = ""
        try:
            fingerprint = weights.find_model(self.name).fingerprint
        except ModelError as error:
            problems.append(str(error))
        for export in onnx_encoder.find_exports(self._cache, self.name):
            damage = export.find_damage(thorough=True)
            problems += [f"{each}: move {export.folder} elsewhere, it will be made again." for each in damage]
            exported = export.manifest.fingerprint
            if fingerprint not in ("", exported):
                problems.append(
                    f"The model {self.name} changed from {exported} to {fingerprint}: ingest with --rebuild."
                )
        return problems

    def describe(self) -> dict[str, str | int]:
        """Return, without loading anything, which model this is, for which languages, and what encodes questions."""
        exports = (each for each in onnx_encoder.find_exports(self._cache, self.name) if not each.find_damage())
        if (export := next(exports, None)) is None:
            return {
                "model": self.name,
                "languages": describe_languages(self.name, weights.find_present_folder(self.name)),
                "questions": "not exported yet: the first ingest does it",
            }
        manifest = export.manifest
        slow = f"sentence-transformers, some seconds slower to start ({manifest.unexportable})"
        return {
            "model": self.name,
            "languages": describe_languages(self.name, Path(manifest.source)),
            "fingerprint": manifest.fingerprint,
            "weights": manifest.source,
            "export": str(export.folder),
            "dimension": manifest.dimension,
            "window": manifest.window,
            "questions": slow if manifest.unexportable else "onnxruntime",
            "passages": "torch",
        }

    @cached_property
    def _model_folder(self) -> ModelFolder:
        return weights.find_model(self.name)

    def _find_export(self) -> Export | None:
        """Return the undamaged export of the present weights, if there is one."""
        for export in onnx_encoder.find_exports(self._cache, self.name):
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
    def _passages_and_engine(self) -> tuple[TorchEncoder, str]:
        with self._lock:
            if opened := self.__dict__.get("_passages_and_engine"):
                # By another thread in the meantime: since Python 3.12 such properties are not locked.
                found: tuple[TorchEncoder, str] = opened
                return found
            _ = self._export  # needs the model in float32
            from retrieval.encoder.torch_encoder import TorchEncoder, set_precision

            model = self._float32_model
            del self._float32_model
            precision = set_precision(model, self._precision)
            return TorchEncoder(model), f"torch {precision}"
