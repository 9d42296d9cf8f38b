"""Units as circles: each vector of a network as a column, with weights as lines between them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.activity import with_fed
from graphviz_nn.forms.chain import Step, chain, drawn, entries, is_entrywise
from graphviz_nn.forms.diagram import Column, Diagram, Link, Shape, Shown
from graphviz_nn.forms.examples import one
from graphviz_nn.forms.filling import Filling, filling
from graphviz_nn.forms.layers import parameters
from graphviz_nn.forms.neuron import neuron
from graphviz_nn.forms.unit import asked, circles, members, name_of, one_for, symbol
from graphviz_nn.forms.weights import dependent, value
from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.text import words
from graphviz_nn.style.labels import size, spoken
from graphviz_nn.views.kinds import kinds


def units(graph: Graph, shown: Shown = Shown()) -> Diagram:
    """The diagram of a chain of vectors: the entries of each as a column of circles, or a single unit.

    Raises
    ------
    UsageError
        If the graph isn't a chain of vectors, or there is no such unit.
    """
    if isinstance(shown.units, bool) or not isinstance(shown.units, int | np.integer) or shown.units < 3:
        raise UsageError(f"units must be a whole number of at least 3, found {shown.units!r}")
    graph, start, steps = chain(with_fed(graph, shown.fed), shown.units)
    before, learned = {step.made: step for step in steps}, _weights(steps)
    # A single unit has lines as wide as in its network.
    strongest = _strongest(graph, learned)
    names = [start, *before]
    if shown.unit is not None:
        name, number = asked(graph, names, shown.unit)
        if name == start:
            raise UsageError(f"{name} is an input, so it has no units; choose one of: {', '.join(before) or 'none'}")
        step = before[name]
        found = neuron(graph, step, number, shown, filling(graph, [step.given, name], [step], shown))
        return replace(found, strongest=strongest, weights=learned)
    filled, ones = filling(graph, names, steps, shown), _ones(steps) if shown.biases else {}
    shapes = [s for name in names for s in (ones.get(name), *_circles(graph, name, shown, filled)) if s is not None]
    return Diagram(
        tuple(shapes),
        tuple(link for step in steps for link in _links(graph, step, shown, ones.get(step.given))),
        columns=tuple(_column(graph, name, before.get(name), shown, ones.get(name)) for name in names),
        strongest=strongest,
        weights=learned,
    )


def _weights(steps: Iterable[Step]) -> tuple[str, ...]:
    """The parameters whose entries are weights or biases, drawn or not."""
    found = (step.weights for step in steps if step.weights is not None)
    return tuple(dict.fromkeys(name for each in found for name, _ in (*each.entries.values(), *each.biases.values())))


def _strongest(graph: Graph, names: Iterable[str]) -> float:
    """The size of the largest weight."""
    known = [array for name in names if (array := graph.variable(name).value) is not None]
    return max((float(np.abs(each[np.isfinite(each)]).max(initial=0.0)) for each in known), default=0.0)


def _circles(graph: Graph, name: str, shown: Shown, filled: Filling) -> list[Shape]:
    return circles(graph, name, drawn(entries(graph, name), shown.units), filled)


def _ones(steps: Iterable[Step]) -> dict[str, Shape]:
    """The input 1 beside each vector whose weighted sums have biases."""
    return {step.given: one_for(step.given) for step in steps if step.weights is not None and step.weights.biases}


def _column(graph: Graph, name: str, step: Step | None, shown: Shown, bias: Shape | None) -> Column:
    length = entries(graph, name)
    inside = (*([bias.name] if bias else []), *members(name, drawn(length, shown.units)))
    heading, note = symbol(graph, name, shown.vectors), _note(graph, name, shown)
    count = str(length) if length > shown.units else ""
    if step is None:
        return Column(name, inside, heading, note, count=count)
    kind = kinds(graph)[step.operations[0]] if step.weights is None else "layer"
    taken = [parameters(graph, each, "layer", shown) for each in step.operations]
    subtitle = r",\ \ ".join(filter(None, taken))
    return Column(name, inside, heading, note, words(_title(graph, step)), subtitle, kind, step.operations, count)


def _note(graph: Graph, name: str, shown: Shown) -> str:
    """The number of units in a column, if some are left out or sizes are shown."""
    length = entries(graph, name)
    if length > shown.units:
        return f"n = {length}"
    return (size(one(graph, name)) or "1") if shown.shapes else ""


def _title(graph: Graph, step: Step) -> str:
    """The name of a layer: that of its activation, if it has one."""
    operation = graph.operation(step.activation or step.operations[0])
    if step.weights is None:
        return spoken(operation.op)
    title = "linear" if operation.body is None and not step.activation else spoken(operation.op)
    return title if title.endswith("layer") else f"{title} layer"


def _links(graph: Graph, step: Step, shown: Shown, bias: Shape | None) -> Iterator[Link]:
    """The lines of a step between drawn circles, those of the biases first."""
    if bias is not None and step.weights is not None:
        for row in drawn(entries(graph, step.made), shown.units):
            if row is not None and row in step.weights.biases:
                place = step.weights.biases[row]
                yield Link(
                    bias.name, name_of(step.made, row), place[0], plain=True, weight=value(graph, place), place=place
                )
    single = is_entrywise(graph, step)
    # Each feature depends on some entries only.
    made_of = None if step.weights is not None or single else dependent(graph, step.operations, step.given, step.made)
    for row in drawn(entries(graph, step.made), shown.units):
        for column in drawn(entries(graph, step.given), shown.units):
            if row is None or column is None or (single and row != column):
                continue
            ends = name_of(step.given, column), name_of(step.made, row)
            if step.weights is None:
                if made_of is None or (row, column) in made_of:
                    yield Link(*ends, step.operations[0], plain=True)
            elif (row, column) in step.weights.entries:
                place = step.weights.entries[row, column]
                yield Link(*ends, place[0], plain=True, weight=value(graph, place), place=place)
