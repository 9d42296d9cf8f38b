"""A constant is the content of an array at the time of use."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import TracingError

LEARNED = {"w": gnn.parameter(3)}
W = np.array([1.0, -2.0, 3.0])


def one_hot_loop(w):
    code, total = np.zeros(3), 0.0
    for i in range(3):
        code[:] = 0
        code[i] = 1
        total = total + (i + 1) * (w @ code) ** 2
    return total


def running_sum(w):
    state, total = np.zeros(3), 0.0
    for step in (np.ones(3), np.arange(3.0)):
        state += step
        total = total + np.sum(w * state)
    return total


def one_array_in_a_list(w):
    rows = [np.ones(3), np.full(3, 2.0)]
    first = np.stack([w, rows[1]])
    rows[1][0] = 9
    return np.sum(first * np.stack([w, rows[1]]))


def list_that_changes(w):
    factors = [1.0, 2.0, 3.0]
    first = w * factors
    factors[0] = -1.0
    return np.sum(first + w * factors)


def mask_that_changes(w):
    mask = np.array([True, False, True])
    first = np.where(mask, w, 0.0)
    mask ^= True
    return np.sum(first * 2 + np.where(mask, w, 0.0))


def number_that_changes(w):
    scale = np.array(2.0)
    first = w * scale
    scale += 1
    return np.sum(first * w * scale)


def index_that_changes(w):
    order = np.array([2, 0, 1])
    first = w[order]
    order[:] = 0
    return np.sum(first * w[order])


def index_of_a_table(w):
    table, order = np.arange(6.0).reshape(2, 3), np.array([1, 0])
    first = table[order] @ w
    table[0] = 7
    return np.sum(first * (table[order] @ w))


CHANGING = [
    one_hot_loop,
    running_sum,
    one_array_in_a_list,
    list_that_changes,
    mask_that_changes,
    number_that_changes,
    index_that_changes,
    index_of_a_table,
]


@pytest.mark.parametrize("function", CHANGING, ids=lambda each: each.__name__)
def test_what_changes_between_two_uses_is_read_at_each(function):
    graph = gnn.trace(function, **LEARNED)
    value, gradients = gnn.value_and_gradient(graph, w=W)
    assert value == pytest.approx(function(W), rel=1e-14)
    step = 1e-6 * np.eye(3)
    assert gradients["w"] == pytest.approx([(function(W + d) - function(W - d)) / 2e-6 for d in step], rel=1e-8)


def constants(function):
    leaves = gnn.trace(function, **LEARNED).leaves
    return [name for name, variable in leaves.items() if variable.role == "constant"]


def test_an_unchanged_array_is_one_constant_with_its_name():
    scale = np.array([1.0, 2.0, 3.0])
    assert constants(lambda w: np.sum((w * scale) @ (w - scale))) == ["scale"]


def test_what_is_as_before_again_is_the_same_constant():
    def there_and_back(w):
        state = np.zeros(3)
        first = w * state
        state += 1
        second = first + w * state
        state -= 1
        return second + w * state

    assert len(constants(there_and_back)) == 2


def test_equal_arrays_of_two_names_are_two_constants():
    low, high = np.ones(3), np.ones(3)
    assert constants(lambda w: np.sum(w * low + high)) == ["low", "high"]


def test_minus_zero_is_another_content():
    def model(w):
        zero = np.zeros(3)
        first = w / zero
        zero *= -1
        return np.max(first) + np.min(w / zero)

    with pytest.warns(RuntimeWarning):
        expected = model(np.ones(3))
    with pytest.warns(gnn.errors.NumericalWarning):
        assert np.isnan(gnn.evaluate(gnn.trace(model, **LEARNED), w=np.ones(3), outputs="model")) == np.isnan(expected)


def test_the_array_of_a_spec_and_of_an_argument_is_that_of_the_trace():
    start, offset = np.ones(3), np.ones(3)
    graph = gnn.trace(lambda w, b: np.sum(w * b), w=gnn.parameter(start), b=offset)
    start += 5
    offset += 5
    assert gnn.evaluate(graph, outputs=graph.outputs[0]) == 3


def test_a_layers_parameter_that_is_changed_inside_is_refused():
    layer = nn.Linear(3, 3)

    def model(x):
        h = layer(x)
        layer.parameters["W"] *= 0.5
        return layer(h)

    with pytest.raises(TracingError, match=r"the parameter W \(test_constants.py:\d+\) was changed since"):
        gnn.trace(model, x=gnn.input(3))


WAYS = {
    "itself": lambda a: a,
    "turned": lambda a: a.T,
    "a part": lambda a: a[1:, ::2],
    "a part of a part": lambda a: a[1:][:, 1:],
    "seen again": lambda a: a.view(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_part_of_an_array_is_one_constant_until_it_changes(way):
    table = np.arange(12.0).reshape(4, 3)
    table[1] = np.nan, -0.0, 0.0
    before = WAYS[way](table).copy()

    def model(x):
        early = [np.sum(WAYS[way](table) * x) for _ in range(5)]
        table[2] += 1
        late = [np.sum(WAYS[way](table) * x) for _ in range(5)]
        return [*early, *late]

    graph = gnn.trace(model, x=gnn.input(()))
    first, second = (graph.variable(name) for name in graph.leaves if name != "x")
    assert first.value.tobytes() == before.tobytes()
    assert second.value.tobytes() == WAYS[way](table).tobytes()


def test_a_large_constant_is_held_once():
    import tracemalloc

    table, uses = np.ones((500, 500)), 60

    def model(x):
        for _ in range(uses):
            x = x * 0.5 + np.sum(table.T * x) + np.sum((2 * table) * x)
        return x

    tracemalloc.start()
    try:
        graph = gnn.trace(model, x=gnn.input(()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # Each use by itself would take 120 times its size.
    assert peak < 12 * table.nbytes
    assert len({id(variable.value) for name, variable in graph.leaves.items() if name != "x"}) == 2


def test_what_comes_in_the_place_of_what_has_gone_is_another():
    graph = gnn.trace(lambda x: [x * np.full(3, float(n)) for n in range(200)], x=gnn.input(()))
    found = gnn.evaluate(graph, x=1.0)
    assert [float(found[name][0]) for name in graph.outputs] == [float(n) for n in range(200)]


@pytest.mark.parametrize("dtype", [">f8", ">f4", ">i4", "<f8", "<i2"])
def test_bytes_of_another_order_are_the_same_numbers(dtype, tmp_path):
    held = np.array([1, 2, 3], dtype)

    def model(x, W, c):
        return np.sum((x * held) ** 2 * W) + np.sum(x * held * c)

    graph = gnn.trace(model, x=gnn.input(3), W=gnn.parameter(held.astype("f8")), c=held.copy())
    assert {name for name, each in graph.variables.items() if each.role == "constant"} == {"c", "held"}
    graph = gnn.load(gnn.save(graph, tmp_path / "graph.json"))
    feeds = {"x": np.array([1.0, -2.0, 0.5], ">f8")}
    found = gnn.evaluate(graph, feeds)[graph.outputs[0]]
    assert found == model(feeds["x"], held.astype("f8"), held)
    assert gnn.check_gradients(graph, feeds)
