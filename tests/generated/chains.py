"""Generated models: chains and branches of layers, formulas and plain operations, and values to feed them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn

CLASSES, EXAMPLES = 3, 4
LARGE = 8.0


@gnn.function
def swish(z):
    return z / (1 + np.exp(-z))


def _softmax(h):
    exponentials = np.exp(h)
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)


def _shifted_softmax(h):
    exponentials = np.exp(h - np.max(h, axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _normalized(h, w):
    centred = h - np.mean(h, axis=-1, keepdims=True)
    return w.g * centred / np.sqrt(np.var(h, axis=-1, keepdims=True) + 0.1) + w.b


MODULES = {"module": nn.Linear(CLASSES, CLASSES), "network": nn.Sequential(nn.Linear(CLASSES, CLASSES), nn.Tanh())}

# What a step makes of the value before it, h, of the first one, x, and of the parameters, w.
STEPS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "linear": lambda h, x, w: nn.linear(h, w.W, w.b),
    "linear by hand": lambda h, x, w: h @ w.V.T + w.c,
    "linear with the weight last": lambda h, x, w: w.c + h.dot(w.V),
    "shared weight": lambda h, x, w: h @ w.W,
    "module": lambda h, x, w: MODULES["module"](h),
    "network": lambda h, x, w: MODULES["network"](h),
    "sigmoid": lambda h, x, w: nn.sigmoid(h),
    "sigmoid by hand": lambda h, x, w: 1 / (1 + np.exp(-h)),
    "sigmoid by tanh": lambda h, x, w: 0.5 * (1 + np.tanh(h / 2)),
    "tanh": lambda h, x, w: np.tanh(h),
    "relu": lambda h, x, w: np.maximum(0, h),
    "leaky": lambda h, x, w: np.where(h > 0, h, 0.1 * h),
    "elu by hand": lambda h, x, w: np.where(h > 0, h, np.exp(h) - 1),
    "gelu": lambda h, x, w: nn.gelu(h),
    "gelu by hand": lambda h, x, w: 0.5 * h * (1 + nn.erf(h / np.sqrt(2))),
    "silu by hand": lambda h, x, w: h / (1 + np.exp(-h)),
    "own function": lambda h, x, w: swish(h),
    "softplus": lambda h, x, w: np.log(1 + np.exp(h)),
    "softmax": lambda h, x, w: nn.softmax(h),
    "softmax by hand": lambda h, x, w: _softmax(h),
    "shifted softmax": lambda h, x, w: _shifted_softmax(h),
    "log of softmax": lambda h, x, w: np.log(_softmax(h)),
    "layer norm": lambda h, x, w: nn.layer_norm(h, w.g, w.b, 0.1),
    "layer norm by hand": lambda h, x, w: _normalized(h, w),
    "skip": lambda h, x, w: h + x,
    "branches": lambda h, x, w: nn.sigmoid(h) * np.tanh(h) + x,
    "half a softmax": lambda h, x, w: np.exp(h) / (np.exp(h).sum() + 1) + np.exp(h),
    "used inside": lambda h, x, w: (lambda e: e / (1 + e) + 0.1 * e)(np.exp(h)),
    "square": lambda h, x, w: h**2 / 4,
    "named": lambda h, x, w: gnn.label(h * 0.5, "q"),
    "column": lambda h, x, w: np.stack([h, x])[0],
}

LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "cross-entropy": lambda h, y: nn.cross_entropy(nn.softmax(h), y),
    "cross-entropy of logits": nn.cross_entropy_with_logits,
    "cross-entropy by hand": lambda h, y: np.mean(-np.sum(y * np.log(_softmax(h)), axis=-1)),
    "sum of cross-entropies": lambda h, y: -np.sum(y * np.log(_softmax(h))),
    "log-sum-exp": lambda h, y: np.mean(np.log(np.sum(np.exp(h), axis=-1)) - np.sum(y * h, axis=-1)),
    "binary": lambda h, y: nn.binary_cross_entropy(nn.sigmoid(h), y),
    "binary by hand": lambda h, y: (lambda p: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))(1 / (1 + np.exp(-h))),
    "squares": lambda h, y: nn.squared_error(h, y),
    "squares by hand": lambda h, y: ((h - y) ** 2).sum(),
    "mean of squares": lambda h, y: np.mean(np.square(y - h)),
    "no target": lambda h, y: np.sum(h * h),
}


@dataclass
class Parameters:
    """The parameters that the steps learn."""

    W: Any
    V: Any
    b: Any
    c: Any
    g: Any


@dataclass(frozen=True)
class Model:
    """A model and its feeds; a failing test shows its steps."""

    steps: tuple[str, ...]
    losses: tuple[str, ...]
    batch: bool
    named: bool
    seed: int

    def __call__(self, x: Any, y: Any, W: Any, V: Any, b: Any, c: Any, g: Any) -> Any:
        """The sum of the losses."""
        w, values = Parameters(W, V, b, c, g), [x]
        for step in self.steps:
            values.append(STEPS[step](values[-1], x, w))
            if self.named:
                a = values[-1] * 1
                values[-1] = a
        loss = LOSSES[self.losses[0]](values[-1], y)
        for each in self.losses[1:]:
            loss = loss + 0.5 * LOSSES[each](values[-1], y)
        return loss

    @property
    def graph(self) -> gnn.Graph:
        """The traced model."""
        rows = (EXAMPLES, CLASSES) if self.batch else (CLASSES,)
        square = (CLASSES, CLASSES)
        return gnn.trace(
            self.__call__,
            x=gnn.input(rows),
            y=gnn.target(rows),
            **{name: gnn.parameter(square) for name in "WV"},
            **{name: gnn.parameter(CLASSES) for name in "bcg"},
        )

    @property
    def feeds(self) -> dict[str, np.ndarray]:
        """Well-scaled values, y one-hot."""
        rng = np.random.default_rng(self.seed)
        rows = (EXAMPLES, CLASSES) if self.batch else (CLASSES,)
        y = np.eye(CLASSES)[rng.integers(CLASSES, size=rows[:-1])]
        found = {"x": rng.uniform(-1, 1, rows), "y": y}
        found |= {name: rng.uniform(-1, 1, (CLASSES, CLASSES)) for name in "WV"}
        return found | {name: rng.uniform(0.2, 1, CLASSES) for name in "bcg"}


def is_well_scaled(model: Model) -> bool:
    """Whether no value on the way is so large that written formulas round or overflow."""
    program = gnn.compile(model.graph)
    values = program.run({name: np.asarray(value) for name, value in model.feeds.items()}).values()
    return all(np.abs(value).max(initial=0.0) < LARGE for value in values)


models = st.builds(
    Model,
    steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=6).map(tuple),
    losses=st.lists(st.sampled_from(sorted(LOSSES)), min_size=1, max_size=2).map(tuple),
    batch=st.booleans(),
    named=st.booleans(),
    seed=st.integers(0, 2**16),
).filter(is_well_scaled)
