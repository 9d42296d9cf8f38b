"""Normalization."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.onnx_model.table import alike, axis_of, operator, refuse


@operator("BatchNormalization", weights=(1, 2), statistics=(3, 4))
def batch_normalization(
    x: Any,
    scale: Any,
    shift: Any,
    mean: Any,
    variance: Any,
    *,
    epsilon: float = 1e-5,
    momentum: float = 0.9,
    training_mode: int = 0,
    spatial: int = 1,
    is_test: int = 1,
    consumed_inputs: Any = None,
    results: int,
) -> Any:
    if not spatial and np.ndim(x) > 2:
        refuse("it normalizes each place apart")
    if not training_mode:
        if results > 1:
            refuse("it returns statistics of a training")
        return alike(x, nn.batch_norm(x, scale, shift, mean, variance, epsilon))
    others = tuple(axis for axis in range(np.ndim(x)) if axis != 1)
    found = alike(x, nn.batch_norm(x, scale, shift, epsilon=epsilon))
    if results == 1:
        return found
    new = ((mean, np.mean(x, axis=others)), (variance, np.var(x, axis=others)))
    return found, *(alike(old, old * momentum + now * (1 - momentum)) for old, now in new)


@operator("InstanceNormalization", weights=(1, 2))
def instance_normalization(
    x: Any, scale: Any, shift: Any, *, epsilon: float = 1e-5, consumed_inputs: Any = None
) -> Any:
    return nn.group_norm(x, scale, shift, np.shape(x)[1], epsilon)


@operator("GroupNormalization", since=21, weights=(1, 2))
def group_normalization(
    x: Any, scale: Any, shift: Any, *, epsilon: float = 1e-5, num_groups: int, stash_type: int = 1
) -> Any:
    return alike(x, nn.group_norm(x, scale, shift, num_groups, epsilon))


@operator("GroupNormalization", since=18, weights=(1, 2))
def group_normalization_by_groups(x: Any, scale: Any, shift: Any, *, epsilon: float = 1e-5, num_groups: int) -> Any:
    each = np.shape(x)[1] // num_groups
    return nn.group_norm(x, np.repeat(scale, each), np.repeat(shift, each), num_groups, epsilon)


@operator("LayerNormalization", weights=(1, 2))
def layer_normalization(
    x: Any,
    scale: Any,
    shift: Any = None,
    *,
    axis: int = -1,
    epsilon: float = 1e-5,
    stash_type: int = 1,
    results: int,
) -> Any:
    first, shape = axis_of(axis, x), np.shape(x)
    along = tuple(range(first, len(shape)))
    entries = int(np.prod(shape[first:]))
    rows = x if len(along) == 1 else np.reshape(x, (*shape[:first], entries))
    shift = np.zeros(entries, x.dtype) if shift is None else shift
    if np.size(scale) == entries and np.size(shift) == entries:
        normal = nn.layer_norm(rows, np.reshape(scale, (entries,)), np.reshape(shift, (entries,)), epsilon)
        normal = np.reshape(normal, shape) if len(along) > 1 else normal
    else:
        ones, zeros = np.ones(entries, x.dtype), np.zeros(entries, x.dtype)
        normal = np.reshape(nn.layer_norm(rows, ones, zeros, epsilon), shape) * scale + shift
    normal = alike(x, normal)
    if results == 1:
        return normal
    mean = np.mean(x, axis=along, keepdims=True)
    return normal, mean, 1 / np.sqrt(np.var(x, axis=along, keepdims=True) + epsilon)


@operator("RMSNormalization", weights=(1,))
def rms_normalization(x: Any, scale: Any, *, axis: int = -1, epsilon: float = 1e-5, stash_type: int = 1) -> Any:
    first, shape = axis_of(axis, x), np.shape(x)
    if first == len(shape) - 1 and np.shape(scale) == shape[-1:]:
        return alike(x, nn.rms_norm(x, scale, epsilon))
    along = tuple(range(first, len(shape)))
    return alike(x, x / np.sqrt(np.mean(x * x, axis=along, keepdims=True) + epsilon) * scale)


@operator("LpNormalization", call="lp_norm")
def lp_normalization(x: Any, *, axis: int = -1, p: int = 2) -> Any:
    size = np.sum(np.abs(x) if p == 1 else x * x, axis=axis, keepdims=True)
    size = size if p == 1 else np.sqrt(size)
    return np.where(size == 0, 0, x / np.where(size == 0, 1, size))


@operator("MeanVarianceNormalization", call="mean_variance_norm")
def mean_variance_normalization(x: Any, *, axes: Sequence[int] = (0, 2, 3)) -> Any:
    centred = x - np.mean(x, axis=tuple(axes), keepdims=True)
    return centred / (np.sqrt(np.mean(centred * centred, axis=tuple(axes), keepdims=True)) + 1e-9)


@operator("LRN", call="local_response_norm")
def local_response_normalization(
    x: Any, *, alpha: float = 1e-4, beta: float = 0.75, bias: float = 1.0, size: int
) -> Any:
    channels = np.shape(x)[1]
    before, after = (size - 1) // 2, size // 2
    # Channel i is summed with those around it: a band of ones times the channels.
    numbers = np.arange(channels)
    distance = numbers[None, :] - numbers[:, None]
    band = ((distance >= -before) & (distance <= after)).astype(x.dtype)
    squares = np.reshape(x * x, (np.shape(x)[0], channels, -1))
    total = np.reshape(band @ squares, np.shape(x))
    return x / (bias + alpha / size * total) ** beta
