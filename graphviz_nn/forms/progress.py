"""A diagram step by step: with finished, current and future parts."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import networkx as nx

from graphviz_nn.forms.diagram import Column, Diagram, Emphasis, Link, Shape
from graphviz_nn.forms.naming import Names
from graphviz_nn.graph.ir import Graph


@dataclass(frozen=True)
class Moment:
    """A step of a computation.

    Parameters
    ----------
    name : str
        The current operation or column.
    diagram : Diagram
        The diagram, with the current step emphasised, future steps pale, and numbers as far as they are known.
    """

    name: str
    diagram: Diagram


def forward(graph: Graph, diagram: Diagram) -> list[Moment]:
    """The steps of a forward pass: each drawn operation, after those that it needs.

    Examples
    --------
    >>> from graphviz_nn.forms.operations import operations
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x: -(x**2), x=input(2))
    >>> [moment.name for moment in forward(graph, operations(graph))]
    ['power', 'negative']
    """
    if diagram.columns:
        return [_column(diagram, number) for number in range(1, len(diagram.columns))]
    done, found = set[str](), []
    begins = _begins(graph)
    for name in _turns(graph, diagram, list(graph.computation_order()), done):
        known = {v for v in graph.variables if (graph.producer(v) or begins.get(v, name)) in done | {name}}
        found.append(
            Moment(
                name, _at(graph, diagram, name, done, known, values=known, gradients=known if diagram.backward else ())
            )
        )
    return found


def _begins(graph: Graph) -> dict[str, str]:
    """The start of a backward pass, and the operation that must come before."""
    facts = graph.graph.get("backward")
    last = graph.producer(facts["of"]) if facts else None
    return {facts["cotangents"][facts["of"]]: last} if facts and last else {}


def backward(graph: Graph, diagram: Diagram, of: str) -> list[Moment]:
    """The steps of a backward pass from a variable, with all values known.

    A gradient appears once all uses of its variable have been passed.

    Examples
    --------
    >>> from graphviz_nn.forms.operations import operations
    >>> from graphviz_nn.tracing import input, trace
    >>> import numpy as np
    >>> graph = trace(lambda x: np.sum(x**2), x=input(2))
    >>> [moment.name for moment in backward(graph, operations(graph), *graph.outputs)]
    ['sum', 'power']
    """
    if diagram.columns:
        return [_column(diagram, number, back=True) for number in range(len(diagram.columns) - 1, 0, -1)]
    before = nx.ancestors(graph, of)
    order = [name for name in graph.computation_order() if name in before]
    done, found = set[str](), []
    for name in _turns(graph, diagram, order[::-1], done):
        through = done | {name}
        users = {v: {n for n in graph.successors(v) if n in before} for v in graph.variables}
        reached = {v for v in graph.variables if v == of or users[v] & through}
        known = {v for v in graph.variables if v == of or users[v] <= through}
        found.append(Moment(name, _at(graph, diagram, name, done, reached, values=graph.variables, gradients=known)))
    return found


def _turns(graph: Graph, diagram: Diagram, order: list[str], done: set[str]) -> Iterator[str]:
    """Each operation with a shape, in turn; `done` collects everything before it."""
    known, taken = Names(diagram, graph).known, set[object]()
    for name in order:
        part = known.get(name)
        if part and part not in taken:
            taken.add(part)
            yield name
        done.add(name)


def _at(
    graph: Graph,
    diagram: Diagram,
    name: str,
    done: Collection[str],
    reached: Collection[str],
    *,
    values: Collection[str],
    gradients: Collection[str],
) -> Diagram:
    """A diagram at the time of an operation."""
    operations = graph.operations

    def stands(node: str) -> Emphasis:
        if node == name:
            return "strong"
        return "" if node in (done if node in operations else reached) else "pale"

    def shape(each: Shape) -> Shape:
        found = {stands(node) for node in (each.name, *each.also) if node in graph} or {"pale"}
        emphasis: Emphasis = "strong" if "strong" in found else "" if "" in found else "pale"
        return replace(each, emphasis=emphasis, **_numbers(each, each.name, values, gradients))

    shapes = {each.name: shape(each) for each in diagram.shapes}

    def link(each: Link) -> Link:
        goes_in = shapes[each.head].emphasis == "strong" and each.head != each.variable
        if each.variable in graph:
            emphasis = "strong" if goes_in and stands(each.variable) == "" else stands(each.variable)
        else:
            emphasis = shapes[each.head].emphasis
        return replace(each, emphasis=emphasis, **_numbers(each, each.variable, values, gradients))

    words = {"value": set(values), "gradient": set(gradients)}
    facts = {node: _known(graph, node, rows, words) for node, rows in diagram.facts.items()}
    return replace(diagram, shapes=tuple(shapes.values()), links=tuple(map(link, diagram.links)), facts=facts)


def _numbers(each: Shape | Link, name: str, values: Collection[str], gradients: Collection[str]) -> dict[str, Any]:
    """The numbers that are known, as keywords for shapes and links."""
    return {
        "value": each.value if name in values else "",
        "gradient": each.gradient if name in gradients else "",
        "learned": tuple(
            replace(
                own,
                value=own.value if own.name in values else "",
                gradient=own.gradient if own.name in gradients else "",
                value_heat=own.value_heat if own.name in values else None,
                gradient_heat=own.gradient_heat if own.name in gradients else None,
            )
            for own in each.learned
        ),
    }


def _known(
    graph: Graph, node: str, rows: tuple[tuple[str, str], ...], words: Mapping[str, Collection[str]]
) -> tuple[tuple[str, str], ...]:
    """The facts without numbers that aren't known yet."""
    variables = graph.results(node) if node in graph.operations else (node,)
    return tuple(row for row in rows if row[0] not in words or all(v in words[row[0]] for v in variables))


def _unfilled(shape: Shape) -> Shape:
    """A unit whose value isn't known yet."""
    return replace(shape, value="", shade=None, curve=shape.curve and replace(shape.curve, marked=None))


def _column(diagram: Diagram, number: int, *, back: bool = False) -> Moment:
    """A network of units at the time of one of its columns."""
    places = {name: place for place, column in enumerate(diagram.columns) for name in column.members if name}

    def stands(place: int) -> Emphasis:
        if place == number:
            return "strong"
        return "" if (place > number if back else place < number) else "pale"

    current: Column = diagram.columns[number]
    shapes = [replace(shape, emphasis=stands(places[shape.name])) for shape in diagram.shapes]
    if not back:
        shapes = [_unfilled(shape) if places[shape.name] > number else shape for shape in shapes]
    links = (replace(link, emphasis=stands(places[link.head])) for link in diagram.links)
    name = next(iter(current.operations), current.name)
    return Moment(name, replace(diagram, shapes=tuple(shapes), links=tuple(links)))
