"""What a function sees beside its arguments: a trace of it holds as long as that stays the same."""

import dis
from collections import deque
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from operator import is_
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Array
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.reach import codes, names

# The most objects that are examined; the bytes up to which arrays are compared as a whole, and entries beyond.
MOST, COMPARED, SAMPLED = 2_000, 100_000, 4_096
PLAIN = (int, float, complex, str, bytes, bool, type(None))
MISSING = object()


class Surroundings:
    """The variables of a function's globals, closure and objects, with their values when it was traced.

    Variables are known by identity, plain values by equality. Arrays may change in place: they're compared, but of
    large ones only a sample of entries, since the program gets these arrays themselves.
    """

    def __init__(self, function: Any, others: Iterable[Any]) -> None:
        # An object is known by its identity, which it has as long as it is kept.
        self._others = tuple(others)
        self._names: list[tuple[dict[str, Any], str, Any]] = []
        self._cells: list[tuple[CellType, Any]] = []
        self._lists: list[tuple[Any, tuple[Any, ...]]] = []
        self._dicts: list[tuple[dict[Any, Any], tuple[Any, ...], tuple[Any, ...]]] = []
        self.arrays: dict[int, Array] = {}
        # Of a plain function its code counts: a lambda in a loop is the same while it holds the same.
        self._own = _own(function)
        self._walk(function, self._others)
        self._contents = [(seen, seen.shape, seen.tobytes()) for seen in map(_seen, self.arrays.values())]

    def are_same(self, function: Any) -> bool:
        """Whether the function, or another one with the same code, sees what it saw."""
        own = _own(function)
        if own is not None and (self._own is None or not _all_same(own, self._own)):
            return False
        for space, name, value in self._names:
            now = space.get(name, MISSING)
            if now is not value and not _equal(now, value):
                return False
        for cell, value in self._cells:
            now = _content(cell)
            if now is not value and not _equal(now, value):
                return False
        for sequence, values in self._lists:
            if len(sequence) != len(values) or not _all_same(sequence, values):
                return False
        for mapping, keys, values in self._dicts:
            if tuple(mapping) != keys or not _all_same(mapping.values(), values):
                return False
        return all(array.shape == shape and array.tobytes() == content for array, shape, content in self._contents)

    def _walk(self, function: Any, others: Iterable[Any]) -> None:
        waiting, met = deque([function, *others]), dict[int, Any]()
        while waiting and len(met) < MOST:
            value = waiting.popleft()
            if isinstance(value, PLAIN) or id(value) in met:
                continue
            met[id(value)] = value
            waiting.extend(self._held(value, function))

    def _held(self, value: Any, root: Any = None) -> Iterator[Any]:
        if isinstance(value, np.ndarray):
            self.arrays[id(value)] = value
        elif isinstance(value, list | tuple):
            self._lists.append((value, tuple(value)))
            yield from value
        elif isinstance(value, dict):
            self._dicts.append((value, tuple(value), tuple(value.values())))
            yield from value.values()
        elif isinstance(value, partial):
            yield from (value.func, value.args, value.keywords)
        elif isinstance(value, MethodType):
            yield from (value.__self__, value.__func__)
        elif isinstance(value, FunctionType):
            yield from self._of_function(value, root)
        elif isinstance(value, type):
            if frames.is_users(getattr(_module(value), "__file__", None) or "<user>"):
                yield from (each for each in vars(value).values() if isinstance(each, FunctionType))
        elif not isinstance(value, ModuleType) and hasattr(value, "__dict__"):
            yield from self._held(vars(value))
            yield type(value)
            yield getattr(value, "__wrapped__", None)

    def _of_function(self, function: FunctionType, root: Any) -> Iterator[Any]:
        yield getattr(function, "__wrapped__", None)
        if not frames.is_users(function.__code__.co_filename):
            return
        yield from function.__defaults__ or ()
        yield from (function.__kwdefaults__ or {}).values()
        for cell in function.__closure__ or ():
            if function is not root:
                self._cells.append((cell, _content(cell)))
            yield _content(cell)
        known = function.__globals__
        for name in _globals(function.__code__):
            value = known.get(name, MISSING)
            self._names.append((known, name, value))
            if not isinstance(value, ModuleType):
                yield value
            elif frames.is_users(getattr(value, "__file__", None) or ""):
                inside = vars(value)
                here = [each for each in names(function.__code__) if each in inside]
                self._names += [(inside, each, inside[each]) for each in here]
                yield from (inside[each] for each in here)


def _own(function: Any) -> tuple[Any, ...] | None:
    """What a plain function holds itself: its globals, defaults and closure."""
    if type(function) is not FunctionType:
        return None
    cells = [_content(cell) for cell in function.__closure__ or ()]
    return (function.__globals__, *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values(), *cells)


@lru_cache(maxsize=4096)
def _globals(code: CodeType) -> tuple[str, ...]:
    """The global variables that a code reads."""
    return tuple(
        dict.fromkeys(
            each.argval
            for inner in codes(code)
            for each in dis.get_instructions(inner)
            if each.opname in ("LOAD_GLOBAL", "LOAD_NAME")
        )
    )


def _module(value: type) -> Any:
    import sys

    return sys.modules.get(value.__module__)


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        # The variable isn't bound yet.
        return MISSING


def _equal(now: Any, before: Any) -> bool:
    return type(now) is type(before) and isinstance(now, PLAIN) and bool(now == before)


def _all_same(now: Iterable[Any], before: tuple[Any, ...]) -> bool:
    now = tuple(now)
    if len(now) != len(before):
        return False
    return all(map(is_, now, before)) or all(a is b or _equal(a, b) for a, b in zip(now, before, strict=True))


def _seen(array: Array) -> Array:
    """The entries of an array that are compared: a view of all, or of a sample."""
    if array.nbytes <= COMPARED:
        return array
    if array.flags.c_contiguous or array.flags.f_contiguous:
        return array.reshape(-1, order="A")[:: -(-array.size // SAMPLED)]
    every = max(1, round((array.size / SAMPLED) ** (1 / array.ndim)))
    return array[(slice(None, None, every),) * array.ndim]
