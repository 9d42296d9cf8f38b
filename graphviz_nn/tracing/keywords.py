"""The arguments of a NumPy function, as our implementation of it takes them."""

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature, signature
from typing import Any

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.frames import where

INSTEAD = {
    "out": "leave it out, and name the result: z = np.{name}(...)",
    "order": "leave it out, since it doesn't affect the values",
    "subok": "leave it out, since it doesn't affect the values",
    "like": "leave it out, since it doesn't affect the values",
    "device": "leave it out, since it doesn't affect the values",
    "casting": "leave it out, and write x.astype(...) before it",
    "dtype": "write x.astype(...) before it, or .astype(...) after it",
    "where": "write np.where(mask, x, other) before it",
    "initial": "combine the result with it, such as by np.maximum",
    "keepdims": "write np.expand_dims around it",
    "axis": "move the axis with np.moveaxis before and after it",
}
"""What to write in place of an argument that can't be traced."""

# Values that leave the numbers as they are.
PLAIN: dict[str, tuple[Any, ...]] = {
    "order": ("C", "K", "A"),
    "casting": ("no", "equiv", "safe", "same_kind", "unsafe"),
    "subok": (True, False),
    "copy": (True, None),
    "overwrite_input": (True, False),
    "optimize": (True, False, "greedy", "optimal"),
}


def fitted(
    function: Any, implementation: Callable[..., Any], arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Arguments without those that say what holds anyway; None if they fit already.

    Raises
    ------
    TracingError
        If there is one that can't be traced, with what to write instead.
    """
    takes = signature(implementation)
    if _fits(takes, arguments, keywords):
        return None
    name = getattr(function, "__name__", str(function))
    try:
        known = signature(function)
        given = known.bind(*arguments, **keywords)
    except (TypeError, ValueError) as error:
        raise TracingError(f"np.{name}{where()}: {error}; traced, it takes {takes}") from None
    taken = takes.parameters
    any_keyword = any(each.kind is Parameter.VAR_KEYWORD for each in taken.values())
    kept: dict[str, Any] = {}
    first: list[Any] = []
    places = {key: place for place, key in enumerate(known.parameters)}
    for key, value in given.arguments.items():
        kind = known.parameters[key].kind
        if kind is Parameter.VAR_POSITIONAL:
            first.extend(value)
        elif kind is Parameter.VAR_KEYWORD:
            kept.update(value)
        elif places[key] == len(first) and kind is not Parameter.KEYWORD_ONLY and _by_place(takes, len(first)):
            first.append(value)
        elif key in taken or any_keyword:
            kept[key] = value
        elif not _says_nothing(key, value, known.parameters[key].default):
            remedy = INSTEAD.get(key, "leave it out").format(name=name)
            raise TracingError(f"np.{name}{where()} got {key}=, which can't be traced; {remedy}")
    if not _fits(takes, tuple(first), kept):
        raise TracingError(f"np.{name}{where()}: traced, it takes {takes}")
    return tuple(first), kept


def _fits(takes: Signature, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> bool:
    try:
        takes.bind(*arguments, **keywords)
    except TypeError:
        return False
    return True


def _by_place(takes: Signature, place: int) -> bool:
    """Whether an implementation takes this many arguments in order."""
    in_order = [each for each in takes.parameters.values() if each.kind is not Parameter.KEYWORD_ONLY]
    return place < len(in_order) or any(each.kind is Parameter.VAR_POSITIONAL for each in in_order)


def _says_nothing(key: str, value: Any, default: Any) -> bool:
    """Whether an argument has NumPy's default, or a value that leaves the numbers as they are."""
    return (
        value is default or value is np._NoValue or any(value is each or value == each for each in PLAIN.get(key, ()))
    )
