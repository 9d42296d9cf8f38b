"""Layers: linear ones, convolutions, pooling, normalization, attention, embeddings, resizing."""

import math
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.pytorch.aten.table import along, aten, sizes
from graphviz_nn.importers.replay import NoRule
from graphviz_nn.tracing import function


@aten("linear")
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    return nn.linear(x, weight, bias)


@aten("bilinear")
def bilinear(x: Any, y: Any, weight: Any, bias: Any = None) -> Any:
    found = np.einsum("...i,kij,...j->...k", x, weight, y)
    return found if bias is None else found + bias


@aten("_weight_norm")
@function
def weight_norm(direction: Any, length: Any, dim: int = 0) -> Any:
    axis = along(direction, dim)
    others = tuple(each for each in range(np.ndim(direction)) if each != axis)
    return direction * (length / np.sqrt(np.sum(direction * direction, axis=others, keepdims=True)))


@aten("embedding")
def embedding(
    weight: Any, indices: Any, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Any:
    return nn.embedding(indices, weight)


@aten("dropout")
def dropout(x: Any, p: float, train: bool = False) -> Any:
    # In evaluation nothing is dropped, and nothing is drawn.
    return nn.dropout(x, p, training=True) if train and p else x


@aten("alpha_dropout", "feature_dropout", "feature_alpha_dropout")
def other_dropout(x: Any, p: float, train: bool = False) -> Any:
    if train and p:
        raise NoRule("it drops whole channels, or sets them to another number; call model.eval()")
    return x


CONVOLUTIONS = {1: nn.convolution_1d, 2: nn.convolution_2d, 3: nn.convolution_3d}
TRANSPOSED = {1: nn.transposed_convolution_1d, 2: nn.transposed_convolution_2d, 3: nn.transposed_convolution_3d}


@aten("conv1d", "conv2d", "conv3d")
def convolution(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    axes = np.ndim(weight) - 2
    if padding == "valid":
        padding = 0
    elif padding == "same":
        steps = dilation if np.ndim(dilation) else (dilation,) * axes
        steps = tuple(steps) * (axes // len(steps))
        whole = [step * (length - 1) for step, length in zip(steps, np.shape(weight)[2:], strict=True)]
        padding = tuple((width // 2, width - width // 2) for width in whole)
    return CONVOLUTIONS[axes](x, weight, bias, sizes(stride), sizes(padding), sizes(dilation), groups)


@aten("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
def transposed_convolution(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    return TRANSPOSED[np.ndim(weight) - 2](
        x, weight, bias, sizes(stride), sizes(padding), sizes(dilation), groups, sizes(output_padding)
    )


@aten("convolution")
def any_convolution(
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> Any:
    if transposed:
        return transposed_convolution(x, weight, bias, stride, padding, output_padding, groups, dilation)
    return convolution(x, weight, bias, stride, padding, dilation, groups)


LARGEST = {1: nn.max_pooling_1d, 2: nn.max_pooling_2d, 3: nn.max_pooling_3d}
AVERAGE = {1: nn.average_pooling_1d, 2: nn.average_pooling_2d, 3: nn.average_pooling_3d}


def _largest(axes: int) -> Any:
    def pool(
        x: Any, window: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
    ) -> Any:
        far = sizes(stride) if np.size(stride) and stride is not None else None
        return LARGEST[axes](x, sizes(window), far, sizes(padding), sizes(dilation), ceil_mode)

    return pool


def _average(axes: int) -> Any:
    def pool(
        x: Any,
        window: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> Any:
        if divisor_override:
            raise NoRule("it divides by a number of its own")
        far = sizes(stride) if np.size(stride) and stride is not None else None
        return AVERAGE[axes](x, sizes(window), far, sizes(padding), ceil_mode, count_include_pad)

    return pool


def _adaptive(function: Any, axes: int) -> Any:
    def pool(x: Any, size: Any) -> Any:
        wanted = tuple(size) if np.ndim(size) else (size,) * axes
        wanted = wanted * (axes // len(wanted))
        return function(
            x, tuple(n if each is None else each for each, n in zip(wanted, np.shape(x)[-axes:], strict=True))
        )

    return pool


for _axes in (1, 2, 3):
    aten(f"max_pool{_axes}d")(_largest(_axes))
    aten(f"avg_pool{_axes}d")(_average(_axes))
    aten(f"adaptive_avg_pool{_axes}d", f"_adaptive_avg_pool{_axes}d")(_adaptive(nn.adaptive_average_pooling, _axes))


@aten("batch_norm")
def batch_norm(
    x: Any,
    scale: Any,
    shift: Any,
    mean: Any,
    variance: Any,
    training: bool,
    momentum: float,
    epsilon: float,
    cudnn_enabled: bool = True,
) -> Any:
    scale, shift = _factors(x, np.shape(x)[1], scale, shift)
    if training:
        mean = variance = None
    return nn.batch_norm(x, scale, shift, mean, variance, epsilon)


@aten("_native_batch_norm_legit_no_training")
def native_batch_norm(
    x: Any, scale: Any, shift: Any, mean: Any, variance: Any, momentum: float, epsilon: float
) -> tuple[Any, ...]:
    nothing = np.zeros(0, x.dtype)
    return batch_norm(x, scale, shift, mean, variance, False, momentum, epsilon), nothing, nothing


@aten("_native_batch_norm_legit_functional")
def functional_batch_norm(
    x: Any, scale: Any, shift: Any, mean: Any, variance: Any, training: bool, momentum: float, epsilon: float
) -> tuple[Any, ...]:
    others = tuple(axis for axis in range(np.ndim(x)) if axis != 1)
    found = batch_norm(x, scale, shift, mean, variance, training, momentum, epsilon)
    middle, spread = np.mean(x, axis=others), np.var(x, axis=others)
    count = np.size(x) // np.shape(x)[1]
    moved = (
        mean + momentum * (middle - mean),
        variance + momentum * (spread * (count / max(count - 1, 1)) - variance),
    )
    return found, middle, 1 / np.sqrt(spread + epsilon), *moved


def _factors(x: Any, length: int, scale: Any, shift: Any) -> tuple[Any, Any]:
    ones = np.ones(length, x.dtype) if scale is None else scale
    return ones, np.zeros(length, x.dtype) if shift is None else shift


def _rows(x: Any, shape: Any) -> Any:
    """The last axes as one, if several are normalized together."""
    lead = np.shape(x)[: np.ndim(x) - len(shape)]
    return x if len(shape) == 1 else np.reshape(x, (*lead, math.prod(shape)))


@aten("layer_norm")
def layer_norm(
    x: Any, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5, cudnn_enable: bool = True
) -> Any:
    length = math.prod(shape)
    scale, shift = _factors(x, length, *(each if each is None else _rows(each, shape) for each in (weight, bias)))
    found = nn.layer_norm(_rows(x, shape), scale, shift, eps)
    return found if len(shape) == 1 else np.reshape(found, np.shape(x))


@aten("native_layer_norm")
def native_layer_norm(x: Any, shape: Any, weight: Any, bias: Any, eps: float) -> tuple[Any, ...]:
    axes = tuple(range(-len(shape), 0))
    found = layer_norm(x, shape, weight, bias, eps)
    middle = np.mean(x, axis=axes, keepdims=True)
    return found, middle, 1 / np.sqrt(np.var(x, axis=axes, keepdims=True) + eps)


@aten("rms_norm")
def rms_norm(x: Any, shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    length = math.prod(shape)
    scale = np.ones(length, x.dtype) if weight is None else _rows(weight, shape)
    found = nn.rms_norm(_rows(x, shape), scale, float(np.finfo(x.dtype).eps) if eps is None else eps)
    return found if len(shape) == 1 else np.reshape(found, np.shape(x))


@aten("group_norm")
def group_norm(
    x: Any, groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5, cudnn_enabled: bool = True
) -> Any:
    scale, shift = _factors(x, np.shape(x)[1], weight, bias)
    return nn.group_norm(x, scale, shift, groups, eps)


@aten("instance_norm")
def instance_norm(
    x: Any,
    weight: Any,
    bias: Any,
    mean: Any,
    variance: Any,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool = True,
) -> Any:
    if not use_input_stats:
        return batch_norm(x, weight, bias, mean, variance, False, momentum, eps)
    # Each channel is a group of its own.
    return group_norm(x, np.shape(x)[1], weight, bias, eps)


@aten("local_response_norm")
@function
def local_response_norm(x: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Any:
    widths = [(0, 0), (size // 2, (size - 1) // 2), *[(0, 0)] * (np.ndim(x) - 2)]
    squares, channels = np.pad(x * x, widths), np.shape(x)[1]
    total = sum(squares[:, start : start + channels] for start in range(size))
    return x / (total * (alpha / size) + k) ** beta


@aten("scaled_dot_product_attention")
def attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    if enable_gqa:
        # Several heads of the query share one of the key.
        many = np.shape(query)[-3] // np.shape(key)[-3]
        key, value = (np.repeat(each, many, axis=-3) for each in (key, value))
    return nn.attention(query, key, value, attn_mask, scale, is_causal, dropout_p)


def _resized(x: Any, size: Any, factors: Any) -> tuple[int, ...]:
    """The lengths after resizing."""
    space = np.shape(x)[2:]
    if size is not None:
        return tuple(int(each) for each in size)
    return tuple(math.floor(length * factor) for length, factor in zip(space, factors, strict=True))


@aten("upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d")
@function
def upsample(x: Any, size: Any, *factors: Any) -> Any:
    # One variant takes a list of factors, others one factor for each axis.
    ratios: Any = factors[0] if factors and isinstance(factors[0], list | tuple) else factors
    wanted = _resized(x, size, ratios)
    for axis, (length, count) in enumerate(zip(np.shape(x)[2:], wanted, strict=True), 2):
        given = ratios[axis - 2] if len(ratios) == len(wanted) else None
        ratio = 1 / given if given else length / count
        places = np.minimum(np.floor(np.arange(count) * ratio).astype(int), length - 1)
        x = _repeated(x, axis, places, length, count)
    return x


def _repeated(x: Any, axis: int, places: Any, length: int, count: int) -> Any:
    if count == length and np.array_equal(places, np.arange(length)):
        return x
    if count % length == 0 and np.array_equal(places, np.repeat(np.arange(length), count // length)):
        return np.repeat(x, count // length, axis=axis)
    return x[(*(slice(None),) * axis, places)]


@aten("upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d")
@function
def interpolate(x: Any, size: Any, align_corners: bool, *factors: Any) -> Any:
    """Interpolation along each axis: a product with a matrix of weights, two in each row."""
    ratios: Any = factors[0] if factors and isinstance(factors[0], list | tuple) else factors
    wanted = _resized(x, size, ratios)
    for axis, (length, count) in enumerate(zip(np.shape(x)[2:], wanted, strict=True), 2):
        if count == length:
            continue
        given = ratios[axis - 2] if len(ratios) == len(wanted) else None
        if align_corners:
            at = np.arange(count) * ((length - 1) / (count - 1) if count > 1 else 0.0)
        else:
            at = np.maximum((np.arange(count) + 0.5) * (1 / given if given else length / count) - 0.5, 0)
        low = np.minimum(np.floor(at).astype(int), length - 1)
        part = at - low
        matrix = np.zeros((length, count))
        np.add.at(matrix, (low, np.arange(count)), 1 - part)
        np.add.at(matrix, (np.minimum(low + 1, length - 1), np.arange(count)), part)
        matrix = matrix.astype(x.dtype)
        last = axis == np.ndim(x) - 1
        x = x @ matrix if last else np.moveaxis(np.moveaxis(x, axis, -1) @ matrix, -1, axis)
    return x
