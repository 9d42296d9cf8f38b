"""Where the user's code is, and what it calls things."""

import dis
import inspect
import os
import sys
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType

import numpy as np

from graphviz_nn.graph.ir import Source

_HERE = str(Path(__file__).resolve().parent.parent) + os.sep
_EXAMPLES = _HERE + "examples" + os.sep
_NUMPY = str(Path(np.__file__).resolve().parent) + os.sep
_PYTHON = str(Path(os.__file__).resolve().parent) + os.sep
# A step of these is taken in the line that calls them.
_STRANGERS = frozenset(["equinox", "flax", "jax", "jaxlib", "keras", "scipy", "tensorflow", "torch"])


@lru_cache(maxsize=4096)
def is_ours(file: str) -> bool:
    """Whether a file is of this package or of NumPy."""
    return file.startswith((_HERE, _NUMPY)) and not file.startswith(_EXAMPLES)


@lru_cache(maxsize=4096)
def is_users(file: str) -> bool:
    """Whether a file is the author's: neither this package's nor NumPy's, nor of a framework or of Python itself."""
    parts = Path(file).parts
    if "site-packages" in parts:
        return not is_ours(file) and _STRANGERS.isdisjoint(parts)
    return not is_ours(file) and not file.startswith(_PYTHON)


def user_frame() -> FrameType | None:
    """The innermost frame that is the author's."""
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
    """The line that a frame is at."""
    if frame is None:
        return None
    return Source(_file_name(frame.f_code.co_filename), frame.f_lineno)


def where() -> str:
    """`` (model.py:12)`` for the line of the user's code that is running."""
    line = source(user_frame())
    return f" ({line})" if line else ""


@lru_cache(maxsize=4096)
def _file_name(path: str) -> str:
    return Path(path).name


def definition(function: object) -> Source | None:
    """The line where a user's function is defined."""
    code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    if not isinstance(code, CodeType) or is_ours(code.co_filename):
        return None
    return Source(Path(code.co_filename).name, code.co_firstlineno)


def is_defined_here(function: object) -> bool:
    """Whether a function is one of this package's own."""
    code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    return isinstance(code, CodeType) and is_ours(code.co_filename)


@lru_cache(maxsize=4096)
def _destinations(code: CodeType) -> dict[int, str]:
    """For each instruction whose result is stored at once: the name it is stored under.

    "return" stands for a result that the function hands on to its caller.
    """
    instructions = [each for each in dis.get_instructions(code) if each.opname not in ("NOP", "CACHE")]
    found: dict[int, str] = {}
    for position, (here, after) in enumerate(pairwise(instructions)):
        name = None
        if after.opname == "RETURN_VALUE":
            name = "return"
        elif after.opname.startswith("STORE_") and after.opname not in ("STORE_SUBSCR", "STORE_SLICE"):
            # From Python 3.13 on one instruction may store two names; the first is ours.
            name = after.argval[0] if isinstance(after.argval, tuple) else after.argval
        elif after.opname.startswith("LOAD_"):
            # `self.hidden = …`: the object is loaded between the result and its place.
            following = instructions[position + 2 : position + 3]
            if following and following[0].opname == "STORE_ATTR":
                name = following[0].argval
        if name is None:
            name = _stored_later(instructions[position + 1 :])
        if isinstance(name, str):
            # A frame that is in a call stands on one of the instruction's cache entries.
            found.update(dict.fromkeys(range(here.offset, after.offset, 2), name))
    return found


# How many values an instruction takes off the stack; a call takes its function and a place for self too.
TAKEN = {
    "PUSH_NULL": 0,
    "KW_NAMES": 0,
    "PRECALL": 0,
    "LOAD_ATTR": 1,
    "LOAD_METHOD": 1,
    "BINARY_OP": 2,
    "BINARY_SUBSCR": 2,
    "COMPARE_OP": 2,
}


def _stored_later(instructions: list[dis.Instruction]) -> str | None:
    """The name under which the value on top is stored once others have been put upon it: q in ``q, k = a, b``."""
    above = 0
    for each in instructions:
        if each.opname.startswith("STORE_") and each.opname not in ("STORE_SUBSCR", "STORE_SLICE", "STORE_ATTR"):
            if above == 0:
                return each.argval if isinstance(each.argval, str) else None
            above -= 1
            continue
        if each.opname in ("CALL", "BUILD_LIST", "BUILD_TUPLE"):
            taken, given = (each.arg or 0) + 2 * (each.opname == "CALL"), 1
        elif each.opname in TAKEN or each.opname.startswith(("LOAD_", "UNARY_")):
            taken = TAKEN.get(each.opname, int(each.opname.startswith("UNARY_")))
            effect = 0 if each.opname == "PRECALL" else dis.stack_effect(each.opcode, each.arg, jump=False)
            given = taken + effect
        else:
            return None
        if taken > above:
            return None
        above += given - taken
    return None


def assigned_name(frame: FrameType | None) -> str | None:
    """The name that the value being computed in a frame is about to be bound to, if any."""
    while frame is not None:
        if not is_ours(frame.f_code.co_filename):
            name = _destinations(frame.f_code).get(frame.f_lasti)
            if name != "return":
                return None if name is None or name.startswith("_") else name
        elif frame.f_code.co_name == "trace":
            # Above is the caller of the whole trace, who doesn't name what is inside.
            return None
        frame = frame.f_back
    return None


def assigned_directly() -> str | None:
    """The name that the author gives to what a function of this package returns; none where another calls that."""
    frame: FrameType | None = sys._getframe(3)
    return None if frame is None or is_ours(frame.f_code.co_filename) else assigned_name(frame)


def held_name(frame: FrameType | None, value: object) -> str | None:
    """The name under which a frame knows an object."""
    if frame is None:
        return None
    for names in (frame.f_locals, frame.f_globals):
        for name, held in names.items():
            if held is value and not name.startswith("_"):
                return name
    return None
