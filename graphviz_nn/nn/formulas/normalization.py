"""Formulas of normalizations."""

from typing import Any

import numpy as np

from graphviz_nn.nn.formulas.table import NUMBER, ROWS, VECTOR, formula
from graphviz_nn.nn.normalization import batch_norm, layer_norm, rms_norm


def _moments(square: Any = None, **along: Any) -> Any:
    """A function that returns the centred entries and their variance: NumPy's, or as the mean of squares."""

    def moments(x: Any) -> tuple[Any, Any]:
        centred = x - np.mean(x, **along)
        return centred, np.mean(square(centred), **along) if square else np.var(x, **along)

    return moments


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


for _square in (None, lambda centred: centred**2, lambda centred: centred * centred):
    _normalizing("layer_norm", _moments(_square, axis=-1, keepdims=True), [VECTOR, ROWS], layer_norm)
for _square in (None, lambda centred: centred**2):
    _normalizing("layer_norm", _moments(_square), VECTOR, layer_norm)
_normalizing("batch_norm", _moments(axis=0), ROWS, _batch_norm)


def _rms_norm(shapes: Any, **along: Any) -> None:
    parts = {"x": shapes, "scale": VECTOR, "epsilon": NUMBER}
    formula("rms_norm", parameters=("scale",), definition=rms_norm, stable=True, **parts)(
        lambda x, scale, epsilon: x / np.sqrt(np.mean(x**2, **along) + epsilon) * scale
    )


_rms_norm(VECTOR)
_rms_norm([VECTOR, ROWS], axis=-1, keepdims=True)
