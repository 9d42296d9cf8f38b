"""Operations as circles, leaves and outputs as boxes, and everything between as arrows."""

from collections.abc import Collection
from typing import Any

from graphviz_nn.forms.curve import curve
from graphviz_nn.forms.diagram import Diagram, Emphasis, Link, Shape, Shown
from graphviz_nn.forms.parts import beside_uses
from graphviz_nn.forms.transposed import across, transposed
from graphviz_nn.graph.ir import Graph, Operation
from graphviz_nn.graph.text import words
from graphviz_nn.ops.indexing import show
from graphviz_nn.style.formula import SYMBOLS, wanting
from graphviz_nn.style.labels import label, size, spoken
from graphviz_nn.style.literals import bracketed, literal
from graphviz_nn.style.numbers import number
from graphviz_nn.tracing.registry import lookup
from graphviz_nn.views.kinds import is_loss, passes

KINDS = {
    "input": "data",
    "intermediate": "data",
    "output": "data",
    "target": "target",
    "parameter": "parameter",
    "constant": "constant",
    "random": "data",
}


def operations(graph: Graph, shown: Shown = Shown()) -> Diagram:
    """The diagram with operations as nodes."""
    boxes = [n for n in graph.variables if shown.cells or graph.producer(n) is None or n in graph.outputs]
    boxes = [n for n in boxes if graph.degree(n)] or boxes
    shapes = [variable_shape(graph, name, shown) for name in boxes]
    shapes += [circle(graph, name, shown) for name in graph.operations]
    found = links(graph, {shape.name for shape in shapes}, shown, through=shown.cells)
    # Each parameter has its own numbers.
    bundle = not (shown.values or shown.gradients)
    return beside_uses(graph, shapes, found, lambda name: variable_shape(graph, name, shown), shown, bundle=bundle)


def links(graph: Graph, nodes: Collection[str], shown: Shown, *, through: bool = False) -> list[Link]:
    """The arrows between the drawn nodes.

    Parameters
    ----------
    through : bool
        Whether arrows continue from a drawn variable, rather than past it.
    """
    anonymous = set(graph.graph.get("anonymous", ()))
    found = []
    for name, variable in graph.variables.items():
        producer = graph.producer(name) or ""
        note = size(variable.shape) if shown.shapes else ""
        known = _known(name, shown)
        title = "" if name in anonymous and variable.label is None else label(name, variable, shown.vectors)
        if producer in nodes and name in nodes:
            found.append(Link(producer, name, name))
        if name in nodes:
            title, note, known = "", "", {}
        tail = name if name in nodes and (through or producer not in nodes) else producer
        if tail not in nodes:
            continue
        heads = [(head, slot) for _, head, slot in graph.out_edges(name, keys=True) if head in nodes]
        turned = transposed(graph, name, {head for head, _ in heads})
        for place, (head, slot) in enumerate(heads):
            written = label(name, variable, shown.vectors)
            mark = across(written) if head in turned else _mark(graph, head, slot)
            # Only the first of several arrows has the label of its variable.
            said = Link(tail, head, name, title, note, mark, **known)
            found.append(Link(tail, head, name, mark=mark) if place else said)
    return found


def variable_shape(graph: Graph, name: str, shown: Shown) -> Shape:
    """A variable as a box."""
    variable = graph.variable(name)
    is_total = name in graph.outputs and (not variable.shape or is_loss(graph, name))
    kind = "loss" if is_total else KINDS[variable.role]
    title = label(name, variable, shown.vectors)
    known = _known(name, shown)
    has_cells = shown.cells and bool(known["value"] or known["gradient"])
    if has_cells and variable.label is None and name in graph.graph.get("anonymous", ()):
        # Its numbers say enough.
        title = ""
    if variable.role == "constant" and variable.label is None and variable.value is not None and not variable.shape:
        value = variable.value.item()
        title = number(value, 4) if isinstance(value, complex) else f"{value:.4g}"
    if variable.draw is not None:
        title = rf"{title} \sim {variable.draw.tex}"
    extent = "×".join(map(str, variable.shape)) or "a number"
    note = size(variable.shape) if shown.shapes else ""
    return Shape(name, kind, title, note, f"{variable.role} {name}, {extent}", cells=has_cells, **known)


