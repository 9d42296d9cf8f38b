"""Changes while training: of an option, or of a number of a parameter, at a step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from graphviz_nn.errors import UsageError, brief, suggest
from graphviz_nn.graph.ir import Shape
from graphviz_nn.training.together import Together

OPTIONS = ("rate", "batch_size", "l1", "l2")
"""The options that can change at a step."""
HOW = "write (step, option, value), such as (100, 'rate', 0.1), or (step, parameter, index, value)"


@dataclass(frozen=True)
class Change:
    """A change before a step, counted from 0.

    Parameters
    ----------
    what : str
        One of `OPTIONS`, or the name of a parameter.
    index : tuple of int
        The place of the number in the parameter.
    """

    step: int
    what: str
    value: float
    index: tuple[int, ...] = ()


def changes_of(given: Iterable[Any], shapes: Mapping[str, Shape], together: Together) -> list[Change]:
    """Read changes: tuples of a step, an option and its value; or of a step, a parameter, an index and its number.

    Raises
    ------
    UsageError
        If there is no such option, parameter or index, or a value is invalid.

    Examples
    --------
    >>> changes_of([(100, "rate", 0.1), (20, "W", (0, 1), 0.5)], {"W": (2, 2)}, Together())
    [Change(step=20, what='W', value=0.5, index=(0, 1)), Change(step=100, what='rate', value=0.1, index=())]
    """
    try:
        rows = [tuple(each) for each in given]
    except TypeError:
        raise UsageError(f"changes= can't be {brief(given)}; {HOW}") from None
    found = [_change(row, shapes, together) for row in rows]
    return sorted(found, key=lambda change: change.step)


def _change(row: tuple[Any, ...], shapes: Mapping[str, Shape], together: Together) -> Change:
    if len(row) not in (3, 4) or not _whole(row[0], 0):
        raise UsageError(f"changes= has {brief(row)}; {HOW}")
    step, what, value = int(row[0]), row[1], row[-1]
    if what in OPTIONS and what not in shapes and len(row) == 3:
        if what == "batch_size" and (not _whole(value, 1) or value % together.count):
            of = f"a multiple of {together.count}" if together.count > 1 else "at least 1"
            raise UsageError(f"changes= at step {step}: batch_size must be a whole number, {of}; found {brief(value)}")
        if not _number(value) or value < 0:
            raise UsageError(f"changes= at step {step}: {what} must be a number of at least 0, found {brief(value)}")
        return Change(step, what, value)
    if what not in shapes:
        raise UsageError(f"changes= at step {step}: there is no {brief(what)}: {suggest(what, [*OPTIONS, *shapes])}")
    index = row[2] if len(row) == 4 else ()
    places = tuple(index) if isinstance(index, tuple | list) else (index,)
    shape = shapes[what]
    if len(places) != len(shape) or not all(_whole(i, 0) and i < n for i, n in zip(places, shape, strict=True)):
        raise UsageError(f"changes= at step {step}: {what} of shape {shape} has no entry {brief(index)}")
    if not _number(value):
        raise UsageError(f"changes= at step {step}: {what} must get a finite number, found {brief(value)}")
    return Change(step, what, float(value), tuple(map(int, places)))


def _whole(value: Any, least: int) -> bool:
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return is_whole and bool(least <= value < 2**63)


def _number(value: Any) -> bool:
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return bool(is_number) and isfinite(float(value))
