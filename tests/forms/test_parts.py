"""Parts of inputs, and copies of shared leaves, beside their uses: recurrent steps are in a line."""

from itertools import pairwise

import numpy as np
import pytest
from layout.test_quality import violations

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.layout import place
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")
WEIGHTS = {"Wx": gnn.parameter((3, 2)), "Wh": gnn.parameter((3, 3)), "h": gnn.input(3)}


def by_hand(xs, Wx, Wh, h):
    for t in range(len(xs)):
        h = np.tanh(Wx @ xs[t] + Wh @ h)
    return h


def by_cells(xs, Wx, Wh, h):
    for t in range(len(xs)):
        h = nn.rnn_cell(xs[t], h, Wx, Wh)
    return h


def in_columns(xs, Wx, Wh, h):
    for t in range(xs.shape[1]):
        h = np.tanh(Wx @ xs[:, t] + Wh @ h)
    return h


def by_gates(xs, Wx, Wh, h):
    for t in range(len(xs)):
        gate = nn.sigmoid(Wh @ h)
        h = gate * np.tanh(Wx @ xs[t]) + h
    return h


def diagram_of(model, count, view, **told):
    extent = (2, count) if model is in_columns else (count, 2)
    graph = gnn.trace(model, xs=gnn.input(extent), **WEIGHTS)
    chosen = VIEWS[view]
    return FORMS[chosen.form](detailed(chosen.detail, graph), Shown(**{**chosen.shown, **told}))


def parts_of(diagram, leaf="xs"):
    return [shape for shape in diagram.shapes if leaf in shape.also]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
@pytest.mark.parametrize("model", [by_hand, by_cells, in_columns, by_gates])
def test_every_input_is_beside_its_step(model, view, direction):
    diagram = diagram_of(model, 4, view)
    layout = place(diagram, SHEET, direction=direction)
    parts = [shape.name for shape in parts_of(diagram)]
    assert len(parts) == 4 and "xs" not in layout.boxes

    def along(name):
        return layout.boxes[name].x if direction == "LR" else layout.boxes[name].y

    line = [along(name) for name in diagram.spine]
    places = [along(name) for name in parts]
    assert places == sorted(places)
    # As far from each other as the steps are, but for the first, before which nothing is.
    steps = [b - a for a, b in pairwise(places)]
    assert max(steps[1:]) - min(steps[1:]) < 1.0
    assert places[-1] - places[0] > 0.5 * (line[-1] - line[0])
    assert layout.crowded or not violations(diagram, layout)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "compact", "layers"])
def test_steps_look_alike(view, direction):
    diagram = diagram_of(by_hand, 5, view)
    layout = place(diagram, SHEET, direction=direction)
    boxes = [layout.boxes[name] for name in diagram.spine]
    line = {round(box.y if direction == "LR" else box.x, 2) for box in boxes}
    assert len(line) == 1
    away = [layout.boxes[shape.name] for shape in parts_of(diagram)]
    across = [box.y if direction == "LR" else box.x for box in away]
    assert max(across) - min(across) < 1.0


@pytest.mark.parametrize("view", ["operations", "layers"])
def test_shared_weights_are_marked_at_every_step(view):
    diagram = diagram_of(by_hand, 4, view)
    marked = [shape for shape in diagram.shapes if "Wx" in (shape.name, *shape.also)]
    assert len(marked) == 4 and {shape.label for shape in marked} == {"W_{x}"}
    # How large it is is said once.
    assert sum(bool(shape.note) for shape in marked) == (view == "layers")
    rails = [each for each in diagram.hanging if len(each.consumers) > 1]
    assert [(each.leaf, len(each.consumers)) for each in rails] == [("Wh", 4)]


def test_what_is_used_in_one_place_stays_whole():
    def model(x):
        return x[0] * x[1] + x[2]

    diagram = FORMS["operations"](gnn.trace(model, x=gnn.input(3)), Shown())
    assert [shape.name for shape in diagram.shapes if shape.kind == "data"] == ["x"]


def test_a_backward_pass_comes_back_to_the_whole():
    diagram = diagram_of(by_hand, 4, "operations", backward=True)
    assert not parts_of(diagram) and sum(shape.name == "xs" for shape in diagram.shapes) == 1


def test_parts_are_called_as_the_author_did():
    def model(xs, h):
        for t in range(3):
            x_t = xs[t]
            h = np.tanh(np.exp(h * x_t))
        return h

    graph = gnn.trace(model, xs=gnn.input((3, 2)), h=gnn.input(2))
    labels = [shape.label for shape in parts_of(FORMS["operations"](graph, Shown()))]
    assert all(label.startswith("x_{t") for label in labels) and len(set(labels)) == 3


def test_a_symbol_stands_for_one_thing():
    def model(x, x_0, h):
        for t in range(3):
            h = np.tanh(np.exp(h * x[t] + x_0 * x[t]))
        return h

    graph = gnn.trace(model, x=gnn.input(3), x_0=gnn.input(()), h=gnn.input(()))
    diagram = FORMS["operations"](graph, Shown())
    named = {shape.label for shape in parts_of(diagram, "x")}
    assert len(named) == 3
    assert not named & {shape.label for shape in diagram.shapes if "x" not in shape.also}


def test_parts_of_parts():
    def model(xs, h):
        for t in range(3):
            h = np.tanh(np.exp(h * xs[t][0] + xs[t][1]))
        return h

    graph = gnn.trace(model, xs=gnn.input((3, 2)), h=gnn.input(()))
    diagram = FORMS["operations"](graph, Shown())
    assert len(parts_of(diagram)) == 6
    assert all(
        graph.operation(name).op != "getitem"
        for shape in diagram.shapes
        for name in [shape.name]
        if name in graph.operations
    )


def test_a_name_means_every_place_where_it_is_drawn():
    graph = gnn.trace(by_hand, xs=gnn.input((4, 2)), **WEIGHTS)
    picture = gnn.draw(graph, highlight="Wx")
    strong = [shape for shape in picture.panels[0].diagram.shapes if shape.emphasis == "strong"]
    assert len(strong) == 4
    gone = gnn.draw(graph, hide="Wx").panels[0].diagram
    assert not [shape for shape in gone.shapes if "Wx" in (shape.name, *shape.also)]


def test_several_outputs_leave_the_state_on_one_line():
    def model(xs, Wx, Wh, Wy, h):
        found = []
        for t in range(3):
            h = np.tanh(Wx @ xs[t] + Wh @ h)
            found.append(Wy @ h)
        return found

    graph = gnn.trace(model, xs=gnn.input((3, 2)), Wy=gnn.parameter((2, 3)), **WEIGHTS)
    diagram = FORMS["operations"](graph, Shown())
    states = [name for name in graph.operations if graph.operation(name).op == "tanh"]
    assert [name for name in diagram.spine if name in states] == states
    assert diagram.spine[0] == "h" and diagram.spine[-1] == graph.outputs[-1]
