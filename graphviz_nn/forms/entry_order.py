"""The order of the entries of arrays, for graphs of single numbers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import networkx as nx

from graphviz_nn.forms.diagram import Link
from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.entries import entry_names

# Beyond so many shapes nobody follows a row.
MOST = 400
# A longer row, such as the products of a large matrix, would make a picture high and narrow.
LONGEST = 16


def entry_order(graph: Graph, shapes: Collection[str], links: Iterable[Link]) -> tuple[tuple[str, ...], ...]:
    """Shapes in one rank, from the first entry of an array to the last.

    These are the entries of an input that are used at the same depth, and the steps of one operation on arrays: the
    products of a matrix with a vector, their sums, each activation.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Shown
    >>> from graphviz_nn.forms.operations import links
    >>> from graphviz_nn.tracing import input, trace
    >>> from graphviz_nn.transforms.scalars import scalars
    >>> graph = scalars(trace(lambda x: (x**2).sum(), x=input(2)))
    >>> shapes = [*graph.leaves, *graph.operations]
    >>> entry_order(graph, shapes, links(graph, shapes, Shown()))
    (('x_1', 'x_2'), ('power', 'power_2'))
    """
    arrays = graph.graph.get("entries")
    if not arrays or len(shapes) > MOST:
        return ()
    drawn: Any = nx.DiGraph((link.tail, link.head) for link in links)
    drawn.add_nodes_from(shapes)
    depth = dict[str, int]()
    # Neighbours in a group have one depth, so groups can't contradict the flow.
    for level, names in enumerate(nx.topological_generations(drawn)):
        depth.update(dict.fromkeys(names, level))
    leaves, operations = graph.leaves, graph.operations
    whole = {own: name for name, shape in arrays.items() for _, own in entry_names(name, shape)}
    groups: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    again = Counter[tuple[Any, ...]]()
    for name in shapes:
        if name in operations:
            step = operations[name]
            key = (depth[name], step.op, step.scope, str(step.source))
            # exp(z) written twice in a line is two rows.
            use = (*key, *graph.arguments(name).values())
            groups[*key, again[use]].append(name)
            again[use] += 1
        elif name in whole and leaves[name].role != "parameter" and drawn.out_degree(name):
            groups[min(depth[head] for head in drawn.successors(name)), whole[name]].append(name)
    return tuple(tuple(group) for group in groups.values() if 1 < len(group) <= LONGEST)
