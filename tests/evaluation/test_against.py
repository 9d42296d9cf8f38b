"""Comparison with other gradients: which ones differ, and which is the first."""

import builtins
from dataclasses import replace

import numpy as np
import pytest
from frameworks import beside
from generated import models
from hypothesis import given, settings

import graphviz_nn as gnn
from graphviz_nn.errors import GradientError, UsageError
from graphviz_nn.tracing.registry import OPS

FRAMEWORKS = ("torch", "jax")
with_each = pytest.mark.parametrize("framework", [pytest.param(each, marks=beside(each)) for each in FRAMEWORKS])


def model(x, y, W1, W2):
    z1 = W1 @ x
    a1 = np.tanh(z1)
    z2 = W2 @ a1
    return np.sum((z2 - y) ** 2)


GRAPH = gnn.trace(model, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))
RNG = np.random.default_rng(0)
FEEDS = {name: RNG.normal(size=variable.shape) for name, variable in GRAPH.leaves.items()}


def student(x, y, W1, W2, *, slope=lambda a: 1 - a**2):
    """A backward pass by hand."""
    a1 = np.tanh(W1 @ x)
    dz2 = 2 * (W2 @ a1 - y)
    da1 = W2.T @ dz2
    dz1 = da1 * slope(a1)
    found = {"z2": dz2, "W2": np.outer(dz2, a1), "a1": da1, "z1": dz1, "W1": np.outer(dz1, x), "x": W1.T @ dz1}
    return np.sum((W2 @ a1 - y) ** 2), found


def wrong(**feeds):
    return student(**feeds, slope=lambda a: 1 - a)


def test_a_right_backward_pass_agrees():
    for against in (student, student(**FEEDS)[1], lambda **feeds: student(**feeds)[1]):
        report = gnn.check_gradients(GRAPH, FEEDS, against=against)
        assert report.passed and report.first is None, report
        assert len(report.rows) == 6
    assert report.summary == "6 of 6 agree with yours"
    assert "agree with student" in gnn.check_gradients(GRAPH, FEEDS, against=student).summary


def test_a_wrong_step_is_named():
    report = gnn.check_gradients(GRAPH, FEEDS, against=wrong)
    assert not report
    assert {row.name for row in report.rows if row.verdict == "differs"} == {"z1", "W1", "x"}
    assert report.first == "z1"
    assert report.step.startswith("tanh (test_against.py:")
    assert "the first on the way back is z1" in report.summary
    assert "check the backward step to z1: tanh" in str(report)
    right = gnn.check_gradients(GRAPH, FEEDS, against=wrong, wrt=["W2", "a1"])
    assert right.passed


def test_the_note_says_who_is_right(monkeypatch):
    (row,) = gnn.check_gradients(GRAPH, FEEDS, against=wrong, wrt="z1").rows
    assert row.note == f"the central difference is {row.gradient:.6g}"
    monkeypatch.setitem(OPS, "tanh", replace(OPS["tanh"], vjp=(lambda g, y, a: g * (1 - y),)))
    report = gnn.check_gradients(GRAPH, FEEDS, against=student)
    assert report.first == "z1"
    (row,) = [row for row in report.rows if row.name == "z1"]
    assert row.note == f"the central difference is {row.difference:.6g}"


def test_the_first_wrong_one_among_central_differences(monkeypatch):
    monkeypatch.setitem(OPS, "tanh", replace(OPS["tanh"], vjp=(lambda g, y, a: g * (1 - y),)))
    report = gnn.check_gradients(GRAPH, FEEDS, wrt=["x", "W1", "z1", "a1", "W2", "z2"])
    assert report.first == "z1" and report.step.startswith("tanh")
    assert gnn.check_gradients(GRAPH, FEEDS).first in ("x", "W1")


def test_another_value_is_said():
    report = gnn.check_gradients(GRAPH, FEEDS, against=lambda **feeds: (1.0, student(**feeds)[1]))
    assert not report and report.rows[0].name == "model" and "the output itself differs" in str(report)


def test_either_side_of_a_kink_is_no_error():
    graph = gnn.trace(lambda t: np.sum(np.maximum(t, 0)), t=gnn.parameter(3))
    report = gnn.check_gradients(graph, t=[1.0, 0.0, -1.0], against={"t": [1, 0, 0]})
    assert [row.verdict for row in report.rows] == ["kink"]
    report = gnn.check_gradients(graph, t=[1.0, 0.0, -1.0], against={"t": [1, 2, 0]})
    assert [(row.verdict, row.worst) for row in report.rows] == [("differs", "[1]")]


def test_single_numbers_are_compared_in_the_view_of_them():
    scalars = gnn.draw(GRAPH, view="scalars").graph
    report = gnn.check_gradients(scalars, FEEDS, against={"W1": student(**FEEDS)[1]["W1"]})
    assert report.passed and len(report.rows) == 6


