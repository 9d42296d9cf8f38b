"""How sums and other reductions are written: along the axis that is fast in NumPy, or as a product with ones."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import prod
from typing import TypeAlias

import numpy as np

from graphviz_nn.evaluation.step import Step, Written
from graphviz_nn.graph.ir import Array
from graphviz_nn.ops.rules import axes_numbers


def reduced(ufunc: str, *, mean: bool = False) -> Written:
    """The code of a reduction by a ufunc."""

    def written(step: Step) -> str | None:
        variable, attributes = step.variable(0), step.line.attributes
        if variable is None or (mean and variable.dtype not in FLOATS):
            return None
        axes = axes_numbers(attributes.get("axis"), len(variable.shape))
        lengths, kept = variable.shape, bool(attributes.get("keepdims"))
        code = ROWS[ufunc](step, lengths, axes[0], kept) if len(axes) == 1 and variable.dtype in FLOATS else None
        if code is None:
            given = [step.given[0], f"axis={attributes.get('axis')}", *(["keepdims=True"] if kept else [])]
            code = f"{step.result} = np.{ufunc}.reduce({', '.join([*given, *_out(step)])})"
        if not mean:
            return code
        count = prod(lengths[i] for i in axes)
        return f"{code}; {step.result} /= {count}" if step.into else f"{code} / {count}"

    return written


def _out(step: Step) -> list[str]:
    return [f"out={step.into}"] if step.into else []


Row: TypeAlias = Callable[[Step, tuple[int, ...], int, bool], str | None]
"""The code of a reduction of one axis of an array of these lengths, which may keep that axis; None to leave it."""
FLOATS = ("float32", "float64")
LONGEST_ROW, LONGEST = 1024, 2**16
"""The longest rows and columns that are added up as a product; NumPy adds up longer rows with smaller errors."""


def _as_product(step: Step, lengths: tuple[int, ...], axis: int, kept: bool) -> str | None:
    """A sum of rows or columns of a matrix as a product with ones, which takes a half to a tenth of the time."""
    is_last, many = axis == len(lengths) - 1, lengths[axis] if lengths else 0
    if len(lengths) < 2 or not many or axis < len(lengths) - 2 or many > (LONGEST_ROW if is_last else LONGEST):
        return None
    shape = (many, 1) if is_last else (1, many)
    ones = step.code(_ones(shape if kept else (many,), step.variables[step.line.result].dtype), "ones")
    factors = (step.given[0], ones) if is_last else (ones, step.given[0])
    if step.into:
        return f"{step.result} = np.matmul({factors[0]}, {factors[1]}, {step.into})"
    return f"{step.result} = {factors[0]} @ {factors[1]}"


@lru_cache(maxsize=64)
def _ones(shape: tuple[int, ...], dtype: str) -> Array:
    found = np.ones(shape, dtype)
    found.flags.writeable = False
    return found


MOST_COLUMNS, ROWS_EACH = 16, 64
"""So many short rows take as long as one more call for all of them."""


def _by_columns(ufunc: str) -> Row:
    """The largest of short rows, from column to column."""

    def written(step: Step, lengths: tuple[int, ...], axis: int, kept: bool) -> str | None:
        if len(lengths) != 2 or axis != 1 or not 2 <= lengths[1] <= MOST_COLUMNS:
            return None
        if lengths[0] < ROWS_EACH * (lengths[1] - 1):
            return None
        columns = [f"{step.given[0]}[:, {f'{i}:{i + 1}' if kept else i}]" for i in range(lengths[1])]
        first = ", ".join([*columns[:2], *_out(step)])
        others = (f"; np.{ufunc}({step.result}, {each}, out={step.result})" for each in columns[2:])
        return f"{step.result} = np.{ufunc}({first}){''.join(others)}"

    return written


ROWS: Mapping[str, Row] = {
    "add": _as_product,
    "multiply": lambda *_: None,
    "maximum": _by_columns("maximum"),
    "minimum": _by_columns("minimum"),
}
"""Faster ways to reduce one axis, where there is one."""
