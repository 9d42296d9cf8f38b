"""Marks of operands appear where arrows arrive in another order, each on the far side of its own arrow."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import operations
from graphviz_nn.forms.diagram import SUM, Link
from graphviz_nn.layout.geometry import clear
from graphviz_nn.layout.ink import Ink
from graphviz_nn.layout.operands import operands
from graphviz_nn.layout.place import place
from graphviz_nn.layout.result import Route
from graphviz_nn.style.sheet import load
from graphviz_nn.views import detailed

SHEET = load("lecture")
# Along the flow from -LONG to 0, in pt; across it arrows start and arrive in these places.
LONG = 80.0
starts = st.lists(st.integers(-12, 12).map(lambda n: 10.0 * n), min_size=2, max_size=4, unique=True)


def arrows(across, marks, sideways):
    """Straight arrows to one head that don't cross, from these places across the flow, nearer to each other there."""
    turned = (lambda along, place: (along, place)) if sideways else (lambda along, place: (place, along))
    return [
        Route(Link(f"x{mark}", "head", f"x{mark}", mark=mark), (turned(-LONG, place), turned(0.0, place / 4)))
        for place, mark in zip(across, marks, strict=True)
    ]


def side(route, x, y):
    """The side of an arrow on which a point is."""
    (x0, y0), (x1, y1) = route.points
    return math.copysign(1.0, (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0))


@pytest.mark.parametrize("sideways", [True, False])
@given(across=starts)
def test_numbers_are_there_where_the_order_isnt_seen(sideways, across):
    marks = [str(number) for number in range(1, len(across) + 1)]
    found, crowded = operands(arrows(across, marks, sideways), Ink(), SHEET, sideways)
    assert not crowded
    if across == sorted(across):
        assert not found
    else:
        assert {number: placed.tex for number, placed in found.items()} == dict(enumerate(marks))
    assert set(operands(arrows(across, [SUM] * len(across), sideways), Ink(), SHEET, sideways)[0]) == {
        *range(len(across))
    }


@pytest.mark.parametrize("sideways", [True, False])
@settings(deadline=None)
@given(across=starts.filter(lambda places: len(places) == 2 and places != sorted(places)))
def test_a_mark_is_beside_its_arrow_away_from_the_other(sideways, across):
    routes = arrows(across, ["1", "2"], sideways)
    found, _ = operands(routes, Ink(), SHEET, sideways)
    for number, route in enumerate(routes):
        other, mark = routes[1 - number], found[number]
        assert side(route, mark.x, mark.y) == -side(route, *other.points[0])
        assert all(clear(*each.points, [mark.extent], 0.0) for each in routes)
        # In the half of its arrow that is nearer to the head.
        assert math.dist((mark.x, mark.y), route.points[-1]) < math.dist((mark.x, mark.y), route.points[0])
        assert mark.owner == "" and mark.quiet


@pytest.mark.parametrize("sideways", [True, False])
def test_a_mark_keeps_off_what_is_drawn(sideways):
    routes = arrows([60.0, -60.0], ["1", "2"], sideways)
    bare, _ = operands(routes, Ink(), SHEET, sideways)
    ink = Ink()
    ink.add(bare[0].extent)
    found, crowded = operands(routes, ink, SHEET, sideways)
    assert not crowded
    assert (found[0].x, found[0].y) != (bare[0].x, bare[0].y)
    assert (found[1].x, found[1].y) == (bare[1].x, bare[1].y)


# A leaf, or a branch of its own, is on the side where it is read in order; then no numbers are needed.

SQUARE, VECTOR = (3, 3), (3,)
ORDERED = {
    "subtract": (lambda h, w: h - w, VECTOR),
    "subtracted": (lambda h, w: w - h, VECTOR),
    "divide": (lambda h, w: h / w, VECTOR),
    "divided": (lambda h, w: w / h, VECTOR),
    "concatenate": (lambda h, w: np.concatenate([h, w]), VECTOR),
    "concatenated": (lambda h, w: np.concatenate([w, h]), VECTOR),
    "matmul": (lambda h, w: h @ w, SQUARE),
    "multiplied": (lambda h, w: w @ h, SQUARE),
    "power": (lambda h, w: h**w, VECTOR),
}
LEAVES = {"leaf": lambda w: w, "branch": lambda w: np.sqrt(np.abs(w))}


def laid_out(function, shape, direction):
    def model(x, w):
        return np.exp(function(np.tanh(np.sin(np.cos(x))), w))

    graph = gnn.trace(model, x=gnn.input(shape), w=gnn.parameter(shape))
    return place(operations(graph), SHEET, direction=direction)


def numbered(layout):
    return [label.tex for route in layout.routes for label in route.labels if label.tex.isdecimal()]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("name", ORDERED)
def test_operands_are_seen_in_order(name, leaf, direction):
    function, shape = ORDERED[name]
    layout = laid_out(lambda h, w: function(h, LEAVES[leaf](w)), shape, direction)
    assert numbered(layout) == []
    arriving = [route for route in layout.routes if route.link.mark]
    assert len(arriving) == 2
    across = 1 if direction == "LR" else 0
    first, second = sorted(arriving, key=lambda route: route.points[-1][across])
    assert (first.link.mark, second.link.mark) == ("1", "2")


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_an_arrow_past_others_is_seen_in_order(direction):
    for function in (lambda h: h - np.sqrt(np.exp(h)), lambda h: np.sqrt(np.exp(h)) - h):
        layout = laid_out(lambda h, w: function(h) + w, VECTOR, direction)  # noqa: B023 (used at once)
        assert numbered(layout) == []


def test_the_parameters_of_a_function_arrive_apart_where_its_side_is_long():
    def model(x, query, key, value, output):
        return np.tanh(nn.multi_head_attention(np.tanh(x), query, key, value, output, 2, mask))

    mask = np.tri(4, dtype=bool)
    weights = dict.fromkeys(("query", "key", "value", "output"), gnn.parameter((6, 6)))
    graph = detailed("operations", gnn.trace(model, x=gnn.input((4, 6)), **weights))
    layout = place(operations(graph), SHEET, direction="LR")
    ends = [route.points[-1] for route in layout.routes if route.link.head == "multi_head_attention"]
    assert len(ends) == 6
    assert all(math.dist(a, b) >= 0.75 * SHEET.line.arrow_width for a, b in combinations(ends, 2))
