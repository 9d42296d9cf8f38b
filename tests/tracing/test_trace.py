"""Names, sources, constants and errors of a trace."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import ShapeError, TracingError

X = {"x": gnn.input(3)}


def test_names_come_from_the_code():
    def loss(x, theta):
        z1 = theta @ x
        a = np.exp(z1)
        a = a + 1
        return a.sum()

    graph = gnn.trace(loss, x=gnn.input(2), theta=gnn.parameter((3, 2)))
    assert list(graph.variables) == ["x", "theta", "z1", "a1", "a2", "loss"]
    assert graph.outputs == ("loss",)


def test_a_name_is_found_through_functions_and_attributes():
    class Store:
        pass

    def square(value):
        return value * value

    def model(x):
        store = Store()
        store.hidden = square(x)
        return store.hidden.sum()

    assert "hidden" in gnn.trace(model, **X).variables


def test_only_the_last_of_several_steps_takes_the_name():
    def model(x):
        s = np.std(x)
        return s * 2

    graph = gnn.trace(model, **X)
    assert [name for name in graph.variables if name not in graph.graph["anonymous"]] == ["x", "s", "model"]


def test_operations_remember_their_line():
    def model(x):
        return np.exp(x)

    (operation,) = gnn.trace(model, **X).operations.values()
    line = model.__code__.co_firstlineno + 1
    assert str(operation.source) == f"test_trace.py:{line}"


def test_a_line_is_the_authors_however_the_package_was_found(tmp_path):
    folder = Path(gnn.__file__).parents[1]
    (tmp_path / "link").symlink_to(folder)
    code = (
        "import graphviz_nn as gnn\n"
        "graph = gnn.trace(lambda x: gnn.nn.softmax(x), x=gnn.input(2))\n"
        "print({str(each.source) for each in graph.operations.values()})"
    )
    (tmp_path / "mine.py").write_text(code)
    for path in ("link", os.path.relpath(folder, tmp_path)):
        start = f"import sys; sys.path.insert(0, {path!r}); import runpy; runpy.run_path('mine.py')"
        done = subprocess.run([sys.executable, "-c", start], cwd=tmp_path, capture_output=True, text=True)
        assert done.stdout == "{'mine.py:2'}\n", done.stderr


def test_arrays_become_constants_once_and_numbers_literals():
    table = np.arange(3.0)
    graph = gnn.trace(lambda x: x * table + (table - x), **X)
    assert graph.variable("table").role == "constant"
    assert [v.role for v in graph.variables.values()].count("constant") == 1
    assert graph.operation("add").literals == {}


def test_a_changed_array_doesnt_change_its_constant():
    table = np.arange(3.0)
    graph = gnn.trace(lambda x: x * table, **X)
    table[:] = 7
    assert graph.variable("table").value.tolist() == [0, 1, 2]


def test_lists_and_dicts_of_arguments():
    def model(x, layers, extra):
        for weight in layers:
            x = weight @ x
        return x + extra["bias"]

    layers = [gnn.parameter((2, 3)), gnn.parameter((4, 2))]
    graph = gnn.trace(model, x=gnn.input(3), layers=layers, extra={"bias": gnn.parameter(4)})
    assert list(graph.leaves) == ["x", "layers_0", "layers_1", "bias"]


def test_specs_as_defaults_and_several_outputs():
    def model(x=gnn.input(2), scale=3.0):
        return {"double": x * 2, "scaled": x * scale}

    graph = gnn.trace(model)
    assert graph.outputs == ("double", "scaled")
    assert gnn.evaluate(graph, x=[1, 2], outputs="scaled").tolist() == [3, 6]


def test_a_graph_is_a_networkx_graph():
    graph = gnn.trace(lambda x: (x * x).sum(), **X)
    for other in (
        graph.copy(),
        graph.reverse().reverse(),
        graph.subgraph(list(graph)),
        nx.MultiDiGraph(graph),
    ):
        assert nx.utils.graphs_equal(nx.MultiDiGraph(graph), nx.MultiDiGraph(other))
    assert graph.order() == len(graph)
    assert nx.is_bipartite(graph)


def test_parameters_may_be_arrays():
    graph = gnn.trace(lambda x, w: w @ x, x=gnn.input(2), w=gnn.parameter([1, 2]))
    assert float(gnn.evaluate(graph, x=[3, 4], outputs=graph.outputs[0])) == 11


def test_plus_equals_on_numbers():
    def model(x):
        total = 0
        for each in x:
            total += each
        return total

    assert gnn.evaluate(gnn.trace(model, **X), x=[1, 2, 3], outputs="total2") == 6


def branch(x):
    return x if x[0] > 0 else -x


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (branch, "np.where"),
        (lambda x: math.exp(x[0]), "np.exp"),
        (lambda x: 3.0, "depends on no traced argument"),
        (lambda x: None, "returned None"),
        (lambda x: x * "a", "got a str"),
        (lambda x: np.stack([x, x[:2]]), "equal shapes"),
        (lambda x: x[5], "out of bounds"),
        (lambda x: x @ np.ones((4, 3)), "in the other order"),
        (lambda x: x + np.ones(2), "broadcast"),
        (lambda x: x[x[0]], "whole numbers"),
    ],
)
def test_what_cant_be_traced_says_what_would_work(model, says):
    with pytest.raises(TracingError, match=re.escape(says)) as caught:
        gnn.trace(model, **X)
    assert "\n" not in str(caught.value)


def test_a_shape_error_names_operation_and_line():
    with pytest.raises(ShapeError, match=r"matmul \(test_trace.py:\d+\): cannot contract \(2, 3\) with \(2,\)"):
        gnn.trace(lambda x, w: w @ x, x=gnn.input(2), w=gnn.parameter((2, 3)))


@pytest.mark.parametrize(
    ("specs", "says"),
    [
        ({"xx": gnn.input(2)}, "did you mean 'x'"),
        ({}, "needs its argument 'x'"),
        ({"x": 3.0}, "no traced argument"),
    ],
)
def test_wrong_specs(specs, says):
    with pytest.raises(TracingError, match=says):
        gnn.trace(lambda x: x, **specs)


@pytest.mark.parametrize("shape", [-1, (2, -1), "three", [[1], [2, 3]], None])
def test_wrong_shapes(shape):
    with pytest.raises(TracingError):
        gnn.input(shape)


def test_values_of_two_traces_dont_mix():
    kept = []
    gnn.trace(lambda x: kept.append(x) or x * 2, **X)
    with pytest.raises(TracingError, match="two traces"):
        gnn.trace(lambda x: x + kept[0], **X)


def test_values_that_are_bound_together_have_their_names():
    def model(x, W):
        q, k, v = W @ x, np.tanh(x * 2), np.stack([x[0], x[1]])
        (a, b) = (q + k, abs(v))
        c = d = a * b
        return (c - d).sum(), q[0] + x.sum()

    graph = gnn.trace(model, x=gnn.input(2), W=gnn.parameter((2, 2)))
    named = [name for name in graph.variables if name not in graph.graph["anonymous"]]
    assert named[2:7] == ["q", "k", "v", "a", "b"]
    makers = {name: graph.operation(graph.producer(name)).op for name in named[2:7]}
    assert makers == {"q": "matmul", "k": "tanh", "v": "stack", "a": "add", "b": "absolute"}


def test_a_value_that_is_used_at_once_has_no_name_of_another():
    def model(x):
        y, z = x * 2 + 1, np.exp(x) / 3
        return y, z

    graph = gnn.trace(model, x=gnn.input(2))
    assert [graph.operation(graph.producer(name)).op for name in ("y", "z")] == ["add", "divide"]
    assert len(graph.graph["anonymous"]) == 2


def test_the_zero_that_sum_begins_with_is_no_step():
    graph = gnn.trace(lambda x: sum(x[k] for k in range(3)), x=gnn.input(3))
    assert [operation.op for operation in graph.operations.values()] == ["getitem", "getitem", "add", "getitem", "add"]
    for start, dtype in ((0.0, "float64"), (0, "bool"), (1, "float64")):
        written = gnn.trace(lambda x, start=start: start + x, x=gnn.input(3, dtype=dtype))
        assert [operation.op for operation in written.operations.values()] == ["add"]
