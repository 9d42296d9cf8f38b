"""A gradient inside of a traced function is a part of the graph."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.transforms.fold import fold


def energy(x, k):
    return np.sum(k * x**4)


def force(x, k):
    return -gnn.grad(energy)(x, k)


def test_it_is_recorded_evaluated_and_differentiated():
    graph = gnn.trace(lambda x, k: np.sum(force(x, k) ** 2), x=gnn.input(3), k=gnn.parameter(()))
    scopes = {operation.scope[0] for operation in graph.operations.values() if operation.scope}
    assert scopes == {"grad_energy:1"}
    x, k = np.array([1.0, -2.0, 0.5]), 1.5
    value, gradients = gnn.value_and_gradient(graph, x=x, k=k, wrt=("x", "k"))
    assert value == pytest.approx(np.sum((4 * k * x**3) ** 2))
    assert np.allclose(gradients["x"], 96 * k**2 * x**5) and gradients["k"] == pytest.approx(32 * k * np.sum(x**6))
    assert gnn.check_gradients(graph, x=x, k=k)


def test_it_is_folded_and_opened():
    graph = gnn.trace(force, x=gnn.input(3), k=gnn.parameter(()))
    assert [operation.op for operation in fold(graph).operations.values()] == ["grad_energy", "negative"]
    for view in ("operations", "layers", "scalars"):
        assert gnn.draw(graph, view=view)


def test_it_can_be_batched_and_saved(tmp_path):
    graph = gnn.trace(force, x=gnn.input(3), k=gnn.parameter(()))
    x = np.arange(6.0).reshape(2, 3)
    assert np.allclose(gnn.evaluate(gnn.batch(graph, {"x": x}), x=x, k=2.0)[graph.outputs[0]], -8 * x**3)
    gnn.save(graph, tmp_path / "force.json")
    again = gnn.load(tmp_path / "force.json")
    assert np.allclose(gnn.evaluate(again, x=x[0], k=2.0)[graph.outputs[0]], -8 * x[0] ** 3)


def test_every_derivative_can_be_inside():
    def all_of_them(x, v):
        f = lambda z: np.sum(np.sin(z) * z**2)  # noqa: E731
        value, slope = gnn.value_and_grad(f)(x)
        second = gnn.hessian(f)(x) @ v + gnn.hessian_vector_product(f)(x, v)
        _, change = gnn.jvp(np.sin, (x,), (v,))
        return value * slope + second + change + gnn.jacobian(np.exp)(x) @ v + gnn.elementwise_grad(np.tanh)(x)

    def theirs(x, v):
        f = lambda z: anp.sum(anp.sin(z) * z**2)  # noqa: E731
        value, slope = f(x), autograd.grad(f)(x)
        second = 2 * autograd.hessian(f)(x) @ v
        return value * slope + second + anp.cos(x) * v + anp.exp(x) * v + 1 / anp.cosh(x) ** 2

    graph = gnn.trace(all_of_them, x=gnn.input(3), v=gnn.input(3))
    x, v = np.array([0.3, -0.5, 1.1]), np.array([1.0, 2.0, -1.0])
    assert np.allclose(gnn.evaluate(graph, x=x, v=v)[graph.outputs[0]], theirs(x, v))


def test_a_function_may_use_values_of_the_trace_around_it():
    def outer(x, w):
        h = np.tanh(w * x)
        inner = gnn.grad(lambda y: np.sum(y**2 * h) + np.sum(x * y))
        return np.sum(inner(x) ** 2 + inner(np.ones(2)))

    graph = gnn.trace(outer, x=gnn.input(2), w=gnn.parameter(2))
    x, w = np.array([0.5, -1.0]), np.array([2.0, 0.3])
    assert gnn.check_gradients(graph, x=x, w=w, wrt=("x", "w"))
    found = gnn.grad(outer, (0, 1))(x, w)
    _, expected = gnn.value_and_gradient(graph, x=x, w=w, wrt=("x", "w"))
    assert np.allclose(found[0], expected["x"]) and np.allclose(found[1], expected["w"])


def test_one_variable_is_not_confused_with_another():
    assert gnn.grad(lambda x: x * gnn.grad(lambda y: x + y)(1.0))(1.0) == 1
    assert gnn.grad(lambda x: x * gnn.grad(lambda y: x * y)(2.0))(3.0) == 6
    assert gnn.grad(lambda x: gnn.grad(lambda y: gnn.grad(lambda z: x * y * z**2)(y))(x))(2.0) == 16


def test_numbers_inside_of_a_trace_stay_numbers():
    graph = gnn.trace(lambda x: x * gnn.grad(np.sin)(0.0), x=gnn.input(()))
    assert list(graph.operations) == ["multiply"]


def test_values_of_two_unrelated_traces_are_refused():
    kept = []
    gnn.trace(lambda x: kept.append(x) or x * 2, x=gnn.input(()))
    with pytest.raises(gnn.errors.TracingError, match="two traces"):
        gnn.grad(lambda y: y * kept[0])(1.0)
