"""The layers of Keras, one row each, by the names of their classes; as they are in evaluation.

A row's function takes the layer, whose variables are traced values, and then what it is called with. A layer without a
row is opened: its own code says what it computes.
"""

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers import windows
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.importers.windows import called

Rule = Callable[..., Any]

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "elu": nn.elu,
    "exponential": np.exp,
    "gelu": nn.gelu,
    "leaky_relu": lambda z: nn.leaky_relu(z, 0.2),
    "linear": lambda z: z,
    "log_softmax": nn.log_softmax,
    "relu": nn.relu,
    "relu6": nn.relu6,
    "selu": nn.selu,
    "sigmoid": nn.sigmoid,
    "silu": nn.silu,
    "softmax": nn.softmax,
    "softplus": nn.softplus,
    "tanh": nn.tanh,
}


def _activated(own: Any, z: Any, name: str = "activation") -> Any:
    function = getattr(own, name, None)
    if function is None:
        return z
    title = getattr(function, "__name__", type(function).__name__)
    own_one = str(getattr(function, "__module__", "")).partition(".")[0] == "keras"
    if not own_one or title not in ACTIVATIONS:
        raise NoRule(f"the activation {title} has no rule")
    return ACTIVATIONS[title](z)


def _bias(own: Any) -> Any:
    return own.bias if own.use_bias else None


def _dense(own: Any, x: Any) -> Any:
    def linear(x: Any, weight: Any, bias: Any = None) -> Any:
        return x @ weight if bias is None else x @ weight + bias

    return _activated(own, called("linear", linear, *_given(x, own.kernel, _bias(own))))


def _given(*values: Any) -> list[Any]:
    return [each for each in values if each is not None]


def _einsum_dense(own: Any, x: Any) -> Any:
    found = np.einsum(own.equation, x, own.kernel)
    return _activated(own, found + own.bias if own.has("bias") else found)


def _embedding(own: Any, x: Any) -> Any:
    # Numbers of rows may come as floats.
    return nn.embedding(x if x.dtype.kind in "iu" else x.astype("int32"), own.embeddings)


def _orders(own: Any, axes: int) -> tuple[int, ...]:
    """The axes of examples, channels and places."""
    if own.data_format == "channels_first":
        return tuple(range(axes + 2))
    return (0, axes + 1, *range(1, axes + 1))


