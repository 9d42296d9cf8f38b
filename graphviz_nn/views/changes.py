"""What a view shows of the differences of a model from another one."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from graphviz_nn.graph.difference import Change, Differences, together
from graphviz_nn.graph.folded import Folded
from graphviz_nn.graph.ir import Graph

SAME = Change()


def differences(graph: Graph) -> Differences | None:
    """How a graph differs from that of another model, if it is compared with one."""
    found: Differences | None = graph.graph.get("differences")
    return found


def made(graph: Graph, name: str) -> Iterator[str]:
    """The variables that an operation computes, with those inside it, as the author's code names them."""
    yield from graph.results(name)
    operation = graph.operation(name)
    inside = operation.written if operation.written is not None else operation.body
    for each in inside.operations if inside is not None else ():
        assert inside is not None
        yield from made(inside, each)


def change_of(graph: Graph, name: str, known: Differences) -> Change:
    """How an operation of any view changed."""
    found = [known.changes[v] for v in made(graph, name) if v in known.changes]
    return together(found) if found else SAME


def counted(graph: Graph) -> Graph:
    """Say of equal parts how many of them have counterparts, if not all do."""
    known, repeats = differences(graph), graph.graph.get("repeats", {})
    if known is None or not repeats:
        return graph
    found = graph.copy()
    kept = {name: _against(graph, name, fact, known) for name, fact in repeats.items()}
    found.graph["repeats"] = {
        name: replace(fact, against=kept[name] if kept[name] < fact.count else 0) for name, fact in repeats.items()
    }
    return found


def _against(graph: Graph, name: str, fact: Folded, known: Differences) -> int:
    """How many of equal parts have counterparts; 0 if all or none do."""
    body = graph.operation(name).body
    if body is None or not fact.in_series or _is_gone(graph, fact.steps, known) == 1.0:
        return 0
    return fact.count - round((fact.count - 1) * _is_gone(body, body.operations, known)) if body.operations else 0


def _is_gone(graph: Graph, names: Collection[str], known: Differences) -> float:
    """The share of operations that have no counterparts."""
    return sum(change_of(graph, each, known).kind in ("added", "removed") for each in names) / len(names)
