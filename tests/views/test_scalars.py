"""Pictures of single numbers: the symbols of the other views, rows in order, and a remark where there are too many."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import Shown
from graphviz_nn.forms.units import units
from graphviz_nn.style.labels import entry
from graphviz_nn.style.symbols import symbols
from graphviz_nn.views import detailed


def called(x, W1, b1, W2, b2):
    return nn.softmax(nn.linear(nn.tanh(nn.linear(x, W1, b1)), W2, b2))


def written(x, W1, b1, W2, b2):
    a1 = 1 / (1 + np.exp(-(W1 @ x + b1)))
    z2 = W2 @ a1 + b2
    return np.exp(z2) / np.exp(z2).sum()


def turned(x, W1, b1, W2, b2):
    hidden = np.maximum(x @ W1.T + b1, 0)
    return np.tanh(hidden @ W2.T + b2)


def named(x, W1, b1, W2, b2):
    def layer(inputs, W, b):
        return nn.sigmoid(W @ inputs + b)

    return layer(layer(x, W1, b1), W2, b2)


MODELS = [called, written, turned, named]


def traced(model, inputs=2, hidden=3, outputs=2):
    shapes = {"W1": (hidden, inputs), "b1": hidden, "W2": (outputs, hidden), "b2": outputs}
    parameters = {name: gnn.parameter(shape) for name, shape in shapes.items()}
    return gnn.trace(model, x=gnn.input(inputs), **parameters)


@pytest.mark.parametrize("model", MODELS)
def test_an_entry_has_the_symbol_that_it_has_as_a_unit(model):
    graph = traced(model)
    network = units(detailed("layers", graph), Shown())
    single = detailed("scalars", graph)
    known = symbols(single)
    for column in network.columns:
        assert column.heading
        for place in range(len(column.members)):
            assert entry(column.heading, (place,)) in known.values()
    assert {entry("W^{(1)}", (i, j)) for i in range(3) for j in range(2)} <= set(known.values())
    # One symbol for one result.
    assert len(set(known.values())) == len(known)


def places(picture):
    """The middle of each shape across the flow."""
    found = {}
    for group in picture.scene.groups:
        if group.id.startswith("node-"):
            points = np.array([n[i : i + 2] for _, n in group.items[0].commands for i in range(0, len(n), 2)])
            found[group.name] = points.min(axis=0) / 2 + points.max(axis=0) / 2
    return found


def rows(graph):
    """The shapes of the entries of each vector: leaves, or the operations that compute them."""
    known = symbols(graph)
    whole = {}
    for name in graph.variables:
        letter, _, number = known.get(name, "").rpartition("_{")
        if letter and number.rstrip("}").isdigit() and len(number) == 2 and graph.variable(name).role != "parameter":
            whole.setdefault(letter, []).append((int(number[:-1]), graph.producer(name) or name))
    return [[name for _, name in sorted(each)] for each in whole.values() if len(each) > 1]


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
@pytest.mark.parametrize("model", MODELS)
def test_rows_stand_in_order(model, direction):
    picture = gnn.draw(traced(model), view="scalars", direction=direction)
    across, found = places(picture), rows(picture.panels[0].graph)
    assert len(found) >= 4
    for names in found:
        line = [across[name][1 if direction in ("LR", "RL") else 0] for name in names]
        assert line == sorted(line)
        assert len(set(line)) == len(line)
    assert not [remark for remark in picture.remarks if "order" in remark]


def test_an_order_of_the_authors_replaces_ours():
    picture = gnn.draw(traced(called), view="scalars", order=[("x_2", "x_1")])
    across = places(picture)
    assert across["x_2"][1] < across["x_1"][1]


def test_a_hidden_entry_is_in_no_row():
    picture = gnn.draw(traced(called), view="scalars", hide="x_1")
    diagram = picture.panels[0].diagram
    drawn = {shape.name for shape in diagram.shapes}
    assert diagram.rows
    assert all(drawn.issuperset(row) for row in diagram.rows)


def test_other_views_have_no_rows():
    for view in ("operations", "layers"):
        assert not gnn.draw(traced(called), view=view).panels[0].diagram.rows


@pytest.mark.parametrize(("hidden", "is_large"), [(3, False), (120, True)])
def test_a_remark_says_how_large_a_picture_of_many_numbers_is(hidden, is_large):
    graph = detailed("scalars", traced(called, 1, hidden, 1))
    found = [remark for remark in graph.remarks if "single numbers" in remark]
    assert bool(found) == is_large
    if is_large:
        drawn = len(graph.operations) + len(graph.leaves) + len(graph.outputs)
        assert f"{drawn:,} nodes" in found[0]
        assert drawn > 400
        few = gnn.draw(traced(called, 1, hidden, 1), view="operations").panels[0].diagram
        assert f"view='operations' has {len(few.shapes)}," in found[0]


@pytest.mark.parametrize("model", MODELS)
def test_symbols_change_no_numbers(model):
    graph = traced(model)
    random = np.random.default_rng(1)
    feeds = {name: random.normal(size=variable.shape) for name, variable in graph.leaves.items()}
    feeds = {name: value for name, value in feeds.items() if graph.variable(name).role != "constant"}
    single = detailed("scalars", graph)
    numbers, arrays = gnn.evaluate(single, feeds), gnn.evaluate(graph, feeds)
    (output,) = graph.outputs
    np.testing.assert_allclose([numbers[name] for name in single.outputs], arrays[output])