def _known(name: str, shown: Shown) -> dict[str, Any]:
    """The numbers of a variable, as keywords for shapes and links."""
    return {
        "value": shown.values.get(name, ""),
        "gradient": shown.gradients.get(name, ""),
        "value_heat": shown.value_heat.get(name),
        "gradient_heat": shown.gradient_heat.get(name),
    }


def circle(graph: Graph, name: str, shown: Shown) -> Shape:
    """An operation as a circle; dots for equal parts that aren't drawn."""
    operation = graph.operation(name)
    if name in (folded := graph.graph.get("repeats", {})):
        title = folded[name].title
        return Shape(name, "more", r"\cdots", words(title), f"{title} equal parts", text="glyph")
    inside = curve(graph, name) if shown.curves else None
    emphasis: Emphasis = "pale" if passes(operation) else ""
    said = described("operation", operation)
    count = len(graph.arguments(name)) + len(operation.literals)
    return Shape(name, "operation", glyph(operation, count), "", said, text="glyph", emphasis=emphasis, curve=inside)


def described(kind: str, operation: Operation) -> str:
    """A description of an operation in words."""
    return f"{kind} {operation}" + (", which changes nothing here" if passes(operation) else "")


# So many arguments of a list are written out, if numbers are among them.
LISTED = 5


def glyph(operation: Operation, count: int = 0) -> str:
    r"""TeX for the inside of the circle of an operation with so many arguments; a number among them is written out.

    >>> glyph(Operation("power", literals={1: 2}))
    '(\\cdot)^{2}'
    """
    if operation.body is not None:
        return SYMBOLS.get(operation.op) or words(spoken(operation.op))
    op = lookup(operation.op)
    if op.name == "getitem":
        return rf"\text{{[{show(operation.attributes['index'])}]}}"
    if (order := operation.attributes.get("order")) is not None:
        return rf"{op.glyph}^{{({order})}}" if op.name == "polygamma" else rf"{op.glyph}_{{{order:g}}}"
    if op.name == "set_at":
        number = _literal(operation, 1, 0) if operation.literals else r"\cdot"
        return rf"\text{{[{show(operation.attributes['index'])}]}}\leftarrow {number}"
    if op.name == "add_at" and all(isinstance(each, slice) for each in operation.attributes["index"]):
        # Without an index of its own it puts zeros around an array.
        return r"\mathrm{pad}"
    if not operation.literals or not op.tex:
        return op.glyph
    dot = r"(\cdot)" if op.name == "power" else r"\cdot"
    wanted = wanting(op.tex)
    if max(operation.literals) >= len(wanted):
        # An operation of any number of arguments, such as a stack.
        shown = [_literal(operation, n, 0) if n in operation.literals else dot for n in range(count)]
        return f"[{', '.join(shown)}]" if 0 < count <= LISTED else op.glyph
    written = {slot: _literal(operation, slot, wanted[slot]) for slot in operation.literals}
    arguments = [written.get(slot, dot) for slot in range(len(wanted))]
    if op.name == "power" and "^" in arguments[0]:
        # A power of ten with an exponent.
        arguments[0] = rf"({arguments[0]})"
    if op.category == "arithmetic" and (op.commutative or (op.name == "divide" and 1 in written)):
        # A number beside + or ×, or after ÷, needs no dot for the other operand.
        (number,) = written.values()
        # In braces, a minus sign has no spaces around it.
        return rf"{op.glyph}\,{{{number}}}" if number.startswith("-") else f"{op.glyph} {number}"
    return op.tex.format(*arguments)


def _literal(operation: Operation, slot: int, wanted: int) -> str:
    """A plain number; its spelling is in brackets where it needs them beside the other operand."""
    bound = literal(operation, slot)
    return bracketed(bound, wanted) if slot in operation.spelled else bound[0]


def _mark(graph: Graph, operation: str, slot: int) -> str:
    """The operand's number, if the order matters and the shapes don't show it."""
    data = graph.operation(operation)
    arguments = graph.arguments(operation)
    if data.body is not None or len(set(arguments.values())) < 2 or lookup(data.op).commutative:
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
