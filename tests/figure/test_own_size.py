"""Pictures on no page keep their size; those longer than a page lose boxes without names, or are broken into rows."""

import numpy as np
import pytest
from models import MODELS

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.figure import pipeline, showing
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.plan import planned
from graphviz_nn.figure.states import states
from graphviz_nn.layout import least_length
from graphviz_nn.scene.page import PAGES, UNITS
from graphviz_nn.style.sheet import load

# With lines that are led back along the ends of rows.
LONG = {"LR": PAGES["page"].width * 1.15, "TB": PAGES["page"].height * 1.15}


def network(depth):
    layers = [layer for _ in range(depth) for layer in (nn.Linear(4, 4), nn.Tanh())]
    return gnn.trace(nn.Sequential(*layers, nn.Linear(4, 3), nn.Softmax()), x=gnn.input(4))


def boxes(picture):
    return {shape.name for shape in picture.panels[0].diagram.shapes if shape.kind == "data"}


def test_what_is_short_stays_whole():
    picture = gnn.draw(network(1), view="layers", style="column")
    assert picture.remarks == ()
    assert picture.scene.width <= PAGES["page"].width
    assert len(boxes(picture)) == 5


@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_what_is_long_is_broken(view, direction):
    picture = gnn.draw(network(10), view=view, direction=direction, repeats="show")
    along = picture.scene.width if direction in ("LR", "RL") else picture.scene.height
    assert along <= LONG["LR" if direction in ("LR", "RL") else "TB"]
    lines = "rows" if direction in ("LR", "RL") else "columns"
    assert any(f"broken into {lines}, as one would be " in remark for remark in picture.remarks)


def test_what_is_a_little_longer_is_set_closer():
    """Of chains that get longer step by step: first whole, then closer, then in rows, and never in rows before."""
    chains = [gnn.trace(nn.Sequential(*[nn.Tanh()] * length), x=gnn.input(4)) for length in range(3, 12)]
    pictures = [gnn.draw(chain, view="compact", repeats="show") for chain in chains]
    said = ["".join(picture.remarks) for picture in pictures]
    kinds = ["rows" if "rows" in each else "closer" if "closer" in each else "whole" for each in said]
    assert kinds == sorted(kinds, key=["whole", "closer", "rows"].index)
    assert {"whole", "closer", "rows"} == set(kinds)
    assert all(picture.scene.width < 1.1 * PAGES["page"].width for picture in pictures[: kinds.index("rows")])


def test_a_longer_line_can_be_asked_for():
    picture = gnn.draw(network(10), view="compact", width=14_000, repeats="show")
    assert picture.remarks == ()
    assert picture.scene.height < 3 * UNITS["cm"]


def test_boxes_of_unnamed_values_go_first():
    def model(x, W):
        h = np.tanh(W[0] @ x)
        return np.tanh(W[1] @ np.tanh(W[2] @ np.tanh(W[3] @ np.tanh(W[4] @ h))))

    graph = gnn.trace(model, x=gnn.input(3), W=[gnn.parameter((3, 3)) for _ in range(5)])
    picture = gnn.draw(graph, view="layers", repeats="show")
    assert boxes(picture) == {"x", "h", "model"}
    assert any("without boxes of unnamed values" in remark for remark in picture.remarks)
    sizes = [link.note for link in picture.panels[0].diagram.links if link.label]
    assert sizes and all("3" in size for size in sizes)


def test_boxes_of_unnamed_values_are_hidden_on_request():
    graph = network(1)
    whole, hidden = (gnn.draw(graph, view="layers", style="column", hide=hide) for hide in ((), "unnamed"))
    assert boxes(hidden) == {"x", "p"} < boxes(whole)
    assert hidden.scene.width < whole.scene.width
    assert set(hidden.graph.variables) == set(whole.graph.variables)


def test_a_page_that_opens_has_every_state_in_one_line():
    picture = gnn.draw(network(4), view="layers")
    assert picture.remarks
    drawn = states(picture)
    heights = [each.scene.height for each in drawn.values()]
    assert len(heights) > 1
    assert not any("broken" in remark for each in drawn.values() for remark in each.remarks)
    assert max(heights) < picture.scene.height


@pytest.mark.parametrize("width", [None, "column"])
def test_numbers_are_computed_once(width, monkeypatch):
    calls = counted(monkeypatch, showing, "numbers")
    picture = gnn.draw(network(6), view="layers", feeds={"x": np.ones(4)}, width=width)
    assert picture.remarks or width
    assert len(calls) == 1


@pytest.mark.parametrize("depth", [1, 20])
def test_what_is_surely_too_long_is_not_laid_out_in_one_line_first(depth, monkeypatch):
    """Neither a short picture nor a long one is laid out with and without the boxes of unnamed values."""
    placed = counted(monkeypatch, pipeline, "place")
    picture = gnn.draw(network(depth), view="layers", repeats="show", style="column")
    assert any("without boxes of unnamed values" in remark for remark in picture.remarks) == (depth > 1)
    assert len(placed) == 1


@pytest.mark.parametrize("depth", range(1, 6))
def test_no_picture_is_shorter_than_was_told(depth):
    (panel,) = gnn.draw(network(depth), view="layers", repeats="show", width=14_000).panels
    for direction in ("LR", "TB"):
        sheet = load("lecture")
        layout = pipeline.place(panel.diagram, sheet, direction=direction)
        told, found = (
            least_length(panel.diagram, sheet, direction),
            layout.width if direction == "LR" else layout.height,
        )
        assert 0.4 * found < told < found


def counted(monkeypatch, module, name):
    """The calls of a function, which still does its work."""
    calls, function = [], getattr(module, name)

    def call(*arguments, **options):
        calls.append(arguments)
        return function(*arguments, **options)

    monkeypatch.setattr(module, name, call)
    return calls


def test_what_breaks_only_if_set_closer_is_set_closer():
    model = MODELS["residual_block"]
    picture = gnn.draw(model.graph, view="operations", feeds=model.feeds, show=("values", "gradients", "check"))
    assert picture.scene.width < 1.25 * PAGES["page"].width
    assert "broken into rows" in " ".join(picture.remarks)


def test_several_views_are_as_wide_as_a_slide_in_the_same_columns():
    found = laid_out(network(3), view=["compact", "arrows"], repeats="show")
    assert PAGES["page"].width < found.scene.width <= PAGES["slide"].width and not found.noticed
    assert not any(layout.rows for layout in found.layouts)


@pytest.mark.parametrize("option", [{}, {"width": "page"}, {"direction": "RL"}])
def test_several_views_that_are_wider_are_broken_each(option):
    found = laid_out(network(9), view=["compact", "arrows"], repeats="show", **option)
    most = PAGES["page"].width if "width" in option else 1.15 * PAGES["slide"].width
    assert found.scene.width <= most + 1e-6
    assert all(layout.rows for layout in found.layouts)


def laid_out(graph, **options):
    return pipeline.drawn(planned([graph], checked(options)))
