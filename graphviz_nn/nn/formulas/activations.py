"""Formulas of activations."""

import math
from collections.abc import Iterator
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
from graphviz_nn.nn.formulas.roles import VALUE
from graphviz_nn.nn.formulas.table import NUMBER, ROWS, VECTOR, formula
from graphviz_nn.tracing.tracer import apply


def _written(definition: Any, *formulas: Any, stable: bool = False, named: str = "", **numbers: Any) -> None:
    """Register several formulas of a layer, which has the name of its definition."""
    for each in formulas:
        layer = named or definition.__name__
        formula(layer, definition=definition, stable=stable, roles={"z": VALUE}, z=VECTOR, **numbers)(each)


_ROOT = math.sqrt(2 / math.pi)
_written(sigmoid, lambda z: 1 / (1 + np.exp(-z)))
_written(sigmoid, lambda z: 0.5 * (1 + np.tanh(z / 2)), stable=True)
_written(tanh, lambda z: np.tanh(z), stable=True)
_written(relu, lambda z: np.maximum(z, 0), stable=True)
_written(relu6, lambda z: np.minimum(np.maximum(z, 0), 6), stable=True)
_written(leaky_relu, lambda z, slope: np.maximum(z, slope * z), stable=True, slope=NUMBER)
_written(selu, lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * (np.exp(z) - 1)))
_written(elu, lambda z: np.where(z > 0, z, np.exp(z) - 1), lambda z: np.where(z > 0, z, np.expm1(z)))
_written(elu, lambda z, alpha: np.where(z > 0, z, alpha * (np.exp(z) - 1)), alpha=NUMBER)
_written(gelu, lambda z: 0.5 * z * (1 + erf(z / math.sqrt(2))), stable=True)
_written(
    lambda z: gelu(z, "tanh"),
    lambda z: 0.5 * z * (1 + np.tanh(_ROOT * (z + 0.044715 * z**3))),
    stable=True,
    named="gelu",
)
_written(silu, lambda z: z / (1 + np.exp(-z)))
_written(silu, lambda z: z * sigmoid(z), stable=True)
_written(softplus, lambda z: np.log(1 + np.exp(z)))
_written(softplus, lambda z: np.logaddexp(0, z), stable=True)


def _reductions() -> Iterator[tuple[Any, Any, int]]:
    """Ways to write a sum or a maximum over a vector, over rows and over columns."""
    yield (lambda reduce, z: reduce(z)), VECTOR, -1
    yield (lambda reduce, z: reduce(z, axis=-1, keepdims=True)), [VECTOR, ROWS], -1
    yield (lambda reduce, z: reduce(z, axis=-1)[:, None]), ROWS, -1
    yield (lambda reduce, z: np.reshape(reduce(z, axis=-1), (-1, 1))), ROWS, -1
    yield (lambda reduce, z: reduce(z, axis=0)), ROWS, 0
    yield (lambda reduce, z: reduce(z, axis=0, keepdims=True)), ROWS, 0


def _normalizers(over: Any, shapes: Any, axis: int) -> None:
    def shifted(z: Any) -> Any:
        return z - over(np.max, z)

    def held(z: Any) -> Any:
        # The shift changes nothing, so that nothing is lost by holding it fixed, as JAX does.
        return z - apply("stop_gradient", over(np.max, z))

    def quotient(z: Any) -> Any:
        exponentials = np.exp(z)
        return exponentials / over(np.sum, exponentials)

    def difference(z: Any) -> Any:
        return z - np.log(over(np.sum, np.exp(z)))

    def probabilities(z: Any) -> Any:
        return softmax(z, axis)

    def logarithms(z: Any) -> Any:
        return log_softmax(z, axis)

    roles = {"z": VALUE}
    # The plain definitions are shared, so that equal bodies are the same object.
    first, second = (softmax, log_softmax) if axis == -1 else (probabilities, logarithms)
    formula("softmax", roles=roles, definition=first, z=shapes)(quotient)
    formula("softmax", roles=roles, definition=first, stable=True, z=shapes)(lambda z: quotient(shifted(z)))
    formula("softmax", roles=roles, definition=first, stable=True, z=shapes)(lambda z: quotient(held(z)))
    formula("log_softmax", roles=roles, definition=second, z=shapes)(difference)
    formula("log_softmax", roles=roles, definition=second, stable=True, z=shapes)(lambda z: difference(shifted(z)))
    formula("log_softmax", roles=roles, definition=second, stable=True, z=shapes)(lambda z: difference(held(z)))


for _over, _shapes, _axis in _reductions():
    _normalizers(_over, _shapes, _axis)
