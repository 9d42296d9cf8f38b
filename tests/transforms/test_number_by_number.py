"""What is done to matrices as a whole is the same where every entry is a number of its own."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.transforms.number_by_number import NUMBER_BY_NUMBER
from graphviz_nn.views import detailed

RNG = np.random.default_rng(0)
SHAPES = [(1, 1), (2, 2), (3, 3), (4, 4), (2, 2, 2), (2, 1, 3, 3)]
CALLS = {
    "cholesky": lambda a, b: np.linalg.cholesky(a @ np.swapaxes(a, -1, -2)),
    "det": lambda a, b: np.linalg.det(a),
    "inv": lambda a, b: np.linalg.inv(a),
    "solve": lambda a, b: np.linalg.solve(a, b),
    "log_det": lambda a, b: np.linalg.slogdet(a)[1],
    "real": lambda a, b: np.real(np.fft.fft(a) ** 2),
    "imag": lambda a, b: np.imag(np.fft.fft(a) ** 2),
    "fftn": lambda a, b: np.abs(np.fft.fft2(a)),
    "ifftn": lambda a, b: np.abs(np.fft.ifft2(a)),
    "rfftn": lambda a, b: np.abs(np.fft.rfft2(a)),
    "irfftn": lambda a, b: np.fft.irfft2(np.fft.rfft2(a) ** 2, s=a.shape[-2:]),
}
# Of single numbers these are steps of their own.
PARTS = {"real", "imag"}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NUMBER_BY_NUMBER)
def test_values_and_gradients_are_those_of_the_whole(name, shape):
    # No entry stands for another: neither matrices nor weights are symmetric.
    a, b = RNG.normal(size=(*shape[:-1], shape[-1])), RNG.normal(size=(*shape[:-1], 2))
    weights = gnn.constant(RNG.normal(size=np.shape(CALLS[name](a, b))))

    def model(a, b, weights):
        return np.sum(CALLS[name](a, b) * weights) + np.sum(b)

    graph = gnn.trace(model, a=gnn.parameter(shape), b=gnn.parameter(b.shape), weights=weights)
    seen, feeds = detailed("scalars", graph), {"a": a, "b": b}
    assert {each.op for each in seen.operations.values()}.isdisjoint({*NUMBER_BY_NUMBER} - PARTS)
    assert not any(variable.shape for variable in seen.variables.values())
    one, other = (gnn.evaluate(each, feeds, outputs=each.outputs[0]) for each in (graph, seen))
    assert other == pytest.approx(one, rel=1e-9)
    assert gnn.check_gradients(seen, feeds)
