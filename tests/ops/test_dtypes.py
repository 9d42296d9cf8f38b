"""Gradients have the dtypes of their variables, and nothing is computed in another precision than it was traced in."""

from itertools import permutations, product

import numpy as np
import pytest
from calls import CALLS, COMPUTED, NOT_HALF, OF_COMPLEX, calls, feeds_for, model_of
from generated import wide_models
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import ShapeError
from graphviz_nn.tracing.tracer import apply
from graphviz_nn.transforms.backward import backward

FLOATS = ("float16", "float32", "float64")
every_operation = pytest.mark.parametrize(
    "name", [name for name, op in COMPUTED.items() if op.vjp is not None and name not in OF_COMPLEX]
)
# All others make an array of a number, which doesn't yield to the dtypes beside it.
YIELDING = [
    name
    for name, op in COMPUTED.items()
    if op.vjp is not None and ((isinstance(op.kernel, np.ufunc) and op.kernel.nin > 1) or op.kernel is np.where)
]
some = settings(max_examples=8, deadline=None)


def gradients_by_all(graph):
    """Both ways to a backward pass, by every argument, and the second gradient."""
    names = list(graph.leaves)
    names = [name for name in names if graph.variable(name).role != "constant"]
    first = gnn.gradient(graph, wrt=names)
    yield first
    yield backward(graph, wrt=names)
    ones = np.ones(first.variable(first.graph["gradients"][names[0]]).shape)
    yield gnn.gradient(first, first.graph["gradients"][names[0]], names, cotangent=ones)


def assert_kept(graph, feeds):
    """What is computed has the dtype that was traced, a gradient that of its variable."""
    given = {name: np.asarray(value, graph.variable(name).dtype) for name, value in feeds.items()}
    for whole in gradients_by_all(graph):
        for name, result in whole.graph["gradients"].items():
            assert whole.variable(result).dtype == whole.variable(name).dtype, (name, result)
        program = gnn.compile(whole)
        for name, value in program.run(given).items():
            assert np.asarray(value).dtype == program.graph.variable(name).dtype, name
        yield program.graph


@every_operation
@pytest.mark.parametrize("dtype", FLOATS)
@some
@given(data=st.data())
def test_one_precision_stays(name, dtype, data):
    call = data.draw(calls(name))
    if name in NOT_HALF and dtype == "float16":
        with pytest.raises(ShapeError, match="float16"):
            model_of(call, dtype)
        return
    if name == "astype":
        call = type(call)(call.op, call.shapes, {"dtype": dtype}, seed=call.seed)
    for whole in assert_kept(model_of(call, dtype), feeds_for(call)):
        found = {v.dtype for v in whole.variables.values() if np.dtype(v.dtype).kind == "f"}
        assert found == {dtype}, {n: v.dtype for n, v in whole.variables.items()}


@pytest.mark.parametrize("name", YIELDING)
@some
@given(data=st.data())
def test_a_literal_in_any_slot_takes_no_other_precision(name, data):
    call = data.draw(calls(name))
    for slot, literal in product(range(len(call.shapes)), (2, 0.5)):

        def model(slot=slot, literal=literal, **arguments):
            given = [literal if number == slot else value for number, value in enumerate(arguments.values())]
            for number, value in sorted(call.constants.items()):
                given.insert(number, value)
            return np.sum(apply(call.op, *given, **call.attributes))

        specs = {f"a{i}": gnn.parameter(shape, dtype="float32") for i, shape in enumerate(call.shapes)}
        try:
            graph = gnn.trace(model, **specs)
        except ShapeError:
            # It takes no number there.
            continue
        others = [each for number, each in enumerate(specs) if number != slot]
        for whole in (gnn.gradient(graph, wrt=others), backward(graph, wrt=others)):
            found = {v.dtype for v in whole.variables.values() if np.dtype(v.dtype).kind == "f"}
            assert found == {"float32"}, (slot, literal, {n: v.dtype for n, v in whole.variables.items()})


@every_operation
@pytest.mark.parametrize("dtypes", list(permutations(FLOATS, 2)))
@some
@given(data=st.data())
def test_mixed_precision_goes_back_to_where_it_came_from(name, dtypes, data):
    call = data.draw(calls(name))
    if name in NOT_HALF:
        dtypes = [each for each in dtypes if each != "float16"]
    for _ in assert_kept(model_of(call, *dtypes), feeds_for(call)):
        pass


def test_ties_have_shares_in_their_own_precision():
    assert {"maximum", "minimum", "max", "min"} <= CALLS.keys()
    models = {
        "clip": lambda w: np.sum(np.clip(w, 0, 1)),
        "relu": lambda w: np.sum(np.maximum(0, w)),
        "max": lambda w: np.max(np.stack([w, w])),
        "where": lambda w: np.sum(np.where(w > 0, w, 0.0)),
        "power of a whole number": lambda w: np.sum(w ** np.array([0, 1, 2], "int8")),
        "constant beside it": lambda w: np.sum(w * np.arange(3.0) + np.arange(3)),
        "there and back": lambda w: np.sum(w.astype("float64").astype("float16") ** 2),
    }
    for title, model in models.items():
        for dtype in FLOATS:
            graph = gnn.trace(model, w=gnn.parameter(3, dtype=dtype))
            _, found = gnn.value_and_gradient(graph, w=np.array([0.0, 1.0, 1.0], dtype))
            assert found["w"].dtype == dtype, title


def test_a_parameter_without_influence_costs_no_array():
    graph = gnn.trace(lambda x, w: np.sum(x), x=gnn.input(2), w=gnn.parameter((40_000, 50_000), dtype="float32"))
    for both in (gnn.gradient(graph, wrt=["x", "w"]), backward(graph, wrt=["x", "w"])):
        held = [v.value for v in both.variables.values() if v.value is not None]
        assert sum(each.size for each in held) <= 3
        zero = both.variable(both.graph["gradients"]["w"])
        assert zero.shape == (40_000, 50_000) and zero.dtype == "float32"
        assert any("doesn't depend on w" in remark for remark in both.remarks)
    small = gnn.trace(lambda x, w, s: np.sum(x), x=gnn.input(2), w=gnn.parameter((2, 3)), s=gnn.parameter(()))
    for both in (gnn.gradient(small), backward(small)):
        gnn.check(both)
        found = gnn.evaluate(both, x=[1, 2], w=np.ones((2, 3)), s=1.0)
        assert found["grad_w"].tolist() == [[0] * 3] * 2 and found["grad_s"] == 0


@settings(max_examples=40, deadline=None)
@given(wide_models())
def test_generated_models_keep_their_dtypes(model):
    graph = model.graph
    feeds = model.feeds(graph)
    names = [name for name in feeds if graph.variable(name).dtype.startswith("float")]
    both = gnn.gradient(graph, wrt=names)
    assert all(both.variable(result).dtype == graph.variable(n).dtype for n, result in both.graph["gradients"].items())
    program = gnn.compile(both)
    found = program.run(feeds)
    assert all(np.asarray(value).dtype == program.graph.variable(name).dtype for name, value in found.items())
    report = gnn.check_gradients(graph, feeds)
    assert report and report.measured, report
