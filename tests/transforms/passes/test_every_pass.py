"""Every pass, alone and all of them in order, keeps values and gradients, shapes and dtypes; so does the program."""

import numpy as np
import pytest
from calls import CALLS, calls, feeds_for, model_of
from generated import wide_models
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.evaluation.interpreter import Interpreter
from graphviz_nn.transforms.passes import PIPELINE, optimised

PASSES = {each.__name__: each for each in PIPELINE}


def kept(before, after, dtype):
    """Whether values agree, relative to the largest, with the precision of their dtype."""
    before, after = np.asarray(before), np.asarray(after)
    assert (before.shape, before.dtype) == (after.shape, after.dtype)
    precision = 1e-10 if dtype == "float64" else 1e-5
    scale = np.max(np.abs(before), initial=1e-300, where=np.isfinite(before))
    np.testing.assert_allclose(after, before, rtol=precision, atol=precision * scale)


def precision_of(graph):
    """The lowest precision of any variable: a value computed from float32 has no more."""
    return "float32" if any(each.dtype == "float32" for each in graph.variables.values()) else "float64"


def check_kept(both, feeds, wanted):
    expected, lowest = gnn.evaluate(both, feeds), precision_of(both)
    values = {name: expected[name] for name in both.leaves}
    both.outputs = wanted
    for change in (*PASSES.values(), optimised):
        found = change(both)
        gnn.check(found)
        assert set(found.outputs) == set(wanted)
        computed = Interpreter(found).run({name: each for name, each in values.items() if name in found})
        for name in wanted:
            kept(expected[name], computed[name], lowest)
            assert found.variable(name).dtype == both.variable(name).dtype
    program = gnn.compile(both, wanted)(feeds)
    for name in wanted:
        kept(expected[name], program[name], lowest)


@settings(max_examples=40, deadline=None)
@given(model=wide_models())
def test_models_keep_value_and_gradient(model):
    graph = model.graph
    both = gnn.gradient(graph)
    check_kept(both, model.feeds(graph), (*graph.outputs, *both.graph["gradients"].values()))


@pytest.mark.parametrize("name", sorted(CALLS))
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_operations_keep_first_and_second_derivative(name, data):
    call = data.draw(calls(name))
    graph = model_of(call)
    first = gnn.gradient(graph, wrt="a0")
    check_kept(first, feeds_for(call), (*graph.outputs, *first.graph["gradients"].values()))


@pytest.mark.parametrize("factor", [1e-30, 1e30])
def test_two_factors_are_one_only_where_the_dtype_has_their_product(factor):
    x = np.full(3, 1 / factor, "float32")
    graph = gnn.trace(lambda x: x * factor * factor, x=gnn.input(3, dtype="float32"))
    np.testing.assert_allclose(gnn.compile(graph)({"x": x})["output"], np.full(3, factor, "float32"), rtol=1e-6)
