"""The bundled model's layers, run by onnxruntime or by OpenVINO over weights that stay where they lie.

The graphs are shipped without weights; `python -m tests.benchmarks.bundled_graph` makes them. Which of the two runs
passages is left to engine_choice.py.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from retrieval.encoder.bundled_weights import WORD_VECTORS
from retrieval.encoder.onnx_encoder import THREADS, TOKENS, VECTOR, configure_runtimes, make_session_options
from retrieval.errors import ModelError, describe_install, summarize_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Outputs = tuple[NDArray[np.float32], NDArray[np.float32]]

GRAPH = Path(__file__).with_name("minilm_layers.onnx")
OPEN_GRAPH = Path(__file__).with_name("minilm_open_layers.onnx")
WORDS, MASK = "words", "mask"
TELEMETRY = "openvino_telemetry"
UNUSED = "pooler."
"""How the names of weights begin that no sentence vector depends on."""


class Engine(NamedTuple):
    """What multiplies matrices, and in which precision."""

    runtime: Literal["onnxruntime", "openvino", "torch"]
    precision: Literal["float32", "bfloat16"]

    def __str__(self) -> str:
        return f"{self.runtime} {self.precision}"


class Layers(Protocol):
    """The model between its word vectors and its outputs; threads may run it at once."""

    def run(self, words: NDArray[np.float32], mask: NDArray[np.int64]) -> Outputs:
        """Return unit vectors (n, d) and token outputs (n, t, d) of words (n, t, d) with a mask (n, t)."""


class OnnxLayers:
    """The layers in onnxruntime, float32; the calling thread computes."""

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        configure_runtimes()
        import onnxruntime  # type: ignore[import-untyped]

        options = make_session_options(onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED)
        # Nothing is copied here: onnxruntime packs what it multiplies by, and reads the rest from the mapped file.
        used = {name: tensors[name] for name in tensors if name != WORD_VECTORS and not name.startswith(UNUSED)}
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(each) for each in used.values()]
        options.add_external_initializers(list(used), values)
        try:
            self._session = onnxruntime.InferenceSession(
                GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises a dozen kinds, all derived from Exception alone
            raise _make_graph_error(GRAPH, error) from error
        self._tensors = tensors  # which have to stay mapped

    def run(self, words: NDArray[np.float32], mask: NDArray[np.int64]) -> Outputs:
        """Return unit vectors and token outputs."""
        vectors, tokens = self._session.run([VECTOR, TOKENS], {WORDS: words, MASK: mask})
        return vectors, tokens


class OpenVinoLayers:
    """The layers in OpenVINO; as many batches as there are threads run at once, each on one of OpenVINO's threads."""

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]], precision: str) -> None:
        openvino = import_openvino()
        try:
            core = openvino.Core()
            model = core.read_model(OPEN_GRAPH.read_bytes())
            for parameter in model.get_parameters():
                if (name := parameter.get_friendly_name()) in tensors:
                    constant = openvino.opset13.constant(tensors[name], shared_memory=True)
                    parameter.output(0).replace(constant.output(0))
                    model.remove_parameter(parameter)
            options = {
                "INFERENCE_PRECISION_HINT": {"bfloat16": "bf16", "float32": "f32"}[precision],
                "INFERENCE_NUM_THREADS": THREADS,
                "NUM_STREAMS": THREADS,
            }
            compiled = core.compile_model(model, "CPU", options)
        except Exception as error:  # OpenVINO raises RuntimeError for all
            raise _make_graph_error(OPEN_GRAPH, error) from error
        self._tensors = tensors
        self._requests: SimpleQueue[Any] = SimpleQueue()
        for _ in range(THREADS):
            self._requests.put(compiled.create_infer_request())

    def run(self, words: NDArray[np.float32], mask: NDArray[np.int64]) -> Outputs:
        """Return unit vectors and token outputs."""
        request = self._requests.get()
        try:
            request.infer({WORDS: words, MASK: mask}, share_inputs=True)
            return request.get_tensor(VECTOR).data.copy(), request.get_tensor(TOKENS).data.copy()
        finally:
            self._requests.put(request)


def open_layers(engine: Engine, tensors: Mapping[str, NDArray[np.float32]]) -> Layers:
    """Open the layers in an engine; raise ModelError where that fails."""
    return OnnxLayers(tensors) if engine.runtime == "onnxruntime" else OpenVinoLayers(tensors, engine.precision)


def has_openvino() -> bool:
    """Tell whether OpenVINO is installed, without loading it."""
    return importlib.util.find_spec("openvino") is not None


def import_openvino() -> Any:
    """Import OpenVINO without its telemetry, which reports every import to its makers; it goes on without that."""
    configure_runtimes()
    silenced = sys.modules.setdefault(TELEMETRY, None) is None  # type: ignore[arg-type]
    try:
        import openvino
    finally:
        if silenced:
            del sys.modules[TELEMETRY]
    return openvino


def multiplies_bfloat16() -> bool:
    """Tell whether this processor has instructions for bfloat16, as OpenVINO sees it."""
    return "BF16" in import_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _make_graph_error(graph: Path, error: Exception) -> ModelError:
    return ModelError(f"{graph} can't be run ({summarize_error(error)}): run {describe_install()} again.")
