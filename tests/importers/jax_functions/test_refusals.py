"""What JAX's functions can't be, in one line each; and what is drawn anew."""

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn

pytestmark = list(beside("jax"))
jax = pytest.importorskip("jax")
jnp = jax.numpy
X = jax.ShapeDtypeStruct((2, 3), "float32")


def branching(x):
    if x.sum() > 0:
        return x
    return -x


def unfit(w, x):
    return x @ w


def own(x):
    raise ValueError("my own")


@pytest.mark.parametrize(
    "function, examples, said",
    [
        (branching, (X,), r"branching \(test_refusals.py:\d+\) needs the values .* jax.lax.cond"),
        (lambda x: x[: int(x[0, 0])], (X,), r"needs the values of its arguments"),
        (unfit, (X, X), r"unfit \(test_refusals.py:\d+\) can't be traced with these arguments: dot_general requires"),
        (unfit, (X,), r"unfit\(w, x\) needs an example for each argument: missing .* 'x'"),
        (jax.jit(unfit), (), r"unfit.* needs an example for each argument"),
        (lambda x: jnp.fft.fft(x).real, (X,), r"\(test_refusals.py:\d+\) gives complex numbers"),
        (lambda k: jax.random.gumbel(k, (2,)), (jax.random.key(0),), r"draws random numbers that graphviz_nn can't"),
    ],
)
def test_what_can_not_be_traced_is_one_line(function, examples, said, capfd):
    with pytest.raises(gnn.errors.TracingError, match=said) as found:
        gnn.trace(function, *examples)
    assert "\n" not in str(found.value)
    assert not capfd.readouterr().err


def test_errors_of_the_users_own_are_theirs():
    with pytest.raises(ValueError, match="my own"):
        gnn.trace(own, X)


def test_an_unknown_argument_is_named():
    with pytest.raises(gnn.errors.TracingError, match="no argument 'z'"):
        gnn.trace(unfit, X, z=X)


def test_what_has_no_rule_is_drawn_and_named():
    graph = gnn.trace(lambda x: jax.lax.lgamma(x) + x, X)
    assert graph.remarks == ("lgamma is drawn, but can't be computed: graphviz_nn has no rule for it",)
    assert "lgamma" in gnn.draw(graph, view="operations").svg
    with pytest.raises(gnn.errors.UsageError, match="lgamma"):
        gnn.evaluate(graph, x=np.ones((2, 3)))


def test_noise_with_a_key_among_the_arguments_is_drawn_anew():
    def noisy(key, x):
        first, second = jax.random.split(key)
        kept = jax.random.bernoulli(first, 0.75, x.shape)
        return jnp.where(kept, x, 0) + jax.random.normal(second, x.shape) * jax.random.uniform(key, (), minval=2)

    graph = gnn.trace(noisy, jax.random.key(0), X)
    drawn = [each.draw.distribution for each in graph.leaves.values() if each.role == "random"]
    assert drawn == ["bernoulli", "normal", "uniform"]
    assert "key" not in graph


def test_noise_with_a_fixed_key_is_a_constant():
    def noisy(x):
        return x + jax.random.normal(jax.random.key(3), x.shape)

    graph = gnn.trace(noisy, X)
    found = gnn.evaluate(graph, x=np.zeros((2, 3), "f4"))["output"]
    np.testing.assert_allclose(found, noisy(jnp.zeros((2, 3))), rtol=1e-6)


def test_a_gradient_rule_of_ones_own_is_remarked():
    @jax.custom_vjp
    def straight(x):
        return jnp.round(x)

    straight.defvjp(lambda x: (straight(x), None), lambda _, g: (g,))
    assert "not its own" in gnn.trace(lambda x: straight(x) * 2, X).remarks[0]


def test_the_gradient_of_stop_gradient_is_zero():
    graph = gnn.trace(lambda w, x: jnp.sum(jax.lax.stop_gradient(w) * x + w), X, X)
    found = gnn.evaluate(gnn.gradient(graph), w=np.ones((2, 3)), x=np.ones((2, 3)))
    np.testing.assert_array_equal(found["grad_w"], np.ones((2, 3)))
