"""Errors that newcomers meet say the line, and what would work there."""

import math
from typing import Any

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import Error, ShapeError, TracingError

X = np.arange(1.0, 4.0)
summed = np.sum
windows = np.lib.stride_tricks.sliding_window_view
HERE = r"\(test_first_errors\.py:\d+\)"


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: summed([x[0], [x[1]]]), rf"np\.sum can't .*{HERE}; write np\.array\(\[a, b\]\)"),
        (lambda x: round(x[0]) * x[0], rf"{HERE}.* float\(x\) or int\(x\)"),
        (lambda x: math.floor(x[0]) * x[0], rf"{HERE}; write np\.floor; .* float\(x\) or int\(x\)"),
        (lambda x: x.tolist()[0] * x[0], rf"{HERE}.* float\(x\) or int\(x\)"),
        (lambda x: np.sum(np.lib.stride_tricks.as_strided(x, (2, 2), (8, 8))), rf"as_strided.*{HERE}.*sliding_window"),
        (lambda x: x["a"], rf"an index {HERE} must hold whole numbers, found 'a'"),
        (lambda x: x[1.0], rf"an index {HERE} must hold whole numbers, found 1\.0"),
        (lambda x: np.sum(windows(x, 4)), rf"a window of length 4 {HERE} doesn't fit axis 0 of shape \(3,\)"),
        (lambda x: np.sum(windows(x, (2, 2))), rf"{HERE} takes a length for each axis"),
        (lambda x: np.sum(windows(x, 2, writeable=True)), rf"{HERE} overlap"),
    ],
)
def test_what_would_work_is_said(function: Any, said: str) -> None:
    with pytest.raises(Error, match=said):
        gnn.grad(function)(X)


def test_a_value_of_a_trace_that_has_ended() -> None:
    kept: list[Any] = []

    def function(x: Any) -> Any:
        kept.append(x[0] * 2)
        return x[0]

    gnn.grad(function)(X)
    with pytest.raises(TracingError, match=rf"a trace that has ended {HERE}; return it .* float"):
        np.array(kept)
    gnn.trace(function, gnn.input(3))
    with pytest.raises(TracingError, match=rf"a trace that has ended {HERE}"):
        np.array(kept[1:])


def test_text_has_the_number_where_it_is_known() -> None:
    texts: list[str] = []
    gnn.grad(lambda x: (texts.extend([str(x[0]), f"{x[1]}", str(x), f"{x[1]:.2f}"]), x[0])[1])(X)
    assert texts == ["1.0", "2.0", "[1. 2. 3.]", "2.00"]
    gnn.trace(lambda x: (texts.append(str(x)), x)[1], gnn.input(3))
    assert texts[-1] == "<traced x: float64[3]>"


def test_a_singular_matrix_is_named_with_its_line() -> None:
    def solved(x: Any) -> Any:
        return np.sum(np.linalg.inv(np.outer(x, x) * 0))

    graph, said = gnn.trace(solved, gnn.input(3)), rf"inv {HERE}: Singular matrix"
    program = gnn.compile(graph)
    for run in (gnn.grad(solved), lambda x: program(x=x), lambda x: gnn.evaluate(graph, x=x)):
        with pytest.raises(np.linalg.LinAlgError, match=said):
            run(X)


def test_an_index_out_of_bounds_is_named_with_its_line() -> None:
    derivative = gnn.grad(lambda x, i: np.sum(x[i]))
    assert list(derivative(X, np.array([1]))) == [0, 1, 0]
    with pytest.raises(Error, match=rf"getitem {HERE}: index 5 is out of bounds"):
        derivative(X, np.array([5]))


@pytest.mark.parametrize(
    ("shape", "window", "axis"),
    [
        ((5,), 2, None), ((5,), (3,), 0), ((4, 5), (2, 3), None), ((4, 5), 2, -1), ((2, 4, 5), (3, 2), (2, 1)),
        ((5,), (2, 2), (0, 0)), ((3, 4), (1, 4), None),
    ],
)  # fmt: skip
def test_windows_are_those_of_numpy(shape: Any, window: Any, axis: Any) -> None:
    x = np.arange(math.prod(shape), dtype=float).reshape(shape)
    due = windows(x, window, axis)
    graph = gnn.trace(lambda x: windows(x, window, axis), gnn.input(shape))
    assert np.array_equal(gnn.evaluate(graph, x=x, outputs=graph.outputs[0]), due)
    weights, counts = np.arange(due.size, dtype=float).reshape(due.shape), np.zeros(x.size)
    np.add.at(counts, windows(np.arange(x.size).reshape(shape), window, axis), weights)
    assert np.allclose(gnn.grad(lambda x: np.sum(weights * windows(x, window, axis)))(x), counts.reshape(shape))


def test_more_windows_than_lengths() -> None:
    with pytest.raises(ShapeError, match="takes a length for each axis"):
        gnn.trace(lambda x: windows(x, 2), gnn.input((3, 3)))
