"""Programs, feeds, and the check of gradients."""

from dataclasses import replace

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, GraphError, NonFiniteError, UsageError
from graphviz_nn.tracing.registry import OPS


def loss(x, y, theta):
    score = theta @ x
    return (score - y) ** 2


GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))
FEEDS = {"x": [1.0, 2.0], "y": 3.0, "theta": [0.5, -0.5]}


def test_a_program_runs_many_times_and_can_be_read():
    program = gnn.compile(GRAPH)
    assert program(FEEDS) == {"loss": 12.25}
    assert program(
        FEEDS,
    ) == program(**FEEDS)
    assert "score = theta @ x  # test_program.py:" in program.source


def test_evaluate_gives_every_variable():
    assert list(gnn.evaluate(GRAPH, FEEDS)) == list(GRAPH.variables)


@pytest.mark.parametrize(
    ("feeds", "says"),
    [
        ({"x": [1, 2], "y": 3}, "the parameter theta isn't fed"),
        ({**FEEDS, "thta": 1}, "did you mean 'theta'"),
        ({**FEEDS, "x": [1, 2, 3]}, r"x has shape \(3,\); the graph was traced with \(2,\)"),
        ({**FEEDS, "x": [1, np.nan]}, r"x is NaN at \[1\]"),
        ({**FEEDS, "x": "text"}, "must hold numbers"),
        ({**FEEDS, "x": [[1], [2, 3]]}, "lists of different lengths"),
        ([1, 2], "must be a dict"),
    ],
)
def test_wrong_feeds(feeds, says):
    for call in (gnn.evaluate, gnn.check_gradients, gnn.value_and_gradient):
        with pytest.raises(FeedError, match=says):
            call(GRAPH, feeds)


def test_a_feed_given_twice():
    with pytest.raises(FeedError, match="twice"):
        gnn.evaluate(GRAPH, FEEDS, x=[1, 2])


def test_the_first_value_that_isnt_finite_is_named():
    graph = gnn.trace(lambda x: np.log(x).sum(), x=gnn.input(2))
    with pytest.raises(NonFiniteError, match=r"v1 at \[1\] is -inf.*log \(test_program"):
        gnn.evaluate(graph, x=[1.0, 0.0], finite=True)


def test_a_damaged_graph_is_refused():
    graph = GRAPH.copy()
    graph.add_edge("loss", "matmul", key=2)
    with pytest.raises(GraphError, match=r"argument slots|cannot contract|cycle|takes"):
        gnn.evaluate(graph, FEEDS)


@pytest.mark.parametrize("mode", ["entries", "directions"])
def test_gradients_agree(mode):
    report = gnn.check_gradients(GRAPH, FEEDS, mode=mode)
    assert report.passed
    assert report.summary == "3 of 3 agree with central differences"


def test_single_precision_is_checked_in_double():
    graph = gnn.trace(lambda x: np.sum(np.exp(x)), x=gnn.input(3, dtype="float32"))
    assert gnn.check_gradients(graph, x=[0.1, 0.2, 0.3]).rows[0].error < 1e-8


def test_a_kink_is_named():
    graph = gnn.trace(lambda x: np.sum(np.maximum(x, 0)), x=gnn.input(3))
    report = gnn.check_gradients(graph, x=[1.0, 0.0, -1.0])
    assert [row.verdict for row in report.rows] == ["kink"]
    assert "the slope is 0 to its left and 1 to its right" in str(report)


def test_steep_but_smooth_is_no_kink():
    graph = gnn.trace(lambda x: np.sum(np.tanh(30 * x) * 5), x=gnn.input(3))
    report = gnn.check_gradients(graph, x=[0.01, 0.0, -0.03])
    assert [row.verdict for row in report.rows] == ["agrees"], report


def test_unknown_modes():
    with pytest.raises(UsageError, match="did you mean 'entries'"):
        gnn.check_gradients(GRAPH, FEEDS, mode="entris")


def test_a_check_sees_what_has_changed_since_the_last(monkeypatch):
    weight = np.array([0.5, -0.5])
    graph = gnn.trace(lambda x, w: np.tanh(w @ x), x=gnn.input(2), w=gnn.parameter(weight))
    gradient = gnn.check_gradients(graph, x=[1.0, 2.0], wrt="x").rows[0].gradient
    graph.variable("w").value[:] = [0.1, 0.3]
    assert gnn.check_gradients(graph, x=[1.0, 2.0], wrt="x").rows[0].gradient != gradient
    with monkeypatch.context() as patch:
        patch.setitem(OPS, "tanh", replace(OPS["tanh"], vjp=(lambda g, y, a: g * (1 - y),)))
        assert not gnn.check_gradients(graph, x=[1.0, 2.0], wrt="x")
    assert gnn.check_gradients(graph, x=[1.0, 2.0], wrt="x")
    (name,) = [each for each, operation in graph.operations.items() if operation.op == "tanh"]
    graph.add_node(name, data=replace(graph.operation(name), op="exp"))
    row = gnn.check_gradients(graph, x=[1.0, 2.0], wrt="x").rows[0]
    assert row.verdict == "agrees" and row.gradient == pytest.approx(np.exp(0.7) * [0.1, 0.3][row.worst == "[1]"])
