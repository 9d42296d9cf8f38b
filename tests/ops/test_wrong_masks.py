"""Masks index what they index in NumPy, and those of a wrong length are refused where NumPy refuses them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import ShapeError

VECTOR, TABLE, CUBE = np.arange(3.0), np.arange(6.0).reshape(2, 3), np.arange(8.0).reshape(2, 2, 2)
TWO, THREE, FOUR = np.array([True, False]), np.array([True, False, True]), np.array([True, False, True, False])
SQUARE, TALL, WIDE = np.ones((2, 2), bool), np.ones((3, 2), bool), np.ones((2, 3), bool)
EVERY = slice(None)

CASES = [
    *[(VECTOR, each) for each in (TWO, THREE, FOUR, [True, False], [True, False, True], ~(TWO | True), TWO[:1])],
    *[(VECTOR, each) for each in (TALL, WIDE[:1], (None, TWO), (TWO, None), (Ellipsis, TWO), (Ellipsis, THREE))],
    *[(TABLE, each) for each in (TWO, THREE, (EVERY, TWO), (EVERY, THREE), (Ellipsis, TWO), (None, TWO))],
    *[(TABLE, each) for each in ((1, TWO), (1, THREE), (TWO, TWO), (TWO, THREE), ([0, 1], TWO), (TWO, [0, 1]))],
    *[(TABLE, each) for each in (SQUARE, TALL, WIDE, WIDE[:1], SQUARE.tolist(), (WIDE, None), (Ellipsis, WIDE))],
    *[(CUBE, each) for each in (SQUARE, (SQUARE, 0), (0, SQUARE), (Ellipsis, SQUARE), (0, WIDE), (Ellipsis, WIDE))],
    *[(CUBE, each) for each in ((EVERY, TALL), (THREE, Ellipsis, 0), (EVERY, THREE, EVERY), (TWO, Ellipsis, TWO))],
    (VECTOR, np.zeros(0, bool)),
]  # fmt: skip


def read(x: Any, index: Any) -> Any:
    return np.sum(x[index] * 2)


def stored(x: Any, index: Any) -> Any:
    y = x * 2
    y[index] = 7.0
    return np.sum(y)


def raised(x: Any, index: Any) -> Any:
    y = x * 2
    y[index] *= 3
    return np.sum(y)


def added(x: Any, index: Any) -> Any:
    y = x * 2
    np.add.at(y, index, 7.0)
    return np.sum(y)


@pytest.mark.parametrize("use", [read, stored, raised, added])
@pytest.mark.parametrize(("x", "index"), CASES)
def test_a_mask_fits_where_it_fits_in_numpy(
    use: Callable[[Any, Any], Any], x: np.ndarray[Any, Any], index: Any
) -> None:
    try:
        due = use(x, index)
    except IndexError:
        with pytest.raises(ShapeError, match=r"a mask of shape .*test_wrong_masks\.py:\d+|fit.*test_wrong_masks"):
            gnn.trace(lambda x: use(x, index), x=gnn.input(x.shape))
        with pytest.raises(ShapeError):
            gnn.grad(lambda x: use(x, index))(x)
        return
    graph = gnn.trace(lambda x: use(x, index), x=gnn.input(x.shape))
    (name,) = graph.outputs
    assert gnn.evaluate(graph, x=x, outputs=name) == due
    assert gnn.value_and_grad(lambda x: use(x, index))(x)[0] == due
