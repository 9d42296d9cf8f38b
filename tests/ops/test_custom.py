"""A function with a gradient rule of its own is computed, differentiated, drawn, batched, checked and saved."""

import subprocess
import sys

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import GradientError, GraphError, TracingError, UsageError
from graphviz_nn.transforms.fold import fold


def clipped_rule(g, y, x):
    return np.clip(g, -1, 1)


@gnn.custom_gradient(clipped_rule)
def clipped(x):
    return x * 1.0


def softplus_rule(g, y, x):
    return g * (1 - np.exp(-y))


@gnn.custom_gradient(softplus_rule)
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def product_rule(g, y, W, x, scale):
    return scale * np.outer(g, x), scale * W.T @ g, np.sum(g * y) / scale


@gnn.custom_gradient(product_rule)
def product(W, x, scale):
    return scale * W @ x


def wrong_rule(g, y, a, b):
    return g * b, 2 * g * a


@gnn.custom_gradient(wrong_rule)
def wrong(a, b):
    return a * b


def sign_rule(g, y, x):
    return g


@gnn.custom_gradient(sign_rule)
def straight_through(x):
    return np.sign(x)


W, X, S = np.array([[1.0, 2.0, 0.5], [-1.0, 0.3, 2.0]]), np.array([0.5, -1.0, 2.0]), np.array(1.5)


def loss(W, x, scale):
    return np.sum(np.tanh(softplus(product(W, x, scale))) ** 2)


SPECS = {"W": gnn.parameter((2, 3)), "x": gnn.input(3), "scale": gnn.parameter(())}
FEEDS = {"W": W, "x": X, "scale": S}


def test_on_arrays_it_is_the_function():
    assert np.allclose(softplus(X), np.logaddexp(0, X)) and softplus.__name__ == "softplus"


def test_the_rule_is_the_gradient_and_is_differentiated():
    assert gnn.grad(lambda x: 5 * clipped(x))(2.0) == 1
    assert gnn.grad(straight_through)(0.3) == 1
    assert gnn.grad(softplus)(0.3) == pytest.approx(1 / (1 + np.exp(-0.3)))
    second = gnn.grad(gnn.grad(softplus))(0.3)
    assert second == pytest.approx(1 / (2 + 2 * np.cosh(0.3)))
    assert np.allclose(gnn.jacobian(softplus)(X), np.diag(1 / (1 + np.exp(-X))))
    assert gnn.jvp(softplus, (0.3,), (2.0,))[1] == pytest.approx(2 / (1 + np.exp(-0.3)))


def test_several_arguments_and_the_check():
    graph = gnn.trace(loss, **SPECS)
    report = gnn.check_gradients(graph, FEEDS, wrt=("W", "x", "scale"))
    assert report and not report.hints
    second = gnn.gradient(gnn.gradient(graph, wrt="x"), of=graph.outputs[0], wrt="W")
    assert gnn.check_gradients(second, FEEDS, wrt="W")


def test_a_wrong_rule_is_named():
    graph = gnn.trace(lambda a, b: np.sum(wrong(a, b) ** 2), a=gnn.parameter(3), b=gnn.parameter(3))
    report = gnn.check_gradients(graph, a=X, b=X + 1)
    assert [row.verdict for row in report.rows] == ["agrees", "differs"]
    assert "gradient rule of wrong (test_custom.py:" in report.hints[0] and "argument 1" in report.hints[0]
    many = gnn.batch(graph, over=("a", "b"), size=2, reduce="sum")
    two = {"a": np.stack([X, -X]), "b": np.stack([X + 1, X])}
    assert "gradient rule of wrong" in gnn.check_gradients(many, two, wrt=("a", "b")).hints[0]


