"""DOT files keep their meaning for any names."""

import json
import re
import shutil
import subprocess

import pytest

import graphviz_nn as gnn
from graphviz_nn import nn

NAMES = [("a:b", "a_b"), ("<b>", "x"), ('q"x', "y"), ("back\\", "y"), ("node", "graph"), ("strict", "edge")]


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs the user's own Graphviz")
@pytest.mark.parametrize("names", NAMES)
def test_graphviz_reads_every_node_back(names):
    graph = gnn.Graph()
    for name in names:
        graph.add_variable(name, gnn.Variable((2,), role="input"))
    graph.add_operation("add", gnn.Operation("add"), names, ["total"])
    graph.add_variable("total", gnn.Variable((2,), role="output"))
    graph.outputs = ("total",)
    source = gnn.draw(graph, show="shapes").digraph.source
    answer = subprocess.run(["dot", "-Tjson0"], input=source.encode(), capture_output=True, check=True)
    assert not answer.stderr
    found = json.loads(answer.stdout)
    assert (len(found["objects"]), len(found["edges"])) == (4, 3)


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs the user's own Graphviz")
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_columns_stay_in_order(direction):
    model = nn.Sequential(nn.Linear(2, 12, bias=False), nn.Sigmoid(), nn.Linear(12, 1, bias=False))
    graph = gnn.trace(model, x=gnn.input(2))
    source = gnn.draw(graph, view="units", units=4, direction=direction).digraph.source
    answer = subprocess.run(["dot", "-Tjson0"], input=source.encode(), capture_output=True, check=True)
    assert not answer.stderr
    found = {each["name"]: each["pos"].split(",") for each in json.loads(answer.stdout)["objects"] if "pos" in each}
    column = [found[f"a1[{number}]"] for number in ("1", "2", "…", "12")]
    along, across = (0, 1) if direction == "LR" else (1, 0)
    places = [float(each[across]) for each in column]
    assert len({each[along] for each in column}) == 1
    assert places == sorted(places, reverse=direction == "LR")
    assert source.count("dir=none") == 2 * 3 + 3


def test_every_outline_has_its_shape():
    graph = gnn.trace(nn.Sequential(nn.Linear(2, 3), nn.Softmax()), x=gnn.input(2))
    for view in ("operations", "compact", "layers", "arrows", "units"):
        assert "digraph" in gnn.draw(graph, view=view).digraph.source


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs the user's own Graphviz")
@pytest.mark.parametrize(
    ("tex", "label"),
    [
        ("a^{(37)}", "<<I>a</I><SUP>(37)</SUP>>"),
        (r"\theta_{1} x", "<<I>θ</I><SUB>1</SUB><I>x</I>>"),
        (r"\boldsymbol{W}", "<<B><I>W</I></B>>"),
        (r"x_{\text{<b>}}", "<<I>x</I><SUB>&lt;b&gt;</SUB>>"),
        (r"\mathrm{a\ word}", '"a word"'),
        (r"\dfrac{x}{2}", '"\\\\dfracx2"'),
    ],
)
def test_labels_have_subscripts_and_superscripts(tex, label):
    graph = gnn.trace(lambda x: x * 2, x=gnn.input(2, label=tex))
    source = gnn.draw(graph, view="operations").digraph.source
    found = re.search(r"^\tx \[label=(.*?) color", source, re.MULTILINE)[1]
    assert found == label or not label.startswith("<")
    assert ("<" in found) == label.startswith("<")
    answer = subprocess.run(["dot", "-Tsvg"], input=source.encode(), capture_output=True, check=True)
    assert not answer.stderr
