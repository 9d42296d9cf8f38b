"""Normalization: centre and scale entries to mean 0 and variance 1, then scale and shift them."""

from typing import Any

import numpy as np

from graphviz_nn.nn.common import expect, layer, refuse, whole


@layer
def batch_norm(x: Any, scale: Any, shift: Any, mean: Any = None, variance: Any = None, epsilon: float = 1e-5) -> Any:
    """Normalize each channel over the batch, or by a given mean and variance.

    Parameters
    ----------
    mean, variance : array, optional
        The statistics to normalize by in evaluation; default those of the batch (with the variance divided by the
        number of entries).
    epsilon : float
        A number added to the variance.

    Shapes
    ------
    x : (batch, channels, ...); (channels,) if `mean` and `variance` are given
    scale, shift, mean, variance : (channels,)
    result : as `x`

    Source
    ------
    S. Ioffe and C. Szegedy, Batch normalization, ICML 2015, algorithms 1 and 2.

    Examples
    --------
    >>> batch_norm([[1.0], [3.0]], [1.0], [0.0], epsilon=0.0)
    array([[-1.],
           [ 1.]])
    """
    axis = _check("batch_norm", x, scale=scale, shift=shift, mean=mean, variance=variance)
    shape = np.shape(x)
    if (mean is None or variance is None) and (axis == 0 or 0 in shape):
        refuse("batch_norm", f"x of shape {shape} has no batch for statistics; give mean and variance")
    others = tuple(i for i in range(len(shape)) if i != axis)
    column = (shape[axis], *(1,) * (len(shape) - axis - 1))
    center = np.mean(x, axis=others, keepdims=True) if mean is None else np.reshape(mean, column)
    spread = np.var(x, axis=others, keepdims=True) if variance is None else np.reshape(variance, column)
    normal = (x - center) / np.sqrt(spread + epsilon)
    return normal * np.reshape(scale, column) + np.reshape(shift, column)


@layer
def layer_norm(x: Any, scale: Any, shift: Any, epsilon: float = 1e-5) -> Any:
    """Normalize each row over its entries.

    Shapes
    ------
    x : (..., entries)
    scale, shift : (entries,)
    result : as `x`

    Source
    ------
    J. L. Ba, J. R. Kiros and G. E. Hinton, Layer normalization, arXiv:1607.06450.

    Examples
    --------
    >>> layer_norm([1.0, 3.0], [1.0, 1.0], [0.0, 0.0], epsilon=0.0)
    array([-1.,  1.])
    """
    _check_rows("layer_norm", x, scale=scale, shift=shift)
    return _normal(x, epsilon) * scale + shift


@layer
def rms_norm(x: Any, scale: Any, epsilon: float = 1e-5) -> Any:
    """Divide each row by the root of the mean of its squares.

    Shapes
    ------
    x : (..., entries)
    scale : (entries,)
    result : as `x`

    Source
    ------
    B. Zhang and R. Sennrich, Root mean square layer normalization, NeurIPS 2019.

    Examples
    --------
    >>> rms_norm([1.0, 7.0], [5.0, 5.0], epsilon=0.0)
    array([1., 7.])
    """
    _check_rows("rms_norm", x, scale=scale)
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + epsilon) * scale


@layer
def group_norm(x: Any, scale: Any, shift: Any, groups: int, epsilon: float = 1e-5) -> Any:
    """Normalize each example over groups of consecutive channels.

    Shapes
    ------
    x : (channels,) or (batch, channels, ...)
    scale, shift : (channels,)
    result : as `x`

    Source
    ------
    Y. Wu and K. He, Group normalization, ECCV 2018.

    Examples
    --------
    >>> group_norm([1.0, 3.0, 10.0, 30.0], np.ones(4), np.zeros(4), groups=2, epsilon=0.0)
    array([-1.,  1., -1.,  1.])
    """
    axis = _check("group_norm", x, scale=scale, shift=shift)
    shape, groups = np.shape(x), whole("group_norm", "the number of groups", groups)
    if shape[axis] % groups or 0 in shape:
        refuse("group_norm", f"the {shape[axis]} channels of x {shape} don't divide into {groups} equal groups")
    parts = np.reshape(x, (*shape[:axis], groups, -1))
    normal = np.reshape(_normal(parts, epsilon), shape)
    column = (shape[axis], *(1,) * (len(shape) - axis - 1))
    return normal * np.reshape(scale, column) + np.reshape(shift, column)


def _normal(x: Any, epsilon: float) -> Any:
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True) + epsilon)


def _check(name: str, x: Any, **columns: Any) -> int:
    """The axis of the channels."""
    if not np.ndim(x):
        refuse(name, "x of shape () has no channels")
    axis = min(np.ndim(x) - 1, 1)
    for what, column in columns.items():
        if column is not None:
            expect(name, what, column, np.shape(x)[axis : axis + 1], f"axis {axis} of x {np.shape(x)}")
    return axis


def _check_rows(name: str, x: Any, **rows: Any) -> None:
    if not np.ndim(x) or not np.shape(x)[-1]:
        refuse(name, f"x of shape {np.shape(x)} has no entries along its last axis")
    for what, row in rows.items():
        expect(name, what, row, np.shape(x)[-1:], f"x {np.shape(x)}")
