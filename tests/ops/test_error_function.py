"""The error function of arrays, beside that of single numbers in Python."""

import math

import numpy as np
import pytest

from graphviz_nn.ops.error_function import erf

NUMBERS = np.concatenate(
    [
        np.linspace(-7, 7, 20_001),
        10.0 ** np.linspace(-300, 1, 2_000),
        np.nextafter(np.arange(-48, 49) / 16, 1),
        [0.0, -0.0, np.inf, -np.inf],
    ]
)


@pytest.mark.parametrize(("dtype", "precision"), [("float64", 1e-15), ("float32", 1.5e-7), ("float16", 1e-3)])
def test_it_is_right_to_the_last_digits(dtype, precision):
    x = NUMBERS.astype(dtype)
    expected = np.array([math.erf(each) for each in x])
    found = erf(x.reshape(-1, 1))
    assert found.dtype == dtype and found.shape == (len(x), 1)
    smallest = float(np.finfo(dtype).smallest_subnormal)
    np.testing.assert_allclose(found.ravel().astype(float), expected, rtol=precision, atol=smallest)
    assert np.array_equal(np.signbit(found.ravel()), np.signbit(x))


def test_other_values():
    assert np.isnan(erf(np.array([np.nan]))).all()
    assert erf(np.array(0.5)).shape == () and erf(np.zeros((0, 2))).shape == (0, 2)
