"""The author's order and alignment on generated graphs: followed, refused with a reason, or remarked on."""

import random
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.wishes import Subject, composed, wishes
from graphviz_nn.forms import Shown, operations
from graphviz_nn.layout import place, unmet
from graphviz_nn.layout.geometry import overlap
from graphviz_nn.layout.obeyed import LEVEL
from graphviz_nn.style.sheet import load
from graphviz_nn.views import detailed

SHEET = load("lecture")
STEPS = st.lists(st.tuples(st.sampled_from("+*-"), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=10)
DIRECTIONS = st.sampled_from(["LR", "TB"])


def graph_of(steps):
    def model(x, y, w, v):
        known = [x, y, w, v]
        for kind, i, j in steps:
            a, b = known[i % len(known)], known[j % len(known)]
            known.append(a + b if kind == "+" else a * b if kind == "*" else a - b)
        return sum(known)

    return gnn.trace(model, x=gnn.input(2), y=gnn.target(2), w=gnn.parameter(2), v=gnn.parameter(2))


def laid_out(graph, direction, **hints):
    seen = detailed("operations", graph)
    (diagram,) = composed(
        [Subject(graph, seen, operations(seen, Shown()))], wishes(**hints), sideways=direction == "LR"
    )
    return place(diagram, SHEET, direction=direction), diagram


def apart(diagram):
    """Pairs of shapes of which none leads to the other."""
    flow = nx.DiGraph((link.tail, link.head) for link in diagram.links)
    names = sorted(flow)
    return [
        (a, b) for a in names for b in names if a < b and not nx.has_path(flow, a, b) and not nx.has_path(flow, b, a)
    ]


@settings(max_examples=40, deadline=None)
@given(data=st.data(), steps=STEPS, direction=DIRECTIONS, swapped=st.booleans())
def test_an_order_is_kept_or_remarked_on(data, steps, direction, swapped):
    graph = graph_of(steps)
    _, diagram = laid_out(graph, direction)
    pair = data.draw(st.sampled_from(apart(diagram)))
    pair = pair[::-1] if swapped else pair
    layout, diagram = laid_out(graph, direction, order=[pair])
    one, other = (layout.boxes[name] for name in pair)
    kept = (one.y < other.y) if direction == "LR" else (one.x < other.x)
    assert kept != bool(list(unmet(layout, diagram)))
    boxes = list(layout.boxes.values())
    assert not any(overlap(a, b, -0.01) for n, a in enumerate(boxes) for b in boxes[:n])


def test_hardly_an_order_is_not_kept():
    generator = random.Random(0)
    failed = 0
    for number in range(60):
        steps = [(generator.choice("+*-"), generator.randrange(10), generator.randrange(10)) for _ in range(6)]
        direction, graph = "LR" if number % 2 else "TB", graph_of(steps)
        pair = generator.choice(apart(laid_out(graph, direction)[1]))
        failed += bool(list(unmet(*laid_out(graph, direction, order=[pair[:: generator.choice([1, -1])]]))))
    assert failed <= 2


@settings(max_examples=40, deadline=None)
@given(data=st.data(), steps=STEPS, direction=DIRECTIONS)
def test_what_is_aligned_is_in_one_rank(data, steps, direction):
    graph = graph_of(steps)
    _, diagram = laid_out(graph, direction)
    pair = data.draw(st.sampled_from(apart(diagram)))
    layout, diagram = laid_out(graph, direction, align=[pair])
    one, other = (layout.boxes[name] for name in pair)
    assert (one.x if direction == "LR" else one.y) == pytest.approx(
        other.x if direction == "LR" else other.y, abs=LEVEL
    )
    assert list(unmet(layout, diagram)) == []


@settings(max_examples=40, deadline=None)
@given(data=st.data(), steps=STEPS, direction=DIRECTIONS)
def test_any_hints_are_kept_or_refused(data, steps, direction):
    graph = graph_of(steps)
    _, diagram = laid_out(graph, direction)
    names = st.sampled_from(sorted(shape.name for shape in diagram.shapes))
    groups = st.lists(st.lists(names, min_size=2, max_size=3, unique=True), max_size=2)
    try:
        layout, diagram = laid_out(graph, direction, order=data.draw(groups), align=data.draw(groups))
    except UsageError as error:
        assert "order=" in str(error) or "align=" in str(error)
        return
    for sentence in unmet(layout, diagram):
        assert "prevent it" in sentence


def regression(x, y, theta, b):
    return (theta @ x + b - y) ** 2


GRAPH = gnn.trace(regression, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2), b=gnn.parameter(()))


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("group", [("theta", "matmul"), ("matmul", "theta"), ("b", "add"), ("add", "b")])
def test_a_leaf_hangs_on_the_side_that_is_asked_for(direction, group):
    layout, diagram = laid_out(GRAPH, direction, order=group)
    one, other = (layout.boxes[name] for name in group)
    assert (one.y < other.y) if direction == "LR" else (one.x < other.x)
    assert {each.leaf for each in diagram.hanging} == {"theta", "b", "y"}


@pytest.mark.parametrize(
    ("hints", "said"),
    [
        ({"order": ("matmul", "power")}, "one leads to the other: matmul → add → subtract → power"),
        ({"align": ("matmul", "add")}, "one leads to the other"),
        ({"align": ("x", "matmul", "add")}, "one leads to the other"),
        ({"align": [("x", "subtract"), ("matmul", "power")]}, "pairs within each other"),
        ({"order": [("x", "theta"), ("theta", "x")]}, "cycle"),
        ({"order": [("theta", "matmul"), ("matmul", "theta")]}, "both before and after"),
        ({"align": [("theta", "b"), ("b", "matmul")]}, "contradict the flow|one leads"),
        ({"order": ("x", "nothing")}, "isn't in this picture"),
        ({"order": ("x", "v1")}, "is an arrow"),
        ({"order": ("x",)}, "two or more"),
        ({"order": ("x", "x")}, "different"),
    ],
)
def test_contradictions_are_refused(hints, said):
    with pytest.raises(UsageError, match=said):
        gnn.draw(GRAPH, **hints)


def test_units_stand_in_order_already():
    network = gnn.trace(gnn.nn.Sequential(gnn.nn.Linear(2, 2)), x=gnn.input(2))
    with pytest.raises(UsageError, match="doesn't work in the views 'units' and 'volumes'"):
        gnn.draw(network, view="units", order=("x", "z1"))


def test_what_is_not_met_is_remarked_on():
    layout, diagram = laid_out(GRAPH, "LR", order=("theta", "b"))
    boxes = dict(layout.boxes)
    boxes["theta"], boxes["b"] = boxes["b"], boxes["theta"]
    (sentence,) = unmet(replace(layout, boxes=boxes), diagram)
    assert "theta isn't above b" in sentence
