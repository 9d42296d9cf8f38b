"""Arrowheads touch their shapes, nothing leaves the page, and every name is unique."""

import math

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.forms import Shown, operations
from graphviz_nn.layout import place
from graphviz_nn.layout.measure import typeset
from graphviz_nn.scene import Path, Text, compose
from graphviz_nn.style.sheet import load

SHEET = load("lecture")
GRAPH = gnn.trace(lambda x, w: np.tanh(w @ x) + x * x, x=gnn.input(2), w=gnn.parameter((2, 2)))
DIAGRAM = operations(GRAPH, Shown(shapes=True))
LAYOUT = place(DIAGRAM, SHEET)
SCENE = compose(LAYOUT, DIAGRAM, SHEET, "title")


def test_every_arrow_has_its_tip_where_its_way_ends():
    arrows = [group for group in SCENE.groups if group.id.startswith("edge-")]
    assert len(arrows) == len(LAYOUT.routes)
    for group, route in zip(arrows, LAYOUT.routes, strict=True):
        tip = group.items[1].commands[0][1]
        assert math.dist(tip, route.points[-1]) < 1e-9


def test_everything_is_on_the_page():
    for group in SCENE.groups:
        for item in group.items:
            if isinstance(item, Text):
                half = typeset(item.tex).width * item.size / 2
                places = [(item.x - half, item.y), (item.x + half, item.y)]
            else:
                assert isinstance(item, Path)
                places = [point for _, v in item.commands for point in zip(v[::2], v[1::2], strict=True)]
            for x, y in places:
                assert 0 <= x <= SCENE.width and 0 <= y <= SCENE.height


def test_text_is_inside_its_shape():
    for shape in DIAGRAM.shapes:
        box, text = LAYOUT.boxes[shape.name], typeset(shape.label)
        size = SHEET.text.glyph_size if shape.kind == "operation" else SHEET.text.name_size
        corner = box.x + text.width * size / 2, box.y + text.height * size / 2
        assert box.holds(corner, -1), shape.name


@pytest.mark.parametrize("names", [("a b", "a_b"), ("a:b", "a.b"), ("é", "e")])
def test_every_group_has_an_id_of_its_own(names):
    graph = gnn.Graph()
    for name in names:
        graph.add_variable(name, gnn.Variable((), role="input"))
    graph.add_operation("add", gnn.Operation("add"), names, ["total"])
    graph.add_variable("total", gnn.Variable((), role="output"))
    graph.outputs = ("total",)
    ids = [group.id for group in gnn.draw(graph).scene.groups]
    assert len(ids) == len(set(ids))


def test_views_are_no_nearer_than_nodes():
    column = load("column")
    one, other = (gnn.draw(GRAPH, view=view, style="column").scene.height for view in ("operations", "compact"))
    both = gnn.draw(GRAPH, view=["operations", "compact"], style="column").scene.height
    assert both == pytest.approx(one + other - 2 * column.page.margin + column.gap.node)