def _pads(own: Any, x: Any, window: Any, stride: Any, dilation: Any) -> windows.Pads:
    places = _orders(own, len(window))[2:]
    wide = [(size - 1) * step + 1 for size, step in zip(window, dilation, strict=True)]
    if own.padding == "causal":
        return tuple((size - 1, 0) for size in wide)
    if own.padding == "valid":
        return ((0, 0),) * len(window)
    totals = [
        max((math.ceil(np.shape(x)[axis] / step) - 1) * step + size - np.shape(x)[axis], 0)
        for axis, size, step in zip(places, wide, stride, strict=True)
    ]
    return tuple((total // 2, total - total // 2) for total in totals)


def _convolution(own: Any, x: Any) -> Any:
    axes = len(own.kernel_size)
    of_x = _orders(own, axes)
    found = windows.convolution(
        x,
        own.kernel,
        _bias(own),
        orders=(of_x, (axes + 1, axes, *range(axes)), of_x),
        stride=tuple(own.strides),
        padding=_pads(own, x, own.kernel_size, own.strides, own.dilation_rate),
        dilation=tuple(own.dilation_rate),
        groups=own.groups,
    )
    return _activated(own, found)


def _each_channel(own: Any, x: Any, kernel: Any, bias: Any) -> Any:
    """Every channel has filters of its own."""
    axes = len(own.kernel_size)
    of_x, shape = _orders(own, axes), np.shape(kernel)
    inputs, each = shape[-2:]
    # The outputs of one input are side by side.
    filters = np.reshape(kernel, (*shape[:-2], 1, inputs * each))
    return windows.convolution(
        x,
        filters,
        bias,
        orders=(of_x, (axes + 1, axes, *range(axes)), of_x),
        stride=tuple(own.strides),
        padding=_pads(own, x, own.kernel_size, own.strides, own.dilation_rate),
        dilation=tuple(own.dilation_rate),
        groups=inputs,
    )


def _depthwise(own: Any, x: Any) -> Any:
    return _activated(own, _each_channel(own, x, own.kernel, _bias(own)))


def _separable(own: Any, x: Any) -> Any:
    axes = len(own.kernel_size)
    of_x = _orders(own, axes)
    found = windows.convolution(
        _each_channel(own, x, own.depthwise_kernel, None),
        own.pointwise_kernel,
        _bias(own),
        orders=(of_x, (axes + 1, axes, *range(axes)), of_x),
        stride=(1,) * axes,
        padding=((0, 0),) * axes,
    )
    return _activated(own, found)


TRANSPOSED = {1: nn.transposed_convolution_1d, 2: nn.transposed_convolution_2d, 3: nn.transposed_convolution_3d}


def _transposed(own: Any, x: Any) -> Any:
    axes = len(own.kernel_size)
    if own.output_padding is not None or any(step != 1 for step in own.dilation_rate):
        raise NoRule("a transposed convolution with dilation or padding of its result has no rule")
    of_x, stride, window = _orders(own, axes), tuple(own.strides), tuple(own.kernel_size)
    over = [max(size - step, 0) for size, step in zip(window, stride, strict=True)]
    extra = tuple(max(step - size, 0) for size, step in zip(window, stride, strict=True))

    def inside(x: Any, weight: Any, bias: Any = None) -> Any:
        x, weight = windows.turned(x, of_x), np.transpose(weight, (axes + 1, axes, *range(axes)))
        plain = TRANSPOSED[axes].__wrapped__  # type: ignore[attr-defined]
        found = plain(x, weight, bias, stride, 0, 1, 1, extra)
        if own.padding == "same":
            ends = [(each // 2, each - each // 2) for each in over]
            lengths = np.shape(found)[2:]
            cut = (slice(low, length - high) for (low, high), length in zip(ends, lengths, strict=True))
            found = found[(slice(None), slice(None), *cut)]
        return windows.turned(found, tuple(int(i) for i in np.argsort(of_x)))

    return _activated(own, called(TRANSPOSED[axes].__name__, inside, *_given(x, own.kernel, _bias(own))))


def _pooling(pools: dict[int, Any], **more: Any) -> Rule:
    def rule(own: Any, x: Any) -> Any:
        window, stride = tuple(own.pool_size), tuple(own.strides)
        pads = _pads(own, x, window, stride, (1,) * len(window))
        places = _orders(own, len(window))[2:]
        return windows.pooled(pools[len(window)], x, places, window, stride, pads, **more)

    return rule


def _whole(function: Any) -> Rule:
    """Over all places."""

    def rule(own: Any, x: Any, mask: Any = None) -> Any:
        if mask is not None:
            raise NoRule("pooling with a mask has no rule")
        axes = _orders(own, np.ndim(x) - 2)[2:]
        return function(x, axis=axes if len(axes) > 1 else axes[0], keepdims=bool(own.keepdims))

    return rule


def _batch_norm(own: Any, x: Any, mask: Any = None) -> Any:
    axis = own.axis[0] if isinstance(own.axis, list | tuple) else own.axis
    axis %= np.ndim(x)
    row = tuple(-1 if i == axis else 1 for i in range(axis, np.ndim(x)))
    has = [("gamma", own.scale), ("beta", own.center)]
    learned = [getattr(own, name) for name, is_there in has if is_there]

    def batch_norm(x: Any, mean: Any, variance: Any, *learned: Any) -> Any:
        def along(value: Any) -> Any:
            return value if len(row) == 1 else np.reshape(value, row)

        found, rest = (x - along(mean)) / np.sqrt(along(variance) + own.epsilon), iter(learned)
        found = found * along(next(rest)) if own.scale else found
        return found + along(next(rest)) if own.center else found

    return called("batch_norm", batch_norm, x, own.moving_mean, own.moving_variance, *learned)


def _layer_norm(own: Any, x: Any) -> Any:
    axis = own.axis[0] if isinstance(own.axis, list | tuple) and len(own.axis) == 1 else own.axis
    if axis not in (-1, np.ndim(x) - 1) or not (own.scale and own.center):
        raise NoRule("a layer norm over other axes than the last, or without scale and shift")
    return nn.layer_norm(x, own.gamma, own.beta, own.epsilon)


def _rms_norm(own: Any, x: Any) -> Any:
    if own.axis not in (-1, [-1], np.ndim(x) - 1):
        raise NoRule("a norm over other axes than the last")
    return nn.rms_norm(x, own.scale, own.epsilon)


def _rectified(own: Any, x: Any) -> Any:
    if own.threshold:
        raise NoRule("a threshold has no rule")
    found = nn.leaky_relu(x, own.negative_slope) if own.negative_slope else nn.relu(x)
    return found if own.max_value is None else np.minimum(found, own.max_value)


def _recurrent(step: Callable[..., tuple[Any, ...]], states: int) -> Rule:
    """One step after the other; the result of the last, or of all."""

    def rule(own: Any, x: Any, initial_state: Any = None, mask: Any = None) -> Any:
        if mask is not None or own.stateful:
            raise NoRule("a recurrent layer with a mask, or that keeps its state, has no rule")
        cell = own.inner(own.cell)
        given = initial_state if isinstance(initial_state, list | tuple) else _given(initial_state)
        state = tuple(given) or tuple(np.zeros((np.shape(x)[0], cell.units), x.dtype) for _ in range(states))
        found = []
        steps = range(np.shape(x)[1])
        for place in reversed(steps) if own.go_backwards else steps:
            state = step(cell, x[:, place], *state)
            found.append(state[0])
        result = np.stack(found, axis=1) if own.return_sequences else found[-1]
        return (result, *state) if own.return_state else result

    return rule


def _biased(z: Any, bias: Any) -> Any:
    return z if bias is None else z + bias


def _lstm_step(cell: Any, x: Any, h: Any, c: Any) -> tuple[Any, Any]:
    z = _biased(x @ cell.kernel + h @ cell.recurrent_kernel, _bias(cell))
    i, f, g, o = np.split(z, 4, axis=-1)
    gates = [_activated(cell, each, "recurrent_activation") for each in (i, f, o)]
    c = gates[1] * c + gates[0] * _activated(cell, g)
    return gates[2] * _activated(cell, c), c


def _gru_step(cell: Any, x: Any, h: Any) -> tuple[Any]:
    bias = _bias(cell)
    if bias is not None and len(np.shape(bias)) == 2:
        first, second = bias[0], bias[1]
    else:
        first, second = bias, None
    units = cell.units
    of_x = np.split(_biased(x @ cell.kernel, first), 3, axis=-1)
    weight = cell.recurrent_kernel
    if cell.reset_after:
        of_h = np.split(_biased(h @ weight, second), 3, axis=-1)
        z, r = (_activated(cell, of_x[i] + of_h[i], "recurrent_activation") for i in (0, 1))
        new = _activated(cell, of_x[2] + r * of_h[2])
    else:
        z, r = (
            _activated(cell, of_x[i] + h @ weight[:, i * units : (i + 1) * units], "recurrent_activation")
            for i in (0, 1)
        )
        new = _activated(cell, of_x[2] + (r * h) @ weight[:, 2 * units :])
    return (z * h + (1 - z) * new,)


def _simple_step(cell: Any, x: Any, h: Any) -> tuple[Any]:
    return (_activated(cell, _biased(x @ cell.kernel, _bias(cell)) + h @ cell.recurrent_kernel),)


def _merged(function: Any) -> Rule:
    return lambda own, xs: reduce(function, list(xs))


def _padded(own: Any, x: Any) -> Any:
    pads = own.padding if isinstance(own.padding[0], tuple | list) else (tuple(own.padding),)
    places = _orders(own, len(pads))[2:]
    widths = [tuple(pads[places.index(axis)]) if axis in places else (0, 0) for axis in range(np.ndim(x))]
    return np.pad(x, widths)


def _enlarged(own: Any, x: Any) -> Any:
    if getattr(own, "interpolation", "nearest") != "nearest":
        raise NoRule(f"interpolation {own.interpolation} has no rule")
    sizes = own.size if isinstance(own.size, tuple | list) else (own.size,)
    for axis, size in zip(_orders(own, len(sizes))[2:], sizes, strict=True):
        x = np.repeat(x, size, axis=axis)
    return x


def _same(own: Any, x: Any, **_: Any) -> Any:
    return x


LARGEST = {1: nn.max_pooling_1d, 2: nn.max_pooling_2d, 3: nn.max_pooling_3d}
MEAN = {1: nn.average_pooling_1d, 2: nn.average_pooling_2d, 3: nn.average_pooling_3d}

LAYERS: dict[str, Rule] = {
    **dict.fromkeys(
        [
            "ActivityRegularization",
            "AlphaDropout",
            "Dropout",
            "GaussianDropout",
            "GaussianNoise",
            "Identity",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
        ],
        _same,
    ),
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _convolution),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _transposed),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"), _pooling(LARGEST)),
    **dict.fromkeys(("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"), _pooling(MEAN, count_padding=False)),
    **dict.fromkeys(("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"), _whole(np.mean)),
    **dict.fromkeys(("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"), _whole(np.max)),
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), _padded),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), _enlarged),
    "Activation": lambda own, x: _activated(own, x),
    "Add": _merged(lambda x, y: x + y),
    "Average": lambda own, xs: reduce(lambda x, y: x + y, list(xs)) / len(xs),
    "BatchNormalization": _batch_norm,
    "Concatenate": lambda own, xs: np.concatenate(list(xs), axis=own.axis),
    "Dense": _dense,
    "ELU": lambda own, x: nn.elu(x, own.alpha),
    "EinsumDense": _einsum_dense,
    "Embedding": _embedding,
    "Flatten": lambda own, x: nn.flatten(x, batch=True),
    "GRU": _recurrent(_gru_step, 1),
    "LSTM": _recurrent(_lstm_step, 2),
    "LayerNormalization": _layer_norm,
    "LeakyReLU": lambda own, x: nn.leaky_relu(x, own.negative_slope),
    "Maximum": _merged(np.maximum),
    "Minimum": _merged(np.minimum),
    "Multiply": _merged(lambda x, y: x * y),
    "Permute": lambda own, x: np.transpose(x, (0, *own.dims)),
    "RMSNormalization": _rms_norm,
    "ReLU": _rectified,
    "RepeatVector": lambda own, x: np.repeat(np.expand_dims(x, 1), own.n, axis=1),
    "Rescaling": lambda own, x: x * own.scale + own.offset,
    "Reshape": lambda own, x: np.reshape(x, (np.shape(x)[0], *own.target_shape)),
    "SimpleRNN": _recurrent(_simple_step, 1),
    "Softmax": lambda own, x, mask=None: nn.softmax(x, own.axis),
    "Subtract": lambda own, xs: xs[0] - xs[1],
}
