"""Several views of one figure: the same things, and what leads from one to the next, are in one column."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.layout import aligned, in_columns, place
from graphviz_nn.scene import Text
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")
# A label is in the middle of its arrow without the head.
HEAD = SHEET.line.arrow_length
ACTIVATIONS = {"sigmoid": nn.sigmoid, "tanh": nn.tanh, "relu": nn.relu}


def laid_out(models, views, direction):
    """The aligned layouts of some views of some models."""
    diagrams = [
        FORMS[VIEWS[view].form](detailed(VIEWS[view].detail, model), Shown(**VIEWS[view].shown))
        for model in models
        for view in views
    ]
    each = [(in_columns if diagram.columns else place)(diagram, SHEET, direction=direction) for diagram in diagrams]
    return aligned(each, diagrams)


def along(layout, *names):
    """The middle of some shapes along the flow."""
    boxes = [layout.boxes[name] for name in names]
    ends = [
        (b.x + sign * b.width / 2) if layout.sideways else (b.y + sign * b.height / 2)
        for b in boxes
        for sign in (-1, 1)
    ]
    return (min(ends) + max(ends)) / 2


def label(layout, tail, head):
    """The middle of the label of an arrow along the flow."""
    (route,) = (route for route in layout.routes if (route.link.tail, route.link.head) == (tail, head))
    return route.labels[0].x if layout.sideways else route.labels[0].y


def by_hand(x, y, theta):
    z1 = theta @ x
    p = nn.softmax(z1)
    return -np.log(y @ p)


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_layer_is_where_its_operations_are(direction):
    model = gnn.trace(by_hand, x=gnn.input(2), y=gnn.target(2), theta=gnn.parameter((2, 2)))
    views = ["operations", "compact", "layers", "arrows"]
    operations, compact, layers, arrows = laid_out([model], views, direction)
    linear = along(operations, "matmul")
    assert [along(compact, "linear"), along(layers, "linear")] == pytest.approx([linear] * 2)
    assert label(arrows, "x", "z1") == pytest.approx(linear, abs=HEAD)
    loss = along(operations, "matmul_2", "log", "negative")
    # The view compact draws no variable behind the loss.
    assert [along(compact, "cross_entropy"), along(layers, "cross_entropy")] == pytest.approx([loss] * 2, abs=1.0)


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_one_layer_is_below_the_two_that_it_replaces(direction):
    def two(x, W1, W2):
        z1 = nn.linear(x, W1)
        return nn.softmax(nn.linear(z1, W2))

    model = gnn.trace(two, x=gnn.input(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))
    both, one = laid_out([model, gnn.collapsed(model)], ["layers"], direction)
    (merged,) = (name for name in one.boxes if name.startswith("linear"))
    assert along(one, merged) == pytest.approx(along(both, "linear", "linear_2"), abs=1.0)


@settings(max_examples=15, deadline=None)
@given(
    widths=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    activation=st.sampled_from(list(ACTIVATIONS)),
    direction=st.sampled_from(["LR", "TB"]),
)
def test_every_variable_and_layer_of_a_network_has_one_column(widths, activation, direction):
    def network(x, *weights):
        for W in weights:
            x = ACTIVATIONS[activation](nn.linear(x, W))
        return x

    shapes = [gnn.parameter((after, before)) for before, after in pairwise(widths)]
    model = gnn.trace(lambda x, weights: network(x, *weights), x=gnn.input(widths[0]), weights=shapes)
    compact, layers, arrows = laid_out([model], ["compact", "layers", "arrows"], direction)
    for name in arrows.boxes:
        assert along(arrows, name) == pytest.approx(along(layers, name))
    for route in arrows.routes:
        tail, head, layer = route.link.tail, route.link.head, route.link.variable
        assert label(arrows, tail, head) == pytest.approx(along(layers, layer), abs=HEAD)
        assert along(compact, layer) == pytest.approx(along(layers, layer))


def test_numbers_of_an_arrow_stay_below_its_label():
    def layer(x, W):
        return nn.softmax(nn.linear(x, W))

    model = gnn.trace(layer, x=gnn.input(2), W=gnn.parameter((2, 2)))
    feeds = {"x": [1, 2], "W": [[1, 2], [3, 4]]}
    picture = gnn.draw([model, model], view=["arrows", "layers"], feeds=feeds, show="weights", rename={"x": "input"})
    groups = {group.id: group for group in picture.scene.groups}
    (arrow,) = (group for name, group in groups.items() if name.startswith("view1-edge") and group.name == "linear")
    (_, name) = (item for item in arrow.items if isinstance(item, Text))
    numbers = groups["view1-numbers-value-linear-W"]
    places = [item.x for item in numbers.items if isinstance(item, Text)]
    assert abs((min(places) + max(places)) / 2 - name.x) < 2.0
