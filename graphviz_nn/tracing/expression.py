"""The running expression of the user's code, as a syntax tree."""

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FrameType
from typing import NamedTuple

Place = tuple[int, int, int, int]


class Expression(NamedTuple):
    """The innermost running expression of a frame, and its statement."""

    node: ast.AST
    statement: ast.AST

    @property
    def called(self) -> str:
        """The dotted name of the called function or the indexed object; "" for any other expression.

        >>> statement = ast.parse("np.linalg.qr(x)").body[0]
        >>> Expression(statement.value, statement).called
        'np.linalg.qr'
        """
        match self.node:
            case ast.Call(func=inner) | ast.Subscript(value=inner):
                return _dotted(inner)
        return ""

    @property
    def names(self) -> set[str]:
        """All names in the statement."""
        return {each.id for each in ast.walk(self.statement) if isinstance(each, ast.Name)}


def expression(frame: FrameType, instruction: int | None = None) -> Expression | None:
    """The expression at an instruction of a frame, by default the running one; None without source code."""
    place = _place(frame.f_code, frame.f_lasti if instruction is None else instruction)
    tree = _tree(frame.f_code.co_filename, tuple(linecache.getlines(frame.f_code.co_filename, frame.f_globals)))
    if place is None or tree is None:
        return None
    around = list(_around(tree, place))
    if not around:
        return None
    # A decorator is outside the lines of its statement.
    statements = [each for each in around if isinstance(each, ast.stmt)]
    return Expression(
        min(around, key=_extent), min(statements, key=_extent) if statements else max(around, key=_extent)
    )


def _place(code: CodeType, instruction: int) -> Place | None:
    for number, (line, end, column, last) in enumerate(code.co_positions()):
        if number == instruction // 2:
            if line is None or end is None or column is None or last is None:
                return None
            return line, column, end, last
    return None


@lru_cache(maxsize=16)
def _tree(file: str, lines: tuple[str, ...]) -> ast.Module | None:
    try:
        return ast.parse("".join(lines)) if lines else None
    except (SyntaxError, ValueError):
        # The file isn't Python, such as a page of documentation.
        return None


def _around(tree: ast.AST, place: Place) -> Iterator[ast.expr | ast.stmt]:
    """The expressions and statements that cover a place."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.expr | ast.stmt):
            yield from _around(node, place)
        elif _covers(node, place):
            yield node
            yield from _around(node, place)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            # A decorator is outside the lines of its statement.
            for decorator in node.decorator_list:
                if _covers(decorator, place):
                    yield decorator
                    yield from _around(decorator, place)


def _covers(node: ast.expr | ast.stmt, place: Place) -> bool:
    if node.end_lineno is None or node.end_col_offset is None:
        return False
    return (node.lineno, node.col_offset) <= place[:2] and place[2:] <= (node.end_lineno, node.end_col_offset)


def _extent(node: ast.expr | ast.stmt) -> tuple[int, int]:
    lines = (node.end_lineno or node.lineno) - node.lineno
    return lines, (node.end_col_offset or 0) - node.col_offset if not lines else 0


def _dotted(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            outer = _dotted(inner)
            return f"{outer}.{name}" if outer else name
    return ""
