"""The state that a recurrent cell written by hand only scales and adds to, as an LSTM does with its cell state."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import networkx as nx

from graphviz_nn.forms.diagram import Carried
from graphviz_nn.graph.ir import Graph

SCALING, ADDING = ("multiply",), ("add", "subtract")
# It is a line of its own where so many steps scale it, and add to it.
LEAST = 2


def carried(graph: Graph, data: Iterable[str], drawn: Any) -> Carried:
    """The line from a state on, through sums and products with computed gates alone; empty where there are too few.

    Parameters
    ----------
    data : iterable of str
        The leaves that may be a state before the first step.
    drawn : networkx.DiGraph
        The shapes, and which of them arrows lead from and to.

    Examples
    --------
    >>> from graphviz_nn import nn
    >>> from graphviz_nn.forms import operations
    >>> from graphviz_nn.tracing import input, parameter, trace
    >>> def model(xs, h, c, W, V):
    ...     for t in range(2):
    ...         both = xs[t] + W @ h
    ...         c = nn.sigmoid(both) * c + nn.tanh(both)
    ...         h = nn.sigmoid(V @ both) * nn.tanh(c)
    ...     return h
    >>> square = parameter((3, 3))
    >>> found = trace(model, xs=input((2, 3)), h=input(3), c=input(3), W=square, V=square)
    >>> operations(found).spine
    ('c', 'multiply', 'add_2', 'multiply_3', 'add_4', 'tanh_4', 'multiply_4', 'h2')
    """
    found: tuple[str, ...] = ()
    for leaf in data:
        line = _line(graph, leaf, drawn) if leaf in drawn else ()
        if len(line) > len(found) and _is_gated(graph, line, drawn):
            found = line
    return Carried(found, tuple(_handed_on(found, drawn)))


def _line(graph: Graph, leaf: str, drawn: Any) -> tuple[str, ...]:
    """The longest line from a leaf over sums, products, their results and what stands for folded steps."""
    known, folded = graph.operations, graph.graph.get("repeats", {})
    waiting, met = [leaf], {leaf}
    while waiting:
        for name in drawn.successors(waiting.pop()):
            is_step = name in known and name not in folded
            if name not in met and (known[name].op in (*SCALING, *ADDING) if is_step else True):
                met.add(name)
                waiting.append(name)
    return tuple(nx.dag_longest_path(drawn.subgraph(met)))


def _is_gated(graph: Graph, line: Collection[str], drawn: Any) -> bool:
    """Whether enough steps of a line scale the state and add to it, and all that scales it is computed."""
    known = graph.operations
    scaling, adding = ([name for name in line if name in known and known[name].op in ops] for ops in (SCALING, ADDING))
    gates = {each for name in scaling for each in drawn.predecessors(name)} - {*line}
    return min(len(scaling), len(adding)) >= LEAST and all(drawn.in_degree(each) for each in gates)


def _handed_on(line: Collection[str], drawn: Any) -> Iterator[tuple[str, str]]:
    """The arrows from a line to where others begin, beside it."""
    for tail, head in drawn.out_edges(line):
        way = [(tail, head)]
        while way[-1][1] not in line and drawn.out_degree(way[-1][1]) == 1:
            way.append((way[-1][1], next(drawn.successors(way[-1][1]))))
        yield from way if way[-1][1] not in line and drawn.out_degree(way[-1][1]) else ()
