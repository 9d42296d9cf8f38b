"""The table of PyTorch's steps, and what its rows share.

A row's function takes what aten's operator takes, in order and by name.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

ROWS: dict[str, Callable[..., Any]] = {}

# NumPy has no dtype for these; a picture has the next wider one.
WIDER = {"bfloat16": "float32", "float8_e4m3fn": "float16", "float8_e5m2": "float16"}


def aten(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a row under these names."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        ROWS.update(dict.fromkeys(names, function))
        return function

    return add


def as_they_are(functions: Mapping[str, Callable[..., Any]]) -> None:
    """Add rows whose functions take the same arguments as aten's."""
    ROWS.update(functions)


def dtype_name(dtype: Any) -> str:
    """NumPy's name of a dtype of PyTorch's."""
    name = str(dtype).removeprefix("torch.")
    return WIDER.get(name, name)


def cast(x: Any, dtype: Any) -> Any:
    """An array in a dtype of PyTorch's; itself if it is already, or if there is none."""
    return x if dtype is None or x.dtype.name == dtype_name(dtype) else x.astype(dtype_name(dtype))


def axes_of(dim: Any, x: Any) -> tuple[int, ...]:
    """The axes that aten reduces: one, several, or all if there are none."""
    if dim is None or (np.ndim(dim) and not len(dim)):
        return tuple(range(np.ndim(x)))
    return tuple(int(each) % max(np.ndim(x), 1) for each in (dim if np.ndim(dim) else (dim,)))


def along(x: Any, dim: int) -> int:
    """The number of an axis, counted from the first."""
    return int(dim) % max(np.ndim(x), 1)


def sizes(value: Any) -> Any:
    """A size for all axes, or one for each."""
    found = tuple(value) if np.ndim(value) else value
    return found[0] if isinstance(found, tuple) and len(found) == 1 and not np.ndim(found[0]) else found
