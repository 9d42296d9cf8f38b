"""Layouts by composition: straight lines, even branches, no overlaps; and links that were left out are drawn."""

import math
import sys
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout.test_quality import STEPS, laid_out, violations

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout import place
from graphviz_nn.layout.bends import Bends
from graphviz_nn.layout.composed import composed
from graphviz_nn.layout.composed.parts import composition
from graphviz_nn.layout.geometry import Box, clear, overlap
from graphviz_nn.layout.size import sizes
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")
DIRECTIONS = pytest.mark.parametrize("direction", ["LR", "TB"])


def drawn(*links, spine=""):
    """A diagram of shapes of one letter and links such as "ab"."""
    names = dict.fromkeys("".join(links))
    return Diagram(
        tuple(Shape(name, "operation", name) for name in names),
        tuple(Link(*ends, ends[0]) for ends in links),
        tuple(spine),
    )


def across(layout, name):
    box = layout.boxes[name]
    return box.y if layout.sideways else box.x


# Series of parts side by side, in series: everything that is composed.
PARTS = st.recursive(
    st.just("step"),
    lambda inner: st.one_of(
        st.tuples(st.just("line"), st.lists(inner, min_size=1, max_size=4)),
        st.tuples(st.just("beside"), st.lists(inner, min_size=1, max_size=3), st.booleans()),
    ),
    max_leaves=14,
)


def built(part):
    """The diagram of a part between two shapes, all of whose links are in it."""
    links, count = [], 2

    def grown(part, tail, head):
        nonlocal count
        if part == "step":
            middle = f"n{count}"
            count += 1
            links.extend([(tail, middle), (middle, head)])
            return
        kind, inner, *direct = part
        if kind == "beside":
            for each in inner:
                grown(each, tail, head)
            if direct[0] and (tail, head) not in links:
                links.append((tail, head))
            return
        ends = [tail]
        for _ in inner[1:]:
            ends.append(f"n{count}")
            count += 1
        for each, (start, end) in zip(inner, pairwise([*ends, head]), strict=True):
            grown(each, start, end)

    grown(part, "n0", "n1")
    names = [f"n{number}" for number in range(count)]
    shapes = tuple(Shape(name, "operation", "f") for name in names)
    return Diagram(shapes, tuple(Link(*ends, ends[0]) for ends in links), ("n0", "n1"))


@settings(max_examples=80, deadline=None)
@given(part=PARTS, direction=st.sampled_from(["LR", "TB"]))
def test_what_is_in_series_and_side_by_side_needs_no_engine(part, direction):
    diagram = built(part)
    found = composition([s.name for s in diagram.shapes], [(x.tail, x.head) for x in diagram.links], diagram.spine)
    assert found is not None
    assert not found.left_out
    assert [root.name for root in found.roots] == ["n1"]
    assert found.roots[0].weight[1] == len(diagram.shapes)
    layout = place(diagram, SHEET, direction=direction)
    assert across(layout, "n0") == pytest.approx(across(layout, "n1"), abs=0.01)
    assert layout.crowded or not violations(diagram, layout)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, sideways=st.booleans())
def test_no_shape_is_on_another(steps, sideways):
    from random_graphs import graph_of

    diagram = FORMS["operations"](detailed("operations", graph_of(steps)), Shown(shapes=True))
    boxes, _ = composed(diagram, sizes(diagram, SHEET, sideways), SHEET, sideways)
    if boxes is not None:
        assert set(boxes) == {shape.name for shape in diagram.shapes}
        assert not any(overlap(a, b, 1.0) for a, b in combinations(boxes.values(), 2))


@settings(max_examples=60, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=2, max_size=9, unique=True),
    sideways=st.booleans(),
)
def test_an_arrow_arrives_straight(places, sideways):
    """The last piece of a way is as long as the arrowhead at least, also on the way back."""
    boxes = {f"n{number}": Box(90.0 * u, 70.0 * v, 44.0, 28.0, "box") for number, (u, v) in enumerate(places)}
    bends = Bends(boxes, SHEET, sideways)
    for tail, head in (("n0", "n1"), ("n1", "n0")):
        corners = bends.way(tail, head, (tail, tail))
        if len(corners) > 2:
            assert math.dist(*corners[-2:]) >= SHEET.line.arrow_length


@pytest.mark.parametrize("sideways", [True, False])
def test_an_arrow_before_a_side_runs_straight(sideways):
    """Also where it meets the side beside its middle, instead of with two small bends."""
    for shift in (4.0, -9.0):
        places = {"tail": (0.0, 0.0), "head": (shift, 70.0)}
        places |= {"left": (-200.0, 200.0), "head beside": (200.0, 200.0 + shift)}
        boxes = {name: Box(*(place if sideways else place[::-1]), 44.0, 30.0, "box") for name, place in places.items()}
        for tail, head in (("tail", "head"), ("left", "head beside")):
            assert len(Bends(boxes, SHEET, sideways).way(tail, head, (tail, tail))) == 2


