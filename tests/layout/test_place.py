"""Positions: straight lines, operand marks, free labels, equal results from both engines."""

import shutil
from dataclasses import replace
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.forms import Shown, operations
from graphviz_nn.layout import place
from graphviz_nn.layout.geometry import clear, sample
from graphviz_nn.layout.judged import tangled
from graphviz_nn.style.sheet import load

SHEET = load("lecture")


def deep(x, w, b, v, c, y):
    h = np.tanh(w @ x + b)
    z = v @ h + c
    e = np.exp(z - z.max())
    p = e / e.sum()
    return -(y * np.log(p)).sum()


def index(x):
    a, b = x[0], x[1:]
    return a - b.sum(), 2**a, a / b.sum()


def residual(x, w, b):
    return x + np.tanh(w @ x + b)


GRAPHS = {
    "deep": gnn.trace(
        deep,
        x=gnn.input(2),
        w=gnn.parameter((4, 2)),
        b=gnn.parameter(4),
        v=gnn.parameter((3, 4)),
        c=gnn.parameter(3),
        y=gnn.target(3),
    ),
    "index": gnn.trace(index, x=gnn.input(3)),
    "residual": gnn.trace(residual, x=gnn.input(2), w=gnn.parameter((2, 2)), b=gnn.parameter(2)),
}

every = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
directions = pytest.mark.parametrize("direction", ["LR", "TB"])


def laid_out(graph, direction="LR", **options):
    diagram = operations(graph, Shown(shapes=True))
    return diagram, place(diagram, SHEET, direction=direction, **options)


@every
@directions
def test_the_main_line_is_straight_and_goes_on(graph, direction):
    diagram, layout = laid_out(graph, direction)
    boxes = [layout.boxes[name] for name in diagram.spine]
    across = [box.y if direction == "LR" else box.x for box in boxes]
    along = [box.x if direction == "LR" else box.y for box in boxes]
    assert len(boxes) > 1
    # It bends only where no lines cross because of that.
    assert max(across) - min(across) < 0.01 or not tangled(layout, diagram.spine)
    assert along == sorted(along)


@every
@directions
def test_leaves_hang_at_right_angles(graph, direction):
    diagram, layout = laid_out(graph, direction)
    for each in diagram.hanging:
        a, b = layout.boxes[each.leaf], layout.boxes[each.consumers[0]]
        assert (a.x if direction == "LR" else a.y) == pytest.approx(b.x if direction == "LR" else b.y, abs=0.01)


@every
@directions
def test_no_arrow_is_nearly_straight(graph, direction):
    _, layout = laid_out(graph, direction)
    for route in layout.routes:
        tail, head = layout.boxes[route.link.tail], layout.boxes[route.link.head]
        slope = abs(tail.y - head.y) if direction == "LR" else abs(tail.x - head.x)
        assert slope < 0.01 or slope > 3, route.link


@every
@directions
def test_arrows_keep_off_other_shapes(graph, direction):
    _, layout = laid_out(graph, direction)
    for route in layout.routes:
        others = [box for name, box in layout.boxes.items() if name not in (route.link.tail, route.link.head)]
        chain = sample(route.points)
        assert all(clear(a, b, others, 0) for a, b in pairwise(chain)), route.link


@directions
def test_operands_are_numbered_where_the_picture_turns_them(direction):
    _, layout = laid_out(GRAPHS["index"], direction)
    arrivals = {}
    for route in layout.routes:
        if route.link.mark:
            arrivals.setdefault(route.link.head, []).append(route)
    assert len(arrivals) == 2
    for routes in arrivals.values():
        routes.sort(key=lambda r: r.points[-1][::-1] if direction == "LR" else r.points[-1])
        turned = [r.link.mark for r in routes] == ["2", "1"]
        written = [placed.tex for r in routes for placed in r.labels if placed.tex == r.link.mark]
        assert written == (["2", "1"] if turned else [])


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs the user's own Graphviz")
@every
def test_both_engines_place_everything(graph):
    (_, mine), (_, theirs) = laid_out(graph), laid_out(graph, engine="dot")
    assert set(mine.boxes) == set(theirs.boxes)
    assert len(mine.routes) == len(theirs.routes)


def shared(x, w, y):
    return ((w @ np.tanh(w @ np.tanh(w @ x)) - y) ** 2).sum()


SHARED = gnn.trace(shared, x=gnn.input(2), w=gnn.parameter((2, 2)), y=gnn.target(2))


@directions
def test_a_shared_leaf_reaches_all_its_consumers_at_right_angles(direction):
    diagram, layout = laid_out(SHARED, direction)
    (leaf,) = [each for each in diagram.hanging if each.leaf == "w"]
    assert len(leaf.consumers) == 3
    ways = {route.link.head: route.points for route in layout.routes if route.link.tail == "w"}
    for consumer in leaf.consumers[1:]:
        head, (x, y), (before_x, before_y) = layout.boxes[consumer], ways[consumer][-1], ways[consumer][-2]
        if direction == "LR":
            assert x == pytest.approx(before_x) == pytest.approx(head.x)
            assert abs(y - head.y) == pytest.approx(head.height / 2)
        else:
            assert y == pytest.approx(before_y) == pytest.approx(head.y)
            assert abs(x - head.x) == pytest.approx(head.width / 2)


@pytest.mark.parametrize(("left", "count"), [([8, 6, 0], 2), ([8, 4, 0], 3), ([8, 3, 2], 3), ([0], 1)])
def test_a_large_picture_is_set_wider_as_long_as_labels_find_places(left, count, monkeypatch):
    def model(x):
        for _ in range(200):
            x = np.tanh(x)
        return x

    diagram = operations(gnn.trace(model, x=gnn.input(2)), Shown())
    layout, tried = place(diagram, SHEET), []

    def untwisted(diagram, look, *others, **more):
        tried.append(replace(layout, crowded=left[len(tried)]))
        return tried[-1], {}

    monkeypatch.setattr(import_module("graphviz_nn.layout.place"), "_untwisted", untwisted)
    assert place(diagram, SHEET).crowded == min(left[:count])
    assert len(tried) == count
