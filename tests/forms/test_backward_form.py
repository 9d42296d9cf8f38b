"""The backward pass: each step under its counterpart, in the same order, with reversed arrows."""

import numpy as np
import pytest
from generated import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.pipeline import in_one_line

VIEWS = ["operations", "compact", "layers", "arrows"]
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def middles(picture):
    """The middle of each shape in the picture."""
    found = {}
    for group in picture.scene.groups:
        if group.id.startswith("node-"):
            points = [v for _, values in group.items[0].commands for v in values]
            xs, ys = _corners(group.items[0].commands)
            assert points
            found[group.name] = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    return found


def in_one_piece(graph, **options):
    """The picture with its backward pass, without rows, in which the two passes are nearer where there is room."""
    with in_one_line():
        return gnn.draw(graph, show="backward", **options)


def _corners(commands):
    ends = [values[-2:] for _, values in commands if values]
    return [x for x, _ in ends], [y for _, y in ends]


def network(x, y, W, V):
    return nn.squared_error(nn.linear(nn.sigmoid(nn.linear(x, W)), V), y)


NETWORK = gnn.trace(network, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((3, 2)), V=gnn.parameter((2, 3)))


@few
@given(models, st.sampled_from(VIEWS), st.sampled_from(["LR", "TB"]))
def test_every_step_is_under_the_one_it_belongs_to(model, view, direction):
    picture = in_one_piece(model.graph, view=view, direction=direction)
    diagram, places = picture.panels[0].diagram, middles(picture)
    along, across = (0, 1) if direction == "LR" else (1, 0)
    distances = set()
    for back, name in diagram.backward.shapes.items():
        assert places[back][along] == pytest.approx(places[name][along], abs=0.01)
        distances.add(round(places[back][across] - places[name][across], 1))
    assert min(distances) > 0 and max(distances) - min(distances) < 0.3
    assert {each.name for each in diagram.shapes if each.is_back} == diagram.backward.shapes.keys()
    forward = {(link.tail, link.head) for link in diagram.links if not link.is_back}
    twins = diagram.backward.shapes
    assert all((twins[link.head], twins[link.tail]) in forward for link in diagram.links if link.is_back)


@few
@given(models, st.sampled_from(VIEWS), st.sampled_from(["LR", "TB"]))
def test_alone_everything_has_the_same_distances(model, view, direction):
    options = {"view": view, "direction": direction}
    joined = middles(in_one_piece(model.graph, **options))
    alone = middles(in_one_piece(model.graph, hide="forward", **options))
    assert alone.keys() <= joined.keys()
    shifts = {tuple(round(a - b, 1) for a, b in zip(joined[name], alone[name], strict=True)) for name in alone}
    assert all(np.ptp(each) < 0.3 for each in np.transpose(list(shifts)))


@pytest.mark.parametrize("view", VIEWS)
def test_the_graph_of_the_picture_computes_both(view):
    picture = gnn.draw(NETWORK, view=view, show="backward")
    rng = np.random.default_rng(0)
    feeds = {name: rng.normal(size=variable.shape) for name, variable in NETWORK.leaves.items()}
    expected = gnn.value_and_gradient(NETWORK, feeds)[1]["W"]
    np.testing.assert_allclose(gnn.evaluate(picture.graph, feeds, outputs="grad_W"), expected, rtol=1e-12)


def test_numbers_are_at_both_passes():
    rng = np.random.default_rng(0)
    feeds = {name: rng.normal(size=variable.shape) for name, variable in NETWORK.leaves.items()}
    diagram = gnn.draw(NETWORK, feeds=feeds, show=("backward", "gradients", "check")).panels[0].diagram
    shapes = {shape.name: shape for shape in diagram.shapes}
    assert shapes["W"].value and not shapes["W"].gradient
    assert shapes["grad_W"].gradient.endswith(r"\checkmark")
    assert all(link.gradient.endswith(r"\checkmark") for link in diagram.links if link.is_back and link.gradient)


def test_uses_of_one_parameter_are_marked_as_added():
    graph = gnn.trace(lambda x, W: np.sum(W @ (W @ x)), x=gnn.input(2), W=gnn.parameter((2, 2)))
    for view in ("operations", "layers"):
        diagram = gnn.draw(graph, view=view, show="backward").panels[0].diagram
        marks = [link.mark for link in diagram.links if link.is_back and link.head == "grad_W"]
        assert marks == ["+", "+"]