def test_the_gradient_of_a_batch_is_that_of_its_examples():
    graph = gnn.trace(loss, **SPECS)
    xs = np.random.default_rng(0).normal(size=(4, 3))
    of_batch = gnn.gradient(gnn.batch(graph, over="x", size=4, reduce="sum"), wrt=("W", "x", "scale"))
    each = gnn.batch(gnn.gradient(graph, wrt=("W", "x", "scale")), over="x", size=4)
    feeds = {**FEEDS, "x": xs}
    found, parts = gnn.evaluate(of_batch, feeds), gnn.evaluate(each, feeds)
    assert np.allclose(found["grad_x"], parts["grad_x"]) and found["grad_x"].shape == (4, 3)
    for name in ("grad_W", "grad_scale"):
        assert np.allclose(found[name], parts[name].sum(axis=0))
    clip = gnn.batch(gnn.trace(lambda x: np.sum(10 * clipped(x)), x=gnn.input(3)), size=2, reduce="sum")
    assert gnn.value_and_gradient(clip, x=xs[:2], wrt="x")[1]["x"].tolist() == [[1] * 3] * 2


def test_it_is_folded_and_drawn():
    graph = gnn.trace(loss, **SPECS)
    assert [each.op for each in fold(graph).operations.values()][:2] == ["product", "softplus"]
    for view in ("operations", "layers", "compact"):
        assert gnn.draw(gnn.gradient(graph), view=view)
    assert gnn.draw(gnn.trace(lambda t: softplus(t), t=gnn.parameter(())), view="scalars")
    with pytest.raises(GraphError, match="gradient rule of its own for whole arrays"):
        gnn.draw(graph, view="scalars")


def test_a_file_keeps_the_name_of_the_rule(tmp_path):
    graph = gnn.trace(loss, **SPECS)
    path = gnn.save(graph, tmp_path / "loss.json")
    value, gradients = gnn.value_and_gradient(gnn.load(path), FEEDS)
    expected, others = gnn.value_and_gradient(graph, FEEDS)
    assert value == expected and all(np.array_equal(gradients[name], others[name]) for name in others)
    code = f"import graphviz_nn as gnn; g = gnn.load({str(path)!r}); print(len(g.operations)); gnn.gradient(g)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.stdout.strip() == str(len(graph.operations))
    assert "isn't known here; import the module that defines it" in found.stderr


def test_functions_that_share_a_name_keep_their_rules(tmp_path):
    def scaled_by(factor):
        @gnn.custom_gradient(lambda g, y, x: factor * g)
        def scaled(x):
            return 2 * x

        return scaled

    one, two = scaled_by(10.0), scaled_by(20.0)
    assert gnn.grad(one)(1.0) == 10 and gnn.grad(two)(1.0) == 20 and gnn.grad(one)(1.0) == 10
    with pytest.raises(GraphError, match="several functions with their own gradient rules are called"):
        gnn.save(gnn.trace(lambda x: two(x), x=gnn.input(())), tmp_path / "two.json")


def test_bad_rules_are_told():
    with pytest.raises(UsageError, match=r"@custom_gradient\(rule\)"):
        gnn.custom_gradient(3)
    few = gnn.custom_gradient(lambda g, y, a, b: g)(lambda a, b: a * b)
    with pytest.raises(GradientError, match="returned 1 gradients for 2 arguments"):
        gnn.grad(few)(1.0, 2.0)
    narrow = gnn.custom_gradient(lambda g, y, x: np.sum(g))(lambda x: x * 2)
    with pytest.raises(GradientError, match=r"returned shape \(\) for argument 0, which has \(3,\)"):
        gnn.grad(lambda x: np.sum(narrow(x)))(X)
    with pytest.raises(TracingError, match="write them without scale="):
        gnn.grad(lambda x: np.sum(product(W, x, scale=2.0)))(X)
    pair = gnn.custom_gradient(lambda g, y, x: g)(lambda x: (x, x))
    with pytest.raises(TracingError, match="returned a tuple"):
        gnn.grad(lambda x: pair(x)[0])(1.0)


def test_a_custom_gradient_without_a_rule_is_told_where_it_is_defined():
    with pytest.raises(UsageError, match=r"before softplus \(test_\w+.py:\d+\) without a gradient rule; write @cus"):

        @gnn.custom_gradient
        def softplus(x):
            return np.log1p(np.exp(x))

    with pytest.raises(UsageError, match=r"the gradient rule <lambda>\(g, y\) can't take the arguments of twice"):

        @gnn.custom_gradient(lambda g, y: 2 * g)
        def twice(x):
            return 2 * x
