"""The values of layers, which identify a layer if no formula matches.

A row is a function of arrays, and a role for each argument. Rows of the same layer are its conventions: examples in
rows or in columns, labels as one-hot vectors or as integers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from graphviz_nn.nn.activations import (
    elu,
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
from graphviz_nn.nn.formulas.roles import LABELS, LEARNED, LOGITS, PREDICTION, PROBABILITY, SHARES, TARGET, VALUE, Role
from graphviz_nn.nn.logits import mixture_of_logs
from graphviz_nn.nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_with_logits,
    hinge,
    huber,
    kl_divergence,
    mean_squared_error,
    squared_error,
)
from graphviz_nn.nn.normalization import batch_norm, layer_norm, rms_norm


@dataclass(frozen=True, eq=False)
class Meaning:
    """The values of a layer.

    Parameters
    ----------
    layer : str
        The name of the layer.
    definition : callable
        The layer as a function of its arguments, with `number` as a keyword.
    roles : tuple of Role
        The role of each argument.
    number : str
        The argument that is a plain number, such as a slope; "" if there is none.
    replaces : bool
        Whether the definition replaces the author's formula, which may overflow.
    guarded : bool
        Whether authors add a small number to avoid errors.
    scaled : bool
        Whether it is another layer times a number; a final factor then stays outside.
    """

    layer: str
    definition: Callable[..., Any]
    roles: tuple[Role, ...]
    number: str = ""
    replaces: bool = False
    guarded: bool = False
    scaled: bool = False

    @property
    def may_fail(self) -> bool:
        """Whether the author's formula may overflow, or take the logarithm of 0, for valid arguments."""
        return self.replaces or self.guarded


MEANINGS: list[Meaning] = []
"""Every meaning, in the order of trial."""


def _means(layer: str, roles: tuple[Role, ...], *definitions: Callable[..., Any], **more: Any) -> None:
    MEANINGS.extend(Meaning(layer, each, roles, **more) for each in definitions)


for _activation in (sigmoid, tanh, silu, softplus, selu):
    _means(_activation.__name__, (VALUE,), _activation, replaces=True)
_means("elu", (VALUE,), elu, replaces=True, number="alpha")
_means("leaky_relu", (VALUE,), leaky_relu, number="slope")
_means("gelu", (VALUE,), gelu, partial(gelu, approximate="tanh"))
_means("relu", (VALUE,), relu)
_means("relu6", (VALUE,), relu6)

# Along any axis.


def along(function: Callable[..., Any], axis: int) -> Callable[[Any], Any]:
    """A softmax or its logarithm along an axis, as a function of logits alone."""
    return lambda z: function(z, axis)


def _logsumexp(axis: int | None, keepdims: bool) -> Callable[[Any], Any]:
    def logsumexp(z: Any) -> Any:
        top = np.max(z, axis=axis, keepdims=True)
        total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
        if keepdims:
            return total
        return np.reshape(total, ()) if axis is None else np.sum(total, axis=axis)

    return logsumexp


_means("softmax", (VALUE,), softmax, *(along(softmax, axis) for axis in (0, -2)), replaces=True, guarded=True)
_means("log_softmax", (VALUE,), log_softmax, *(along(log_softmax, axis) for axis in (0, -2)), replaces=True)
_means(
    "logsumexp",
    (VALUE,),
    *(_logsumexp(axis, keepdims) for axis in (None, -1, 0) for keepdims in (False, True)),
    replaces=True,
)

# Normalizations, without the small number under the root; parameters may lie along the examples' axis or not.


