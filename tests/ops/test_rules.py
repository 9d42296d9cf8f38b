"""Every registered operation: shape, dtype and gradient rules against NumPy and central differences."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import broadcastable_shapes, mutually_broadcastable_shapes

import graphviz_nn as gnn
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.tracing.tracer import apply
from graphviz_nn.views import detailed

ELEMENTWISE = [name for name, op in OPS.items() if isinstance(op.kernel, np.ufunc) and name != "matmul"]
SMOOTH = [name for name in ELEMENTWISE if OPS[name].vjp is not None]
# An operation that isn't elementwise needs examples: attributes and the shapes of its arguments.
EXAMPLES = {
    "erf": [({}, ((2, 3),)), ({}, ((),))],
    "where": [],
    "matmul": [({}, s) for s in [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)),
                                 ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 1)), ((3,), (2, 3, 4)), ((2, 4, 3), (3,))]],
    "outer": [({}, ((2,), (3,))), ({}, ((2, 2), (3,)))],
    **{name: [({}, ((2, 3),)), ({"axis": 0}, ((3, 2),)), ({"axis": 1, "keepdims": True}, ((2, 3),)),
              ({"axis": (0, 2)}, ((2, 3, 2),)), ({}, ((),))] for name in ("sum", "mean", "prod", "max", "min")},
    "sum_to": [({"shape": (3, 1)}, ((2, 3, 4),)), ({"shape": ()}, ((2, 3),))],
    "reshape": [({"shape": (3, 2)}, ((2, 3),))],
    "transpose": [({"axes": (2, 0, 1)}, ((2, 3, 4),))],
    "broadcast_to": [({"shape": (2, 3)}, ((3,),)), ({"shape": (2, 3)}, ((2, 1),))],
    "stack": [({"axis": 1}, ((2, 3), (2, 3)))],
    "concatenate": [({"axis": 1}, ((2, 3), (2, 1), (2, 2)))],
    "astype": [({"dtype": "float64"}, ((2,),))],
    "getitem": [({"index": (0,)}, ((2, 3),)), ({"index": (slice(None), (0, 0, 2))}, ((2, 3),)),
                ({"index": (Ellipsis, None, slice(None, None, -2))}, ((2, 3),))],
    "add_at": [({"index": ((0, 0),), "shape": (3, 2)}, ((2, 2),))],
}  # fmt: skip
ROWS = [(name, attributes, shapes) for name, rows in EXAMPLES.items() for attributes, shapes in rows]


def values(rng, *shapes):
    return [rng.uniform(0.2, 0.9, shape) for shape in shapes]


def check(name, attributes, arrays):
    shift = 1.2 if name == "arccosh" else 0.0

    def model(**arguments):
        result = apply(name, *(each + shift for each in arguments.values()), **attributes)
        return np.sum(result * result * 0.5 + result)

    names = [f"a{i}" for i in range(len(arrays))]
    specs = {n: gnn.input(a.shape) for n, a in zip(names, arrays, strict=True)}
    graph = gnn.trace(model, **specs)
    return graph, dict(zip(names, arrays, strict=True))


def test_every_differentiable_operation_is_tested():
    untested = {name for name, op in OPS.items() if op.vjp is not None} - set(SMOOTH) - set(EXAMPLES)
    assert not untested


@pytest.mark.parametrize("name", SMOOTH)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_elementwise_gradients(name, data):
    count = OPS[name].kernel.nin
    shapes = data.draw(mutually_broadcastable_shapes(num_shapes=count, max_dims=3, max_side=3)).input_shapes
    arrays = values(np.random.default_rng(data.draw(st.integers(0, 99))), *shapes)
    graph, feeds = check(name, {}, arrays)
    assert gnn.check_gradients(graph, feeds), gnn.check_gradients(graph, feeds)


@pytest.mark.parametrize(("name", "attributes", "shapes"), ROWS)
def test_gradients_of_examples(name, attributes, shapes):
    graph, feeds = check(name, attributes, values(np.random.default_rng(0), *shapes))
    report = gnn.check_gradients(graph, feeds)
    assert report, report


@pytest.mark.parametrize(("name", "attributes", "shapes"), ROWS)
def test_second_gradients_of_examples(name, attributes, shapes):
    graph, feeds = check(name, attributes, values(np.random.default_rng(0), *shapes))
    first = gnn.gradient(graph, wrt="a0")
    of = first.graph["gradients"]["a0"]
    weights = np.linspace(0.5, 1.5, int(np.prod(feeds["a0"].shape))).reshape(feeds["a0"].shape)
    second = gnn.gradient(first, of=of, wrt=list(feeds), cotangent=weights)
    h = 1e-5
    for wrt, result in second.graph["gradients"].items():
        direction = np.random.default_rng(1).standard_normal(feeds[wrt].shape)
        ends = [gnn.evaluate(first, {**feeds, wrt: feeds[wrt] + s * h * direction}, outputs=of) for s in (1, -1)]
        difference = np.sum(weights * (ends[0] - ends[1])) / (2 * h)
        exact = np.sum(gnn.evaluate(second, feeds, outputs=result) * direction)
        assert exact == pytest.approx(difference, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64"])
def test_shapes_and_dtypes_are_numpys(name, dtype):
    op = OPS[name]
    arrays = [np.ones((2, 1), dtype), np.ones((3,), dtype)][: op.kernel.nin]
    with np.errstate(all="ignore"):
        try:
            expected = op.kernel(*arrays)
        except TypeError:
            return
    specs = {f"a{i}": gnn.input(a.shape, dtype=dtype) for i, a in enumerate(arrays)}
    graph = gnn.trace(lambda **arguments: apply(name, *arguments.values()), **specs)
    variable = graph.variable(graph.outputs[0])
    assert (variable.shape, variable.dtype) == (expected.shape, expected.dtype.name)


@pytest.mark.parametrize(("name", "attributes", "shapes"), ROWS)
def test_single_numbers_give_the_same(name, attributes, shapes):
    graph, feeds = check(name, attributes, values(np.random.default_rng(0), *shapes))
    expected = gnn.evaluate(graph, feeds, outputs=graph.outputs[0])
    entries = detailed("scalars", graph)
    gnn.check(entries)
    assert gnn.evaluate(entries, feeds, outputs=entries.outputs[0]) == pytest.approx(expected, rel=1e-12)


def test_a_wrong_rule_is_caught(monkeypatch):
    wrong = replace(OPS["tanh"], vjp=(lambda g, y, a: g * (1 - y),))
    monkeypatch.setitem(OPS, "tanh", wrong)
    graph, feeds = check("tanh", {}, values(np.random.default_rng(0), (3,)))
    report = gnn.check_gradients(graph, feeds)
    assert not report.passed
    assert "the worst is a0 [" in report.summary


def test_a_product_with_a_zero_has_its_gradient():
    graph = gnn.trace(np.prod, a=gnn.parameter(3))
    _, gradients = gnn.value_and_gradient(graph, a=[0.0, 2.0, 3.0])
    assert gradients["a"].tolist() == [6, 0, 0]


@settings(max_examples=30, deadline=None)
@given(shape=broadcastable_shapes((2, 3), max_dims=2))
def test_where_takes_its_gradient_from_the_side_it_chose(shape):
    a, b = values(np.random.default_rng(0), (2, 3), shape)
    graph = gnn.trace(lambda a, b: np.sum(np.where(a > 0.5, a, b * b)), a=gnn.input((2, 3)), b=gnn.input(shape))
    assert gnn.check_gradients(graph, a=a, b=b)
