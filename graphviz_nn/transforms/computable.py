"""Prepare folded graphs for computation."""

from collections.abc import Iterable

from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.fold import flat, shallow


def computable(graph: Graph, keep: Iterable[str] = ()) -> Graph:
    """Replace every folded operation by its definition.

    Parameters
    ----------
    keep : iterable of str
        Variables to differentiate by; the variables that depend on them keep their own computation.
    """
    if all(getattr(data, "body", None) is None for _, data in graph.contents()):
        return graph
    # Only a graph with folded operations can have layers.
    from graphviz_nn.transforms.stable import joined

    return flat(joined(shallow(graph), keep))
