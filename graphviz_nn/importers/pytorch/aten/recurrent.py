"""Recurrent networks and their cells."""

from typing import Any

from graphviz_nn import nn
from graphviz_nn.importers.pytorch.aten.table import aten
from graphviz_nn.importers.replay import NoRule


def _check(states: Any, weights: Any, biases: Any, layers: int, dropout: float, train: bool, both: bool) -> None:
    if not isinstance(weights, list | tuple):
        raise NoRule("it takes packed sequences; give padded ones")
    if train and dropout:
        raise NoRule("it drops entries between layers; call model.eval()")
    if len(weights) != layers * (2 if both else 1) * (4 if biases else 2):
        raise NoRule("it projects its hidden states")


@aten("lstm")
def lstm(
    x: Any,
    states: Any,
    weights: Any,
    biases: Any,
    layers: Any,
    dropout: Any,
    train: Any,
    bidirectional: Any,
    batch_first: Any = False,
) -> Any:
    _check(states, weights, biases, layers, dropout, train, bidirectional)
    return nn.lstm(x, *states, *weights, bidirectional=bidirectional, batch_first=batch_first)


@aten("gru")
def gru(
    x: Any,
    state: Any,
    weights: Any,
    biases: Any,
    layers: Any,
    dropout: Any,
    train: Any,
    bidirectional: Any,
    batch_first: Any = False,
) -> Any:
    _check(state, weights, biases, layers, dropout, train, bidirectional)
    return nn.gru(x, state, *weights, bidirectional=bidirectional, batch_first=batch_first)


def _rnn(activation: str) -> Any:
    def rnn(
        x: Any,
        state: Any,
        weights: Any,
        biases: Any,
        layers: Any,
        dropout: Any,
        train: Any,
        bidirectional: Any,
        batch_first: Any = False,
    ) -> Any:
        _check(state, weights, biases, layers, dropout, train, bidirectional)
        options = {"bidirectional": bidirectional, "batch_first": batch_first, "activation": activation}
        return nn.rnn(x, state, *weights, **options)

    return rnn


def _cell(activation: str) -> Any:
    def cell(x: Any, state: Any, given: Any, kept: Any, bias: Any = None, other: Any = None) -> Any:
        return nn.rnn_cell(x, state, given, kept, bias, other, activation)

    return cell


for _activation in ("tanh", "relu"):
    aten(f"rnn_{_activation}")(_rnn(_activation))
    aten(f"rnn_{_activation}_cell")(_cell(_activation))


@aten("gru_cell")
def gru_cell(x: Any, state: Any, *weights: Any) -> Any:
    return nn.gru_cell(x, state, *weights)


@aten("lstm_cell")
def lstm_cell(x: Any, states: Any, *weights: Any) -> Any:
    return nn.lstm_cell(x, *states, *weights)
