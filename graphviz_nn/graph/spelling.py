"""Plain numbers as their authors write them, such as ``sqrt(d_k)``: numbers, names, and signs between them."""

import ast
import math
from collections.abc import Callable, Iterator
from functools import lru_cache

from graphviz_nn.graph.check import invariant
from graphviz_nn.graph.ir import Graph

FUNCTIONS: dict[str, Callable[[float], float]] = {"sqrt": math.sqrt, "log": math.log, "exp": math.exp}
SIGNS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
# A longer one is harder to read than its number.
LONGEST = 40


@lru_cache(maxsize=1024)
def spelling(text: str) -> ast.expr | None:
    """The syntax tree of a spelling; None if it is anything else, such as code.

    >>> spelling("1 / sqrt(d_k)") is None, spelling("open('file')") is None, spelling("x.y") is None
    (False, True, True)
    """
    if len(text) > LONGEST:
        return None
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return tree if _is_plain(tree) else None


def _is_plain(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int() | float() as value):
            return type(value) is not bool and math.isfinite(value)
        case ast.Name():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _is_plain(inner)
        case ast.BinOp(left=left, op=sign, right=right):
            return isinstance(sign, SIGNS) and _is_plain(left) and _is_plain(right)
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]):
            return name in FUNCTIONS and _is_plain(inner)
    return False


@invariant
def numbers_are_spelled(graph: Graph) -> Iterator[str]:
    for name, operation in graph.operations.items():
        for slot, text in operation.spelled.items():
            if slot not in operation.literals:
                yield f"{name} spells the number in slot {slot}, but has none there"
            if spelling(text) is None:
                yield f"{name} spells a number {text!r:.60}; it must be an expression of names and numbers"
