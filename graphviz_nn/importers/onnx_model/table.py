"""The table of ONNX operators: what each computes, from which version of the operator set on."""

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any, NamedTuple, Never

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.importers.replay import Rule
from graphviz_nn.tracing.recording import holdable
from graphviz_nn.tracing.tracer import Tracer, call_function


class Row(NamedTuple):
    """An operator.

    Parameters
    ----------
    rule : callable
        Takes the operator's inputs in order (None where one is left out) and its attributes by name, as plain values
        and arrays. Returns the result, or a tuple of results. An argument ``results`` receives their number, and an
        argument ``kinds`` the inputs' types as ONNX numbers them, 0 where the file doesn't tell.
    since : int
        The first version of the operator set with this meaning.
    static : tuple of int
        The inputs whose numbers it must know, such as a shape.
    weights, statistics : tuple of int
        The inputs that are parameters even if the model computes them, and those that training doesn't learn.
    asks : tuple of str
        Which of ``results`` and ``kinds`` the rule takes.
    call : str
        The name of the step in pictures, if it is more than one operation.
    """

    rule: Rule
    since: int = 1
    static: tuple[int, ...] = ()
    weights: tuple[int, ...] = ()
    statistics: tuple[int, ...] = ()
    asks: tuple[str, ...] = ()
    call: str = ""


ROWS: dict[str, list[Row]] = {}
"""The rows of each operator, later versions first."""


def operator(
    *names: str,
    since: int = 1,
    static: tuple[int, ...] = (),
    weights: tuple[int, ...] = (),
    statistics: tuple[int, ...] = (),
    call: str = "",
) -> Callable[[Rule], Rule]:
    """Add a row under these names; other arguments as for `Row`."""

    def add(rule: Rule) -> Rule:
        asks = tuple(name for name in ("results", "kinds") if name in signature(rule).parameters)
        row = Row(rule, since, static, weights, statistics, asks, call)
        for name in names:
            ROWS[name] = sorted([*ROWS.get(name, ()), row], key=lambda each: -each.since)
        return rule

    return add


def row_of(name: str, version: int) -> Row | None:
    """The row of an operator in a version of the operator set; None if there is none."""
    return next((row for row in ROWS.get(name, ()) if row.since <= version), None)


def refuse(problem: str) -> Never:
    """Raise an error for what a rule doesn't compute."""
    raise UsageError(problem)


def whole(value: Any, what: str) -> list[int]:
    """Whole numbers that are known, such as axes.

    >>> whole(np.array([1, 2]), "axes")
    [1, 2]
    """
    if isinstance(value, Tracer):
        refuse(f"its {what} depend on the model's input")
    return [int(each) for each in np.ravel(value)]


def number(value: Any, what: str) -> Any:
    """A number that is known."""
    if isinstance(value, Tracer) or np.size(value) != 1:
        refuse(f"its {what} isn't one known number")
    return np.ravel(value)[0].item()


def alike(x: Any, result: Any) -> Any:
    """A result in the dtype of x."""
    return result if np.dtype(result.dtype) == np.dtype(x.dtype) else result.astype(x.dtype)


def filled(shape: Sequence[int], value: Any) -> Any:
    """An array that holds one value everywhere, in the memory of one."""
    return np.broadcast_to(np.asarray(value), tuple(shape))


def small(shape: Sequence[int]) -> tuple[int, ...]:
    """Check that a known array may have a shape, and return it."""
    return holdable(tuple(int(each) for each in shape))


def axis_of(axis: int, x: Any) -> int:
    """The number of an axis, counted from the front."""
    if not -np.ndim(x) <= axis < max(np.ndim(x), 1):
        refuse(f"there is no axis {axis} in shape {np.shape(x)}")
    return axis % max(np.ndim(x), 1)


def taken(x: Any, indices: Any, axis: int | None = None) -> Any:
    """The entries at these positions along an axis."""
    if isinstance(indices, Tracer):
        # NumPy asks only the array whether it is traced.
        return call_function(np.take, (x, indices), {"axis": axis})
    return np.take(x, indices, axis=axis)
