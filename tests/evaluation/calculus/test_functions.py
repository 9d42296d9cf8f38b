"""Each derivative of a table of functions equals autograd's, and central differences."""

import pickle
from collections import OrderedDict, defaultdict
from functools import lru_cache

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import graphviz_nn as gnn

# Functions of a vector that are written once, and run on NumPy or on autograd's NumPy.
SCALAR = {
    "cube": lambda np, x: np.sum(x**3),
    "waves": lambda np, x: np.sum(np.sin(x) * np.cos(2 * x)),
    "softmax": lambda np, x: np.exp(x)[0] / np.sum(np.exp(x)),
    "quotient": lambda np, x: x[0] * x[1] / (1 + x[2] ** 2),
    "norm": lambda np, x: np.sqrt(np.sum(x * x) + 1),
    "tanh": lambda np, x: np.sum(np.tanh(np.outer(x, x))),
    "indexed": lambda np, x: np.sum(x[::-1] * x[np.array([0, 0, 2])]),
    "where": lambda np, x: np.sum(np.where(x > 0.5, x**2, np.exp(x))),
    "joined": lambda np, x: np.sum(np.concatenate([x, 2 * x]) ** 2),
    "inverse": lambda np, x: np.sum(np.linalg.inv(np.outer(x, x) + 3 * np.eye(3))),
}
VECTOR = {
    "sin": lambda np, x: np.sin(x),
    "product": lambda np, x: np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]) @ x,
    "matrix": lambda np, x: np.outer(x, x**2),
    "reversed": lambda np, x: x[::-1] * x,
}
X, V = np.array([0.3, -1.2, 0.7]), np.array([1.0, 0.5, -2.0])


def on(module, function):
    return lambda x: function(module, x)


def slopes(function, x, h=1e-6):
    """Central differences of a function of a vector, along a last axis."""
    return np.stack([(function(x + h * e) - function(x - h * e)) / (2 * h) for e in np.eye(len(x))], axis=-1)


@pytest.mark.parametrize("name", SCALAR)
def test_a_single_number(name):
    ours, theirs = on(np, SCALAR[name]), on(anp, SCALAR[name])
    gradient = gnn.grad(ours)
    for x in (X, X + 0.1):
        assert np.allclose(gradient(x), autograd.grad(theirs)(x), rtol=1e-12, atol=1e-13)
    assert np.allclose(gradient(X), slopes(ours, X), rtol=1e-6, atol=1e-8)
    value, same = gnn.value_and_grad(ours)(X)
    assert value == pytest.approx(ours(X)) and (same == gradient(X)).all()
    second = gnn.hessian(ours)(X)
    assert np.allclose(second, autograd.hessian(theirs)(X), rtol=1e-9, atol=1e-9)
    assert np.allclose(gnn.jacobian(gnn.grad(ours))(X), second, rtol=1e-9, atol=1e-9)
    assert np.allclose(gnn.hessian_vector_product(ours)(X, V), second @ V, rtol=1e-9, atol=1e-9)
    assert np.allclose(gnn.jvp(ours, (X,), (V,))[1], gradient(X) @ V)


@pytest.mark.filterwarnings("ignore:Output seems independent")
@pytest.mark.parametrize("name", VECTOR)
def test_an_array(name):
    ours, theirs = on(np, VECTOR[name]), on(anp, VECTOR[name])
    found = gnn.jacobian(ours)(X)
    assert found.shape == (*ours(X).shape, 3)
    assert np.allclose(found, autograd.jacobian(theirs)(X)) and np.allclose(found, slopes(ours, X), atol=1e-8)
    assert np.allclose(gnn.jacobian(gnn.jacobian(ours))(X), autograd.jacobian(autograd.jacobian(theirs))(X))
    assert np.allclose(gnn.elementwise_grad(ours)(X), autograd.elementwise_grad(theirs)(X))
    value, change = gnn.jvp(ours, (X,), (V,))
    assert np.allclose(value, ours(X)) and np.allclose(change, found @ V)


def test_any_order():
    power, wave = gnn.grad(lambda x: x**5), gnn.grad(np.sin)
    for order in range(2, 6):
        power, wave = gnn.grad(power), gnn.grad(wave)
        assert power(2.0) == pytest.approx(np.prod(range(6 - order, 6)) * 2.0 ** (5 - order))
    assert wave(0.3) == pytest.approx(np.cos(0.3))


