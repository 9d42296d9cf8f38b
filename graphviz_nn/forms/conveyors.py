"""Steps in a line that hand on several states, each in a lane of its own, as the cells of an LSTM do."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphviz_nn.forms.diagram import Conveyor, Link
from graphviz_nn.graph.ir import Graph


def conveyors(graph: Graph, data: Iterable[str], links: Sequence[Link]) -> tuple[Conveyor, ...]:
    """The lines of operations of which each hands on as many values to the next as data of their shapes are at its
    first.

    Parameters
    ----------
    data : iterable of str
        The leaves that may be a state before the first step.

    Examples
    --------
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.forms import compact
    >>> from graphviz_nn.tracing import input, trace
    >>> cell = nn.LSTMCell(2, 3)
    >>> def model(x1, x2, h, c):
    ...     h, c = cell(x1, h, c)
    ...     return cell(x2, h, c)
    >>> from graphviz_nn.views import detailed
    >>> seen = detailed("layers", trace(model, x1=input(2), x2=input(2), h=input(3), c=input(3)))
    >>> compact(seen).conveyors
    (Conveyor(states=('h', 'c'), steps=('lstm_cell', 'lstm_cell_2')),)
    """
    operations, after = graph.operations, defaultdict[str, list[str]](list)
    for link in links:
        after[link.tail].append(link.head)
    lanes = {name: dict(_lanes(name, after, operations)) for name in operations if name in after}
    leaves, found, met = set(data), list[Conveyor](), set[str]()
    for name, heads in lanes.items():
        for head, count in heads.items():
            shapes = {graph.variable(result).shape for result in graph.results(name)}
            alone = [v for v in graph.arguments(name).values() if v in leaves and after[v] == [name]]
            states = tuple(dict.fromkeys(v for v in alone if graph.variable(v).shape in shapes))
            if name not in met and count == len(states) > 1:
                steps = [name, head]
                while following := [each for each, number in lanes.get(steps[-1], {}).items() if number == count]:
                    steps.append(following[0])
                met.update(steps)
                found.append(Conveyor(states, tuple(steps)))
    return tuple(found)


def _lanes(name: str, after: Mapping[str, list[str]], operations: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    """How many values lead from an operation to each next one, if several, also over a box for each."""
    ends = [
        end for head in dict.fromkeys(after[name]) for end in (after.get(head, ()) if head not in operations else ())
    ]
    ends += [head for head in after[name] if head in operations]
    for end in dict.fromkeys(ends):
        if end in operations and ends.count(end) > 1:
            yield end, ends.count(end)


def in_lanes(graph: Graph, known: Iterable[Conveyor], links: Sequence[Link]) -> list[Link]:
    """Links with those to each step in the order of its operands, so that no two lanes cross."""
    found = list(links)
    for step in (step for each in known for step in each.steps):
        place = {variable: number for number, variable in reversed(list(enumerate(graph.arguments(step).values())))}
        numbers = [number for number, link in enumerate(found) if link.head == step and link.variable in place]
        ordered = sorted((found[number] for number in numbers), key=lambda link: place[link.variable])
        for number, link in zip(numbers, ordered, strict=True):
            found[number] = link
    return found
