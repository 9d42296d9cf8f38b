"""Arguments of a function taken apart: the numbers in them, and everything else, which decides what is traced."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from graphviz_nn.tracing.structure import Path, parts
from graphviz_nn.tracing.tracer import Tracer

Key: TypeAlias = list[Any]

# NumPy's numbers; others, such as dates, stay as they are.
NUMBERS = (np.inexact, np.integer, np.bool)
DICTS = (dict, OrderedDict, defaultdict)
LEAVES = (float, complex, np.ndarray, Tracer, *NUMBERS)


def take_apart(value: Any, leaves: list[Any], key: Key, held: list[Any], *, whole: bool = False) -> None:
    """Add the numbers of an argument to the leaves, and its structure, shapes and dtypes to a key.

    Text and other objects are parts of the key, and so are Python's whole numbers, unless `whole` says that they're
    leaves. `held` keeps the objects whose identity counts.

    Examples
    --------
    >>> leaves, key = [], []
    >>> take_apart([np.ones(3), {"w": 2.0}, 4], leaves, key, [])
    >>> len(leaves), key
    (2, [<class 'list'>, 3, dtype('float64'), (3,), <class 'dict'>, ('w',), <class 'float'>, <class 'int'>, 4])
    """
    kind = type(value)
    if kind is np.ndarray:
        leaves.append(value)
        key += (value.dtype, value.shape)
    elif kind is float or kind is complex:
        leaves.append(value)
        key.append(kind)
    elif kind is list or kind is tuple:
        key += (kind, len(value))
        for each in value:
            take_apart(each, leaves, key, held, whole=whole)
    elif kind in DICTS:
        key += (kind, tuple(value))
        if kind is defaultdict:
            held.append(value.default_factory)
            key.append(id(value.default_factory))
        for each in value.values():
            take_apart(each, leaves, key, held, whole=whole)
    elif kind is Tracer or isinstance(value, np.ndarray):
        leaves.append(value)
        key += (kind, value.dtype, value.shape)
    elif isinstance(value, NUMBERS):
        leaves.append(value)
        key += (value.dtype, ())
    elif inside := _inside(value):
        key += (kind, tuple(inside))
        for each in inside.values():
            take_apart(each, leaves, key, held, whole=whole)
    elif whole and kind is int:
        leaves.append(value)
        key.append(int)
    elif kind in (int, bool, str, bytes, type(None)):
        key += (kind, value)
    else:
        held.append(value)
        key += (kind, id(value))


def _inside(value: Any) -> dict[Any, Any]:
    """The parts of a named tuple or a dataclass; objects stay whole."""
    is_record = hasattr(value, "__dataclass_fields__") or (isinstance(value, tuple) and hasattr(value, "_fields"))
    return parts(value) if is_record and not isinstance(value, type) else {}


def put_together(
    value: Any,
    change: Callable[[Path, Any], Any],
    path: Path = (),
    others: Callable[[Path, Any], Any] = lambda path, value: value,
    *,
    whole: bool = False,
) -> Any:
    """An argument with other leaves, in the same structure and order.

    Parameters
    ----------
    change : callable
        Maps the path and the leaf to the new leaf.
    others : callable
        The same for what isn't a number, by default kept.
    whole : bool
        Whether Python's whole numbers are leaves.

    Examples
    --------
    >>> put_together({"w": 2.0, "b": [3.0, "x"]}, lambda path, leaf: leaf + 1)
    {'w': 3.0, 'b': [4.0, 'x']}
    """
    kind = type(value)
    if isinstance(value, LEAVES) or (whole and kind is int):
        return change(path, value)
    inside = dict(enumerate(value)) if kind in (list, tuple) else value if kind in DICTS else _inside(value)
    if not inside and kind not in (list, tuple, *DICTS):
        return others(path, value)
    found: dict[Any, Any] = {
        key: put_together(each, change, (*path, key), others, whole=whole) for key, each in inside.items()
    }
    if kind is defaultdict:
        return defaultdict(value.default_factory, found)
    if kind is OrderedDict:
        return OrderedDict(found)
    return found if kind is dict else kind(found.values()) if kind in (list, tuple) else kind(**found)


def filled(value: Any, leaves: Iterator[Any]) -> Any:
    """An argument with these leaves, in order.

    >>> filled({"w": 2.0, "b": [3.0, None]}, iter([5.0, 6.0]))
    {'w': 5.0, 'b': [6.0, None]}
    """
    kind = type(value)
    if kind is np.ndarray or kind is float:
        return next(leaves)
    if kind is dict:
        return {name: filled(each, leaves) for name, each in value.items()}
    if kind is list or kind is tuple:
        return kind([filled(each, leaves) for each in value])
    return put_together(value, lambda path, leaf: next(leaves))


def numbers_in(value: Any) -> list[Any]:
    """The numbers and arrays in an argument, in order.

    >>> numbers_in({"w": [1.0, 2.0], "b": "x"})
    [1.0, 2.0]
    """
    found: list[Any] = []
    take_apart(value, found, [], [])
    return found