def _columns(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a function of rows into a function of columns."""

    def of_columns(*arrays: Any) -> Any:
        return np.transpose(function(*(np.transpose(each) for each in arrays)))

    return of_columns


def _normal(function: Callable[..., Any]) -> Callable[..., Any]:
    def normal(x: Any, *parameters: Any) -> Any:
        width = np.shape(x)[-1]
        if any(np.shape(each) not in ((width,), (1, width)) for each in parameters):
            raise ValueError("the parameters lie along another axis")
        flat = [np.reshape(each, width) for each in parameters]
        filled = [*flat, np.ones(width), np.zeros(width)] if not flat else [*flat, np.zeros(width)]
        return function(x, *filled[: 1 if function is rms_norm else 2], epsilon=0.0)

    return normal


for _roles in ((VALUE, LEARNED, LEARNED), (VALUE, LEARNED), (VALUE,)):
    for _norm in (layer_norm, batch_norm, *((rms_norm,) if len(_roles) < 3 else ())):
        # Without parameters, examples in columns look like entries in rows.
        _conventions = (_normal(_norm), _columns(_normal(_norm)))[: len(_roles)]
        _means(_norm.__name__, _roles, *_conventions, guarded=True)

# Losses. A sum over the examples, where the layer takes the mean, has its own name.


def _summed_cross_entropy(p: Any, y: Any) -> Any:
    return -np.sum(y * np.log(p))


def _summed_log_of_mixture(p: Any, y: Any) -> Any:
    return -np.sum(np.log(np.sum(y * p, axis=-1)))


def _several(function: Callable[..., Any]) -> Callable[..., Any]:
    """A sum over several examples; a single example has none."""

    def of_several(p: Any, y: Any) -> Any:
        if np.ndim(p) != 2 or 1 in np.shape(p):
            raise ValueError("a single example")
        return function(p, y)

    return of_several


def _entries(p: Any, y: Any) -> Any:
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def _entries_of_logits(z: Any, y: Any) -> Any:
    return np.sum(y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z))


def _absolute(prediction: Any, target: Any) -> Any:
    return np.sum(np.abs(prediction - target))


def _mean_absolute(prediction: Any, target: Any) -> Any:
    return np.mean(np.abs(prediction - target))


def _root(prediction: Any, target: Any) -> Any:
    return np.sqrt(np.mean((prediction - target) ** 2))


def _summed_hinge(score: Any, y: Any) -> Any:
    return np.sum(np.maximum(0, 1 - y * score))


_of_probabilities, _of_logits, _of_values = (PROBABILITY, SHARES), (LOGITS, SHARES), (PREDICTION, TARGET)
for _one in (cross_entropy, mixture_of_logs):
    _means("cross_entropy", _of_probabilities, _one, replaces=True, guarded=True)
    _means("cross_entropy", _of_probabilities, _columns(_one), guarded=True)
_means("binary_cross_entropy", _of_probabilities, binary_cross_entropy, replaces=True, guarded=True)
_means(
    "summed_cross_entropy",
    _of_probabilities,
    _several(_summed_cross_entropy),
    _several(_summed_log_of_mixture),
    _columns(_several(_summed_log_of_mixture)),
    guarded=True,
)
_means("summed_binary_cross_entropy", _of_probabilities, _entries, guarded=True)
_means("kl_divergence", (PROBABILITY, PROBABILITY), kl_divergence, guarded=True)
_means("cross_entropy_with_logits", _of_logits, cross_entropy_with_logits, replaces=True)
_means(
    "cross_entropy_with_logits",
    _of_logits,
    lambda z, y: cross_entropy_with_logits(np.transpose(z), np.transpose(y)),
    replaces=True,
)
_means("binary_cross_entropy_with_logits", _of_logits, binary_cross_entropy_with_logits, replaces=True)
_means("summed_binary_cross_entropy", _of_logits, _entries_of_logits, replaces=True)
_means("squared_error", _of_values, squared_error)
_means("mean_squared_error", _of_values, mean_squared_error)
_means("half_squared_error", _of_values, lambda a, y: squared_error(a, y) / 2, scaled=True)
_means("half_mean_squared_error", _of_values, lambda a, y: mean_squared_error(a, y) / 2, scaled=True)
_means("root_mean_squared_error", _of_values, _root)
_means("absolute_error", _of_values, _absolute)
_means("mean_absolute_error", _of_values, _mean_absolute)
_means("hinge", _of_values, hinge)
_means("summed_hinge", _of_values, _summed_hinge)
_means("huber", _of_values, huber, number="delta")

# The right class as an integer.


def _picked(function: Callable[..., Any], columns: bool = False) -> Callable[..., Any]:
    """Turn a loss of one-hot targets into a loss of labels."""

    def of_labels(p: Any, labels: Any) -> Any:
        rows = np.transpose(p) if columns else p
        if np.shape(rows)[:-1] != np.shape(labels):
            raise ValueError("not one label per example")
        return function(rows, np.eye(np.shape(rows)[-1])[labels])

    return of_labels


for _layer, _of_one_hot, _role in (
    ("cross_entropy", mixture_of_logs, PROBABILITY),
    ("summed_cross_entropy", _several(_summed_cross_entropy), PROBABILITY),
    ("cross_entropy_with_logits", cross_entropy_with_logits, LOGITS),
):
    _means(_layer, (_role, LABELS), _picked(_of_one_hot), _picked(_of_one_hot, columns=True), guarded=True)
