"""Lists of traced values: ``np.array([a, b])``, ``np.sum([a, b])``.

NumPy makes an array of a list before it asks anyone, and a traced value has no numbers for it. So while a function is
traced, these functions of NumPy are wrapped: if the list can't become an array, they take the traced array of it. In
all other cases, and in other threads, they do what they always do, since only a traced value refuses its numbers.
So are the functions of `scipy.special` that are no ufuncs, such as ``scipy.special.logsumexp``, if it is imported.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from threading import Lock
from typing import Any

import numpy as np

from graphviz_nn.errors import TracingError
from graphviz_nn.tracing.frames import is_ours, is_users
from graphviz_nn.tracing.registry import FUNCTIONS

MAKING = ("array", "asarray", "asanyarray", "ascontiguousarray", "full")
"""Functions that make arrays, so that none of their arguments is one."""
TAKING = (
    *("sum", "prod", "mean", "average", "median", "std", "var", "max", "min", "amax", "amin", "argmax", "argmin"),
    *("dot", "inner", "outer", "vdot", "cross", "kron", "tensordot", "diag", "trace", "cumsum", "cumprod", "diff"),
    *("sort", "clip", "tile", "repeat", "reshape", "transpose", "flip", "roll", "linalg.norm", "linalg.det"),
    *("linalg.inv", "linalg.solve"),
)
"""Functions of arrays, that are often given lists."""
JOINING = ("stack", "concatenate", "hstack", "vstack", "dstack", "column_stack")
"""Functions of a list of arrays, each of which may be a list."""

GRIDS = ("c_", "r_")
"""Objects that join arrays by an index."""


SCIPY = "scipy.special"


class Coerced(TracingError):
    """NumPy asked a traced value for its numbers."""


_open, _lock = 0, Lock()


@contextmanager
def lists_traced() -> Iterator[None]:
    """Let NumPy's functions take lists of traced values in this context."""
    global _open
    with _lock:
        _open += 1
        if _open == 1:
            _install(_wrapped)
    try:
        yield
    finally:
        with _lock:
            _open -= 1
            if not _open:
                _install(lambda function, _: function)


@cache
def _of_scipy(module: Any) -> list[tuple[Any, str, Any]]:
    """The functions of `scipy.special` that make arrays of their arguments, and that have a rule."""
    names = [each.removeprefix(f"{SCIPY}.") for each in FUNCTIONS if isinstance(each, str) and each.startswith(SCIPY)]
    owners = [(module, name, getattr(module, name, None)) for name in names]
    return [each for each in owners if each[2] is not None and not isinstance(each[2], np.ufunc)]


@cache
def _owners() -> list[tuple[Any, str, Any]]:
    """NumPy's functions, with the modules that hold them."""
    found = []
    for name in (*MAKING, *TAKING, *JOINING, *GRIDS):
        *way, own = name.split(".")
        owner = getattr(np, way[0]) if way else np
        found.append((owner, own, getattr(owner, own)))
    return found


def _install(made: Callable[[Any, str], Any]) -> None:
    for owner, name, function in _owners():
        setattr(owner, name, made(function, name))
    for owner, name, function in _of_scipy(sys.modules[SCIPY]) if SCIPY in sys.modules else ():
        setattr(owner, name, made(function, f"{SCIPY}.{name}"))


class _Grid:
    """An object of NumPy that joins arrays by an index, also traced ones."""

    def __init__(self, plain: Any, name: str) -> None:
        self.plain, self.name = plain, name

    def __getitem__(self, key: Any) -> Any:
        try:
            return self.plain[key]
        except Coerced:
            return FUNCTIONS[self.name](key)


@cache
def _wrapped(function: Any, name: str) -> Any:
    if name in GRIDS:
        return _Grid(function, name)

    @wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        try:
            return function(*arguments, **keywords)
        except Coerced as error:
            refused = error
        caller = sys._getframe(1).f_code.co_filename
        if not (is_users(caller) or is_ours(caller)):
            # Another library, such as SciPy, expects a plain array.
            raise refused
        if name in FUNCTIONS:
            return FUNCTIONS["listed"](name, arguments, keywords)
        if name in MAKING:
            return FUNCTIONS["listed"](function, arguments, keywords)
        join = FUNCTIONS["joined"]
        first, rest = arguments[:1], arguments[1:]
        if name in JOINING and first and isinstance(first[0], list | tuple):
            first = ([join(each) for each in first[0]],)
        given = tuple(each if name in JOINING else join(each) for each in (*first, *rest))
        if all(one is other for one, other in zip(given, arguments, strict=True)):
            raise refused
        return function(*given, **keywords)

    return call
