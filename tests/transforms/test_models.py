"""Generated models: all views agree, and gradients agree with an independent library."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import GradientError
from graphviz_nn.transforms.fold import fold, unfold
from graphviz_nn.views import DETAILS, detailed

STEPS = ("tanh", "exp", "linear", "square", "skip", "softmax", "mean", "column")


def build(np, steps, softmax):
    def model(x, w):
        h = x
        for step in steps:
            match step:
                case "tanh" | "exp":
                    h = getattr(np, step)(h * 0.3)
                case "linear":
                    h = np.dot(w, h)
                case "square":
                    h = h**2 / 4
                case "skip":
                    h = h + x
                case "softmax":
                    h = softmax(h)
                case "mean":
                    h = h - np.mean(h)
                case "column":
                    h = np.reshape(np.transpose(np.stack([h, x])), (-1,))[::2]
        return np.sum(h * h)

    return model


@gnn.function
def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def plain_softmax(z):
    e = anp.exp(z - anp.max(z))
    return e / anp.sum(e)


@settings(max_examples=100, deadline=None)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=6), seed=st.integers(0, 1000))
def test_views_and_an_independent_library_agree(steps, seed):
    rng = np.random.default_rng(seed)
    x, w = rng.uniform(-1, 1, 3), rng.uniform(-1, 1, (3, 3))
    graph = gnn.trace(build(np, steps, softmax), x=gnn.input(3), w=gnn.parameter((3, 3)))
    value, gradients = gnn.value_and_gradient(graph, x=x, w=w, wrt=["x", "w"])
    reference = build(anp, steps, plain_softmax)
    assert value == pytest.approx(reference(x, w), rel=1e-10)
    expected = autograd.grad(reference, (0, 1))(x, w)
    for found, wanted in zip(gradients.values(), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)
    for name in DETAILS:
        seen = detailed(name, graph)
        gnn.check(seen)
        leaves = [leaf for leaf, v in seen.leaves.items() if v.role != "constant"]
        other, parts = gnn.value_and_gradient(seen, x=x, w=w, wrt=leaves)
        assert other == pytest.approx(value, rel=1e-10)
        np.testing.assert_allclose(
            np.concatenate([np.ravel(each) for each in parts.values()]),
            np.concatenate([np.ravel(each) for each in gradients.values()]),
            rtol=1e-10,
            atol=1e-12,
        )


def test_folding_and_unfolding_gives_the_same_graph():
    graph = gnn.trace(lambda x: softmax(softmax(x) * 2).sum(), x=gnn.input(3))
    folded = fold(graph)
    assert len(folded.operations) == 4
    again = unfold(folded)
    assert dict(again.nodes.items()) == dict(graph.nodes.items())
    assert sorted(again.edges(keys=True)) == sorted(graph.edges(keys=True))


def test_unused_parameters_have_zero_gradients_and_a_remark():
    graph = gnn.trace(lambda x, w: x * 2, x=gnn.input(()), w=gnn.parameter(2))
    found = gnn.gradient(graph)
    assert found.remarks == ("output doesn't depend on w: its gradient is 0",)
    assert gnn.evaluate(found, x=1.0, w=[1, 2], outputs="grad_w").tolist() == [0, 0]


def test_shared_values_add_up():
    graph = gnn.trace(lambda t: t * t + 3 * t, t=gnn.parameter(()))
    assert float(gnn.value_and_gradient(graph, t=2.0)[1]["t"]) == 7


def test_any_order():
    graph = gnn.trace(lambda t: t**4, t=gnn.parameter(()))
    for value in (32.0, 48.0, 48.0, 24.0):
        graph = gnn.gradient(graph, of=list(graph.outputs)[-1])
        assert float(gnn.evaluate(graph, t=2.0, outputs=graph.outputs[-1])) == pytest.approx(value)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"wrt": "thet"}, "did you mean 'theta'"),
        ({"of": "nothing"}, "no variable"),
        ({"of": "z"}, "cotangent"),
        ({"of": "z", "cotangent": [1.0]}, "shape"),
        ({"wrt": "n"}, "floating-point"),
    ],
)
def test_gradients_that_dont_exist(options, says):
    def model(theta, n):
        z = theta * 2
        return z[n]

    graph = gnn.trace(model, theta=gnn.parameter(2), n=gnn.input((), dtype="int64"))
    with pytest.raises(GradientError, match=says):
        gnn.gradient(graph, **options)
