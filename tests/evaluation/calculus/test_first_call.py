"""The first call of a derivative, which traces, differentiates and compiles."""

import gc
import sys
from typing import Any

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import TracingError
from graphviz_nn.graph.check import INVARIANTS


def looped(passes: int) -> Any:
    def function(x: Any) -> Any:
        for _ in range(passes):
            x = x * 1.25 - 0.125 * x * x
        return x

    return function


def layered(layers: int) -> Any:
    def function(weights: Any) -> Any:
        x: Any = np.ones(2)
        for weight in weights:
            x = np.tanh(weight @ x)
        return np.sum(x)

    return function


def decided(passes: int) -> Any:
    def function(x: Any) -> Any:
        while x < passes:
            x = x + 1
        return x

    return function


def calls(function: Any, start: Any) -> int:
    """The number of calls of functions in the first call of a gradient, also of those that run over many entries."""
    count = [0]

    def counted(frame: Any, event: str, argument: Any) -> None:
        count[0] += event in ("call", "c_call")

    derivative, outer = gnn.grad(function), sys.getprofile()
    sys.setprofile(counted)
    try:
        derivative(start)
    finally:
        sys.setprofile(outer)
    return count[0]


@pytest.mark.parametrize(
    ("make", "start"),
    [
        (looped, lambda n: 0.5),
        (layered, lambda n: [np.eye(2) / (i + 1) for i in range(n)]),
        (decided, lambda n: 0.5),
    ],
)
def test_it_takes_as_long_as_the_code_is(make: Any, start: Any) -> None:
    calls(make(3), start(3))
    short, long = (calls(make(n), start(n)) for n in (40, 120))
    assert long < 3.3 * short


def test_a_graph_that_is_made_here_is_not_checked_again() -> None:
    def refused(graph: Any) -> Any:
        raise AssertionError("checked")

    INVARIANTS.insert(0, refused)
    try:
        assert gnn.grad(lambda x: np.sum(x**3))(np.array([2.0])) == [12.0]
    finally:
        INVARIANTS.remove(refused)


def test_python_collects_cycles_afterwards() -> None:
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        gnn.gradient(lambda x=gnn.parameter(()): x / (1 // 0))
    assert gc.isenabled()


@pytest.mark.parametrize("key", ["a\nb", "a\rb", "\u2028", "a\0b"])
def test_a_key_of_several_lines_is_named_with_its_place(key: str) -> None:
    with pytest.raises(TracingError, match=r"the key '.*' of w\['.*'\] isn't text on one line"):
        gnn.grad(lambda w: np.sum(w[key]))({key: np.ones(2)})
    with pytest.raises(TracingError, match=r"the key '.*' of w\['.*'\] isn't text on one line"):
        gnn.trace(lambda w: np.sum(w[key]), w={key: gnn.parameter(2)})
