"""Cells: every variable is a box with its value and its gradient inside, side by side."""

from itertools import combinations

import numpy as np
import pytest
from generated import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError
from graphviz_nn.layout.flip import flipped
from graphviz_nn.layout.geometry import overlap
from graphviz_nn.layout.place import place
from graphviz_nn.style.sheet import load

VIEWS = ["scalars", "operations", "functions", "compact", "layers", "arrows"]
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def line(x, y, t, u):
    return (np.tanh(x * t) * u - y) ** 2


GRAPH = gnn.trace(line, x=gnn.input(()), y=gnn.target(()), t=gnn.parameter(()), u=gnn.parameter(()))
FEEDS = {"x": 0.5, "y": 2.0, "t": -1.5, "u": 3.0}
SHOWN = {"feeds": FEEDS, "show": ("cells", "gradients", "check")}


@few
@given(models, st.sampled_from(VIEWS[1:3]))
def test_every_variable_is_a_box_with_its_numbers(model, view):
    picture = gnn.draw(model.graph, view=view, feeds=model.feeds, show=("cells", "gradients"))
    (panel,) = picture.panels
    drawn = {shape.name: shape for shape in panel.diagram.shapes}
    variables = [name for name in panel.graph.variables if panel.graph.degree(name)]
    # The parts of an array that are used far from each other take its place.
    parted = {name for shape in drawn.values() for name in shape.also}
    assert all(drawn[name].cells and drawn[name].value for name in variables if name not in parted)
    assert not any(link.value or link.gradient for link in panel.diagram.links)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
@pytest.mark.parametrize("view", VIEWS)
def test_numbers_are_inside_their_box_the_gradient_on_the_right(view, direction):
    diagram = gnn.draw(GRAPH, view=view, **SHOWN).panels[0].diagram
    layout = flipped(place(diagram, load("lecture"), direction=direction), direction)
    celled = [shape for shape in diagram.shapes if shape.cells]
    assert len(celled) >= 3
    for shape in celled:
        box = layout.boxes[shape.name]
        (value,) = [note for note in layout.notes if (note.owner, note.kind) == (shape.name, "value")]
        (gradient,) = [note for note in layout.notes if (note.owner, note.kind) == (shape.name, "gradient")]
        head, first = box.cells
        assert value.x + value.extent.width / 2 < box.x - box.width / 2 + first < gradient.x - gradient.extent.width / 2
        for text in (value.extent, gradient.extent):
            assert box.x - box.width / 2 < text.x - text.width / 2 < text.x + text.width / 2 < box.x + box.width / 2
            assert box.y - box.height / 2 + head < text.y - text.height / 2
            assert text.y + text.height / 2 < box.y + box.height / 2
    assert not any(overlap(a, b, 0.0) for a, b in combinations(layout.boxes.values(), 2))


def test_a_value_without_a_name_has_its_numbers_alone():
    shapes = {shape.label: shape for shape in gnn.draw(GRAPH, **SHOWN).panels[0].diagram.shapes if shape.cells}
    named = {shape.label for shape in gnn.draw(GRAPH).panels[0].diagram.shapes if shape.kind != "operation"}
    assert shapes.keys() == {"", *named}


def test_an_only_number_has_one_cell():
    diagram = gnn.draw(GRAPH, feeds=FEEDS, show="cells").panels[0].diagram
    boxes = place(diagram, load("lecture")).boxes
    assert {boxes[shape.name].cells[1] for shape in diagram.shapes if shape.cells} == {0.0}


def test_cells_need_values():
    with pytest.raises(UsageError, match="'cells' needs values"):
        gnn.draw(GRAPH, show="cells")


def test_steps_fill_the_cells():
    build = gnn.steps(GRAPH, FEEDS, "both", show=("cells", "gradients"))
    written = [
        sum(item.colour == load("lecture").text.gradients for group in each.scene.groups for item in group.items
            if hasattr(item, "tex"))
        for each in build
    ]  # fmt: skip
    assert written == sorted(written) and written[0] < written[-1]
    assert len({(each.scene.width, each.scene.height) for each in build}) == 1


@pytest.mark.parametrize("hide", [(), "forward"])
def test_a_backward_pass_has_its_gradients_in_cells(hide):
    picture = gnn.draw(GRAPH, feeds=FEEDS, show=("cells", "backward", "gradients"), hide=hide)
    backs = [shape for shape in picture.panels[0].diagram.shapes if shape.is_back and shape.gradient]
    assert backs and all(shape.cells and not shape.value for shape in backs)
