"""Makes what is shipped of the bundled model: its layers as graphs without weights, and reference vectors of samples.

    python -m tests.benchmarks.bundled_graph

The graphs are those of BERT with mean pooling, for words already looked up. They name their weights as the published
file does; in the first the weights are initializers kept elsewhere, which onnxruntime is given in memory, in the second
they are inputs, which become constants in OpenVINO. The reference vectors are torch's, in float32.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

from retrieval.encoder.bundled_weights import WEIGHTS, find_bundled_folder, map_tensors
from retrieval.encoder.layers import GRAPH, MASK, OPEN_GRAPH, WORDS
from retrieval.encoder.onnx_encoder import TOKENS, VECTOR
from retrieval.encoder.reference_samples import REFERENCE, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from onnx import ModelProto

LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
OPSET, IR = 20, 9
UNSEEN = -10_000.0
"""What is added to the attention that padding gets."""


def main() -> None:
    """Write both graphs and the reference vectors into the package."""
    tensors = map_tensors(find_bundled_folder())
    GRAPH.write_bytes(build_graph(tensors).SerializeToString())
    OPEN_GRAPH.write_bytes(build_graph(tensors, weights_are_inputs=True).SerializeToString())
    np.save(REFERENCE, compute_reference().astype(np.float16))


def build_graph(tensors: Mapping[str, NDArray[np.float32]], *, weights_are_inputs: bool = False) -> ModelProto:
    """Build the layers: words (n, t, d) and a mask (n, t) in, unit vectors (n, d) and token outputs (n, t, d) out."""
    graph = _Graph(tensors)
    shape = graph.add("Shape", MASK)
    length = graph.add("Slice", shape, graph.ints(1), graph.ints(2))
    positions = graph.add(
        "Slice", graph.weight("embeddings.position_embeddings.weight"), graph.ints(0), length, graph.ints(0)
    )
    kind = graph.add(
        "Slice", graph.weight("embeddings.token_type_embeddings.weight"), graph.ints(0), graph.ints(1), graph.ints(0)
    )
    words = graph.add("Add", WORDS, graph.add("Add", positions, kind))
    # All tokens of a batch in one matrix: each layer is then a plain multiplication.
    tokens = graph.normalize(graph.flatten(words), "embeddings.LayerNorm")
    mask = graph.add("Cast", MASK, to=TensorProto.FLOAT)
    unseen = graph.add("Mul", graph.add("Sub", graph.number(1), mask), graph.number(UNSEEN))
    unseen = graph.add("Unsqueeze", unseen, graph.ints(1, 2))
    heads = graph.add("Concat", shape, graph.ints(HEADS, WIDTH // HEADS), axis=0)
    for layer in range(LAYERS):
        tokens = _add_layer(graph, tokens, f"encoder.layer.{layer}.", heads, unseen)
    graph.add("Reshape", tokens, graph.add("Concat", shape, graph.ints(WIDTH), axis=0), to_output=TOKENS)
    counted = graph.add("Mul", TOKENS, graph.add("Unsqueeze", mask, graph.ints(2)))
    total = graph.add("ReduceSum", counted, graph.ints(1), keepdims=0)
    graph.add("LpNormalization", total, axis=-1, p=2, to_output=VECTOR)
    return graph.make_model(weights_are_inputs=weights_are_inputs)


def compute_reference() -> NDArray[np.float32]:
    """Return torch's vectors of each sample and of its sentences, (rows, d), in the order of `list_vectors`."""
    from retrieval.encoder.reference_samples import list_vectors
    from retrieval.encoder.torch_encoder import TorchEncoder, load_model

    return list_vectors(TorchEncoder(load_model(find_bundled_folder())).encode_passages(SAMPLES, [""] * len(SAMPLES)))


