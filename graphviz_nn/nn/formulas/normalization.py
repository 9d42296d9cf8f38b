"""How normalisations are written."""

from typing import Any

import numpy as np

from graphviz_nn.nn.formulas.table import NUMBER, ROWS, VECTOR, formula
from graphviz_nn.nn.normalization import batch_norm, layer_norm, rms_norm


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
