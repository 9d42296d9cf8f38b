"""A plain number that NumPy refuses is refused at its line, and in a file."""

import json
import re

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import Error, TracingError

HUGE = 10**400
# What is written, the dtype of x, and whether NumPy takes it.
WRITTEN = [
    (lambda x: x * HUGE, "float64", False),
    (lambda x: x + HUGE, "float32", False),
    (lambda x: np.where(x > 0, x, -HUGE), "float64", False),
    (lambda x: np.clip(x, -HUGE, HUGE), "float64", False),
    (lambda x: np.where(x > HUGE, x, 0.0), "float64", False),
    (lambda x: x * 2**64, "float64", True),
    (lambda x: x + 10**300, "float64", True),
    (lambda x: x + 300, "int8", False),
    (lambda x: x + 100, "int8", True),
    (lambda x: x**-2, "int64", False),
    (lambda x: x * 2**70, "int64", False),
]


@pytest.mark.parametrize(("function", "dtype", "is_taken"), WRITTEN)
def test_a_number_is_refused_where_numpy_refuses_it(function, dtype, is_taken):
    x = np.array([1, 2], dtype)
    if is_taken:
        graph = gnn.trace(function, x=gnn.input(2, dtype=dtype))
        assert np.array_equal(gnn.evaluate(graph, x=x)[graph.outputs[0]], function(x))
        return
    with pytest.raises((OverflowError, ValueError)):
        function(x)
    with pytest.raises(TracingError, match=r"^\w+ \(test_literals.py:\d+\): .*; write [^\n]+$"):
        gnn.trace(function, x=gnn.input(2, dtype=dtype))


@pytest.mark.parametrize(("dtype", "number"), [("float64", HUGE), ("float32", -HUGE), ("int8", 300), ("int64", 2**70)])
def test_a_file_with_such_a_number_is_damaged(dtype, number, tmp_path):
    path = gnn.save(gnn.trace(lambda x: x + 77, x=gnn.input(2, dtype=dtype)), tmp_path / "graph.json")
    text = path.read_text()
    damaged = re.sub(r"\b77\b", str(number), text)
    assert damaged != text and json.loads(damaged)
    path.write_text(damaged)
    with pytest.raises(Error, match=r"^[^\n]*add [^\n]*; write [^\n]+$"):
        gnn.load(path)
