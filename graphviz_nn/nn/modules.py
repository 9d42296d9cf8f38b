"""Layers with parameters or options as modules."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Array
from graphviz_nn.nn import convolution, layers, normalization, pooling
from graphviz_nn.nn.attention import multi_head_attention
from graphviz_nn.nn.common import per_axis, where, whole
from graphviz_nn.nn.module import Module, uniform
from graphviz_nn.nn.windows import Sides, Sizes, sides


def _filters(
    generator: np.random.Generator, inputs: int, outputs: int, window: tuple[int, ...], bias: bool
) -> dict[str, Array]:
    """Weight and bias of windows of this size."""
    entries = inputs * math.prod(window)
    found = {"W": uniform(generator, entries, (outputs, inputs, *window))}
    return {**found, "b": uniform(generator, entries, (outputs,))} if bias else found


@dataclass(eq=False)
class Linear(Module):
    """`linear` with its weight and bias, drawn uniformly between ±1 / √inputs.

    Source
    ------
    X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks,
    AISTATS 2010, equation (1).

    Examples
    --------
    >>> Linear(2, 3).parameters["W"].shape
    (3, 2)
    """

    inputs: int
    outputs: int
    bias: bool = True

    symbol = "z{}"

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return _filters(generator, self.inputs, self.outputs, (), self.bias)

    def compute(self, x: Any, weight: Any, bias: Any = None) -> Any:
        return layers.linear(x, weight, bias)


@dataclass(eq=False)
class Convolution2d(Module):
    """`convolution_2d` with its weight and bias, drawn uniformly between ±1 / √(entries of a window).

    Examples
    --------
    >>> Convolution2d(1, 4, 3)(np.ones((1, 5, 5))).shape
    (4, 3, 3)
    """

    inputs: int
    outputs: int
    window: Sizes
    stride: Sizes = 1
    padding: Sides = 0
    bias: bool = True
    dilation: Sizes = 1
    groups: int = 1

    symbol = "z{}"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_window(self)
        _check_filters(self, 2)

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        window = per_axis("Convolution2d", "window", self.window, 2)
        return _filters(generator, self.inputs // self.groups, self.outputs, window, self.bias)

    def compute(self, x: Any, weight: Any, bias: Any = None) -> Any:
        return convolution.convolution_2d(x, weight, bias, self.stride, self.padding, self.dilation, self.groups)


@dataclass(eq=False)
class Convolution1d(Module):
    """`convolution_1d` with its weight and bias, drawn uniformly between ±1 / √(entries of a window).

    Examples
    --------
    >>> Convolution1d(1, 4, 3)(np.ones((1, 5))).shape
    (4, 3)
    """

    inputs: int
    outputs: int
    window: int
    stride: int = 1
    padding: Sides = 0
    bias: bool = True
    dilation: int = 1
    groups: int = 1

    symbol = "z{}"

    def __post_init__(self) -> None:
        super().__post_init__()
        per_axis("Convolution1d", "stride", self.stride, 1)
        _check_filters(self, 1)

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return _filters(generator, self.inputs // self.groups, self.outputs, (self.window,), self.bias)

    def compute(self, x: Any, weight: Any, bias: Any = None) -> Any:
        return convolution.convolution_1d(x, weight, bias, self.stride, self.padding, self.dilation, self.groups)


@dataclass(eq=False)
class _Pooling(Module):
    """A function of the windows of one image, or of each."""

    window: Sizes
    stride: Sizes | None = None

    function: ClassVar[Callable[..., Any]]

    def __post_init__(self) -> None:
        _check_window(self)

    def compute(self, x: Any) -> Any:
        return type(self).function(x, self.window, self.stride)


class MaxPooling2d(_Pooling):
    """`max_pooling_2d` of one image, or of each."""

    function = pooling.max_pooling_2d


class AveragePooling2d(_Pooling):
    """`average_pooling_2d` of one image, or of each."""

    function = pooling.average_pooling_2d


def _check_filters(layer: Convolution1d | Convolution2d, axes: int) -> None:
    title = type(layer).__name__
    sides(title, layer.padding, axes)
    per_axis(title, "dilation", layer.dilation, axes)
    groups = whole(title, "the number of groups", layer.groups)
    if layer.inputs % groups or layer.outputs % groups:
        raise UsageError(
            f"{title}{where()}: {groups} groups don't divide {layer.inputs} inputs and {layer.outputs} outputs"
        )


def _check_window(layer: Convolution2d | _Pooling) -> None:
    per_axis(type(layer).__name__, "window", layer.window, 2)
    if layer.stride is not None:
        per_axis(type(layer).__name__, "stride", layer.stride, 2)


@dataclass(eq=False)
class Flatten(Module):
    """`flatten`: the entries of one example as a vector, or with `batch` of each example as a row."""

    batch: bool = False

    def compute(self, x: Any) -> Any:
        return layers.flatten(x, self.batch)


@dataclass(eq=False)
class Dropout(Module):
    """`dropout`: active in training mode only; the seed determines the dropped entries.

    Examples
    --------
    >>> layer = Dropout(0.5)
    >>> layer([1.0, 2.0]).tolist(), layer.train()([1.0, 2.0]).tolist()
    ([1.0, 2.0], [2.0, 0.0])
    """

    rate: float = 0.5
    training: bool = False

    def __post_init__(self) -> None:
        layers.check_rate("Dropout", self.rate)

    def compute(self, x: Any) -> Any:
        return layers.dropout(x, self.rate, self.training, 0 if self.seed is None else self.seed)


@dataclass(eq=False)
class Embedding(Module):
    """`embedding` with its table, drawn from the standard normal distribution.

    Examples
    --------
    >>> Embedding(10, 4)([1, 2, 2]).shape
    (3, 4)
    """

    rows: int
    width: int

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return {"E": generator.standard_normal((self.rows, self.width))}

    def compute(self, x: Any, table: Any) -> Any:
        return layers.embedding(x, table)


@dataclass(eq=False)
class LayerNorm(Module):
    """`layer_norm` with its scale (ones) and shift (zeros)."""

    entries: int
    epsilon: float = 1e-5

    is_step = False

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(self.entries), "beta": np.zeros(self.entries)}

    def compute(self, x: Any, scale: Any, shift: Any) -> Any:
        return normalization.layer_norm(x, scale, shift, self.epsilon)


@dataclass(eq=False)
class RMSNorm(Module):
    """`rms_norm` with its scale (ones)."""

    entries: int
    epsilon: float = 1e-5

    is_step = False

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(self.entries)}

    def compute(self, x: Any, scale: Any) -> Any:
        return normalization.rms_norm(x, scale, self.epsilon)


@dataclass(eq=False)
class GroupNorm(Module):
    """`group_norm` with its scale (ones) and shift (zeros)."""

    channels: int
    groups: int
    epsilon: float = 1e-5

    is_step = False

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(self.channels), "beta": np.zeros(self.channels)}

    def compute(self, x: Any, scale: Any, shift: Any) -> Any:
        return normalization.group_norm(x, scale, shift, self.groups, self.epsilon)


@dataclass(eq=False)
class BatchNorm(Module):
    """`batch_norm` with its scale (ones) and shift (zeros).

    Parameters
    ----------
    mean, variance : array, optional
        The statistics to normalize by in evaluation; those of the batch if None.
    """

    channels: int
    epsilon: float = 1e-5
    mean: Any = None
    variance: Any = None

    is_step = False

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(self.channels), "beta": np.zeros(self.channels)}

    def compute(self, x: Any, scale: Any, shift: Any) -> Any:
        return normalization.batch_norm(x, scale, shift, self.mean, self.variance, self.epsilon)


@dataclass(eq=False)
class MultiHeadAttention(Module):
    """`multi_head_attention` with its four weights, drawn uniformly between ±1 / √width.

    Parameters
    ----------
    mask : array of bool, optional
        True where a token may see another.

    Examples
    --------
    >>> MultiHeadAttention(4, heads=2)(np.ones((3, 4))).shape
    (3, 4)
    """

    width: int
    heads: int
    mask: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.width % self.heads:
            raise UsageError(f"MultiHeadAttention{where()}: {self.heads} heads don't divide a width of {self.width}")

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        names = ("W_Q", "W_K", "W_V", "W_O")
        return {name: uniform(generator, self.width, (self.width, self.width)) for name in names}

    def compute(self, x: Any, query: Any, key: Any, value: Any, output: Any) -> Any:
        return multi_head_attention(x, query, key, value, output, self.heads, self.mask)
