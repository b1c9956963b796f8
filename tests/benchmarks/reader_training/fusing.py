"""A quantized graph of the reader -> the same with onnxruntime's own operators for what each layer does.

Fused ahead, because onnxruntime does less of it when it opens a graph: a window takes four fifths of the time. What is
computed stays the same but for the order of rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx import helper

from tests.benchmarks.reader_training.model import HEADS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onnx import ModelProto, NodeProto

CONTRIBUTED = "com.microsoft"
OPSET = 17
LAYER = "reader.bert.encoder.layer"
MATRICES_A_LAYER = 6
"""Queries, keys, values; the output of attention; up and down."""


def fuse_layers(model: ModelProto) -> ModelProto:
    """Return the graph with each layer written anew; what comes before the first and after the last stays."""
    nodes = list(model.graph.node)
    norms = [each for each in nodes if each.op_type == "LayerNormalization"]
    products = [each for each in nodes if each.op_type == "MatMulInteger"]
    layers = [
        node
        for number in range(len(norms) // 2)
        for node in _write_layer(
            f"{LAYER}.{number}",
            _name_products(products[MATRICES_A_LAYER * number : MATRICES_A_LAYER * (number + 1)]),
            norms[2 * number : 2 * number + 3],
        )
    ]
    before = _find_needed(nodes, {norms[0].output[0]}, given=set())
    after = _find_needed(nodes, {each.name for each in model.graph.output}, given={norms[-1].output[0]})
    kept = [*before, *layers, *after]
    used = {name for node in kept for name in node.input}
    graph = helper.make_graph(
        kept,
        "reader",
        list(model.graph.input),
        list(model.graph.output),
        [each for each in model.graph.initializer if each.name in used],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIBUTED, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=model.ir_version)


def _name_products(products: list[NodeProto]) -> dict[str, list[str]]:
    """Return a layer's matrices with their scales and zero points, by what they are for."""
    named: dict[str, list[str]] = {}
    dense = iter(("mixed", "up", "down"))
    for node in products:
        kind = node.output[0].strip("/").partition("/")[0].partition("_")[0]  # "/query_3/MatMul_output_0..."
        matrix = node.input[1]
        parts = [matrix, matrix.replace("_quantized", "_scale"), matrix.replace("_quantized", "_zero_point")]
        named[next(dense) if kind == "dense" else kind] = parts
    return named


def _write_layer(layer: str, matrices: Mapping[str, list[str]], norms: list[NodeProto]) -> Iterator[NodeProto]:
    """Yield the nodes of a layer that reads what the first norm gives, and ends with the third."""
    before, middle, last = norms
    read, made = before.output[0], f"{layer}/"
    codes = [f"{made}codes", f"{made}scale", f"{made}zero"]
    yield helper.make_node("DynamicQuantizeLinear", [read], codes)
    for name in ("query", "key", "value"):
        matrix, scale, zero = matrices[name]
        inputs = [codes[0], matrix, codes[1], scale, codes[2], zero, f"{layer}.attention.self.{name}.bias"]
        yield helper.make_node("MatMulIntegerToFloat", inputs, [f"{made}{name}"], domain=CONTRIBUTED)
    attended = [f"{made}{name}" for name in ("query", "key", "value")]
    yield helper.make_node("MultiHeadAttention", attended, [f"{made}mixed"], domain=CONTRIBUTED, num_heads=HEADS)
    yield _multiply(f"{made}mixed", matrices["mixed"], f"{layer}.attention.output.dense.bias", f"{made}attended")
    yield from _add_and_normalize(f"{made}attended", read, middle)
    yield _multiply(middle.output[0], matrices["up"], f"{layer}.intermediate.dense.bias", f"{made}up")
    yield helper.make_node("Gelu", [f"{made}up"], [f"{made}gelu"], domain=CONTRIBUTED)
    yield _multiply(f"{made}gelu", matrices["down"], f"{layer}.output.dense.bias", f"{made}down")
    yield from _add_and_normalize(f"{made}down", middle.output[0], last)


def _multiply(values: str, matrix: list[str], bias: str, to: str) -> NodeProto:
    return helper.make_node("DynamicQuantizeMatMul", [values, *matrix, bias], [to], domain=CONTRIBUTED)


def _add_and_normalize(one: str, other: str, norm: NodeProto) -> Iterator[NodeProto]:
    """Yield a sum and its norm; the operator that does both takes six times as long as the two."""
    yield helper.make_node("Add", [one, other], [f"{one}/sum"])
    options = {each.name: helper.get_attribute_value(each) for each in norm.attribute}
    yield helper.make_node("LayerNormalization", [f"{one}/sum", *norm.input[1:]], list(norm.output), **options)


def _find_needed(nodes: list[NodeProto], wanted: set[str], *, given: set[str]) -> list[NodeProto]:
    """Return the nodes, in their order, that values are made by, where some values are given."""
    needed: list[NodeProto] = []
    for node in reversed(nodes):
        if wanted & ({*node.output} - given):
            needed.append(node)
            wanted = wanted | {*node.input}
    return needed[::-1]
