"""Hints on planted errors: common mistakes are recognised, and other errors give no hint."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn

RNG = np.random.default_rng(5)


def rows(X, y, W, b, v):
    h = np.tanh(X @ W + b)
    return np.mean((h @ v - y) ** 2)


SHAPES = {"X": (5, 3), "y": (5,), "W": (3, 3), "b": (3,), "v": (3,)}
ROWS = gnn.trace(
    rows, X=gnn.input(SHAPES["X"]), y=gnn.target(5), **{name: gnn.parameter(SHAPES[name]) for name in "Wbv"}
)
FEEDS = {name: RNG.normal(size=shape) for name, shape in SHAPES.items()}
_, RIGHT = gnn.value_and_gradient(ROWS, FEEDS)


def each_example():
    X, y, W, b, v = FEEDS.values()
    h = np.tanh(X @ W + b)
    return (2 / 5 * (h @ v - y))[:, None] * v * (1 - h**2)


def said(wrong, graph=ROWS, feeds=FEEDS):
    report = gnn.check_gradients(graph, feeds, against=wrong)
    assert all(hint in str(report) for hint in report.hints)
    return report.hints


PLANTED = {
    "mean": ({n: 5 * g for n, g in RIGHT.items()}, "all gradients are 5 times too large: the mean over 5 examples?"),
    "sum": ({n: g / 5 for n, g in RIGHT.items()}, "all gradients are 5 times too small: the sum over 5 examples"),
    "sign": ({n: -g for n, g in RIGHT.items()}, "all gradients: the sign is reversed"),
    "one sign": (RIGHT | {"v": -RIGHT["v"]}, "v: the sign is reversed"),
    "half": ({n: g / 2 for n, g in RIGHT.items()}, "all gradients are 2 times too small: the 2 of a square's"),
    "twice": (RIGHT | {"W": 2 * RIGHT["W"]}, "W is 2 times too large"),
    "transpose": (RIGHT | {"W": RIGHT["W"].T}, "W: the transpose fits"),
    "nothing": (RIGHT | {"b": np.zeros(3)}, "b is 0: nothing is passed back"),
    "last example": (RIGHT | {"b": each_example()[-1]}, "b: equals the part of the last example only: sum over the 5"),
    "first example": (RIGHT | {"b": each_example()[0]}, "b: equals the part of the first example only"),
    "exchanged": (RIGHT | {"b": RIGHT["v"]}, "b: equals the gradient by v: are both exchanged?"),
    "penalty": (RIGHT | {"W": RIGHT["W"] + 0.1 * FEEDS["W"]}, "W: differs by 0.1 times W itself: a penalty"),
    "reversed": (RIGHT | {"v": RIGHT["v"][::-1]}, "v: the order along axis 0 is reversed"),
    "any factor": (RIGHT | {"v": -7.3 * RIGHT["v"]}, "v is 7.3 times too large, with the sign reversed"),
}


@pytest.mark.parametrize("title", PLANTED)
def test_what_it_is_instead_is_said(title):
    wrong, words = PLANTED[title]
    (hint,) = said(wrong)
    assert hint.startswith(words)


def recurrent(x, w, u):
    h = 0.1 * u
    for step in range(4):
        h = np.tanh(w * h + u * x[step])
    return np.sum(h**2)


RECURRENT = gnn.trace(recurrent, x=gnn.input((4, 2)), w=gnn.parameter(2), u=gnn.parameter(2))


def test_one_step_of_several():
    feeds = {"x": RNG.normal(size=(4, 2)), "w": np.array([0.7, -0.4]), "u": np.array([1.2, 0.9])}
    h = [0.1 * feeds["u"]]
    for each in feeds["x"]:
        h.append(np.tanh(feeds["w"] * h[-1] + feeds["u"] * each))
    back, parts = 2 * h[-1], []
    for step in reversed(range(4)):
        dz = back * (1 - h[step + 1] ** 2)
        parts.append(dz * h[step])
        back = dz * feeds["w"]
    assert gnn.check_gradients(RECURRENT, feeds, against={"w": sum(parts)})
    assert said({"w": parts[0]}, RECURRENT, feeds) == (
        "w: equals the part of the last step only: sum over the 4 steps",
    )
    assert "the first step only" in said({"w": parts[3]}, RECURRENT, feeds)[0]
    assert "is left out" in said({"w": sum(parts) - parts[1]}, RECURRENT, feeds)[0]


def test_a_derivative_that_is_left_out():
    def model(x, W):
        z = W @ x
        a = np.tanh(z)
        return np.sum(a**2)

    graph = gnn.trace(model, x=gnn.input(2), W=gnn.parameter((3, 2)))
    feeds = {"x": RNG.normal(size=2), "W": RNG.normal(size=(3, 2))}
    a = np.tanh(feeds["W"] @ feeds["x"])
    (hint,) = said({"a": 2 * a, "z": 2 * a}, graph, feeds)
    assert hint.startswith("z: equals the gradient by a: the step back through tanh") and hint.endswith("is left out")


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 9999), st.sampled_from(["W", "b", "v"]))
def test_nothing_is_said_where_nothing_fits(seed, name):
    rng = np.random.default_rng(seed)
    assert said(RIGHT | {name: RIGHT[name] * rng.uniform(0.2, 3, RIGHT[name].shape)}) == ()
    assert said(RIGHT | {name: rng.normal(size=RIGHT[name].shape)}) == ()


def test_a_single_number_says_little():
    graph = gnn.trace(lambda t: t**3, t=gnn.parameter(()))
    assert said({"t": 12.3}, graph, {"t": 2.0}) == ()
    assert said({"t": -12.0}, graph, {"t": 2.0}) == ("t: the sign is reversed",)


def test_a_wrong_rule_is_seen_through_too(monkeypatch):
    from dataclasses import replace

    from graphviz_nn.tracing.registry import OPS

    monkeypatch.setitem(OPS, "tanh", replace(OPS["tanh"], vjp=(lambda g, y, a: -g * (1 - y * y),)))
    report = gnn.check_gradients(ROWS, FEEDS, wrt=["W", "b"])
    assert report.hints == ("all gradients: the sign is reversed",)


@pytest.mark.parametrize("factor", [1.00002, 0.99998, -1.00002, -0.99998])
def test_a_factor_that_is_1_as_it_is_written_is_no_hint(factor):
    assert not said({"b": factor * RIGHT["b"]})
