"""What parameters start from has the spread that its authors give, by what comes in and what goes out."""

from math import prod

import numpy as np
import pytest

from graphviz_nn.data.seeds import seeded
from graphviz_nn.training import INITIALIZERS

# (outputs, inputs, *window): more in than out, more out than in, a window; and vectors, one output of all inputs.
SHAPES = [(40, 900), (900, 40), (60, 30, 5, 3), (20_000,)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_the_spread_is_that_of_the_formula(shape, seed):
    # What each sum takes in, and in how many each entry is.
    inputs = prod(shape[1:]) if len(shape) > 1 else shape[0]
    outputs = shape[0] * prod(shape[2:]) if len(shape) > 1 else 1
    he, glorot = (INITIALIZERS[name](seeded(seed), shape) for name in ("he", "glorot"))
    assert he.shape == glorot.shape == shape
    assert np.var(he) == pytest.approx(2 / inputs, rel=0.1)
    assert np.mean(he) == pytest.approx(0, abs=0.1 * np.std(he))
    bound = np.sqrt(6 / (inputs + outputs))
    assert 0.99 * bound < np.abs(glorot).max() <= bound
    assert np.var(glorot) == pytest.approx(2 / (inputs + outputs), rel=0.1)
    # Even to its ends: a normal distribution has fewer there.
    assert np.mean(np.abs(glorot) > 0.9 * bound) == pytest.approx(0.1, abs=0.02)
