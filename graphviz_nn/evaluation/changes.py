"""The change of a value, computed such that a large addend doesn't round it away."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.tracing.registry import Op

Groups = Sequence[Sequence[int]]


def _together(count: int) -> Groups:
    return [range(count)]


def _apart(count: int) -> Groups:
    return [[slot] for slot in range(count)]


def _only(*slots: int) -> Callable[[int], Groups]:
    return lambda _: [slots]


# The arguments in which an operation is linear: in each group, if all others stay fixed.
LINEAR: Mapping[str, Callable[[int], Groups]] = {
    **dict.fromkeys(("add", "subtract", "negative", "positive", "stack", "concatenate"), _together),
    **dict.fromkeys(("sum", "mean", "sum_to", "reshape", "transpose", "broadcast_to"), _together),
    **dict.fromkeys(("real", "imag", "conjugate", "fftn", "ifftn", "rfftn", "irfftn"), _together),
    **dict.fromkeys(("multiply", "matmul", "outer", "einsum"), _apart),
    **dict.fromkeys(("divide", "getitem", "add_at"), _only(0)),
    "solve": _only(1),
    "set_at": _only(0, 1),
    "where": _only(1, 2),
}
# A smaller change relative to the value has fewer than six digits.
LOST = 1e-10
# If an argument changes, so does every result of these; an equal result is rounding.
CURVED = ("exponentials", "trigonometric", "hyperbolic")


def change(op: Op, call: Callable[..., Any], old: Sequence[Any], moved: Mapping[int, Array], before: Any) -> Array:
    """The change of an operation's result; NaN if rounding hides it.

    Parameters
    ----------
    call : callable
        The operation's kernel with its attributes.
    old : sequence of array
        All arguments.
    moved : dict of int to array
        The changes of those arguments that change.
    before : array or number
        The result for the old arguments.

    Examples
    --------
    >>> from graphviz_nn.tracing.registry import lookup
    >>> float(change(lookup("add"), np.add, [np.array(1.0), np.array(1e30)], {0: np.array(1e-9)}, 1e30))
    1e-09
    >>> float(change(lookup("tanh"), np.tanh, [np.array(40.0)], {0: np.array(1e-3)}, 1.0))
    nan
    """
    moved = {slot: each for slot, each in moved.items() if np.any(each)}
    if not moved:
        return np.zeros(np.shape(before))
    groups = LINEAR[op.name](len(old)) if op.name in LINEAR else ()
    if moved.keys() <= {slot for group in groups for slot in group}:
        return _by_groups(call, list(old), moved, groups)
    new = [_after(each, moved[slot]) if slot in moved else each for slot, each in enumerate(old)]
    found = _inexact(call(*new)) - before
    if any(np.any(_is_lost(each, new[slot])) for slot, each in moved.items()):
        return np.full(np.shape(found), np.nan)
    lost = _is_lost(found, before)
    if op.category in CURVED:
        stirred = sum(each != 0 for each in moved.values())
        lost |= (stirred > 0) & (found == 0) & (before != 0)
    return np.where(lost, np.nan, found)


def _inexact(value: Any) -> Array:
    array = np.asarray(value)
    return array if array.dtype.kind == "c" else array.astype(float)


def _after(value: Any, changed: Array) -> Array:
    """A value after its change; integers and booleans keep their type."""
    new: Array = value + changed
    kind = np.asarray(value).dtype
    return new if kind.kind in "fc" else np.rint(new).astype(kind)


def _is_lost(changed: Array, value: Any) -> Array:
    """Where a change is too small relative to the value to have enough digits."""
    found: Array = (changed != 0) & (np.abs(changed) < LOST * np.abs(value))
    return found


def _by_groups(call: Callable[..., Any], arguments: list[Any], moved: Mapping[int, Array], groups: Groups) -> Array:
    """Move one group of arguments after another, each from the result of the groups before it."""
    found: Array | float = 0.0
    for group in groups:
        if moved.keys().isdisjoint(group):
            continue
        given = list(arguments)
        for slot in group:
            given[slot] = moved[slot] if slot in moved else np.zeros(np.shape(arguments[slot]))
        found = found + _inexact(call(*given))
        for slot in moved.keys() & set(group):
            arguments[slot] = _after(arguments[slot], moved[slot])
    return np.asarray(found)
