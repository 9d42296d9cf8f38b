"""Recurrent networks over sequences: their cells, step by step, in layers and in both directions."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from graphviz_nn.nn.common import layer, refuse
from graphviz_nn.nn.recurrent import gru_cell, lstm_cell, rnn_cell


@layer
def rnn(
    x: Any,
    hidden: Any,
    *weights: Any,
    bidirectional: bool = False,
    batch_first: bool = False,
    activation: str = "tanh",
) -> Any:
    """The hidden states of the last layer at all steps, and those of all layers after the last step, as a pair.

    Parameters
    ----------
    *weights : array
        For each layer, and in it for each direction: the input weight, the hidden weight, and the two biases if there
        are any, each as in `rnn_cell`. A second layer takes the hidden states of the first.
    bidirectional : bool
        Whether each layer also goes through the sequence from its end; the hidden states of both directions are joined.
    batch_first : bool
        Whether the first axis of x counts examples, and the second steps.
    activation : {"tanh", "relu"}
        As in `rnn_cell`.

    Shapes
    ------
    x : (steps, inputs), (steps, batch, inputs), or (batch, steps, inputs)
    hidden : (layers and directions, units) or (layers and directions, batch, units)
    results : as `x` with the units of all directions in place of inputs; as `hidden`

    Source
    ------
    PyTorch, torch.nn.RNN.

    Examples
    --------
    >>> states, last = rnn([[1.0], [2.0]], [[0.0]], [[0.0]], [[1.0]])
    >>> states
    array([[0.],
           [0.]])
    """
    cell = partial(rnn_cell, activation=activation)
    return _run("rnn", cell, x, (hidden,), weights, bidirectional, batch_first)


@layer
def gru(x: Any, hidden: Any, *weights: Any, bidirectional: bool = False, batch_first: bool = False) -> Any:
    """The hidden states of the last layer of `gru_cell` at all steps, and those of all layers after the last step, as a
    pair; parameters and shapes as for `rnn`.

    Source
    ------
    PyTorch, torch.nn.GRU.

    Examples
    --------
    >>> states, last = gru([[1.0], [1.0]], [[4.0]], np.zeros((3, 1)), np.zeros((3, 1)))
    >>> states
    array([[2.],
           [1.]])
    """
    return _run("gru", gru_cell, x, (hidden,), weights, bidirectional, batch_first)


@layer
def lstm(x: Any, hidden: Any, cell: Any, *weights: Any, bidirectional: bool = False, batch_first: bool = False) -> Any:
    """The hidden states of the last layer of `lstm_cell` at all steps, and the hidden states and the cells of all
    layers after the last step; parameters and shapes as for `rnn`.

    Source
    ------
    PyTorch, torch.nn.LSTM.

    Examples
    --------
    >>> states, hidden, cell = lstm([[1.0], [1.0]], [[0.0]], [[4.0]], np.zeros((4, 1)), np.zeros((4, 1)))
    >>> cell
    array([[1.]])
    """
    return _run("lstm", lstm_cell, x, (hidden, cell), weights, bidirectional, batch_first)


def _run(
    name: str,
    cell: Callable[..., Any],
    x: Any,
    states: tuple[Any, ...],
    weights: tuple[Any, ...],
    bidirectional: bool,
    batch_first: bool,
) -> tuple[Any, ...]:
    shape, directions = np.shape(x), 2 if bidirectional else 1
    if len(shape) not in (2, 3):
        refuse(name, f"x must be a sequence (steps, inputs) or several (steps, batch, inputs), found {shape}")
    each = 4 if len(weights) > 2 and np.ndim(weights[2]) == 1 else 2
    passes = len(weights) // each
    if not passes or len(weights) % each or passes % directions:
        refuse(name, f"{len(weights)} weights aren't {each} for each layer and direction")
    for state in states:
        if np.shape(state)[:1] != (passes,):
            refuse(name, f"{passes} layers and directions need as many states, found shape {np.shape(state)}")
    axis = 1 if batch_first and len(shape) == 3 else 0
    if not shape[axis]:
        refuse(name, f"x of shape {shape} has no steps")
    steps = [x[(*(slice(None),) * axis, step)] for step in range(shape[axis])]
    last: list[list[Any]] = [[] for _ in states]
    for start in range(0, passes, directions):
        ways = []
        for number in range(start, start + directions):
            given = weights[number * each : (number + 1) * each]
            now: tuple[Any, ...] = tuple(state[number] for state in states)
            way, is_back = [], number > start
            for step in reversed(steps) if is_back else steps:
                found = cell(step, *now, *given)
                now = found if isinstance(found, tuple) else (found,)
                way.append(now[0])
            ways.append(way[::-1] if is_back else way)
            for ends, end in zip(last, now, strict=True):
                ends.append(end)
        steps = [np.concatenate(both, axis=-1) for both in zip(*ways, strict=True)] if bidirectional else ways[0]
    return np.stack(steps, axis=axis), *(np.stack(ends) for ends in last)
