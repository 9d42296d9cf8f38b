"""Compute repeated expressions once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import networkx as nx

from graphviz_nn.graph.ir import Graph
from graphviz_nn.transforms.live import needed, without
from graphviz_nn.transforms.reading import Reading


def once(graph: Graph) -> Graph:
    """Merge operations that compute the same from the same arguments, with a remark that names them.

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
    alike = defaultdict[tuple[int, ...], list[str]](list)
    for name in reading.order():
        alike[tuple(reading.numbers[v] for v in reading.results[name])].append(name)
    unnamed = {v for v in graph.graph.get("anonymous", ()) if v in graph and graph.variable(v).label is None}
    standing: dict[str, str] = {}
    copies = []
    for group in alike.values():
        # An output stays, otherwise the variable that the author named.
        kept = [name for name in group if not set(graph.outputs).isdisjoint(reading.results[name])]
        kept = kept or [min(group, key=lambda name: unnamed.issuperset(reading.results[name]))]
        for name in group:
            if name not in kept:
                copies.append(name)
                standing.update(zip(reading.results[name], reading.results[kept[0]], strict=True))
    if not copies:
        return _rid_of_unread(graph, reading)
    found = without(graph, reading, copies)
    edges = ((standing[t], h, k) for t, h, k in graph.edges(keys=True) if t in standing and h in found)
    found.connect(edges)
    for name, operation in found.operations.items():
        if operation.written is not None and not standing.keys().isdisjoint(operation.written):
            found.nodes[name]["data"] = replace(operation, written=_retold(operation.written, standing))
    found.remark(f"repeated computations are drawn once: {_told(reading, copies)}")
    return _rid_of_unread(found, Reading(found))


def _retold(written: Graph, standing: Mapping[str, str]) -> Graph:
    """The author's formula, with replacements of its arguments."""
    found: Any = nx.relabel_nodes(written, {name: standing[name] for name in written if name in standing})
    found.graph["arguments"] = tuple(dict.fromkeys(standing.get(v, v) for v in written.graph.get("arguments", ())))
    graph: Graph = found
    return graph


def _rid_of_unread(graph: Graph, reading: Reading) -> Graph:
    """Remove copies whose only user was folded into the user of the first copy."""
    read = needed(reading, graph)
    unread = [name for name in reading.operations if name not in read]
    if not unread or not graph.outputs:
        return graph
    found = without(graph, reading, unread)
    found.remark(f"repeated computations are drawn once: {_told(reading, unread)}")
    return found


def _told(reading: Reading, names: Iterable[str]) -> str:
    operations: Iterable[Any] = (reading.operations[name] for name in names)
    return ", ".join(dict.fromkeys(f"{each.op} ({each.source})" if each.source else each.op for each in operations))
