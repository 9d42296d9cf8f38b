"""Arrows end on outlines and know what is in their way."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphviz_nn.layout.geometry import Box, clear
from graphviz_nn.layout.route import bowed, clipped, straight

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
