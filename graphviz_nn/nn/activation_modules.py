"""The activations as modules, for use in a `Sequential`."""

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
    """`sigmoid` of every entry."""

    function = activations.sigmoid


class Tanh(_Activation):
    """`tanh` of every entry."""

    function = activations.tanh


class ReLU(_Activation):
    """`relu` of every entry."""

    function = activations.relu


class ReLU6(_Activation):
    """`relu6` of every entry."""

    function = activations.relu6


@dataclass(eq=False)
class LeakyReLU(_Activation):
    """`leaky_relu` of every entry."""

    slope: float = 0.01

    function = activations.leaky_relu


@dataclass(eq=False)
class ELU(_Activation):
    """`elu` of every entry."""

    alpha: float = 1.0

    function = activations.elu


class SELU(_Activation):
    """`selu` of every entry."""

    function = activations.selu


@dataclass(eq=False)
class GELU(_Activation):
    """`gelu` of every entry."""

    approximate: str = "none"

    function = activations.gelu


class SiLU(_Activation):
    """`silu` of every entry."""

    function = activations.silu


class Softplus(_Activation):
    """`softplus` of every entry."""

    function = activations.softplus


@dataclass(eq=False)
class Softmax(_Activation):
    """`softmax` along an axis."""

    axis: int = -1

    symbol = "p"

    function = activations.softmax


@dataclass(eq=False)
class LogSoftmax(_Activation):
    """`log_softmax` along an axis."""

    axis: int = -1

    function = activations.log_softmax