@DIRECTIONS
def test_an_arrow_goes_round_the_label_of_another(direction):
    sideways = direction == "LR"
    bends = {}
    for kept_free in ((), (Box(70.0, 70.0, 30.0, 12.0, "box"),)):
        ends = {"tail": Box(0.0, 0.0, 26.0, 26.0, "circle"), "head": Box(140.0, 70.0, 26.0, 26.0, "circle")}
        boxes = ends if sideways else {name: replace(box, x=box.y, y=box.x) for name, box in ends.items()}
        bends[kept_free] = Bends(boxes, SHEET, sideways, kept_free).way("tail", "head", ("tail", "v"))
    (usual, round_it), (label,) = bends.values(), list(bends)[1]
    assert not all(clear(a, b, [label], 0.0) for a, b in pairwise(usual))
    assert all(clear(a, b, [label], 0.0) for a, b in pairwise(round_it))


def test_the_name_of_a_long_arrow_stands_at_its_middle():
    """Of an arrow with right angles that is half of its length, not a corner."""
    layout = place(
        Diagram(
            tuple(Shape(name, "operation", name) for name in "abcdefg"),
            (*(Link(*ends, ends[0]) for ends in ("ab", "bc", "cd", "de", "ef", "fg")), Link("a", "g", "s", label="s")),
            tuple("abcdefg"),
        ),
        SHEET,
    )
    far = next(route for route in layout.routes if (route.link.tail, route.link.head) == ("a", "g"))
    middle = (layout.boxes["a"].x + layout.boxes["g"].x) / 2
    (label,) = far.labels
    assert abs(label.x - middle) < 0.1 * (layout.boxes["g"].x - layout.boxes["a"].x)


def test_a_gate_of_experts_leaves_room_for_their_names(monkeypatch):
    """Its far arrows are led round the labels, which else would have no place in the composed picture."""
    gate = nn.Linear(4, 3)
    experts = [nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2)) for _ in range(3)]

    def mixture(x, y):
        g = nn.softmax(gate(x))
        return nn.squared_error(sum(g[i] * expert(x) for i, expert in enumerate(experts)), y)

    graph = gnn.trace(mixture, x=gnn.input(4), y=gnn.target(2))
    # Graphviz, which would come next, isn't asked.
    monkeypatch.setattr(sys.modules["graphviz_nn.layout.place"], "run", None)
    assert place(FORMS["operations"](detailed("functions", graph), Shown()), SHEET).crowded == 0


def test_a_slope_of_a_few_points_is_levelled():
    """A parameter above its use, and a shape lower than it in the line beside."""

    def penalised(x, w, y):
        return (w @ x - y) ** 2 + 0.5 * w @ w

    graph = gnn.trace(penalised, x=gnn.input(3), w=gnn.parameter(3), y=gnn.target(()))
    layout = place(FORMS["operations"](detailed("operations", graph), Shown()), SHEET)
    times = next(
        name for name, operation in graph.operations.items() if operation.literals and operation.op == "multiply"
    )
    assert layout.boxes["w"].height != layout.boxes[times].height
    assert across(layout, "w") == across(layout, times)


@DIRECTIONS
def test_what_joins_a_branch_is_beyond_all_that_is_before_it(direction):
    """Its line is longer than the branch, and would begin above a shape further along than the first in its way."""

    def triplet(a, p, n, W):
        def embedded(each):
            return np.tanh(W @ each)

        near, far = embedded(a) - embedded(p), embedded(a) - embedded(n)
        return np.maximum(0, np.sum(near**2) - np.sum(far**2) + 0.2)

    graph = gnn.trace(triplet, a=gnn.input(3), p=gnn.input(3), n=gnn.input(3), W=gnn.parameter((4, 3)))
    for view in ("operations", "compact", "layers", "arrows"):
        diagram = FORMS[VIEWS[view].form](detailed(VIEWS[view].detail, graph), Shown(**VIEWS[view].shown))
        boxes, _ = composed(diagram, sizes(diagram, SHEET, direction == "LR"), SHEET, direction == "LR")
        assert not any(overlap(a, b, 1.0) for a, b in combinations((boxes or {}).values(), 2))


