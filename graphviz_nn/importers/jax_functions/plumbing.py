"""Primitives that only arrange values, or that JAX writes where NumPy needs nothing: they wait for their use."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_nn import nn
from graphviz_nn.importers.jax_functions import contraction
from graphviz_nn.importers.jax_functions.abstract import known
from graphviz_nn.importers.jax_functions.late import (
    Counted,
    Joined,
    Late,
    Permuted,
    Place,
    Reciprocal,
    Reduced,
    constant,
    now,
    permuted,
    spread,
)
from graphviz_nn.importers.jax_functions.numbers import number
from graphviz_nn.importers.jax_functions.running import Running
from graphviz_nn.tracing.tracer import Tracer

RULES: dict[str, Callable[..., Any]] = {}
"""A row returns a value, or NotImplemented if it is an ordinary step after all."""


def plumbing(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a row under these names."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        RULES.update(dict.fromkeys(names, function))
        return function

    return add


@plumbing("broadcast_in_dim")
def broadcast_in_dim(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    axes = tuple(int(axis) for axis in eqn.params["broadcast_dimensions"])
    return spread(inputs[0], axes, tuple(eqn.params["shape"]), place)


@plumbing("reshape", "expand_dims")
def reshape(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """Axes of length 1 that are added."""
    before, after = np.shape(inputs[0]), tuple(eqn.params["new_sizes"])
    if before == after:
        return inputs[0]
    axes, place_of = [], 0
    for length in before:
        while place_of < len(after) and after[place_of] == 1 != length:
            place_of += 1
        if place_of == len(after) or after[place_of] != length:
            return NotImplemented
        axes.append(place_of)
        place_of += 1
    if any(length != 1 for length in after[place_of:]):
        return NotImplemented
    return spread(inputs[0], tuple(axes), after, place)


@plumbing("squeeze")
def squeeze(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """Axes of length 1 that a reduction kept; x[:, 3] instead of x[:, 3:4] without its axis."""
    (x,), axes = inputs, tuple(int(axis) for axis in eqn.params["dimensions"])
    if isinstance(x, Reduced) and x.keeps and axes == x.axes and x.other is not None:
        return x.other
    if isinstance(x, Tracer) and run.made.get(x.number, ("", ()))[0] == "slice":
        return _entry(run, x, axes, place)
    return NotImplemented


def _entry(run: Running, x: Tracer, axes: tuple[int, ...], place: Place) -> Any:
    source, index, starts = run.made[x.number][1]
    found = tuple(starts[i] if i in axes else part for i, part in enumerate(index))
    while found[-1:] == (slice(None),):
        found = found[:-1]
    with place():
        return source[found]


@plumbing("slice")
def slice_(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    x, starts = now(inputs[0]), tuple(eqn.params["start_indices"])
    steps = eqn.params["strides"] or (1,) * len(starts)
    bounds = zip(starts, eqn.params["limit_indices"], steps, np.shape(x), strict=True)
    index = tuple(
        slice(start or None, stop if stop != length else None, step if step != 1 else None)
        for start, stop, step, length in bounds
    )
    if all(part == slice(None) for part in index):
        return x
    with place():
        found = x[index]
    if isinstance(found, Tracer):
        run.made[found.number] = "slice", (x, index, starts)
    return found


@plumbing("transpose")
def transpose(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    return permuted(inputs[0], tuple(int(axis) for axis in eqn.params["permutation"]), place)


@plumbing("dot_general")
def dot_general(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """A product of matrices, whose result may be exchanged."""
    wanted = np.dtype(eqn.outvars[0].aval.dtype).name
    x, y = (each if isinstance(each, Permuted) else now(each) for each in inputs)
    with place():
        found, is_exchanged = contraction.dot_general(x, y, eqn.params["dimension_numbers"])
        found = found if found.dtype.kind == "f" or found.dtype.name == wanted else found.astype(wanted)
    axes = tuple(range(np.ndim(found)))
    return permuted(found, (*axes[:-2], axes[-1], axes[-2]), place) if is_exchanged else found


@plumbing("copy", "copy_p", "optimization_barrier", "reduce_precision", "sharding_constraint", "pvary")
def same(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    return inputs[0] if len(inputs) == 1 else NotImplemented


@plumbing("convert_element_type")
def convert_element_type(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """Numbers are as wide as JAX's; integers as indices are of any width."""
    (x,), wanted = inputs, np.dtype(known(eqn.outvars[0].aval).dtype)
    if x.dtype == wanted or (x.dtype.kind in "iu" and wanted.kind in "iu" and wanted.itemsize >= 4):
        return x
    return NotImplemented


