"""Activations."""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.table import alike, axis_of, operator, refuse

PLAIN: dict[str, Callable[[Any], Any]] = {
    "Relu": nn.relu,
    "Sigmoid": nn.sigmoid,
    "Softplus": nn.softplus,
}
"""Activations without attributes."""


def _plain(function: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda x, *, consumed_inputs=None: function(x)


for _name, _function in PLAIN.items():
    operator(_name)(_plain(_function))


@operator("Softsign", call="softsign")
def softsign(x: Any) -> Any:
    return x / (1 + np.abs(x))


@operator("Mish", call="mish")
def mish(x: Any) -> Any:
    return x * np.tanh(nn.softplus(x))


@operator("LeakyRelu")
def leaky_relu(x: Any, *, alpha: float = 0.01, consumed_inputs: Any = None) -> Any:
    return nn.leaky_relu(x, alpha)


@operator("PRelu", since=7, call="parametric_relu")
def p_relu(x: Any, slope: Any) -> Any:
    return np.where(x < 0, slope * x, x)


@operator("PRelu", call="parametric_relu")
def p_relu_of_channels(x: Any, slope: Any, *, consumed_inputs: Any = None) -> Any:
    is_one = np.size(slope) == 1 or np.ndim(x) < 2
    return p_relu(x, slope if is_one else np.reshape(slope, (-1, *(1,) * (np.ndim(x) - 2))))


@operator("Elu")
def elu(x: Any, *, alpha: float = 1.0, consumed_inputs: Any = None) -> Any:
    return nn.elu(x, alpha)


@operator("Selu", call="selu")
def selu(
    x: Any,
    *,
    alpha: float = 1.6732631921768188,
    gamma: float = 1.0507010221481323,
    consumed_inputs: Any = None,
) -> Any:
    return gamma * nn.elu(x, alpha)


@operator("Celu", call="celu")
def celu(x: Any, *, alpha: float = 1.0) -> Any:
    return np.maximum(x, 0) + np.minimum(alpha * np.expm1(np.minimum(x, 0) / alpha), 0)


@operator("ThresholdedRelu", call="thresholded_relu")
def thresholded_relu(x: Any, *, alpha: float = 1.0) -> Any:
    return np.where(x > alpha, x, 0)


@operator("Shrink", call="shrink")
def shrink(x: Any, *, bias: float = 0.0, lambd: float = 0.5) -> Any:
    return alike(x, np.where(x < -lambd, x + bias, np.where(x > lambd, x - bias, 0)))


@operator("HardSigmoid", call="hard_sigmoid")
def hard_sigmoid(x: Any, *, alpha: float = 0.2, beta: float = 0.5, consumed_inputs: Any = None) -> Any:
    return np.clip(alpha * x + beta, 0, 1)


@operator("HardSwish", call="hard_swish")
def hard_swish(x: Any) -> Any:
    return x * np.clip(x / 6 + 0.5, 0, 1)


@operator("Swish")
def swish(x: Any, *, alpha: float = 1.0) -> Any:
    return nn.silu(x) if alpha == 1 else x * nn.sigmoid(alpha * x)


@operator("Gelu")
def gelu(x: Any, *, approximate: str = "none") -> Any:
    return nn.gelu(x, approximate)


@operator("Softmax", since=13)
def softmax(x: Any, *, axis: int = -1) -> Any:
    return nn.softmax(x, axis)


@operator("LogSoftmax", since=13)
def log_softmax(x: Any, *, axis: int = -1) -> Any:
    return nn.log_softmax(x, axis)


def _rows(x: Any, axis: int, function: Callable[..., Any]) -> Any:
    """Apply a function of an axis to all entries from this axis on together, as versions before 13 do."""
    axis, shape = axis_of(axis, x), np.shape(x)
    long = [number for number in range(axis, len(shape)) if shape[number] != 1]
    if len(long) <= 1:
        return function(x, long[0] if long else axis)
    rows = np.reshape(x, (*shape[:axis], int(np.prod(shape[axis:]))))
    return np.reshape(function(rows, axis), shape)


@operator("Softmax")
def softmax_of_rows(x: Any, *, axis: int = 1) -> Any:
    return _rows(x, axis, nn.softmax)


@operator("LogSoftmax")
def log_softmax_of_rows(x: Any, *, axis: int = 1) -> Any:
    return _rows(x, axis, nn.log_softmax)


def _hardmax(x: Any, axis: int) -> Any:
    axis = axis_of(axis, x)
    places = np.reshape(np.arange(np.shape(x)[axis]), (-1, *(1,) * (np.ndim(x) - axis - 1)))
    return alike(x, np.expand_dims(np.argmax(x, axis=axis), axis) == places)


@operator("Hardmax", since=13, call="hardmax")
def hardmax(x: Any, *, axis: int = -1) -> Any:
    return _hardmax(x, axis)


@operator("Hardmax", call="hardmax")
def hardmax_of_rows(x: Any, *, axis: int = 1) -> Any:
    return _rows(x, axis, _hardmax)


@operator("Clip", call="clip")
def clip(x: Any, min: Any = None, max: Any = None, *, consumed_inputs: Any = None) -> Any:
    for limit in (min, max):
        if limit is not None and np.size(limit) != 1:
            refuse("its limits aren't numbers")
    # Of the first versions, limits are plain numbers.
    limits = (np.asarray(each, x.dtype) if isinstance(each, float) else each for each in (min, max))
    lower, upper = (None if limit is None else np.reshape(limit, ()) for limit in limits)
    if isinstance(lower, np.ndarray) and lower == 0 and upper is None:
        return nn.relu(x)
    if isinstance(lower, np.ndarray) and isinstance(upper, np.ndarray) and (lower.item(), upper.item()) == (0, 6):
        return nn.relu6(x)
    x = x if lower is None else np.maximum(x, lower)
    return x if upper is None else np.minimum(x, upper)
