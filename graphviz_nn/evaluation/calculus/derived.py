"""The derivatives that can be asked for: each a graph made of the graph of a call, and how its values are returned."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import NamedTuple, TypeAlias

import numpy as np

from graphviz_nn.errors import GradientError
from graphviz_nn.evaluation.calculus.called import Called
from graphviz_nn.graph.ir import Array, Graph
from graphviz_nn.transforms.gradient import gradient
from graphviz_nn.transforms.linear import jacobian_graph, pushed_graph

Like: TypeAlias = tuple[tuple[int, ...], str]
"""The shape and the dtype of a result."""


class Derived(NamedTuple):
    """A graph of derivatives.

    Parameters
    ----------
    graph : Graph
        What computes them.
    value : str, optional
        The variable that the function returns, if it is asked for.
    names : tuple of str or None
        The derivatives, in order; None for one that is 0.
    likes : tuple
        The shape and dtype of each.
    own : dict of str to array
        Leaves that belong to the derivative, such as its cotangents.
    """

    graph: Graph
    value: str | None
    names: tuple[str | None, ...]
    likes: tuple[Like, ...]
    own: Mapping[str, Array] = {}

    @property
    def results(self) -> list[tuple[str | None, Like | None]]:
        """What is returned, in order: the variable, and its shape and dtype where these aren't its own."""
        value = [] if self.value is None else [(self.value, None)]
        return [*value, *zip(self.names, self.likes, strict=True)]


Rule = Callable[[Called], Derived]


def _slopes(call: Called, cotangent: Array | None, value: str | None) -> Derived:
    if not call.wrt:
        return Derived(call.graph, value, (), ())
    both = gradient(call.graph, call.of, call.wrt, cotangent=cotangent)
    return Derived(both, value, tuple(both.graph["gradients"][each] for each in call.wrt), _like(call))


def _like(call: Called, axes: Sequence[int] = ()) -> tuple[Like, ...]:
    variables = [call.graph.variable(each) for each in call.wrt]
    return tuple(((*axes, *each.shape), each.dtype) for each in variables)


def _single(call: Called) -> None:
    shape = call.graph.variable(call.of).shape
    if prod(shape) != 1:
        raise GradientError(
            f"{call.title} returned an array of shape {shape}, but only a single number has a gradient; "
            "return np.sum(…) of it, or use gnn.jacobian or gnn.elementwise_grad"
        )


def grad(call: Called) -> Derived:
    _single(call)
    return _slopes(call, None, None)


def value_and_grad(call: Called) -> Derived:
    _single(call)
    return _slopes(call, None, call.of)


def elementwise_grad(call: Called) -> Derived:
    return _slopes(call, np.ones(call.graph.variable(call.of).shape), None)


def jacobian(call: Called) -> Derived:
    variable = call.graph.variable(call.of)
    size, likes = prod(variable.shape), _like(call, variable.shape)
    if not variable.shape:
        return _slopes(call, None, None)
    if not call.wrt or not size:
        return Derived(call.graph, None, (None,) * len(call.wrt), likes)
    found = jacobian_graph(call.graph, call.of, call.wrt)
    each = np.eye(size, dtype=variable.dtype).reshape(size, *variable.shape)
    return Derived(found.graph, None, found.names, likes, {found.cotangent: each})


def jvp(call: Called) -> Derived:
    """The first half of the arguments are the points, the second half their tangents."""
    half = len(call.wrt) // 2
    variable = call.graph.variable(call.of)
    found = pushed_graph(call.graph, call.of, call.wrt[:half], call.wrt[half:])
    shapes = ((variable.shape, variable.dtype),)
    return Derived(found.graph, call.of, found.names, shapes, {found.cotangent: np.zeros(*shapes[0])})