def test_what_they_are_given_stays_as_it_is():
    kept = FEEDS["x"].copy()

    def careless(x, y, W1, W2):
        x *= 0
        return {"x": x}

    gnn.check_gradients(GRAPH, FEEDS, against=careless)
    np.testing.assert_array_equal(FEEDS["x"], kept)


def raising(**feeds):
    raise ValueError("too deep")


@pytest.mark.parametrize(
    ("against", "error", "says"),
    [
        ({"w1": np.zeros((3, 2))}, GradientError, "'w1', which isn't a variable: did you mean 'W1'"),
        ({"W1": np.zeros((2, 3))}, GradientError, r"shape \(2, 3\).* \(3, 2\); its transpose fits"),
        ({"W1": np.full((3, 2), np.nan)}, GradientError, r"'W1' is nan at \[0, 0\]; look for 0/0"),
        ({"W1": "text"}, GradientError, "must hold numbers"),
        ({"W1": [[1], [2, 3]]}, GradientError, "lists of different lengths"),
        ({}, GradientError, "has no gradients"),
        (raising, GradientError, r"raising\(x, y, W1, W2\) raised ValueError: too deep"),
        (lambda **feeds: 3, GradientError, "returned a int; it must return a dict"),
        (lambda x: {}, GradientError, "raised TypeError.*must take the feeds as keywords"),
        (lambda **feeds: ([1.0, 2.0], {"x": [0, 0]}), GradientError, "a single number"),
        ("toch", UsageError, "did you mean 'torch'"),
        (3, UsageError, "must be a dict of arrays, a function"),
    ],
)
def test_what_is_no_gradient(against, error, says):
    with pytest.raises(error, match=says):
        gnn.check_gradients(GRAPH, FEEDS, against=against)


def test_gradients_that_are_asked_for_and_not_given():
    with pytest.raises(GradientError, match="no gradient of W2"):
        gnn.check_gradients(GRAPH, FEEDS, against={"W1": np.zeros((3, 2))}, wrt="W2")


def test_a_graph_without_a_loss_and_a_whole_number():
    graph = gnn.trace(lambda x, i, t: x[i] * t, x=gnn.input(2), i=gnn.input(2, dtype="int64"), t=gnn.parameter(()))
    feeds = {"x": [1.0, 2.0], "i": [0, 1], "t": 2.0}
    with pytest.raises(GradientError, match="single number has gradients; sum it in the model"):
        gnn.check_gradients(graph, feeds, against={"t": 1.0})
    with pytest.raises(GradientError, match="i is int64, which has no gradient; leave it out"):
        gnn.check_gradients(graph, feeds, against={"i": [0, 0]})


def test_what_the_loss_does_not_depend_on_has_the_gradient_0():
    graph = gnn.trace(lambda t, u: t**2, t=gnn.parameter(()), u=gnn.parameter(()))
    report = gnn.check_gradients(graph, t=1.0, u=1.0, against={"t": 2.0, "u": 0.0})
    assert report.passed and "doesn't depend on u: its gradient is 0" in str(report)
    assert not gnn.check_gradients(graph, t=1.0, u=1.0, against={"u": 1.0})


@with_each
@settings(max_examples=40, deadline=None)
@given(drawn=models)
def test_frameworks_agree_on_generated_models(framework, drawn):
    report = gnn.check_gradients(drawn.graph, drawn.feeds, against=framework)
    assert report.passed, report
    inner = [n for n, v in drawn.graph.variables.items() if v.role == "intermediate" and v.dtype == "float64"]
    report = gnn.check_gradients(drawn.graph, drawn.feeds, against=framework, wrt=inner)
    assert report.passed, report


