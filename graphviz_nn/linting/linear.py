"""The rule for linear layers that are one."""

from collections.abc import Iterator, Sequence

import numpy as np

from graphviz_nn.graph.ir import Array, Operation
from graphviz_nn.linting.model import Model, lines
from graphviz_nn.linting.report import Finding
from graphviz_nn.linting.rules import rule
from graphviz_nn.transforms.collapse import Linear, chains, one_matrix, rows

# Matrices of more entries are named, not printed.
PRINTED = 16
REMEDY = "put an activation such as np.tanh between them, or keep the one layer: graphviz_nn.collapsed(graph)"


@rule("linear_collapse")
def _linear_collapse(model: Model) -> Iterator[Finding]:
    """Linear layers with nothing between them."""
    for layers in chains(model.written):
        yield _chain(model, layers)
    yield from _products(model)


def _chain(model: Model, layers: Sequence[Linear]) -> Finding:
    graph = model.written
    values = {v: graph.variable(v).value for layer in layers for v in (layer.weight, layer.bias) if v is not None}
    known = all(value is not None for value in values.values())
    blanks = {v: np.zeros(graph.variable(v).shape) for v in values}
    weight, bias = one_matrix(layers, values if known else blanks)
    before, after, matrix, vector = _formula(layers)
    facts = f"M = {matrix} of shape {weight.shape}{_printed(weight, known)}"
    if bias is not None:
        facts += f", c = {vector}{_printed(bias, known)}"
    results = (layers[0].x, *(layer.result for layer in layers))
    widths = [_width(layers, graph.variable(v).shape) for v in results]
    operations = [graph.operation(layer.step) for layer in layers]
    members = tuple(name for layer in layers for name in layer.members)
    return _finding(operations, f"{before} = {after}, {facts}", widths, members)


def _finding(operations: Sequence[Operation], what: str, widths: Sequence[int], members: tuple[str, ...]) -> Finding:
    """The finding for layers that go from one of these widths to the next."""
    count = "two" if len(widths) == 3 else str(len(widths) - 1)
    # A matrix of low rank is often written as two on purpose.
    narrow = min(widths[1:-1]) < min(widths[0], widths[-1])
    rank = f"; its rank is at most {min(widths)}, which may be meant" if narrow else ""
    return Finding(
        "linear_collapse",
        f"{count} linear layers ({lines(operations)}) have nothing between them: {what}{rank}",
        REMEDY,
        operations[0].source,
        members,
        "note" if narrow else "warning",
    )


def _width(layers: Sequence[Linear], shape: tuple[int, ...]) -> int:
    """How many features there are where a variable has this shape."""
    if not shape:
        return 1
    return shape[-2] if layers[0].left and len(shape) > 1 else shape[-1]


def _formula(layers: Sequence[Linear]) -> tuple[str, str, str, str]:
    """What layers compute one after the other and at once, their matrix and their bias, as formulas."""
    by_rows, biased = rows(layers), any(layer.bias for layer in layers)
    product, matrix, vector = layers[0].x, "", ""
    for layer in layers:
        turned = not by_rows and not layer.matrix_first
        weight, factor = (f"{layer.weight}ᵀ", f"{layer.weight}.T") if turned else (layer.weight, layer.weight)
        if "+" in product:
            product = f"({product})"
        product = f"{product} {weight}" if by_rows else f"{weight} {product}"
        matrix = " @ ".join(filter(None, (matrix, factor) if by_rows else (factor, matrix)))
        if vector:
            inner = f"({vector})" if "+" in vector else vector
            vector = f"{inner} @ {factor}" if by_rows else f"{factor} @ {inner}"
        if layer.bias:
            product, vector = f"{product} + {layer.bias}", f"{vector} + {layer.bias}" if vector else layer.bias
    after = f"{layers[0].x} M" if by_rows else f"M {layers[0].x}"
    return product, f"{after} + c" if biased else after, matrix, vector


def _printed(value: Array, known: bool) -> str:
    if not known or value.size > PRINTED:
        return ""
    return f", {' '.join(np.array2string(value, precision=4, separator=', ').split())}"


def _products(model: Model) -> Iterator[Finding]:
    """W2 @ W1 @ x: two matrices multiplied before anything is given to them."""
    graph = model.written
    for name, operation in graph.operations.items():
        factors = [graph.variable(v) for v in graph.arguments(name).values()]
        if operation.op != "matmul" or any(each.role != "parameter" or len(each.shape) != 2 for each in factors):
            continue
        (result,) = graph.results(name)
        users = [graph.operation(user) for user in graph.successors(result)]
        if not users or any(user.op != "matmul" or user.scope != operation.scope for user in users):
            continue
        slots = graph.arguments(name)
        first, second = factors[0], factors[-1]
        known = first.value is not None and second.value is not None
        product = first.value @ second.value if known else np.zeros(0)  # type: ignore[operator]
        shape = graph.variable(result).shape
        matrix = f"M = {slots[0]} @ {slots[1]} of shape {shape}{_printed(product, known)}"
        widths = (first.shape[0], first.shape[1], second.shape[1])
        yield _finding([operation], f"{slots[0]} {slots[1]} = M, {matrix}", widths, (name,))
