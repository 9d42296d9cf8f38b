"""Models of every kind: values, dtypes and gradients, compared with NumPy on the same functions."""

import numpy as np
import pytest
from generated import wide_models
from hypothesis import HealthCheck, given, settings

import graphviz_nn as gnn
from graphviz_nn.errors import GradientError

# The largest differences that rounding explains, of values and of gradients, by the coarsest dtype.
CLOSE = {"float64": (1e-9, 1e-5), "float32": (2e-4, 2e-2)}
STEP = 1e-5
many = settings(
    max_examples=700, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def in_double(arrays):
    return {name: array.astype(float) if array.dtype.kind == "f" else array for name, array in arrays.items()}


def slopes_along(model, name, direction):
    """The slopes of the loss on both sides, in double precision."""
    arrays = in_double(model.arrays)
    losses = [
        float(model.computed({**arrays, name: arrays[name] + step * direction})[0]) for step in (-STEP, 0.0, STEP)
    ]
    return (losses[1] - losses[0]) / STEP, (losses[2] - losses[1]) / STEP


@pytest.mark.parametrize("dtypes", ["float64", "float32", "whole"])
def test_values_dtypes_and_gradients_are_numpys(dtypes):
    measured = {"directions": 0, "kinks": 0}

    @many
    @given(wide_models(dtypes))
    def run(model):
        graph = model.graph
        gnn.check(graph)
        feeds, leaves = model.feeds(graph), model.leaves(graph)
        values, expected = gnn.evaluate(graph, feeds), model.computed()
        single = "float32" in (*model.dtypes, model.script) or "typed number" in model.steps
        for_values, for_gradients = CLOSE["float32" if single else "float64"]
        assert len(graph.outputs) == len(expected)
        for name, right in zip(graph.outputs, expected, strict=True):
            found, right = values[name], np.asarray(right)
            assert (np.asarray(found).dtype, graph.variable(name).dtype) == (right.dtype, right.dtype.name)
            assert found == pytest.approx(right, rel=for_values, abs=for_values)
        by = [leaves[name] for name in model.parameters]
        if np.asarray(expected[0]).dtype.kind != "f":
            # Of whole numbers nothing but whole numbers was made.
            with pytest.raises(GradientError, match="only floating-point variables have gradients"):
                gnn.value_and_gradient(graph, feeds, wrt=by)
            return
        value, gradients = gnn.value_and_gradient(graph, feeds, wrt=by)
        assert value == pytest.approx(np.asarray(expected[0]), rel=for_values, abs=for_values)
        rng = np.random.default_rng(model.seed)
        for name in model.parameters:
            found = gradients[leaves[name]]
            assert (found.shape, found.dtype) == (model.arrays[name].shape, model.arrays[name].dtype)
            direction = rng.standard_normal(found.shape)
            left, right = slopes_along(model, name, direction)
            measured["directions"] += 1
            if abs(left - right) > 1e-2 * max(1.0, abs(left), abs(right)):
                measured["kinks"] += 1
                continue
            scale = max(1.0, float(np.sum(np.abs(found * direction))))
            assert np.sum(found * direction) == pytest.approx((left + right) / 2, abs=for_gradients * scale)

    run()
    assert measured["directions"] > 2000
    assert measured["kinks"] < 0.02 * measured["directions"]
