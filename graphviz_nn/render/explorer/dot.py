"""A graph in Graphviz's language, with a cluster for each block."""

from typing import TYPE_CHECKING

from graphviz_nn.render.dot import literal
from graphviz_nn.render.explorer.page import LOOKS, role
from graphviz_nn.style.sheet import Sheet
from graphviz_nn.views.tree import Tree

if TYPE_CHECKING:
    import graphviz


def dot(tree: Tree, sheet: Sheet) -> bytes:
    """The bytes of a DOT file.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> from graphviz_nn.views.tree import Block
    >>> dot(Tree((Block("a model", "", -1, 0, 0, 0),), ()), load("lecture")).split(maxsplit=1)[0]
    b'digraph'
    """
    import graphviz

    found = graphviz.Digraph(
        graph_attr={"label": literal(tree.blocks[0].title), "fontname": "Helvetica", "bgcolor": sheet.page.background},
        node_attr={"fontname": "Helvetica", "style": "filled,rounded", "shape": "box", "fontcolor": sheet.text.ink},
        edge_attr={"fontname": "Helvetica", "color": sheet.line.colour},
    )
    _fill(found, tree, sheet, 0)
    for number, node in enumerate(tree.nodes):
        for tail in dict.fromkeys(given.node for given in node.given):
            found.edge(f"n{tail}", f"n{number}")
    source: str = found.source
    return source.encode()


def _fill(graph: "graphviz.Digraph", tree: Tree, sheet: Sheet, block: int) -> int:
    """Write the nodes of a block and the blocks in it, and return the number of the next block."""
    node, further = tree.blocks[block].first, block + 1
    while node < tree.blocks[block].end:
        if further < len(tree.blocks) and tree.blocks[further].first == node:
            inside = tree.blocks[further]
            title = f"{inside.title} · {inside.kind}" if inside.kind else inside.title
            attributes = {"label": literal(title), "color": sheet.frame.line, "bgcolor": sheet.frame.fill}
            with graph.subgraph(name=f"cluster_{further}", graph_attr=attributes) as cluster:
                further = _fill(cluster, tree, sheet, further)
            node = inside.end
            continue
        shown = tree.nodes[node]
        look = sheet.look(LOOKS[role(shown)])
        sizes = ", ".join(result.size for result in shown.results)
        graph.node(
            f"n{node}",
            literal("\n".join(filter(None, [shown.title, sizes]))),
            fillcolor=look.fill,
            color=look.line,
            **({"fontcolor": look.ink} if look.ink else {}),
        )
        node += 1
    return further