@plumbing("rsqrt")
def rsqrt(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """A root that something is multiplied by divides it."""
    return Reciprocal(inputs[0].loose() if isinstance(inputs[0], Late) else inputs[0], np.shape(inputs[0]), place)


@plumbing("erfc")
def erfc(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """1 - erf(-z / √2) is 1 + erf(z / √2)."""
    name, given = run.made.get(getattr(inputs[0], "number", -1), ("", ()))
    if name == "mul" and isinstance(given[1], np.ndarray) and number(given[1]) == 1 / math.sqrt(2):
        before, turned = run.made.get(getattr(given[0], "number", -1), ("", ()))
        if before == "neg":
            with place():
                return 1 + nn.erf(now(turned[0]) / math.sqrt(2))
    return NotImplemented


REDUCTIONS = {"reduce_sum": np.sum, "reduce_max": np.max, "reduce_min": np.min, "reduce_prod": np.prod}


@plumbing(*REDUCTIONS)
def reduce(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    axes = tuple(int(axis) for axis in eqn.params["axes"])
    x = now(inputs[0])
    return Reduced(REDUCTIONS[eqn.primitive.name], x, axes, place) if axes else x


@plumbing("div")
def div(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """A sum divided by the number of its entries."""
    x, by = inputs[0], constant(inputs[1])
    if by is None or by.size == 0 or np.any(by != by.flat[0]):
        return NotImplemented
    if isinstance(x, Reduced) and x.function is np.sum and float(by.flat[0]) == x.count:
        return x.mean()
    return NotImplemented


@plumbing("max")
def maximum(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """Nothing is below minus infinity."""
    for one, other in (inputs, inputs[::-1]):
        least = constant(one)
        if least is not None and not least.ndim and least == -np.inf:
            return other
    return NotImplemented


@plumbing("mul")
def mul(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    for x, root in (inputs, inputs[::-1]):
        if isinstance(root, Reciprocal) and not isinstance(x, Reciprocal):
            x = x.loose() if isinstance(x, Late) else x
            if np.broadcast_shapes(np.shape(x), np.shape(root.source)) == tuple(eqn.outvars[0].aval.shape):
                with place():
                    return x / root.root
    return neutral(run, eqn, inputs, place)


@plumbing("add", "sub")
def neutral(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """A whole number that changes nothing, such as 0 in the rows of a triangle."""
    unit = 1 if eqn.primitive.name == "mul" else 0
    x, y = inputs[0], constant(inputs[1])
    if y is not None and y.dtype.kind in "iu" and np.all(y == unit):
        return x
    return NotImplemented


@plumbing("select_n")
def select_n(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """A choice that is always the same, and the index that a negative one means."""
    which, *cases = inputs
    fixed = constant(which)
    if fixed is not None and fixed.size and np.all(fixed == fixed.flat[0]):
        return cases[int(fixed.flat[0])]
    if len(cases) == 2 and _is_below_zero(run, which, cases[0]) and _is_sum(run, cases[1], cases[0]):

        def written() -> Any:
            return np.where(which, cases[1], cases[0])

        return Counted(cases[0], written, place)
    return NotImplemented


def _is_below_zero(run: Running, value: Any, index: Any) -> bool:
    name, given = run.made.get(getattr(value, "number", -1), ("", ()))
    return name == "lt" and given[0] is index and index.dtype.kind in "iu" and bool(np.all(constant(given[1]) == 0))


def _is_sum(run: Running, value: Any, index: Any) -> bool:
    name, given = run.made.get(getattr(value, "number", -1), ("", ()))
    return name == "add" and given[0] is index and constant(given[1]) is not None


@plumbing("concatenate")
def concatenate(run: Running, eqn: Any, inputs: Any, place: Place) -> Any:
    """Indices of several axes side by side."""
    last = len(eqn.outvars[0].aval.shape) - 1
    whole = all(each.dtype.kind in "iu" and np.shape(each)[-1:] == (1,) for each in inputs)
    if whole and eqn.params["dimension"] == last:
        return Joined(tuple(inputs), tuple(eqn.outvars[0].aval.shape), place)
    return NotImplemented
