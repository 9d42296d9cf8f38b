"""Find the user's code: its lines, and its names for values."""

import inspect
import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType

import numpy as np

from graphviz_nn.graph.ir import Source
from graphviz_nn.tracing.bytecode import Destination, destinations, one_of

_HERE = str(Path(__file__).resolve().parent.parent) + os.sep
_EXAMPLES = _HERE + "examples" + os.sep
_NUMPY = str(Path(np.__file__).resolve().parent) + os.sep
_PYTHON = str(Path(os.__file__).resolve().parent) + os.sep
# Functions whose steps belong to the line that calls them.
_STRANGERS = frozenset(["equinox", "flax", "jax", "jaxlib", "keras", "scipy", "tensorflow", "torch"])


@lru_cache(maxsize=4096)
def is_ours(file: str) -> bool:
    """Whether a file belongs to this package or to NumPy."""
    # A module's path depends on the search path: it may be relative, or go through a link.
    place = os.path.realpath(file)
    return place.startswith((_HERE, _NUMPY)) and not place.startswith(_EXAMPLES)


@lru_cache(maxsize=4096)
def is_users(file: str) -> bool:
    """Whether a file is the author's: not of this package, NumPy, a framework or Python itself."""
    parts = Path(file).parts
    if "site-packages" in parts:
        return not is_ours(file) and _STRANGERS.isdisjoint(parts)
    return not is_ours(file) and not os.path.realpath(file).startswith(_PYTHON)


def user_frame() -> FrameType | None:
    """The innermost frame of the author's code."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def is_called_by(package: str) -> bool:
    """Whether the author's code called this through a package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_ours(frame.f_code.co_filename):
        if str(frame.f_globals.get("__name__")).startswith(package):
            return True
        frame = frame.f_back
    return False


def source(frame: FrameType | None) -> Source | None:
    """The current line of a frame."""
    if frame is None:
        return None
    return Source(_file_name(frame.f_code.co_filename), frame.f_lineno)


def where() -> str:
    """`` (model.py:12)``, the running line of the user's code."""
    line = source(user_frame())
    return f" ({line})" if line else ""


@lru_cache(maxsize=4096)
def _file_name(path: str) -> str:
    return Path(path).name


def definition(function: object) -> Source | None:
    """The line that defines a user's function."""
    code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    if not isinstance(code, CodeType) or is_ours(code.co_filename):
        return None
    return Source(Path(code.co_filename).name, code.co_firstlineno)


def is_defined_here(function: object) -> bool:
    """Whether a function belongs to this package."""
    code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    return isinstance(code, CodeType) and is_ours(code.co_filename)


def assigned_name(frame: FrameType | None, place: int | None = None) -> str | None:
    """The name that will store the value being computed in a frame, if any.

    Parameters
    ----------
    place : int, optional
        The value's position, if it is one of several.
    """
    while frame is not None:
        if not is_ours(frame.f_code.co_filename):
            found = destinations(frame.f_code).get(frame.f_lasti, Destination())
            if not found.returned:
                parts = dict(enumerate(found.parts))
                name = found.name if place is None else parts.get(place, "")
                return name if name and not name.startswith("_") else None
            if None not in (place, found.place):
                return None
            place = found.place if place is None else place
        elif frame.f_code.co_name == "trace":
            # The frames above belong to the caller of the trace, who doesn't name inner values.
            return None
        frame = frame.f_back
    return None


def assigned_directly() -> str | None:
    """The name that the author gives to the result of this package's function, if the author calls it directly."""
    frame: FrameType | None = sys._getframe(3)
    return None if frame is None or is_ours(frame.f_code.co_filename) else assigned_name(frame)


# The depth, and the number of objects, to which the search for an array's name goes.
DEEP, MANY = 4, 2_000


def held_name(frame: FrameType | None, value: object) -> str | None:
    """The name of an object in a frame: its own, or the last name on the path to it."""
    if frame is None:
        return None
    for names in (frame.f_locals, frame.f_globals):
        for name, held in names.items():
            if held is value and not name.startswith("_"):
                return name
    for names in (frame.f_locals, frame.f_globals):
        ways = [(name, held) for name, held in names.items() if not name.startswith("_")]
        seen = {id(held) for _, held in ways}
        for _ in range(DEEP):
            ways = [way for name, held in ways for way in _held_in(name, held)][:MANY]
            ways = [(name, held) for name, held in ways if id(held) not in seen]
            seen.update(id(held) for _, held in ways)
            for name, held in ways:
                if held is value:
                    return name if name.isidentifier() else None
    return None


def _held_in(name: str, holder: object) -> Iterator[tuple[str, object]]:
    """The contents of an object, with names that stay distinct from the object's."""
    if type(holder) is dict:
        yield from ((key if isinstance(key, str) else name, each) for key, each in holder.items())
    elif type(holder) in (list, tuple):
        yield from ((one_of(name), each) for each in holder)  # type: ignore[attr-defined]
    elif not isinstance(holder, ModuleType | type | FunctionType):
        # Stored values only, no computed properties.
        yield from ((key, each) for key, each in getattr(holder, "__dict__", {}).items() if not key.startswith("_"))
