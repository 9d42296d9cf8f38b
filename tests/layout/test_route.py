"""Arrows end on outlines and avoid obstacles."""

import math
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from models import MODELS

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown, operations
from graphviz_nn.layout import place
from graphviz_nn.layout.bends import Bends
from graphviz_nn.layout.geometry import NOTHING, Box, along, clear, edge, leaving, overlap, segments
from graphviz_nn.layout.route import bowed, clipped, straight
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")
SIZES = st.floats(10, 60)
PLACES = st.floats(-300, 300)


@st.composite
def boxes(draw):
    outline = draw(st.sampled_from(["box", "rounded", "pill", "circle"]))
    width = draw(SIZES)
    height = width if outline == "circle" else draw(SIZES)
    return Box(draw(PLACES), draw(PLACES), width, height, outline)


def far_apart(tail, head):
    return math.hypot(tail.x - head.x, tail.y - head.y) > 100


def on_outline(box, point):
    return box.holds(point, 1e-3) and not box.holds(point, -1e-3)


@given(boxes(), boxes(), st.booleans())
def test_a_straight_arrow_ends_on_outlines(tail, head, sideways):
    assume(far_apart(tail, head))
    start, end = straight(tail, head, sideways)
    assert on_outline(tail, start)
    assert on_outline(head, end)


@given(st.sampled_from(["box", "pill", "circle"]), SIZES, SIZES, PLACES, PLACES)
def test_a_line_leaves_a_shape_where_bisection_finds_it(outline, width, height, x, y):
    box, goal = Box(0, 0, width, height, outline), (x, y)
    searched = edge(box, lambda share: along((0.0, 0.0), goal, share), 0.0, 1.0)
    assert leaving(box, goal) == pytest.approx(searched, abs=1e-6)


@given(boxes(), boxes(), st.floats(-15, 15))
def test_a_bowed_arrow_ends_on_outlines(tail, head, bow):
    assume(far_apart(tail, head))
    points = bowed(tail, head, bow)
    assert on_outline(tail, points[0])
    assert on_outline(head, points[-1])


def test_a_curve_is_cut_at_both_ends():
    tail, head = Box(0, 0, 20, 20, "circle"), Box(100, 0, 20, 20, "box")
    points = clipped(((0, 0), (30, 40), (70, 40), (100, 0)), tail, head)
    assert len(points) == 4
    assert on_outline(tail, points[0])
    assert on_outline(head, points[-1])


@pytest.mark.parametrize(
    ("middle", "free"), [((50, 0), False), ((50, 14), False), ((50, 16), True), ((130, 0), True), ((50, -40), True)]
)
def test_a_line_keeps_its_distance(middle, free):
    assert clear((0, 0), (100, 0), [Box(*middle, 20, 20, "box")], 5) is free
    assert clear((100, 0), (0, 0), [Box(*middle, 20, 20, "box")], 5) is free


def test_parallel_arrows_bow_apart():
    tail, head = Box(0, 0, 20, 20, "circle"), Box(100, 0, 20, 20, "circle")
    ups, downs = bowed(tail, head, -10), bowed(tail, head, 10)
    assert all(a[1] < b[1] for a, b in zip(ups[1:-1], downs[1:-1], strict=True))
    assert all(a[0] < b[0] for a, b in pairwise(ups))


def arrivals(diagram, operation, direction):
    """The shape of an operation, and the ways that lead to it."""
    layout = place(diagram, SHEET, direction=direction)
    (name,) = [each for each in layout.boxes if each.startswith(operation)]
    return layout.boxes[name], [route.points for route in layout.routes if route.link.head == name]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("step", [np.stack, np.concatenate])
