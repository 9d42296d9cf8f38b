"""All parameters as one vector, so that steps don't depend on the graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graphviz_nn.graph.ir import Array


class Layout:
    """The position of each parameter in the vector.

    Examples
    --------
    >>> layout = Layout({"W": np.ones((2, 2)), "b": np.zeros(2)})
    >>> layout.vector({"W": np.ones((2, 2)), "b": np.zeros(2)})
    array([1., 1., 1., 1., 0., 0.])
    >>> layout.arrays(np.arange(6.0))["b"]
    array([4., 5.])
    """

    def __init__(self, parameters: Mapping[str, Array]) -> None:
        self.shapes = {name: value.shape for name, value in parameters.items()}
        ends = np.cumsum([value.size for value in parameters.values()]).tolist()
        starts = [0, *ends[:-1]]
        self.places = {name: slice(a, b) for name, a, b in zip(parameters, starts, ends, strict=True)}
        self.size = ends[-1]

    def vector(self, parameters: Mapping[str, Array]) -> Array:
        """Join all parameters into a vector."""
        return np.concatenate([np.ravel(parameters[name]) for name in self.shapes]).astype(float)

    def arrays(self, vector: Array) -> dict[str, Array]:
        """The parameters by name, as views of the vector; its leading axes are kept."""
        before = vector.shape[:-1]
        return {name: vector[..., self.places[name]].reshape((*before, *shape)) for name, shape in self.shapes.items()}


class State(NamedTuple):
    """The state of a training: the step, the parameters, and the memory of the optimizer."""

    step: int
    parameters: Array
    memory: Array


@dataclass(frozen=True)
class Penalty:
    """The penalty on large parameters: l1 times the sum of their absolute values, plus l2 times the sum of their
    squares.

    Examples
    --------
    >>> Penalty(l1=0.0, l2=0.5).value(np.array([1.0, 2.0]))
    2.5
    """

    l1: float
    l2: float

    def value(self, parameters: Array) -> float:
        """The penalty of these parameters."""
        if not (self.l1 or self.l2):
            return 0.0
        return float(self.l1 * np.abs(parameters).sum() + self.l2 * np.sum(parameters**2))

    def added(self, gradient: Array, parameters: Array) -> Array:
        """Add the gradient of the penalty to a gradient."""
        if self.l2:
            gradient = gradient + 2 * self.l2 * parameters
        return gradient + self.l1 * np.sign(parameters) if self.l1 else gradient
