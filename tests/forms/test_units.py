"""Networks of units: the parameter of each line, for any spelling of the model; errors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.forms import Shown
from graphviz_nn.forms.chain import chain
from graphviz_nn.forms.units import units
from graphviz_nn.forms.weights import weights
from graphviz_nn.views import detailed


def network(*sizes):
    return nn.Sequential(*(part for pair in pairwise(sizes) for part in (nn.Linear(*pair), nn.Tanh())))


def diagram(model, detail="layers", *, x=2, shown=None, **shapes):
    specs = {name: gnn.parameter(shape) for name, shape in shapes.items()}
    return units(detailed(detail, gnn.trace(model, x=gnn.input(x), **specs)), Shown(**(shown or {})))


def lines(found):
    return {(link.tail, link.head): link.weight for link in found.links}


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 12), min_size=2, max_size=5),
    most=st.integers(3, 9),
    detail=st.sampled_from(["operations", "functions", "layers", "merged"]),
)
def test_each_line_has_its_weight(sizes, most, detail):
    model = network(*sizes)
    found = diagram(model, detail, x=sizes[0], shown={"units": most})
    weight = lines(found)
    drawn = [[i for i in range(n) if n <= most or i < most - 2 or i == n - 1] for n in sizes]
    names = ["x", *(column.name for column in found.columns[1:])]
    expected = {}
    for k in range(len(sizes) - 1):
        W = model[2 * k].parameters["W"]
        for row in drawn[k + 1]:
            for column in drawn[k]:
                ends = f"{names[k]}[{column + 1}]", f"{names[k + 1]}[{row + 1}]"
                expected[ends] = W[row, column]
    assert weight == expected
    for column, n in zip(found.columns, sizes, strict=True):
        assert column.note == (f"n = {n}" if n > most else "")
        assert column.members.count("") == (n > most)
        assert len(column.members) == min(n, most)


@settings(max_examples=30, deadline=None)
@given(inputs=st.integers(1, 12), most=st.integers(3, 9), number=st.integers(1, 3))
def test_one_unit_says_how_many_inputs_it_has_where_some_are_left_out(inputs, most, number):
    found = diagram(network(inputs, 3, 2), x=inputs, shown={"units": most, "unit": ("a1", number)})
    first, *others = found.columns
    assert first.note == (f"n = {inputs}" if inputs > most else "")
    assert first.members.count("") == (inputs > most)
    # The first is that of the bias.
    assert len(first.members) == 1 + min(inputs, most)
    assert [len(column.members) for column in others] == [1, 1, 1]


@pytest.mark.parametrize(
    ("model", "shapes", "place"),
    [
        (lambda x, W: np.tanh(W @ x), {"W": (3, 2)}, ("W", (2, 1))),
        (lambda x, W: np.tanh(x @ W), {"W": (2, 3)}, ("W", (1, 2))),
        (lambda x, W: np.tanh(x @ W.T), {"W": (3, 2)}, ("W", (2, 1))),
        (lambda x, u, v, w: np.stack([u @ x, v @ x, w @ x]), {"u": 2, "v": 2, "w": 2}, ("w", (1,))),
        (lambda x, W: np.concatenate([W[:1] @ x, W[1:] @ x]), {"W": (3, 2)}, ("W", (2, 1))),
    ],
)
def test_weights_are_found_however_they_are_written(model, shapes, place):
    graph = detailed("layers", gnn.trace(model, x=gnn.input(2), **{n: gnn.parameter(s) for n, s in shapes.items()}))
    steps = [name for name, operation in graph.operations.items() if operation.op != "tanh"]
    found = weights(graph, steps, "x", graph.results(steps[-1])[0], [0, 1])
    assert found is not None
    assert len(found.entries) == 6
    assert found.entries[2, 1] == place
    assert not found.biases


@pytest.mark.parametrize(
    "model",
    [
        lambda x, W: np.maximum(W @ x, 0),
        lambda x, W: W @ x**2,
        lambda x, W: 2 * (W @ x),
        lambda x, W: W @ x + 1,
        lambda x, W: -(W @ x),
        lambda x, W: W @ np.abs(x),
        lambda x, W: (W * W) @ x,
        lambda x, W: (W @ x) * x[0],
        lambda x, W: W[:, 0] + np.sum(x),
    ],
)
def test_what_is_no_weighted_sum_has_no_weights(model):
    graph = gnn.trace(model, x=gnn.input(2), W=gnn.parameter((3, 2)))
    assert weights(graph, list(graph.operations), "x", "output", [0, 1]) is None


def test_a_weighted_sum_is_drawn_with_its_activation():
    found = diagram(lambda x, W, b: np.tanh(W @ x + b), "operations", W=(3, 2), b=3)
    assert [(column.title, column.kind) for column in found.columns] == [("", ""), (r"\mathrm{tanh\ layer}", "layer")]
    assert {link.weight for link in found.links} == {None}
    assert all(link.plain for link in found.links)


def test_entries_that_stay_apart_have_a_line_each():
    found = diagram(lambda x: np.tanh(x), x=3)
    assert lines(found) == {(f"x[{i}]", f"{found.columns[1].name}[{i}]"): None for i in (1, 2, 3)}
    assert found.columns[1].kind == "activation"


def test_the_loss_is_not_part_of_the_network():
    def loss(x, y, W):
        return -(y @ np.log(nn.softmax(W @ x)))

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)))
    for detail in ("operations", "functions", "layers", "merged"):
        assert [len(column.members) for column in units(detailed(detail, graph)).columns] == [2, 3]


def test_one_unit():
    model = network(3, 4, 2)
    layer = model[0].parameters
    found = diagram(model, x=3, shown={"unit": ("a1", 2)})
    assert [shape.label for shape in found.shapes] == [
        "1",
        "x_{1}",
        "x_{2}",
        "x_{3}",
        r"\Sigma",
        r"\mathrm{tanh}",
        "a^{(1)}_{2}",
    ]
    assert [link.weight for link in found.links[:4]] == [layer["b"][1], *layer["W"][1]]
    assert [link.label for link in found.links] == [
        "b^{(1)}_{2}",
        "W^{(1)}_{21}",
        "W^{(1)}_{22}",
        "W^{(1)}_{23}",
        "z^{(1)}_{2}",
        "",
    ]


@pytest.mark.parametrize("asked", ["a^{(1)}_2", "a^{(1)}_{2}", "a^(1)_2", "a1[2]", ("a1", 2), ("a^{(1)}", 2)])
def test_a_unit_by_any_of_its_names(asked):
    found = diagram(network(2, 3, 2), shown={"unit": asked})
    assert found.columns[-1].members == ("a1[2]",)


def test_a_unit_of_a_softmax_takes_all_sums():
    found = diagram(nn.Sequential(nn.Linear(2, 3), nn.Softmax()), shown={"unit": "p_1"})
    assert [column.note for column in found.columns] == ["", "", r"\mathrm{of\ all\ 3}", ""]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("a^{(2)}_9", r"no unit 'a\^\{\(2\)\}_9': did you mean 'a\^\(2\)_"),
        (("a3", 1), "no column 'a3': did you mean 'a"),
        (("a1", 0), "a1 has no unit 0; its units are 1 to 3"),
        (("a1", 4), "units are 1 to 3"),
        (("a1", True), "units are 1 to 3"),
        (("x", 1), "x is an input, so it has no units; choose one of: a1, a2"),
        (3, "unit must be a label such as"),
    ],
)
def test_units_that_do_not_exist(asked, says):
    with pytest.raises(UsageError, match=says):
        diagram(network(2, 3, 2), shown={"unit": asked})


@pytest.mark.parametrize("most", [2, 0, True, 2.5, "8"])
def test_a_column_has_at_least_three_places(most):
    with pytest.raises(UsageError, match="whole number of at least 3"):
        diagram(network(2, 3), shown={"units": most})


def residual(x, W):
    return x + np.tanh(W @ x)


def test_what_is_no_chain_is_refused():
    with pytest.raises(UsageError, match=r"draws a chain, but x goes to .* and .*; use view='layers'"):
        diagram(residual, W=(2, 2))
    two = gnn.trace(lambda a, b: a + b, a=gnn.input(2), b=gnn.input(2))
    with pytest.raises(UsageError, match="the inputs are a, b"):
        units(two)
    rows = gnn.trace(network(2, 3), x=gnn.input((4, 5, 2)))
    with pytest.raises(UsageError, match="draws vectors, but x is 4×5×2"):
        units(rows)
    alone = gnn.trace(lambda w: w**2, w=gnn.parameter(2))
    with pytest.raises(UsageError, match="there is no input"):
        units(alone)


def test_a_long_name_stands_above_its_column():
    def network(x, W):
        scores = nn.sigmoid(W @ x)
        return scores

    found = diagram(network, W=(2, 2))
    assert found.columns[-1].heading == r"\mathrm{scores}"
    assert [shape.label for shape in found.shapes[2:]] == ["1", "2"]


def test_a_column_without_a_name_has_numbers():
    found = diagram(lambda x, W: nn.softmax(nn.sigmoid(W @ x) / 2), W=(2, 2))
    assert [column.heading for column in found.columns] == ["x", "a^{(1)}", "", "p"]
    assert [shape.label for shape in found.shapes[4:6]] == ["1", "2"]


def test_entries_are_not_marked_as_vectors():
    found = diagram(network(2, 2), shown={"vectors": "arrow"})
    assert [column.heading for column in found.columns] == [r"\vec{x}", r"\vec{a}"]
    assert [shape.label for shape in found.shapes] == ["x_{1}", "x_{2}", "a_{1}", "a_{2}"]


def test_nothing_may_happen():
    found = units(gnn.trace(lambda x: x, x=gnn.input(2)))
    assert [column.members for column in found.columns] == [("x[1]", "x[2]")]
    assert not found.links


def test_a_unit_has_lines_as_wide_as_in_its_network():
    model = network(2, 3, 2)
    every = [value for name in ("W1", "b1", "W2", "b2") for value in model.parameters[name].flat]
    assert diagram(model).strongest == max(map(abs, every))
    assert diagram(model, shown={"unit": ("a2", 1)}).strongest == max(map(abs, every))


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_column_is_where_its_variable_is_in_other_views(direction):
    graph = gnn.trace(network(2, 3, 2), x=gnn.input(2))
    picture = gnn.draw(graph, view=["units", "layers"], direction=direction)
    middles = {}
    for group in picture.scene.groups:
        numbers = [
            v for item in group.items for _, n in getattr(item, "commands", ()) for v in n[direction == "TB" :: 2]
        ]
        if "-node-" in group.id:
            middles[group.id] = (min(numbers) + max(numbers)) / 2
    for name in ("x", "a1", "a2"):
        assert middles[f"view1-node-{name}.5b.1.5d."] == pytest.approx(middles[f"view2-node-{name}"])


@pytest.mark.parametrize("option", [{"units": 4}, {"unit": ("a1", 1)}])
def test_options_of_units_belong_to_the_view(option):
    graph = gnn.trace(network(2, 3), x=gnn.input(2))
    with pytest.raises(UsageError, match=f"{next(iter(option))}= belongs to the view 'units'"):
        gnn.draw(graph, view="layers", **option)


def test_features_are_joined_to_what_they_are_made_of_and_called_by_it():
    def model(x, W):
        return nn.softmax(W @ nn.features(x, "x1", "x2^2", "x1 x2", "sin x3", "sin x1 cos x3"))

    found = diagram(model, x=3, W=(2, 5))
    assert sum(tail.startswith("x") for tail, _ in lines(found)) == 7
    assert len(lines(found)) == 7 + 10
    titles = [shape.label for shape in found.shapes]
    assert titles[3:8] == ["x_{1}", "x_{2}^{2}", "x_{1}x_{2}", r"\sin\,x_{3}", r"\phi_{5}"]


def batch(x, W1, b1, W2):
    return nn.softmax(np.tanh(x @ W1 + b1) @ W2)


def columns(x, W1, b1, W2):
    return np.maximum(W2 @ np.tanh(W1 @ x + b1), 0)


ROWS = {"W1": (4, 5), "b1": (5,), "W2": (5, 3)}
COLUMNS = {"W1": (5, 4), "b1": (5, 1), "W2": (3, 5)}


@pytest.mark.parametrize(
    ("model", "shape", "learned"),
    [
        (batch, (32, 4), ROWS),
        (batch, (4, 4), ROWS),
        (batch, (1, 4), ROWS),
        (columns, (4, 32), COLUMNS),
        (columns, (4, 4), COLUMNS),
        (columns, (4, 1), COLUMNS),
    ],
)
def test_a_network_for_a_batch_has_the_units_of_one_example(model, shape, learned):
    """Whichever axis the examples lie along: columns of features, with the same weights on the same lines."""
    traced = gnn.trace(model, x=gnn.input(shape), **{name: gnn.parameter(each) for name, each in learned.items()})
    _, start, steps = chain(detailed("layers", traced), 8)
    found = units(detailed("layers", traced))
    assert [len(column.members) for column in found.columns] == [4, 5, 3]
    assert start == "x"
    for step, (name, outs, ins) in zip(steps, (("W1", 5, 4), ("W2", 3, 5)), strict=True):
        turned = learned is COLUMNS
        assert step.weights.entries == {
            (i, j): (name, (i, j) if turned else (j, i)) for i in range(outs) for j in range(ins)
        }
    assert set(steps[0].weights.biases) == set(range(5))


def test_one_number_for_each_example_is_one_unit():
    graph = gnn.trace(lambda x, w: nn.sigmoid(x @ w), x=gnn.input((8, 3)), w=gnn.parameter(3))
    assert [len(column.members) for column in units(detailed("layers", graph)).columns] == [3, 1]


def test_examples_that_mix_are_refused():
    graph = gnn.trace(lambda x, W: np.tanh((x - np.mean(x, axis=0)) @ W), x=gnn.input((8, 3)), W=gnn.parameter((3, 2)))
    with pytest.raises(UsageError, match="draws a"):
        units(detailed("layers", graph))


@pytest.mark.parametrize("other", [gnn.input(2), gnn.random(2)], ids=["an input", "random numbers"])
def test_what_else_comes_in_is_no_weight(other):
    """What a step does to units can't be tried where it takes what nobody knows."""
    graph = gnn.trace(lambda x, w, u: w * x + u, x=gnn.input(2), w=gnn.parameter(2), u=other)
    assert weights(graph, list(graph.operations), "x", "output", range(2)) is None


def test_a_value_of_another_network_is_no_part_of_a_chain():
    network = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid())

    def played(x):
        return np.log(network(x)) + np.log(1 - network(gnn.random(2)))

    with pytest.raises(UsageError, match=r"draws a chain, but .* goes into .* too; use view='layers'"):
        gnn.draw(gnn.trace(played, x=gnn.input(2)), view="units")


def test_an_axis_along_which_weights_differ_has_no_examples():
    @gnn.function
    def centred(X):
        return X - np.mean(X, axis=0)

    def normalized(X, gamma):
        return gamma * centred(X)

    with pytest.raises(UsageError, match="draws vectors, but X is 4×3"):
        gnn.draw(gnn.trace(normalized, X=gnn.input((4, 3)), gamma=gnn.parameter(3)), view="units")
