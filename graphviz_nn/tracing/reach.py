"""Find the objects that a function can reach: in its globals, closure, defaults, arguments and object."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    GeneratorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Variable
from graphviz_nn.tracing import frames
from graphviz_nn.tracing.specs import Spec

# The depth of the search, and the most objects that it examines.
DEPTH, MOST = 6, 2000
PLAIN = (np.ndarray, np.ufunc, str, bytes, int, float, complex, type(None), CodeType, Spec, Variable)
# Classes not written in Python, whose methods can't be the author's.
WRITTEN = 1 << 9


def reachable(function: Callable[..., Any], arguments: Any) -> Iterator[Any]:
    """The objects that a function can reach, near ones first."""
    met: dict[int, Any] = {}
    near: list[Any] = [function, arguments]
    for _ in range(DEPTH + 1):
        further: list[Any] = []
        for value in near:
            if isinstance(value, PLAIN) or id(value) in met:
                continue
            if len(met) == MOST:
                return
            # Keeping an object alive keeps its id unique.
            met[id(value)] = value
            yield value
            further += _held(value)
        near = further


def _held(value: Any) -> Iterator[Any]:
    """The contents of a value."""
    # Other mappings may read a file for their values, like NumPy's archives.
    if isinstance(value, dict):
        yield from dict.values(value)
    elif isinstance(value, list | tuple | set | frozenset | deque):
        yield from value
    elif isinstance(value, partial):
        yield from (value.func, value.args, value.keywords)
    elif isinstance(value, MethodType):
        yield from (value.__self__, value.__func__)
    elif isinstance(value, staticmethod | classmethod):
        yield value.__func__
    elif isinstance(value, property):
        yield value.fget
    elif isinstance(value, FunctionType):
        yield from _of_function(value)
    elif isinstance(value, GeneratorType):
        if value.gi_frame is not None:
            yield from value.gi_frame.f_locals.values()
            yield from _named(value.gi_code, value.gi_frame.f_globals)
    elif isinstance(value, type):
        yield from _of_class(value)
    elif isinstance(value, BuiltinFunctionType):
        # A method not written in Python, such as those of NumPy's generators.
        yield value.__self__
    elif not isinstance(value, ModuleType):
        yield from _of_object(value)


def _of_object(value: Any) -> Iterator[Any]:
    if hasattr(value, "__dict__"):
        yield from vars(value).values()
    for each in type(value).__mro__:
        if "__slots__" in vars(each):
            slots = [slot for slot in vars(each).values() if isinstance(slot, MemberDescriptorType)]
            yield from (getattr(value, slot.__name__, None) for slot in slots)
    yield type(value)


def _of_class(value: type) -> Iterator[Any]:
    """The methods that the author has written."""
    for each in value.__mro__:
        if not each.__flags__ & WRITTEN:
            continue
        for method in vars(each).values():
            inner = method
            if not isinstance(method, FunctionType):
                inner = getattr(method, "fget" if isinstance(method, property) else "__func__", None)
            if isinstance(inner, FunctionType) and frames.is_users(inner.__code__.co_filename):
                yield inner


def _of_function(function: FunctionType) -> Iterator[Any]:
    if hasattr(function, "__wrapped__"):
        yield function.__wrapped__
    if frames.is_ours(function.__code__.co_filename):
        return
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    yield from closed(function).values()
    yield from _named(function.__code__, function.__globals__)


def closed(function: FunctionType) -> dict[str, Any]:
    """The variables of a function's closure, by name."""
    held: dict[str, Any] = {}
    if function.__closure__ is None:
        return held
    for name, cell in zip(function.__code__.co_freevars, function.__closure__, strict=True):
        try:
            held[name] = cell.cell_contents
        except ValueError:
            # The variable isn't bound yet.
            continue
    return held


def _named(code: CodeType, known: Mapping[str, Any]) -> Iterator[Any]:
    """The objects that a code names: globals, and attributes of modules that it imports or that are globals."""
    named = names(code)
    for name in named:
        value = known[name] if name in known else sys.modules.get(name)
        if isinstance(value, ModuleType):
            if not frames.is_ours(getattr(value, "__file__", None) or ""):
                yield from (vars(value)[key] for key in named if key in vars(value))
        else:
            yield value


@lru_cache(maxsize=4096)
def codes(code: CodeType) -> tuple[CodeType, ...]:
    """A code, and the codes of the functions defined in it."""
    inside = (codes(each) for each in code.co_consts if isinstance(each, CodeType))
    return (code, *(each for inner in inside for each in inner))


@lru_cache(maxsize=4096)
def names(code: CodeType) -> tuple[str, ...]:
    """The names in a code and its inner codes, except for their own variables."""
    return tuple(dict.fromkeys(name for each in codes(code) for name in each.co_names))
