"""The layers as objects that own their parameters."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Array
from graphviz_nn.nn import activations, convolution, layers, normalization
from graphviz_nn.nn.attention import multi_head_attention
from graphviz_nn.nn.common import per_axis, where
from graphviz_nn.nn.module import Module

Sizes = int | tuple[int, ...]


def _uniform(generator: np.random.Generator, inputs: int, shape: tuple[int, ...]) -> Array:
    bound = 1 / math.sqrt(inputs)
    return generator.uniform(-bound, bound, shape)


@dataclass(eq=False)
class Linear(Module):
    """`linear` with its weight and bias, drawn evenly between ±1 / √inputs.

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
        weight = _uniform(generator, self.inputs, (self.outputs, self.inputs))
        return {"W": weight, "b": _uniform(generator, self.inputs, (self.outputs,))} if self.bias else {"W": weight}

    def compute(self, x: Any, weight: Any, bias: Any = None) -> Any:
        return layers.linear(x, weight, bias)


@dataclass(eq=False)
class Convolution2d(Module):
    """`convolution_2d` with its weight and bias, drawn evenly between ±1 / √(entries of a window).

    Examples
    --------
    >>> Convolution2d(1, 4, 3)(np.ones((1, 5, 5))).shape
    (4, 3, 3)
    """

    inputs: int
    outputs: int
    window: Sizes
    stride: Sizes = 1
    padding: Sizes = 0
    bias: bool = True

    symbol = "z{}"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_window(self)
        per_axis("Convolution2d", "padding", self.padding, 2, 0)

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        window = per_axis("Convolution2d", "window", self.window, 2)
        entries = self.inputs * math.prod(window)
        weight = _uniform(generator, entries, (self.outputs, self.inputs, *window))
        return {"W": weight, "b": _uniform(generator, entries, (self.outputs,))} if self.bias else {"W": weight}

    def compute(self, x: Any, weight: Any, bias: Any = None) -> Any:
        return convolution.convolution_2d(x, weight, bias, self.stride, self.padding)


@dataclass(eq=False)
class MaxPooling2d(Module):
    """The `max_pooling_2d` of an image, or of each."""

    window: Sizes
    stride: Sizes | None = None

    def __post_init__(self) -> None:
        _check_window(self)

    def compute(self, x: Any) -> Any:
        return convolution.max_pooling_2d(x, self.window, self.stride)


@dataclass(eq=False)
class AveragePooling2d(Module):
    """The `average_pooling_2d` of an image, or of each."""

    window: Sizes
    stride: Sizes | None = None

    def __post_init__(self) -> None:
        _check_window(self)

    def compute(self, x: Any) -> Any:
        return convolution.average_pooling_2d(x, self.window, self.stride)


def _check_window(layer: "Convolution2d | MaxPooling2d | AveragePooling2d") -> None:
    per_axis(type(layer).__name__, "window", layer.window, 2)
    if layer.stride is not None:
        per_axis(type(layer).__name__, "stride", layer.stride, 2)


@dataclass(eq=False)
class Flatten(Module):
    """`flatten`: the entries of one example as a vector or, with `batch`, of each example as a row."""

    batch: bool = False

    def compute(self, x: Any) -> Any:
        return layers.flatten(x, self.batch)


@dataclass(eq=False)
class Dropout(Module):
    """`dropout`: nothing changes until `training` is set; the seed chooses what is dropped."""

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

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(self.entries), "beta": np.zeros(self.entries)}

    def compute(self, x: Any, scale: Any, shift: Any) -> Any:
        return normalization.layer_norm(x, scale, shift, self.epsilon)


@dataclass(eq=False)
class RMSNorm(Module):
    """`rms_norm` with its scale (ones)."""

    entries: int
    epsilon: float = 1e-5

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(self.entries)}

    def compute(self, x: Any, scale: Any) -> Any:
        return normalization.rms_norm(x, scale, self.epsilon)


@dataclass(eq=False)
class BatchNorm(Module):
    """`batch_norm` with its scale (ones) and shift (zeros).

    Parameters
    ----------
    mean, variance : array, optional
        What to normalize by in evaluation; the batch's own where None.
    """

    channels: int
    epsilon: float = 1e-5
    mean: Any = None
    variance: Any = None

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        return {"gamma": np.ones(self.channels), "beta": np.zeros(self.channels)}

    def compute(self, x: Any, scale: Any, shift: Any) -> Any:
        return normalization.batch_norm(x, scale, shift, self.mean, self.variance, self.epsilon)


@dataclass(eq=False)
class MultiHeadAttention(Module):
    """`multi_head_attention` with its four weights, drawn evenly between ±1 / √width.

    Parameters
    ----------
    mask : array of bool, optional
        True where a token may look at another.

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
            raise UsageError(
                f"MultiHeadAttention{where()}: {self.heads} heads can't share a width of {self.width} equally"
            )

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        names = ("W_Q", "W_K", "W_V", "W_O")
        return {name: _uniform(generator, self.width, (self.width, self.width)) for name in names}

    def compute(self, x: Any, query: Any, key: Any, value: Any, output: Any) -> Any:
        return multi_head_attention(x, query, key, value, output, self.heads, self.mask)


@dataclass(eq=False)
class Sigmoid(Module):
    """The `sigmoid` of every entry."""

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.sigmoid(x)


@dataclass(eq=False)
class Tanh(Module):
    """The `tanh` of every entry."""

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.tanh(x)


@dataclass(eq=False)
class ReLU(Module):
    """The `relu` of every entry."""

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.relu(x)


@dataclass(eq=False)
class LeakyReLU(Module):
    """The `leaky_relu` of every entry."""

    slope: float = 0.01

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.leaky_relu(x, self.slope)


@dataclass(eq=False)
class GELU(Module):
    """The `gelu` of every entry."""

    approximate: str = "none"

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.gelu(x, self.approximate)


@dataclass(eq=False)
class SiLU(Module):
    """The `silu` of every entry."""

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.silu(x)


@dataclass(eq=False)
class Softplus(Module):
    """The `softplus` of every entry."""

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.softplus(x)


@dataclass(eq=False)
class Softmax(Module):
    """The `softmax` along an axis."""

    axis: int = -1

    symbol = "p"

    def compute(self, x: Any) -> Any:
        return activations.softmax(x, self.axis)


@dataclass(eq=False)
class LogSoftmax(Module):
    """The `log_softmax` along an axis."""

    axis: int = -1

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.log_softmax(x, self.axis)
