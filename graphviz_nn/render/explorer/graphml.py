"""A graph as GraphML, for yEd, Gephi, Cytoscape, igraph and networkx."""

import networkx as nx

from graphviz_nn.render.svg import writable
from graphviz_nn.style.sheet import Sheet
from graphviz_nn.views.tree import Tree


def graphml(tree: Tree, sheet: Sheet) -> bytes:
    """The bytes of a GraphML file: a node for each operation, input and output, with its block as an attribute.

    Blocks aren't nested graphs, which few programs read.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> from graphviz_nn.views.tree import Block, Node
    >>> found = graphml(
    ...     Tree((Block("a model", "", -1, 0, 1, 0),), (Node("x", "x", "input", 0, (), (), ()),)), load("lecture")
    ... )
    >>> nx.parse_graphml(found.decode()).nodes["0"]["label"]
    'x'
    """
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=writable(tree.blocks[0].title))
    for number, node in enumerate(tree.nodes):
        facts = {
            "label": node.title,
            "name": node.name,
            "kind": node.kind,
            "block": "/".join(tree.path(node.block)),
            "shape": ", ".join(result.size for result in node.results),
            "dtype": ", ".join(result.dtype for result in node.results),
            "facts": "; ".join(f"{word} {said}" for word, said in node.facts),
        }
        found.add_node(str(number), **{word: writable(said) for word, said in facts.items() if said})
    for number, node in enumerate(tree.nodes):
        for given in node.given:
            result = tree.nodes[given.node].results[given.result]
            facts = {"label": result.size, "name": writable(result.name)}
            found.add_edge(str(given.node), str(number), operand=given.operand, **facts)
    return "\n".join(["<?xml version='1.0' encoding='utf-8'?>", *nx.generate_graphml(found), ""]).encode()
