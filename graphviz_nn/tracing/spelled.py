"""Find out how the author wrote a plain number that is computed before the trace sees it, such as ``np.sqrt(d_k)``.

The code is read, never run: names and shapes are looked up in the frame, and a small arithmetic of our own must give
the number.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from inspect import getattr_static
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np

from graphviz_nn.graph.ir import Number
from graphviz_nn.graph.spelling import FUNCTIONS, LONGEST
from graphviz_nn.tracing.expression import expression

# Two computations of a number agree up to the last bits.
CLOSE = 1e-15
# So many digits are written without loss.
DIGITS = 4
ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
Read = tuple[float, ast.expr]


def spelled(frame: FrameType, literals: Mapping[int, Number]) -> dict[int, str]:
    """The spelling of each plain number beside traced values in the running expression of a frame.

    A number or name is one only where the number has more digits than pictures show.
    """
    candidates = _operands(frame)
    found = {}
    for slot, literal in literals.items() if candidates else ():
        value = _number(literal)
        text = "" if value is None else _spelling(frame, candidates, value)
        if text:
            found[slot] = text
    return found


def _operands(frame: FrameType) -> tuple[ast.expr, ...]:
    """The operands of the running expression that may be numbers, but aren't written in digits."""
    known = _known(frame.f_code, frame.f_lasti)
    if not known:
        here = expression(frame)
        known.append(tuple(each for each in _parts(here.node) if _is_computed(each)) if here else ())
    return known[0]


@lru_cache(maxsize=4096)
def _known(code: CodeType, instruction: int) -> list[tuple[ast.expr, ...]]:
    """A place for the operands of an instruction, once they have been read."""
    return []


def _parts(node: ast.AST) -> tuple[ast.expr, ...]:
    match node:
        case ast.BinOp(left=left, right=right):
            return left, right
        case ast.Compare(left=left, comparators=others):
            return left, *others
        case ast.Call(args=args, keywords=keywords):
            return *args, *(each.value for each in keywords)
    return ()


def _is_computed(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _is_computed(inner)
        case ast.BinOp(op=sign):
            return type(sign) in ARITHMETIC or isinstance(sign, ast.FloorDiv)
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call)


def _is_short(value: float) -> bool:
    return float(f"{value:.{DIGITS}g}") == value


def _spelling(frame: FrameType, operands: Iterable[ast.expr], literal: float) -> str:
    """The only spelling of a number among some operands; "" where none says more than the number."""
    found, is_short = set(), _is_short(literal)
    for each in operands:
        if is_short and isinstance(each, ast.Name | ast.Attribute | ast.Subscript):
            continue
        read = _read(each, frame)
        if read is not None and math.isclose(read[0], literal, rel_tol=CLOSE) and _is_worth(read[1], is_short=is_short):
            found.add(ast.unparse(read[1]))
    return found.pop() if len(found) == 1 and all(len(text) <= LONGEST for text in found) else ""


def _is_worth(node: ast.expr, *, is_short: bool) -> bool:
    """Whether a spelling says more than the number: a function, or arithmetic of names."""
    if isinstance(node, ast.Constant):
        return False
    inner = list(ast.walk(node))
    has_names = any(isinstance(each, ast.Name) for each in inner) and not isinstance(node, ast.Name)
    return not is_short or has_names or any(isinstance(each, ast.Call) for each in inner)


def _read(node: ast.expr, frame: FrameType) -> Read | None:
    """The value of an expression, and its spelling; None if it isn't arithmetic of known numbers."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            read = _read(inner, frame)
            return None if read is None else (-read[0], ast.UnaryOp(ast.USub(), read[1]))
        case ast.BinOp(left=left, op=sign, right=right):
            return _combined(_read(left, frame), sign, _read(right, frame))
        case ast.Call(func=function, args=[inner], keywords=[]) if (name := _function(function, frame)) is not None:
            read = _read(inner, frame)
            if read is None or name in ("int", "float"):
                return None if read is None or (name == "int" and read[0] % 1) else read
            value = _value(FUNCTIONS[name], read[0])
            return None if value is None else (value, ast.Call(ast.Name(name), [read[1]], []))
    value = _number(_held(node, frame))
    if value is None:
        return None
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    is_size = isinstance(node, ast.Attribute) and _is_array(_held(node.value, frame))
    # An entry of a shape has no name.
    return value, ast.Name(name) if name and not is_size and not name.startswith("_") else ast.Constant(_whole(value))


def _combined(left: Read | None, sign: ast.operator, right: Read | None) -> Read | None:
    if left is None or right is None:
        return None
    if isinstance(sign, ast.FloorDiv):
        # Without a remainder it is a division.
        if not right[0] or left[0] % right[0]:
            return None
        sign = ast.Div()
    if type(sign) not in ARITHMETIC:
        return None
    value = _value(ARITHMETIC[type(sign)], left[0], right[0])
    return None if value is None else (value, ast.BinOp(left[1], sign, right[1]))


def _value(function: Callable[..., float], *given: float) -> float | None:
    try:
        value = function(*given)
    except (ArithmeticError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _function(node: ast.expr, frame: FrameType) -> str | None:
    """The name of a function of one number that we can compute, or that changes none."""
    held = _held(node, frame)
    if held is int or held is float:
        return str(held.__name__)
    for name in FUNCTIONS:
        if held is getattr(math, name) or held is getattr(np, name):
            return name
    return None


def _number(held: object) -> float | None:
    """A plain number."""
    if type(held) in (int, float) or isinstance(held, np.integer | np.floating):
        value = _value(float, held)  # type: ignore[arg-type]
        return value
    return None


def _is_array(held: object) -> bool:
    return type(held) is np.ndarray or (type(held).__module__, type(held).__name__) == _TRACER


_TRACER = ("graphviz_nn.tracing.tracer", "Tracer")


def _held(node: ast.expr, frame: FrameType) -> Any:
    """What an expression of names, attributes and indices refers to, without a call; None if that isn't known."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
                if name in names:
                    return names[name]
        case ast.Attribute(value=inner, attr=name):
            return _attribute(_held(inner, frame), name)
        case ast.Subscript(value=inner, slice=index):
            whole, place = _held(inner, frame), _read(index, frame)
            if type(whole) in (tuple, list) and place is not None and not place[0] % 1:
                return dict(zip(range(-len(whole), len(whole)), (*whole, *whole), strict=True)).get(int(place[0]))
        case ast.Call(func=function, args=[inner], keywords=[]):
            called, whole = _held(function, frame), _held(inner, frame)
            if _is_array(whole) and (called is np.shape or called is len):
                return whole.shape if called is np.shape else (*whole.shape, None)[0]
            if called is len and type(whole) in (tuple, list, dict):
                return len(whole)
    return None


def _attribute(holder: object, name: str) -> Any:
    """A stored value, or the size of an array; no computed property."""
    if _is_array(holder):
        return getattr(holder, name) if name in ("shape", "ndim", "size") else None
    if isinstance(holder, ModuleType):
        return holder.__dict__.get(name)
    return getattr_static(holder, name, None)
