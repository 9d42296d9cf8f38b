"""Units as circles: each vector of a network as a column, with weights as lines between them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.chain import Step, chain, drawn, entries, is_entrywise
from graphviz_nn.forms.diagram import Column, Diagram, Link, Shape, Shown
from graphviz_nn.forms.examples import one
from graphviz_nn.forms.layers import parameters
from graphviz_nn.forms.neuron import neuron
from graphviz_nn.forms.unit import asked, members, name_of, symbol, unit
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
    graph, start, steps = chain(graph, shown.units)
    before = {step.made: step for step in steps}
    names = [start, *before]
    if shown.unit is not None:
        name, number = asked(graph, names, shown.unit)
        if name == start:
            raise UsageError(f"{name} is an input, so it has no units; choose one of: {', '.join(before) or 'none'}")
        return replace(neuron(graph, before[name], number, shown), strongest=_strongest(graph, steps))
    return Diagram(
        tuple(shape for name in names for shape in _circles(graph, name, shown)),
        tuple(link for step in steps for link in _links(graph, step, shown)),
        columns=tuple(_column(graph, name, before.get(name), shown) for name in names),
        strongest=_strongest(graph, steps),
    )


def _strongest(graph: Graph, steps: Iterable[Step]) -> float:
    """The size of the largest weight, so that a single unit has lines as wide as in its network."""
    places = [
        place
        for step in steps
        if step.weights is not None
        for place in (*step.weights.entries.values(), *step.weights.biases.values())
    ]
    return max((abs(value(graph, place) or 0.0) for place in places), default=0.0)


def _circles(graph: Graph, name: str, shown: Shown) -> list[Shape]:
    return [unit(graph, name, i) for i in drawn(entries(graph, name), shown.units) if i is not None]


def _column(graph: Graph, name: str, step: Step | None, shown: Shown) -> Column:
    circles = members(name, drawn(entries(graph, name), shown.units))
    heading, note = symbol(graph, name, shown.vectors), _note(graph, name, shown)
    if step is None:
        return Column(name, circles, heading, note)
    kind = kinds(graph)[step.operations[0]] if step.weights is None else "layer"
    taken = [parameters(graph, each, "layer", shown) for each in step.operations]
    subtitle = r",\ \ ".join(filter(None, taken))
    return Column(name, circles, heading, note, words(_title(graph, step)), subtitle, kind, step.operations)


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


def _links(graph: Graph, step: Step, shown: Shown) -> Iterator[Link]:
    """The lines of a step between drawn circles."""
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
                yield Link(*ends, place[0], plain=True, weight=value(graph, place))
