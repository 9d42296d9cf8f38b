"""Operations as circles, leaves and outputs as boxes, everything between as arrows."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import networkx as nx

from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.graph.ir import Graph, Operation, Variable
from graphviz_nn.ops.indexing import show
from graphviz_nn.style.labels import label, size, words
from graphviz_nn.tracing.registry import lookup

KINDS = {
    "input": "data",
    "intermediate": "data",
    "output": "data",
    "target": "target",
    "parameter": "parameter",
    "constant": "constant",
}

# Functions that a formula writes by a symbol; any other goes by its name.
SYMBOLS = {"sigmoid": r"\sigma"}


def operations(graph: Graph, *, shapes: bool = False, vectors: str = "plain") -> Diagram:
    """The diagram in which the operations are the nodes.

    Parameters
    ----------
    shapes : bool
        Whether sizes are written below boxes and along arrows.
    vectors : {"plain", "arrow", "bold"}
        How symbols of vectors are marked.
    """
    variables = graph.variables
    boxes = [n for n, v in variables.items() if graph.producer(n) is None or n in graph.outputs]
    boxes = [n for n in boxes if graph.degree(n)] or boxes
    anonymous = set(graph.graph.get("anonymous", ()))
    drawn = [_box(name, variables[name], shapes, vectors) for name in boxes]
    drawn += [_circle(name, operation) for name, operation in graph.operations.items()]
    links = []
    for name, variable in variables.items():
        producer = graph.producer(name)
        note = size(variable.shape) if shapes else ""
        title = "" if name in anonymous and variable.label is None else label(name, variable, vectors)
        if producer is not None and name in graph.outputs:
            links.append(Link(producer, name, name))
            title = note = ""
        tail = name if name in boxes and producer is None else producer
        if producer is None:
            title = note = ""
        heads = [(head, slot) for _, head, slot in graph.out_edges(name, keys=True)]
        for place, (head, slot) in enumerate(heads):
            first = place == 0
            mark = _mark(graph, head, slot)
            links.append(Link(tail or name, head, name, title if first else "", note if first else "", mark))
    spine = _spine(graph, links)
    return Diagram(tuple(drawn), tuple(links), spine, _hanging(graph, links, spine))


def _box(name: str, variable: Variable, shapes: bool, vectors: str) -> Shape:
    kind = "loss" if variable.role == "output" and not variable.shape else KINDS[variable.role]
    title = label(name, variable, vectors)
    if variable.role == "constant" and variable.label is None and variable.value is not None and not variable.shape:
        title = f"{variable.value.item():.4g}"
    extent = "×".join(map(str, variable.shape)) or "a number"
    return Shape(name, kind, title, size(variable.shape) if shapes else "", f"{variable.role} {name}, {extent}")


def _circle(name: str, operation: Operation) -> Shape:
    return Shape(name, "operation", glyph(operation), "", f"operation {operation}")


def glyph(operation: Operation) -> str:
    r"""TeX for the inside of an operation's circle; a number among its arguments is written out.

    >>> glyph(Operation("power", literals={1: 2}))
    '(\\cdot)^{2}'
    """
    if operation.body is not None:
        return SYMBOLS.get(operation.op) or words(operation.op.replace("_", " "))
    op = lookup(operation.op)
    if op.name == "getitem":
        return rf"\text{{[{show(operation.attributes['index'])}]}}"
    if not operation.literals or not op.tex:
        return op.glyph
    dot = r"(\cdot)" if op.name == "power" else r"\cdot"
    arguments = [_number(operation.literals[i]) if i in operation.literals else dot for i in range(_arity(op.tex))]
    if op.commutative and op.category == "arithmetic":
        # A number beside + or × needs no dot for the other side.
        return f"{op.glyph} {_number(next(iter(operation.literals.values())))}"
    return op.tex.format(*arguments)


def _arity(tex: str) -> int:
    return max(i for i in range(4) if f"{{{i}}}" in tex) + 1


def _number(value: float) -> str:
    text = f"{value:.4g}"
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa}{{\cdot}}10^{{{int(exponent)}}}" if exponent else text


def _mark(graph: Graph, operation: str, slot: int) -> str:
    """The operand's number, where another order would mean something else and shapes don't tell."""
    data = graph.operation(operation)
    arguments = graph.arguments(operation)
    if data.body is not None or len(arguments) < 2 or lookup(data.op).commutative:
        return ""
    if data.op == "matmul":
        first, second = (graph.variable(arguments[i]).shape for i in (0, 1))
        if (
            len(first) == len(second) == 1
            or len(first) != len(second)
            or first[-1] != second[0]
            or second[-1] != first[0]
        ):
            return ""
    return str(slot + 1)


def _spine(graph: Graph, links: list[Link]) -> tuple[str, ...]:
    """The shapes that everything passes on its way from the data to the first output, and what a detour skips."""
    if not graph.outputs:
        return ()
    end = graph.outputs[0]
    drawn: nx.DiGraph[str] = nx.DiGraph((link.tail, link.head) for link in links)
    if end not in drawn:
        return ()
    above = nx.ancestors(drawn, end)
    sources = [n for n, v in graph.leaves.items() if n in above and v.role == "input"] or [
        n for n, v in graph.leaves.items() if n in above and v.role == "parameter"
    ]
    root = ""
    drawn.add_edges_from((root, source) for source in sources)
    if not sources:
        return (end,)
    dominators: Mapping[str, str | None] = nx.immediate_dominators(drawn, root)
    spine = [end]
    while (above_it := dominators.get(spine[-1])) not in (None, root, spine[-1]):
        spine.append(str(above_it))
    spine.reverse()
    parameters = {name for name, variable in graph.leaves.items() if variable.role == "parameter"}
    learned = {link.head for link in links if link.tail in parameters}
    whole = spine[:1]
    for tail, head in pairwise(spine):
        before, beyond = nx.ancestors(drawn, head), nx.descendants(drawn, tail)
        between = before & beyond
        # A residual connection: the layers are the main line, the arrow past them is the detour.
        if drawn.has_edge(tail, head) and between & learned:
            part: Any = drawn.subgraph({tail, *between, head})
            whole += nx.dag_longest_path(part)[1:-1]
        whole.append(head)
    return tuple(whole)


def _hanging(graph: Graph, links: list[Link], spine: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Leaves that are used once, by an operation on the main line that also has something before it."""
    uses: dict[str, list[str]] = {}
    feeders: dict[str, set[str]] = {}
    for link in links:
        uses.setdefault(link.tail, []).append(link.head)
        feeders.setdefault(link.head, set()).add(link.tail)
    line = set(spine)
    found: list[tuple[str, str]] = []
    full: dict[str, int] = {}
    for name, variable in graph.leaves.items():
        heads = uses.get(name, [])
        if variable.role == "input" or name in line or len(heads) != 1:
            continue
        head = heads[0]
        others = feeders[head] - {name}
        if head in line and others - set(graph.leaves) | (others & line) and full.get(head, 0) < 2:
            full[head] = full.get(head, 0) + 1
            found.append((name, head))
    return tuple(found)
