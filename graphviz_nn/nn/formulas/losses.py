"""How losses are written: of probabilities, of logits, and of differences."""

from functools import reduce
from itertools import chain
from typing import Any

import numpy as np

from graphviz_nn.nn.activations import (
    log_softmax,
)
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


def _loss(layer: str, first: str, shape: Any, *formulas: Any, definition: Any, stable: bool = False) -> None:
    """Several ways to write one loss of a prediction, which is called `first`, and y."""
    second = "target" if first == "prediction" else "y"
    roles = {first: PROBABILITY if first == "p" else PREDICTION, second: TARGET}
    for each in formulas:
        formula(layer, definition=definition, stable=stable, roles=roles, **{first: shape, second: shape})(each)


_loss(
    "cross_entropy",
    "p",
    VECTOR,
    lambda p, y: -np.log(p @ y),
    definition=cross_entropy,
)
_loss(
    "cross_entropy",
    "p",
    ROWS,
    lambda p, y: -np.mean(np.log(np.sum(y * p, axis=-1))),
    definition=cross_entropy,
)
_loss(
    "cross_entropy",
    "p",
    VECTOR,
    lambda p, y: -(y @ np.log(p)),
    definition=mixture_of_logs,
)
_loss(
    "cross_entropy",
    "p",
    ROWS,
    lambda p, y: -np.mean(np.sum(y * np.log(p), axis=-1)),
    definition=mixture_of_logs,
)
_loss(
    "binary_cross_entropy",
    "p",
    (),
    lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)),
    definition=binary_cross_entropy,
)
_loss(
    "binary_cross_entropy",
    "p",
    VECTOR,
    lambda p, y: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
    definition=binary_cross_entropy,
)

# From logits; the parts are told apart in the view.

_loss(
    "cross_entropy_with_logits",
    "z",
    VECTOR,
    lambda z, y: np.log(np.sum(np.exp(z))) - y @ z,
    definition=cross_entropy_with_logits,
)
_loss(
    "cross_entropy_with_logits",
    "z",
    VECTOR,
    lambda z, y: np.max(z) + np.log(np.sum(np.exp(z - np.max(z)))) - y @ z,
    definition=cross_entropy_with_logits,
    stable=True,
)
_loss(
    "cross_entropy_with_logits",
    "z",
    ROWS,
    lambda z, y: np.mean(np.log(np.sum(np.exp(z), axis=-1)) - np.sum(y * z, axis=-1)),
    definition=cross_entropy_with_logits,
)
_loss(
    "cross_entropy_with_logits",
    "z",
    VECTOR,
    lambda z, y: -(y @ log_softmax(z)),
    lambda z, y: -y @ log_softmax(z),
    lambda z, y: -np.sum(y * log_softmax(z)),
    definition=mixture_of_logs_of_softmax,
    stable=True,
)
_loss(
    "cross_entropy_with_logits",
    "z",
    ROWS,
    lambda z, y: -np.mean(np.sum(y * log_softmax(z), axis=-1)),
    lambda z, y: np.mean(-np.sum(y * log_softmax(z), axis=-1)),
    lambda z, y: -np.sum(y * log_softmax(z)) / len(z),
    definition=mixture_of_logs_of_softmax,
    stable=True,
)


def _added(scores: Any) -> Any:
    return reduce(lambda a, b: a + b, map(np.exp, scores))


def _added_to_zero(scores: Any) -> Any:
    return sum(map(np.exp, scores))


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


for _classes, _add in chain.from_iterable(((n, _added), (n, _added_to_zero)) for n in range(2, 11)):
    _per_class(_classes, _add)


_loss(
    "binary_cross_entropy_with_logits",
    "z",
    (),
    lambda z, y: np.log(1 + np.exp(z)) - y * z,
    lambda z, y: np.logaddexp(0, z) - y * z,
    definition=binary_cross_entropy_with_logits,
)
_loss(
    "binary_cross_entropy_with_logits",
    "z",
    VECTOR,
    lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z),
    lambda z, y: np.mean(np.logaddexp(0, z) - y * z),
    definition=binary_cross_entropy_with_logits,
)

# Of differences:

for _shape in ((), VECTOR):
    _sum: Any = np.sum if _shape else lambda each: each
    _loss(
        "squared_error",
        "prediction",
        _shape,
        lambda prediction, target, total=_sum: total((prediction - target) ** 2),
        definition=squared_error,
        stable=True,
    )
_loss(
    "mean_squared_error",
    "prediction",
    VECTOR,
    lambda prediction, target: np.mean((prediction - target) ** 2),
    definition=mean_squared_error,
    stable=True,
)
_loss("hinge", "score", VECTOR, lambda score, y: np.mean(np.maximum(0, 1 - y * score)), definition=hinge, stable=True)
