"""Recurrent cells as modules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.nn import recurrent
from graphviz_nn.nn.module import Module, called, uniform


@dataclass(eq=False)
class _Cell(Module):
    """A recurrent cell with weights and biases drawn uniformly between ±1 / √units."""

    inputs: int
    units: int
    bias: bool = True

    gates: ClassVar[int] = 1
    function: ClassVar[Callable[..., Any]]

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        rows = self.gates * self.units
        found = {
            "W": uniform(generator, self.units, (rows, self.inputs)),
            "U": uniform(generator, self.units, (rows, self.units)),
        }
        biases = {name: uniform(generator, self.units, (rows,)) for name in ("b", "c")}
        return {**found, **biases} if self.bias else found

    def compute(self, *arguments: Any) -> Any:
        return type(self).function(*arguments)

    def __call__(self, x: Any, hidden: Any) -> Any:  # type: ignore[override]
        return called(self, [x, hidden])


class RNNCell(_Cell):
    """`rnn_cell` with its parameters; call it with x and the hidden state.

    Examples
    --------
    >>> RNNCell(2, 3)(np.ones(2), np.zeros(3)).shape
    (3,)
    """

    function = recurrent.rnn_cell


class GRUCell(_Cell):
    """`gru_cell` with its parameters; call it with x and the hidden state."""

    gates = 3
    function = recurrent.gru_cell


class LSTMCell(_Cell):
    """`lstm_cell` with its parameters; call it with x, the hidden state and the cell; it returns the next two."""

    gates = 4
    function = recurrent.lstm_cell

    def __call__(self, x: Any, hidden: Any, cell: Any) -> Any:  # type: ignore[override]
        return called(self, [x, hidden, cell])