@DIRECTIONS
def test_branches_that_are_alike_lie_evenly_around_the_line(direction):
    for count in (2, 3, 4):
        middles = "pqrs"[:count]
        layout = place(
            drawn(*(f"x{m}" for m in middles), *(f"{m}y" for m in middles), "yz", spine="xyz"),
            SHEET,
            direction=direction,
        )
        places = [across(layout, m) - across(layout, "x") for m in middles]
        assert places == sorted(places)
        assert sum(places) == pytest.approx(0.0, abs=0.01)
        steps = [b - a for a, b in pairwise(places)]
        assert max(steps) == pytest.approx(min(steps), abs=0.01)


@DIRECTIONS
def test_two_towers_are_drawn_alike(direction):
    def model(user, item, A, B):
        return np.tanh(A @ user) @ np.tanh(B @ item)

    graph = gnn.trace(model, user=gnn.input(3), item=gnn.input(3), A=gnn.parameter((3, 3)), B=gnn.parameter((3, 3)))
    layout = place(FORMS["layers"](detailed("layers", graph), Shown()), SHEET, direction=direction)
    along = {name: (box.x if layout.sideways else box.y) for name, box in layout.boxes.items()}
    names = [s for s in layout.boxes if s in ("user", "item")]
    assert along[names[0]] == pytest.approx(along[names[1]], abs=2.0)
    middle = (across(layout, "user") + across(layout, "item")) / 2
    end = next(route.link.tail for route in layout.routes if route.link.head in graph.outputs)
    assert across(layout, end) == pytest.approx(middle, abs=0.01)


@DIRECTIONS
def test_a_chain_of_any_length_is_straight_and_evenly_spaced(direction):
    names = [f"n{number}" for number in range(1200)]
    diagram = Diagram(
        tuple(Shape(name, "operation", "f") for name in names),
        tuple(Link(*ends, ends[0]) for ends in pairwise(names)),
        tuple(names),
    )
    layout = place(diagram, SHEET, direction=direction)
    assert len({round(across(layout, name), 6) for name in names}) == 1
    places = [layout.boxes[name].x if layout.sideways else layout.boxes[name].y for name in names]
    assert {round(b - a, 6) for a, b in pairwise(places)} == {round(places[1] - places[0], 6)}


def test_what_leads_to_far_places_is_left_out_and_drawn_anyway():
    links = ["ab", "bc", "cd", "de", "ef", "fg", "ac", "bd"]
    found = composition("abcdefg", [tuple(ends) for ends in links], "abcdefg")
    assert found is not None
    assert len(found.left_out) == 1
    diagram = drawn(*links, spine="abcdefg")
    layout = place(diagram, SHEET)
    assert len(layout.routes) == len(links)
    assert not violations(diagram, layout)


def test_what_is_tangled_is_left_to_the_engine():
    links = [(a, b) for a in "abcd" for b in "efgh"]
    assert composition("abcdefgh", links, "ae") is None
    assert place(drawn(*("".join(ends) for ends in links), spine="ae"), SHEET).routes


def test_a_shared_parameter_belongs_to_no_branch():
    links = [("W", "f"), ("W", "g"), ("x", "f"), ("y", "g"), ("f", "z"), ("g", "z")]
    found = composition("WxyfgZz", links, ["x", "f", "z"], {"W"})
    assert found is not None
    assert found.left_out == {("W", "g")}
    weights = sorted(branch.weight[1] for branch in found.roots[-1].joining)
    assert weights == [2, 2]


@pytest.mark.parametrize("view", ["operations", "layers", "compact"])
@DIRECTIONS
def test_the_main_line_is_straight_through_steps_with_skips(view, direction):
    def model(x, W):
        h = x
        for weights in W:
            h = h + np.tanh(weights @ h)
        return h

    graph = gnn.trace(model, x=gnn.input(3), W=[gnn.parameter((3, 3)) for _ in range(4)])
    chosen = VIEWS[view]
    diagram = FORMS[chosen.form](detailed(chosen.detail, graph), Shown(**chosen.shown))
    layout = place(diagram, SHEET, direction=direction)
    assert max(across(layout, n) for n in diagram.spine) - min(across(layout, n) for n in diagram.spine) < 0.01


def test_the_same_layout_in_any_process():
    first, second = (laid_out([("+", 0, 1), ("*", 2, 3), ("-", 1, 4)], "LR") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("depth", [30, 2_000])
def test_parts_within_parts_are_composed_up_to_a_depth(depth):
    """Skips within skips, as of a U-Net: too many are told from a few, and none ends in a RecursionError."""
    down = [f"d{number}" for number in range(depth)]
    up = [f"u{number}" for number in reversed(range(depth))]
    links = [*pairwise(down + up), *zip(down, reversed(up), strict=True)]
    found = composition(down + up, links, down + up)
    assert (found is None) == (depth == 2_000)
