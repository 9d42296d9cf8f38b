"""What has no gradient is refused by name, with the line and what to write instead."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import GradientError, TracingError, UsageError


class Thing:
    pass


LINE = r"test_bad_input\.py:\d+"
BAD = {
    "a whole number": (lambda x: x * 2, 3, GradientError, rf"x of <lambda> is the whole number 3 \({LINE}\).*3\.0"),
    "whole numbers": (lambda x: np.sum(x), np.arange(3), GradientError, rf"an array of int64 \({LINE}\).*astype"),
    "in a list": (lambda p: p[0] * p[1], [1.0, 2], GradientError, r"p\[1\] of <lambda> is the whole number 2"),
    "nothing": (lambda x: 3.0, None, GradientError, rf"x of <lambda> is None \({LINE}\)"),
    "text": (lambda p: p["a"], {"a": "x"}, GradientError, r"p\['a'\] of <lambda> is a str"),
    "an object": (lambda x: x, Thing(), GradientError, "is a Thing"),
    "an array of objects": (np.sum, np.array([Thing()]), TracingError, rf"\({LINE}\) must hold numbers"),
    "a ragged array": (np.sum, np.array([[1.0], [1.0, 2.0]], object), TracingError, "must hold numbers"),
    "a masked array": (np.sum, np.ma.array([1.0]), TracingError, "masked array"),
    "many numbers": (
        lambda x: x * 2,
        np.ones(3),
        GradientError,
        rf"{LINE}\) returned an array of shape \(3,\).*np\.sum",
    ),
    "a list returned": (lambda x: [x, x], 1.0, TracingError, "returned a list"),
    "nothing returned": (lambda x: None, 1.0, TracingError, "returned None"),
    "a whole number returned": (lambda x: np.argmax(x), np.ones(3), GradientError, "returned int64"),
    "complex numbers returned": (np.fft.fft, np.ones(3), GradientError, r"returned complex128.*np\.real"),
    "a text returned": (lambda x: "x", 1.0, TracingError, "must hold numbers"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused(name):
    function, argument, error, message = BAD[name]
    with pytest.raises(error, match=message):
        gnn.grad(function)(argument)


def test_wrong_options():
    with pytest.raises(UsageError, match="takes a function"):
        gnn.grad(3.0)
    with pytest.raises(UsageError, match="position of an argument"):
        gnn.grad(np.sin, argnum="x")
    with pytest.raises(UsageError, match="1 arguments in order, so argnum=1"):
        gnn.grad(np.sin, argnum=1)(1.0)
    with pytest.raises(UsageError, match=r"jvp\(f, \(x,\), \(v,\)\)"):
        gnn.jvp(np.sin, 1.0, (1.0,))
    with pytest.raises(UsageError, match="a direction for each argument"):
        gnn.jvp(np.sin, (1.0,), (np.ones(2),))


def test_what_cannot_be_taken_apart_is_told():
    cyclic = [1.0]
    cyclic.append(cyclic)
    with pytest.raises(UsageError, match="contains itself"):
        gnn.grad(lambda p: p[0])(cyclic)
    for twice in ((1, 1), (0, -2)):
        with pytest.raises(UsageError, match="same argument twice"):
            gnn.grad(lambda x, y: x * y, twice)(2.0, 3.0)
    for tangent in (1, np.ones((), int)):
        with pytest.raises(UsageError, match=r"whole numbers; write 1\.0"):
            gnn.jvp(np.sin, (1.0,), (tangent,))
    with pytest.raises(UsageError, match=r"hessian takes one array, found a dict"):
        gnn.hessian(lambda p: p["a"] ** 2)({"a": 1.0})


LOGARITHM = r"gives inf of 1.0 and 0.0|log.*test_bad_input\.py:\d+"


@pytest.mark.parametrize("derivative", [gnn.grad, gnn.value_and_grad, gnn.elementwise_grad, gnn.hessian, gnn.jacobian])
def test_what_is_not_finite_is_told(derivative):
    slope = derivative(lambda x: np.log(x))
    for _ in range(2):
        with pytest.warns(gnn.errors.NumericalWarning, match=LOGARITHM):
            slope(0.0)
    with pytest.warns(gnn.errors.NumericalWarning, match=LOGARITHM):
        gnn.jvp(lambda x: np.log(x), (0.0,), (1.0,))


def test_the_function_s_own_error_is_raised():
    with pytest.raises(ZeroDivisionError):
        gnn.grad(lambda x: x * (1 / 0))(1.0)
