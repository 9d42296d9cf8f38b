"""Read the type of an option: the values and words that it takes, and its name in the docs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from numbers import Number
from os import PathLike
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np

KINDS: Mapping[Any, Any] = {
    Literal: str,
    bool: (bool, np.bool_),
    **dict.fromkeys((int, float), Number),
    Sequence: Iterable,
    **dict.fromkeys((Mapping, tuple), object),
}
"""Types accepted beside a type itself. The content of numbers and containers is checked on use."""


def takes(hint: Any, value: Any) -> bool:
    """Whether a value has the type of an option; words and ranges are checked elsewhere.

    >>> takes(str | Iterable[str], 5), takes(Literal["LR", "TB"], "RL")
    (False, True)
    """
    origin = get_origin(hint) or hint
    if origin in (Union, UnionType):
        return any(takes(each, value) for each in get_args(hint))
    if origin is Any:
        return True
    if not isinstance(value, KINDS.get(origin, origin)) or isinstance(value, bytes):
        return False
    if origin in (Sequence, Iterable) and isinstance(value, Collection):
        return all(takes(get_args(hint)[0], each) for each in value)
    return True


def choices(hint: Any) -> tuple[str, ...]:
    """The words that an option takes.

    >>> choices(Literal["column", "page"] | float | None)
    ('column', 'page')
    """
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(dict.fromkeys(word for each in get_args(hint) for word in choices(each)))


def described(hint: Any) -> str:
    """Describe a type in the style of NumPy's docs.

    >>> described(Literal["LR", "TB"]), described(str | Iterable[str] | None)
    ('{"LR", "TB"}', 'str or iterable of str, optional')
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return "{" + ", ".join(f'"{each}"' for each in arguments) + "}"
    if origin in (Union, UnionType):
        named = [described(each) for each in arguments if each is not type(None)]
        return " or ".join(dict.fromkeys(named)) + (", optional" if type(None) in arguments else "")
    if origin is not None and issubclass(origin, Mapping):
        return "dict"
    if origin is PathLike:
        return "path"
    if origin is tuple:
        return f"tuple of {' and '.join(map(described, arguments))}"
    if origin is not None:
        return "several" if get_origin(arguments[0]) is Literal else f"iterable of {described(arguments[0])}"
    return "object" if hint is Any else str(hint.__name__)
