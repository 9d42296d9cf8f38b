"""Activations."""

import math
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.pytorch.aten.table import as_they_are, aten, cast
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.tracing import function

as_they_are(
    {
        "relu": nn.relu,
        "relu6": nn.relu6,
        "sigmoid": nn.sigmoid,
        "special_expit": nn.sigmoid,
        "tanh": nn.tanh,
        "silu": nn.silu,
        "selu": nn.selu,
        "leaky_relu": nn.leaky_relu,
        "log_sigmoid": lambda x: -nn.softplus(-x),
        "hardsigmoid": lambda x: nn.relu6(x + 3) / 6,
        "hardswish": lambda x: x * nn.relu6(x + 3) / 6,
        "mish": lambda x: x * nn.tanh(nn.softplus(x)),
        "softsign": lambda x: x / (1 + np.abs(x)),
        "tanhshrink": lambda x: x - nn.tanh(x),
    }
)


@aten("gelu")
def gelu(x: Any, *, approximate: str = "none") -> Any:
    return nn.gelu(x, approximate)


@aten("elu")
def elu(x: Any, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Any:
    if (scale, input_scale) != (1, 1):
        raise NoRule("it scales its input or its result")
    return nn.elu(x, alpha)


@aten("celu")
def celu(x: Any, alpha: float = 1.0) -> Any:
    return nn.elu(x / alpha, 1.0) * alpha


@aten("softplus")
def softplus(x: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    # Beyond the threshold PyTorch takes x itself, which differs by less than exp(-threshold).
    if math.exp(-threshold) > 1e-8:
        raise NoRule("its threshold changes its values")
    return nn.softplus(x) if beta == 1 else nn.softplus(beta * x) / beta


@aten("hardtanh")
def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    return nn.relu6(x) if (min_val, max_val) == (0, 6) else np.minimum(np.maximum(x, min_val), max_val)


@aten("prelu")
@function
def prelu(x: Any, weight: Any) -> Any:
    shape = (1, -1, *(1,) * (np.ndim(x) - 2)) if np.size(weight) > 1 and np.ndim(x) > 1 else (-1,) * bool(np.ndim(x))
    return np.where(x > 0, x, np.reshape(weight, shape) * x)


@aten("threshold")
def threshold(x: Any, threshold: float, value: float) -> Any:
    return np.where(x > threshold, x, value)


@aten("hardshrink")
def hardshrink(x: Any, lambd: float = 0.5) -> Any:
    return np.where(np.abs(x) > lambd, x, 0)


@aten("softshrink")
def softshrink(x: Any, lambd: float = 0.5) -> Any:
    return np.sign(x) * np.maximum(np.abs(x) - lambd, 0)


@aten("rrelu")
def rrelu(x: Any, lower: float = 0.125, upper: float = 1 / 3, training: bool = False, generator: Any = None) -> Any:
    if training:
        raise NoRule("it draws numbers in training; call model.eval()")
    return nn.leaky_relu(x, (lower + upper) / 2)


@aten("glu")
def glu(x: Any, dim: int = -1) -> Any:
    first, second = np.split(x, 2, axis=dim)
    return first * nn.sigmoid(second)


@aten("softmax", "_softmax", "special_softmax")
def softmax(x: Any, dim: int, dtype: Any = None) -> Any:
    return nn.softmax(_wide(x, dtype), dim)


@aten("log_softmax", "_log_softmax")
def log_softmax(x: Any, dim: int, dtype: Any = None) -> Any:
    return nn.log_softmax(_wide(x, dtype), dim)


@aten("_safe_softmax")
def safe_softmax(x: Any, dim: int, dtype: Any = None) -> Any:
    return nn.softmax(np.maximum(_wide(x, dtype), -1e9), dim)


@aten("softmin")
def softmin(x: Any, dim: int, dtype: Any = None) -> Any:
    return nn.softmax(-_wide(x, dtype), dim)


def _wide(x: Any, dtype: Any) -> Any:
    # aten's own softmax has a flag where the other has a dtype.
    return x if isinstance(dtype, bool) else cast(x, dtype)
