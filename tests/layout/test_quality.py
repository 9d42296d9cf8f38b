"""Typographical faults: text on text, text on a line, a line through a shape."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_graphs import graph_of
from yardstick import dangling, flat, touching

import graphviz_nn as gnn
from graphviz_nn.forms import Shown, operations
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout import place
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.scene import compose
from graphviz_nn.style.sheet import load
from graphviz_nn.views import detailed

SHEET = load("lecture")
STEPS = st.lists(st.tuples(st.sampled_from("+*-e"), st.integers(0, 9), st.integers(0, 9)), max_size=12)


def laid_out(steps, direction):
    diagram = operations(detailed("operations", graph_of(steps)), Shown(shapes=True))
    return diagram, place(diagram, SHEET, direction=direction)


def violations(diagram, layout, sheet=SHEET):
    """Things that touch illegally."""
    return list(touching(flat(compose(layout, diagram, sheet, "picture"))))


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, direction=st.sampled_from(["LR", "TB"]))
def test_nothing_touches_what_it_mustnt(steps, direction):
    diagram, layout = laid_out(steps, direction)
    assert layout.crowded or not violations(diagram, layout)


def test_hardly_a_picture_is_crowded():
    generator = random.Random(0)
    crowded = 0
    for number in range(60):
        steps = [(generator.choice("+*-e"), generator.randrange(10), generator.randrange(10)) for _ in range(9)]
        crowded += bool(laid_out(steps, "LR" if number % 2 else "TB")[1].crowded)
    assert crowded <= 3


def test_what_touches_is_found():
    diagram, layout = laid_out([("+", 0, 1), ("*", 2, 3)], "LR")
    first, *others = layout.routes
    label = next(label for route in layout.routes for label in route.labels)
    start = first.points[0]
    moved = Route(first.link, first.points, (replace(label, x=start[0], y=start[1]),))
    bad = Layout(layout.width, layout.height, layout.boxes, (moved, *others))
    assert len(violations(diagram, bad)) >= 2


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("layer", [True, False])
@pytest.mark.parametrize("style", ["column", "lecture"])
def test_a_label_of_any_length_has_room_beside_its_arrow(style, layer, direction):
    shapes = tuple(Shape(name, "data", name) for name in "xyz")
    for length in range(1, 60, 4):
        links = Link("x", "y", "y", label="f"), Link("y", "z", "z", label="m" * length, layer=layer)
        diagram = Diagram(shapes, links, tuple("xyz"))
        layout = place(diagram, load(style), direction=direction)
        assert not layout.crowded, length
        assert not violations(diagram, layout, load(style)), length


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("size", [1, 4, 9, 30])
def test_notes_of_shapes_behind_each_other_have_room(size, direction):
    entries = r",\ ".join(["0.25"] * size)
    column = f"({entries})"
    shapes = tuple(Shape(name, "data", name, note="9", value=column, gradient=column) for name in "xyz")
    links = tuple(Link(*ends, ends[1], label="a long label", layer=True) for ends in ("xy", "yz"))
    diagram = Diagram(shapes, links, tuple("xyz"))
    layout = place(diagram, SHEET, direction=direction)
    assert not layout.crowded
    assert not violations(diagram, layout)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("sizes", [(2, 30), (30, 2), (1, 4)])
def test_arrows_end_on_slanted_sides(sizes, direction):
    outputs, inputs = sizes

    def steps(xs, h, W, U):
        for x in xs:
            h = np.tanh(W @ x + U @ h)
        return h

    weights = {"W": gnn.parameter((outputs, inputs)), "U": gnn.parameter((outputs, outputs))}
    graph = gnn.trace(steps, xs=gnn.input((3, inputs)), h=gnn.input(outputs), **weights)
    scene = gnn.draw(graph, view="layers", direction=direction).scene
    assert not [*touching(flat(scene)), *dangling(flat(scene))]
