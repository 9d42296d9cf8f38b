"""Steps of recurrent networks; gates, their order and both biases are PyTorch's."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, suggest
from graphviz_nn.nn.activations import relu, sigmoid
from graphviz_nn.nn.common import expect, layer, refuse, where
from graphviz_nn.nn.layers import linear

ACTIVATIONS: dict[str, Callable[..., Any]] = {"tanh": np.tanh, "relu": relu}


@layer
def rnn_cell(
    x: Any,
    hidden: Any,
    input_weight: Any,
    hidden_weight: Any,
    input_bias: Any = None,
    hidden_bias: Any = None,
    activation: str = "tanh",
) -> Any:
    """The next hidden state, tanh(W x + b + U h + c).

    Parameters
    ----------
    activation : {"tanh", "relu"}
        The function of the sum.

    Shapes
    ------
    x : (inputs,) or (batch, inputs)
    hidden : (units,) or (batch, units)
    input_weight : (units, inputs)
    hidden_weight : (units, units)
    input_bias, hidden_bias : (units,)
    result : as `hidden`

    Source
    ------
    PyTorch, torch.nn.RNNCell.

    Examples
    --------
    >>> rnn_cell([1.0], [0.0], [[0.0]], [[1.0]])
    array([0.])
    """
    given, kept = _sums("rnn_cell", 1, x, hidden, input_weight, hidden_weight, input_bias, hidden_bias)
    if activation not in ACTIVATIONS:
        problem = f"there is no activation {activation!r}: {suggest(str(activation), ACTIVATIONS)}"
        raise UsageError(f"rnn_cell{where()}: {problem}")
    return ACTIVATIONS[activation](given + kept)


@layer
def gru_cell(
    x: Any, hidden: Any, input_weight: Any, hidden_weight: Any, input_bias: Any = None, hidden_bias: Any = None
) -> Any:
    """The next hidden state of a gated recurrent unit, (1 - z) n + z h.

    The rows of weights and biases are those of the gates r (reset), z (update) and n (new), in this order. n = tanh(W x
    + b + r (U h + c)).

    Shapes
    ------
    x : (inputs,) or (batch, inputs)
    hidden : (units,) or (batch, units)
    input_weight : (3 units, inputs)
    hidden_weight : (3 units, units)
    input_bias, hidden_bias : (3 units,)
    result : as `hidden`

    Source
    ------
    K. Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014, with the reset
    after the product as in PyTorch, torch.nn.GRUCell.

    Examples
    --------
    >>> gru_cell([1.0], [4.0], np.zeros((3, 1)), np.zeros((3, 1)))
    array([2.])
    """
    given, kept = _sums("gru_cell", 3, x, hidden, input_weight, hidden_weight, input_bias, hidden_bias)
    n = np.shape(hidden)[-1]
    reset = sigmoid(given[..., :n] + kept[..., :n])
    update = sigmoid(given[..., n : 2 * n] + kept[..., n : 2 * n])
    new = np.tanh(given[..., 2 * n :] + reset * kept[..., 2 * n :])
    return (1 - update) * new + update * hidden


@layer
def lstm_cell(
    x: Any,
    hidden: Any,
    cell: Any,
    input_weight: Any,
    hidden_weight: Any,
    input_bias: Any = None,
    hidden_bias: Any = None,
) -> Any:
    """The next hidden state and the next cell of a long short-term memory, as a pair.

    The rows of weights and biases are those of the gates i (input), f (forget), g (cell) and o (output), in this order.
    The next cell is f c + i g, the next hidden state o tanh of it.

    Shapes
    ------
    x : (inputs,) or (batch, inputs)
    hidden, cell : (units,) or (batch, units)
    input_weight : (4 units, inputs)
    hidden_weight : (4 units, units)
    input_bias, hidden_bias : (4 units,)
    results : as `hidden`, both

    Source
    ------
    S. Hochreiter and J. Schmidhuber, Long short-term memory, Neural Computation 9, 1997; the forget gate by
    F. Gers et al., 2000; PyTorch, torch.nn.LSTMCell.

    Examples
    --------
    >>> hidden, cell = lstm_cell([1.0], [0.0], [4.0], np.zeros((4, 1)), np.zeros((4, 1)))
    >>> cell
    array([2.])
    """
    if np.shape(cell) != np.shape(hidden):
        refuse("lstm_cell", f"the hidden state has shape {np.shape(hidden)}, but the cell {np.shape(cell)}")
    given, kept = _sums("lstm_cell", 4, x, hidden, input_weight, hidden_weight, input_bias, hidden_bias)
    n = np.shape(hidden)[-1]
    gates = given + kept
    new_cell = sigmoid(gates[..., n : 2 * n]) * cell + sigmoid(gates[..., :n]) * np.tanh(gates[..., 2 * n : 3 * n])
    return sigmoid(gates[..., 3 * n :]) * np.tanh(new_cell), new_cell


def _sums(
    name: str,
    gates: int,
    x: Any,
    hidden: Any,
    input_weight: Any,
    hidden_weight: Any,
    input_bias: Any,
    hidden_bias: Any,
) -> tuple[Any, Any]:
    """The contributions of the input and of the hidden state to all gates."""
    given, state = np.shape(x), np.shape(hidden)
    if len(given) not in (1, 2) or len(state) != len(given) or state[:-1] != given[:-1]:
        refuse(name, f"x {given} and the hidden state {state} must both be vectors or have the same number of rows")
    rows = gates * state[-1]
    beside = f"x {given} and the hidden state {state}"
    expect(name, "input weight", input_weight, (rows, given[-1]), beside)
    expect(name, "hidden weight", hidden_weight, (rows, state[-1]), beside)
    for what, bias in (("input bias", input_bias), ("hidden bias", hidden_bias)):
        if bias is not None:
            expect(name, what, bias, (rows,), beside)
    return linear(x, input_weight, input_bias), linear(hidden, hidden_weight, hidden_bias)
