"""Equal parts are found however they are written, and nothing else is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from isomorphic import differences

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.transforms.repeats import repeats
from graphviz_nn.views import detailed

TIMES = 6
LAYERS = [nn.Linear(3, 3) for _ in range(TIMES)]
CELL, LSTM, TABLE = nn.GRUCell(2, 3), nn.LSTMCell(2, 3), nn.Embedding(5, 2)
x, W, V, rows = gnn.input(3), gnn.parameter((3, 3)), gnn.parameter((3, 2)), gnn.input((TIMES, 2))
stacked, each_its_own = gnn.parameter((TIMES, 3, 3)), tuple(gnn.parameter((3, 3)) for _ in range(TIMES))


def same_weights(x=x, W=W):
    for _ in range(TIMES):
        x = np.tanh(W @ x)
    return x


def own_weights(x=x, Ws=each_its_own):
    for W in Ws:
        x = np.maximum(W @ x, 0)
    return x.sum()


def stacked_weights(x=x, W=stacked):
    for i in range(TIMES):
        x = np.tanh(W[i] @ x)
    return x


def modules(x=x):
    for layer in LAYERS:
        x = nn.relu(layer(x))
    return x


def sequential(x=x):
    return nn.Sequential(*(each for layer in LAYERS for each in (layer, nn.Tanh())))(x)


def residual(x=x, Ws=each_its_own):
    for W in Ws:
        x = x + np.tanh(W @ x)
    return x


def between_others(x=x, W=W, U=gnn.parameter((2, 3))):
    x = np.tanh(x)
    for _ in range(TIMES):
        x = np.exp(-(W @ x))
    return U @ x


def random_numbers(x=x, W=W):
    for _ in range(TIMES):
        x = nn.dropout(np.tanh(W @ x), 0.5)
    return x


IN_SERIES = [same_weights, own_weights, stacked_weights, modules, sequential, residual, between_others, random_numbers]


def parts_of_an_array(xs=rows, h=x, W=W, V=V):
    for t in range(TIMES):
        h = np.tanh(V @ xs[t] + W @ h)
    return h


def inputs_in_a_list(xs=tuple(gnn.input(2) for _ in range(TIMES)), h=x, W=W, V=V):
    for each in xs:
        h = np.tanh(V @ each + W @ h)
    return h


def from_zeros(xs=rows, W=W, V=V):
    h = np.zeros(3)
    for each in xs:
        h = np.tanh(V @ each + W @ h)
    return h


def cells(xs=rows, h=x):
    for t in range(TIMES):
        h = CELL(xs[t], h)
    return h


def the_last_state_is_not_used(xs=rows, h=x, c=x):
    for t in range(TIMES):
        h, c = LSTM(xs[t], h, c)
    return h


def embedded(ids=gnn.input(TIMES, dtype="int64"), h=x):
    for t in range(TIMES):
        h = CELL(TABLE(ids[t]), h)
    return h


def all_states(xs=rows, h=x, W=W, V=V):
    states = []
    for t in range(TIMES):
        h = np.tanh(V @ xs[t] + W @ h)
        states.append(h)
    return np.stack(states)


def examples(X=rows, y=gnn.target(TIMES), w=gnn.parameter(2)):
    total = 0
    for i in range(TIMES):
        total = total + (w @ X[i] - y[i]) ** 2
    return total


def data_of_the_script(w=gnn.parameter(2)):
    X = np.arange(2.0 * TIMES).reshape(TIMES, 2)
    total = 0
    for i in range(TIMES):
        total = total + np.tanh(w @ X[i])
    return total


def heads(X=gnn.input((4, 3)), Ws=each_its_own):
    return np.concatenate([nn.softmax(X @ W) @ W for W in Ws], axis=1)


APART = [
    parts_of_an_array,
    inputs_in_a_list,
    from_zeros,
    cells,
    the_last_state_is_not_used,
    embedded,
    all_states,
    examples,
    data_of_the_script,
    heads,
]


def found(model, detail, least=TIMES):
    return repeats(detailed(detail, gnn.trace(model)), least, least)


@pytest.mark.parametrize("detail", ["operations", "layers"])
@pytest.mark.parametrize("model", [*IN_SERIES, *APART])
def test_equal_parts_are_found(model, detail):
    graph = detailed(detail, gnn.trace(model))
    # The first one isn't added to anything but 0.
    times = TIMES - (model in (examples, data_of_the_script))
    (repeat,) = repeats(graph, times, times)
    assert len(repeat.parts) == times and repeat.in_series == (model in IN_SERIES)
    for steps in zip(*repeat.parts, strict=True):
        assert len({graph.operation(name).op for name in steps}) == 1
    # Parts begin where the author's loop does.
    lines = [graph.operation(name).source.line for name in repeat.parts[1]]
    assert lines == sorted(lines)


@pytest.mark.parametrize("model", [*IN_SERIES, *APART])
def test_fewer_than_asked_for_are_not(model):
    assert not found(model, "operations", TIMES + 1)


def other_sizes(x=x, Ws=tuple(gnn.parameter((i + 4, i + 3)) for i in range(TIMES))):
    for W in Ws:
        x = np.tanh(W @ x)
    return x


def other_numbers(x=x, W=W):
    for i in range(TIMES):
        x = np.tanh(W @ x) * (i + 2)
    return x


def other_functions(x=x, W=W):
    for i in range(TIMES):
        x = (np.tanh if i % 2 else np.exp)(W @ x)
    return x


def all_before(x=x, W=W):
    found = [x]
    for _ in range(TIMES):
        found.append(np.tanh(W @ sum(found)))
    return found[-1]


def one_further_back(x=x, W=W):
    # From the step before the last: nothing to stand for a part that only takes the last.
    a, b, c = x, np.exp(x), np.sin(x)
    for _ in range(3 * TIMES):
        a, b, c = b, c, np.tanh(W @ a)
    return a + b * c


def used_in_other_ways(w=gnn.parameter(TIMES), x=gnn.input(())):
    a, b, c, d, e, f = (w[i] for i in range(TIMES))
    return a + b * x - c / x + np.exp(d) * np.tanh(e) - f**2


@pytest.mark.parametrize("model", [other_sizes, other_numbers, other_functions, all_before, used_in_other_ways])
def test_what_differs_is_no_repeat(model):
    assert not found(model, "operations", 4)


def test_a_part_takes_results_only_of_the_one_before():
    # Two steps are a part that takes what is two or three steps before.
    assert [len(repeat.parts[0]) for repeat in found(one_further_back, "operations", 2)] == [4]


def test_the_whole_goes_before_what_is_in_it():
    def model(x=x, W=W, V=gnn.parameter((3, 3))):
        for _ in range(TIMES):
            for _ in range(5):
                x = np.tanh(W @ x)
            x = np.exp(V @ x)
        return x

    (repeat,) = found(model, "operations", 5)
    assert [len(part) for part in repeat.parts] == [12] * TIMES


def test_several_in_a_line_are_found():
    def model(x=x, W=W, V=gnn.parameter((3, 3))):
        for _ in range(5):
            x = np.tanh(W @ x)
        x = np.sqrt(x)
        for _ in range(7):
            x = np.exp(V @ x) + 1
        return x

    assert sorted(len(each.parts) for each in found(model, "operations", 5)) == [5, 7]


@pytest.mark.parametrize("detail", ["operations", "layers", "blocks"])
@pytest.mark.parametrize("model", [*IN_SERIES, *APART])
def test_folded_parts_are_isomorphic(model, detail):
    graph = detailed(detail, gnn.trace(model), repeats="show")
    for repeat in repeats(graph, 2, 3):
        assert not differences(graph, repeat)


@gnn.function
def scaled(z, W, factor, axis):
    return nn.softmax(factor * (W @ z) + np.mean(np.sum(W, axis=axis)))


# What a part may do in another way than its neighbours.
KINDS = {
    "function": (np.tanh, np.exp, nn.relu),
    "number": (2.0, 3.0),
    "weights": ("own", "same", "stacked", "swapped", "computed"),
    "called": (None, 0, 1),
    "takes": ("x", "before", "beginning"),
    "rate": (0.0, 0.3, 0.5),
    "width": (3, 4),
    "is read later": (False, True),
    "row": (None, 0, 1),
}


@st.composite
def nearly_equal(draw):
    """A graph of parts in a row, of which some differ from the first in one thing."""
    first = {name: draw(st.sampled_from(ways)) for name, ways in KINDS.items()}
    count = draw(st.integers(3, 8))
    parts = [dict(first) for _ in range(count)]
    for place in draw(st.sets(st.integers(0, count - 1), max_size=3)):
        name = draw(st.sampled_from(sorted(KINDS)))
        parts[place][name] = draw(st.sampled_from(KINDS[name]))
    own = tuple(gnn.parameter((part["width"], 3)) for part in parts)
    back = tuple(gnn.parameter((3, part["width"])) for part in parts)

    def model(x, rows, own, back, same, stacked, U):
        begun, before, read = x, x, 0.0
        for i, part in enumerate(parts):
            V = {"own": own[i], "same": same, "stacked": stacked[i], "swapped": (same, U)[i % 2], "computed": U @ same}
            W = V[part["weights"]]
            z = W @ x if part["called"] is None else scaled(x, W, part["number"], part["called"])
            if part["weights"] == "own":
                z = back[i] @ z
            z = part["function"](z) * part["number"] + {"x": x, "before": before, "beginning": begun}[part["takes"]]
            if part["rate"]:
                z = nn.dropout(z, part["rate"], training=True)
            if part["row"] is not None:
                z = z + rows[i * part["row"]]
            if part["is read later"]:
                read = read + np.sum(z)
            before, x = x, z
        return np.sum(x) + read

    squares = {name: gnn.parameter((3, 3)) for name in ("same", "U")}
    stacked = gnn.parameter((count, 3, 3))
    return gnn.trace(model, x=gnn.input(3), rows=gnn.input((count, 3)), own=own, back=back, stacked=stacked, **squares)


@pytest.mark.parametrize("detail", ["operations", "blocks"])
@settings(max_examples=25, deadline=None)
@given(graph=nearly_equal())
def test_nearly_equal_parts_are_never_folded_as_equal(detail, graph):
    seen = detailed(detail, graph, repeats="show")
    for repeat in repeats(seen, 2, 3):
        assert not differences(seen, repeat)
