"""How each operation is computed for many examples at once: one row a family.

A rule gets the number of examples, the arguments with their examples along a leading axis where they have such, and
the attributes as they are for a single example. What it returns has the examples along its leading axis.
"""

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_letters
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import GradientError
from graphviz_nn.graph.ir import Shape
from graphviz_nn.ops.rules import axes_numbers, broadcast
from graphviz_nn.tracing.registry import OPS, lookup
from graphviz_nn.tracing.tracer import apply


@dataclass(frozen=True)
class Argument:
    """An argument of an operation: a tracer or a number, and whether its leading axis is that of the examples."""

    value: Any
    many: bool

    @property
    def shape(self) -> Shape:
        """The shape for a single example."""
        return tuple(np.shape(self.value))[int(self.many) :]

    def padded(self, axes: int) -> Any:
        """Its value with so many axes an example, those in front of length 1, so that it can be broadcast."""
        if not self.many or len(self.shape) >= axes:
            return self.value
        return _reshaped(self.value, (np.shape(self.value)[0], *(1,) * (axes - len(self.shape)), *self.shape))

    def whole(self, size: int) -> Any:
        """Its value for each example, repeated where it is the same for all."""
        return self.value if self.many else apply("broadcast_to", self.value, shape=(size, *self.shape))


Rule: TypeAlias = Callable[..., Any]
RULES: dict[str, Rule] = {}


def rule(operation: str) -> Rule:
    """The rule of an operation; one whose arguments are broadcast together needs no row of its own.

    Raises
    ------
    GradientError
        Where there is none.

    Examples
    --------
    >>> many = Argument(np.ones((500, 2)), True), Argument(np.ones(2), False)
    >>> rule("matmul")(500, *many).shape, rule("multiply")(500, *many).shape
    ((500,), (500, 2))
    """
    found = RULES.get(operation)
    if found is not None:
        return found
    if lookup(operation).shape is broadcast:
        return lambda size, *arguments, **attributes: _each_entry(operation, arguments, attributes)
    known = ", ".join(sorted({*RULES, *(name for name, op in OPS.items() if op.shape is broadcast)}))
    raise GradientError(f"{operation} has no rule for many examples at once; there are rules for {known}")


def batching(*operations: str) -> Callable[[Rule], Rule]:
    """Say that a function is the rule of these operations; it is told which where they are several."""

    def register(function: Rule) -> Rule:
        for each in operations:
            RULES[each] = function if len(operations) == 1 else _told(function, each)
        return function

    return register


def _told(function: Rule, operation: str) -> Rule:
    return lambda size, *arguments, **attributes: function(operation, size, *arguments, **attributes)


def _each_entry(operation: str, arguments: tuple[Argument, ...], attributes: dict[str, Any]) -> Any:
    axes = max(len(each.shape) for each in arguments)
    return apply(operation, *(each.padded(axes) for each in arguments), **attributes)


def _reshaped(value: Any, shape: Shape) -> Any:
    return value if np.shape(value) == shape else apply("reshape", value, shape=shape)


def _later(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis + 1 for axis in axes)


@batching("matmul")
def _matmul(size: int, a: Argument, b: Argument) -> Any:
    rows, columns = len(a.shape), len(b.shape)
    if not b.many and columns <= 2:
        return apply("matmul", a.value, b.value)
    if not a.many and columns == 1 and rows <= 2:
        # W x for one example is x Wᵀ for many.
        return apply("matmul", b.value, a.value if rows == 1 else apply("transpose", a.value, axes=(1, 0)))
    if rows == columns == 1:
        return apply("sum", apply("multiply", a.value, b.value), axis=1)
    first, second = a.shape if rows > 1 else (1, *a.shape), b.shape if columns > 1 else (*b.shape, 1)
    axes = max(len(first), len(second))
    matrices = [_as_matrix(each, shape, axes) for each, shape in ((a, first), (b, second))]
    lead = np.broadcast_shapes(first[:-2], second[:-2])
    shape = (size, *lead, *(first[-2:-1] if rows > 1 else ()), *(second[-1:] if columns > 1 else ()))
    return _reshaped(apply("matmul", *matrices), shape)


def _as_matrix(each: Argument, shape: Shape, axes: int) -> Any:
    if not each.many:
        return _reshaped(each.value, shape)
    return _reshaped(each.value, (np.shape(each.value)[0], *(1,) * (axes - len(shape)), *shape))


@batching("outer")
def _outer(size: int, a: Argument, b: Argument) -> Any:
    def flat(each: Argument, *, column: bool) -> Any:
        count = int(np.prod(each.shape, dtype=int))
        lead = (size,) if each.many else ()
        return _reshaped(each.value, (*lead, count, 1) if column else (*lead, 1, count))

    return apply("multiply", flat(a, column=True), flat(b, column=False))


@batching("sum", "mean", "prod", "max", "min")
def _reduce(operation: str, size: int, x: Argument, axis: Any = None, keepdims: bool = False) -> Any:
    axes = _later(axes_numbers(axis, len(x.shape)))
    return apply(
        operation, x.value, axis=axes[0] if len(axes) == 1 else axes, **({"keepdims": True} if keepdims else {})
    )


@batching("argmax", "argmin")
def _search(operation: str, size: int, x: Argument, axis: Any = None, keepdims: bool = False) -> Any:
    if axis is None:
        place = apply(operation, _reshaped(x.value, (size, int(np.prod(x.shape, dtype=int)))), axis=1)
        return _reshaped(place, (size, *(1,) * len(x.shape))) if keepdims else place
    return apply(operation, x.value, axis=axis + 1, **({"keepdims": True} if keepdims else {}))


