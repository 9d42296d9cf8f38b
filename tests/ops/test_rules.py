"""Every registered operation: shape, dtype and gradient rules against NumPy, central differences and PyTorch."""

import numpy as np
import pytest
from calls import CALLS, COMPUTED, ELEMENTWISE, OF_COMPLEX, calls, feeds_for, model_of
from frameworks import beside, needs
from hypothesis import given, settings
from hypothesis import strategies as st
from proofs import assert_second_gradients

import graphviz_nn as gnn
from graphviz_nn.errors import GraphError
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.tracing.tracer import apply
from graphviz_nn.transforms.number_by_number import WHOLE
from graphviz_nn.views import detailed

DIFFERENTIABLE = [name for name, op in COMPUTED.items() if op.vjp is not None]
every_operation = pytest.mark.parametrize("name", DIFFERENTIABLE)
some = settings(max_examples=8, deadline=None)


def test_every_differentiable_operation_is_tested():
    assert set(DIFFERENTIABLE) <= CALLS.keys()


@pytest.mark.parametrize(("against", "tolerance"), [(None, 1e-6), pytest.param("torch", 1e-10, marks=beside("torch"))])
@every_operation
@some
@given(data=st.data())
def test_gradients(name, against, tolerance, data):
    call = data.draw(calls(name))
    report = gnn.check_gradients(model_of(call), feeds_for(call), against=against, tolerance=tolerance)
    assert report and not any(row.verdict == "kink" for row in report.rows), report


@needs("torch")
@pytest.mark.parametrize("name", [name for name in DIFFERENTIABLE if name not in OF_COMPLEX])
@some
@given(data=st.data())
def test_second_gradients(name, data):
    call = data.draw(calls(name))
    assert_second_gradients(model_of(call), feeds_for(call))


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


@every_operation
@some
@given(data=st.data())
def test_single_numbers_give_the_same(name, data):
    call = data.draw(calls(name))
    graph, feeds = model_of(call), feeds_for(call)
    if name in WHOLE:
        with pytest.raises(GraphError, match="doesn't consist of steps"):
            detailed("scalars", graph)
        return
    expected = gnn.evaluate(graph, feeds, outputs=graph.outputs[0])
    entries = detailed("scalars", graph)
    gnn.check(entries)
    assert gnn.evaluate(entries, feeds, outputs=entries.outputs[0]) == pytest.approx(expected, rel=1e-12)


def test_a_product_with_a_zero_has_its_gradient():
    graph = gnn.trace(np.prod, a=gnn.parameter(3))
    _, gradients = gnn.value_and_gradient(graph, a=[0.0, 2.0, 3.0])
    assert gradients["a"].tolist() == [6, 0, 0]
