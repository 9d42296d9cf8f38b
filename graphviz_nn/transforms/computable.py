"""Folded graphs as they are computed."""

from collections.abc import Iterable

from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.fold import flat, shallow


def computable(graph: Graph, keep: Iterable[str] = ()) -> Graph:
    """The graph as it is computed: every folded operation replaced by what defines it.

    Parameters
    ----------
    keep : iterable of str
        Variables by which something is differentiated; what depends on them isn't taken from elsewhere.
    """
    if all(operation.body is None for operation in graph.operations.values()):
        return graph
    # Layers are known where something is folded only.
    from graphviz_nn.transforms.stable import joined

    return flat(joined(shallow(graph), keep))
