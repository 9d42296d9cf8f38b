"""Matrices that are used in both directions, such as by the encoder and the decoder of a tied autoencoder."""

from collections.abc import Collection

from graphviz_nn.graph.ir import Graph
from graphviz_nn.style.formula import filled
from graphviz_nn.style.literals import ATOM
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.transforms.origin import rearranged

# The rank of a matrix, and the operation that exchanges its axes.
MATRIX, TRANSPOSE = 2, "transpose"


def transposed(graph: Graph, name: str, users: Collection[str]) -> set[str]:
    """The folded users of a matrix that sum over its other axis than the first user does.

    Examples
    --------
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> from graphviz_nn.transforms.fold import fold
    >>> def decoded(x, W):
    ...     return nn.linear(nn.linear(x, W), W.T)
    >>> graph = fold(trace(decoded, x=input(3), W=parameter((2, 3))))
    >>> transposed(graph, "W", graph.operations)
    {'linear_2'}
    """
    matrix = graph.variable(name)
    if matrix.role not in ("parameter", "constant") or len(matrix.shape) != MATRIX or len(users) < 2:
        return set()
    axes = {user: _summed(graph, name, user) for user in graph.operations if user in users}
    known = [axis for axis in axes.values() if axis is not None]
    return {user for user, axis in axes.items() if axis not in (None, known[0])} if known else set()


def across(matrix: str) -> str:
    r"""TeX for the transpose of a matrix.

    >>> across("W^{(1)}")
    'W^{(1)\\top}'
    """
    return filled(lookup(TRANSPOSE).tex, TRANSPOSE, [(matrix, ATOM)])[0]


def _summed(graph: Graph, name: str, user: str) -> int | None:
    """The axis of a matrix that the product in a folded operation sums over, if there is one product alone."""
    body = graph.operation(user).body
    if body is None:
        return None
    found = set()
    for inner, given in zip(body.graph["arguments"], graph.arguments(user).values(), strict=True):
        chain = rearranged(graph, given)
        if name in chain:
            turns = _turns(graph, chain[: chain.index(name)])
            found |= {(axis + turns) % MATRIX for axis in _axes(body, inner, 0)}
    return found.pop() if len(found) == 1 else None


def _turns(graph: Graph, chain: Collection[str]) -> int:
    producers = [graph.producer(each) or "" for each in chain]
    return sum(graph.operation(each).op == TRANSPOSE for each in producers if each)


def _axes(body: Graph, name: str, turns: int) -> set[int]:
    """The axes of an argument that products in a definition sum over."""
    found = set[int]()
    for _, user, slot in body.out_edges(name, keys=True):
        if user not in body.operations:
            continue
        op = body.operation(user).op
        if op == TRANSPOSE:
            found |= _axes(body, body.results(user)[0], turns + 1)
        elif op == "matmul" and len(body.variable(name).shape) == MATRIX:
            found.add(((1 if slot == 0 else 0) + turns) % MATRIX)
    return found
