"""What every layer that owns its parameters can do."""

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
from graphviz_nn.tracing.tracer import Tracer, recording_of


@dataclass(eq=False)
class Module(Mode):
    """A layer that owns its parameters; called on a traced value, it records them as parameters of the graph.

    A layer of one's own has a method ``compute(x, *parameters)``, or one with more arguments before these, and
    where it has parameters, one ``initial(generator)`` that gives them by name.

    Parameters
    ----------
    seed : int or sequence of int, optional
        Of the parameters; where not given, 0 for a layer alone and [seed, i] for layer i (from 0) of a
        `Sequential`.

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
    """What it holds is its own affair: it records its parameters itself."""

    symbol: ClassVar[str] = ""
    """What the result is called, its number in place of the braces: z{} (linear), a{} (activation), p (softmax)."""

    is_step: ClassVar[bool] = True
    """Whether it is the next layer where it has parameters: a normalization belongs to the layer before it."""

    def __post_init__(self) -> None:
        for each in fields(self):
            if each.type is int and each.default is MISSING:
                whole(type(self).__name__, each.name, getattr(self, each.name))

    def initial(self, generator: np.random.Generator) -> dict[str, Array]:
        """The parameters to start from."""
        return {}

    def compute(self, *arguments: Any, **_: Any) -> Any:
        """The result for an array or a traced value, which comes first, and the parameters."""
        raise UsageError(f"{type(self).__name__} has no method compute(x, *parameters); write one in the class")

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays by name; the layer uses what is changed in them or put in their place."""
        if self._parameters is None:
            self._parameters = self.initial(seeded(0 if self.seed is None else self.seed))
        return self._parameters

    def __call__(self, x: Any) -> Any:
        return called(self, [x])


def called(layer: Callable[..., Any], arguments: Sequence[Any], number: int | None = None, outer: str = "") -> Any:
    """What a layer gives; traced, its parameters and its result are named with its number, or the next one.

    The result keeps the name that the code gives it, other than `outer`, which is meant for a later one.
    """
    arguments = [np.asarray(each) if isinstance(each, list) else each for each in arguments]
    recording = recording_of(arguments)
    parameters = layer.parameters if isinstance(layer, Module) else {}
    compute = layer.compute if isinstance(layer, Module) else layer
    if recording is None:
        return compute(*arguments, *parameters.values())
    is_step = isinstance(layer, Module) and layer.is_step and bool(parameters)
    # A number that was given is also that of a normalization.
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
    """How many layers lead to arguments, along the longest branch."""
    tracers = [each for each in arguments if isinstance(each, Tracer)]
    return max((each.recording.values[each.number].layer for each in tracers), default=0)


def uniform(generator: np.random.Generator, inputs: int, shape: tuple[int, ...]) -> Array:
    """Entries drawn evenly between ±1 / √inputs."""
    bound = 1 / math.sqrt(inputs)
    return generator.uniform(-bound, bound, shape)
