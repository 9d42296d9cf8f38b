"""Random numbers that are drawn while a function is traced, and are the same at every run of its graph.

Sources of random numbers are the global ones of NumPy and Python, those that a function can reach (its globals,
closure, defaults, arguments and object), and those that it makes; what was drawn shows in their public state.
"""

import pickle
import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from inspect import unwrap
from types import CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.graph.ir import Source
from graphviz_nn.tracing import frames

SOURCES = (np.random.Generator, np.random.RandomState, random.Random)
MAKERS = {"default_rng", "RandomState"}
# How far it is looked for sources in what a function holds, and how many things at most.
DEPTH, MOST = 4, 2000

State: TypeAlias = Any


def _state(source: Any) -> State:
    if isinstance(source, np.random.Generator):
        return pickle.dumps(source.bit_generator.state)
    if isinstance(source, np.random.RandomState):
        return pickle.dumps(source.get_state(legacy=False))
    return source.getstate()


def _untouched(source: Any) -> State:
    """The state in which a source that is met for the first time was made, where that can be told."""
    if not isinstance(source, np.random.Generator):
        return None
    bits: Any = source.bit_generator
    try:
        return pickle.dumps(type(bits)(bits.seed_seq).state)
    except (AttributeError, TypeError):
        return None


class Watch:
    """The sources of random numbers that a traced function may draw from, and their states when tracing began."""

    def __init__(self, function: Callable[..., Any], arguments: Any) -> None:
        self.found: dict[str, Source | None] = {}
        self._globals: list[tuple[str, Callable[[], State]]] = [
            ("np.random", lambda: pickle.dumps(np.random.get_state(legacy=False))),
            ("Python's random", random.getstate),
        ]
        self._before = [state() for _, state in self._globals]
        self._known = {id(each): (each, _state(each)) for each in _reachable(function, arguments)}
        self._made: dict[int, tuple[Any, State]] = {}

    def look(self, frame: FrameType | None, *, closely: bool) -> None:
        """See what a frame of the author's has made before a number or, closely, an array meets a traced value."""
        if frame is None:
            return
        made = [each for each in frame.f_locals.values() if isinstance(each, SOURCES) and id(each) not in self._known]
        for source in made:
            self._made.setdefault(id(source), (source, _untouched(source)))
        if closely:
            self._compare(frames.source(frame))
        if not made and MAKERS.intersection(frame.f_code.co_names):
            self._say("a generator", frames.source(frame))

    def drawn(self, line: Source | None) -> tuple[tuple[str, Source | None], ...]:
        """What was drawn from, each with the first line that shows it; with this one where none does."""
        self._compare(line)
        return tuple(self.found.items())

    def _compare(self, line: Source | None) -> None:
        for (name, state), before in zip(self._globals, self._before, strict=True):
            if name not in self.found and state() != before:
                self._say(name, line)
        for source, before in [*self._known.values(), *self._made.values()]:
            name = f"a {type(source).__name__}"
            if name not in self.found and _state(source) != before:
                self._say(name, line)

    def _say(self, name: str, line: Source | None) -> None:
        self.found.setdefault(name, line)


def _reachable(function: Callable[..., Any], arguments: Any) -> Iterator[Any]:
    """The sources that a function can reach."""
    # The one behind the functions of `random` is known already.
    met = {id(getattr(random.random, "__self__", None))}
    waiting: list[tuple[Any, int]] = [(function, 0), (arguments, 0)]
    while waiting and len(met) < MOST:
        value, depth = waiting.pop()
        if id(value) in met:
            continue
        met.add(id(value))
        if isinstance(value, SOURCES):
            yield value
        elif depth < DEPTH:
            waiting += [(each, depth + 1) for each in _held(value)]


def _held(value: Any) -> Iterator[Any]:
    """What a value holds, as far as sources may be in it."""
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple | set):
        yield from value
    elif isinstance(value, partial):
        yield from (value.func, value.args, value.keywords)
    elif isinstance(value, MethodType):
        yield from (value.__self__, value.__func__)
    elif isinstance(value, FunctionType):
        yield from _of_function(value)
    elif not isinstance(value, np.ndarray | ModuleType | type | str | int | float) and hasattr(value, "__dict__"):
        yield from vars(value).values()
        yield vars(type(value)).get("__call__")


def _of_function(function: FunctionType) -> Iterator[Any]:
    inner = unwrap(function)
    if inner is not function:
        yield inner
    if frames.is_ours(function.__code__.co_filename):
        return
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            # Its variable isn't bound yet.
            continue
    named = set(_names(function.__code__))
    for name in named:
        value = function.__globals__.get(name)
        if isinstance(value, ModuleType):
            if not frames.is_ours(getattr(value, "__file__", None) or ""):
                yield from (each for key, each in vars(value).items() if key in named)
        else:
            yield value


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)
