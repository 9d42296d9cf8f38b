"""The author's hints for the layout: shapes in one rank, their order across the flow, and where this turns."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import networkx as nx

from graphviz_nn.errors import UsageError
from graphviz_nn.forms.diagram import Diagram, Hanging


def hinted(
    diagram: Diagram, order: Iterable[Sequence[str]], align: Iterable[Sequence[str]], *, sideways: bool
) -> Diagram:
    """Apply hints to a diagram: the order of shapes across the flow, and shapes in one rank.

    A leaf that hangs off the main line moves to the requested side; with other shapes, it moves into their rank
    instead. Where one of two shapes in a rank leads to the other over more, the flow turns between them.

    Raises
    ------
    UsageError
        If hints contradict each other or the flow.
    """
    align, turns = _turns(diagram, [tuple(each) for each in align])
    hanging = {each.leaf: each for each in diagram.hanging}
    sides, rows = _sides([tuple(each) for each in order], hanging, sideways)
    # A leaf is already in the rank of its shape.
    ranks = tuple(tuple(group) for group in align if not _is_stem(group, hanging))
    ranked = {name for group in (*rows, *ranks, *turns) for name in group}
    kept = tuple(sides.get(each.leaf, each) for each in diagram.hanging if each.leaf not in ranked)
    found = replace(diagram, hanging=_apart(kept, sides, sideways), order=tuple(rows), align=ranks, turns=turns)
    _check_order(rows)
    _check_flow(found)
    return found


def _turns(
    diagram: Diagram, align: Iterable[tuple[str, ...]]
) -> tuple[list[tuple[str, ...]], tuple[tuple[str, str], ...]]:
    """The groups whose shapes are in one rank, and the pairs between which the flow turns, outermost first."""
    flow = _flow(diagram)
    ranks, turns = list[tuple[str, ...]](), list[tuple[str, str]]()
    for group in align:
        pairs = (group, group[::-1]) if len(group) == 2 else ()
        across = [pair for pair in pairs if nx.has_path(flow, *pair) and _is_long(flow, *pair)]
        turns += ((tail, head) for tail, head in across)
        ranks += () if across else (group,)
    if not turns:
        return ranks, ()
    if diagram.backward:
        raise UsageError("align= makes no U of a picture with a backward pass; leave out show='backward', or align=")
    depth = {name: number for number, name in enumerate(nx.topological_sort(flow))}
    turns.sort(key=lambda pair: depth[pair[0]])
    for (outer, end), (inner, start) in pairwise(turns):
        if not (inner in nx.descendants(flow, outer) and end in nx.descendants(flow, start)):
            raise UsageError(
                f"align= makes a U of pairs within each other, but {outer} → {end} isn't around {inner} → {start}"
            )
    return ranks, tuple(turns)


def _is_long(flow: Any, tail: str, head: str) -> bool:
    """Whether there is more on the way than an arrow."""
    return not nx.descendants(flow, tail).isdisjoint(nx.ancestors(flow, head))


def _flow(diagram: Diagram) -> Any:
    flow: Any = nx.DiGraph((link.tail, link.head) for link in diagram.links)
    flow.add_nodes_from(shape.name for shape in diagram.shapes)
    return flow


def _sides(
    order: Sequence[tuple[str, ...]], hanging: dict[str, Hanging], sideways: bool
) -> tuple[dict[str, Hanging], list[tuple[str, ...]]]:
    """Leaves that an order puts above or below their shapes, and the remaining orders."""
    sides, rest = dict[str, Hanging](), list[tuple[str, ...]]()
    for group in order:
        leaf = group[0] if group[0] in hanging else group[-1]
        if not _is_stem(group, hanging):
            rest.append(group)
            continue
        after = leaf != group[0]
        if leaf in sides and sides[leaf].is_after(sideways) != after:
            raise UsageError(f"order= puts {leaf} both before and after its shape; leave one out")
        sides[leaf] = hanging[leaf].put(after, sideways)
    return sides, rest


def _is_stem(group: Sequence[str], hanging: dict[str, Hanging]) -> bool:
    """Whether a group is a leaf and its shape."""
    return len(group) == 2 and any(a in hanging and b in hanging[a].consumers for a, b in (group, group[::-1]))


def _apart(hanging: Sequence[Hanging], sides: dict[str, Hanging], sideways: bool) -> tuple[Hanging, ...]:
    """Put the leaves of each shape on different sides; leaves without a hint give way."""
    taken = {(head, each.is_after(sideways)) for each in sides.values() for head in each.consumers}
    found = list[Hanging]()
    for each in hanging:
        if each.leaf not in sides:
            own = each.is_after(sideways)
            free = [side for side in (own, not own) if not any((head, side) in taken for head in each.consumers)]
            if not free:
                continue
            each = each.put(free[0], sideways)
            taken |= {(head, free[0]) for head in each.consumers}
        found.append(each)
    return tuple(found)


def _check_order(order: Iterable[Sequence[str]]) -> None:
    before: nx.DiGraph[str] = nx.DiGraph(pair for group in order for pair in pairwise(group))
    if not nx.is_directed_acyclic_graph(before):
        names = [tail for tail, _ in nx.find_cycle(before)]
        raise UsageError(f"order= has a cycle: {' before '.join([*names, names[0]])}; leave one out")


def _check_flow(diagram: Diagram) -> None:
    """Check that no shape leads to another in its rank, and that no two ranks lead to each other."""
    flow = _flow(diagram)
    groups = [*(("order", group) for group in diagram.order), *(("align", group) for group in diagram.align)]
    for option, group in groups:
        for one, other in combinations(group, 2):
            for tail, head in ((one, other), (other, one)):
                if nx.has_path(flow, tail, head):
                    way = " → ".join(nx.shortest_path(flow, tail, head))
                    raise UsageError(
                        f"{option}= puts {one} and {other} beside each other, but one leads to the other: {way}"
                    )
    beside: Any = nx.Graph(pair for _, group in groups for pair in pairwise(group))
    ranks = {name: number for number, rank in enumerate(nx.connected_components(beside)) for name in rank}
    hung = {(each.leaf, each.consumers[0]) for each in diagram.hanging}
    joined: Any = nx.DiGraph()
    for link in diagram.links:
        if (link.tail, link.head) not in hung:
            joined.add_edge(ranks.get(link.tail, link.tail), ranks.get(link.head, link.head))
    if not nx.is_directed_acyclic_graph(joined):
        round_it = {rank for edge in nx.find_cycle(joined) for rank in edge}
        inside = sorted(name for name in ranks if ranks[name] in round_it)
        raise UsageError(f"order= and align= contradict the flow: {', '.join(inside)} can't all be beside each other")
