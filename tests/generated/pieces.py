"""Pieces of wide models beside the steps and losses of chains, each a kind of code that people write.

A step takes the value before it, h, and the setting, s: the input x, the parameters w, and the script's own arrays.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import graphviz_nn as gnn
from generated.chains import CLASSES, EXAMPLES, LOSSES, STEPS, Parameters
from graphviz_nn import nn


@dataclass
class Script:
    """Arrays that a script holds beside its model, in one dtype."""

    dtype: str
    rows: tuple[int, ...]
    X: Any = field(init=False)
    targets: Any = field(init=False)
    scale: Any = field(init=False)
    mixing: Any = field(init=False)
    mask: Any = field(init=False)
    tokens: Any = field(init=False)
    rates: Any = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(len(self.rows))
        self.X = rng.uniform(-1, 1, self.rows).astype(self.dtype)
        self.targets = np.eye(CLASSES, dtype=self.dtype)[rng.integers(CLASSES, size=self.rows[:-1])]
        self.scale = rng.uniform(0.5, 1, CLASSES).astype(self.dtype)
        self.mixing = rng.uniform(-1, 1, (CLASSES, CLASSES)).astype(self.dtype)
        self.mask = np.array([True, False, True])
        self.tokens = rng.integers(CLASSES, size=self.rows[:-1])
        self.rates = [np.array(0.5, self.dtype), np.array([0.5, 0.25, 1.0], self.dtype)]


@dataclass
class Setting:
    """The context of a step."""

    x: Any
    w: Parameters
    script: Script


def _recurrent(h: Any, s: Setting, state: Any) -> Any:
    for _ in range(2):
        state = np.tanh(h @ s.w.W + state @ s.w.V)
    return state


def _unused(h: Any, *results: Any) -> Any:
    return h


def _buffer(h: Any) -> Any:
    one_hot, total = np.zeros(CLASSES), h
    for i in range(CLASSES):
        one_hot[:] = 0
        one_hot[i] = 1
        total = total + (i + 1) / 4 * (h * one_hot)
    return total


def _running(h: Any, dtype: str) -> Any:
    state = np.ones(CLASSES, dtype)
    first = h * state
    state += 1
    second = h * state
    state[0] = -1
    return (first + second * state) / 4


def _shrinking(h: Any) -> Any:
    mask = np.ones(CLASSES, bool)
    for i in range(2):
        mask[i] = False
        h = np.where(mask, h, h / 2)
    return h


def _reordered(h: Any) -> Any:
    order = np.array([2, 0, 1])
    first = h[..., order]
    order[:] = [0, 0, 2]
    return first + h[..., order]


def _list_of_arrays(h: Any) -> Any:
    steps = [np.full(CLASSES, 0.5), np.full(CLASSES, 0.25)]
    first = h * steps[0] + h * steps[1]
    steps[1][0] = 2
    return first + h * steps[1]


def _default(h: Any, offsets: Any = np.array([0.1, 0.2, 0.3])) -> Any:
    return h + offsets


def _negatives_scaled(h: Any) -> Any:
    a = h / 1
    a[a < 0] *= 0.1
    return a


def _negatives_removed(h: Any) -> Any:
    a = h / 1
    a[a < 0] = 0
    return a


def _scaled_by_entries(h: Any, b: Any) -> Any:
    out = np.zeros_like(h / 1)
    for i in range(CLASSES):
        out[..., i] = h[..., i] * b[i]
    return out


def _changed_in_place(h: Any, c: Any) -> Any:
    a = h / 2
    a += c
    a *= 0.5
    return a


def _changed_through_a_view(h: Any) -> Any:
    a = h / 1
    first, last = a[..., :2], a.T[-1]
    first += 0.5
    last -= 0.25
    a[..., 1] = first.sum(axis=-1) / 2
    return a + last.sum() / 8


def _running_sum(h: Any, b: Any) -> Any:
    state = gnn.zeros((CLASSES + 1, CLASSES))
    for i in range(CLASSES):
        state[i + 1] = np.tanh(state[i] + b * i)
    return h + state[-1]


def _picked_entry(h: Any) -> Any:
    a = h / 1
    a[..., [0, 2]] -= 0.5
    return a


def _rows_of_a_list(h: Any, b: Any) -> Any:
    return h * np.array([b[0], 0.5, b[1]])


def _by_hand(h: Any) -> Any:
    return 1 / (1 + np.exp(-h))


@gnn.function
def _residual(h: Any, weight: Any) -> Any:
    return h + np.tanh(h @ weight)


@gnn.function
def _twice_residual(h: Any, weight: Any) -> Any:
    return _residual(_residual(h, weight) / 2, weight)


@gnn.function
def _encoder(h: Any, mean: Any, spread: Any) -> Any:
    return h @ mean, np.tanh(h @ spread)


@gnn.function
def _handed_on(h: Any) -> Any:
    return h


def _encoded(h: Any, s: Setting) -> Any:
    mu, log_sigma = _encoder(h, s.w.W, s.w.V)
    return mu * np.exp(log_sigma) / 2


def _one_of_two(h: Any, s: Setting) -> Any:
    mu, _ = _encoder(h, s.w.W, s.w.V)
    return mu


# By kind, so that a kind can be drawn alone.
KINDS: dict[str, dict[str, Callable[[Any, Setting], Any]]] = {
    "constants": {
        "data times weights": lambda h, s: h + s.script.X @ s.w.W.T,
        "layer of data": lambda h, s: h * nn.sigmoid(nn.linear(s.script.X, s.w.W, s.w.b)),
        "layer with constant weights": lambda h, s: nn.linear(h, s.script.mixing, s.w.c),
        "layer of data with a constant bias": lambda h, s: h + np.tanh(s.script.X @ s.w.V + s.script.scale),
        "first state": lambda h, s: _recurrent(h, s, np.zeros(CLASSES)),
        "first state of the script": lambda h, s: _recurrent(h, s, s.script.X),
        "scaled": lambda h, s: h * s.script.scale,
        "masked": lambda h, s: np.where(s.script.mask, h, 0.0),
        "multiplied by a mask": lambda h, s: h * s.script.mask,
        "chosen by a mask": lambda h, s: h + np.sum(h[..., s.script.mask], axis=-1, keepdims=True),
        "arrays of a list": lambda h, s: h * s.script.rates[0] + s.script.rates[1],
        "typed number": lambda h, s: h * np.float32(0.5) + np.float64(0.25),
        "whole typed number": lambda h, s: (h + np.int8(1)) / np.int64(2),
        "default argument": lambda h, s: _default(h),
    },
    "unused": {
        "unused layer": lambda h, s: _unused(h, nn.softmax(h), nn.linear(h, s.w.W)),
        "unused results": lambda h, s: _unused(h, h * 2, np.sum(h)),
        "unused values of parameters": lambda h, s: _unused(h, np.tanh(s.w.b), s.w.W @ s.script.scale),
        "unused part of a chain": lambda h, s: _unused(np.tanh(h), _by_hand(h @ s.w.W + s.w.b)),
    },
    "parameters": {
        "row of an embedding": lambda h, s: h + s.w.V[1],
        "rows of an embedding": lambda h, s: h + s.w.V[s.script.tokens],
        "called embedding": lambda h, s: h + nn.embedding(s.script.tokens, s.w.W),
        "product of parameters": lambda h, s: h @ (s.w.W @ s.w.V.T),
        "bent parameter": lambda h, s: h + np.tanh(s.w.b),
        "positive parameter": lambda h, s: h * np.log(1 + np.exp(s.w.c)),
        "normalised weights": lambda h, s: h @ (s.w.W / np.sqrt(np.sum(s.w.W**2) + 1)),
        "network of parameters": lambda h, s: h + nn.sigmoid(nn.linear(np.tanh(s.w.b), s.w.W, s.w.c)),
    },
    "twice": {
        "sigmoid twice": lambda h, s: _by_hand(h) * (1 - _by_hand(h)),
        "layer twice": lambda h, s: np.tanh(h @ s.w.W + s.w.b) + np.tanh(h @ s.w.W + s.w.b),
        "softmax twice": lambda h, s: nn.softmax(h) + nn.softmax(h) * s.x,
        "operation twice": lambda h, s: h * 0.5 + h * 0.5,
    },
    "blocks": {
        "own block": lambda h, s: _residual(h, s.w.W),
        "block in a block": lambda h, s: _twice_residual(h, s.w.V),
        "block of data": lambda h, s: h * _residual(s.script.X, s.w.W),
        "block of parameters": lambda h, s: h + _residual(s.w.b, s.w.W),
        "block of a transposed weight": lambda h, s: _residual(h, s.w.W.T),
        "two results": lambda h, s: _encoded(h, s),
        "one of two results": lambda h, s: _one_of_two(h, s),
        "dropout in evaluation": lambda h, s: nn.dropout(h, 0.5),
        "handed on": lambda h, s: _handed_on(h),
        "twin towers": lambda h, s: np.tanh(h @ s.w.W) * np.tanh(s.x @ s.w.W),
        "cell": lambda h, s: nn.rnn_cell(h, s.script.X, s.w.W, s.w.V, s.w.b),
    },
    "changed": {
        "one-hot buffer": lambda h, s: _buffer(h),
        "running state": lambda h, s: _running(h, s.script.dtype),
        "shrinking mask": lambda h, s: _shrinking(h),
        "index that changes": lambda h, s: _reordered(h) / 2,
        "list of arrays that change": lambda h, s: _list_of_arrays(h) / 2,
    },
    "assigned": {
        "negatives scaled": lambda h, s: _negatives_scaled(h),
        "negatives removed": lambda h, s: _negatives_removed(h),
        "buffer of entries": lambda h, s: _scaled_by_entries(h, s.w.b),
        "in place": lambda h, s: _changed_in_place(h, s.w.c),
        "through views": lambda h, s: _changed_through_a_view(h),
        "buffer of states": lambda h, s: _running_sum(h, s.w.b),
        "picked entries": lambda h, s: _picked_entry(h),
        "list of numbers": lambda h, s: _rows_of_a_list(h, s.w.b),
    },
}

WIDE_STEPS: dict[str, Callable[[Any, Setting], Any]] = {
    **{name: lambda h, s, step=step: step(h, s.x, s.w) for name, step in STEPS.items()},
    **{name: step for kind in KINDS.values() for name, step in kind.items()},
}


def _picked(h: Any, s: Setting) -> Any:
    p = nn.softmax(h)
    return -np.log(p[range(EXAMPLES), s.script.tokens]).mean() if len(s.script.rows) == 2 else -np.log(p[1])


def _twice(h: Any, y: Any) -> Any:
    return np.mean(-y * np.log(_by_hand(h)) - (1 - y) * np.log(1 - _by_hand(h)))


WIDE_LOSSES: dict[str, Callable[[Any, Any, Setting], Any]] = {
    **{name: lambda h, y, s, loss=loss: loss(h, y) for name, loss in LOSSES.items()},
    "cross-entropy with constant targets": lambda h, y, s: -np.sum(s.script.targets * np.log(nn.softmax(h))),
    "squared error with constant targets": lambda h, y, s: nn.squared_error(h, s.script.targets),
    "picked by constant labels": lambda h, y, s: _picked(h, s),
    "sigmoid twice": lambda h, y, s: _twice(h, y),
    "penalty of parameters": lambda h, y, s: np.sum((h - y) ** 2) + 0.1 * np.sum(s.w.W**2),
    "factorisation": lambda h, y, s: np.mean(h * y) + np.sum((s.script.mixing - s.w.W @ s.w.V.T) ** 2),
}
