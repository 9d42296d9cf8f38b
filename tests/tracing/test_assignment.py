"""Assignment to traced arrays does what NumPy does; a view is never stale."""

import numpy as np
import pytest
from tracing.loops import LOOPS

import graphviz_nn as gnn

STEP = 1e-5


def feeds_of(function):
    rng = np.random.default_rng(1)
    return {name: rng.normal(size=shape) for name, shape in LOOPS[function].items()}


def loss_of(function):
    """A number that depends on every entry of a function's results, each in its own way."""

    def loss(**arguments):
        results = function(**arguments)
        total = 0.0
        for result in results if isinstance(results, tuple) else (results,):
            weights = np.linspace(1.0, 2.0, int(np.prod(np.shape(result)))).reshape(np.shape(result))
            total = total + np.sum(weights * result + result * result / 3)
        return total

    return loss


def copies(feeds):
    return {name: np.array(value) for name, value in feeds.items()}


def central_differences(loss, feeds):
    for name, value in feeds.items():
        found = np.zeros_like(value)
        for index in np.ndindex(value.shape):
            above, below = copies(feeds), copies(feeds)
            above[name][index] += STEP
            below[name][index] -= STEP
            found[index] = (loss(**above) - loss(**below)) / (2 * STEP)
        yield name, found


def test_there_are_sixty():
    assert len(LOOPS) >= 60


@pytest.mark.parametrize("function", LOOPS, ids=lambda function: function.__name__)
def test_a_loop_gives_numpys_result_and_the_gradient_of_central_differences(function):
    feeds, loss = feeds_of(function), loss_of(function)
    specs = {name: gnn.parameter(shape) for name, shape in LOOPS[function].items()}
    expected = function(**copies(feeds))
    graph = gnn.trace(function, **specs)
    gnn.check(graph)
    values = gnn.evaluate(graph, copies(feeds), outputs=graph.outputs)
    for name, right in zip(graph.outputs, expected if isinstance(expected, tuple) else (expected,), strict=True):
        np.testing.assert_allclose(values[name], right, rtol=1e-12, atol=1e-14)
        assert (graph.variable(name).shape, graph.variable(name).dtype) == (right.shape, right.dtype.name)
    value, gradients = gnn.value_and_gradient(gnn.trace(loss, **specs), copies(feeds))
    assert value == pytest.approx(loss(**copies(feeds)), rel=1e-12)
    for name, right in central_differences(loss, feeds):
        np.testing.assert_allclose(gradients[name], right, rtol=1e-6, atol=1e-8, err_msg=name)
