"""The activations as objects, for a place in a `Sequential`."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from graphviz_nn.nn import activations
from graphviz_nn.nn.module import Module


@dataclass(eq=False)
class _Activation(Module):
    """A function of arrays; its options are the fields of the class."""

    function: ClassVar[Callable[..., Any]]
    symbol = "a{}"

    def compute(self, x: Any) -> Any:
        return type(self).function(
            x, *(getattr(self, each.name) for each in fields(self) if not each.kw_only and each.init)
        )


class Sigmoid(_Activation):
    """The `sigmoid` of every entry."""

    function = activations.sigmoid


class Tanh(_Activation):
    """The `tanh` of every entry."""

    function = activations.tanh


class ReLU(_Activation):
    """The `relu` of every entry."""

    function = activations.relu


class ReLU6(_Activation):
    """The `relu6` of every entry."""

    function = activations.relu6


@dataclass(eq=False)
class LeakyReLU(_Activation):
    """The `leaky_relu` of every entry."""

    slope: float = 0.01

    function = activations.leaky_relu


@dataclass(eq=False)
class ELU(_Activation):
    """The `elu` of every entry."""

    alpha: float = 1.0

    function = activations.elu


class SELU(_Activation):
    """The `selu` of every entry."""

    function = activations.selu


@dataclass(eq=False)
class GELU(_Activation):
    """The `gelu` of every entry."""

    approximate: str = "none"

    function = activations.gelu


class SiLU(_Activation):
    """The `silu` of every entry."""

    function = activations.silu


class Softplus(_Activation):
    """The `softplus` of every entry."""

    function = activations.softplus


@dataclass(eq=False)
class Softmax(_Activation):
    """The `softmax` along an axis."""

    axis: int = -1

    symbol = "p"

    function = activations.softmax


@dataclass(eq=False)
class LogSoftmax(_Activation):
    """The `log_softmax` along an axis."""

    axis: int = -1

    function = activations.log_softmax
