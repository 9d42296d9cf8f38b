"""The rule on linear layers that are equivalent to one."""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np

from graphviz_nn.graph.ir import Array, Operation, Shape
from graphviz_nn.linting.model import Model, at
from graphviz_nn.linting.report import Finding
from graphviz_nn.linting.rules import rule
from graphviz_nn.transforms.collapse import Linear, chains, one_matrix, rows
from graphviz_nn.transforms.origin import made_of

# Larger matrices are named instead of printed, and longer products are shortened.
PRINTED = 16
SPELLED = 4
REMEDY = "put an activation such as np.tanh between them, or merge them: graphviz_nn.collapsed(graph)"


@rule("linear_collapse")
def _linear_collapse(model: Model) -> Iterator[Finding]:
    """Linear layers with nothing between them."""
    for layers in chains(model.written):
        yield _chain(model, layers)
    yield from _products(model)


def _chain(model: Model, layers: Sequence[Linear]) -> Finding:
    """The finding for consecutive linear layers."""
    graph, x, by_rows = model.written, layers[0].x, rows(layers)
    widths = [_width(layers, graph.variable(v).shape) for v in (x, *(layer.result for layer in layers))]
    ends = widths[:1] if graph.variable(layers[-1].weight).shape[1:] == () else [widths[0], widths[-1]]
    shape = tuple(ends if by_rows else reversed(ends))
    values = {v: graph.variable(v).value for layer in layers for v in (layer.weight, layer.bias) if v is not None}
    known = np.prod(shape) <= PRINTED and all(value is not None for value in values.values())
    weight, bias = one_matrix(layers, values) if known else (None, None)
    matrix, vector = (_unused(letter, values, x) for letter in "Mc")
    what = f"{x} {matrix}" if by_rows else f"{matrix} {x}"
    facts = f"{matrix} = {_product(layers)} of shape {shape}{_printed(weight)}"
    if any(layer.bias for layer in layers):
        what += f" + {vector}"
        facts += f", {vector} = {_offset(layers)}{_printed(bias)}" if len(layers) <= SPELLED else ""
    operations = [graph.operation(layer.step) for layer in layers]
    members = tuple(name for layer in layers for name in layer.members)
    return _finding(operations, f"{what}, {facts}", widths, members)


def _finding(operations: Sequence[Operation], what: str, widths: Sequence[int], members: tuple[str, ...]) -> Finding:
    """The finding for layers between features of these widths."""
    count = "two" if len(widths) == 3 else str(len(widths) - 1)
    # A matrix of low rank is often written as two on purpose.
    narrow = min(widths[1:-1]) < min(widths[0], widths[-1])
    rank = f"; its rank is at most {min(widths)}, which may be intended" if narrow else ""
    return Finding(
        "linear_collapse",
        f"{count} linear layers{at(operations)} have nothing between them; together they compute {what}{rank}",
        REMEDY,
        operations[0].source,
        members,
        "note" if narrow else "warning",
    )


def _width(layers: Sequence[Linear], shape: Shape) -> int:
    """The number of features of a variable of this shape."""
    if not shape:
        return 1
    return shape[-2] if layers[0].left and len(shape) > 1 else shape[-1]


def _unused(letter: str, *taken: object) -> str:
    """A letter for the matrix or the bias, with a prime if the model uses it already."""
    while any(letter in names if isinstance(names, dict) else letter == names for names in taken):
        letter += "'"
    return letter


def _factor(layers: Sequence[Linear], layer: Linear) -> str:
    return layer.weight if rows(layers) or layer.matrix_first else f"{layer.weight}.T"


def _product(layers: Sequence[Linear]) -> str:
    """The combined matrix as a formula."""
    factors = [_factor(layers, layer) for layer in layers]
    return _shortened(factors if rows(layers) else factors[::-1])


def _shortened(factors: Sequence[str]) -> str:
    return " @ ".join(factors if len(factors) <= SPELLED else (factors[0], "…", factors[-1]))


def _offset(layers: Sequence[Linear]) -> str:
    """The combined bias as a formula."""
    found = ""
    for layer in layers:
        if found:
            inner, factor = f"({found})" if "+" in found else found, _factor(layers, layer)
            found = f"{inner} @ {factor}" if rows(layers) else f"{factor} @ {inner}"
        found = " + ".join(filter(None, (found, layer.bias)))
    return found


def _printed(value: Array | None) -> str:
    if value is None:
        return ""
    return f", {' '.join(np.array2string(value, precision=4, separator=', ').split())}"


def _products(model: Model) -> Iterator[Finding]:
    """W2 @ W1 @ x: matrices multiplied with each other before their argument."""
    graph = model.written
    learned = made_of(graph, "parameter")
    for name, operation in graph.operations.items():
        if operation.op != "matmul" or not learned.issuperset(graph.arguments(name).values()):
            continue
        (result,) = graph.results(name)
        users = list(graph.successors(result))
        if not users or any(
            graph.operation(user).op != "matmul"
            or graph.operation(user).scope != operation.scope
            or learned.issuperset(graph.arguments(user).values())
            for user in users
        ):
            continue
        factors = _factors(model, result)
        shapes, values = zip(*((graph.variable(v).shape, graph.variable(v).value) for v in factors), strict=True)
        if any(len(shape) != 2 for shape in shapes):
            continue
        shape, product = graph.variable(result).shape, None
        if np.prod(shape) <= PRINTED and all(value is not None for value in values):
            product = reduce(np.matmul, values)
        matrix = _unused("M", dict.fromkeys(factors))
        what = f"{matrix} = {_shortened(factors)} of shape {shape}{_printed(product)}"
        yield _finding([operation], what, (shape[0], *(columns for _, columns in shapes)), (name,))


def _factors(model: Model, variable: str) -> list[str]:
    """The factors of an unnamed product of matrices."""
    found: list[str] = []
    waiting = [variable]
    while waiting:
        each = waiting.pop()
        step = model.written.producer(each)
        if each in model.anonymous and step is not None and model.written.operation(step).op == "matmul":
            waiting += reversed(model.written.arguments(step).values())
        else:
            found.append(each)
    return found
