"""Functions and their derivatives by the gradient rules, compared with central differences."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError


@pytest.mark.parametrize("function", ["sigmoid", "tanh", "gelu", "softplus", lambda z: z**3 - z])
def test_a_derivative_is_the_slope_of_the_curve(function):
    (ax,) = gnn.plots.activation_functions(function, reach=2.0).axes
    (x, y), (same, slope) = (line.get_data() for line in ax.lines[:2])
    expected = (getattr(nn, function) if isinstance(function, str) else function)(x)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(x, same)
    np.testing.assert_allclose(slope[1:-1], np.gradient(y, x)[1:-1], atol=1e-3)


def test_usual_ones_where_none_are_given():
    titles = [ax.get_title() for ax in gnn.plots.activation_functions().axes]
    assert titles == ["sigmoid", "tanh", "ReLU", "leaky ReLU", "softplus", "GELU"]


@pytest.mark.parametrize(
    ("function", "options", "message"),
    [
        ("sigmiod", {}, "there is no activation 'sigmiod': did you mean 'sigmoid'"),
        (np.sum, {}, r"must return a number for each point, found shape \(\)"),
        ("relu", {"reach": -1.0}, "reach must be positive"),
    ],
)
def test_what_can_not_be_plotted(function, options, message):
    with pytest.raises(UsageError, match=message):
        gnn.plots.activation_functions(function, **options)
