"""What a run of a program takes: the operations on numbers, and the memory at its peak."""

from math import prod

from graphviz_nn.evaluation.lowered import FRESH, lowered
from graphviz_nn.evaluation.schedule import Schedule
from graphviz_nn.graph.ir import Shape
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.transforms.passes.listing import Line, Listing

MOVES = {"astype", "positive", "stop_gradient", "where", "add_into"}
"""Operations that compute no number, besides those that change shapes and choose entries."""
REDUCTIONS = {"sum", "mean", "prod", "max", "min", "sum_to", "argmax", "argmin"}


def cost(listing: Listing) -> int:
    """The floating-point operations of a run.

    One for each entry of an elementwise result, and for each entry that a reduction takes; two for each pair of factors
    in a product of matrices; n³ for each matrix that is inverted or decomposed. Moving entries is free.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> cost(Listing.of(trace(lambda x, W: np.tanh(W @ x), x=input(3), W=input((2, 3)))))
    14
    """
    return sum(_cost(line, listing) for line in listing.lines)


def _cost(line: Line, listing: Listing) -> int:
    shapes = [listing.variables[each].shape if isinstance(each, str) else () for each in line.given]
    size = prod(listing.variables[line.result].shape)
    category = OPS[line.op].category if line.op in OPS else ""
    if line.op == "matmul":
        return 2 * size * shapes[0][-1]
    if line.op == "einsum":
        return len(shapes) * _entries(line.attributes["subscripts"], shapes)
    if line.op in MOVES or category in ("shape", "indexing"):
        return 0
    if line.op in REDUCTIONS:
        return prod(shapes[0])
    if category == "linear algebra" and shapes and len(shapes[0]) > 1:
        return prod(shapes[0][:-2]) * max(shapes[0][-2:]) ** 3
    return size


def _entries(subscripts: str, shapes: list[Shape]) -> int:
    """The combinations of all axes of a sum of products."""
    terms = subscripts.partition("->")[0].split(",")
    axes = (each for term, shape in zip(terms, shapes, strict=True) for each in zip(term, shape, strict=True))
    return prod(dict(axes).values())


def memory(listing: Listing) -> int:
    """The most bytes that the values of a run take at once, outputs included, arguments and constants not.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> memory(Listing.of(trace(lambda x: np.sum(np.exp(np.tanh(x))), x=input(1000))))
    8008
    """
    return Schedule(lowered(listing), FRESH).peak
