"""Rows end at joints, with what belongs to a step in its row; tags have the names of values."""

from itertools import pairwise

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.layout import in_rows, place
from graphviz_nn.layout.continued import continued
from graphviz_nn.layout.rows.breaks import Break
from graphviz_nn.layout.rows.choices import choices
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")
# Nothing before three rows, nor after them.
NO_ROOM = [0.0] * 3, [0.0] * 3


def blocks(x):
    for _ in range(4):
        x = x + np.tanh(np.sin(np.tanh(x)))
    return x


def recurrent(xs, h, wx, wh):
    for t in range(3):
        h = np.tanh(wx @ xs[t] + wh @ h)
    return h


def towers(u, v):
    return nn.Linear(4, 2)(np.tanh(nn.Linear(3, 4)(u))) @ nn.Linear(4, 2)(np.tanh(nn.Linear(3, 4)(v)))


def rows_of(model, view, limit, direction="LR", **inputs):
    graph, chosen = gnn.trace(model, **inputs), VIEWS[view]
    diagram = FORMS[chosen.form](detailed(chosen.detail, graph), Shown(**chosen.shown))
    layout = next(in_rows(diagram, place(diagram, SHEET, direction=direction), limit, SHEET))
    return diagram, layout


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_row_ends_between_residual_blocks(direction):
    diagram, layout = rows_of(blocks, "operations", 340.0, direction, x=gnn.input(2))
    row = layout.rows.row
    over = [{link.variable for link in diagram.links if row[link.tail] <= at < row[link.head]} for at in range(3)]
    assert max(row.values()) == 3
    assert [len(values) for values in over] == [1, 1, 1]
    assert not layout.rows.tags


@pytest.mark.parametrize("view", ["operations", "compact"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_what_only_a_later_step_uses_is_in_its_row(view, direction):
    given = {"xs": gnn.input((3, 2)), "h": gnn.input(4), "wx": gnn.parameter((4, 2)), "wh": gnn.parameter((4, 4))}
    diagram, layout = rows_of(recurrent, view, 260.0, direction, **given)
    row = layout.rows.row
    assert max(row.values()) > 1
    for shape in diagram.shapes:
        users = [row[link.head] for link in diagram.links if link.tail == shape.name]
        if shape.kind in ("data", "parameter") and users:
            assert row[shape.name] in users


def test_a_tag_has_the_name_of_its_value():
    def model(x, a):
        h = gnn.label(np.tanh(x), "h_1")
        y = np.tanh(np.sin(np.tanh(np.sin(np.tanh(h)))))
        return np.tanh(np.sin(np.tanh(np.sin(np.tanh(y))))) * h + a

    _, layout = rows_of(model, "compact", 150.0, x=gnn.input(2), a=gnn.input(2))
    labels = {tag.label for tag in layout.rows.tags}
    assert labels == {"h_1"}


def test_letters_of_tags_are_none_of_the_model():
    def model(a, b):
        values = [np.tanh(a) + np.sin(a)]
        for _ in range(4):
            values.append(np.tanh(np.sin(np.tanh(values[-1]))))
        return values[-1] * values[0] + b

    diagram, layout = rows_of(model, "operations", 150.0, a=gnn.input(2), b=gnn.input(2))
    labels = {tag.label for tag in layout.rows.tags if tag.kind == "constant"}
    assert labels == {r"\mathrm{c}"}
    assert {shape.label for shape in continued(diagram, layout.rows).shapes} >= {"a", "b"}


def test_the_text_of_an_interrupted_layer_is_before_what_it_leads_to():
    diagram, layout = rows_of(towers, "arrows", 220.0, u=gnn.input(3), v=gnn.input(3))
    cut = [tag for tag in layout.rows.tags if diagram.links[tag.link].layer]
    assert cut
    routes = {(route.link.tail, route.link.head): route for route in layout.routes}
    for tag in cut:
        link = diagram.links[tag.link]
        assert routes[tag.arrives, link.head].labels
        assert not tag.leaves


def test_a_row_that_ends_within_a_branch_begins_no_earlier():
    """What is before the branch is a row of its own, though there would be room."""
    joint = Break(40.0, 40.0, 0.0, (), 0.0)
    inner = Break(90.0, 90.0, 0.0, (), 3.0, depth=1)
    taken = next(choices([joint, inner], (0.0, 180.0), [2, 2, 2], NO_ROOM, 100.0))
    assert taken == [0, 1]
    assert next(choices([joint, Break(90.0, 90.0, 0.0, (), 3.0)], (0.0, 180.0), [2, 2, 2], NO_ROOM, 100.0)) == [1]


def test_a_row_may_be_a_little_longer_where_else_a_branch_is_cut():
    breaks = [Break(90.0, 90.0, 0.0, (), 7.0), Break(110.0, 110.0, 0.0, (), 0.0)]
    both = breaks, (0.0, 200.0), [2, 2, 2], NO_ROOM, 100.0
    assert next(choices(*both)) == [0, 1]
    assert next(choices(*both, slack=1.2)) == [1]


def test_rows_are_as_even_as_can_be():
    breaks = [Break(float(place), float(place), 0.0, (), 0.0) for place in range(10, 200, 10)]
    taken = next(choices(breaks, (0.0, 200.0), [1] * 20, ([0.0] * 20, [0.0] * 20), 105.0))
    lengths = [after - before for before, after in pairwise([0.0, *(breaks[at].end for at in taken), 200.0])]
    assert lengths == [100.0, 100.0]
