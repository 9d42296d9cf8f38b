"""How much work a layout by Graphviz is, told from a diagram before any is done."""

import networkx as nx

from graphviz_nn.forms.diagram import Diagram

# The most places in ranks that arrows may pass: Graphviz puts a point at each, and its work grows with their square. So
# many are some seconds.
MOST = 8_000


def laborious(diagram: Diagram) -> str:
    """Why Graphviz would work on a diagram for minutes; "" if it wouldn't."""
    found = passed(diagram)
    if found <= MOST:
        return ""
    return (
        f"a picture of {len(diagram.shapes):,} shapes whose arrows lead past {found:,} others is too large, "
        f"the most is {MOST:,}; draw a folded view, such as 'layers', or a part"
    )


def passed(diagram: Diagram) -> int:
    """How many ranks the arrows of a diagram lead past, in all, with shapes near to what they lead to.

    Examples
    --------
    >>> from graphviz_nn.forms.diagram import Link
    >>> passed(Diagram((), (Link("a", "b", "a"), Link("b", "c", "b"), Link("a", "c", "a"))))
    4
    """
    graph: nx.DiGraph[str] = nx.DiGraph((link.tail, link.head) for link in diagram.links)
    if not nx.is_directed_acyclic_graph(graph):
        return 0
    order = list(nx.topological_sort(graph))
    rank: dict[str, int] = {}
    for name in order:
        rank[name] = max((rank[other] + 1 for other in graph.predecessors(name)), default=0)
    for name in reversed(order):
        if graph.out_degree(name) and graph.out_degree(name) >= graph.in_degree(name):
            rank[name] = min(rank[other] for other in graph.successors(name)) - 1
    return sum(rank[head] - rank[tail] for tail, head in graph.edges)
