"""The activations as objects, for a place in a `Sequential`."""

from dataclasses import dataclass
from typing import Any

from graphviz_nn.nn import activations
from graphviz_nn.nn.module import Module


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
class ReLU6(Module):
    """The `relu6` of every entry."""

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.relu6(x)


@dataclass(eq=False)
class LeakyReLU(Module):
    """The `leaky_relu` of every entry."""

    slope: float = 0.01

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.leaky_relu(x, self.slope)


@dataclass(eq=False)
class ELU(Module):
    """The `elu` of every entry."""

    alpha: float = 1.0

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.elu(x, self.alpha)


@dataclass(eq=False)
class SELU(Module):
    """The `selu` of every entry."""

    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return activations.selu(x)


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
