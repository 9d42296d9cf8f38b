"""The executed and the readable source of a compiled graph; results belong to the caller; programs can be pickled."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.evaluation.source import executed
from graphviz_nn.graph import Source
from graphviz_nn.tracing.registry import OPS, op
from graphviz_nn.transforms.passes import Listing

NAMES = (
    "ﬁ",
    "fi",
    "ｎｐ",
    "np",
    "__debug__",
    "program",
    "lambda",
    "v0",
    "n0",
    "x x",
    "1",
    "θ",
    "μ",
    "µ",
    "getitem",
    "_",
)


def test_names_that_python_takes_for_one_are_one_variable_each():
    """Among them those that only NFKC makes equal, and words that Python keeps for itself."""
    specs = {name: gnn.parameter(()) for name in NAMES}
    weights = {name: float(number) for number, name in enumerate(NAMES, 1)}
    graph = gnn.trace(lambda **given: sum(weights[name] * given[name] ** 2 for name in NAMES), **specs)
    fed = {name: 0.1 * number for number, name in enumerate(reversed(NAMES), 1)}
    expected = sum(weights[name] * fed[name] ** 2 for name in NAMES)
    (output,) = graph.outputs
    program = gnn.compile(graph)
    assert program(fed)[output] == pytest.approx(expected)
    space = {"np": np}
    exec(program.source, space)
    assert space["program"](*fed_in_order(graph, fed)) == pytest.approx((expected,))
    value, gradients = gnn.value_and_gradient(graph, fed)
    assert value == pytest.approx(expected)
    assert {name: float(each) for name, each in gradients.items()} == pytest.approx(
        {name: 2 * weights[name] * fed[name] for name in NAMES}
    )
    assert gnn.check_gradients(graph, fed)
    assert set(gnn.evaluate(graph, fed)) == set(graph.variables)
    assert gnn.draw(graph, feeds=fed, show=("values", "gradients")).svg


def fed_in_order(graph, fed):
    return [fed[name] for name in graph.leaves]


def test_only_numbers_of_plain_types_are_written():
    graph = gnn.trace(lambda x: np.minimum(x * 2.5 + 1, float("inf")) + x[None, 0:1] + (x == 3), x=gnn.input(2))
    (name,) = [each for each, operation in graph.operations.items() if operation.literals.get(1) == 2.5]
    graph.add_node(
        name, data=replace(graph.operation(name), literals={1: np.float64(2.5)}, source=Source("a=(b).py", 1))
    )
    source, space = executed(Listing.of(graph))
    assert "v0 * number" in source and type(space["number"]) is np.float64
    assert "np.inf" in source and "v0[None, 0:1]" in source
    assert "a=(b)" not in gnn.compile(graph).source
    assert gnn.evaluate(graph, x=[1.0, 3.0])["v1"].tolist() == [2.5, 7.5]


def test_a_long_index_is_passed_by_name():
    places = [i % 7 for i in range(1000)]
    graph = gnn.trace(lambda x: x[places], x=gnn.input(7))
    assert len(executed(Listing.of(graph))[0]) < 200
    x = np.arange(7.0)
    assert gnn.evaluate(graph, x=x, outputs=graph.outputs[0]).tolist() == x[places].tolist()


def test_an_operation_may_have_any_name(monkeypatch):
    for name in ("program", "np", "v0", "no word", "lambda"):
        monkeypatch.setitem(OPS, name, replace(op_of(), name=name))
        graph = gnn.trace(lambda x, name=name: apply(name, x), x=gnn.input(3))
        assert gnn.evaluate(graph, x=[3.0, 1.0, 2.0], outputs=graph.outputs[0]).tolist() == [1, 2, 3]
        assert name == "no word" or gnn.compile(graph).source


def op_of():
    known = dict(OPS)
    found = op("sorted", np.sort, lambda x: x, None, category="shape")
    OPS.clear()
    OPS.update(known)
    return found


def apply(name, x):
    from graphviz_nn.tracing.tracer import apply as traced

    return traced(name, x)


CONSTANT = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def shapes(x, w, c):
    """Results that share memory with arguments, constants and each other in NumPy."""
    y = np.reshape(w, (3, 2))
    return {
        "whole": x + 0,
        "transposed": np.transpose(w),
        "reshaped": y,
        "part of it": y[1:],
        "row": w[0],
        "spread": np.broadcast_to(c[0], (4, 3)),
        "of the constant": np.transpose(c),
        "joined": np.concatenate([x, w]),
        "sum": np.sum(w * c + CONSTANT),
    }


def test_what_comes_out_is_the_callers():
    start = np.arange(6.0).reshape(2, 3)
    graph = gnn.trace(shapes, x=gnn.input((2, 3)), w=gnn.parameter(start), c=gnn.constant(CONSTANT))
    x = np.full((2, 3), 0.5)
    program = gnn.compile(graph, list(graph.variables))
    expected = {name: np.array(value) for name, value in program(x=x).items()}
    for run in (lambda: program(x=x), lambda: gnn.evaluate(graph, x=x)):
        found = run()
        for name in [each for each, value in found.items() if isinstance(value, np.ndarray)]:
            found[name][...] = -7.0
            for other in found:
                changed = other != name and np.any(np.asarray(found[other]) == -7.0)
                assert not changed, f"writing into {name} changes {other}"
            found[name][...] = expected[name]
            found[name] += 100.0
            found[name] -= 100.0
        for name, value in run().items():
            assert np.array_equal(value, expected[name]), name
    assert np.array_equal(x, np.full((2, 3), 0.5))


def test_gradients_are_the_callers():
    c = np.array([1.0, 2.0])
    graph = gnn.trace(
        lambda w, v, c: np.sum(w) + np.sum(v * c), w=gnn.parameter(2), v=gnn.parameter(2), c=gnn.constant(c)
    )
    for _ in range(2):
        _, gradients = gnn.value_and_gradient(graph, w=[1.0, 2.0], v=[3.0, 4.0])
        assert {name: each.tolist() for name, each in gradients.items()} == {"w": [1, 1], "v": [1, 2]}
        for each in gradients.values():
            each[...] = 9.0
    assert graph.variable("c").value.tolist() == [1, 2]


def test_a_program_can_be_pickled():
    graph = gnn.trace(lambda x, w: gnn.nn.softmax(w @ x), x=gnn.input(2), w=gnn.parameter(np.eye(2)))
    program = gnn.compile(gnn.draw(graph, view="layers").graph)
    for found in (pickle.loads(pickle.dumps(program)), copy.deepcopy(program)):
        assert found.source == program.source
        assert found.outputs == program.outputs
        (output,) = found.outputs
        assert found(x=[1.0, 2.0])[output].tobytes() == program(x=[1.0, 2.0])[output].tobytes()
    assert b"np.matmul" not in pickle.dumps(program)
