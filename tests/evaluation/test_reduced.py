"""Reductions that a program writes in its own way are NumPy's, with infinities, NaN and every layout."""

import numpy as np
import pytest

import graphviz_nn as gnn

SHAPES = [(500, 2), (2, 500), (300, 3), (7, 5), (1, 4), (3, 1), (2, 3, 70), (4, 0), (0, 4), (6,), (1, 1), (3, 1500)]
REDUCTIONS = {"sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "prod": np.prod}


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64"])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name, dtype):
    reduce, rng = REDUCTIONS[name], np.random.default_rng(0)
    for shape in SHAPES:
        for axis in range(-len(shape), 0):
            if not shape[axis] and name not in ("sum", "prod"):
                continue

            def both(x, axis=axis):
                turned = np.transpose(x * 2)
                kept = reduce(x, axis=axis, keepdims=True)
                return reduce(x, axis=axis), kept, reduce(turned, axis=axis if x.shape == x.shape[::-1] else -1 - axis)

            x = (rng.normal(size=shape) * 8).astype(dtype)
            program = gnn.compile(gnn.trace(both, x=gnn.input(shape, dtype=dtype)))
            for special in (None, np.inf, np.nan) if dtype != "int64" and x.size else (None,):
                if special is not None:
                    x[(0,) * len(shape)] = special
                with np.errstate(all="ignore"):
                    pairs = list(zip(program.steps(x), both(x), strict=True))
                for found, expected in pairs:
                    assert np.shape(found) == np.shape(expected) and found.dtype == expected.dtype
                    precision = 1e-5 if dtype == "float32" else 1e-12
                    np.testing.assert_allclose(found, expected, rtol=precision, atol=100 * precision)


def test_gradients_of_a_maximum_share_ties():
    def model(x, w):
        return np.sum(np.maximum(x * w, 0) * np.arange(6.0)), np.sum(np.maximum(w, x))

    graph = gnn.trace(model, x=gnn.input((4, 6)), w=gnn.parameter((4, 6)))
    x = np.where(np.arange(24).reshape(4, 6) % 3, 1.5, 0.0)
    for of in graph.outputs:
        both = gnn.gradient(graph, of=of)
        name = both.graph["gradients"]["w"]
        for w in (np.ones((4, 6)), np.full((4, 6), 1.5)):
            expected = gnn.evaluate(both, x=x, w=w, outputs=name)
            np.testing.assert_array_equal(gnn.compile(both, name)(x=x, w=w)[name], expected)
