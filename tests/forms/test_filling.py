"""Units that are filled with their values, with curves beside them and biases as lines, for any spelling."""

import re

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import Error
from graphviz_nn.forms import Fed, Shown
from graphviz_nn.forms.units import units
from graphviz_nn.style.labels import plain
from graphviz_nn.views import detailed

RANDOM = np.random.default_rng(3)
W1, B1, W2 = RANDOM.normal(size=(5, 3)), RANDOM.normal(size=5), RANDOM.normal(size=(2, 5))
X, MANY = RANDOM.normal(size=3), RANDOM.normal(size=(4, 3))


def rows(x, W1, b1, W2):
    return nn.softmax(W2 @ np.tanh(W1 @ x + b1))


def turned(x, W1, b1, W2):
    return nn.softmax(np.tanh(x @ W1.T + b1) @ W2.T)


def with_loss(x, y, W1, b1, W2):
    return nn.cross_entropy(nn.softmax(nn.linear(nn.tanh(nn.linear(x, W1, b1)), W2)), y)


@gnn.function
def layer(x, W1, b1):
    return nn.tanh(nn.linear(x, W1, b1))


def nested(x, W1, b1, W2):
    return nn.softmax(nn.linear(layer(x, W1, b1), W2))


def traced(model, *, x=3, **more):
    specs = {"W1": W1, "b1": B1, "W2": W2}
    parameters = {name: gnn.parameter(value.shape) for name, value in specs.items()}
    return gnn.trace(model, x=gnn.input(x), **more, **parameters)


WEIGHTS = {"W1": W1, "b1": B1, "W2": W2}


def hidden(x):
    return np.tanh(x @ W1.T + B1)


def prediction(x):
    found = np.exp(hidden(x) @ W2.T)
    return found / found.sum(axis=-1, keepdims=True)


def filled(graph, x, examples=(), **shown):
    fed = Fed({"x": x, **WEIGHTS}, examples)
    return units(detailed("layers", graph), Shown(fed=fed, **shown))


def columns(found):
    shapes = {shape.name: shape for shape in found.shapes}
    return [[shapes[name] for name in column.members if name] for column in found.columns]


def is_near(tex, value):
    return float(plain(tex).replace("−", "-")) == pytest.approx(value, abs=0.0051)


@pytest.mark.parametrize(
    ("model", "shape", "fed", "examples", "more"),
    [
        (rows, 3, X, (), {}),
        (turned, 3, X, (), {}),
        (nested, 3, X, (), {}),
        # The target needs no value: the network doesn't depend on it.
        (with_loss, 3, X, (), {"y": gnn.target(2)}),
        (rows, 3, MANY, ("x",), {}),
        (turned, (4, 3), MANY, (), {}),
    ],
)
def test_circles_hold_the_values_of_their_entries(model, shape, fed, examples, more):
    found = columns(filled(traced(model, x=shape, **more), fed, examples))
    expected = [np.atleast_2d(each).mean(axis=0) for each in (fed, hidden(fed), prediction(fed))]
    for shapes, values in zip(found, expected, strict=True):
        most = np.abs(values).max()
        assert len(shapes) == len(values)
        for shape, value in zip(shapes, values, strict=True):
            assert is_near(shape.value, value)
            assert shape.shade == pytest.approx(value / most)
            assert shape.value in shape.description or plain(shape.value) in shape.description


def test_the_strongest_of_a_long_column_may_be_left_out():
    graph = gnn.trace(lambda x: nn.tanh(x), x=gnn.input(20))
    x = np.linspace(0.1, 1, 20)
    x[10] = -4.0
    found = units(detailed("layers", graph), Shown(units=4, fed=Fed({"x": x})))
    assert [shape.shade for shape in columns(found)[0]] == pytest.approx([x[i] / 4 for i in (0, 1, 19)])


@pytest.mark.filterwarnings("ignore::graphviz_nn.errors.NumericalWarning")
def test_what_is_no_number_is_said_on_no_shade():
    graph = gnn.trace(lambda x: np.log(x), x=gnn.input(3))
    _, logs = columns(units(detailed("layers", graph), Shown(fed=Fed({"x": [-1.0, 0.0, np.e]}))))
    assert [shape.shade for shape in logs] == [None, None, 1.0]
    assert [plain(shape.value) for shape in logs] == ["NaN", "−∞", "1"] or logs[0].value == r"\mathrm{NaN}"


def test_an_entry_with_a_name_of_its_own_keeps_it():
    graph = gnn.trace(lambda x: nn.features(x, "x1", "x1 x2"), x=gnn.input(2))
    x, phi = columns(units(detailed("layers", graph), Shown(fed=Fed({"x": [2.0, 3.0]}))))
    assert [shape.note for shape in x] == ["", ""]
    assert [(shape.note, float(shape.value)) for shape in phi] == [("x_{1}", 2.0), ("x_{1}x_{2}", 6.0)]


@pytest.mark.parametrize("word", ["values", ""])
def test_fed_weights_are_lines_whether_values_are_shown_or_not(word):
    picture = gnn.draw(traced(rows), view="units", feeds={"x": X, **WEIGHTS}, hide=[word] if word else ())
    diagram = picture.panels[0].diagram
    assert [link.weight for link in diagram.links][:3] == pytest.approx(list(W1[0]))
    assert all(bool(shape.value) == (not word) for shape in diagram.shapes)
    assert any(group.id == "footer" for group in picture.scene.groups) == (not word)


