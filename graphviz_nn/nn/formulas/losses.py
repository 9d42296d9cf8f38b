"""Formulas of losses: on probabilities, on logits, and on differences."""

from functools import partial, reduce
from typing import Any

import numpy as np

from graphviz_nn.nn.activations import log_softmax
from graphviz_nn.nn.formulas.roles import PREDICTION, PROBABILITY, TARGET
from graphviz_nn.nn.formulas.table import ROWS, VECTOR, formula
from graphviz_nn.nn.logits import mixture_of_logs, mixture_of_logs_of_softmax
from graphviz_nn.nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_with_logits,
    hinge,
    mean_squared_error,
    squared_error,
)


def _loss(layer: str, first: str, definition: Any, shape: Any, *formulas: Any, stable: bool = False) -> None:
    """Register several formulas of one loss of y and a prediction called `first`."""
    second = "target" if first == "prediction" else "y"
    roles = {first: PROBABILITY if first == "p" else PREDICTION, second: TARGET}
    for each in formulas:
        formula(layer, definition=definition, stable=stable, roles=roles, **{first: shape, second: shape})(each)


_row = partial(_loss, "cross_entropy", "p", cross_entropy)
_row(VECTOR, lambda p, y: -np.log(p @ y))
_row(ROWS, lambda p, y: -np.mean(np.log(np.sum(y * p, axis=-1))))
_row = partial(_loss, "cross_entropy", "p", mixture_of_logs)
_row(VECTOR, lambda p, y: -(y @ np.log(p)))
_row(ROWS, lambda p, y: -np.mean(np.sum(y * np.log(p), axis=-1)))
_row = partial(_loss, "binary_cross_entropy", "p", binary_cross_entropy)
_row((), lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)))
_row(VECTOR, lambda p, y: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))

# Losses on logits; views distinguish their parts.

_row = partial(_loss, "cross_entropy_with_logits", "z", cross_entropy_with_logits)
_row(VECTOR, lambda z, y: np.log(np.sum(np.exp(z))) - y @ z)
_row(VECTOR, lambda z, y: np.max(z) + np.log(np.sum(np.exp(z - np.max(z)))) - y @ z, stable=True)
_row(ROWS, lambda z, y: np.mean(np.log(np.sum(np.exp(z), axis=-1)) - np.sum(y * z, axis=-1)))
_row = partial(_loss, "cross_entropy_with_logits", "z", mixture_of_logs_of_softmax, stable=True)
_row(
    VECTOR,
    lambda z, y: -(y @ log_softmax(z)),
    lambda z, y: -y @ log_softmax(z),
    lambda z, y: -np.sum(y * log_softmax(z)),
)
_row(
    ROWS,
    lambda z, y: -np.mean(np.sum(y * log_softmax(z), axis=-1)),
    lambda z, y: np.mean(-np.sum(y * log_softmax(z), axis=-1)),
    lambda z, y: -np.sum(y * log_softmax(z)) / len(z),
)


def _added(scores: Any) -> Any:
    return reduce(lambda a, b: a + b, map(np.exp, scores))


def _per_class(classes: int, add: Any) -> None:
    scores: dict[str, Any] = {f"score_{i}": () for i in range(classes)}

    @formula(
        "cross_entropy_with_logits",
        definition=lambda z, y: cross_entropy_with_logits(z, y),
        roles={"y": TARGET},
        y=(classes,),
        **scores,
    )
    def negative_log_likelihood(y: Any, **each: Any) -> Any:
        z = np.stack([each[name] for name in scores])
        return np.log(add([each[name] for name in scores])) - y @ z, z, y


for _classes in range(2, 11):
    _per_class(_classes, _added)
    _per_class(_classes, lambda scores: sum(map(np.exp, scores)))


_row = partial(_loss, "binary_cross_entropy_with_logits", "z", binary_cross_entropy_with_logits)
_row((), lambda z, y: np.log(1 + np.exp(z)) - y * z, lambda z, y: np.logaddexp(0, z) - y * z)
_row(VECTOR, lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z), lambda z, y: np.mean(np.logaddexp(0, z) - y * z))

# Losses on differences:

_row = partial(_loss, "squared_error", "prediction", squared_error, stable=True)
_row((), lambda prediction, target: (prediction - target) ** 2)
_row(VECTOR, lambda prediction, target: np.sum((prediction - target) ** 2))
_row = partial(_loss, "mean_squared_error", "prediction", mean_squared_error, stable=True)
_row(VECTOR, lambda prediction, target: np.mean((prediction - target) ** 2))
_row = partial(_loss, "hinge", "score", hinge, stable=True)
_row(VECTOR, lambda score, y: np.mean(np.maximum(0, 1 - y * score)))
