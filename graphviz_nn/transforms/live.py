"""Remove computations that no output depends on."""

from collections.abc import Collection

import networkx as nx

from graphviz_nn.graph.ir import Graph
from graphviz_nn.graph.wiring import Wiring

# The most lines that a remark names.
LISTED = 3


def live(graph: Graph) -> Graph:
    """Remove operations that no output depends on, with a remark for each branch of them.

    The arguments of the model stay, even if unused.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> def model(x):
    ...     printed = np.tanh(x)
    ...     return x * 2
    >>> found = live(trace(model, x=input(2)))
    >>> list(found.operations)
    ['multiply']
    >>> print(found.remarks[0].partition(" (")[0])
    printed isn't drawn
    """
    wiring = Wiring(graph)
    alive = needed(wiring, graph)
    dead = [name for name in wiring.operations if name not in alive]
    if not dead or not graph.outputs:
        return graph
    kept = without(graph, wiring, dead)
    for sentence in _said(graph, wiring, dead):
        kept.remark(sentence)
    return kept


def needed(wiring: Wiring, graph: Graph) -> set[str]:
    """The operations that outputs and gradients depend on."""
    waiting, met = [*graph.outputs, *graph.graph.get("gradients", {}).values()], set[str]()
    while waiting:
        name = wiring.producer.get(waiting.pop())
        if name is not None and name not in met:
            met.add(name)
            waiting += wiring.arguments[name].values()
    return met


def without(graph: Graph, wiring: Wiring, operations: Collection[str]) -> Graph:
    """Remove these operations, their results, and constants that only they take."""
    made = (v for name in operations for v in wiring.results[name])
    gone = {*operations, *made, *wiring.constants_of(operations)}
    found = graph.part(name for name in graph if name not in gone)
    found.graph["anonymous"] = tuple(name for name in graph.graph.get("anonymous", ()) if name not in gone)
    return found


def _said(graph: Graph, wiring: Wiring, dead: list[str]) -> list[str]:
    """A sentence for each branch, in order of definition."""
    anonymous = set(graph.graph.get("anonymous", ()))
    inside = {*dead, *(v for name in dead for v in wiring.results[name])}
    sentences = []
    for branch in nx.weakly_connected_components(nx.DiGraph(graph.part(inside))):
        steps = sorted(branch & wiring.operations.keys(), key=wiring.position.__getitem__)
        ends = [v for name in steps for v in wiring.results[name] if not wiring.users[v]]
        what = [v if v not in anonymous else f"the result of {wiring.operations[wiring.producer[v]].op}" for v in ends]
        sources = list(dict.fromkeys(str(wiring.operations[name].source or "") for name in steps))
        lines = [*sources[:LISTED], *(["…"] if len(sources) > LISTED else [])]
        count = f"{len(steps)} operations" if len(steps) > 1 else "1 operation"
        place = ", ".join(filter(None, [count, *lines]))
        verb = "isn't" if len(what) == 1 else "aren't"
        sentence = f"{' and '.join(dict.fromkeys(what))} {verb} drawn ({place}): no output depends on it"
        sentences.append((wiring.position[steps[0]], sentence))
    return [sentence for _, sentence in sorted(sentences)]
