"""Numbers beside arrows and shapes: compact, always on the same side, and without overlap."""

import math
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.layout.geometry import NOTHING, clear, overlap, segments
from graphviz_nn.layout.place import place
from graphviz_nn.layout.rows.breaks import Strip
from graphviz_nn.layout.size import gradient_room, room
from graphviz_nn.scene.primitives import Text
from graphviz_nn.style.sheet import load


def network(x, y, W1, b1, W2, b2):
    z = W2 @ np.tanh(W1 @ x + b1) + b2
    return -np.log((np.exp(z) / np.sum(np.exp(z))) @ y)


SHAPES = {"W1": (3, 2), "b1": 3, "W2": (2, 3), "b2": 2}
GRAPH = gnn.trace(
    network, x=gnn.input(2), y=gnn.target(2), **{name: gnn.parameter(shape) for name, shape in SHAPES.items()}
)
RANDOM = np.random.default_rng(1)
FEEDS = {"x": [1.0, 0.5], "y": [0.0, 1.0], **{name: RANDOM.normal(size=shape) for name, shape in SHAPES.items()}}
SHOWN = {"feeds": FEEDS, "show": ("gradients", "check")}


def laid_out(view, direction):
    diagram = gnn.draw(GRAPH, view=view, direction=direction, **SHOWN).panels[0].diagram
    return diagram, place(diagram, load("lecture"), direction=direction)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
def test_values_come_before_gradients_and_touch_nothing(view, direction):
    diagram, layout = laid_out(view, direction)
    hanging = {each.leaf for each in diagram.hanging}
    assert not layout.crowded
    texts = [each for route in layout.routes for each in route.labels] + list(layout.notes)
    for owner in {each.owner for each in texts}:
        values, gradients = ([t for t in texts if (t.owner, t.kind) == (owner, kind)] for kind in ("value", "gradient"))
        for value in values:
            for gradient in gradients:
                is_left = value.x < gradient.x - 1 and (direction == "TB" or owner in hanging)
                assert is_left or value.y < gradient.y - 1
    extents = [each.extent for each in texts]
    assert not any(overlap(a, b, 0.0) for a, b in combinations(extents, 2))
    boxes = [replace(box, reserve=NOTHING) for box in layout.boxes.values()]
    assert not any(overlap(a, box, 0.0) for a in extents for box in boxes)
    for route in layout.routes:
        assert all(clear(*line, extents, 0.0) for line in segments(route.points))


def test_a_leaf_has_its_numbers_beside_it():
    """The target has a side for each; of neighbours, the first has them on its left, the last on its right."""
    diagram, layout = laid_out("operations", "LR")
    sides = {"y": (-1, 1), "W1": (-1, -1), "W2": (-1, -1), "b1": (1, 1), "b2": (1, 1)}
    assert {each.leaf for each in diagram.hanging} == set(sides)
    for name, wanted in sides.items():
        box = layout.boxes[name]
        (value,) = [note for note in layout.notes if (note.owner, note.kind) == (name, "value")]
        (gradient,) = [note for note in layout.notes if (note.owner, note.kind) == (name, "gradient")]
        for note, side in zip((value, gradient), wanted, strict=True):
            assert side * (note.x - box.x) > (box.width + note.extent.width) / 2
        if wanted == (-1, 1):
            assert abs(value.y - box.y) < 2 and abs(gradient.y - box.y) < 2
        else:
            assert value.y < gradient.y


def test_a_leaf_with_a_rail_has_its_numbers_on_the_other_side():
    def tied(x, w):
        return w @ np.tanh(w @ x)

    graph = gnn.trace(tied, x=gnn.input(2), w=gnn.parameter((2, 2)))
    feeds = {"x": [1.0, 0.5], "w": [[1.0, 0.5], [0.2, 0.3]]}
    diagram = gnn.draw(graph, feeds=feeds, show="values").panels[0].diagram
    layout = place(diagram, load("lecture"))
    assert [each.consumers for each in diagram.hanging if each.leaf == "w"] == [("matmul", "matmul_2")]
    (value,) = [note for note in layout.notes if note.owner == "w"]
    assert value.x < layout.boxes["w"].x - layout.boxes["w"].width / 2


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
def test_no_row_ends_between_a_shape_and_its_numbers(view, direction):
    diagram, layout = laid_out(view, direction)
    strip = Strip(layout)
    breaks = strip.breaks(diagram, load("lecture"))
    assert breaks
    for name, box in layout.boxes.items():
        own = [note.extent for note in layout.notes if note.owner == name]
        assert len({strip.row(each, breaks) for each in (box, *own)}) == 1


def held_apart(diagram, layout, head, sheet):
    """Whether a step is as near as the numbers of its leaf allow, beside those of the leaf before."""
    ends = {}
    for each in diagram.hanging:
        boxes = [layout.boxes[each.leaf], *(note.extent for note in layout.notes if note.owner == each.leaf)]
        ends[each.consumers[0]] = min(b.x - b.width / 2 for b in boxes), max(b.x + b.width / 2 for b in boxes)
    start = ends[head][0] if head in ends else math.inf
    before = max((end for _, end in ends.values() if end < start), default=-math.inf)
    return start - before <= sheet.gap.label + 1.0


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "compact"])
def test_an_arrow_of_the_main_line_is_as_long_as_its_numbers_need(view, direction):
    diagram, layout = laid_out(view, direction)
    sheet, along = load("lecture"), 0 if direction == "LR" else 1
    line = set(pairwise(diagram.spine))
    arrows = [route for route in layout.routes if (route.link.tail, route.link.head) in line]
    assert arrows
    for route in arrows:
        length = abs(route.points[-1][along] - route.points[0][along])
        written = max(room(route.link, sheet)[along], gradient_room(route.link, sheet)[along])
        least = max(sheet.gap.rank, written + sheet.line.arrow_length + sheet.gap.label)
        # Shapes of one rank aren't equally wide.
        assert least <= length + 0.1
        assert length <= 1.4 * least + 20.0 or held_apart(diagram, layout, route.link.head, sheet)


@pytest.mark.parametrize("view", ["operations", "layers"])
def test_a_network_with_all_its_numbers_fits_a_page(view):
    picture = gnn.draw(GRAPH, view=view, width="page", **SHOWN)
    assert not any("folded" in remark or "turned" in remark for remark in picture.remarks)
    sizes = [item.size for group in picture.scene.groups for item in group.items if isinstance(item, Text)]
    assert picture.scene.width == pytest.approx(486.0)
    assert min(sizes) >= 7.0


def test_the_natural_width_of_a_network_with_all_its_numbers():
    widths = {view: gnn.draw(GRAPH, view=view, **SHOWN).scene.width for view in ("operations", "layers", "arrows")}
    assert widths["operations"] < 1100
    assert widths["layers"] < 950
    assert widths["arrows"] < 520
