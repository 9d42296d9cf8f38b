"""A graph that starts in the middle."""

from dataclasses import replace

import networkx as nx

from graphviz_nn.graph.ir import Graph


def cut(graph: Graph, name: str, of: str) -> Graph:
    """What a variable is computed from another on, which comes from outside then; nothing else is kept.

    Examples
    --------
    >>> from graphviz_nn.tracing import input, trace
    >>> def model(x):
    ...     z = 2 * x
    ...     return z**2
    >>> graph = trace(model, x=input(()))
    >>> list(cut(graph, "z", "model").leaves)
    ['z']
    """
    whole = graph.copy()
    if name in whole and (producer := whole.producer(name)) is not None:
        whole.remove_edge(producer, name)
        whole.add_variable(name, replace(whole.variable(name), role="input", value=None))
    found = whole.part({of, *nx.ancestors(whole, of)})
    found.outputs = (of,)
    return found
