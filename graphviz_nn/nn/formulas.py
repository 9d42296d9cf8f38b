"""The table of how layers are written by hand, see `formula`; the first row of a layer is its textbook formula."""

import math
from collections.abc import Iterator
from functools import reduce
from itertools import chain
from typing import Any

import numpy as np

from graphviz_nn.nn.activations import (
    SELU_ALPHA,
    SELU_SCALE,
    elu,
    erf,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from graphviz_nn.nn.formula_table import FORMULAS, NUMBER, Many, formula
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
from graphviz_nn.nn.normalization import batch_norm, layer_norm, rms_norm

__all__ = ["FORMULAS"]

VECTOR, ROWS = (5,), (7, 5)


# Linear layers: nothing is gained by another definition, what is written is kept.


@formula("linear", x=VECTOR, weight=(3, 5), parameters=("weight",))
@formula("linear", x=VECTOR, weight=VECTOR, parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return weight @ x


@formula("linear", x=[ROWS, VECTOR], weight=[(5, 3), (5, 3)], parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return x @ weight


@formula("linear", x=[ROWS, VECTOR], weight=[(3, 5), (3, 5)], parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return x @ weight.T


@formula("linear", x=VECTOR, weight=VECTOR, parameters=("weight",))
def _(x: Any, weight: Any) -> Any:
    return np.sum(weight * x)


@formula("linear", x=VECTOR, weight=(3, 5), bias=(3,), parameters=("weight", "bias"))
@formula("linear", x=VECTOR, weight=VECTOR, bias=(), parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return weight @ x + bias


@formula("linear", x=[ROWS, VECTOR], weight=[(5, 3), (5, 3)], bias=[(3,), (3,)], parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight + bias


@formula("linear", x=[ROWS, VECTOR], weight=[(3, 5), (3, 5)], bias=[(3,), (3,)], parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return x @ weight.T + bias


@formula("linear", x=VECTOR, weight=VECTOR, bias=(), parameters=("weight", "bias"))
def _(x: Any, weight: Any, bias: Any) -> Any:
    return np.sum(weight * x) + bias


@formula("linear", x=VECTOR, rows=Many(VECTOR), parameters=("rows",))
def _(x: Any, rows: Any) -> Any:
    return np.stack([row @ x for row in rows])


@formula("linear", x=VECTOR, rows=Many(VECTOR), parameters=("rows",))
def _(x: Any, rows: Any) -> Any:
    return np.stack([np.sum(row * x) for row in rows])


@formula("linear", x=VECTOR, rows=Many(VECTOR), biases=Many(()), parameters=("rows", "biases"))
def _(x: Any, rows: Any, biases: Any) -> Any:
    return np.stack([row @ x + bias for row, bias in zip(rows, biases, strict=True)])


# Activations.


def _activation(layer: str, *formulas: Any, definition: Any, stable: bool = False, **shapes: Any) -> None:
    """Several ways to write one layer."""
    for each in formulas:
        formula(layer, definition=definition, stable=stable, **(shapes or {"z": VECTOR}))(each)


_activation(
    "sigmoid",
    lambda z: 1 / (1 + np.exp(-z)),
    lambda z: (1 + np.exp(-z)) ** -1,
    lambda z: np.reciprocal(1 + np.exp(-z)),
    lambda z: np.exp(z) / (1 + np.exp(z)),
    lambda z: np.exp(-np.logaddexp(0, -z)),
    definition=sigmoid,
)
_activation(
    "sigmoid",
    lambda z: 0.5 * (1 + np.tanh(z / 2)),
    lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
    lambda z: (1 + np.tanh(z / 2)) / 2,
    lambda z: (1 + np.tanh(0.5 * z)) / 2,
    lambda z: 0.5 + 0.5 * np.tanh(z / 2),
    lambda z: 0.5 + 0.5 * np.tanh(0.5 * z),
    definition=sigmoid,
    stable=True,
)
_activation("tanh", lambda z: np.tanh(z), definition=tanh, stable=True)
_activation(
    "tanh",
    lambda z: np.sinh(z) / np.cosh(z),
    lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
    lambda z: (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z)),
    lambda z: 2 / (1 + np.exp(-2 * z)) - 1,
    definition=tanh,
)
_activation(
    "relu",
    lambda z: np.maximum(z, 0),
    lambda z: np.where(z > 0, z, 0),
    lambda z: np.where(z >= 0, z, 0),
    lambda z: np.where(z < 0, 0, z),
    lambda z: np.where(z <= 0, 0, z),
    lambda z: z * (z > 0),
    lambda z: z * (z >= 0),
    lambda z: (z + np.abs(z)) / 2,
    lambda z: 0.5 * (z + np.abs(z)),
    definition=relu,
    stable=True,
)
_activation("relu6", lambda z: np.minimum(np.maximum(z, 0), 6), definition=relu6, stable=True)
_activation(
    "leaky_relu",
    lambda z, slope: np.maximum(z, slope * z),
    lambda z, slope: np.where(z > 0, z, slope * z),
    lambda z, slope: np.where(z >= 0, z, slope * z),
    lambda z, slope: np.where(z < 0, slope * z, z),
    lambda z, slope: np.where(z <= 0, slope * z, z),
    lambda z, slope: np.maximum(z, 0) + slope * np.minimum(z, 0),
    definition=leaky_relu,
    stable=True,
    z=VECTOR,
    slope=NUMBER,
)
_activation(
    "selu",
    lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * (np.exp(z) - 1)),
    lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(z)),
    definition=selu,
)
_activation(
    "elu",
    lambda z: np.where(z > 0, z, np.exp(z) - 1),
    lambda z: np.where(z > 0, z, np.expm1(z)),
    lambda z: np.where(z >= 0, z, np.exp(z) - 1),
    lambda z: np.where(z < 0, np.exp(z) - 1, z),
    definition=elu,
)
_activation(
    "elu",
    lambda z, alpha: np.where(z > 0, z, alpha * (np.exp(z) - 1)),
    lambda z, alpha: np.where(z > 0, z, alpha * np.expm1(z)),
    lambda z, alpha: np.where(z >= 0, z, alpha * (np.exp(z) - 1)),
    lambda z, alpha: np.where(z < 0, alpha * (np.exp(z) - 1), z),
    definition=elu,
    z=VECTOR,
    alpha=NUMBER,
)
_ROOT = math.sqrt(2 / math.pi)
_activation(
    "gelu",
    lambda z: 0.5 * z * (1 + erf(z / math.sqrt(2))),
    lambda z: 0.5 * (z * (1 + erf(z / math.sqrt(2)))),
    lambda z: z * (0.5 * (1 + erf(z / math.sqrt(2)))),
    lambda z: z * (1 + erf(z / math.sqrt(2))) / 2,
    definition=gelu,
    stable=True,
)
_activation(
    "gelu",
    lambda z: 0.5 * z * (1 + np.tanh(_ROOT * (z + 0.044715 * z**3))),
    lambda z: 0.5 * z * (1 + np.tanh(_ROOT * (z + 0.044715 * (z * z * z)))),
    lambda z: 0.5 * z * (1 + np.tanh(_ROOT * (z + 0.044715 * z * z * z))),
    lambda z: z * (1 + np.tanh(_ROOT * (z + 0.044715 * z**3))) / 2,
    definition=lambda z: gelu(z, "tanh"),
    stable=True,
)
_activation("silu", lambda z: z / (1 + np.exp(-z)), definition=silu)
_activation("silu", lambda z: z * sigmoid(z), definition=silu, stable=True)
_activation("softplus", lambda z: np.log(1 + np.exp(z)), lambda z: np.log1p(np.exp(z)), definition=softplus)
_activation("softplus", lambda z: np.logaddexp(0, z), definition=softplus, stable=True)


def _reductions() -> Iterator[tuple[Any, Any, int]]:
    """How a sum or a maximum is written, over a vector, over rows and over columns."""
    yield (lambda reduce, z: reduce(z)), VECTOR, -1
    yield (lambda reduce, z: reduce(z, axis=-1, keepdims=True)), [VECTOR, ROWS], -1
    yield (lambda reduce, z: reduce(z, axis=-1)[:, None]), ROWS, -1
    yield (lambda reduce, z: np.reshape(reduce(z, axis=-1), (-1, 1))), ROWS, -1
    yield (lambda reduce, z: reduce(z, axis=0)), ROWS, 0
    yield (lambda reduce, z: reduce(z, axis=0, keepdims=True)), ROWS, 0


def _normalizers(over: Any, shapes: Any, axis: int) -> None:
    def shifted(z: Any) -> Any:
        return z - over(np.max, z)

    def quotient(z: Any) -> Any:
        exponentials = np.exp(z)
        return exponentials / over(np.sum, exponentials)

    def difference(z: Any) -> Any:
        return z - np.log(over(np.sum, np.exp(z)))

    def probabilities(z: Any) -> Any:
        return softmax(z, axis)

    def logarithms(z: Any) -> Any:
        return log_softmax(z, axis)

    # The plain definitions are shared, so that equal bodies are one.
    first, second = (softmax, log_softmax) if axis == -1 else (probabilities, logarithms)
    formula("softmax", definition=first, z=shapes)(quotient)
    formula("softmax", definition=first, stable=True, z=shapes)(lambda z: quotient(shifted(z)))
    formula("log_softmax", definition=second, z=shapes)(difference)
    formula("log_softmax", definition=second, stable=True, z=shapes)(lambda z: difference(shifted(z)))


for _over, _shapes, _axis in _reductions():
    _normalizers(_over, _shapes, _axis)


# Losses. From probabilities:


def _loss(layer: str, first: str, shape: Any, *formulas: Any, definition: Any, stable: bool = False) -> None:
    """Several ways to write one loss of a prediction, which is called `first`, and y."""
    second = "target" if first == "prediction" else "y"
    for each in formulas:
        formula(layer, definition=definition, stable=stable, **{first: shape, second: shape})(each)


_loss(
    "cross_entropy",
    "p",
    VECTOR,
    lambda p, y: -np.log(p @ y),
    lambda p, y: -np.log(np.sum(p * y)),
    definition=cross_entropy,
)
_loss(
    "cross_entropy",
    "p",
    ROWS,
    lambda p, y: -np.mean(np.log(np.sum(y * p, axis=-1))),
    lambda p, y: np.mean(-np.log(np.sum(y * p, axis=-1))),
    lambda p, y: -np.sum(np.log(np.sum(y * p, axis=-1))) / len(p),
    definition=cross_entropy,
)
_loss(
    "cross_entropy",
    "p",
    VECTOR,
    lambda p, y: -(y @ np.log(p)),
    lambda p, y: -y @ np.log(p),
    lambda p, y: y @ -np.log(p),
    lambda p, y: -np.sum(y * np.log(p)),
    lambda p, y: np.sum(-y * np.log(p)),
    lambda p, y: np.sum(y * -np.log(p)),
    definition=mixture_of_logs,
)
_loss(
    "cross_entropy",
    "p",
    ROWS,
    lambda p, y: -np.mean(np.sum(y * np.log(p), axis=-1)),
    lambda p, y: np.mean(-np.sum(y * np.log(p), axis=-1)),
    lambda p, y: np.mean(np.sum(-y * np.log(p), axis=-1)),
    lambda p, y: -np.sum(y * np.log(p)) / len(p),
    lambda p, y: -(np.sum(y * np.log(p)) / len(p)),
    definition=mixture_of_logs,
)
_loss(
    "binary_cross_entropy",
    "p",
    (),
    lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)),
    lambda p, y: -y * np.log(p) - (1 - y) * np.log(1 - p),
    definition=binary_cross_entropy,
)
_loss(
    "binary_cross_entropy",
    "p",
    VECTOR,
    lambda p, y: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
    lambda p, y: np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))),
    lambda p, y: np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)),
    lambda p, y: -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(p),
    definition=binary_cross_entropy,
)

