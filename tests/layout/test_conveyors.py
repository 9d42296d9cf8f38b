"""Recurrent cells: state lines are straight through all of them, inputs are under their steps and outputs above."""

from itertools import pairwise

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.pipeline import drawn, in_one_line
from graphviz_nn.figure.plan import planned

CELLS = {"rnn": nn.RNNCell(3, 4), "gru": nn.GRUCell(3, 4), "lstm": nn.LSTMCell(3, 4)}


def unrolled(kind, steps):
    """A cell from step to step over a sequence, with the hidden state of each as its output."""
    cell, states = CELLS[kind], ("h", "c") if kind == "lstm" else ("h",)

    def model(xs, **given):
        values, outputs = tuple(given.values()), []
        for t in range(steps):
            made = cell(xs[t], *values)
            values = made if isinstance(made, tuple) else (made,)
            outputs.append(values[0])
        return tuple(outputs)

    return gnn.trace(model, xs=gnn.input((steps, 3)), **{name: gnn.input(4) for name in states})


def by_hand(steps):
    def model(xs, h, W, U, b):
        for t in range(steps):
            h = np.tanh(W @ xs[t] + U @ h + b)
        return h

    P = gnn.parameter
    return gnn.trace(model, xs=gnn.input((steps, 2)), h=gnn.input(3), W=P((3, 2)), U=P((3, 3)), b=P(3))


def laid_out(graph, view, direction):
    """The diagram, the middle of each shape along the flow and across it, and the points of all arrows, likewise."""
    with in_one_line():
        found = drawn(planned([graph], checked({"view": view, "direction": direction})))
    (panel,), (layout,), turn = found.panels, found.layouts, slice(None, None, 1 if direction == "LR" else -1)
    places = {name: (box.x, box.y)[turn] for name, box in layout.boxes.items()}
    ways = [(route.link, [point[turn] for point in route.points]) for route in layout.routes]
    return panel.diagram, places, ways


def followed(diagram, ways, start):
    """The points of the arrows from a state on, over boxes and into the same lane of the next step."""
    points, at = [], start
    steps = {step for each in diagram.conveyors for step in each.steps} | set(diagram.spine)
    while True:
        leading = [
            (link, way) for link, way in ways if link.tail == at and link.head in {*steps, *boxes_between(ways, steps)}
        ]
        if points:
            leading = [(link, way) for link, way in leading if abs(way[0][1] - points[-1][1]) < 5.0]
        if not leading:
            return points
        link, way = leading[0]
        points, at = [*points, *way], link.head


def boxes_between(ways, steps):
    return {link.head for link, _ in ways if link.tail in steps} & {link.tail for link, _ in ways if link.head in steps}


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["compact", "layers"])
@pytest.mark.parametrize("steps", [3, 9])
@pytest.mark.parametrize("kind", CELLS)
def test_state_lines_are_straight(kind, steps, view, direction):
    diagram, places, ways = laid_out(unrolled(kind, steps), view, direction)
    cells = [name for name in places if name.startswith(f"{kind}_cell")]
    assert len(cells) == (3 if steps == 3 else 2)
    for state in ("h", "c") if kind == "lstm" else ("h",):
        points = followed(diagram, ways, state)
        assert points[0][0] < min(places[cell][0] for cell in cells)
        assert points[-1][0] > max(places[cell][0] for cell in cells[:-1])
        assert np.ptp([across for _, across in points]) < 1e-6, state
    # Each input is under its step, the outputs on the way are above.
    above = 1.0 if direction == "LR" else -1.0
    leaves = {link.tail: link.head for link, _ in ways if link.variable == "xs"}
    assert sorted(leaves.values()) == sorted(cells)
    for leaf, cell in leaves.items():
        assert places[leaf][0] == pytest.approx(places[cell][0]) and above * (places[leaf][1] - places[cell][1]) > 0
    for link, _ in ways if view == "compact" else ():
        if link.tail in cells[:-1] and places[link.head][0] == pytest.approx(places[link.tail][0]):
            assert above * (places[link.head][1] - places[link.tail][1]) < 0


@pytest.mark.parametrize("kind", CELLS)
def test_weights_of_all_cells_are_one_shape(kind):
    diagram, _, _ = laid_out(unrolled(kind, 4), "compact", "LR")
    (weights,) = [shape for shape in diagram.shapes if shape.kind == "parameter"]
    assert len({link.head for link in diagram.links if link.tail == weights.name}) == 4


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "compact"])
@pytest.mark.parametrize("steps", [3, 9])
def test_a_recurrent_network_by_hand(steps, view, direction):
    diagram, places, ways = laid_out(by_hand(steps), view, direction)
    line = [way for link, way in ways if link.tail in diagram.spine and link.head in diagram.spine]
    assert diagram.spine[0] == "h" and np.ptp([across for way in line for _, across in way]) < 1e-6
    sides = {places[link.tail][1] > places["h"][1] for link, _ in ways if link.variable == "xs"}
    assert len(sides) == 1


def cells_by_hand(steps):
    def model(xs, h, c, W, V):
        for t in range(steps):
            both = np.concatenate([h, xs[t]])
            f, i = nn.sigmoid(W["f"] @ both), nn.sigmoid(W["i"] @ both)
            c = f * c + i * np.tanh(W["g"] @ both)
            h = nn.sigmoid(V @ both) * np.tanh(c)
        return h

    W = {name: gnn.parameter((3, 5)) for name in "fig"}
    return gnn.trace(model, xs=gnn.input((steps, 2)), h=gnn.input(3), c=gnn.input(3), W=W, V=gnn.parameter((3, 5)))


@pytest.mark.parametrize(
    ("steps", "view", "direction"),
    [(2, "operations", "LR"), (2, "layers", "TB"), (3, "compact", "LR"), (6, "compact", "LR")],
)
def test_the_state_of_cells_by_hand_goes_straight_on(steps, view, direction):
    diagram, places, ways = laid_out(cells_by_hand(steps), view, direction)
    line = diagram.carried.line
    assert line[0] == "c" and len([name for name in line if name.startswith("multiply")]) == (3 if steps == 3 else 2)
    along = [way for link, way in ways if (link.tail, link.head) in {*pairwise(line)}]
    assert len(along) == len(line) - 1 and np.ptp([across for way in along for _, across in way]) < 1e-6
    # The inputs are under their steps.
    leaves = {link.tail: link.head for link, _ in ways if link.variable == "xs"}
    beside = [abs(places[leaf][0] - places[step][0]) < 1.0 for leaf, step in leaves.items()]
    assert all(beside[1:])


def test_outputs_of_folded_steps_are_folded():
    diagram, _, _ = laid_out(unrolled("gru", 12), "compact", "LR")
    outputs = {link.head for link in diagram.links} - {link.tail for link in diagram.links}
    assert len(outputs) == 2
    picture = gnn.draw(unrolled("gru", 12), view="compact")
    assert len(picture.graph.outputs) == 12
