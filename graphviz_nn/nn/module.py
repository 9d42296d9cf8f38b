"""The base class of layers that own their parameters."""

import math
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from graphviz_nn.data.seeds import seeded
from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Array
from graphviz_nn.nn.common import whole
from graphviz_nn.nn.mode import Mode
from graphviz_nn.tracing.recording import open_recording
from graphviz_nn.tracing.tracer import Tracer, recording_of


@dataclass(eq=False)
class Module(Mode):
    """A layer that owns its parameters; a call on a traced value records them as parameters of the graph.

    Your own layer needs a method ``compute(x, *parameters)``, which may take more arguments before the parameters. If
    it has parameters, it also needs a method ``initial(generator)`` that returns them by name.

    Parameters
    ----------
    seed : int or sequence of int, optional
        The seed of the parameters; default 0 for a single layer, and [seed, i] for layer i (from 0) of a `Sequential`.

    Examples
    --------
    >>> class Scale(Module):
    ...     def initial(self, generator):
    ...         return {"s": np.ones(())}
    ...
    ...     def compute(self, x, scale):
    ...         return scale * x
    >>> float(Scale()(2.0))
    2.0
    """

    seed: Any = field(default=None, kw_only=True, repr=False)
    _parameters: dict[str, Array] | None = field(default=None, init=False, repr=False)

    is_whole: ClassVar[bool] = True
    """A module records its parameters itself, so its contents aren't searched."""

    symbol: ClassVar[str] = ""
    """The symbol of the result, with braces for its number: z{} (linear), a{} (activation), p (softmax)."""

    is_step: ClassVar[bool] = True
    """Whether it counts as a layer if it has parameters; a normalization belongs to the layer before it."""

    def __post_init__(self) -> None:
        for each in fields(self):
            if each.type is int and each.default is MISSING:
                whole(type(self).__name__, each.name, getattr(self, each.name))

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        """The initial parameters."""
        return {}

    def compute(self, *arguments: Any, **_: Any) -> Any:
        """The result for an array or a traced value, which comes first, and the parameters."""
        raise UsageError(f"{type(self).__name__} has no method compute(x, *parameters); write one in the class")

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays by name; you can change or replace them."""
        if self._parameters is None:
            self._parameters = self.initial(seeded(0 if self.seed is None else self.seed))
        return self._parameters

    def __call__(self, x: Any) -> Any:
        return called(self, [x])


def called(layer: Callable[..., Any], arguments: Sequence[Any], number: int | None = None, outer: str = "") -> Any:
    """Call a layer. In a trace, its parameters and its result are named with its number, or the next one.

    The result keeps the name in the code, except `outer`, which belongs to a later result.
    """
    arguments = [np.asarray(each) if isinstance(each, list) else each for each in arguments]
    recording = recording_of(arguments)
    if recording is None and isinstance(layer, Module) and layer.parameters:
        # Also of plain arrays, such as the numbers of positions, a layer learns while a function is traced.
        recording = open_recording()
    parameters = layer.parameters if isinstance(layer, Module) else {}
    compute = layer.compute if isinstance(layer, Module) else layer
    if recording is None:
        return compute(*arguments, *parameters.values())
    is_step = isinstance(layer, Module) and layer.is_step and bool(parameters)
    # A normalization also takes a given number.
    is_numbered = is_step or number is not None
    number = reached(arguments) + is_step if number is None else number
    number = recording.layer(layer, number) if parameters else reached(arguments)
    own = number if is_numbered else None
    entered = [Tracer(recording, recording.parameter(value, name, own)) for name, value in parameters.items()]
    before = len(recording.values)
    result = compute(*arguments, *entered)
    for each in result if isinstance(result, tuple) else (result,):
        if isinstance(each, Tracer) and each.number >= before:
            recording.values[each.number].layer = number
    if isinstance(result, Tracer) and result.number >= before:
        value = recording.values[result.number]
        if value.name is None or value.name == outer:
            symbol = layer.symbol if isinstance(layer, Module) else ""
            value.name, value.numbered = symbol.format("") or None, "{}" in symbol
    return result


def reached(arguments: Sequence[Any]) -> int:
    """The number of layers that lead to the arguments, along the longest branch."""
    tracers = [each for each in arguments if isinstance(each, Tracer)]
    return max((each.recording.values[each.number].layer for each in tracers), default=0)


def uniform(generator: np.random.Generator, inputs: int, shape: tuple[int, ...]) -> Array:
    """Draw entries uniformly between ±1 / √inputs."""
    bound = 1 / math.sqrt(inputs)
    return generator.uniform(-bound, bound, shape)