# From logits; the parts are told apart in the view.

_loss(
    "cross_entropy_with_logits",
    "z",
    VECTOR,
    lambda z, y: np.log(np.sum(np.exp(z))) - y @ z,
    lambda z, y: np.log(np.sum(np.exp(z))) - np.sum(y * z),
    lambda z, y: -(y @ z) + np.log(np.sum(np.exp(z))),
    lambda z, y: -y @ z + np.log(np.sum(np.exp(z))),
    lambda z, y: -(y @ z - np.log(np.sum(np.exp(z)))),
    definition=cross_entropy_with_logits,
)
_loss(
    "cross_entropy_with_logits",
    "z",
    VECTOR,
    lambda z, y: np.max(z) + np.log(np.sum(np.exp(z - np.max(z)))) - y @ z,
    lambda z, y: np.max(z) + np.log(np.sum(np.exp(z - np.max(z)))) - np.sum(y * z),
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
        "cross_entropy_with_logits", y=(classes,), definition=lambda z, y: cross_entropy_with_logits(z, y), **scores
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
        lambda prediction, target, total=_sum: total((target - prediction) ** 2),
        lambda prediction, target, total=_sum: total(np.square(prediction - target)),
        lambda prediction, target, total=_sum: total(np.square(target - prediction)),
        lambda prediction, target, total=_sum: total((prediction - target) * (prediction - target)),
        lambda prediction, target, total=_sum: total((target - prediction) * (target - prediction)),
        definition=squared_error,
        stable=True,
    )