def _every_operation():
    a, b = gnn.parameter((2, 3)), gnn.parameter((2, 3))
    yield "arithmetic", gnn.trace(lambda a, b: np.sum(a * b / (1 + b) - np.reciprocal(b) + np.positive(-a)), a=a, b=b)
    yield (
        "powers",
        gnn.trace(lambda a, b: np.sum(a**b + np.square(a) + np.sqrt(b) + np.cbrt(a) + np.hypot(a, b)), a=a, b=b),
    )
    yield (
        "exponentials",
        gnn.trace(
            lambda a, b: (
                np.sum(np.exp(a) + np.exp2(b) + np.expm1(a) + np.log1p(b) + np.logaddexp(a, b))
                + np.sum(np.log(a) + np.log2(b) + np.log10(a) + gnn.nn.erf(b))
            ),
            a=a,
            b=b,
        ),
    )
    yield (
        "trigonometric",
        gnn.trace(
            lambda a, b: (
                np.sum(np.sin(a) + np.cos(b) + np.tan(a) + np.arcsin(a / 2) + np.arccos(b / 2) + np.arctan(a))
                + np.sum(np.arctan2(a, b) + np.sinh(a) + np.cosh(b) + np.tanh(a) + np.arcsinh(a))
                + np.sum(np.arccosh(b + 2) + np.arctanh(a / 2))
            ),
            a=a,
            b=b,
        ),
    )
    yield (
        "choices",
        gnn.trace(
            lambda a, b: (
                np.sum(np.abs(a) + np.sign(b) + np.floor(a) + np.ceil(b) + np.rint(a))
                + np.sum(np.maximum(a, b) + np.minimum(a, 0.5) + np.where(np.logical_and(a > 0.5, b != 0.1), a, 2 * b))
                + np.sum(np.where(np.logical_not(a <= b), a, b) * np.where(np.equal(a, b), 1.0, b))
            ),
            a=a,
            b=b,
        ),
    )
    yield (
        "reduction",
        gnn.trace(
            lambda a, b: (
                np.sum(np.prod(a, axis=0) + np.max(a, axis=0) + np.min(b, axis=0) + np.mean(a, axis=0))
                + np.prod(b)
                + np.max(a)
                + a[0][np.argmax(b[0])]
                + a[1][np.argmin(b, axis=1)[0]]
            ),
            a=a,
            b=b,
        ),
    )
    yield (
        "shape",
        gnn.trace(
            lambda a, b: (
                np.sum(np.stack([a, b])[1, :, ::-1] * np.concatenate([a.T, b.T])[:3, :].T)
                + np.sum(np.outer(a, b)[1:, [0, 2]])
                + np.sum(np.broadcast_to(a, (2, 2, 3)))
                + np.sum(a.reshape(3, 2) @ b)
            ),
            a=a,
            b=b,
        ),
    )


@with_each
@pytest.mark.parametrize(("title", "graph"), list(_every_operation()))
def test_frameworks_agree_on_every_operation(framework, title, graph):
    rng = np.random.default_rng(3)
    feeds = {"a": rng.uniform(0.2, 0.9, (2, 3)), "b": rng.uniform(0.2, 0.9, (2, 3))}
    assert gnn.check_gradients(graph, feeds, against=framework).passed


@with_each
def test_a_planted_wrong_rule_is_found(framework, monkeypatch):
    monkeypatch.setitem(OPS, "tanh", replace(OPS["tanh"], vjp=(lambda g, y, a: g * (1 - y),)))
    report = gnn.check_gradients(GRAPH, FEEDS, against=framework, wrt=["W1", "W2", "z1", "a1"])
    assert report.first == "z1" and f"agree with {framework}" in report.summary


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_that_is_missing(framework, monkeypatch):
    found = builtins.__import__

    def missing(name, *rest):
        if name == framework:
            raise ImportError(f"No module named {framework!r}")
        return found(name, *rest)

    monkeypatch.setattr("graphviz_nn.evaluation.backends.import_module", missing)
    with pytest.raises(UsageError, match=rf"pip install 'graphviz_nn\[{framework}\]'"):
        gnn.check_gradients(GRAPH, FEEDS, against=framework)


@pytest.mark.parametrize("given", [0.0, 1e-7, 1e-3])
def test_entries_next_to_nothing_are_neither_right_nor_wrong(given):
    graph = gnn.trace(lambda w: w[0] * 1e12 + w[1] * 1e-6, w=gnn.parameter(2))
    report = gnn.check_gradients(graph, w=[0.3, 0.4], against={"w": [1e12, given]})
    assert report.passed and not report.measured
    (row,) = report.rows
    assert (row.verdict, row.worst, row.gradient, row.difference) == ("not measurable", "[1]", 1e-6, given)
    assert row.note.startswith("1 of 2 entries can't be measured, [1]: slopes below 0.002 are lost")
    assert gnn.check_gradients(graph, w=[0.3, 0.4], against={"w": [1e12, 1e-6]}).measured
    worse = gnn.check_gradients(graph, w=[0.3, 0.4], against={"w": [2e12, given]})
    assert not worse and not worse.measured and worse.rows[0].worst == "[0]"


def test_a_saturated_slope_is_neither_0_nor_not():
    from graphviz_nn import nn

    graph = gnn.trace(lambda w: np.sum(nn.sigmoid(w)), w=gnn.parameter(()))
    report = gnn.check_gradients(graph, w=40.0, against={"w": 0.0})
    assert [row.verdict for row in report.rows] == ["not measurable"] and not report.measured


def test_what_rounding_leaves_of_0_is_0():
    from graphviz_nn import nn

    graph = gnn.trace(
        lambda x, b: np.sum(nn.batch_norm(x + b, np.ones(2), np.zeros(2)) ** 3), x=gnn.input((4, 2)), b=gnn.parameter(2)
    )
    feeds = {"x": np.random.default_rng(0).normal(size=(4, 2)), "b": [0.1, 2.0]}
    report = gnn.check_gradients(graph, feeds, against={"b": [0.0, 0.0]})
    assert report.measured and [row.verdict for row in report.rows] == ["agrees"], report
