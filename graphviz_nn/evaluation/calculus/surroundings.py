"""What a function sees beside its arguments: a trace of it holds as long as that stays the same."""

from collections.abc import Collection, Iterable
from operator import is_
from types import FunctionType
from typing import Any

import numpy as np

from graphviz_nn.evaluation.calculus.reached import MISSING, PLAIN, Reached, Unknown, content, slots_of
from graphviz_nn.graph.ir import Array
from graphviz_nn.tracing.held import same_bits

# The bytes up to which a copy of an array is compared faster than entry by entry.
COPIED = 100_000


class Surroundings:
    """The variables of a function's globals, closure and objects, with their values when it was traced.

    Variables are known by identity, plain values by equality, and arrays, which may change in place, by their bits.
    Where the function sees something that can't be compared, no trace of it holds.
    """

    def __init__(self, function: Any, others: Iterable[Any]) -> None:
        # Of a plain function its code counts: a lambda in a loop is the same while it holds the same.
        self._own = _own(function)
        self._others = tuple(others)
        self._reached: Reached | None
        try:
            self._reached = Reached(function, self._others)
        except Unknown:
            self._reached = None
            return
        arrays = self._reached.arrays.values()
        self._small = [(each, each.shape, each.dtype, each.tobytes()) for each in arrays if each.nbytes <= COPIED]
        self._large = [(each, each.copy()) for each in arrays if each.nbytes > COPIED]

    @property
    def tell_types(self) -> bool:
        """Whether the function may ask whether a number is Python's."""
        return self._reached is None or self._reached.tells_types

    def are_same(self, function: Any) -> bool:
        """Whether the function, or another one with the same code, sees what it saw."""
        reached = self._reached
        if reached is None:
            return False
        own = _own(function)
        if own is not None and (self._own is None or not _all_same(own, self._own)):
            return False
        for space, name, value in reached.names:
            now = space.get(name, MISSING)
            if now is not value and not _equal(now, value):
                return False
        for cell, value in reached.cells:
            now = content(cell)
            if now is not value and not _equal(now, value):
                return False
        for sequence, values in reached.sequences:
            if not _all_same(sequence, values):
                return False
        for mapping, keys, values in reached.mappings:
            if not (_all_same(mapping, keys) and _all_same(mapping.values(), values)):
                return False
        for called, code, defaults, count in reached.functions:
            if called.__code__ is not code or called.__defaults__ is not defaults or len(called.__dict__) != count:
                return False
        if any(not _all_same(slots_of(each, names), values) for each, names, values in reached.slots):
            return False
        for each, shape, dtype, bits in self._small:
            if each.shape != shape or each.dtype is not dtype or each.tobytes() != bits:
                return False
        return all(_same_array(*both) for both in self._large)


def _own(function: Any) -> tuple[Any, ...] | None:
    """What a plain function holds itself: its globals, defaults, closure and attributes."""
    if type(function) is not FunctionType:
        return None
    cells = [content(cell) for cell in function.__closure__ or ()]
    keywords = function.__kwdefaults__ or {}
    return (
        function.__globals__,
        *(function.__defaults__ or ()),
        *keywords.values(),
        *cells,
        *function.__dict__,
        *function.__dict__.values(),
    )


def _same_array(now: Array, before: Array) -> bool:
    return now.shape == before.shape and now.dtype == before.dtype and same_bits(now, before)


def _equal(now: Any, before: Any) -> bool:
    kind = type(now)
    if kind is not type(before):
        return False
    if kind in PLAIN:
        # 0.0 equals -0.0.
        return bool(now == before) and (kind not in (float, complex) or repr(now) == repr(before))
    return isinstance(now, np.generic) and now.dtype == before.dtype and now.tobytes() == before.tobytes()


def _all_same(now: Collection[Any], before: tuple[Any, ...]) -> bool:
    if len(now) != len(before):
        return False
    return all(map(is_, now, before)) or all(a is b or _equal(a, b) for a, b in zip(now, before, strict=True))
