"""Callouts and braces on generated pictures: on free ground, at their targets, in levels."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_graphs import graph_of

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.figure.wishes import Subject, composed, wishes
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.forms.naming import Names
from graphviz_nn.layout import in_columns, marked, place
from graphviz_nn.layout.geometry import NOTHING, clear, overlap, segments
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")
STEPS = st.lists(st.tuples(st.sampled_from("+*-e"), st.integers(0, 9), st.integers(0, 9)), max_size=10)
TEXTS = ("why", "what this is for", "a longer remark that is set on several lines, as $x^2$")
DIRECTIONS = st.sampled_from(["LR", "TB"])


def network(widths):
    layers = [part for pair in pairwise(widths) for part in (nn.Linear(*pair), nn.Sigmoid())]
    return gnn.trace(nn.Sequential(*layers), x=gnn.input(widths[0]))


def remarked(graph, view, direction, **options):
    """The layout of a view with these remarks, and its diagram."""
    chosen = VIEWS[view]
    seen = detailed(chosen.detail, graph)
    diagram = FORMS[chosen.form](seen, Shown(**{**chosen.shown, "shapes": True}))
    (diagram,) = composed([Subject(graph, seen, diagram)], wishes(**options), sideways=direction == "LR")
    layout = (in_columns if diagram.columns else place)(diagram, SHEET, direction=direction)
    return marked([layout], [diagram], SHEET)[0], diagram


def names_of(graph, view):
    chosen = VIEWS[view]
    seen = detailed(chosen.detail, graph)
    return sorted(Names(FORMS[chosen.form](seen, Shown(**chosen.shown)), seen).known)


def violations(layout):
    """The things that a callout or brace touches illegally."""
    drawn = [*layout.notes, *(label for route in layout.routes for label in route.labels)]
    boxes = {name: replace(box, reserve=NOTHING) for name, box in layout.boxes.items()}
    for mark in layout.marks:
        own = list(mark.texts)
        others = [*drawn, *(text for other in layout.marks if other is not mark for text in other.texts)]
        for text in own:
            for name, box in boxes.items():
                if overlap(text.extent, box, -0.01):
                    yield f"{mark.name} on {name}"
            for other in others:
                if overlap(text.extent, other.extent, -0.01):
                    yield f"{mark.name} on {other.tex}"
            for route in layout.routes:
                if not all(clear(a, b, [text.extent], 0.0) for a, b in segments(route.points)):
                    yield f"{mark.name} on the arrow of {route.link.variable}"
        for a, b in combinations(own, 2):
            if overlap(a.extent, b.extent, -0.01):
                yield f"lines of {mark.name} on each other"
        for a, b in segments(mark.points):
            if not clear(a, b, [text.extent for text in others], 0.0):
                yield f"the line of {mark.name} through text"
            if not clear(a, b, [text.extent for text in own], -0.01):
                yield f"the line of {mark.name} through its own text"
            touched = [box for box in boxes.values() if not box.holds(mark.points[-1], 0.5)]
            if not clear(a, b, touched, 0.0):
                yield f"the line of {mark.name} through a shape"
        xs, ys = zip(*mark.points, *((t.x, t.y) for t in own), strict=True)
        if min(*xs, *ys) < 0 or max(xs) > layout.width or max(ys) > layout.height:
            yield f"{mark.name} beyond the page"


def options(draw, names):
    pick = st.sampled_from(names)
    callouts = draw(st.dictionaries(pick, st.sampled_from(TEXTS), max_size=3))
    braces = draw(st.dictionaries(st.sampled_from(TEXTS), st.tuples(pick, pick), max_size=3))
    return {"callouts": callouts, "braces": braces}


@settings(max_examples=50, deadline=None)
@given(data=st.data(), steps=STEPS, direction=DIRECTIONS)
def test_remarks_on_operations_touch_nothing(data, steps, direction):
    graph = graph_of(steps)
    layout, _ = remarked(graph, "operations", direction, **options(data.draw, names_of(graph, "operations")))
    assert list(violations(layout)) == []


@settings(max_examples=30, deadline=None)
@given(
    data=st.data(),
    widths=st.lists(st.integers(1, 4), min_size=2, max_size=4),
    view=st.sampled_from(["layers", "arrows", "units", "compact"]),
    direction=DIRECTIONS,
)
def test_remarks_on_networks_touch_nothing(data, widths, view, direction):
    graph = network(widths)
    layout, _ = remarked(graph, view, direction, **options(data.draw, names_of(graph, view)))
    assert list(violations(layout)) == []


NET = network([2, 3, 2])


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_line_ends_on_the_outline_of_what_it_is_about(direction):
    every = dict.fromkeys(("x", "linear", "sigmoid", "a1", "linear_2", "a2"), "here")
    layout, _ = remarked(NET, "layers", direction, callouts=every)
    for mark in layout.marks:
        box = layout.boxes[mark.name]
        assert box.holds(mark.points[-1], 0.1)
        assert box.outline == "trapezoid" or not box.holds(mark.points[-1], -0.1)


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_braces_span_what_is_named(direction):
    layout, _ = remarked(NET, "layers", direction, braces={"features": ("x", "a1"), "all": ("x", "linear_2")})
    for mark, (first, last) in zip(layout.marks, (("x", "a1"), ("x", "linear_2")), strict=True):
        ends = [point[0] if direction == "LR" else point[1] for point in (mark.points[0], mark.points[-1])]
        one, other = layout.boxes[first], layout.boxes[last]
        wanted = (
            (one.x - one.width / 2, other.x + other.width / 2)
            if direction == "LR"
            else (one.y - one.height / 2, other.y + other.height / 2)
        )
        assert ends == pytest.approx(wanted, abs=0.01)


def across(mark, direction):
    return mark.points[0][1] if direction == "LR" else mark.points[0][0]


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_levels(direction):
    braces = {"one": ("x", "linear"), "two": ("sigmoid", "a1"), "both": ("x", "a1"), "next": ("linear_2", "a2")}
    layout, _ = remarked(NET, "layers", direction, braces=braces)
    one, two, both, following = (across(mark, direction) for mark in layout.marks)
    assert one == two == following != both


def test_columns_of_one_figure_stay_aligned():
    bare = gnn.draw(NET, view=["operations", "layers"])
    picture = gnn.draw(NET, view=["operations", "layers"], callouts={"x": "a remark that stands left of everything"})
    assert picture.scene.width >= bare.scene.width
    places = {group.id: group.items[1].x for group in picture.scene.groups if group.id.endswith("node-x")}
    assert len(set(places.values())) == 1


def test_what_touches_is_found():
    layout, _ = remarked(NET, "layers", "LR", callouts={"x": "here"})
    (mark,) = layout.marks
    box = layout.boxes["linear"]
    moved = replace(mark, texts=(replace(mark.texts[0], x=box.x, y=box.y),), points=((box.x, box.y), mark.points[1]))
    assert len(list(violations(replace(layout, marks=(moved,))))) >= 2


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_braces_of_two_branches_are_on_both_sides(direction):
    def two(x):
        return np.exp(np.sin(np.cos(x))) * np.tanh(np.log(np.sqrt(x)))

    graph = gnn.trace(two, x=gnn.input(2))
    layout, _ = remarked(graph, "operations", direction, braces={"one": ("cos", "exp"), "other": ("sqrt", "tanh")})
    one, other = (across(mark, direction) for mark in layout.marks)
    branches = [layout.boxes[name].y if direction == "LR" else layout.boxes[name].x for name in ("sin", "log")]
    near, far = sorted(zip(branches, (one, other), strict=True))
    assert near[1] < near[0] < far[0] < far[1]


def test_braces_along_one_line_are_on_one_side():
    layout, _ = remarked(NET, "layers", "LR", braces={"first": ("x", "linear"), "last": ("linear_2", "a2")})
    assert len({across(mark, "LR") for mark in layout.marks}) == 1
