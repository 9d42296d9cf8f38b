"""Derivatives as TeX, from the gradient rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx

from graphviz_nn.errors import GraphError
from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.text import words
from graphviz_nn.style.formula import SYMBOLS, applied, filled
from graphviz_nn.style.labels import label, plain, split, spoken
from graphviz_nn.style.literals import ATOM, PRODUCT, Bound, bracketed
from graphviz_nn.style.numbers import number
from graphviz_nn.style.symbols import symbols as told_apart
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.views.kinds import entrywise

# Operations that only rearrange or repeat entries, which formulas omit.
ARRANGING = ("reshape", "broadcast_to", "positive", "astype")
# Operations through which a cotangent remains a factor, in their first argument or in any.
FACTORED = {"multiply": (0, 1), "divide": (0,), "negative": (0,), "matmul": (0, 1), **dict.fromkeys(ARRANGING, (0,))}
# The longest derivative that is written out.
MOST = 26

Known: TypeAlias = Bound | float


@dataclass(frozen=True)
class Slope:
    """The effect of a backward step on a cotangent: a product with a factor, or another function.

    Parameters
    ----------
    tex : str
        TeX for the factor, or for the whole result.
    sign : str
        TeX for the sign of a factor; empty without a sign.
    """

    tex: str
    sign: str

    @property
    def label(self) -> str:
        """TeX for the effect on an incoming cotangent."""
        return rf"{self.sign}\, {self.tex}" if self.sign else self.tex

    def of(self, cotangent: str) -> str:
        """TeX for the result, from that of the cotangent; a factor of 1 is omitted."""
        return cotangent if self.sign and self.tex == "1" else rf"{cotangent}\, {self.label}" if self.sign else self.tex


def slope(graph: Graph, operation: str, variable: str, symbols: Mapping[str, str]) -> Slope:
    r"""The derivative of an operation by one of its arguments, as TeX.

    Parameters
    ----------
    graph : Graph
        The graph with its backward pass, as from `backward`.
    operation, variable : str
        An operation of the forward pass, and one of its arguments.
    symbols : mapping of str to str
        TeX for the variables of both passes.

    Examples
    --------
    >>> from graphviz_nn.tracing import parameter, trace
    >>> from graphviz_nn.transforms.backward import backward
    >>> graph = backward(trace(lambda x, t: x * t, x=parameter(()), t=parameter(())))
    >>> slope(graph, "multiply", "t", {"x": "x", "t": "t"}).label
    '\\cdot\\, x'
    """
    facts = graph.graph["backward"]
    step, part = facts["steps"][operation], facts["parts"][operation, variable]
    body = graph.operation(step).body or Graph()
    of = body.outputs[graph.results(step).index(part)]
    taken = dict(zip(body.graph["arguments"], graph.arguments(step).values(), strict=True))
    known: dict[str, Known] = {leaf: (symbols.get(v, words(v)), ATOM) for leaf, v in taken.items()}
    given = [leaf for leaf, v in taken.items() if v in facts["cotangents"].values()]
    is_factor = len(given) == 1 and _is_factor(body, given[0], of)
    if is_factor:
        known[given[0]] = 1.0
    are_arrays = graph.variable(variable).shape and graph.variable(graph.results(operation)[0]).shape
    sign = r"\odot" if are_arrays else r"\cdot"
    try:
        found = _written(body, of, known)
    except GraphError:
        found = ("", ATOM)
    bound = found if isinstance(found, tuple) else _number(found)
    if not bound[0] or len(plain(bound[0])) > MOST:
        return _named(graph, operation, variable, symbols, sign)
    if not is_factor:
        return Slope(bound[0], "")
    # A number multiplies all entries alike.
    return Slope(bracketed(bound, PRODUCT), sign if isinstance(found, tuple) else r"\cdot")


def _named(graph: Graph, operation: str, variable: str, symbols: Mapping[str, str], sign: str) -> Slope:
    """A derivative by name: f' of an activation, otherwise a matrix of partial derivatives."""
    data, cotangents = graph.operation(operation), graph.graph["backward"]["cotangents"]
    result = next(each for each in graph.results(operation) if each in cotangents)
    by = symbols[variable]
    if len(graph.arguments(operation)) == 1 and entrywise(data):
        function = SYMBOLS.get(data.op) or words(spoken(data.op))
        return Slope(rf"{function}'({by})", sign)
    ratio = rf"\partial {symbols[result]} / \partial {by}"
    if not graph.variable(result).shape:
        return Slope(ratio, r"\cdot")
    return Slope(rf"({ratio})^{{\top}}\, {symbols[cotangents[result]]}", "")


def _is_factor(body: Graph, cotangent: str, of: str) -> bool:
    """Whether the whole result is the cotangent times a factor."""
    way = (nx.descendants(body, cotangent) | {cotangent}) & (nx.ancestors(body, of) | {of})
    for name in way & body.operations.keys():
        slots = [slot for slot, variable in body.arguments(name).items() if variable in way]
        if len(slots) != 1 or slots[0] not in FACTORED.get(body.operation(name).op, ()):
            return False
        if body.operation(name).op == "matmul" and len(body.variable(body.arguments(name)[slots[0]]).shape) > 0:
            return False
    users = (set(body.successors(v)) & way for v in way & body.variables.keys() if v != of)
    return all(len(each) == 1 for each in users)


