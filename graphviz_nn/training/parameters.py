"""All parameters as one vector, so that a step is the same few lines for any graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graphviz_nn.graph.ir import Array


class Layout:
    """Where each parameter is in the vector of all.

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
        """All parameters behind each other."""
        return np.concatenate([np.ravel(parameters[name]) for name in self.shapes]).astype(float)

    def arrays(self, vector: Array) -> dict[str, Array]:
        """The parameters by name, as parts of the vector; axes before its last one are kept."""
        before = vector.shape[:-1]
        return {name: vector[..., self.places[name]].reshape((*before, *shape)) for name, shape in self.shapes.items()}


class State(NamedTuple):
    """Where training is: after so many steps these parameters, and what the optimizer keeps."""

    step: int
    parameters: Array
    memory: Array


@dataclass(frozen=True)
class Penalty:
    """What large parameters cost: l1 times the sum of their sizes and l2 times that of their squares.

    Examples
    --------
    >>> Penalty(l1=0.0, l2=0.5).value(np.array([1.0, 2.0]))
    2.5
    """

    l1: float
    l2: float

    def value(self, parameters: Array) -> float:
        """How much these cost."""
        if not (self.l1 or self.l2):
            return 0.0
        return float(self.l1 * np.abs(parameters).sum() + self.l2 * np.sum(parameters**2))

    def added(self, gradient: Array, parameters: Array) -> Array:
        """A gradient with that of the penalty."""
        if self.l2:
            gradient = gradient + 2 * self.l2 * parameters
        return gradient + self.l1 * np.sign(parameters) if self.l1 else gradient
