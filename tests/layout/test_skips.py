"""Arrows that skip shapes run right-angled beside them, and no arrow touches a corner."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout.test_quality import STEPS, laid_out, violations

import graphviz_nn as gnn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.layout import place
from graphviz_nn.layout.geometry import Box, clear, segments
from graphviz_nn.layout.route import off_corners
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")
DIRECTIONS = st.sampled_from(["LR", "TB"])
# How near to a corner an arrow may touch a shape.
LEAST = 2.0


def at_corners(layout):
    """The ends of arrows that touch a corner of a shape that has corners."""
    for route in layout.routes:
        for name, (x, y) in ((route.link.tail, route.points[0]), (route.link.head, route.points[-1])):
            box = layout.boxes[name]
            if box.outline in ("circle", "pill"):
                continue
            dx, dy = box.width / 2 - abs(x - box.x), box.height / 2 - abs(y - box.y)
            if max(dx, dy) < LEAST:
                yield f"{route.link.tail} to {route.link.head} at a corner of {name}"


def traced(model, depth):
    return gnn.trace(model, x=gnn.input(3), W=[gnn.parameter((3, 3)) for _ in range(depth)])


def with_skips(spans, view):
    """A chain in which values are added again, so many steps later."""

    def model(x, W):
        known = [x]
        for weights, span in zip(W, spans, strict=True):
            h = np.tanh(weights @ known[-1])
            known.append(h + known[-1 - min(span, len(known) - 1)] if span else h)
        return known[-1]

    chosen = VIEWS[view]
    return FORMS[chosen.form](detailed(chosen.detail, traced(model, len(spans))), Shown(**chosen.shown))


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, direction=DIRECTIONS)
def test_no_arrow_touches_a_corner(steps, direction):
    _, layout = laid_out(steps, direction)
    assert not list(at_corners(layout))


@settings(max_examples=30, deadline=None)
@given(
    spans=st.lists(st.integers(0, 3), min_size=1, max_size=6),
    view=st.sampled_from(["operations", "layers", "compact"]),
    direction=DIRECTIONS,
)
def test_skips_touch_no_corner_and_no_shape(spans, view, direction):
    diagram = with_skips(spans, view)
    layout = place(diagram, SHEET, direction=direction)
    assert not list(at_corners(layout))
    assert layout.crowded or not violations(diagram, layout)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["operations", "layers", "compact"])
def test_a_long_skip_is_a_rail_outside_of_what_it_skips(view, direction):
    diagram = with_skips([0, 0, 3], view)
    layout = place(diagram, SHEET, direction=direction)
    line = set(diagram.spine)
    place_of = {name: number for number, name in enumerate(diagram.spine)}
    long = [
        route
        for route in layout.routes
        if {route.link.tail, route.link.head} <= line and place_of[route.link.head] - place_of[route.link.tail] > 1
    ]
    assert long
    for route in long:
        # Level and upright but for its round corners: five pieces, three of them straight.
        straight = [route.points[at : at + 4] for at in range(0, len(route.points) - 1, 6)]
        assert len(straight) == 3
        for piece in straight:
            (x0, y0), (x1, y1) = piece[0], piece[-1]
            assert abs(x0 - x1) < 0.01 or abs(y0 - y1) < 0.01
        others = [box for name, box in layout.boxes.items() if name not in (route.link.tail, route.link.head)]
        assert all(clear(a, b, others, 2.0) for a, b in segments(route.points))


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_skips_that_leave_together_arrive_apart(direction):
    def model(x, W):
        h = x
        for weights in W:
            h = np.tanh(weights @ h) + x
        return h

    diagram = FORMS["operations"](traced(model, 3), Shown())
    layout = place(diagram, SHEET, direction=direction)
    ends = [route.points[-1] for route in layout.routes if route.link.tail == "x"]
    assert len(ends) == 4
    for n, (x0, y0) in enumerate(ends):
        assert all(abs(x0 - x1) + abs(y0 - y1) > 4.0 for x1, y1 in ends[:n])
    assert not list(at_corners(layout))
    assert not violations(diagram, layout)


@given(x=st.floats(-1, 1), y=st.floats(-1, 1), width=st.floats(10, 80), height=st.floats(10, 80), level=st.booleans())
def test_an_end_stays_on_its_side(x, y, width, height, level):
    box, other = Box(0, 0, width, height, "box"), Box(500, 500, 10, 10, "circle")
    side = 1 if x > 0 else -1
    start = (x * width / 2, side * height / 2) if level else (side * width / 2, y * height / 2)
    (a, b), *_ = off_corners([start, (500, 500)], box, other)
    assert max(width / 2 - abs(a), height / 2 - abs(b)) >= LEAST
    assert min(abs(width / 2 - abs(a)), abs(height / 2 - abs(b))) < 1e-6
