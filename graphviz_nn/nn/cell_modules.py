"""Recurrent cells as objects that own their parameters."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.nn import recurrent
from graphviz_nn.nn.module import Module, called, uniform


@dataclass(eq=False)
class _Cell(Module):
    """A recurrent cell with its weights and biases, drawn evenly between ±1 / √units."""

    inputs: int
    units: int
    bias: bool = True

    gates: ClassVar[int] = 1

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        rows = self.gates * self.units
        found = {
            "W": uniform(generator, self.units, (rows, self.inputs)),
            "U": uniform(generator, self.units, (rows, self.units)),
        }
        biases = {name: uniform(generator, self.units, (rows,)) for name in ("b", "c")}
        return {**found, **biases} if self.bias else found

    def __call__(self, x: Any, hidden: Any) -> Any:  # type: ignore[override]
        return called(self, [x, hidden])


@dataclass(eq=False)
class RNNCell(_Cell):
    """`rnn_cell` with its parameters; called with x and the hidden state.

    Examples
    --------
    >>> RNNCell(2, 3)(np.ones(2), np.zeros(3)).shape
    (3,)
    """

    def compute(self, x: Any, hidden: Any, *parameters: Any) -> Any:
        return recurrent.rnn_cell(x, hidden, *parameters)


@dataclass(eq=False)
class GRUCell(_Cell):
    """`gru_cell` with its parameters; called with x and the hidden state."""

    gates = 3

    def compute(self, x: Any, hidden: Any, *parameters: Any) -> Any:
        return recurrent.gru_cell(x, hidden, *parameters)


@dataclass(eq=False)
class LSTMCell(_Cell):
    """`lstm_cell` with its parameters; called with x, the hidden state and the cell, it gives the next two."""

    gates = 4

    def __call__(self, x: Any, hidden: Any, cell: Any) -> Any:  # type: ignore[override]
        return called(self, [x, hidden, cell])

    def compute(self, x: Any, hidden: Any, cell: Any, *parameters: Any) -> Any:
        return recurrent.lstm_cell(x, hidden, cell, *parameters)
