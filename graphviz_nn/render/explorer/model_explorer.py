"""A graph in the JSON format of Model Explorer."""

import json
from typing import Any

from graphviz_nn.render.svg import writable
from graphviz_nn.style.sheet import Sheet
from graphviz_nn.views.tree import Node, Tree

# Between the parts of a namespace is a slash; this one is part of a name.
SLASH = "\N{DIVISION SLASH}"


def model_explorer(tree: Tree, sheet: Sheet) -> bytes:
    """The bytes of a collection with one graph, whose blocks are namespaces.

    Source: Google AI Edge, Model Explorer, API guide: GraphCollection, Graph, GraphNode.

    Examples
    --------
    >>> from graphviz_nn.style.sheet import load
    >>> from graphviz_nn.views.tree import Block
    >>> json.loads(model_explorer(Tree((Block("a model", "", -1, 0, 0, 0),), ()), load("lecture")))["label"]
    'a model'
    """
    name = writable(tree.blocks[0].title)
    namespaces = [_namespace(tree, number) for number in range(len(tree.blocks))]
    groups = {
        namespace: {
            **({"class": block.kind} if block.kind else {}),
            "operations": str(block.end - block.first),
            "parameters": str(block.parameters),
        }
        for namespace, block in zip(namespaces, tree.blocks, strict=True)
    }
    nodes = [_node(number, node, namespaces[node.block]) for number, node in enumerate(tree.nodes)]
    found = {"label": name, "graphs": [{"id": name, "nodes": nodes, "groupNodeAttributes": groups}]}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _namespace(tree: Tree, block: int) -> str:
    return "/".join(writable(title).replace("/", SLASH) for title in tree.path(block))


def _node(number: int, node: Node, namespace: str) -> dict[str, Any]:
    facts = (("name", node.name), *((("is", node.kind),) if node.kind != node.title else ()), *node.facts)
    return {
        "id": str(number),
        "label": node.title,
        "namespace": namespace,
        "attrs": [{"key": word, "value": said} for word, said in facts],
        "incomingEdges": [
            {
                "sourceNodeId": str(given.node),
                "sourceNodeOutputId": str(given.result),
                "targetNodeInputId": str(given.operand),
            }
            for given in node.given
        ],
        "outputsMetadata": [
            {
                "id": str(place),
                "attrs": [
                    {"key": "__tensor_tag", "value": result.name},
                    {"key": "tensor_shape", "value": f"{result.dtype}[{','.join(map(str, result.shape))}]"},
                ],
            }
            for place, result in enumerate(node.results)
        ],
    }
