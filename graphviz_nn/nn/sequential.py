"""Layers in sequence."""

from collections.abc import Callable, Iterator
from inspect import currentframe
from typing import Any

from graphviz_nn.errors import UsageError
from graphviz_nn.graph.ir import Array
from graphviz_nn.nn.common import where, whole
from graphviz_nn.nn.mode import Mode
from graphviz_nn.nn.module import Module, called, reached
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.tracer import recording_of


class Sequential(Mode):
    """A sequence of layers; each takes the result of the one before it.

    Layers with parameters are numbered from 1 if there are several: W1, b1, W2, b2. The results of linear layers are
    called z1, z2, …, those of their activations a1, a2, …, and that of a softmax p.

    Parameters
    ----------
    *layers : callable
        Modules, or other callables that take an array or a traced value. The layers of an inner `Sequential` are
        included one by one.
    seed : int
        Layer i, counted from 0, draws its parameters with the seed [seed, i], unless it has its own.

    Examples
    --------
    >>> from graphviz_nn.nn import Linear, Sigmoid, Softmax
    >>> from graphviz_nn.tracing import input, trace
    >>> model = Sequential(Linear(2, 3), Sigmoid(), Linear(3, 2), Softmax())
    >>> graph = trace(model, x=input(2))
    >>> [name for name in graph.variables if name not in graph.graph["anonymous"]]
    ['x', 'W1', 'b1', 'z1', 'a1', 'W2', 'b2', 'z2', 'p']
    """

    def __init__(self, *layers: Callable[..., Any], seed: int = 0) -> None:
        seed = whole("Sequential", "seed", seed, 0)
        self.layers: tuple[Callable[..., Any], ...] = tuple(
            part for layer in layers for part in (layer.layers if isinstance(layer, Sequential) else (layer,))
        )
        if not self.layers:
            raise UsageError(f"Sequential{where()} has no layers; write Sequential(Linear(2, 3), Sigmoid())")
        for i, layer in enumerate(self.layers):
            if isinstance(layer, type):
                raise UsageError(
                    f"Sequential{where()}: layer {i} is the class {layer.__name__}; write {layer.__name__}(…)"
                )
            if not callable(layer):
                raise UsageError(f"Sequential{where()}: layer {i} can't be called, found {layer!r:.60}")
            if isinstance(layer, Module) and layer.seed is None:
                layer.seed = [seed, i]

    def __call__(self, x: Any) -> Any:
        # Otherwise the name of the final result would go to every layer's result.
        outer = frames.assigned_name(currentframe()) if recording_of(x) is not None else None
        start = reached([x])
        *before, (last, number) = self._numbered()
        for layer, each in before:
            x = called(layer, [x], start + each, outer or "")
        return called(last, [x], start + number)

    def _numbered(self) -> Iterator[tuple[Callable[..., Any], int]]:
        """Each layer with its number; a layer without parameters has the number of the one before it."""
        owns = [isinstance(layer, Module) and bool(layer.parameters) for layer in self.layers]
        owners = list(dict.fromkeys(id(layer) for layer, owner in zip(self.layers, owns, strict=True) if owner))
        number = 0
        for layer, owner in zip(self.layers, owns, strict=True):
            if owner:
                number = owners.index(id(layer)) + 1
            yield layer, number

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays of all layers by name; you can change them."""
        numbered = list(self._numbered())
        several = max(number for _, number in numbered) > 1
        return {
            f"{name}{number}" if several else name: value
            for layer, number in numbered
            if isinstance(layer, Module)
            for name, value in layer.parameters.items()
        }

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: Any) -> Any:
        """A layer, or for a slice a `Sequential` of the same layers."""
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]

    def __repr__(self) -> str:
        lines = [f"    {layer!r}," if isinstance(layer, Module) else f"    {_title(layer)}," for layer in self.layers]
        return "\n".join(["Sequential(", *lines, ")"])


def _title(layer: Callable[..., Any]) -> str:
    return getattr(layer, "__name__", None) or repr(layer)
