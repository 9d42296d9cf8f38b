"""Write the plain numbers among an operation's arguments: as their author spells them, otherwise in digits."""

import ast
from functools import lru_cache

from graphviz_nn.graph.ir import Operation, Variable
from graphviz_nn.graph.spelling import spelling
from graphviz_nn.style.labels import label
from graphviz_nn.style.numbers import number

# How tightly TeX binds its parts; brackets and names bind tightest.
SUM, DOT, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 5
Bound = tuple[str, int]
SIGNS: dict[type[ast.operator], tuple[str, int, int, int]] = {
    ast.Add: ("{0} + {1}", SUM, SUM, SUM),
    ast.Sub: ("{0} - {1}", SUM, SUM, DOT),
    ast.Mult: (r"{0} {1}", PRODUCT, PRODUCT, PRODUCT),
    ast.Div: ("{0} / {1}", PRODUCT, PRODUCT, POWER),
    ast.Pow: ("{0}^{{{1}}}", POWER, ATOM, SUM),
}
"""The template of each sign, how tightly it binds, and how tightly its two sides must."""


def literal(operation: Operation, slot: int) -> Bound:
    r"""TeX for a plain number among the arguments, and how tightly it binds.

    >>> literal(Operation("divide", literals={1: 1.7320508}, spelled={1: "sqrt(d_k)"}), 1)
    ('\\sqrt{d_{k}}', 5)
    >>> literal(Operation("divide", literals={1: 1.7320508}), 1)
    ('1.73', 5)
    """
    tree = spelling(operation.spelled.get(slot, ""))
    return _digits(operation.literals[slot]) if tree is None else _tex(tree)


def bracketed(bound: Bound, wanted: int) -> str:
    """TeX, in brackets where it binds less tightly than wanted."""
    tex, level = bound
    return tex if level >= wanted else rf"\left({tex}\right)"


def _digits(value: float) -> Bound:
    tex = number(value)
    power, product = tex.startswith("10^"), r"\cdot" in tex
    return tex, SUM if value < 0 else PRODUCT if product else POWER if power else ATOM


def _tex(node: ast.expr) -> Bound:
    match node:
        case ast.Constant(value=int() | float() as value):
            return _digits(value)
        case ast.Name(id=name):
            return _name(name), ATOM
        case ast.UnaryOp(operand=inner):
            return f"-{bracketed(_tex(inner), PRODUCT)}", SUM
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=0.5)):
            return rf"\sqrt{{{_tex(left)[0]}}}", ATOM
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant() as right):
            # Two numbers beside each other would look like one.
            return rf"{bracketed(_tex(left), PRODUCT)} \cdot {_tex(right)[0]}", PRODUCT
        case ast.BinOp(left=left, op=sign, right=right):
            template, level, first, last = SIGNS[type(sign)]
            return template.format(bracketed(_tex(left), first), bracketed(_tex(right), last)), level
        case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
            return rf"\sqrt{{{_tex(inner)[0]}}}", ATOM
        case ast.Call(func=ast.Name(id=name), args=[inner]):
            return rf"\{name}\left({_tex(inner)[0]}\right)", ATOM
    raise AssertionError(node)


@lru_cache(maxsize=256)
def _name(name: str) -> str:
    return label(name, Variable(()))