def test_parameters_that_gradients_are_by_are_drawn():
    drawn = {shape.name for shape in gnn.draw(NETWORK, view="layers", show="backward").panels[0].diagram.shapes}
    assert {"W", "V", "grad_W", "grad_V"} <= drawn


def test_without_parameters_gradients_are_by_the_inputs():
    graph = gnn.trace(lambda x: np.sum(x**2), x=gnn.input(2))
    assert "grad_x" in {shape.name for shape in gnn.draw(graph, show="backward").panels[0].diagram.shapes}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("numbers", [False, True])
def test_inputs_have_their_gradient_where_it_is_asked_for(view, numbers):
    rng = np.random.default_rng(0)
    feeds = {name: rng.normal(size=variable.shape) for name, variable in NETWORK.leaves.items()}
    given = {"feeds": feeds} if numbers else {}
    usual = gnn.draw(NETWORK, view=view, show="backward", **given).panels[0].diagram
    assert "grad_x" not in {shape.name for shape in usual.shapes}
    picture = gnn.draw(NETWORK, view=view, show=("backward", "gradients"), **given)
    shapes = {shape.name: shape for shape in picture.panels[0].diagram.shapes}
    assert "grad_x" in shapes
    assert bool(shapes["grad_x"].gradient) == numbers
    expected = gnn.value_and_gradient(NETWORK, feeds, wrt=["x"])[1]["x"]
    np.testing.assert_allclose(gnn.evaluate(picture.graph, feeds, outputs="grad_x"), expected, rtol=1e-12)


def test_what_is_hidden_is_hidden_in_both():
    diagram = gnn.draw(NETWORK, view="layers", show="backward", hide=("W", "a^{(1)}")).panels[0].diagram
    assert not {"W", "grad_W"} & {shape.name for shape in diagram.shapes}
    assert diagram.backward is not None


@pytest.mark.parametrize("order", ["forward", "backward", "both"])
def test_steps_go_through_both_passes(order):
    rng = np.random.default_rng(0)
    feeds = {name: rng.normal(size=variable.shape) for name, variable in NETWORK.leaves.items()}
    build = gnn.steps(NETWORK, feeds, order, show="backward", view="layers")
    there, back = ("linear", "sigmoid", "linear_2", "squared_error"), ("squared_error", "linear_2", "sigmoid", "linear")
    expected = {"forward": there, "backward": tuple(f"{name}_backward" for name in back)}
    assert build.names == expected.get(order, (*expected["forward"], *expected["backward"]))
    assert len({(picture.scene.width, picture.scene.height) for picture in build}) == 1
    places = [middles(picture) for picture in build]
    assert all(each == places[0] for each in places)
    shapes = {shape.name: shape for shape in build[-1].panels[0].diagram.shapes}
    assert bool(shapes["grad_W"].gradient) == (order != "forward")


def test_units_have_no_backward_pass():
    with pytest.raises(UsageError, match="view 'units' can't show"):
        gnn.draw(NETWORK, view="units", show="backward")


def test_a_model_that_gives_no_single_number():
    with pytest.raises(gnn.errors.GradientError, match="only a single number has gradients"):
        gnn.draw(gnn.trace(lambda x, t: x * t, x=gnn.input(2), t=gnn.parameter(2)), show="backward")


def test_parameters_drawn_as_one_have_their_gradients_as_one():
    cell = nn.LSTMCell(2, 3)

    def twice(x, y, h, c):
        for number in range(2):
            h, c = cell(x[number], h, c)
        return nn.squared_error(h, y)

    specs = {"x": gnn.input((2, 2)), "y": gnn.target(3), "h": gnn.input(3), "c": gnn.input(3)}
    diagram = gnn.draw(gnn.trace(twice, **specs), view="layers", show="backward").panels[0].diagram
    (gradients,) = [shape for shape in diagram.shapes if shape.kind == "parameter" and shape.is_back]
    assert gradients.label.count(r"\bar{") == 4 and len(gradients.also) == 3
    arriving = [link for link in diagram.links if link.head == gradients.name]
    assert [(link.label, link.mark) for link in arriving] == [("", "+"), ("", "+")]
    # The cotangents of the two results of a cell are given to it side by side.
    steps = {name for name in diagram.backward.shapes if name.startswith("lstm_cell")}
    assert not any(link.mark for link in diagram.links if link.is_back and link.head in steps)
