"""The bundled model, all-MiniLM-L6-v2: questions and passages without torch, over weights that stay where they lie."""

from __future__ import annotations

import shutil
import threading
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.encoder import bundled_weights, engine_choice
from retrieval.encoder.batch_encoder import BatchEncoder
from retrieval.encoder.bundled_weights import WORD_VECTORS
from retrieval.encoder.engine_choice import EngineTrial
from retrieval.encoder.layers import Engine, OnnxLayers, open_layers
from retrieval.encoder.model_languages import describe_languages
from retrieval.encoder.onnx_encoder import QuestionEncoder, make_folder_name, open_tokenizer
from retrieval.encoder.reference_samples import SAMPLES, compare_with_reference
from retrieval.encoder.weights import DEFAULT_MODEL
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from retrieval.encoder.engine_choice import Precision, Runtime
    from retrieval.encoder.layers import Layers
    from retrieval.encoder.torch_encoder import TorchEncoder

FINGERPRINT = f"{DEFAULT_MODEL}@{bundled_weights.PUBLISHED[bundled_weights.WEIGHTS][:12]}"
DIMENSION, WINDOW = 384, 256


class BundledModel:
    """The model, opened when first used. Threads may share it. Raises ModelError when its files are not to be found."""

    name = DEFAULT_MODEL
    fingerprint, dimension, window = FINGERPRINT, DIMENSION, WINDOW

    def __init__(
        self, *, cache: Path, given: Path | None = None, runtime: Runtime = "auto", precision: Precision = "auto"
    ) -> None:
        self._cache = cache
        self._given = given
        self._runtime = runtime
        self._precision: Precision = precision
        self._lock = threading.RLock()

    @cached_property
    def folder(self) -> Path:
        """Where the model's files are, as published."""
        return bundled_weights.find_bundled_folder(self._given, cache=self._cache)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, which does not truncate."""
        return open_tokenizer(self.folder / bundled_weights.TOKENIZER)

    @cached_property
    def truncating_tokenizer(self) -> Tokenizer:
        """The tokenizer that reads as much as the model does."""
        with self._lock:
            found = self.__dict__.get("truncating_tokenizer")
            return found or open_tokenizer(self.folder / bundled_weights.TOKENIZER, window=WINDOW)

    @cached_property
    def questions(self) -> QuestionEncoder:
        """What encodes questions and a few texts: onnxruntime."""
        with self._lock:
            layers, table = self._onnx_layers, self.tensors[WORD_VECTORS]

            def run(encoding: Encoding) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
                import numpy as np

                vectors, tokens = layers.run(table[encoding.ids][None], np.ones((1, len(encoding.ids)), np.int64))
                return vectors[0], tokens[0]

            return QuestionEncoder(run, self.truncating_tokenizer)

    @cached_property
    def passages(self) -> BatchEncoder | TorchEncoder:
        """What encodes passages: the fastest engine here, or torch."""
        return self._passages_and_engine[0]

    @cached_property
    def engine(self) -> str:
        """What encodes passages, in words: engine, precision, and the least cosine of its vectors to torch's."""
        return self._passages_and_engine[1]

    @cached_property
    def tensors(self) -> Mapping[str, NDArray[np.float32]]:
        """The weights, by name, mapped from their file."""
        with self._lock:
            return self.__dict__.get("tensors") or bundled_weights.map_tensors(self.folder)

    def prepare(self) -> None:
        """Look for the files now."""
        _ = self.folder

    def find_problems(self) -> list[str]:
        """Say in one line what is missing or altered; reads all files."""
        try:
            bundled_weights.find_bundled_folder(self._given, cache=self._cache, thorough=True)
            engine_choice.list_candidates(self._runtime, self._precision)
        except ModelError as error:
            return [str(error)]
        return []

    def describe(self) -> dict[str, str | int]:
        """Return, without loading anything, where the model is and what runs it."""
        place = bundled_weights.find_present_place(self._given, cache=self._cache)
        tried = ", ".join(f"{each.engine} {each.rate:,.0f}" for each in engine_choice.read_trials(self._cache))
        return {
            "model": DEFAULT_MODEL,
            "languages": describe_languages(DEFAULT_MODEL, place),
            "fingerprint": FINGERPRINT,
            "weights": str(place) if place else "missing",
            "dimension": DIMENSION,
            "window": WINDOW,
            "questions": "onnxruntime float32",
            "passages": self._describe_engine(),
            **({"tokens per second": tried} if tried else {}),
        }

    def _describe_engine(self) -> str:
        try:
            candidates = engine_choice.list_candidates(self._runtime, self._precision)
        except ModelError:
            return "nothing: see below"
        if not candidates:
            return "torch"
        known = {each.engine: each for each in engine_choice.read_trials(self._cache)}
        if missing := [str(each) for each in candidates if each not in known]:
            return f"not chosen yet: the first ingest tries {', '.join(missing)}"
        chosen = engine_choice.pick(known[each] for each in candidates)
        return _describe(chosen) if chosen else "nothing here agrees with the model"

    @cached_property
    def _onnx_layers(self) -> OnnxLayers:
        with self._lock:
            return self.__dict__.get("_onnx_layers") or OnnxLayers(self.tensors)

    @cached_property
    def _passages_and_engine(self) -> tuple[BatchEncoder | TorchEncoder, str]:
        with self._lock:
            if opened := self.__dict__.get("_passages_and_engine"):  # by another thread in the meantime
                found: tuple[BatchEncoder | TorchEncoder, str] = opened
                return found
            self._remove_export()
            candidates = engine_choice.list_candidates(self._runtime, self._precision)
            if not candidates:
                from retrieval.encoder.torch_encoder import TorchEncoder, load_model, set_precision

                model = load_model(self.folder)
                precision = set_precision(model, self._precision)
                return TorchEncoder(model), f"torch {precision}"
            encoders = dict[Engine, BatchEncoder]()

            def measure(engine: Engine) -> EngineTrial:
                layers = self._open_layers(engine)
                encoders[engine] = self._batch(layers)
                cosine = compare_with_reference(encoders[engine].encode_passages(SAMPLES, [""] * len(SAMPLES)))
                return EngineTrial(engine, cosine, engine_choice.time_layers(layers, self.tensors[WORD_VECTORS]))

            chosen = engine_choice.choose_engine(candidates, measure, self._cache)
            encoder = encoders.get(chosen.engine) or self._batch(self._open_layers(chosen.engine))
            return encoder, _describe(chosen)

    def _open_layers(self, engine: Engine) -> Layers:
        return self._onnx_layers if engine.runtime == "onnxruntime" else open_layers(engine, self.tensors)

    def _batch(self, layers: Layers) -> BatchEncoder:
        return BatchEncoder(layers, self.tensors[WORD_VECTORS], self.truncating_tokenizer)

    def _remove_export(self) -> None:
        """Remove the copy of the weights that earlier versions made in every home: 90 MB."""
        shutil.rmtree(self._cache / make_folder_name(FINGERPRINT), ignore_errors=True)


def _describe(trial: EngineTrial) -> str:
    return f"{trial.engine}, cosine to float32 at least {trial.cosine:.4f}"
