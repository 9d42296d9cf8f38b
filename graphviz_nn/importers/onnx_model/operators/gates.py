"""The functions of the gates of recurrent layers, and one direction's weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.table import refuse

Function = Callable[[Any], Any]

ACTIVATIONS: dict[str, tuple[Callable[..., Any], tuple[float, ...]]] = {
    "affine": (lambda z, alpha, beta: alpha * z + beta, (1.0, 0.0)),
    "elu": (nn.elu, (1.0,)),
    "hardsigmoid": (lambda z, alpha, beta: np.clip(alpha * z + beta, 0, 1), (0.2, 0.5)),
    "leakyrelu": (nn.leaky_relu, (0.01,)),
    "relu": (nn.relu, ()),
    "scaledtanh": (lambda z, alpha, beta: alpha * np.tanh(beta * z), (1.0, 1.0)),
    "sigmoid": (nn.sigmoid, ()),
    "softplus": (nn.softplus, ()),
    "softsign": (lambda z: z / (1 + np.abs(z)), ()),
    "tanh": (np.tanh, ()),
    "thresholdedrelu": (lambda z, alpha: np.where(z > alpha, z, 0), (1.0,)),
}
"""The functions by their names in small letters, and the numbers that they take unless the layer gives some."""


def functions_of(names: Sequence[str], *numbers: Sequence[float] | None) -> list[Function]:
    """The functions with these names; each takes the next of the numbers for its first, and for its second argument.

    >>> (affine,) = functions_of(["Affine"], [2.0], [1.0])
    >>> affine(3.0)
    7.0
    """
    rows, found = [iter(each or ()) for each in numbers], []
    for name in map(str.lower, names):
        if name not in ACTIVATIONS:
            refuse(f"there is no activation {name!r:.60}; there are {', '.join(ACTIVATIONS)}")
        function, defaults = ACTIVATIONS[name]
        taken = [next(row, default) for row, default in zip(rows, defaults, strict=False)]
        found.append(_with(function, taken))
    return found


def _with(function: Callable[..., Any], numbers: Sequence[float]) -> Function:
    return lambda z: function(z, *numbers)


@dataclass
class Gates:
    """One direction of a recurrent layer.

    Parameters
    ----------
    of_x, of_h : array
        The weights beside the input and the hidden state, gate under gate.
    x_bias, h_bias, peepholes : array, optional
        The biases beside both, and the weights of the cell in each gate.
    functions : sequence of callable
        The functions of the gates.
    bound : float
        What gates sum up is cut at it; 0 for no bound.
    is_plain : bool
        Whether functions and sums are those of `graphviz_nn.nn`.
    """

    of_x: Any
    of_h: Any
    x_bias: Any
    h_bias: Any
    peepholes: Any
    functions: Sequence[Function]
    bound: float
    is_plain: bool

    def sums(self, x: Any, h: Any) -> list[tuple[Any, Any]]:
        """What input and hidden state add to each gate."""
        units = np.shape(h)[-1]
        given, kept = nn.linear(x, self.of_x, self.x_bias), nn.linear(h, self.of_h, self.h_bias)
        places = [slice(i, i + units) for i in range(0, np.shape(given)[-1], units)]
        return [(given[..., place], kept[..., place]) for place in places]

    def ordered(self, *order: int) -> list[Any]:
        """Weights and biases with the gates in this order."""
        units = np.shape(self.of_h)[-1]
        found = [each for each in (self.of_x, self.of_h, self.x_bias, self.h_bias) if each is not None]
        return [np.concatenate([each[i * units : (i + 1) * units] for i in order]) for each in found]

    def cut(self, z: Any) -> Any:
        """What a gate sums up, within the bound."""
        return np.clip(z, -self.bound, self.bound) if self.bound else z