def _written(body: Graph, of: str, known: dict[str, Known]) -> Known:
    """A variable of a backward step as TeX, or as a number if it is one."""
    for name, variable in body.leaves.items():
        if name not in known and variable.value is not None and not variable.shape:
            known[name] = float(variable.value)
        elif name not in known:
            known[name] = (words(name), ATOM)
    for name in body.computation_order():
        operation = body.operation(name)
        given: dict[int, Known] = {slot: known[v] for slot, v in body.arguments(name).items()}
        given.update((slot, float(value)) for slot, value in operation.literals.items())
        known[body.results(name)[0]] = _simplified(
            body, name, operation, [given[slot] for slot in sorted(given)], known
        )
    return known[of]


def _simplified(body: Graph, name: str, operation: Operation, given: list[Known], known: Mapping[str, Known]) -> Known:
    op = operation.op
    if op in ARRANGING:
        return given[0]
    numbers = [each for each in given if isinstance(each, float)]
    if (
        len(numbers) == len(given)
        and operation.body is None
        and all(
            not body.variable(v).shape or op in ("multiply", "negative", "divide")
            for v in body.arguments(name).values()
        )
    ):
        return float(lookup(op).kernel(*numbers, **operation.attributes))
    if op == "multiply":
        return _product(body, name, given, known)
    if op == "divide" and given[1] == 1.0:
        return given[0]
    bounds = [each if isinstance(each, tuple) else _number(each) for each in given]
    if op == "outer":
        # In a derivation, vectors are columns.
        return filled(
            lookup("matmul").tex, "matmul", [bounds[0], filled(lookup("transpose").tex, "transpose", bounds[1:])]
        )
    return applied(body, name, operation, bounds)


def _product(body: Graph, name: str, given: list[Known], known: Mapping[str, Known]) -> Known:
    """A product, without factors of 1, and with the 1 of a fraction replaced by the other factor."""
    first, second = given
    for one, other in ((first, second), (second, first)):
        if one == 1.0:
            return other
        if one == -1.0 and isinstance(other, tuple):
            return filled("-{0}", "negative", [other])
    variables = list(body.arguments(name).values())
    for variable, other in zip(variables, reversed(given), strict=False) if len(variables) == 2 else ():
        divided = body.producer(variable)
        if divided and body.operation(divided).op == "divide" and len(body.arguments(divided)) == 2:
            above, below = (known[v] for v in body.arguments(divided).values())
            if above in (1.0, -1.0) and isinstance(other, tuple) and isinstance(below, tuple):
                over = filled("{0} / {1}", "divide", [other, below])
                return over if above == 1.0 else filled("-{0}", "negative", [over])
    if isinstance(second, float):
        first, second = second, first
    bounds = [each if isinstance(each, tuple) else _number(each) for each in (first, second)]
    if first == second:
        return filled("{0}^{{2}}", "square", bounds[:1])
    are_arrays = not isinstance(first, float) and len(variables) == 2 and all(body.variable(v).shape for v in variables)
    return filled(r"{0} \odot {1}" if are_arrays else r"{0}\, {1}", "multiply", bounds)


def _number(value: float) -> Bound:
    """A number, or a fraction for one over an integer."""
    whole = round(1 / value) if value else 0
    if abs(whole) > 1 and value == 1 / whole and len(number(value)) > 4:
        return (f"1/{whole}", PRODUCT) if whole > 0 else (f"-1/{-whole}", 0)
    return number(value), ATOM if value >= 0 else 0


def symbols_of(graph: Graph) -> dict[str, str]:
    """TeX for the variables of both passes: a gradient has its variable's symbol with a bar."""
    cotangents = graph.graph["backward"]["cotangents"]
    found = {name: label(name, variable) for name, variable in graph.variables.items()}
    found |= {name: tex for name, tex in told_apart(graph).items() if name not in cotangents.values()}
    taken = {found[name] for name in found.keys() - cotangents.values()}
    for name, back in cotangents.items():
        bar = barred(found[name])
        # An author's x_bar isn't the gradient by x.
        found[back] = rf"\nabla_{{{found[name]}}}" if bar in taken else bar
    return found


def barred(tex: str) -> str:
    r"""TeX for the gradient by a variable, from its symbol: a bar over it, but not over its indices.

    >>> barred(r"\theta_{1}"), barred("W^{(1)}"), barred(r"\mathrm{loss}"), barred("x'_{1}")
    ('\\bar{\\theta}_{1}', '\\bar{W}^{(1)}', '\\overline{\\mathrm{loss}}', "\\bar{x}'_{1}")
    """
    symbol, rest = split(tex)
    # A prime stands beside the bar.
    letter, marks = re.fullmatch(r"\{?(.*?)('*)\}?", symbol).groups() if "'" in symbol else (symbol, "")  # type: ignore[union-attr]
    accent = "overline" if len(plain(letter)) > 1 else "bar"
    over = rf"\{accent}{{{letter}}}{marks}"
    return (f"{{{over}}}" if marks and rest.startswith("^") else over) + rest
