"""The thirty models of the benchmark are right, and their pictures have no faults."""

from dataclasses import replace

import numpy as np
import pytest
from models import MODELS
from yardstick import bends, crossings, dangling, flat, touching
from yardstick.drawing import DIRECTIONS, WAYS, row

import graphviz_nn as gnn
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.scene import compose
from graphviz_nn.style.sheet import load

# To check the numbers of larger ones takes longer than to draw them.
SMALL = 60


def test_there_are_thirty():
    assert len(MODELS) == 30


@pytest.mark.parametrize("name", MODELS)
def test_a_model_runs_and_its_gradients_agree(name):
    model = MODELS[name]
    values = gnn.evaluate(model.graph, model.feeds)
    assert all(np.all(np.isfinite(values[output])) for output in model.graph.outputs)
    report = gnn.check_gradients(model.graph, model.feeds)
    assert report.passed and report.measured, str(report)


@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_touched_and_no_end_dangles(name):
    model, said = MODELS[name], []
    ways = [way for way in WAYS if "show" not in WAYS[way] or len(model.graph.operations) <= SMALL]
    for way in ways:
        for direction in DIRECTIONS:
            found, _ = row(model, way, direction)
            # What goes several ways, or isn't made of vectors, is no network of units.
            assert not found.refused or way == "units", found.refused
            said += [f"{way}, {direction}: {each}" for each in (*found.touched, *found.dangling)]
    assert not said, "\n".join(said)


def picture(*lines, circle=(30, 0)):
    """Three boxes of 20 pt in a row, 60 pt apart, a circle, and lines between them by name."""
    places = {"a": (0, 0), "b": (60, 0), "c": (120, 0)}
    boxes = {name: Box(x, y, 20, 20, "box") for name, (x, y) in places.items()} | {"o": Box(*circle, 20, 20, "circle")}
    shapes = tuple(Shape(name, "data", name) for name in boxes)
    links = tuple(Link(tail, head, "v") for tail, head, _ in lines)
    routes = tuple(Route(link, points) for link, (*_, points) in zip(links, lines, strict=True))
    layout = Layout(200, 200, boxes, routes)
    return flat(compose(layout, Diagram(shapes, links), load("lecture"), "picture"))


FAULTS = {
    "crosses the shape node-b": [("a", "c", ((10, 0), (110, 0)))],
    "ends 4.0 pt from node-b": [("a", "b", ((10, 0), (46, 0)))],
    "starts 3.0 pt from node-a": [("a", "b", ((13, 0), (50, 0)))],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(fault):
    found = picture(*FAULTS[fault], circle=(0, 90))
    said = [*touching(found), *dangling(found)]
    assert any(each.endswith(fault) for each in said), said


def test_what_is_right_is_no_fault():
    right = picture(("a", "b", ((10, 0), (50, 0))), ("b", "c", ((70, 0), (110, 0))), circle=(60, 40))
    # The letters, measured from the page's corner, leave it; nothing else is wrong.
    assert not [each for each in (*touching(right), *dangling(right)) if "leaves the page" not in each]


def test_crossings_and_bends_are_counted():
    across = ("a", "c", ((10, 0), (30, 50), (90, 50), (110, 0)))
    curved = picture(("a", "c", ((10, 0), (40, 80), (80, 80), (110, 0))), circle=(0, 90))
    assert crossings(curved) == 0 and bends(curved.lines) == 1
    other = ("o", "c", ((60, 100), (60, 10)))
    assert crossings(picture(("a", "c", across[2][:1] + across[2][-1:]), other, circle=(60, 110))) == 0
    assert crossings(picture(("a", "c", ((10, 20), (110, 20))), other, circle=(60, 110))) == 1
    snake = ((10, 0), (20, 0), (40, 0), (40, 20), (40, 40), (40, 60), (60, 60))
    assert bends(picture(("a", "c", snake), circle=(0, 90)).lines) == 2


def test_text_out_of_place_is_seen():
    found = picture(("a", "b", ((10, 0), (50, 0))), circle=(0, 90))
    text = next(each for each in found.texts if each.home == "node-a")
    moved = replace(text, box=tuple(side + 25 * (i % 2 == 0) for i, side in enumerate(text.box)))
    said = list(touching(replace(found, texts=(moved, *(each for each in found.texts if each is not text)))))
    assert any("leaves its shape" in each for each in said) and any("lies on the arrow" in each for each in said)
