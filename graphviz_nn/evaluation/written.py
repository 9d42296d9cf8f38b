"""How the steps of a program are written in NumPy: a row for each operation that has a faster way than its function."""

from math import prod
from typing import Any

import numpy as np

from graphviz_nn.evaluation.reduced import reduced
from graphviz_nn.evaluation.step import Step, Written


def _operator(sign: str, *, commutes: bool = False) -> Written:
    def written(step: Step) -> str:
        a, b = step.given
        if step.over[0]:
            return f"{step.result} = {a}; {step.result} {sign}= {b}"
        if step.over[1]:
            if commutes:
                return f"{step.result} = {b}; {step.result} {sign}= {a}"
            return f"{step.result} = np.{step.line.op}({a}, {b}, {b})"
        return _called(step) if step.into else f"{step.result} = {a} {sign} {b}"

    return written


def _called(step: Step) -> str:
    """A call of NumPy's function, into an array if there is one."""
    return f"{step.result} = np.{step.line.op}({', '.join([*step.given, *([step.into] if step.into else [])])})"


def _plain(sign: str) -> Written:
    return lambda step: _called(step) if step.into else f"{step.result} = {step.given[0]} {sign} {step.given[1]}"


def _one(step: Step) -> str:
    (a,) = step.given
    return f"{step.result} = np.{step.line.op}({a}, {a})" if step.over[0] else _called(step)


def _positive(step: Step) -> str:
    return f"{step.result} = {step.given[0]}" if step.over[0] else _called(step)


def _square(step: Step) -> str | None:
    (a,), variable = step.given, step.variable(0)
    if variable is not None and variable.dtype == "bool":
        # The square of a boolean is a whole number, its product with itself isn't.
        return None
    if step.over[0]:
        return f"{step.result} = {a}; {step.result} *= {a}"
    return f"{step.result} = np.multiply({a}, {a}, {step.into})" if step.into else f"{step.result} = {a} * {a}"


def _joined(step: Step) -> str:
    into = f", out={step.into}" if step.into else ""
    return f"{step.result} = np.{step.line.op}(({', '.join(step.given)},), axis={step.line.attributes['axis']}{into})"


def _reshaped(step: Step) -> str:
    return f"{step.result} = {step.given[0]}.reshape({step.code(step.line.attributes['shape'], 'shape')})"


def _transposed(step: Step) -> str:
    axes = step.line.attributes["axes"]
    turned = ".T" if axes == tuple(range(len(axes)))[::-1] else f".transpose({step.code(axes, 'axes')})"
    return f"{step.result} = {step.given[0]}{turned}"


def _cast(step: Step) -> str:
    return f"{step.result} = {step.given[0]}.astype({step.code(np.dtype(step.line.attributes['dtype']), 'dtype')})"


def _index(step: Step, index: tuple[Any, ...], arrays: tuple[str, ...]) -> str:
    """An index between brackets."""

    def part(each: Any) -> str:
        if isinstance(each, slice):
            ends = ["" if end is None else step.code(end, "end") for end in (each.start, each.stop, each.step)]
            return ":".join(ends if ends[2] else ends[:2])
        if isinstance(each, str):
            return arrays[int(each[1:]) - 1]
        if isinstance(each, tuple):
            return step.code(np.array(each, dtype=int), "places")
        return "..." if each is Ellipsis else step.code(each, "place")

    return ", ".join(map(part, index)) or "()"


def _chosen(step: Step) -> str | None:
    variable = step.variable(0)
    if variable is None or not variable.shape:
        return None
    return f"{step.result} = {step.given[0]}[{_index(step, step.line.attributes['index'], step.given[1:])}]"


def _added(step: Step) -> str | None:
    """Zeros with values at an index, assigned where it names each entry once."""
    index, shape = step.line.attributes["index"], step.line.attributes["shape"]
    if not is_once(index, shape):
        return None
    dtype = step.code(np.dtype(step.variables[step.line.result].dtype), "dtype")
    zeros = f"{step.result} = np.zeros({step.code(shape, 'shape')}, {dtype})"
    if step.into:
        zeros = f"{step.result} = {step.into}; {step.result}.fill(0)"
    return f"{zeros}; {step.result}[{_index(step, index, ())}] = {step.given[0]}"


