"""One unit on its own: what comes in times its weights, the sum, the activation, what comes out."""

from itertools import pairwise

from graphviz_nn.forms.chain import Step, drawn, entries, is_entrywise
from graphviz_nn.forms.diagram import Column, Diagram, Link, Shape, Shown
from graphviz_nn.forms.operations import glyph
from graphviz_nn.forms.unit import is_long, members, name_of, symbol, unit, unit_symbol, weight
from graphviz_nn.graph.ir import Graph
from graphviz_nn.style.labels import words
from graphviz_nn.views.kinds import entrywise


def neuron(graph: Graph, step: Step, number: int, shown: Shown) -> Diagram:
    """The diagram of one unit; the bias is the weight of an input that is always 1."""
    length, name = entries(graph, step.given), name_of(step.made, number)
    slots: list[int | None] = [number] if is_entrywise(graph, step) else drawn(length, shown.units)
    inputs = [unit(graph, step.given, i, shown) for i in slots if i is not None]
    chain = [*_sum(step, name), *_activation(graph, step, name), unit(graph, step.made, number, shown)]
    links = _weighted(graph, step, number, slots, chain[0].name, shown)
    one = f"{name} bias"
    bias = [Shape(one, "constant", "1", "", "the number 1")] if any(link.tail == one for link in links) else []
    for tail, head in pairwise(chain):
        is_named = step.sum not in graph.graph.get("anonymous", ()) or graph.variable(step.sum).label is not None
        title = unit_symbol(graph, step.sum, number, shown) if tail is chain[0] and len(chain) > 2 and is_named else ""
        links.append(Link(tail.name, head.name, step.made, title))

    def heading(column: str) -> str:
        return symbol(graph, column, shown) if is_long(graph, column, shown) else ""

    ends = (*(shape.name for shape in bias), *members(step.given, slots))
    left_out = f"n = {length}" if None in slots else ""
    return Diagram(
        (*bias, *inputs, *chain),
        tuple(links),
        columns=(
            Column(step.given, ends, heading(step.given), left_out),
            *(Column(shape.name, (shape.name,), note=shape.note) for shape in chain[:-1]),
            Column(step.made, (chain[-1].name,), heading(step.made)),
        ),
    )


def _sum(step: Step, name: str) -> list[Shape]:
    """The circle in which what comes in is summed."""
    return [Shape(f"{name} sum", "operation", r"\Sigma", "", "weighted sum")] if step.weights else []


def _activation(graph: Graph, step: Step, name: str) -> list[Shape]:
    """The box of what is done with the sum; where that needs all units of the column, its note says so."""
    if not step.activation:
        return []
    operation = graph.operation(step.activation)
    alone = entrywise(operation)
    kind = "activation" if alone else "function"
    note = "" if alone else words(f"of all {entries(graph, step.made)}")
    return [Shape(f"{name} activation", kind, glyph(operation), note, f"{kind} {operation}")]


def _weighted(graph: Graph, step: Step, number: int, slots: list[int | None], head: str, shown: Shown) -> list[Link]:
    """The arrows of what comes in, each with its weight and the weight's value."""
    found = []
    weights = step.weights
    if weights is not None and number in weights.biases:
        place = weights.biases[number]
        title, digits, known = weight(graph, place, shown)
        found.append(Link(f"{name_of(step.made, number)} bias", head, place[0], title, digits, weight=known))
    for column in slots:
        if column is None or (weights is not None and (number, column) not in weights.entries):
            continue
        tail = name_of(step.given, column)
        if weights is None:
            found.append(Link(tail, head, step.given))
            continue
        place = weights.entries[number, column]
        title, digits, known = weight(graph, place, shown)
        found.append(Link(tail, head, place[0], title, digits, weight=known))
    return found
