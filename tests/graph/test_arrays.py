"""Array classes with other arithmetic are refused by name, wherever they enter."""

import warnings

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import DataError, FeedError, GradientError, TracingError


class Own(np.ndarray):
    """A class of arrays such as those with units."""


def matrix():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.matrix([[1.0, 2.0]])


OTHERS = {
    "a masked array": np.ma.array([[1.0, 2.0]], mask=[[0, 1]]),
    "a masked array in a list": [np.ma.array([1.0, 2.0], mask=[0, 1])],
    "np.matrix": matrix(),
    "a record array": np.rec.array([(1.0, 2)], names="a,b"),
    "a Own": np.ones((1, 2)).view(Own),
    "a structured array with the fields a, b": np.zeros((1, 2), [("a", "f8"), ("b", "i4")]),
    "found datetime64": np.array([["2020-01-01", "2020-01-02"]], "datetime64[D]"),
    "found object": np.array([[1.0, "a"]], object),
    "found complex256": np.array([[1j, 2]], "complex256"),
}
GRAPH = gnn.trace(lambda x: np.sum(x * x), x=gnn.parameter((1, 2)))
ENTRIES = {
    "argument": (lambda other: gnn.trace(lambda x: x * other, x=gnn.input((1, 2))), TracingError),
    "argument on the left": (lambda other: gnn.trace(lambda x: np.add(other, x), x=gnn.input((1, 2))), TracingError),
    "argument of a function": (
        lambda other: gnn.trace(lambda x: np.where(x > 0, x, other), x=gnn.input((1, 2))),
        TracingError,
    ),
    "part": (lambda other: gnn.trace(lambda x: np.concatenate([x, other]), x=gnn.input((1, 2))), TracingError),
    "input": (lambda other: gnn.input(other), TracingError),
    "parameter": (lambda other: gnn.parameter(other), TracingError),
    "constant": (lambda other: gnn.constant(other), TracingError),
    "feed": (lambda other: gnn.evaluate(GRAPH, x=other), FeedError),
    "gradients": (lambda other: gnn.check_gradients(GRAPH, x=[[1.0, 2.0]], against={"x": other}), GradientError),
    "data": (lambda other: gnn.data.arrays(other, [0]), DataError),
}


@pytest.mark.parametrize("what", OTHERS)
@pytest.mark.parametrize("entry", ENTRIES)
def test_others_are_refused_by_name(entry, what):
    enter, error = ENTRIES[entry]
    with pytest.raises(error, match=what.removesuffix(" in a list")) as found:
        enter(OTHERS[what])
    assert "\n" not in str(found.value)


@pytest.mark.parametrize("other", [OTHERS["a masked array"], matrix()], ids=["masked", "matrix"])
def test_on_the_left_of_an_operator(other):
    with pytest.raises(TracingError, match=r"a masked array|np\.matrix"):
        gnn.trace(lambda x: other * x, x=gnn.input((1, 2)))


def test_an_array_that_lies_in_a_file_is_one(tmp_path):
    np.save(tmp_path / "a.npy", np.array([2.0, 3.0]))
    weights = np.load(tmp_path / "a.npy", mmap_mode="r")
    graph = gnn.trace(lambda x: np.sum(x * weights), x=gnn.input(2))
    assert gnn.evaluate(graph, x=[1.0, 1.0], outputs=graph.outputs[0]) == 5
