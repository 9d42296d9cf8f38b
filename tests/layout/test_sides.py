"""Branches are on the sides where fewer lines cross."""

from importlib import import_module

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout import place, sides
from graphviz_nn.layout.composed import composed
from graphviz_nn.layout.judged import crossing
from graphviz_nn.layout.size import sizes
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

# The package has a function of this name.
placing = import_module("graphviz_nn.layout.place")
SHEET = load("lecture")
DIRECTIONS = pytest.mark.parametrize("direction", ["LR", "TB"])


def diagram(pairs, spine, leaves=""):
    names = dict.fromkeys(name for pair in pairs for name in pair)
    shapes = tuple(Shape(name, "parameter" if name in leaves else "operation", name) for name in names)
    return Diagram(shapes, tuple(Link(*pair, pair[0]) for pair in pairs), tuple(spine))


def twins(view):
    """Two towers with the same weights, of which the one begins with more."""
    tower = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())

    def model(x=gnn.input(4), z=gnn.input(4)):
        return np.sum(np.log(tower(x)) + np.log(1 - tower(np.tanh(z))))

    chosen = VIEWS[view]
    return FORMS[chosen.form](detailed(chosen.detail, gnn.trace(model)), Shown(**chosen.shown))


@pytest.mark.parametrize(("view", "direction"), [("compact", "LR"), ("arrows", "LR"), ("arrows", "TB")])
def test_what_twins_share_is_where_no_line_to_it_crosses_another(view, direction, monkeypatch):
    shown = twins(view)
    assert not crossing(place(shown, SHEET, direction=direction))
    monkeypatch.setattr(placing, "TRIES", 0)
    assert crossing(place(shown, SHEET, direction=direction))


@DIRECTIONS
def test_a_way_round_is_on_the_side_where_nothing_leads_on(direction):
    """As in a recurrent cell, in which the state goes on above, and a gate joins below."""
    said = "x f, x i, x o, f p, i p, p t, t m, o m, p q, m y, y F, y I, y O, F q, q r, I r, r T, T M, O M"
    pairs = [tuple(each.split()) for each in said.split(", ")]
    cell = diagram(pairs, "xiptmyIrTM")
    assert not crossing(place(cell, SHEET, direction=direction))


def test_a_branch_is_on_the_side_that_is_asked_for():
    joined = diagram(["ab", "bc", "cd", "eb", "fe", "gc"], "abcd")
    measured = sizes(joined, SHEET, True)
    boxes, made = composed(joined, measured, SHEET, True)
    assert set(made) == {("e", "b"), ("g", "c")}
    assert made["e", "b"].names == {"e", "f"}
    for choice, (side, _) in made.items():
        tail, head = choice
        assert (boxes[tail].y > boxes[head].y) == (side > 0)
        turned, now = composed(joined, measured, SHEET, True, {choice: -side})
        assert now[choice].side == -side
        assert (turned[tail].y > turned[head].y) == (side < 0)


def test_ways_are_in_the_order_that_is_asked_for():
    parallel = diagram(["xa", "xb", "xc", "ay", "by", "cy"], "xby")
    measured = sizes(parallel, SHEET, True)
    boxes, made = composed(parallel, measured, SHEET, True)
    assert made["x", "y", "ways"].side == 1
    turned, _ = composed(parallel, measured, SHEET, True, {("x", "y", "ways"): -1.0})
    assert boxes["a"].y < boxes["b"].y < boxes["c"].y
    assert turned["a"].y > turned["b"].y > turned["c"].y


def test_where_nothing_crosses_nothing_is_tried(monkeypatch):
    def never(*_):
        raise AssertionError

    monkeypatch.setattr(sides, "_best", never)
    place(diagram(["ab", "bc", "cd", "eb", "gc"], "abcd"), SHEET)
    with pytest.raises(AssertionError):
        place(twins("compact"), SHEET)


def test_for_one_picture_sides_are_looked_for_once(monkeypatch):
    """However often it is laid out until it fits; where nothing is remembered, each time, with the same result."""
    looked, best = [], sides._best
    monkeypatch.setattr(sides, "_best", lambda *arguments: looked.append(1) or best(*arguments))
    shown = twins("compact")
    with sides.remembering():
        first, second = place(shown, SHEET), place(shown, SHEET)
    assert len(looked) == 1 and first == second == place(shown, SHEET)
    assert len(looked) == 2