LARGEST = 100_000
"""The most entries in which an index by arrays is checked for repetitions."""


def is_once(index: tuple[Any, ...], shape: tuple[int, ...]) -> bool:
    """Whether an index names no entry twice."""
    if any(isinstance(each, str) for each in index):
        return False
    arrays = [np.array(each, dtype=int) for each in index if isinstance(each, tuple)]
    if not arrays:
        return True
    if prod(shape) > LARGEST:
        return False
    whole = tuple(np.array(each, dtype=int) if isinstance(each, tuple) else each for each in index)
    places = np.arange(prod(shape)).reshape(shape)[whole]
    return bool(np.unique(places).size == places.size)


def _into(step: Step) -> str:
    known, g = step.given
    index = _index(step, step.line.attributes["index"], ())
    first = known if step.over[0] else f"np.array({known})"
    return f"{step.result} = {first}; {step.result}[{index}] += {g}"


def share(g: Any, wins: Any, ties: Any, out: Any = None) -> Any:
    """The gradient of a maximum by an argument: all where it wins, half at a tie.

    >>> share(np.array([1.0, 1.0, 1.0]), np.array([True, False, False]), np.array([False, True, False]))
    array([1. , 0.5, 0. ])
    """
    return np.multiply(g, np.where(ties, np.asarray(0.5, np.asarray(g).dtype), wins) if ties.any() else wins, out=out)


def _shared(step: Step) -> str:
    into = step.given[0] if step.over[0] else step.into
    return f"{step.result} = {step.code(share, 'share')}({', '.join([*step.given, *([into] if into else [])])})"


def _outer(step: Step) -> str | None:
    first, second = step.variable(0), step.variable(1)
    if first is None or second is None or len(first.shape) != 1 or len(second.shape) != 1:
        return None
    return f"{step.result} = {step.given[0]}[:, None] * {step.given[1]}"


def _contracted(step: Step) -> str | None:
    """With the order of the products that was found once."""
    variables = [step.variable(slot) for slot in range(len(step.given))]
    if len(step.given) < 2 or None in variables:
        return None
    subscripts = step.line.attributes["subscripts"]
    shapes = [np.broadcast_to(np.zeros(()), each.shape) for each in variables if each]
    path = step.code(np.einsum_path(subscripts, *shapes, optimize="greedy")[0], "path")
    return f"{step.result} = np.einsum({step.code(subscripts, 'subscripts')}, {', '.join(step.given)}, optimize={path})"


WRITTEN: dict[str, Written] = {
    "add": _operator("+", commutes=True),
    "subtract": _operator("-"),
    "multiply": _operator("*", commutes=True),
    "divide": _operator("/"),
    "matmul": _plain("@"),
    "greater": _plain(">"),
    "greater_equal": _plain(">="),
    "less": _plain("<"),
    "less_equal": _plain("<="),
    "equal": _plain("=="),
    "not_equal": _plain("!="),
    **dict.fromkeys(("negative", "exp", "log", "tanh", "sin", "cos", "sqrt", "absolute", "log1p", "expm1"), _one),
    "positive": _positive,
    "square": _square,
    "sum": reduced("add"),
    "prod": reduced("multiply"),
    "max": reduced("maximum"),
    "min": reduced("minimum"),
    "mean": reduced("add", mean=True),
    "stack": _joined,
    "concatenate": _joined,
    "reshape": _reshaped,
    "transpose": _transposed,
    "astype": _cast,
    "getitem": _chosen,
    "add_at": _added,
    "add_into": _into,
    "share": _shared,
    "einsum": _contracted,
    "outer": _outer,
}
"""The way that each operation is written."""
OVERWRITES = {
    **dict.fromkeys(("add", "subtract", "multiply", "divide"), (0, 1)),
    **dict.fromkeys(("negative", "exp", "log", "tanh", "sin", "cos", "sqrt", "absolute", "log1p", "expm1"), (0,)),
    **dict.fromkeys(("positive", "square", "add_into", "share"), (0,)),
}
"""The arguments that each operation writes its result into, in this order, where it may."""
INTO = {"matmul", "sum", "prod", "max", "min", "mean", "stack", "concatenate", "add_at", "share"}
"""The operations, besides ufuncs, that write their result into an array that is there."""
