"""Measured slopes: rounding is reported, smooth functions have no kinks, and a single wrong entry is found."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import FeedError
from graphviz_nn.evaluation.slopes import KNOWN, measured

FUNCTIONS = {
    "sine": (np.sin, np.cos),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "bell": (lambda x: np.exp(-x * x), lambda x: -2 * x * np.exp(-x * x)),
    "cube": (lambda x: x**3, lambda x: 3 * x**2),
    "fast": (lambda x: np.cos(50 * x), lambda x: -50 * np.sin(50 * x)),
}
EXPONENTS = st.integers(-6, 6)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(FUNCTIONS)), EXPONENTS, EXPONENTS, st.just(0.0) | st.floats(1, 1e12), st.floats(-2, 2))
def test_a_measured_slope_is_within_its_error(name, stretch, height, offset, x):
    # Where rounding hides what happens within short steps, long ones have to be short for the function.
    assume(not offset or stretch <= 0)
    function, slope = FUNCTIONS[name]
    k, c = 10.0**stretch, 10.0**height
    right = c * k * float(slope(x))

    def f(t):
        # Moved from x / k on, where the value of `function` is that at x.
        return float(c * function(x + k * t) + offset)

    found = measured(f, f(0.0), 1.0)
    assert abs(found.slope - right) <= 3 * found.error
    if not offset and stretch <= 1 and abs(right) > 1e-3 * c * k:
        assert found.error <= KNOWN * abs(right)


NETWORKS = {
    "tanh": np.tanh,
    "sigmoid": nn.sigmoid,
    "gelu": nn.gelu,
    "silu": nn.silu,
    "softplus": nn.softplus,
    "softmax": nn.softmax,
    "sine": np.sin,
}


def network(activation, inner, outer):
    def model(x, W, v):
        return outer * np.sum(v * activation(inner * (W @ x)))

    return gnn.trace(model, x=gnn.input(3), W=gnn.parameter((4, 3)), v=gnn.parameter(4))


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(NETWORKS)), EXPONENTS, EXPONENTS, st.integers(0, 999))
def test_a_smooth_network_is_never_at_a_kink(name, inner, outer, seed):
    rng = np.random.default_rng(seed)
    graph = network(NETWORKS[name], 10.0**inner, 10.0**outer)
    feeds = {"x": rng.normal(size=3), "W": rng.normal(size=(4, 3)), "v": rng.normal(size=4)}
    # Also near to where it bends most.
    feeds["x"] *= 10.0 ** rng.integers(-8, 1)
    report = gnn.check_gradients(graph, feeds)
    assert {row.verdict for row in report.rows} <= {"agrees", "not measurable"}, report


@settings(deadline=None, max_examples=60)
@given(EXPONENTS, EXPONENTS, st.integers(0, 999))
def test_a_network_of_relus_is_at_a_kink_at_0(inner, outer, seed):
    rng = np.random.default_rng(seed)
    graph = network(nn.relu, 10.0**inner, 10.0**outer)
    feeds = {"x": np.zeros(3), "W": rng.normal(size=(4, 3)), "v": rng.normal(size=4)}
    verdicts = {row.name: row.verdict for row in gnn.check_gradients(graph, feeds).rows}
    assert verdicts == {"x": "kink", "W": "agrees", "v": "agrees"}


def test_beside_a_kink_there_is_a_slope():
    graph = gnn.trace(lambda x: np.sum(np.abs(x)), x=gnn.input(4))
    report = gnn.check_gradients(graph, x=[1e-7, -1e-7, 1e-8, -0.2])
    assert [row.verdict for row in report.rows] == ["agrees"], report
    assert not report.rows[0].note


def test_a_jump_is_said():
    graph = gnn.trace(lambda x: np.sum(np.where(x > 0, x + 1, x)), x=gnn.input(2))
    (row,) = gnn.check_gradients(graph, x=[0.0, 1.0]).rows
    assert row.verdict == "kink" and "jumps" in row.note


@pytest.mark.parametrize("factor", [1e-10, 1e-30, 1e10])
def test_the_scale_of_the_loss_makes_no_difference(factor, monkeypatch):
    graph = gnn.trace(lambda x: factor * np.sum(np.tanh(x) ** 2), x=gnn.parameter(3))
    report = gnn.check_gradients(graph, x=[0.1, -0.5, 2.0])
    assert report.passed and report.measured, report
    wrong = {"x": 1.001 * gnn.value_and_gradient(graph, x=[0.1, -0.5, 2.0])[1]["x"]}
    assert not gnn.check_gradients(graph, x=[0.1, -0.5, 2.0], against=wrong)


@pytest.mark.parametrize("offset", [1e11, 1e16])
def test_what_is_added_hides_nothing(offset):
    graph = gnn.trace(lambda x, w: np.sum(w * np.sin(x)) + offset, x=gnn.input(3), w=gnn.parameter(3))
    feeds = {"x": [0.1, -0.5, 2.0], "w": [1.0, 2.0, 0.5]}
    report = gnn.check_gradients(graph, feeds)
    assert [row.verdict for row in report.rows] == ["agrees"] * 2 and report.measured
    _, gradients = gnn.value_and_gradient(graph, feeds)
    for factor in (0.0, 1.001, 2.0):
        wrong = {"w": factor * gradients["w"]}
        verdict = gnn.check_gradients(graph, feeds, against=wrong).rows[0].verdict
        assert verdict != "agrees", factor


@pytest.mark.parametrize("offset", [1e11, 1e16])
def test_what_drowns_in_rounding_cant_be_measured(offset):
    graph = gnn.trace(lambda x, w: 1e6 * np.log(np.sum(w * np.sin(x)) + offset), x=gnn.input(3), w=gnn.parameter(3))
    report = gnn.check_gradients(graph, x=[0.1, -0.5, 2.0], w=[1.0, 2.0, 0.5])
    assert report.passed and not report.measured
    assert [row.verdict for row in report.rows] == ["not measurable"] * 2
    assert report.summary == "0 of 2 agree with central differences; x, w not measurable"
    assert [line[0] for line in report.table[1:]] == ["?", "?"]
    assert "is rounded, which hides slopes below" in str(report)


def test_single_entries_that_drown_are_named():
    graph = gnn.trace(lambda x: np.cosh(x[0] + 1e-12 * np.sin(x[1])), x=gnn.parameter(2))
    report = gnn.check_gradients(graph, x=[1.0, 0.3])
    assert report.passed and not report.measured
    (row,) = report.rows
    assert (row.verdict, row.worst, row.unmeasured) == ("not measurable", "[1]", 1)
    assert row.note.startswith("1 of 2 entries can't be measured, [1]: the value 1.54308 is rounded")
    assert report.summary == "0 of 1 agree with central differences; 1 of 2 entries of x not measurable"


AT_0 = {
    "abs": lambda w: np.sum(np.abs(w)),
    "norm": lambda w: np.linalg.norm(w[:1]) + w[1] ** 2,
    "either": lambda w: np.sum(np.maximum(w, -w)),
    "product": lambda w: np.prod(np.abs(w)),
    "sign": lambda w: np.sum(np.sign(w) * w),
}


@pytest.mark.parametrize("name", AT_0)
@pytest.mark.parametrize("size", [1.0, 1e-12, 1e12])
def test_a_kink_where_gradient_and_difference_are_0(name, size):
    graph = gnn.trace(lambda w: size * AT_0[name](w), w=gnn.parameter(3))
    (row,) = gnn.check_gradients(graph, w=[0.0, 1.0, -1.0]).rows
    assert (row.verdict, row.worst, row.error) == ("kink", "[0]", 0.0)
    assert row.note.startswith("1 of 3 entries at a kink, [0]: the slope is -") and row.note.endswith("lies between")


def test_a_single_number_is_not_counted():
    (kink,) = gnn.check_gradients(gnn.trace(lambda w: np.abs(w), w=gnn.parameter(())), w=0.0).rows
    assert kink.note.startswith("at a kink: the slope is -1 to its left")
    (lost,) = gnn.check_gradients(gnn.trace(lambda w: 1 / (np.sin(w) + 1e12), w=gnn.parameter(())), w=0.5).rows
    assert lost.note.startswith("can't be measured: the value 1e-12 is rounded")


BESIDE = [(1e12, 1e-6), (1e8, 1e-8), (1e3, 1e-13), (1.0, 1e-20)]


def with_rule(monkeypatch, factor):
    from dataclasses import replace

    from graphviz_nn.tracing.registry import OPS

    monkeypatch.setitem(OPS, "sin", replace(OPS["sin"], vjp=(lambda g, y, a: factor * g * np.cos(a),)))


@pytest.mark.parametrize("factor", [0.0, 0.1, 1.0, 1.5, 1000.0])
@pytest.mark.parametrize(("steep", "flat"), BESIDE)
def test_a_tiny_slope_beside_a_huge_one_is_measured(steep, flat, factor, monkeypatch):
    with_rule(monkeypatch, factor)
    verdict = "agrees" if factor == 1 else "differs"
    whole = gnn.trace(lambda b: np.sin(b[0]) * flat + b[1] * steep, b=gnn.parameter(2))
    report = gnn.check_gradients(whole, b=[0.3, 0.4])
    assert (report.rows[0].verdict, report.measured) == (verdict, True), report
    apart = gnn.trace(lambda a, b: a * steep + np.sin(b) * flat, a=gnn.parameter(()), b=gnn.parameter(()))
    report = gnn.check_gradients(apart, a=0.4, b=0.3)
    assert {row.name: row.verdict for row in report.rows} == {"a": "agrees", "b": verdict}


@pytest.mark.parametrize("factor", [0.0, 0.1, 1.0, 1.5, 1000.0])
@pytest.mark.parametrize(("steep", "flat"), BESIDE)
def test_a_slope_that_is_next_to_nothing_is_not_trusted(steep, flat, factor, monkeypatch):
    # Of what the logarithm is taken, nothing of the small part is left.
    with_rule(monkeypatch, factor)
    whole = gnn.trace(lambda b: np.log(np.sin(b[0]) * flat + b[1] * steep), b=gnn.parameter(2))
    report = gnn.check_gradients(whole, b=[0.3, 0.4])
    assert report.passed and not report.measured, report
    assert (report.rows[0].verdict, report.rows[0].worst) == ("not measurable", "[0]")
    apart = gnn.trace(lambda a, b: np.log(a * steep + np.sin(b) * flat), a=gnn.parameter(()), b=gnn.parameter(()))
    report = gnn.check_gradients(apart, a=0.4, b=0.3)
    assert {row.name: row.verdict for row in report.rows} == {"a": "agrees", "b": "not measurable"}
    assert report.summary == "1 of 2 agree with central differences; b not measurable"


def test_what_is_saturated_is_not_known_to_be_flat():
    graph = gnn.trace(lambda x: np.sum(np.tanh(x)), x=gnn.parameter(2))
    report = gnn.check_gradients(graph, x=[40.0, 0.5])
    assert (report.rows[0].verdict, report.rows[0].unmeasured) == ("not measurable", 1), report


@pytest.mark.parametrize("offset", [0.0, 1.0, 1e12])
def test_what_is_switched_off_is_known_to_be_flat(offset):
    def model(x, W, unused):
        hidden = np.maximum(x @ W, 0) + np.where(x > 5, np.exp(x), 0.0)
        return np.sum(hidden[:, :1] ** 2) + 0 * np.sum(W**3) + offset

    graph = gnn.trace(model, x=gnn.input((2, 2)), W=gnn.parameter((2, 2)), unused=gnn.parameter(2))
    report = gnn.check_gradients(graph, x=[[1.0, 2.0], [-1.0, 0.3]], W=[[-1.0, 2.0], [-0.5, 1.0]], unused=[1.0, 2.0])
    assert report.passed and report.measured and {row.verdict for row in report.rows} == {"agrees"}, report


@pytest.mark.parametrize("given", [0.0, 2e-17])
def test_others_that_may_have_lost_a_slope_are_told_the_right_one(given):
    graph = gnn.trace(lambda b: b[0] * 1e-17 + b[1], b=gnn.parameter(2))
    (row,) = gnn.check_gradients(graph, b=[0.3, 0.4], against={"b": [given, 1.0]}).rows
    assert (row.verdict, row.worst) == ("not measurable", "[0]")
    assert row.note.endswith("are lost in the rounding of others; the central difference is 1e-17")


def test_an_entry_beside_an_edge_is_not_measured():
    report = gnn.check_gradients(gnn.trace(lambda w: np.sum(np.sqrt(w)), w=gnn.parameter(3)), w=[1e-12, 1e-8, 1.0])
    assert report.passed and not report.measured, report
    assert report.rows[0].verdict == "not measurable"


def test_what_cant_be_measured_beside_a_kink_counts():
    graph = gnn.trace(lambda w: np.abs(w[0]) + np.exp(w[1] + 1e-13 * np.sin(w[2])), w=gnn.parameter(3))
    report = gnn.check_gradients(graph, w=[0.0, 1.0, 0.3])
    assert report.rows[0].verdict == "kink" and report.rows[0].unmeasured == 1 and not report.measured
    assert report.summary.endswith("; 1 of 3 entries of w not measurable; w at a kink")


def test_what_is_exactly_0_agrees():
    graph = gnn.trace(
        lambda x, b, u: np.sum(nn.batch_norm(x + b, np.ones(2), np.zeros(2)) ** 3) + np.sum(np.maximum(x, -9) * 0),
        x=gnn.input((4, 2)), b=gnn.parameter(2), u=gnn.parameter(3),
    )  # fmt: skip
    report = gnn.check_gradients(graph, x=np.random.default_rng(0).normal(size=(4, 2)), b=[0.1, 2.0], u=[1, 2, 3])
    assert [row.verdict for row in report.rows] == ["agrees"] * 3, report
    least = gnn.trace(lambda w: np.sum((w - np.array([1.1, 2.3])) ** 2) + 5, w=gnn.parameter(2))
    assert gnn.check_gradients(least, w=[1.1, 2.3]).measured


def test_no_differences_are_taken_at_infinity():
    graph = gnn.trace(lambda x, w: np.sum(w / x), x=gnn.input(2), w=gnn.parameter(2))
    with pytest.raises(FeedError, match=r"x is inf at \[1\], so it has no differences"):
        gnn.check_gradients(graph, x=[1.0, np.inf], w=[1.0, 2.0])
    assert gnn.check_gradients(graph, x=[1.0, np.inf], w=[1.0, 2.0], wrt="w")


def test_one_wrong_entry_among_many_is_found_and_named(monkeypatch):
    # An operation whose rule is wrong at one entry.
    from dataclasses import replace

    from graphviz_nn.tracing.registry import OPS

    size = 200_000
    rng = np.random.default_rng(3)
    values, weights = rng.normal(size=size), rng.normal(size=size) * 10.0 ** rng.uniform(-3, 0, size)
    graph = gnn.trace(lambda x: np.sum(np.sin(x) * weights), x=gnn.parameter(size))
    for place in (17, 123_456, 199_999):
        slope = np.ones(size)
        slope[place] = 1.01
        monkeypatch.setitem(OPS, "sin", replace(OPS["sin"], vjp=(lambda g, y, a, s=slope: g * np.cos(a) * s,)))
        gradient = abs(weights[place] * np.cos(values[place]))
        (row,) = gnn.check_gradients(graph, x=values).rows
        assert row.verdict == "differs" and row.worst == f"[{place}]", (row, gradient)
    monkeypatch.undo()
    (row,) = gnn.check_gradients(graph, x=values).rows
    assert row.verdict == "agrees"
    assert " in one of 200,000 entries is always found" in row.note and "at least 98%" in row.note
    assert int(re.search(r"error of 1% with a probability of (\d+)%", row.note)[1]) > 60


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1999), st.integers(0, 99), st.sampled_from([0.0, 0.5, 1.01, -1.0]))
def test_what_is_off_by_more_than_the_stated_limit_is_found(place, seed, factor):
    from graphviz_nn.evaluation.differences import Line, compared
    from graphviz_nn.graph.ir import Variable

    rng = np.random.default_rng(seed)
    value, weights = rng.normal(size=2000), rng.normal(size=2000) * 10.0 ** rng.uniform(-5, 0, 2000)

    def at(x):
        return np.asarray(np.sum(np.sin(x) * weights))

    right = weights * np.cos(value)

    def change(moved):
        return float(at(value + moved) - at(value))

    steep = float(np.abs(right).max())
    line = Line(value, at, float(at(value)), change, 1e-6, steep, lambda: False, lambda: np.zeros(2000))
    row, _ = compared("x", Variable((2000,)), right, line, "auto", np.random.default_rng(0))
    assert row.verdict == "agrees", row
    limit = float(row.note.split("an error of ")[1].split()[0])
    assume(abs((factor - 1) * right[place]) > 1.1 * limit)
    wrong = right.copy()
    wrong[place] *= factor
    row, _ = compared("x", Variable((2000,)), wrong, line, "auto", np.random.default_rng(0))
    assert (row.verdict, row.worst) == ("differs", f"[{place}]")


def test_arrays_of_a_model_that_computes_much_are_compared_along_directions(monkeypatch):
    rng = np.random.default_rng(0)
    weights = {"W": rng.normal(size=(10, 10)), "b": rng.normal(size=10)}
    graph = gnn.trace(
        lambda x, W, b: np.tanh(x @ W + b).sum(), x=gnn.input((50, 10)), W=gnn.parameter((10, 10)), b=gnn.parameter(10)
    )
    feeds = {"x": rng.normal(size=(50, 10)), **weights}
    for work, modes in ((10_000_000, ["entries", "entries"]), (100_000, ["directions", "entries"])):
        monkeypatch.setattr("graphviz_nn.evaluation.differences.WORK", work)
        report = gnn.check_gradients(graph, feeds, wrt=["W", "b"])
        assert report.passed and [row.mode for row in report.rows] == modes
