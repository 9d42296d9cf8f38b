"""A single unit: its inputs times the weights, the sum, the activation, the output."""

from dataclasses import replace
from itertools import pairwise

from graphviz_nn.forms.chain import Step, drawn, entries, is_entrywise
from graphviz_nn.forms.diagram import Column, Diagram, Link, Shape, Shown
from graphviz_nn.forms.filling import Filling
from graphviz_nn.forms.operations import glyph
from graphviz_nn.forms.unit import circles, is_long, members, name_of, one_for, symbol, unit_symbol, weight
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.text import words
from graphviz_nn.views.kinds import entrywise


def neuron(graph: Graph, step: Step, number: int, shown: Shown, filled: Filling = Filling()) -> Diagram:
    """The diagram of one unit; the bias is the weight of an input that is always 1."""
    length, name = entries(graph, step.given), name_of(step.made, number)
    slots: list[int | None] = [number] if is_entrywise(graph, step) else drawn(length, shown.units)
    inputs = circles(graph, step.given, slots, filled)
    (made,) = circles(graph, step.made, [number], replace(filled, curves={}))
    function = [replace(each, curve=filled.curve_of(step.made, number)) for each in _activation(graph, step, name)]
    chain = [*_sum(step, name), *function, made]
    links = _incoming(graph, step, number, slots, chain[0].name)
    one = one_for(name)
    bias = [one] if links and links[0].tail == one.name else []
    title = unit_symbol(graph, step.sum, number) if step.sum and step.activation else ""
    for place, (tail, head) in enumerate(pairwise(chain)):
        known = filled.sum_of(step.made, number) if title and not place else ""
        links.append(Link(tail.name, head.name, step.made, "" if place else title, known))

    def heading(column: str) -> str:
        return symbol(graph, column, shown.vectors) if is_long(graph, column) or inputs[0].value else ""

    ends = (*(shape.name for shape in bias), *members(step.given, slots))
    left_out = f"n = {length}" if None in slots else ""
    return Diagram(
        (*bias, *inputs, *chain),
        tuple(links),
        columns=(
            Column(step.given, ends, heading(step.given), left_out, count=str(length) if left_out else ""),
            *(Column(shape.name, (shape.name,), note=shape.note) for shape in chain[:-1]),
            Column(step.made, (made.name,), made.label if made.value else heading(step.made)),
        ),
    )


def _sum(step: Step, name: str) -> list[Shape]:
    """The circle of the sum."""
    return [Shape(f"{name} sum", "operation", r"\Sigma", "", "weighted sum", text="glyph")] if step.weights else []


def _activation(graph: Graph, step: Step, name: str) -> list[Shape]:
    """The box of the activation; if it needs all units of the column, its note says so."""
    if not step.activation:
        return []
    operation = graph.operation(step.activation)
    alone = entrywise(operation)
    kind = "activation" if alone else "function"
    note = "" if alone else words(f"of all {entries(graph, step.made)}")
    return [Shape(f"{name} activation", kind, glyph(operation), note, f"{kind} {operation}", text="word")]


def _incoming(graph: Graph, step: Step, number: int, slots: list[int | None], head: str) -> list[Link]:
    """The arrows of the inputs, the bias first, each with its weight and the weight's value."""
    tails = {column: name_of(step.given, column) for column in slots if column is not None}
    if step.weights is None:
        return [Link(tail, head, step.given) for tail in tails.values()]
    places = []
    if number in step.weights.biases:
        places.append((one_for(name_of(step.made, number)).name, step.weights.biases[number]))
    entered = step.weights.entries
    places += [(tail, entered[number, column]) for column, tail in tails.items() if (number, column) in entered]
    found = []
    for tail, place in places:
        title, digits, known = weight(graph, place)
        found.append(Link(tail, head, place[0], title, digits, weight=known, place=place))
    return found
