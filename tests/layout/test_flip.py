"""Pictures that flow from right to left and from bottom to top are those of the other directions, flipped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout.test_quality import STEPS, laid_out, violations

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.layout import flipped, in_columns, place
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")

WAYS = st.sampled_from([("LR", "RL"), ("TB", "BT")])


@settings(max_examples=30, deadline=None)
@given(steps=STEPS, ways=WAYS)
def test_everything_is_flipped_and_nothing_touches(steps, ways):
    there, back = ways
    diagram, layout = laid_out(steps, there)
    other = flipped(layout, back)
    assert flipped(layout, there) is layout
    assert (other.width, other.height) == (layout.width, layout.height)
    for name, box in layout.boxes.items():
        moved = other.boxes[name]
        along = (box.x + moved.x, layout.width) if layout.sideways else (box.y + moved.y, layout.height)
        assert along[0] == pytest.approx(along[1])
        assert (box.y, moved.x)[not layout.sideways] == pytest.approx((moved.y, box.x)[not layout.sideways])
    assert len(violations(diagram, other)) == len(violations(diagram, layout))


def layout_of(graph, view, direction):
    chosen = VIEWS[view]
    diagram = FORMS[chosen.form](detailed(chosen.detail, graph), Shown(**chosen.shown))
    return flipped((in_columns if diagram.columns else place)(diagram, SHEET, direction=direction), direction)


@pytest.mark.parametrize(("direction", "axis", "sign"), [("LR", 0, 1), ("RL", 0, -1), ("TB", 1, 1), ("BT", 1, -1)])
@pytest.mark.parametrize("view", ["operations", "layers", "units"])
def test_the_flow_runs_as_asked(view, direction, axis, sign):
    graph = gnn.trace(nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2)), x=gnn.input(3))
    layout = layout_of(graph, view, direction)
    for route in layout.routes:
        tail, head = layout.boxes[route.link.tail], layout.boxes[route.link.head]
        step = ((head.x - tail.x) * sign, (head.y - tail.y) * sign)[axis]
        assert step > -0.01
        is_before = (route.points[0][axis] - route.points[-1][axis]) * sign < 0.01
        assert is_before


def test_a_trapezoid_is_wider_where_the_flow_leaves_it():
    graph = gnn.trace(nn.Sequential(nn.Linear(2, 9)), x=gnn.input(2))
    ends = {
        direction: next(box.ends for box in layout_of(graph, "layers", direction).boxes.values() if box.is_slanted)
        for direction in ("LR", "RL")
    }
    assert ends["LR"] == ends["RL"][::-1]
    assert ends["LR"][0] < ends["LR"][1]
