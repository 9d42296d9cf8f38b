"""Nested values: dicts, lists, tuples, dataclasses and objects with attributes, at any depth."""

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.kinds import is_of

Path: TypeAlias = tuple[Any, ...]
"""The keys, positions and attributes that lead to a part, outermost first."""

# An object may reach half of a program. Weights aren't so deep, except in lists and dicts, which hold only data.
DEPTH = 12
_IS_LINE = is_of(str)
CONTAINERS = (Mapping, list, tuple)
WHOLE = (np.ndarray, np.generic, Graph, type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)


def parts(value: Any) -> dict[Any, Any]:
    """The parts of a value by key, position or attribute; empty for a leaf.

    >>> parts({"W": 1, "b": 2}), parts([3, 4]), parts(5)
    ({'W': 1, 'b': 2}, {0: 3, 1: 4}, {})
    """
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        return dict(zip(getattr(value, "_fields", range(len(value))), value, strict=True))
    if isinstance(value, WHOLE) or getattr(type(value), "is_whole", False):
        return {}
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value) if hasattr(value, each.name)}
    return dict(getattr(value, "__dict__", {}))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Iterate over the leaves of a value with their paths; an object's leaves appear once."""
    yield from _leaves(value, path, set())


def _leaves(value: Any, path: Path, known: set[int]) -> Iterator[tuple[Path, Any]]:
    if id(value) in known:
        return
    inside = parts(value) if len(path) <= DEPTH or isinstance(value, CONTAINERS) else {}
    if not inside:
        yield path, value
        return
    known.add(id(value))
    for key, part in inside.items():
        yield from _leaves(part, (*path, key), known)
    if isinstance(value, CONTAINERS):
        # A dict or list that appears twice has its leaves twice; an object is one thing.
        known.remove(id(value))


def replaced(value: Any, kind: type, change: Callable[[Path, Any], Any], path: Path = ()) -> Any:
    """Replace the leaves of a type. Every container of one is copied; an object that appears twice is copied once.

    >>> replaced({"a": [1, "x"], "b": 2}, str, lambda path, leaf: "/".join(map(str, path)))
    {'a': [1, 'a/1'], 'b': 2}
    """
    return _replaced(value, kind, change, path, {})


def _replaced(value: Any, kind: type, change: Callable[[Path, Any], Any], path: Path, known: dict[int, Any]) -> Any:
    if id(value) in known:
        return known[id(value)]
    if not any(isinstance(leaf, kind) for _, leaf in leaves(value, path)):
        return value
    inside = parts(value) if len(path) <= DEPTH or isinstance(value, CONTAINERS) else {}
    if not inside:
        return change(path, value) if isinstance(value, kind) else value

    def inner(key: Any) -> Any:
        return _replaced(inside[key], kind, change, (*path, key), known)

    if isinstance(value, CONTAINERS):
        # A reference cycle stays as it is.
        known[id(value)] = value
        copied = _container(value, {key: inner(key) for key in inside})
        del known[id(value)]
        return copied
    # An object that refers to itself refers to its copy.
    found = known[id(value)] = copy.copy(value)
    for key in inside:
        # This also works for a frozen dataclass.
        object.__setattr__(found, key, inner(key))
    return found


def _container(value: Any, inside: dict[Any, Any]) -> Any:
    """A dict, list or tuple of the same type with other contents."""
    if isinstance(value, Mapping):
        found = copy.copy(value) if isinstance(value, dict) else {}
        found.update(inside)
        return found
    return type(value)(*inside.values()) if hasattr(value, "_fields") else type(value)(inside.values())


def names(paths: Sequence[Path]) -> list[str]:
    """Name the leaves of arguments by the keys on their paths, with the argument only where it is needed.

    >>> names([("x",), ("net", "enc", "w"), ("net", "dec", "w"), ("layers", 0), ("blocks", 1, "w")])
    ['x', 'enc_w', 'dec_w', 'layers_0', 'blocks_1_w']
    >>> names([("first", "w"), ("second", "w")])
    ['first_w', 'second_w']

    Raises
    ------
    TracingError
        If a key isn't text on one line.
    """
    short = [path[1:] if len(path) > 1 and isinstance(path[1], str) else path for path in paths]
    count = Counter(map(_joined, short))
    for path in paths:
        for key in path:
            if isinstance(key, str) and not _IS_LINE(key):
                raise TracingError(f"the key {key!r} of {spelled(path)} isn't text on one line; give it another")
    return [_joined(path if count[_joined(part)] > 1 else part) for path, part in zip(paths, short, strict=True)]


def _joined(path: Path) -> str:
    return "_".join(map(str, path))


def spelled(path: Path) -> str:
    """Write a path as in Python.

    >>> spelled(("net", "enc", "w")), spelled(("layers", 0))
    ("net['enc']['w']", 'layers[0]')
    """
    first, *keys = path
    return f"{first}{''.join(f'[{key!r}]' for key in keys)}"
