"""Programs of single numbers: straight-line Python on floats, with NumPy's values wherever Python has none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.evaluation.interpreter import Interpreter

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 30.0, -745.0, 800.0, 1e-320, 1e308, -1e308, float("inf"), float("-inf")]
ONE = ["exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arctan"]
ONE += ["arccosh", "arctanh", "negative", "positive", "absolute", "square", "reciprocal"]
TWO = ["add", "subtract", "multiply", "divide", "power", "maximum", "minimum"]


def models():
    for name in ONE:
        yield name, lambda x, y, f=getattr(np, name): f(x) + y
    for name in TWO:
        yield name, lambda x, y, f=getattr(np, name): f(x, y) * 2
    for name in ("maximum", "minimum"):
        yield f"{name} of a number", lambda x, y, f=getattr(np, name): f(x, 0) + f(1, y)
    yield "where", lambda x, y: np.where(x > y, x, np.where(x == y, 0.5, y)) ** 3
    yield "relu", lambda x, y: gnn.nn.relu(x) * y
    yield "sigmoid", lambda x, y: gnn.nn.sigmoid(x) * y
    yield "chain", lambda x, y: sum(np.tanh(x * k) * y for k in range(60))


@pytest.mark.parametrize(("name", "model"), list(models()), ids=[name for name, _ in models()])
def test_every_value_is_numpys(name, model):
    graph = gnn.trace(model, x=gnn.parameter(()), y=gnn.parameter(()))
    both = gnn.gradient(graph)
    program = gnn.compile(graph)
    whole = gnn.compile(both)
    assert "np." not in program.source or name in ("where",)
    for x in EDGES:
        for y in EDGES[:8]:
            values = {"x": np.float64(x), "y": np.float64(y)}
            expected = Interpreter(both).run(values)
            for found in (program.run(values), whole.run(values)):
                for output, value in found.items():
                    assert np.shape(value) == () and value.dtype == np.float64
                    if output in graph.outputs or np.isfinite(expected[output]):
                        np.testing.assert_allclose(value, expected[output], rtol=1e-12, atol=1e-300)


@settings(max_examples=30, deadline=None)
@given(x=st.floats(-5, 5), y=st.floats(0.1, 5), steps=st.lists(st.sampled_from(["sin", "tanh", "*", "+", "relu"])))
def test_longer_programs(x, y, steps):
    def model(x, y):
        for step in steps:
            if step in ("*", "+"):
                x = x * y if step == "*" else x + y
            else:
                x = np.maximum(x, 0.1) if step == "relu" else getattr(np, step)(x)
        return x * y

    both = gnn.gradient(gnn.trace(model, x=gnn.parameter(()), y=gnn.parameter(())))
    expected, found = gnn.evaluate(both, x=x, y=y), gnn.compile(both)(x=x, y=y)
    for name, value in found.items():
        assert value == pytest.approx(expected[name], rel=1e-10, abs=1e-300)
