"""Programs that keep memory from run to run compute the same, and what they returned before stays as it is."""

from threading import Thread

import numpy as np
import pytest
from calls import CALLS, calls, feeds_for, model_of
from generated import wide_models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.evaluation import buffers
from graphviz_nn.evaluation.interpreter import Interpreter


@pytest.fixture(autouse=True)
def everything_is_kept(monkeypatch):
    monkeypatch.setattr(buffers, "LARGE", 1)
    monkeypatch.setattr(buffers, "MORE", 100)


def check(graph, feeds):
    both = gnn.gradient(graph, wrt=[name for name, each in graph.leaves.items() if each.dtype.startswith("float")])
    wanted = (*graph.outputs, *both.graph["gradients"].values())
    program = gnn.compile(both, wanted)
    values = {name: np.asarray(feeds.get(name, each.value)) for name, each in program.leaves.items()}
    with np.errstate(all="ignore"):
        first = program.steps(*values.values())
        kept = [np.array(each) for each in first]
        program.steps(*(each[..., ::-1] if each.ndim else each for each in values.values()))
        expected = Interpreter(program.graph).run({**gnn.evaluate(both, feeds, outputs=list(both.leaves)), **values})
    for name, before, after in zip(wanted, kept, first, strict=True):
        assert before.tobytes() == np.asarray(after).tobytes(), f"a later run changed {name}"
        single = any(each.dtype == "float32" for each in both.variables.values())
        precision = 1e-5 if single else 1e-10
        scale = np.max(np.abs(expected[name]), initial=1e-300, where=np.isfinite(expected[name]))
        np.testing.assert_allclose(before, expected[name], rtol=precision, atol=precision * scale)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(model=wide_models())
def test_models(model):
    check(model.graph, model.feeds(model.graph))


@pytest.mark.parametrize("name", sorted(CALLS))
@settings(max_examples=1, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_operations(name, data):
    call = data.draw(calls(name))
    graph = model_of(call)
    check(graph, feeds_for(call))


def perceptron(x, W, V):
    return np.sum(np.tanh(np.tanh(x @ W) @ V) ** 2)


def test_runs_at_the_same_time_have_their_own_memory():
    both = gnn.gradient(
        gnn.trace(perceptron, x=gnn.input((60, 30)), W=gnn.parameter((30, 50)), V=gnn.parameter((50, 9)))
    )
    program, rng = gnn.compile(both), np.random.default_rng(0)
    given = [[rng.normal(size=each.shape) for each in program.leaves.values()] for _ in range(4)]
    alone, found = [program.steps(*each) for each in given], [[] for _ in given]

    def runs(place):
        found[place].extend(program.steps(*given[place]) for _ in range(30))

    threads = [Thread(target=runs, args=(place,)) for place in range(len(given))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for expected, several in zip(alone, found, strict=True):
        assert len(several) == 30
        for each in several:
            for one, other in zip(expected, each, strict=True):
                np.testing.assert_array_equal(one, other)


def test_many_runs_at_the_same_time_leave_a_bounded_memory(monkeypatch):
    monkeypatch.setattr(buffers, "MOST", 3000)
    memory = buffers.Buffers([buffers.Place(0, (125,), "float64")])
    for arrays in [memory.take() for _ in range(9)]:
        memory.give(arrays)
    assert len(memory.free) == 3


def test_a_run_that_fails_does_no_harm():
    graph = gnn.trace(lambda x, i: np.sum(np.exp(x)[i] ** 2), x=gnn.parameter(40), i=gnn.input(3, dtype="int64"))
    program, x = gnn.compile(gnn.gradient(graph)), np.linspace(0, 1, 40)
    expected = program.steps(x, np.array([1, 2, 2]))
    with pytest.raises(IndexError):
        program.steps(x, np.array([1, 2, 99]))
    for before, after in zip(expected, program.steps(x, np.array([1, 2, 2])), strict=True):
        np.testing.assert_array_equal(before, after)


def test_values_at_the_same_time_do_not_overlap_and_memory_is_used_again(monkeypatch):
    monkeypatch.undo()
    width = 200
    specs = {f"W{i}": gnn.parameter((width, width)) for i in range(12)}

    def deep(x, **layers):
        for each in layers.values():
            x = np.tanh(x @ each)
        return np.sum(x)

    program = gnn.compile(gnn.trace(deep, x=gnn.input((width, width)), **specs))
    (memory,) = [each for each in program.steps.__globals__.values() if isinstance(each, buffers.Buffers)]
    assert memory.size < 3 * width * width * 8
    assert all(not each.ctypes.data % buffers.ALIGNED for each in memory.take())
