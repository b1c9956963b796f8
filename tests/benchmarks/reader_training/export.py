"""Checkpoints, averaged -> a graph that is shipped, and the hash to put into sentence_reader.py."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import onnx
import onnxruntime  # type: ignore[import-untyped]
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

from retrieval.encoder.bundled_weights import find_bundled_folder
from retrieval.encoder.weights import hash_file
from tests.benchmarks.reader_training.fusing import fuse_layers
from tests.benchmarks.reader_training.model import Reader, SingleReader

if TYPE_CHECKING:
    from collections.abc import Sequence


def export(graph: Path, checkpoints: Sequence[Path], shares: Sequence[float]) -> None:
    """Export in 8 bit: dynamic, per channel, with weights of 7 bits, which no processor lets overflow; heads in float.

    Of several checkpoints of one training the weights are averaged, each counting for its share (Wortsman et al. 2022,
    "Model soups").
    """
    reader = Reader(find_bundled_folder())
    states = [torch.load(each) for each in checkpoints]
    weighed = list(zip(states, shares, strict=True))
    reader.load_state_dict({name: sum(share * state[name] for state, share in weighed) for name in states[0]})
    reader.eval()
    size = reader.bert.config.hidden_size
    inputs = (torch.randn(1, 40, size), torch.zeros(1, 40, dtype=torch.long), torch.rand(3, 40))
    with tempfile.TemporaryDirectory() as folder:
        plain, basic, quantized = (Path(folder) / f"{name}.onnx" for name in ("plain", "basic", "quantized"))
        torch.onnx.export(
            SingleReader(reader).eval(),
            inputs,
            str(plain),
            dynamo=False,
            opset_version=17,
            input_names=["words", "types", "pool"],
            output_names=["sentences", "passage", "claim"],
            dynamic_axes={"words": {1: "t"}, "types": {1: "t"}, "pool": {0: "s", 1: "t"}, "sentences": {0: "s"}},
        )
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(basic)
        onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])
        quantize_dynamic(
            basic,
            quantized,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm"],
            nodes_to_exclude=_name_heads(onnx.load(basic)),
            extra_options={"MatMulConstBOnly": True},
        )
        onnx.save(fuse_layers(onnx.load(quantized)), graph)
    print(f'{graph.name}: "{hash_file(graph)}"')


def _name_heads(model: onnx.ModelProto) -> list[str]:
    """Return the names of the products with one column: quantized they save nothing, and round what is decided by.

    A Gemm has another name once quantization has made a MatMul of it.
    """
    sizes = {each.name: each.dims for each in model.graph.initializer if len(each.dims) == 2}
    heads = [each.name for each in model.graph.node if any(1 in sizes.get(name, ()) for name in each.input[1:2])]
    return [*heads, *(f"{each}_MatMul" for each in heads)]
