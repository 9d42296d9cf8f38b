"""The backward pass as a valid graph, with the gradients of `gradient`, in every detail."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from generated import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_graphs import graph_of

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import GradientError
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.views import DETAILS, detailed


def agree(graph, both, feeds, names):
    """That the backward pass gives the gradients of the graph."""
    gnn.check(both)
    _, expected = gnn.value_and_gradient(graph, feeds, wrt=names)
    found = gnn.evaluate(both, feeds, outputs=tuple(both.graph["gradients"].values()))
    for name, value in zip(both.graph["gradients"], found.values() if isinstance(found, dict) else found, strict=True):
        scale = max(1.0, float(np.abs(expected[name]).max(initial=0.0)))
        np.testing.assert_allclose(value, expected[name], rtol=1e-10, atol=1e-12 * scale)


@pytest.mark.parametrize("detail", [each for each in DETAILS if each != "scalars"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(model=models)
def test_generated_models(detail, model):
    graph = model.graph
    seen = detailed(detail, graph)
    # Of a loss of logits, the gradient by the target is another where that doesn't sum to 1.
    names = [name for name, variable in seen.leaves.items() if variable.role in ("input", "parameter")]
    agree(graph, gnn.backward(seen, wrt=names), model.feeds, names)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from("+-*"), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_values_that_are_used_often(steps):
    graph = _summed(graph_of(steps))
    feeds = {"x": [0.5, -1.0], "y": [2.0, 0.25], "w": [-0.5, 1.5]}
    agree(graph, gnn.backward(graph, wrt=("x", "y", "w")), feeds, ("x", "y", "w"))


def test_a_step_for_each_operation_that_is_gone_back_through():
    def loss(x, y, W, V):
        z = nn.linear(x, W)
        return nn.squared_error(nn.linear(nn.sigmoid(z), V), y) + 0.0 * np.sum(x)

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((3, 2)), V=gnn.parameter((2, 3)))
    both = gnn.backward(detailed("layers", graph))
    facts = both.graph["backward"]
    assert list(facts["steps"]) == ["add", "squared_error", "linear_2", "sigmoid", "linear"]
    # Sums over axes, reshapes and what else is needed are inside of them.
    assert {op.op for op in both.operations.values() if op.scope[:1] == ("grad",)} == {
        "add_backward",
        "squared_error_backward",
        "linear_backward",
        "sigmoid_backward",
    }
    back = facts["steps"]["linear"]
    assert "W" in both.graph["gradients"]
    assert facts["cotangents"]["z"] in both.arguments(back).values()
    assert both.results(back) == ("grad_W",)


def test_what_several_uses_give_is_added_up():
    graph = gnn.trace(lambda x, t: t * x + t**2, x=gnn.input(()), t=gnn.parameter(()))
    both = gnn.backward(graph)
    assert both.operation(both.producer("grad_t")).op == "add"
    assert set(both.arguments(both.producer("grad_t")).values()) == {"grad_t_multiply", "grad_t_power"}
    parts = gnn.evaluate(both, x=3.0, t=2.0, outputs=("grad_t_multiply", "grad_t_power", "grad_t"))
    assert [float(each) for each in (parts.values() if isinstance(parts, dict) else parts)] == [3, 4, 7]


def test_a_variable_without_influence_has_the_gradient_0():
    graph = gnn.trace(lambda x, t, s: x * t, x=gnn.input(()), t=gnn.parameter(()), s=gnn.parameter(2))
    both = gnn.backward(graph)
    assert gnn.evaluate(both, x=1.0, t=2.0, s=[0, 0], outputs="grad_s").tolist() == [0, 0]
    assert "doesn't depend on s: its gradient is 0" in both.remarks[-1]


def test_it_can_be_saved_and_batched(tmp_path):
    graph = gnn.trace(lambda x, t: np.sum(np.tanh(x * t)), x=gnn.input(3), t=gnn.parameter(3))
    both = gnn.backward(graph)
    kept = gnn.load(gnn.save(both, tmp_path / "both.json"))
    assert kept.graph["backward"] == both.graph["backward"]
    x = np.arange(6.0).reshape(2, 3)
    each = gnn.evaluate(gnn.batch(both, {"x": x}), x=x, t=np.ones(3), outputs="grad_t")
    single = [gnn.evaluate(both, x=row, t=np.ones(3), outputs="grad_t") for row in x]
    np.testing.assert_allclose(each, single)


def test_a_wrong_rule_is_in_its_step(monkeypatch):
    monkeypatch.setitem(OPS, "tanh", replace(OPS["tanh"], vjp=(lambda g, y, a: g * (1 - y),)))
    graph = gnn.trace(lambda x, t: np.sum(np.tanh(x * t)), x=gnn.input(3), t=gnn.parameter(3))
    both = gnn.backward(graph)
    assert not any(op.op == "square" for op in both.operation("tanh_backward").body.operations.values())
    report = gnn.check_gradients(graph, x=[1.0, 2.0, 3.0], t=np.ones(3))
    assert not report


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"wrt": "T"}, "there is no variable 'T': did you mean 't'"),
        ({"of": "x"}, "x has shape"),
        ({"wrt": "n"}, "n is int64; only floating-point variables have gradients"),
    ],
)
def test_gradients_that_there_are_not(options, message):
    graph = gnn.trace(
        lambda x, n, t: np.sum(x * t) * n, x=gnn.input(2), n=gnn.input((), dtype="int64"), t=gnn.parameter(2)
    )
    with pytest.raises(GradientError, match=message):
        gnn.backward(graph, **options)


def _summed(graph):
    """The graph with the sum of what comes out."""
    found = graph.copy()
    (out,) = graph.outputs
    found.add_variable(out, replace(graph.variable(out), role="intermediate"))
    found.add_operation("total", gnn.Operation("sum"), [out], ["loss"])
    found.add_variable("loss", gnn.Variable((), role="output"))
    found.outputs = ("loss",)
    assert nx.is_directed_acyclic_graph(found)
    return found
