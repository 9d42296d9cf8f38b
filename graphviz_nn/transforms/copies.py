"""What is written several times, computed once."""

from collections.abc import Iterable
from typing import Any

from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.live import needed, without
from graphviz_nn.transforms.reading import Reading


def once(graph: Graph) -> Graph:
    """The graph with operations that compute the same from the same as one, and a remark that names them.

    An output stays a variable of its own.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> found = once(trace(lambda x: np.tanh(x) * (1 - np.tanh(x)), x=input(2)))
    >>> list(found.operations)
    ['tanh', 'subtract', 'multiply']
    """
    reading = Reading(graph)
    outputs = set(graph.outputs)
    first: dict[tuple[int, ...], str] = {}
    standing: dict[str, str] = {}
    copies = []
    for name in reading.order():
        results = reading.results[name]
        original = first.setdefault(tuple(reading.numbers[v] for v in results), name)
        if original != name and outputs.isdisjoint(results):
            copies.append(name)
            standing.update(zip(results, reading.results[original], strict=True))
    if not copies:
        return _rid_of_unread(graph, reading)
    anonymous = graph.graph.get("anonymous", ())
    unnamed = {v for v in anonymous if v in reading.variables and reading.variables[v].label is None}
    named = {standing[v]: v for v in reversed(standing) if v not in unnamed and standing[v] in unnamed}
    found = _drawn_once(graph, reading, copies, standing, named)
    found.remark(f"what is computed more than once is drawn once: {_told(reading, copies)}")
    return _rid_of_unread(found, Reading(found))


def _drawn_once(
    graph: Graph, reading: Reading, copies: list[str], standing: dict[str, str], named: dict[str, str]
) -> Graph:
    """The graph without copies, each of their results replaced by what stands for it, under the author's name."""
    gone = {*copies, *standing, *reading.constants_of(copies)}
    called = {name: named.get(name, name) for name in graph if name not in gone}
    called.update((name, called[first]) for name, first in standing.items())
    found = Graph()
    found.graph.update(graph.graph)
    for name in graph:
        if name not in gone:
            found.add_node(called[name], data=graph.nodes[called[name]]["data"])
    found.connect((called[t], called.get(h, h), k) for t, h, k in graph.edges(keys=True) if not {t, h} & set(copies))
    known = set(graph.graph.get("anonymous", ()))
    found.graph["anonymous"] = tuple(name for name in found.variables if name in known)
    return found


def _rid_of_unread(graph: Graph, reading: Reading) -> Graph:
    """The graph without copies whose only reader was folded to what reads the first of them."""
    unread = [name for name in reading.operations if name not in needed(reading, graph)]
    if not unread or not graph.outputs:
        return graph
    found = without(graph, reading, unread)
    found.remark(f"what is computed more than once is drawn once: {_told(reading, unread)}")
    return found


def _told(reading: Reading, names: Iterable[str]) -> str:
    operations: Iterable[Any] = (reading.operations[name] for name in names)
    return ", ".join(dict.fromkeys(f"{each.op} ({each.source})" if each.source else each.op for each in operations))
