"""Check whether values have the type of an annotation, such as ``tuple[int, ...]``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import cache, lru_cache
from types import EllipsisType, NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

import numpy as np

DTYPES = frozenset(np.dtype(code).name for code in "?FD" + np.typecodes["AllInteger"] + np.typecodes["Float"])
"""The NumPy dtypes of variables: booleans, integers, real numbers and complex ones."""

Test: TypeAlias = Callable[[Any], bool]

# Text that pictures and one-line errors can show, and files can contain.
_UNFIT = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"

_WORDS: dict[Any, tuple[str, str]] = {
    str: ("text on one line", "texts on one line"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    bool: ("True or False", "booleans"),
    slice: ("a slice", "slices"),
    np.ndarray: ("an array", "arrays"),
    NoneType: ("None", "None"),
    EllipsisType: ("...", "..."),
    Any: ("anything", "anything"),
}


@cache
def is_of(kind: Any) -> Test:
    """The test for a type, made once for each annotation.

    A `str` is text on one line, a `bool` isn't an `int`, and a dataclass has fields of the right types.

    Examples
    --------
    >>> is_shape = is_of(tuple[int, ...])
    >>> is_shape((2, 3)), is_shape((2, 3.0)), is_shape([2, 3]), is_shape((True,))
    (True, False, False, False)
    """
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return lambda value: True
    if kind is str:
        unfit = re.compile(_UNFIT)
        return lambda value: isinstance(value, str) and not unfit.search(value)
    if kind is int:
        return lambda value: isinstance(value, int) and not isinstance(value, bool)
    if origin is Literal:
        return lambda value: isinstance(value, str) and value in inner
    if origin in (Union, UnionType):
        tests = [is_of(each) for each in inner if each is not NoneType]
        is_optional, only = NoneType in inner, tests[0]
        if is_optional and len(tests) == 1:
            return lambda value: value is None or only(value)
        return lambda value: (is_optional and value is None) or any(test(value) for test in tests)
    if origin is tuple and inner[-1] is ...:
        entry = is_of(inner[0])
        return lambda value: isinstance(value, tuple) and (not value or all(map(entry, value)))
    if origin is tuple:
        entries = [is_of(each) for each in inner]
        return lambda value: (
            isinstance(value, tuple)
            and len(value) == len(entries)
            and all(test(each) for test, each in zip(entries, value, strict=True))
        )
    if origin is Mapping:
        key, entry = map(is_of, inner)
        return lambda value: (
            isinstance(value, Mapping) and all(map(key, value)) and all(entry(each) for each in value.values())
        )
    if isinstance(kind, type) and is_dataclass(kind):
        fields = [(name, is_of(each)) for name, each in get_type_hints(kind).items()]
        return lambda value: isinstance(value, kind) and all(test(getattr(value, name)) for name, test in fields)
    plain = origin or kind
    return lambda value: isinstance(value, plain)


@lru_cache(maxsize=1024)
def is_possible(shape: tuple[int, ...]) -> bool:
    """Whether NumPy allows an array of a shape: not too many axes, none too long.

    >>> is_possible((2, 3)), is_possible((0, 2**70)), is_possible((0,) * 70)
    (True, False, False)
    """
    try:
        np.broadcast_to(np.zeros(()), shape)
    except (ValueError, OverflowError):
        return False
    return True


def words(kind: Any, *, many: bool = False) -> str:
    """Describe a type in words.

    >>> words(tuple[int, ...]), words(int | None)
    ('a tuple of whole numbers', 'a whole number or None')
    """
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(words(each, many=many) for each in inner)
    if origin is Literal:
        return f"one of {', '.join(inner)}"
    if origin is tuple:
        entries = [words(each, many=True) for each in inner if each is not ...]
        return f"{'tuples' if many else 'a tuple'} of {' and '.join(entries)}"
    if origin is Mapping:
        return f"{'dicts' if many else 'a dict'} of {' and '.join(words(each, many=True) for each in inner)}"
    plain = NoneType if kind is None else origin or kind
    return _WORDS.get(plain, (f"a {getattr(plain, '__name__', plain)}", f"{getattr(plain, '__name__', plain)}s"))[many]
