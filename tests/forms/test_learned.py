"""Gradients of the parameters inside layers: all of them, each once, with the layer that has it."""

import numpy as np
import pytest
from generated import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.style.numbers import array

VIEWS = ["compact", "layers", "arrows"]
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def network(x, y, W, b, V):
    return nn.cross_entropy(nn.softmax(nn.linear(nn.sigmoid(nn.linear(x, W, b)), V)), y)


GRAPH = gnn.trace(
    network,
    x=gnn.input(2),
    y=gnn.target(2),
    W=gnn.parameter((3, 2)),
    b=gnn.parameter(3),
    V=gnn.parameter((2, 3)),
)
RANDOM = np.random.default_rng(0)
FEEDS = {name: RANDOM.normal(size=leaf.shape) for name, leaf in GRAPH.leaves.items()} | {"y": np.array([0.0, 1.0])}
SHOWN = {"feeds": FEEDS, "show": ("gradients", "check")}


def written(picture):
    """The gradients in a picture, by name."""
    found = []
    for each in (*picture.panels[0].diagram.shapes, *picture.panels[0].diagram.links):
        found += [(own.name, own.gradient) for own in each.learned if own.gradient]
        found += [(getattr(each, "name", each.__dict__.get("variable")), each.gradient)] if each.gradient else []
    return found


@few
@given(models, st.sampled_from(VIEWS), st.sampled_from(["LR", "TB"]))
def test_the_gradient_of_every_parameter_is_drawn_once(model, view, direction):
    picture = gnn.draw(model.graph, view=view, direction=direction, feeds=model.feeds, show="gradients")
    names = [name for name, _ in written(picture)]
    leaves = {name: leaf for name, leaf in picture.graph.leaves.items() if picture.graph.degree(name)}
    learned = [name for name, leaf in leaves.items() if leaf.role == "parameter"]
    assert {name: names.count(name) for name in learned} == dict.fromkeys(learned, 1)


@pytest.mark.parametrize("view", VIEWS)
def test_gradients_are_with_their_layer(view):
    diagram = gnn.draw(GRAPH, view=view, **SHOWN).panels[0].diagram
    found = [tuple(own.name for own in each.learned) for each in (*diagram.shapes, *diagram.links) if each.learned]
    assert found == [("W", "b"), ("V",)]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", VIEWS)
def test_each_gradient_is_below_the_name_of_its_parameter(view, direction):
    from graphviz_nn.layout.place import place
    from graphviz_nn.style.sheet import load

    diagram = gnn.draw(GRAPH, view=view, direction=direction, **SHOWN).panels[0].diagram
    layout = place(diagram, load("lecture"), direction=direction)
    assert not layout.crowded
    texts = [*layout.notes, *(label for route in layout.routes for label in route.labels)]
    for each in (*diagram.shapes, *diagram.links):
        for own in each.learned:
            (name,) = [text for text in texts if text.tex == own.label]
            below = [text for text in texts if text.kind == "gradient" and text.y > name.y and text.x == name.x]
            nearest = min(below, key=lambda text: text.y)
            entries = [entry.tex for entry in nearest.grid.entries]
            assert entries and all(entry in own.gradient for entry in entries)


@pytest.mark.parametrize("view", VIEWS)
def test_without_parameters_there_are_none(view):
    diagram = gnn.draw(GRAPH, view=view, hide="parameters", **SHOWN).panels[0].diagram
    assert not any(each.learned for each in (*diagram.shapes, *diagram.links))


@pytest.mark.parametrize("view", VIEWS)
def test_steps_show_a_gradient_after_its_layer(view):
    build = gnn.steps(GRAPH, FEEDS, "backward", view=view, show="gradients")
    known = [{name for name, _ in written(picture)} & {"W", "b", "V"} for picture in build]
    assert [set(), {"V"}, {"W", "b", "V"}] == [each for n, each in enumerate(known) if n == 0 or each != known[n - 1]]
    drawn = [sum(group.id.startswith("numbers-gradient") for group in picture.scene.groups) for picture in build]
    assert drawn == sorted(drawn) and drawn[-1] - drawn[0] >= 3


