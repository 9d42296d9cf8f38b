"""Every symbol in a picture, formula or chain rule belongs to one variable."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import STEMS, lecture
from told_apart import assert_told_apart

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.figure import viewed
from graphviz_nn.style.labels import plain
from graphviz_nn.style.symbols import distinct, symbols

VIEWS = ("operations", "compact", "layers", "arrows", "scalars")


@pytest.mark.parametrize("stem", STEMS)
def test_no_symbol_of_the_lecture_stands_for_two_things(stem):
    for panel in lecture()[stem].panels:
        assert_told_apart(panel.diagram)


NAMES = [
    "x",
    "x_",
    "x__",
    "x1",
    "x_1",
    "ŷ",
    "y_hat",
    "theta",
    "θ",
    "θ_",
    "W1",
    "W_1",
    "W11",
    "W_1_1",
    "W_11",
    "z1",
    "log_z",
]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True), st.sampled_from(VIEWS), st.data())
def test_names_that_are_written_alike_are_told_apart(names, view, data):
    shapes = [data.draw(st.sampled_from([(), (2,), (2, 2)])) for _ in names]
    scope = {}
    exec(f"def total({', '.join(names)}):\n    return {' + '.join(names)}", scope)
    graph = gnn.trace(scope["total"], **dict(zip(names, map(gnn.input, shapes), strict=True)))
    assert_told_apart(gnn.draw(graph, view=view).panels[0].diagram)


def layered(kinds, towers):
    """So many towers of such layers, whose results are put together."""
    steps = {
        "linear": lambda: nn.Linear(3, 3),
        "norm": lambda: nn.LayerNorm(3),
        "tanh": lambda: nn.Tanh(),
        "softmax": lambda: nn.Softmax(),
    }
    whole = [[steps[kind]() for kind in kinds] for _ in range(towers)]

    def model(x):
        total = 0.0
        for tower in whole:
            value = x
            for layer in tower:
                value = np.negative(np.negative(layer(value)))
            total = total + value
        return total

    return gnn.trace(model, x=gnn.input(3))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(["linear", "norm", "tanh", "softmax"]), min_size=1, max_size=5),
    st.integers(1, 5),
    st.sampled_from(VIEWS[:4]),
)
def test_layers_of_several_towers_are_told_apart(kinds, towers, view):
    assert_told_apart(gnn.draw(layered(kinds, towers), view=view).panels[0].diagram)


def shown(function, view="operations", **specs):
    graph = gnn.draw(gnn.trace(function, **specs), view=view).graph
    return symbols(graph)


def test_a_layer_and_what_follows_it_have_one_number():
    first, norm, second = nn.Linear(3, 3), nn.LayerNorm(3), nn.Linear(3, 2)
    found = shown(lambda x: np.sum(nn.tanh(second(nn.relu(norm(first(x))))) ** 2), "layers", x=gnn.input(3))
    letters = [tex for tex in found.values() if re.match(r"[az]|\\tilde", tex)]
    assert letters == ["z^{(1)}", r"\tilde{z}^{(1)}", "a^{(1)}", "z^{(2)}", "a^{(2)}"]


def test_twins_have_one_number_and_a_prime_or_a_second_number():
    def heads(count):
        return shown(
            lambda x, W: sum(np.tanh(W @ (x + i)) for i in range(count)),
            "layers",
            x=gnn.input(3),
            W=gnn.parameter((3, 3)),
        )

    assert [tex for tex in heads(2).values() if tex[:2] in ("z^", "{z")] == ["z^{(1)}", "{z'}^{(1)}"]
    assert [tex for tex in heads(4).values() if tex.startswith("a")] == [f"a^{{(1,{i})}}" for i in range(1, 5)]


def test_what_the_author_says_comes_first():
    def model(x, W):
        first = np.tanh(W @ np.tanh(W @ x))
        return np.sum(gnn.label(first, "z^{(1)}"))

    found = shown(model, "layers", x=gnn.input(3), W=gnn.parameter((3, 3)))
    assert found["first"] == "z^{(1)}"
    assert list(found.values()).count("z^{(1)}") == 1


def test_a_symbol_that_an_author_renamed_to_is_his():
    graph = gnn.trace(lambda x, W: W * x, x=gnn.input(2), W=gnn.input(2))
    found = symbols(gnn.draw(graph, rename={"x": "W"}).graph)
    assert found["x"] == "W"
    assert found["W"] == "W'"


def test_the_formula_and_the_chain_rule_tell_apart_what_the_picture_does():
    graph = gnn.trace(lambda x, x_: x * 2.0 + x_, x=gnn.parameter(()), x_=gnn.parameter(()))
    assert gnn.formula(graph) == r"x \times 2 + x'"
    assert "x'" in str(gnn.chain_rule(graph, "x_"))


def test_an_authors_bar_is_no_gradient():
    graph = gnn.trace(lambda x, x_bar: np.sum(x * x_bar), x=gnn.parameter(3), x_bar=gnn.parameter(3))
    lines = gnn.chain_rule(graph).lines
    assert any(line.startswith(r"\nabla_{x}") for line in lines)


def test_entries_have_the_symbol_of_their_array():
    found = shown(
        lambda W1, b1, b_: np.sum(W1 @ b1 + b_),
        "scalars",
        W1=gnn.parameter((2, 2)),
        b1=gnn.parameter(2),
        b_=gnn.input(2),
    )
    assert found["W1_12"] == "W^{(1)}_{12}"
    assert found["b1_2"] == "b^{(1)}_{2}"
    assert [found["b__1"], found["b__2"]] == ["b_{1}", "b_{2}"]


@pytest.mark.parametrize(
    "name, specs, symbol",
    [
        ("logistic_regression", {"x": gnn.input(2), "t": gnn.target(2)}, r"\mathrm{loss}"),
        ("residual_block", {"x": gnn.input(2), "t": gnn.input(2)}, r"\mathrm{output}"),
        ("y_hat", {"x": gnn.input(2), "t": gnn.input(2)}, r"\hat{y}"),
        ("f", {"x": gnn.input(2), "t": gnn.target(2)}, "f"),
        ("loss", {"x": gnn.input(2), "t": gnn.target(2)}, r"\mathrm{loss}"),
        ("bn", {"x": gnn.input(2), "t": gnn.input(2)}, r"\mathrm{output}"),
        ("Ce", {"x": gnn.input(2), "t": gnn.target(2)}, r"\mathrm{loss}"),
        ("b_n", {"x": gnn.input(2), "t": gnn.input(2)}, "b_{n}"),
        ("z1", {"x": gnn.input(2), "t": gnn.input(2)}, "z_{1}"),
    ],
)
def test_a_result_isnt_called_by_the_words_of_its_function(name, specs, symbol):
    scope = {"np": np}
    exec(f"def {name}(x, t):\n    return np.sum(x * t)", scope)
    graph = gnn.trace(scope[name], **specs)
    assert graph.outputs == (name,)
    for view in VIEWS:
        picture = gnn.draw(graph, view=view).graph
        assert symbols(picture)[picture.outputs[0]] == symbol


def test_a_result_has_its_own_name_first_and_its_letter_before_a_word():
    def named(x, t):
        risk = np.sum((x - t) ** 2)
        return risk

    def network(x, t):
        return np.tanh(t @ x)

    assert shown(named, x=gnn.input(2), t=gnn.target(2))["risk"] == r"\mathrm{risk}"
    assert shown(network, "layers", x=gnn.input(2), t=gnn.parameter((3, 2)))["network"] == "a^{(1)}"
    pair = gnn.trace(lambda x: (x + 1, x + 2), x=gnn.input(2))
    assert [symbols(pair)[name] for name in pair.outputs] == [r"\mathrm{output}", r"\mathrm{output}_{2}"]


def test_telling_apart_twice_changes_nothing():
    graph = distinct(
        gnn.trace(lambda x, x_, x__: x + x_ + x__, **dict(zip(("x", "x_", "x__"), itertools.repeat(gnn.input(2)))))
    )
    again = distinct(graph)
    assert symbols(again) == symbols(graph)


def alike(x, x_):
    return x * x_


@pytest.mark.parametrize("view", VIEWS)
def test_every_picture_of_the_suite_is_watched(monkeypatch, view):
    """`conftest` looks at what is drawn: where nothing told x and x_ apart, drawing would fail."""
    graph = gnn.trace(alike, x=gnn.input(2), x_=gnn.input(2))
    gnn.draw(graph, view=view)
    monkeypatch.setattr(viewed, "distinct", lambda graph, vectors: graph)
    with pytest.raises(AssertionError, match=r"written alike: {'x(_1)?': "):
        gnn.draw(graph, view=view)


def modules(function, *arguments, view="layers"):
    """What a picture writes for the results and parameters of modules that are called one by one."""
    found = shown(function, view, **{name: gnn.input(3) for name in arguments})
    return [tex for tex in found.values() if plain(tex)[0] in "Wz"]


@pytest.mark.parametrize("view", VIEWS[:4])
def test_modules_are_numbered_in_the_order_of_their_branch(view):
    class Net:
        def __init__(self):
            self.last, self.first = nn.Linear(3, 2), nn.Linear(3, 3)

        def __call__(self, x):
            return self.last(nn.tanh(self.first(x)))

    assert modules(Net(), "x", view=view) == ["W^{(1)}", "z^{(1)}", "W^{(2)}", "z^{(2)}"]


@pytest.mark.parametrize("tower", [lambda: nn.Linear(3, 3), lambda: nn.Sequential(nn.Linear(3, 3), nn.Tanh())])
def test_branches_of_modules_are_numbered_each_for_itself(tower):
    first, second, head = tower(), tower(), nn.Linear(3, 1)
    twin, two = (modules(lambda x, t, s=s: head(first(x) * s(t)), "x", "t") for s in (first, second))
    assert twin == ["W^{(1)}", "z^{(1)}", "{z'}^{(1)}", "W^{(2)}", "z^{(2)}"]
    assert two == ["W^{(1)}", "z^{(1)}", "{W'}^{(1)}", "{z'}^{(1)}", "W^{(2)}", "z^{(2)}"]


def test_a_module_called_again_keeps_its_number():
    step, out = nn.Linear(3, 3), nn.Linear(3, 1)
    found = modules(lambda x: out(step(np.sin(step(x)))), "x")
    assert found == ["W^{(1)}", "z^{(1)}", "{z'}^{(1)}", "W^{(2)}", "z^{(2)}"]


def test_a_module_after_layers_by_hand_has_the_next_number():
    out = nn.Linear(3, 2)
    model = gnn.trace(lambda x, V: np.tanh(out(np.tanh(V @ x))), x=gnn.input(3), V=gnn.parameter((3, 3)))
    found = symbols(gnn.draw(model, view="layers").graph)
    assert [tex for tex in found.values() if tex[0] in "Wz"] == ["z^{(1)}", "W^{(2)}", "z^{(2)}"]


def test_one_module_alone_has_no_number():
    layer, norm = nn.Linear(3, 2), nn.LayerNorm(2)
    assert modules(lambda x: np.sum(norm(layer(x))), "x") == ["W", "z"]


def test_the_same_name_of_two_calls_is_no_entry_of_it():
    def tower(x):
        z1 = np.sin(x)
        return np.cos(z1)

    found = symbols(gnn.trace(lambda x, t: tower(x) * tower(t), x=gnn.input(3), t=gnn.input(3)))
    assert [found["z1_1"], found["z1_2"]] == ["z^{(1)}", "{z'}^{(1)}"]


def test_what_follows_a_layer_that_is_called_again_has_its_number():
    first, tower = nn.Linear(3, 3), nn.Sequential(nn.Linear(3, 3), nn.Sigmoid(), nn.Linear(3, 1), nn.Sigmoid())
    found = shown(lambda x, t: tower(x) * tower(np.sin(first(t))), "layers", x=gnn.input(3), t=gnn.input(3))
    assert {plain(tex) for tex in found.values() if plain(tex)[0] == "a"} == {"a^(1)", "a'^(1)", "a^(2)", "a'^(2)"}


def test_modules_give_way_to_the_names_of_the_author():
    one, other = nn.Linear(3, 3), nn.Linear(3, 3)

    def model(x, t):
        W = np.sin(one(x))
        b = np.sin(other(t))
        return W * b

    graph = gnn.trace(model, x=gnn.input(3), t=gnn.input(3))
    found = symbols(graph)
    assert [found["W"], found["b"]] == ["W", "b"]
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("name", ["loss", "model"])
def test_a_total_is_told_from_the_loss_in_it(name):
    scope = {"np": np}
    exec(f"def {name}(x, t, w):\n    loss = np.sum((w * x - t) ** 2)\n    return loss + np.sum(w**2)", scope)
    graph = gnn.trace(scope[name], x=gnn.input(3), t=gnn.target(3), w=gnn.parameter(3))
    found = symbols(graph)
    assert found[graph.outputs[0]] == r"\mathrm{total\ loss}"
    assert len(set(found.values())) == len(found)


def test_a_total_of_losses_without_a_target_is_the_loss():
    def vae(x, w):
        return nn.squared_error(np.tanh(w * x), x) + np.sum(w**2)

    found = shown(vae, "layers", x=gnn.input(3), w=gnn.parameter(3))
    assert found["vae"] == r"\mathrm{loss}"


@pytest.mark.parametrize("name", ["u_net", "f_net", "a_name"])
def test_words_after_a_letter_are_no_index(name):
    def model(x, y, w):
        return (w @ x - y) ** 2

    model.__name__ = name
    graph = gnn.trace(model, x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(2))
    (shape,) = (each for each in gnn.draw(graph).diagrams[0].shapes if each.kind == "loss")
    assert plain(shape.label) == "loss"