@batching("sum_to")
def _sum_to(size: int, x: Argument, shape: Shape) -> Any:
    lead = len(x.shape) - len(shape)
    axes = (*range(lead), *(i + lead for i, n in enumerate(shape) if n == 1 and x.shape[i + lead] != 1))
    return _reshaped(apply("sum", x.value, axis=_later(axes)), (size, *shape))


@batching("reshape")
def _reshape(size: int, x: Argument, shape: Shape) -> Any:
    return apply("reshape", x.value, shape=(size, *shape))


@batching("transpose")
def _transpose(size: int, x: Argument, axes: tuple[int, ...]) -> Any:
    return apply("transpose", x.value, axes=(0, *_later(axes)))


@batching("broadcast_to")
def _broadcast_to(size: int, x: Argument, shape: Shape) -> Any:
    return apply("broadcast_to", x.padded(len(shape)), shape=(size, *shape))


@batching("stack", "concatenate")
def _join(operation: str, size: int, *arrays: Argument, axis: int) -> Any:
    return apply(operation, *(each.whole(size) for each in arrays), axis=axis + 1)


@batching("argsort")
def _sorted(size: int, x: Argument, axis: int) -> Any:
    return apply("argsort", x.value, axis=axis + 1)


@batching("einsum")
def _einsum(size: int, *arrays: Argument, subscripts: str) -> Any:
    given, _, result = subscripts.partition("->")
    free = next(letter for letter in ascii_letters if letter not in subscripts)
    terms = [free * each.many + term for each, term in zip(arrays, given.split(","), strict=True)]
    return apply("einsum", *(each.value for each in arrays), subscripts=f"{','.join(terms)}->{free}{result}")


@batching(
    "inv",
    "det",
    "cholesky",
    "eigvalsh",
    "eigenvectors",
    "singular_values",
    "left_singular_vectors",
    "right_singular_vectors",
    "pinv",
)
def _of_matrices(operation: str, size: int, a: Argument) -> Any:
    return apply(operation, a.value)


@batching("solve")
def _solve(size: int, a: Argument, b: Argument) -> Any:
    axes = max(len(a.shape), len(b.shape))
    return apply("solve", a.padded(axes), b.padded(axes))


@batching("astype")
def _astype(size: int, x: Argument, dtype: str) -> Any:
    return apply("astype", x.value, dtype=dtype)


@dataclass(frozen=True)
class Choice:
    """An index of many examples, and where the axes of its result are.

    Parameters
    ----------
    index : tuple
        As the attribute of `getitem`.
    arrays : tuple
        What it refers to.
    order : tuple of int
        The axes of what it chooses, so that the examples come first and the others follow as for a single example.
    """

    index: tuple[Any, ...]
    arrays: tuple[Any, ...]
    order: tuple[int, ...]


def _choice(size: int, x: Shape, many: bool, arrays: tuple[Argument, ...], index: tuple[Any, ...], axes: int) -> Choice:
    """The index that chooses for each example what `index` chooses for one, `axes` many axes."""
    fancy = [i for i, part in enumerate(index) if isinstance(part, str | tuple)]
    advanced = [i for i, part in enumerate(index) if isinstance(part, str | tuple | int)] if fancy else []
    joint = advanced == list(range(advanced[0], advanced[-1] + 1)) if advanced else True
    known = {f"#{number}": each.shape for number, each in enumerate(arrays, 1)}
    shapes = [
        known[part] if isinstance(part, str) else np.shape(part) for part in index if isinstance(part, str | tuple)
    ]
    common = len(np.broadcast_shapes(*shapes))
    values = tuple(each.padded(common) for each in arrays)
    if many and joint and not any(each.many for each in arrays):
        return Choice((slice(None), *index), values, tuple(range(axes + 1)))
    taken = sum(isinstance(part, str | tuple | int | slice) for part in index)
    widths = {slice: 1, type(None): 1, type(Ellipsis): len(x) - taken}
    before = sum(widths.get(type(part), 0) for part in index[: advanced[0]]) if joint else 0
    if many:
        # The number of each example, beside the others that choose, puts these first.
        numbers = np.arange(size).reshape(size, *(1,) * common)
        rest = range(1 + common, axes + 1)
        order = (0, *rest[:before], *range(1, 1 + common), *rest[before:])
        return Choice((f"#{len(arrays) + 1}", *index), (*values, numbers), order)
    order = (before, *(i for i in range(axes + 1) if i != before))
    return Choice(index, values, order)


def _permuted(value: Any, order: tuple[int, ...]) -> Any:
    return value if order == tuple(range(len(order))) else apply("transpose", value, axes=order)


@batching("getitem")
def _getitem(size: int, x: Argument, *arrays: Argument, index: tuple[Any, ...]) -> Any:
    axes = len(lookup("getitem").shape(x.shape, *(each.shape for each in arrays), index=index))
    choice = _choice(size, x.shape, x.many, arrays, index, axes)
    return _permuted(apply("getitem", x.value, *choice.arrays, index=choice.index), choice.order)


@batching("add_at")
def _add_at(size: int, g: Argument, *arrays: Argument, index: tuple[Any, ...], shape: Shape) -> Any:
    choice = _choice(size, shape, True, arrays, index, len(g.shape))
    back = tuple(int(i) for i in np.argsort(choice.order))
    chosen = _permuted(g.whole(size), back)
    return apply("add_at", chosen, *choice.arrays, index=choice.index, shape=(size, *shape))