_loss(
    "squared_error",
    "prediction",
    VECTOR,
    lambda prediction, target: (prediction - target) @ (prediction - target),
    lambda prediction, target: (target - prediction) @ (target - prediction),
    definition=squared_error,
    stable=True,
)
_loss(
    "mean_squared_error",
    "prediction",
    VECTOR,
    lambda prediction, target: np.mean((prediction - target) ** 2),
    lambda prediction, target: np.mean((target - prediction) ** 2),
    lambda prediction, target: np.mean(np.square(prediction - target)),
    lambda prediction, target: np.mean(np.square(target - prediction)),
    lambda prediction, target: np.sum((prediction - target) ** 2) / len(prediction),
    lambda prediction, target: np.sum((target - prediction) ** 2) / len(prediction),
    definition=mean_squared_error,
    stable=True,
)
_loss("hinge", "score", VECTOR, lambda score, y: np.mean(np.maximum(0, 1 - y * score)), definition=hinge, stable=True)

# Normalisation and attention; inside, softmax is already found when they are looked for.


def _normalized(x: Any) -> tuple[Any, Any]:
    """The entries of a row without their mean, and their variance."""
    return x - np.mean(x, axis=-1, keepdims=True), np.var(x, axis=-1, keepdims=True)


def _of_vector(x: Any) -> tuple[Any, Any]:
    return x - np.mean(x), np.var(x)