def _add_layer(graph: _Graph, tokens: str, name: str, heads: str, unseen: str) -> str:
    """Add a layer of attention and two dense ones; return the name of its outputs."""

    def split(kind: str, order: Sequence[int]) -> str:
        made = graph.multiply(tokens, f"{name}attention.self.{kind}")
        return graph.add("Transpose", graph.add("Reshape", made, heads), perm=order)

    asked, known, values = split("query", (0, 2, 1, 3)), split("key", (0, 2, 3, 1)), split("value", (0, 2, 1, 3))
    asked = graph.add("Mul", asked, graph.number(1 / math.sqrt(WIDTH / HEADS)))
    attention = graph.add("Softmax", graph.add("Add", graph.add("MatMul", asked, known), unseen), axis=-1)
    seen = graph.add("Transpose", graph.add("MatMul", attention, values), perm=(0, 2, 1, 3))
    seen = graph.multiply(graph.flatten(seen), f"{name}attention.output.dense")
    tokens = graph.normalize(graph.add("Add", seen, tokens), f"{name}attention.output.LayerNorm")
    inner = graph.add("Gelu", graph.multiply(tokens, f"{name}intermediate.dense"))
    inner = graph.multiply(inner, f"{name}output.dense")
    return graph.normalize(graph.add("Add", inner, tokens), f"{name}output.LayerNorm")


class _Graph:
    """An ONNX graph while it grows: nodes in order, and the weights and constants that they use."""

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        self.tensors = tensors
        self.nodes: list[NodeProto] = []
        self.weights: dict[str, TensorProto] = {}
        self.constants: dict[str, TensorProto] = {}

    def add(self, kind: str, *inputs: str, to_output: str = "", **attributes: Any) -> str:
        """Add a node; return the name of its output."""
        output = to_output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def weight(self, name: str) -> str:
        """Use one of the model's tensors."""
        shape = self.tensors[name].shape
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value=WEIGHTS)
        self.weights[name] = tensor
        return name

    def ints(self, *values: int) -> str:
        """Use a constant of one dimension."""
        return self._use(f"ints_{'_'.join(map(str, values))}", np.array(values, np.int64))

    def number(self, value: float) -> str:
        """Use a constant without dimensions."""
        return self._use(f"number_{value:g}", np.array(value, np.float32))

    def multiply(self, tokens: str, name: str) -> str:
        """Multiply tokens (n, d) by a weight and add its bias."""
        return self.add("Gemm", tokens, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), transB=1)

    def normalize(self, tokens: str, name: str) -> str:
        """Normalize each token by its mean and variance."""
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", tokens, weight, bias, axis=-1, epsilon=EPSILON)

    def flatten(self, tokens: str) -> str:
        """Make one matrix (n * t, d) of tokens (n, t, d) or (n, t, heads, d / heads)."""
        return self.add("Reshape", tokens, self.ints(-1, WIDTH))

    def make_model(self, *, weights_are_inputs: bool) -> ModelProto:
        """Return the whole model."""
        inputs = [
            helper.make_tensor_value_info(WORDS, TensorProto.FLOAT, ["texts", "tokens", WIDTH]),
            helper.make_tensor_value_info(MASK, TensorProto.INT64, ["texts", "tokens"]),
        ]
        if weights_are_inputs:
            inputs += [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, each.dims) for name, each in self.weights.items()
            ]
        outputs = [
            helper.make_tensor_value_info(VECTOR, TensorProto.FLOAT, ["texts", WIDTH]),
            helper.make_tensor_value_info(TOKENS, TensorProto.FLOAT, ["texts", "tokens", WIDTH]),
        ]
        kept = [*self.constants.values(), *(() if weights_are_inputs else self.weights.values())]
        graph = helper.make_graph(self.nodes, "all-MiniLM-L6-v2", inputs, outputs, kept)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)

    def _use(self, name: str, value: NDArray[Any]) -> str:
        self.constants[name] = numpy_helper.from_array(value, name)
        return name


if __name__ == "__main__":
    main()
