"""The written chain rule: its numbers multiply and add up to the gradient."""

import re

import numpy as np
import pytest
from generated import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import FeedError, GradientError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.style.numbers import array

EXPRESSIONS = {
    "sum": lambda a, b: a + b,
    "difference": lambda a, b: a - b,
    "product": lambda a, b: a * b,
    "square": lambda a, b: a**2,
    "bend": lambda a, b: np.tanh(a),
    "quotient": lambda a, b: a / (2.5 + np.sin(b)),
}


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.sampled_from(sorted(EXPRESSIONS)), min_size=1, max_size=5),
    t=st.floats(-1.5, 1.5).map(lambda value: round(value, 3)),
)
def test_products_of_numbers_are_the_gradient(names, t):
    def model(x, t):
        value, before = t * x, x
        for name in names:
            value, before = EXPRESSIONS[name](value, before), value
        return value + t

    graph = gnn.trace(model, x=gnn.input(()), t=gnn.parameter(()))
    rule = gnn.chain_rule(graph, "t", x=0.75, t=t)
    gradient = float(gnn.value_and_gradient(graph, x=0.75, t=t)[1]["t"])
    said = [part for part in rule.lines[-1].split(" = ") if part.strip("= ")]
    if any(line.startswith(r"\partial") for line in rule.lines):
        # Each number has three digits.
        assert _computed(said[-1].lstrip("= ")) == pytest.approx(gradient, rel=5.1e-3, abs=1e-9)
        if len(said) > 1:
            assert _computed(said[0].lstrip("= ")) == pytest.approx(gradient, rel=5.1e-2, abs=5e-2)
    else:
        assert rule.lines[-1].endswith(array(np.asarray(gradient)))


def _computed(tex):
    text = (
        tex.replace(r"{\cdot}10^{", "e").replace("10^{", "1e").replace("}", "").replace("{", "").replace(r"\cdot", "*")
    )
    text = re.sub(r"e(-?\d+)", r"e\1", text)
    assert re.fullmatch(r"[-+*()\d. e]+", text), text
    return eval(text)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(model=models, detail=st.sampled_from(["operations", "functions", "layers", "merged"]))
def test_equations_end_with_the_gradient(model, detail):
    graph = model.graph
    rule = gnn.chain_rule(graph, "W", model.feeds, detail=detail)
    gradient = gnn.value_and_gradient(graph, model.feeds, wrt="W")[1]["W"]
    assert all(typeset(line).width > 0 for line in rule.lines)
    if np.any(gradient):
        # A mean may be 0 but for rounding.
        assert rule.lines[-1].rpartition(" = ")[2].split("mean")[0] == array(gradient).split("mean")[0]


def test_the_figures_of_the_lecture_are_spelled_out():
    def loss(x, y, theta):
        y_hat = theta @ x
        return gnn.label((y_hat - y) ** 2, "L")

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))
    feeds = {"x": [1.0, 2.0], "y": 3.0, "theta": [0.5, -0.5]}
    assert str(gnn.chain_rule(graph, "theta_1", feeds, detail="scalars")).splitlines() == [
        "        u_1 = θ_1 × x_1",
        "        u_3 = ŷ - y",
        "∂ L / ∂ θ_1 = ∂ L / ∂ u_3 · ∂ u_3 / ∂ ŷ · ∂ ŷ / ∂ u_1 · ∂ u_1 / ∂ θ_1",
        "            = 2 u_3 · 1 · 1 · x_1",
        "            = (-7) · 1 · 1 · 1 = -7",
    ]
    assert str(gnn.chain_rule(graph, "theta", feeds)).splitlines()[-1].strip() == "θ̄ = ŷ̄ · x = (-7, -14)"
    tex = gnn.chain_rule(graph, "theta").tex
    assert tex.startswith("\\begin{aligned}\nu_{1} &= \\hat{y} - y \\\\\n\\bar{L} &= 1 \\\\\n")


def test_matrix_forms_of_layers():
    def loss(x, y, W, V):
        return nn.squared_error(nn.linear(nn.sigmoid(nn.linear(x, W)), V), y)

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((3, 2)), V=gnn.parameter((2, 3)))
    lines = str(gnn.chain_rule(graph, "W", detail="layers")).splitlines()
    assert [line.strip() for line in lines[1:]] == [
        "z̄^(2) = l̅o̅s̅s̅ · 2 (z^(2) - y)" if "loss" in graph.outputs else "z̄^(2) = o̅u̅t̅p̅u̅t̅ · 2 (z^(2) - y)",
        "ā^(1) = V^T z̄^(2)",
        "z̄^(1) = ā^(1) ⊙ σ'(z^(1))",
        "W̄ = z̄^(1) x^T",
    ]


def test_what_can_not_be_spelled_out():
    graph = gnn.trace(lambda x, t: t * x, x=gnn.input(()), t=gnn.parameter(()))
    with pytest.raises(GradientError, match="there is no variable 's'"):
        gnn.chain_rule(graph, "s")
    with pytest.raises(FeedError, match="x isn't fed"):
        gnn.chain_rule(graph, "t", t=1.0)
