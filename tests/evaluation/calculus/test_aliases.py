"""One array as two arguments, one of which is assigned to."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import TracingError, UsageError

A = np.arange(1.0, 5.0)


def changing(a, b):
    a += 1
    return np.sum(a * b)


def writing(a, b):
    a[0] = 3.0
    return np.sum(a * b)


def through_a_view(a, b):
    part = a[:2]
    part *= 2.0
    return np.sum(a * b)


@pytest.mark.parametrize("function", [changing, writing, through_a_view])
@pytest.mark.parametrize(
    "pair",
    [lambda x: (x, x), lambda x: (x[:3], x[1:]), lambda x: (x, x[::-1]), lambda x: (x[...], x.reshape(4))],
    ids=["twice", "overlapping", "backwards", "reshaped"],
)
def test_an_array_given_twice_is_not_assigned_to(function, pair):
    gradient = gnn.grad(function, (0, 1))
    for _ in range(2):
        with pytest.raises(TracingError, match=r"assigns to a, which shares its memory with b; give a copy"):
            gradient(*pair(A.copy()))


def test_a_kept_program_of_two_arrays_does_not_run_on_one():
    value = gnn.value_and_grad(changing)
    for _ in range(3):
        assert value(A.copy(), A.copy())[0] == changing(A.copy(), A.copy())
    with pytest.raises(TracingError, match="shares its memory"):
        value(x := A.copy(), x)
    with pytest.raises(TracingError, match=r"assigns to p\[0\], which shares its memory with p\[1\]"):
        gnn.grad(lambda p: changing(*p))([x, x])


def test_what_is_only_read_may_be_given_twice():
    assert gnn.grad(lambda a, b: np.sum(a * b), (0, 1))(A, A)[0].tolist() == A.tolist()
    x = np.ones(8)
    assert gnn.grad(changing)(x[::2], x[1::2]).tolist() == [1.0] * 4


def test_a_spec_is_no_number():
    def model(x, w=gnn.parameter(2)):
        return np.sum(x * w)

    with pytest.raises(UsageError, match="needs a number for w"):
        gnn.grad(model)(np.ones(2))
    assert gnn.grad(model)(np.ones(2), np.full(2, 3.0)).tolist() == [3.0, 3.0]