def test_a_number_is_returned_as_a_number():
    assert type(gnn.grad(lambda x: x)(3.0)) is np.float64
    assert type(gnn.grad(lambda x: np.sum(x))(np.float32(3))) is np.float32


def test_gradients_have_the_structure_and_dtypes_of_the_argument():
    def loss(parameters, scale):
        total = 0.0
        for layer in parameters["layers"]:
            total = total + np.sum(layer[0] ** 2) * scale + layer[1]
        return total * parameters["gain"]

    parameters = {"layers": [(np.ones(2, np.float32), 1.0), (np.full((1, 2), 3.0), 2.0)], "gain": 2.0}
    found = gnn.grad(loss)(parameters, 0.5)
    assert found["layers"][0][0].dtype == np.float32 and found["layers"][1][0].shape == (1, 2)
    assert type(found["layers"]) is list and type(found["layers"][0]) is tuple
    assert found["layers"][1][1] == 2.0 and found["gain"] == pytest.approx(loss(parameters, 0.5) / 2)
    by_both = gnn.grad(loss, (0, 1))(parameters, 0.5)
    assert type(by_both) is tuple and by_both[1] == pytest.approx(40.0)
    assert gnn.grad(loss, argnum=1)(parameters, 0.5) == by_both[1]


def test_a_python_number_adapts_to_the_arrays():
    found = gnn.grad(lambda w, rate: np.sum(w * rate))(np.ones(2, np.float32), 0.5)
    assert found.dtype == np.float32


def test_what_does_not_depend_has_the_gradient_0():
    assert gnn.grad(lambda x: 3.0)(1.0) == 0 and gnn.jacobian(lambda x: np.ones(2))(np.ones(3)).shape == (2, 3)
    assert gnn.grad(lambda x, y: y * 2.0)(1.0, 2.0) == 0
    assert gnn.jvp(lambda x: np.ones(2), (1.0,), (1.0,))[1].tolist() == [0, 0]


def test_a_result_is_an_array_of_its_own():
    x, c = np.ones(3), np.arange(3.0)
    gradient = gnn.grad(lambda x, c: np.sum(x * c) + np.sum(np.reshape(x, (3, 1))))
    for _ in range(2):
        found = gradient(x, c)
        found += 100
    assert c.tolist() == [0, 1, 2] and x.tolist() == [1, 1, 1]
    handed_on = gnn.grad(lambda x: np.sum(x))
    handed_on(x)[0] = 5
    assert handed_on(x).tolist() == [1, 1, 1]


def test_keywords_and_defaults():
    def power(x, exponent=2, *, scale=1.0):
        return scale * x**exponent

    gradient = gnn.grad(power)
    assert [float(gradient(3.0)), float(gradient(3.0, 3)), float(gradient(3.0, scale=2.0))] == [6, 27, 12]


def test_random_numbers_are_the_same_in_each_row_of_a_jacobian():
    found = gnn.jacobian(lambda x: x * gnn.random(()) * np.ones(3))(2.0)
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("z", [np.array([1 + 2j, -0.5j, 3.0]), np.array([0.3 - 0.1j])])
def test_complex_arguments_have_autograds_gradient(z):
    def energy(np):
        return lambda z: np.sum(np.abs(z * np.exp(1j * z)) ** 2 + np.real(z**3))

    assert np.allclose(gnn.grad(energy(np))(z), autograd.grad(energy(anp))(z))
    assert gnn.grad(energy(np))(2.0 + 1j) == pytest.approx(autograd.grad(energy(anp))(2.0 + 1j))
    spectrum = gnn.grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(np.arange(4.0))
    assert np.allclose(spectrum, 8 * np.arange(4.0))


def squared(x):
    return x**2


def test_a_derivative_can_be_pickled_and_its_function_cached():
    assert pickle.loads(pickle.dumps(gnn.grad(squared)))(3.0) == 6
    cached = gnn.grad(lru_cache(squared))
    assert [float(cached(x)) for x in (3.0, 3.0, 4.0)] == [6, 6, 8]


@pytest.mark.parametrize("made", [OrderedDict, lambda **given: defaultdict(float, given)], ids=["ordered", "default"])
def test_other_dicts_keep_their_kind(made):
    gradient = gnn.grad(lambda p: p["a"] ** 2 * p["b"])
    found = gradient(made(a=2.0, b=3.0))
    assert found == {"a": 12, "b": 4} and type(found) is type(made())