@pytest.mark.parametrize(
    ("feeds", "options", "said"),
    [
        (WEIGHTS, {}, "x isn't fed"),
        ({"x": X, "W": W1, **WEIGHTS}, {}, "no argument 'W'"),
        ({"x": X[:2], **WEIGHTS}, {}, "x"),
        ({"x": X, **WEIGHTS}, {"batch": "z"}, "batch= names 'z'"),
        ({"x": X, **WEIGHTS}, {"show": "gradients"}, "view='scalars' writes both"),
    ],
)
def test_what_does_not_fit_is_said(feeds, options, said):
    with pytest.raises(Error, match=re.escape(said)):
        gnn.draw(traced(rows), view="units", feeds=feeds, **options)


def test_views_beside_units_keep_their_numbers():
    graph = gnn.trace(lambda x: np.sum(nn.tanh(x)), x=gnn.input(2))
    picture = gnn.draw(graph, view=["layers", "units"], feeds={"x": [1, 2]}, show="gradients")
    layers, network = (panel.diagram for panel in picture.panels)
    assert any(shape.gradient for shape in layers.shapes)
    assert all(shape.value for shape in network.shapes)
    (footer,) = [group for group in picture.scene.groups if group.id == "footer"]
    assert len(footer.items) == 4


@pytest.mark.parametrize("examples", [(), ("x",)])
def test_a_unit_has_the_curve_of_its_activation_and_its_own_point_on_it(examples):
    fed = MANY if examples else X
    x, a, p = columns(filled(traced(rows), fed, examples, curves=True))
    assert [shape.curve for shape in (*x, *p)] == [None] * 5
    z = W1 @ X + B1
    for place, shape in enumerate(a):
        reach = shape.curve.runs[0][-1][0]
        assert reach >= max(3, np.abs(z).max())
        assert shape.curve.runs[0][-1] == pytest.approx((reach, np.tanh(reach)))
        # A mean of values isn't on the curve.
        assert shape.curve.marked == (None if examples else pytest.approx((z[place], np.tanh(z[place]))))


def test_the_curve_of_one_unit_is_in_its_function():
    found = filled(traced(rows), X, unit=("a^(1)", 2), curves=True)
    curves = {shape.kind: shape.curve for shape in found.shapes if shape.curve is not None}
    z = W1[1] @ X + B1[1]
    assert list(curves) == ["activation"]
    assert curves["activation"].marked == pytest.approx((z, np.tanh(z)))
    total = next(link for link in found.links if link.tail.endswith("sum"))
    assert is_near(total.note, z)


@pytest.mark.parametrize("model", [rows, turned, with_loss])
def test_biases_are_the_weights_of_a_one(model):
    more = {"y": gnn.target(2)} if model is with_loss else {}
    found = filled(traced(model, **more), X, biases=True)
    ones = [shape for shape in found.shapes if shape.kind == "constant"]
    assert [one.label for one in ones] == ["1"]
    (one,) = ones
    assert found.columns[0].members[0] == one.name
    weights = {link.head: link.weight for link in found.links if link.tail == one.name}
    assert weights == pytest.approx(dict(zip(found.columns[1].members, B1, strict=True)))
    assert not [shape for shape in filled(traced(model, **more), X).shapes if shape.kind == "constant"]


def test_a_value_appears_when_it_is_computed():
    found = gnn.steps(traced(rows), {"x": X, **WEIGHTS}, view="units", show="curves")
    known = [[all(s.value for s in shapes) for shapes in columns(each.panels[0].diagram)] for each in found]
    assert known == [[True, True, False], [True, True, True]]
    assert len({(each.scene.width, each.scene.height) for each in found}) == 1


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
@pytest.mark.parametrize("show", [(), ("biases",), ("curves", "biases")])
def test_a_brace_beside_an_outer_column_says_how_many_there_are(direction, show):
    network = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax())
    graph = gnn.trace(network, x=gnn.input(784))
    picture = gnn.draw(graph, view="units", units=6, direction=direction, show=show)
    scene, diagram = picture.scene, picture.panels[0].diagram
    braces = {group.items[1].tex: group for group in scene.groups if group.id.startswith("brace")}
    assert set(braces) == {"784", "10"}
    texts = [item.tex for group in scene.groups if group.id == "sizes" for item in group.items]
    assert [tex for tex in texts if "n =" in tex] == ["n = 64"]
    along = direction in ("TB", "BT")
    first, *_, last = columns(diagram)
    ends = (("784", [shape.name for shape in first]), ("10", [shape.name for shape in last]))
    for tex, names in ends:
        points = [n for _, n in braces[tex].items[0].commands if n]
        places = [v for n in points for v in n[1 - along :: 2]]
        own = [group for group in scene.groups if group.name in names]
        assert len(own) == 5 + (tex == "784" and "biases" in show)
        circles = [g for g in own if "bias" not in g.name]
        rim = [v for g in circles for _, n in g.items[0].commands for v in n[1 - along :: 2]]
        assert (min(places), max(places)) == pytest.approx((min(rim), max(rim)), abs=1.0)
        # It lies outside: nothing but its number is beyond it.
        across = [v for n in points for v in n[along::2]]
        rim = [v for g in circles for _, n in g.items[0].commands for v in n[along::2]]
        assert max(across) <= min(rim) or max(rim) <= min(across)
