"""A graph that is shipped -> a checkpoint, so that training can go on from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from retrieval.encoder.bundled_weights import find_bundled_folder
from tests.benchmarks.reader_training.model import Reader

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PREFIX = "reader."
MATRIX, SCALE, ZERO = "_quantized", "_scale", "_zero_point"
HEADS = ("sent", "passage", "claim")


def restore(graph: Path, checkpoint: Path) -> None:
    """Write a graph's weights, as exact as 7 bits hold them, to a checkpoint."""
    reader = Reader(find_bundled_folder())
    model = onnx.load(graph)
    values = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    found = {name.removeprefix(PREFIX): array for name, array in values.items() if name.startswith(PREFIX)}
    for node in model.graph.node:
        # Each product of 8 bit is followed, among its inputs, by the bias that names where it belongs.
        matrix = next((name for name in node.input if name.endswith(MATRIX)), "")
        if matrix:
            bias = next(name for name in node.input if name.endswith(".bias"))
            found[bias.removeprefix(PREFIX).replace(".bias", ".weight")] = _dequantize(values, matrix).T
        elif node.op_type in ("MatMul", "Gemm"):
            head = next((name for name in HEADS if any(f"{name}.weight" in each for each in node.input)), "sent")
            weight = next((values[each] for each in node.input if each in values and 1 in values[each].shape), None)
            if weight is not None:
                found[f"{head}.weight"] = weight.reshape(1, -1)
    state = reader.state_dict()
    state.update({name: torch.from_numpy(array.copy()) for name, array in found.items() if name in state})
    reader.load_state_dict(state)
    torch.save(state, checkpoint)


def _dequantize(values: dict[str, NDArray[np.generic]], matrix: str) -> NDArray[np.float32]:
    scale, zero = (values[matrix.replace(MATRIX, end)] for end in (SCALE, ZERO))
    codes = values[matrix].astype(np.float32) - zero.astype(np.float32)
    dequantized: NDArray[np.float32] = codes * scale.astype(np.float32)
    return dequantized
