"""The operations of `keras.ops`, one row each, by the names of their classes.

A row's function takes the operation, whose attributes are its static arguments, and then what it is called with.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.nn.attention import attention
from graphviz_nn.tracing.tracer import apply

Rule = Callable[..., Any]


def _direct(function: Any) -> Rule:
    """A function of the arguments alone."""
    return lambda own, *arguments, **keywords: function(*arguments, **keywords)


def _reduced(function: Any) -> Rule:
    def rule(own: Any, x: Any, **_: Any) -> Any:
        axis = tuple(own.axis) if isinstance(own.axis, list | tuple) else own.axis
        axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
        return function(x, axis=axis, keepdims=bool(own.keepdims))

    return rule


def _clipped(own: Any, x: Any, *bounds: Any) -> Any:
    low, high = bounds or (own.x_min, own.x_max)
    return np.minimum(np.maximum(x, low), high)


def _one_hot(own: Any, x: Any) -> Any:
    kept = np.equal(np.expand_dims(x, -1), np.arange(own.num_classes))
    return kept.astype("float32")


def _logsumexp(own: Any, x: Any) -> Any:
    top = apply("stop_gradient", np.max(x, axis=own.axis, keepdims=True))
    found = np.log(np.sum(np.exp(x - top), axis=own.axis, keepdims=True)) + top
    return found if own.keepdims else np.squeeze(found, axis=own.axis)


def _split(own: Any, x: Any) -> Any:
    return tuple(np.split(x, own.indices_or_sections, axis=own.axis))


def _index(own: Any, x: Any, key: Any) -> Any:
    return x[tuple(key) if isinstance(key, list) else key]


def _shared_attention(
    own: Any, query: Any, key: Any, value: Any, bias: Any = None, mask: Any = None, scale: Any = None, **_: Any
) -> Any:
    """Attention by several heads, which are the axis before the last."""
    query, key, value = (np.swapaxes(each, -2, -3) for each in (query, key, value))
    if bias is not None:
        raise NoRule("its bias has no rule")
    found = attention(query, key, value, mask, scale, bool(own.is_causal))
    return np.swapaxes(found, -2, -3)


DIRECT: dict[str, Any] = {
    "Abs": np.absolute,
    "Absolute": np.absolute,
    "Add": lambda x, y: x + y,
    "Arctan": np.arctan,
    "Ceil": np.ceil,
    "Cos": np.cos,
    "Cosh": np.cosh,
    "Divide": lambda x, y: x / y,
    "Dot": np.dot,
    "Equal": np.equal,
    "Erf": nn.erf,
    "Exp": np.exp,
    "Expm1": np.expm1,
    "Floor": np.floor,
    "Greater": np.greater,
    "GreaterEqual": np.greater_equal,
    "Identity": lambda x: x,
    "Less": np.less,
    "LessEqual": np.less_equal,
    "Log": np.log,
    "Log1p": np.log1p,
    "LogicalAnd": np.logical_and,
    "LogicalNot": np.logical_not,
    "LogicalOr": np.logical_or,
    "Matmul": lambda x, y: x @ y,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Multiply": lambda x, y: x * y,
    "Negative": lambda x: -x,
    "NotEqual": np.not_equal,
    "Power": lambda x, y: x**y,
    "Ravel": np.ravel,
    "Relu": nn.relu,
    "Relu6": nn.relu6,
    "Rsqrt": lambda x: 1 / np.sqrt(x),
    "Selu": nn.selu,
    "Sigmoid": nn.sigmoid,
    "Sign": np.sign,
    "Silu": nn.silu,
    "Sin": np.sin,
    "Sinh": np.sinh,
    "Softplus": nn.softplus,
    "Softsign": lambda x: x / (1 + np.absolute(x)),
    "Sqrt": np.sqrt,
    "Square": np.square,
    "StopGradient": lambda x: apply("stop_gradient", x),
    "Subtract": lambda x, y: x - y,
    "Tan": np.tan,
    "Tanh": nn.tanh,
    "TrueDivide": lambda x, y: x / y,
    "Where": np.where,
}

OPERATIONS: dict[str, Rule] = {
    **{name: _direct(function) for name, function in DIRECT.items()},
    **{name: _reduced(getattr(np, name.lower())) for name in ("Max", "Mean", "Min", "Prod", "Std", "Sum", "Var")},
    "BroadcastTo": lambda own, x: np.broadcast_to(x, own.shape),
    "Cast": lambda own, x: x,
    "ConvertToTensor": lambda own, x, **_: x,
    "Clip": _clipped,
    "Concatenate": lambda own, xs: np.concatenate(list(xs), axis=own.axis),
    "DotProductAttention": _shared_attention,
    "Einsum": lambda own, *xs: np.einsum(own.subscripts, *xs),
    "Elu": lambda own, x: nn.elu(x, own.alpha),
    "ExpandDims": lambda own, x: np.expand_dims(x, own.axis),
    "Flip": lambda own, x: np.flip(x, own.axis),
    "Gelu": lambda own, x: nn.gelu(x, "tanh" if own.approximate else "none"),
    "GetItem": _index,
    "LeakyRelu": lambda own, x: nn.leaky_relu(x, own.negative_slope),
    "LogSoftmax": lambda own, x: nn.log_softmax(x, own.axis),
    "Logsumexp": _logsumexp,
    "Moveaxis": lambda own, x: np.moveaxis(x, own.source, own.destination),
    "OneHot": _one_hot,
    "Pad": lambda own, x, value=None: np.pad(x, own.pad_width, constant_values=value or 0),
    "Repeat": lambda own, x: np.repeat(x, own.repeats, axis=own.axis),
    "Reshape": lambda own, x: np.reshape(
        x, (np.shape(x)[0] if own.newshape[0] is None else own.newshape[0], *own.newshape[1:])
    ),
    "Softmax": lambda own, x: nn.softmax(x, own.axis),
    "Split": _split,
    "Squeeze": lambda own, x: np.squeeze(x, own.axis),
    "Stack": lambda own, xs: np.stack(list(xs), axis=own.axis),
    "Swapaxes": lambda own, x: np.swapaxes(x, own.axis1, own.axis2),
    "Take": lambda own, x, at: np.take(x, at, axis=own.axis),
    "Tile": lambda own, x: np.tile(x, own.repeats),
    "Transpose": lambda own, x: np.transpose(x, own.axes),
}
