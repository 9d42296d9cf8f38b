"""Find the axis of a batch's examples by trial: a change of one stays in it, and their order makes no difference."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphviz_nn.evaluation import compile
from graphviz_nn.graph.ir import Array, Graph, Shape, Variable

FACT = "examples"
"""The fact of a graph with the axis of the examples in each vector of a chain."""


def along(graph: Graph, name: str) -> int | None:
    """The axis of a variable that counts examples."""
    axes: Mapping[str, int] = graph.graph.get(FACT, {})
    return axes.get(name)


def one(graph: Graph, name: str) -> Shape:
    """The shape of a single example."""
    shape, axis = graph.variable(name).shape, along(graph, name)
    return shape if axis is None else shape[:axis] + shape[axis + 1 :]


def placed(graph: Graph, name: str, example: Array) -> Array:
    """An example as the first of a batch whose other examples are 0."""
    shape, axis = graph.variable(name).shape, along(graph, name)
    if axis is None:
        return example.reshape(shape)
    found = np.zeros(shape)
    np.moveaxis(found, axis, 0)[0] = example.reshape(one(graph, name))
    return found


def first(graph: Graph, name: str, batch: Array) -> Array:
    """The first example of a batch."""
    axis = along(graph, name)
    return np.ravel(batch if axis is None else np.moveaxis(batch, axis, 0)[0])


def axes(graph: Graph, variables: Sequence[str]) -> Mapping[str, int] | None:
    """The axis of the examples in each variable of a chain; None if there is no such axis.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> graph = trace(lambda X, W: np.tanh(W @ X), X=input((2, 10)), W=parameter((3, 2)))
    >>> axes(graph, ["X", "output"])
    {'X': 1, 'output': 1}
    """
    given, *made = variables
    shape = graph.variable(given).shape
    if len(shape) != 2 or any(len(graph.variable(v).shape) not in (1, 2) for v in made):
        return None
    # A single example shows in an axis with one entry.
    for axis in sorted(range(2), key=lambda each: shape[each] != 1):
        found = _along(graph, given, made, axis)
        if found is not None:
            return found
    return None


def _drawn(random: np.random.Generator, variable: Variable) -> Array:
    """Suitable entries for a network: numbers near 1, or 0 and 1 if they must be integers."""
    whole = np.dtype(variable.dtype).kind != "f"
    drawn = random.integers(2, size=variable.shape) if whole else random.uniform(0.2, 1.0, variable.shape)
    return drawn.astype(variable.dtype)


def _along(graph: Graph, given: str, made: Sequence[str], axis: int) -> dict[str, int] | None:
    random = np.random.default_rng(0)
    open_graph = graph.copy()
    if not made:
        return {given: axis}
    open_graph.outputs = tuple(made)
    program = compile(open_graph, tuple(made))
    feeds: dict[str, Any] = {
        name: _drawn(random, variable) for name, variable in graph.leaves.items() if variable.role != "constant"
    }
    before = program.run(feeds)
    found, size = {given: axis}, graph.variable(given).shape[axis]
    # The last example, since a function of all examples might hide a change of the first.
    changed = feeds[given].copy()
    last = np.moveaxis(changed, axis, 0)[-1]
    last[...] = -1.5 * last if changed.dtype.kind == "f" else 1 - last
    after = program.run({**feeds, given: changed})
    reversed_ = program.run({**feeds, given: np.flip(feeds[given], axis)})
    for name in made:
        moved = np.asarray(before[name] != after[name])
        fitting = [
            k
            for k, length in enumerate(moved.shape)
            if length == size
            and not np.moveaxis(moved, k, 0)[:-1].any()
            and np.allclose(reversed_[name], np.flip(before[name], k), equal_nan=True)
        ]
        if not fitting:
            return None
        found[name] = axis if axis in fitting else fitting[0]
    return found