def _squared(x: Any) -> tuple[Any, Any]:
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred, np.mean(centred**2, axis=-1, keepdims=True)


def _multiplied(x: Any) -> tuple[Any, Any]:
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred, np.mean(centred * centred, axis=-1, keepdims=True)


def _vector_squared(x: Any) -> tuple[Any, Any]:
    centred = x - np.mean(x)
    return centred, np.mean(centred**2)


def _of_batch(x: Any) -> tuple[Any, Any]:
    return x - np.mean(x, axis=0), np.var(x, axis=0)


def _normalizing(layer: str, moments: Any, shapes: Any, definition: Any) -> None:
    parts = {"x": shapes, "scale": VECTOR, "shift": VECTOR, "epsilon": NUMBER}
    row = formula(layer, parameters=("scale", "shift"), definition=definition, stable=True, **parts)

    def scaled_last(x: Any, scale: Any, shift: Any, epsilon: Any) -> Any:
        centred, variance = moments(x)
        return centred / np.sqrt(variance + epsilon) * scale + shift

    def scaled_first(x: Any, scale: Any, shift: Any, epsilon: Any) -> Any:
        centred, variance = moments(x)
        return scale * centred / np.sqrt(variance + epsilon) + shift

    row(scaled_last)
    row(scaled_first)


def _batch_norm(x: Any, scale: Any, shift: Any, epsilon: Any) -> Any:
    return batch_norm(x, scale, shift, epsilon=epsilon)


for _moments, _shapes in (
    (_normalized, [VECTOR, ROWS]),
    (_squared, [VECTOR, ROWS]),
    (_multiplied, [VECTOR, ROWS]),
    (_of_vector, VECTOR),
    (_vector_squared, VECTOR),
):
    _normalizing("layer_norm", _moments, _shapes, layer_norm)
_normalizing("batch_norm", _of_batch, ROWS, _batch_norm)


@formula("rms_norm", x=VECTOR, scale=VECTOR, epsilon=NUMBER, parameters=("scale",), definition=rms_norm, stable=True)
def _(x: Any, scale: Any, epsilon: Any) -> Any:
    return x / np.sqrt(np.mean(x**2) + epsilon) * scale


@formula(
    "rms_norm",
    x=[VECTOR, ROWS],
    scale=[VECTOR, VECTOR],
    epsilon=NUMBER,
    parameters=("scale",),
    definition=rms_norm,
    stable=True,
)
def _(x: Any, scale: Any, epsilon: Any) -> Any:
    return x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + epsilon) * scale


@formula("attention", query=[ROWS, (2, 7, 5)], key=[(6, 5), (2, 6, 5)], value=[(6, 4), (2, 6, 4)])
def _(query: Any, key: Any, value: Any) -> Any:
    return softmax(query @ np.swapaxes(key, -1, -2) / np.sqrt(np.shape(query)[-1])) @ value


@formula("attention", query=[ROWS, (2, 7, 5)], key=[(6, 5), (2, 6, 5)], value=[(6, 4), (2, 6, 4)], scale=NUMBER)
def _(query: Any, key: Any, value: Any, scale: Any) -> Any:
    return softmax(query @ np.swapaxes(key, -1, -2) * scale) @ value


@formula("attention", query=VECTOR, key=(6, 5), value=(6, 4))
def _(query: Any, key: Any, value: Any) -> Any:
    return softmax(key @ query / np.sqrt(np.shape(query)[-1])) @ value