def test_parameters_that_are_one_shape_have_a_gradient_each():
    def twice(x, y, W, b):
        return nn.squared_error(nn.linear(nn.tanh(nn.linear(x, W, b)), W, b), y)

    graph = gnn.trace(twice, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)), b=gnn.parameter(2))
    feeds = {name: RANDOM.normal(size=leaf.shape) for name, leaf in graph.leaves.items()}
    names = [name for name, _ in written(gnn.draw(graph, view="layers", feeds=feeds, show="gradients"))]
    assert names.count("W") == names.count("b") == 1


@pytest.mark.parametrize("view", VIEWS)
def test_mermaid_writes_them(view):
    slopes = gnn.value_and_gradient(GRAPH, FEEDS)[1]
    text = gnn.draw(GRAPH, view=view, **SHOWN).mermaid
    assert all(f"{abs(slopes[name].flat[0]):.2g}"[:4] in text for name in ("W", "b", "V"))


@pytest.mark.parametrize("hidden", [False, True])
def test_an_arrow_of_a_backward_pass_has_the_gradients_of_its_layer(hidden):
    hide = ("forward",) if hidden else ()
    picture = gnn.draw(GRAPH, view="arrows", feeds=FEEDS, show=("backward", "gradients", "check"), hide=hide)
    links = picture.panels[0].diagram.links
    assert [tuple(own.name for own in link.learned) for link in links if link.learned] == [
        ("grad_W", "grad_b"),
        ("grad_V",),
    ]
    assert all(own.gradient.endswith(r"\checkmark") for link in links for own in link.learned)
    assert all(link.is_back for link in links if link.learned)
    without = gnn.draw(GRAPH, view="arrows", feeds=FEEDS, show="backward", hide=("parameters", *hide))
    assert not any(link.learned for link in without.panels[0].diagram.links)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", VIEWS)
def test_weights_are_below_their_names_above_their_gradients(view, direction):
    from graphviz_nn.layout.place import place
    from graphviz_nn.style.sheet import load

    shown = {"view": view, "direction": direction, "feeds": FEEDS}
    bare = gnn.draw(GRAPH, **shown).panels[0].diagram
    assert not any(each.learned for each in (*bare.shapes, *bare.links))
    diagram = gnn.draw(GRAPH, **shown, show=("weights", "gradients")).panels[0].diagram
    layout = place(diagram, load("lecture"), direction=direction)
    assert not layout.crowded
    texts = [*layout.notes, *(label for route in layout.routes for label in route.labels)]
    known = {own.name: own for each in (*diagram.shapes, *diagram.links) for own in each.learned}
    assert {name: own.value for name, own in known.items()} == {name: array(FEEDS[name]) for name in ("W", "b", "V")}
    for own in known.values():
        (name,) = [text for text in texts if text.tex == own.label]
        below = sorted((text for text in texts if text.y > name.y and text.x == name.x), key=lambda text: text.y)
        value, gradient = (text.grid.entries for text in below[:2])
        assert all(entry.tex in own.value for entry in value) and all(entry.tex in own.gradient for entry in gradient)


@pytest.mark.parametrize("view", VIEWS)
def test_the_value_of_a_merged_layer_is_that_of_its_product(view):
    def two(x, A, B):
        return nn.softmax(nn.linear(nn.linear(x, A), B))

    A, B = RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(2, 3))
    graph = gnn.collapsed(gnn.trace(two, x=gnn.input(2), A=gnn.parameter((3, 2)), B=gnn.parameter((2, 3))))
    diagram = gnn.draw(graph, view=view, feeds={"x": [1, 2], "A": A, "B": B}, show="weights").panels[0].diagram
    (own,) = (own for each in (*diagram.shapes, *diagram.links) for own in each.learned)
    assert own.value == array(B @ A)


def test_weights_need_values():
    with pytest.raises(UsageError, match="'weights' needs values: give feeds="):
        gnn.draw(GRAPH, view="layers", show="weights")
