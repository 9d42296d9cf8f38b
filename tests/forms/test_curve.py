"""Curves inside shapes show the values of the operation itself, in every view and style."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms.curve import curve
from graphviz_nn.scene.primitives import Path
from graphviz_nn.style.sheet import names
from graphviz_nn.views import detailed

KNOWN = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "relu6"]


@gnn.function
def bump(z):
    return np.exp(-z * z)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
@pytest.mark.parametrize("function", [*(getattr(nn, name) for name in KNOWN), bump, np.sin, np.exp, np.abs])
def test_a_curve_is_what_is_computed(function, shape):
    graph = detailed("operations", gnn.trace(lambda x: function(x), x=gnn.input(shape)))
    (name,) = graph.operations
    found = curve(graph, name)
    (run,) = found.runs
    x, y = np.transpose(run)
    np.testing.assert_allclose(y, function(x), rtol=1e-12)
    assert found.low == min(0, y.min()) and found.high == max(0, y.max())


def test_what_is_not_finite_is_left_out():
    graph = gnn.trace(lambda x: 1 / x, x=gnn.input(2))
    left, right = curve(graph, "divide").runs
    assert left[-1][0] < 0 < right[0][0]
    assert curve(gnn.trace(lambda x: np.log(x - 9), x=gnn.input(2)), "log").runs


@pytest.mark.parametrize(
    "model",
    [lambda x: nn.softmax(x), lambda x: np.sum(x), lambda x: x @ x, lambda x: x * x[::-1], lambda x: x[0]],
)
def test_what_is_no_function_of_one_number_has_none(model):
    graph = detailed("operations", gnn.trace(model, x=gnn.input(3)))
    assert all(curve(graph, name) is None for name in list(graph.operations)[-1:])


@pytest.mark.parametrize("view", ["operations", "compact", "layers"])
@pytest.mark.parametrize("style", names())
def test_it_lies_inside_its_shape(view, style):
    graph = gnn.trace(lambda x: bump(nn.gelu(x)), x=gnn.input(3))
    scene = gnn.draw(graph, view=view, style=style, show="curves").scene
    groups = {group.name: group for group in scene.groups if group.name in ("bump", "gelu")}
    assert len(groups) == 2
    for group in groups.values():
        outline, *inside = (item for item in group.items if isinstance(item, Path))
        assert len(inside) == 3
        box = _bounds(outline)
        for path in inside:
            left, top, right, bottom = _bounds(path)
            assert box[0] < left <= right < box[2] and box[1] < top <= bottom < box[3]


def test_pictures_without_such_functions_stay_as_they_are():
    graph = gnn.trace(lambda x, W: nn.softmax(W @ x), x=gnn.input(2), W=gnn.parameter((3, 2)))
    assert gnn.draw(graph, show="curves").svg == gnn.draw(graph).svg


def _bounds(path):
    points = [values[i : i + 2] for _, values in path.commands for i in range(0, len(values), 2)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
