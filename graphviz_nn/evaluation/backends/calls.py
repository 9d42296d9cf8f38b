"""The operations of a graph as calls, with all that is known of them before they run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.evaluation.backends.windows import STEPS
from graphviz_nn.graph.ir import Operation, Shape
from graphviz_nn.tracing.registry import Op, lookup
from graphviz_nn.transforms.passes.listing import Listing, Slot

Kernel: TypeAlias = Callable[..., Any]

BOOLEAN = np.dtype(bool)


@dataclass(frozen=True, eq=False)
class Call:
    """One operation of a graph.

    Parameters
    ----------
    origin : Operation
        The operation that the user wrote.
    arguments : tuple of str or number
        The variables that it takes, and plain numbers.
    attributes : mapping
        Static keyword arguments.
    shapes : tuple of tuple of int
        Their shapes.
    dtypes : tuple of dtype or type
        Their dtypes; Python's number types stand for literals.
    result : str
        The variable that it computes.
    shape, dtype
        Those of the result.
    """

    origin: Operation
    op: Op
    arguments: tuple[Slot, ...]
    attributes: Mapping[str, Any]
    shapes: tuple[Shape, ...]
    dtypes: tuple[Any, ...]
    result: str
    shape: Shape
    dtype: np.dtype[Any]

    @cached_property
    def needed(self) -> tuple[np.dtype[Any] | None, ...]:
        """The dtype that each argument must have for NumPy's result; None where it is right as it is.

        Frameworks disagree about the common dtype of two; equal dtypes, they all keep.
        """
        wanted: list[np.dtype[Any] | None]
        if isinstance(self.op.kernel, np.ufunc):
            given = [BOOLEAN if each is bool else each for each in self.dtypes]
            wanted = [np.dtype(each) for each in self.op.kernel.resolve_dtypes((*given, None))[: len(given)]]
        elif self.op.name == "where":
            wanted = [BOOLEAN, self.dtype, self.dtype]
        elif self.op.category == "indexing":
            entries = {"argsort": 0, "set_at": 2}.get(self.op.name, 1)
            wanted = [self.dtype if slot < entries else None for slot in range(len(self.dtypes))]
        elif len(self.dtypes) == 1 and self.dtype.kind == "c" and np.dtype(self.dtypes[0]).kind == "f":
            # A function that makes complex numbers of real ones.
            wanted = [None]
        else:
            wanted = [self.dtype if np.can_cast(np.dtype(each), self.dtype) else None for each in self.dtypes]
        pairs = zip(wanted, self.dtypes, strict=True)
        return tuple(None if isinstance(dtype, np.dtype) and each == dtype else each for each, dtype in pairs)


@dataclass(frozen=True)
class Prepared:
    """A kernel that is made for each call, from its attributes and shapes."""

    make: Callable[[Call], Kernel]


def calls(listing: Listing) -> Iterator[Call]:
    """The lines of a graph as calls.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> (call,) = calls(Listing.of(trace(lambda x: x * 2.5, x=input(3, dtype="int64"))))
    >>> call.op.name, call.arguments, call.needed
    ('multiply', ('x', 2.5), (dtype('float64'), dtype('float64')))
    """
    for line in listing.lines:
        known = [listing.variables[each] if isinstance(each, str) else None for each in line.given]
        made = listing.variables[line.result]
        yield Call(
            line.origin,
            STEPS.get(line.op) or lookup(line.op),
            line.given,
            line.attributes,
            tuple(v.shape if v else () for v in known),
            tuple(np.dtype(v.dtype) if v else type(each) for v, each in zip(known, line.given, strict=True)),
            line.result,
            made.shape,
            np.dtype(made.dtype),
        )