def test_arrows_that_arrive_at_one_side_have_ends_of_their_own(step, count, direction):
    def joined(x):
        return step([np.tanh(x * number) for number in range(2, count + 2)])

    diagram = operations(gnn.trace(joined, x=gnn.input(2)), Shown())
    box, ways = arrivals(diagram, step.__name__, direction)
    assert len(ways) == count
    assert all(on_outline(box, way[-1]) for way in ways)
    assert min(math.dist(a[-1], b[-1]) for a, b in combinations(ways, 2)) > 2.0
    # None crosses another.
    across = 1 if direction == "LR" else 0
    ordered = sorted(ways, key=lambda way: way[0][across])
    assert ordered == sorted(ways, key=lambda way: way[-1][across])


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_an_arrow_on_the_main_line_stays_straight_where_others_arrive(direction):
    def mixed(x, Wq, Wk, Wv):
        return nn.attention(x @ Wq, x @ Wk, x @ Wv)

    weights = dict.fromkeys(("Wq", "Wk", "Wv"), gnn.parameter((2, 2)))
    graph = gnn.trace(mixed, x=gnn.input((3, 2)), **weights)
    box, ways = arrivals(gnn.draw(graph, view="layers").panels[0].diagram, "attention", direction)
    across = 1 if direction == "LR" else 0
    (level,) = [way for way in ways if abs(way[0][across] - way[-1][across]) < 0.01]
    assert abs(level[-1][across] - (box.x, box.y)[across]) < 0.01
    assert len({round(way[-1][across]) for way in ways}) == 3


FOUR = {**dict.fromkeys("ABCD", (3, 3)), **dict.fromkeys("abcd", 3)}
NOTES = [
    # A parameter that two layers share arrives beside the note of each, below a skip.
    (lambda x, W, b, c: x - np.tanh(W.T @ (W @ x + b) + c), {"W": (2, 3), "b": 2, "c": 3}),
    # Arrows that fan out pass by the notes of the layers between.
    (
        lambda x, A, B, C, D, a, b, c, d: (
            np.tanh(A @ x + a) * np.tanh(B @ x + b) * np.tanh(C @ x + c) * np.tanh(D @ x + d)
        ),
        FOUR,
    ),
]


@pytest.mark.parametrize("function, parameters", NOTES)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_notes_of_shapes_keep_off_lines_and_arrowheads(function, parameters, direction):
    graph = gnn.trace(function, x=gnn.input(3), **{name: gnn.parameter(shape) for name, shape in parameters.items()})
    diagram = gnn.draw(graph, view="layers").panels[0].diagram
    layout = place(diagram, SHEET, direction=direction)
    notes = [note.extent for note in layout.notes]
    assert notes
    free = SHEET.line.arrow_width / 2
    for route in layout.routes:
        assert all(clear(a, b, notes, free) for a, b in segments(route.points)), route.link


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("style", ["lecture", "paper"])
def test_gradients_that_are_added_up_arrive_apart_each_with_its_plus(count, direction, style):
    def used(x):
        return sum(nn.mean_squared_error(nn.softmax(x * number), x * 2) for number in range(2, count + 2))

    diagram = gnn.draw(gnn.trace(used, x=gnn.input(3)), view="layers", show="backward").panels[0].diagram
    layout = place(diagram, load(style), direction=direction)
    assert not layout.crowded
    summed = [route for route in layout.routes if route.link.head == "grad_x"]
    assert len(summed) == count
    assert min(math.dist(one.points[-1], other.points[-1]) for one, other in combinations(summed, 2)) > 2.0
    marks = [label.extent for route in layout.routes for label in route.labels if label.tex == "+"]
    assert len(marks) >= count
    assert not any(overlap(mark, replace(box, reserve=NOTHING), 0.0) for mark in marks for box in layout.boxes.values())


def test_what_comes_from_further_on_arrives_across_the_flow():
    """Two lines of a Siamese network share their parameters, which are beside the later one."""
    chosen = VIEWS["compact"]
    diagram = FORMS[chosen.form](detailed(chosen.detail, MODELS["contrastive"].graph), Shown(**chosen.shown))
    layout = place(diagram, SHEET)
    seen = 0
    for route in layout.routes:
        tail, head = layout.boxes[route.link.tail], layout.boxes[route.link.head]
        if tail.x - head.x > (tail.width + head.width) / 2:
            seen += 1
            assert route.points[-1][0] < head.x + head.width / 2 - 1.0
    assert seen


def test_no_arrow_arrives_where_another_leaves():
    boxes = {name: Box(*at, 26.0, 26.0, "circle") for name, at in {"a": (0, 60), "b": (80, 0), "c": (80, 100)}.items()}
    bends = Bends({**boxes, "wall": Box(50.0, 0.0, 10.0, 60.0, "box")}, SHEET, sideways=True)
    bends.draw(((80.0, 13.0), (80.0, 87.0)), ("b", "down"), "c")
    end = bends.way("a", "b", ("a", "up"))[-1]
    assert math.dist(end, (80.0, 13.0)) > 11.0
