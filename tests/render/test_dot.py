"""DOT that means what it says, whatever the names are."""

import json
import shutil
import subprocess

import pytest

import graphviz_nn as gnn

NAMES = [("a:b", "a_b"), ("<b>", "x"), ('q"x', "y"), ("back\\", "y"), ("n\nl", "y"), ("node", "graph"), ("\0z", "y")]


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs the user's own Graphviz")
@pytest.mark.parametrize("names", NAMES)
def test_graphviz_reads_every_node_back(names):
    graph = gnn.Graph()
    for name in names:
        graph.add_variable(name, gnn.Variable((2,), role="input"))
    graph.add_operation("add", gnn.Operation("add"), names, ["total"])
    graph.add_variable("total", gnn.Variable((2,), role="output"))
    graph.outputs = ("total",)
    source = gnn.draw(graph, shapes=True).digraph.source
    answer = subprocess.run(["dot", "-Tjson0"], input=source.encode(), capture_output=True, check=True)
    assert not answer.stderr
    found = json.loads(answer.stdout)
    assert (len(found["objects"]), len(found["edges"])) == (4, 3)
