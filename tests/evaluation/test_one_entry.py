"""A loss of one entry, of shape (1, 1), works like a number."""

import numpy as np
import pytest

import graphviz_nn as gnn

RNG = np.random.default_rng(0)
FEEDS = {
    "w": RNG.normal(size=(3, 1)),
    "b": np.zeros((1, 1)),
    "X": RNG.normal(size=(3, 6)),
    "Y": RNG.integers(0, 2, (1, 6)).astype(float),
}


SPECS = {"X": gnn.input((3, 6)), "Y": gnn.target((1, 6))}


def cost(w, b, X, Y):
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    return -(np.dot(Y, np.log(A).T) + np.dot(1 - Y, np.log(1 - A).T)) / X.shape[1]


def traced(shape):
    specs = {name: gnn.parameter(FEEDS[name].shape) for name in "wb"}
    return gnn.trace(
        lambda w, b, X, Y: np.reshape(cost(w, b, X, Y), shape),
        **specs,
        **SPECS,
    )


NUMBER = traced(())


@pytest.mark.parametrize("shape", [(1,), (1, 1), (1, 1, 1)])
def test_gradients_are_those_of_the_number(shape):
    value, gradients = gnn.value_and_gradient(traced(shape), FEEDS)
    same, wanted = gnn.value_and_gradient(NUMBER, FEEDS)
    assert np.asarray(value).item() == same
    for name in wanted:
        np.testing.assert_array_equal(gradients[name], wanted[name])


@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_a_check_compares_it_with_everything(shape):
    graph = traced(shape)
    value, gradients = gnn.value_and_gradient(graph, FEEDS)
    others = (None, gradients, lambda **_: (value, gradients), lambda **_: (np.asarray(value).item(), gradients), graph)
    for other in others:
        assert gnn.check_gradients(graph, FEEDS, against=other).passed
    assert not gnn.check_gradients(graph, FEEDS, against=lambda **_: (value + 1, gradients)).passed
    with pytest.raises(gnn.errors.GradientError, match="a single number"):
        gnn.check_gradients(graph, FEEDS, against=lambda **_: (np.ones(2), gradients))


@pytest.mark.parametrize("view", ["layers", "operations"])
@pytest.mark.parametrize("show", [("values", "gradients", "check"), ("backward", "gradients")])
def test_pictures_show_the_same_gradients(view, show):
    graph = gnn.trace(cost, **{name: gnn.parameter(FEEDS[name].shape) for name in "wb"}, **SPECS)
    picture = gnn.draw(graph, view=view, feeds=FEEDS, show=show)
    assert "loss" in {shape.kind for shape in picture.panels[0].diagram.shapes}
    assert any(shape.gradient for shape in picture.panels[0].diagram.shapes)


def test_reports_chain_rules_and_training(tmp_path):
    graph = traced((1, 1))
    assert gnn.gradient_report(graph, FEEDS, tmp_path / "report.md").passed
    assert gnn.chain_rule(graph, "w", FEEDS).lines

    def column(w, x, y):
        a = 1 / (1 + np.exp(-(w.T @ x)))
        return -(y * np.log(a) + (1 - y) * np.log(1 - a))

    specs = {"w": gnn.parameter((2, 1)), "x": gnn.input((2, 1)), "y": gnn.target((1, 1))}
    data = gnn.data.gaussians(40, seed=0)
    one = gnn.fit(gnn.trace(column, **specs), data, steps=5, progress=False)
    number = gnn.fit(gnn.trace(lambda w, x, y: column(w, x, y)[0, 0], **specs), data, steps=5, progress=False)
    np.testing.assert_allclose(one.history["loss"], number.history["loss"], rtol=1e-12)


def test_several_numbers_are_still_refused():
    graph = gnn.trace(lambda w: w**2, w=gnn.parameter((1, 2)))
    with pytest.raises(gnn.errors.GradientError, match="only a single number has gradients"):
        gnn.gradient(graph)
