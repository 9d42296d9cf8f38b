"""The operations of a graph with the kernels of a framework."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphviz_nn.errors import GraphError
from graphviz_nn.evaluation.backends.calls import Call, Kernel, Prepared, calls
from graphviz_nn.transforms.passes.listing import Listing


@dataclass(frozen=True)
class Framework:
    """How a graph is computed with another framework.

    Parameters
    ----------
    name : str
        Its name, for errors.
    kernels : mapping
        The kernels by operation.
    constant : callable
        Makes an array of the framework from a number or array, and its dtype in NumPy.
    cast : callable
        Makes a function that converts an array of the framework to a dtype.
    takes_numbers : callable
        Whether the kernel of an operation takes plain numbers beside arrays.
    """

    name: str
    kernels: Mapping[str, Kernel | Prepared]
    constant: Callable[[Any, Any], Any]
    cast: Callable[[Any], Kernel]
    takes_numbers: Callable[[str], bool]


@dataclass(frozen=True)
class Step:
    """A kernel and what it takes.

    Parameters
    ----------
    given : tuple
        Names of variables; anything else is a number or an array itself.
    casts : tuple
        For each of them a function to apply first, or None.
    """

    call: Call
    kernel: Kernel
    given: tuple[Any, ...]
    casts: tuple[Kernel | None, ...]
    attributes: Mapping[str, Any]

    def run(self, found: Mapping[str, Any]) -> Any:
        """The result, from the values of all variables before it."""
        values = [found[each] if isinstance(each, str) else each for each in self.given]
        values = [cast(value) if cast else value for cast, value in zip(self.casts, values, strict=True)]
        return self.kernel(*values, **self.attributes)


def steps(listing: Listing, framework: Framework) -> Iterator[Step]:
    """The steps of a graph.

    Raises
    ------
    GraphError
        If the framework has no kernel for an operation.
    """
    for call in calls(listing):
        kernel = framework.kernels.get(call.op.name)
        if kernel is None:
            raise GraphError(f"{framework.name} has no counterpart of {call.origin}; compute it with backend='numpy'")
        attributes = dict[str, Any]()
        if isinstance(kernel, Prepared):
            kernel = kernel.make(call)
        else:
            # The keys are those of the operation's own signature.
            attributes = {key: call.attributes[key] for key in call.op.signature.kinds if key in call.attributes}
        given, casts = list[Any](), list[Kernel | None]()
        for argument, needed in zip(call.arguments, call.needed, strict=True):
            if isinstance(argument, str):
                given.append(argument)
                casts.append(None if needed is None else framework.cast(needed))
            else:
                plain = framework.takes_numbers(call.op.name)
                given.append(argument if plain else framework.constant(argument, needed))
                casts.append(None)
        yield Step(call, kernel, tuple(given), tuple(casts), attributes)
