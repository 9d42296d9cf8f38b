"""Variables that are divided over devices: their colours, what is written beside them, and the legend."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.forms.sharded import WHOLE, sharded
from graphviz_nn.views import drawn


def loss(x, y, W, b):
    h = np.tanh(x @ W + b)
    return np.mean((h - y) ** 2)


SPECS = {"x": gnn.input((8, 2)), "y": gnn.target((8, 4)), "W": gnn.parameter((2, 4)), "b": gnn.parameter(4)}
GRAPH = gnn.trace(loss, **SPECS)
SHARD = {"x": "data", "W": (None, "model"), "h": ("data", "model"), "y": None}


def test_colours_say_the_axes_and_sizes_name_them():
    diagram = sharded(FORMS["operations"](drawn(GRAPH), Shown()), GRAPH, SHARD)
    shapes = {each.name: each for each in diagram.shapes}
    assert [shapes[name].hue.word for name in ("x", "W")] == ["data", "model"]
    assert shapes["x"].hue.number != shapes["W"].hue.number
    assert shapes["y"].hue == shapes["b"].hue == WHOLE and shapes["b"].note == ""
    assert "8/data" in shapes["x"].note and "4/model" in shapes["W"].note
    (note,) = {link.note for link in diagram.links if link.variable == "h"}
    assert "8/data" in note and "4/model" in note
    assert not any(link.note for link in diagram.links if link.variable == "x")


def test_a_gradient_is_divided_like_its_variable():
    both = gnn.gradient(GRAPH)
    diagram = sharded(FORMS["operations"](drawn(both), Shown()), both, SHARD)
    notes = {link.variable: link.note for link in diagram.links}
    notes |= {shape.name: shape.note for shape in diagram.shapes}
    assert "4/model" in notes[both.graph["gradients"]["W"]]


def test_the_picture_has_a_legend_of_the_axes():
    svg = gnn.draw(GRAPH, show="sharding", shard=SHARD).svg
    assert "what the shapes and lines are" in svg and "model" in svg


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"show": "sharding"}, "show='sharding' and shard= belong together"),
        ({"shard": SHARD}, "show='sharding' and shard= belong together"),
        ({"show": "sharding", "shard": SHARD, "view": "layers"}, "in the view 'operations'"),
        ({"show": "sharding", "shard": {"X": "data"}}, "no variable 'X': did you mean 'x'"),
        ({"show": "sharding", "shard": {"x": ("a", "b", "c")}}, "names 3 axes of x"),
        ({"show": "sharding", "shard": {"x": ("a", "a")}}, "two axes of x over 'a'"),
        ({"show": "sharding", "shard": {"x": None}}, "shows nothing here"),
        ({"show": "sharding", "shard": {"x": 3}}, "takes a name for each axis"),
    ],
)
def test_what_cannot_be_shown(options, says):
    with pytest.raises(UsageError, match=says):
        gnn.draw(GRAPH, **options)
