"""Numbers on the picture are the evaluator's and the gradient's, and marked where they are wrong."""

from dataclasses import replace

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.annotation import numbers
from graphviz_nn.errors import FeedError, UsageError
from graphviz_nn.nn import cross_entropy, linear, sigmoid, softmax
from graphviz_nn.style.labels import array
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.views import DETAILS, detailed


def loss(x, y, W1, W2):
    a1 = sigmoid(linear(x, W1))
    return cross_entropy(softmax(linear(a1, W2)), y)


GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))
FEEDS = {
    "x": [1.0, 2.0],
    "y": [0.0, 1.0],
    "W1": [[1.0, 2.0], [0.3, -0.4], [1.0, -1.0]],
    "W2": [[1.0, 2.0, -0.5], [0.25, 0.0, 1.0]],
}
ALL = {"values": True, "gradients": True, "check": True}


@pytest.mark.parametrize("detail", DETAILS)
def test_every_gradient_is_right_and_says_so(detail):
    seen = detailed(detail, GRAPH)
    found = numbers(seen, FEEDS, **ALL)
    assert found.values.keys() == seen.variables.keys() == found.gradients.keys()
    others = [text for name, text in found.gradients.items() if name != "loss"]
    assert all(text.endswith(r"\checkmark") for text in others)
    assert found.gradients["loss"] == "1"
    count = len(others)
    assert any(f"{count}\\ of\\ {count}\\ agree" in tex for tex, _ in found.footer)


def test_the_numbers_are_those_of_the_gradient():
    found = numbers(GRAPH, FEEDS, values=True, gradients=True, check=False)
    value, gradients = gnn.value_and_gradient(GRAPH, FEEDS, wrt=["x", "y", "W1", "W2", "a1"])
    assert found.values["loss"] == array(np.asarray(value))
    assert {name: found.gradients[name] for name in gradients} == {
        name: array(each) for name, each in gradients.items()
    }


def test_a_wrong_rule_is_marked_at_the_first_step_that_has_it(monkeypatch):
    tanh = OPS["tanh"]
    monkeypatch.setitem(OPS, "tanh", replace(tanh, vjp=(lambda g, y, a: g * (1 - y),)))

    def model(x, t):
        z = t * x
        a = np.tanh(z)
        return a * a

    graph = gnn.trace(model, x=gnn.input(()), t=gnn.parameter(()))
    found = numbers(graph, {"x": 2.0, "t": 0.25}, **ALL).gradients
    assert found["a"].endswith(r"\checkmark")
    assert {name for name, text in found.items() if r"\times" in text} == {"x", "t", "z"}
    right = 2 * np.tanh(0.5) * (1 - np.tanh(0.5) ** 2)
    assert found["z"].endswith(array(np.asarray(right)))
    picture = gnn.draw(graph, feeds={"x": 2.0, "t": 0.25}, show=("gradients", "check"))
    assert r"\times\ \mathrm{1\ of\ 4\ agree" in picture.svg


def test_gradients_of_what_is_no_single_number():
    graph = gnn.trace(lambda x: x * 2, x=gnn.input(2))
    with pytest.raises(UsageError, match=r"output of shape \(2,\)"):
        gnn.draw(graph, feeds={"x": [1.0, 2.0]}, show="gradients")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"show": "gradients"}, "needs numbers"),
        ({"feeds": FEEDS, "show": "check"}, "is of gradients"),
        ({"show": "shape"}, "did you mean 'shapes'"),
        ({"show": "loss", "hide": ("loss",)}, "both|shown and hidden"),
    ],
)
def test_what_can_not_be_shown(options, says):
    with pytest.raises(UsageError, match=says):
        gnn.draw(GRAPH, **options)


def test_feeds_that_do_not_fit():
    with pytest.raises(FeedError, match="W2"):
        gnn.draw(GRAPH, feeds={name: value for name, value in FEEDS.items() if name != "W2"}, show="gradients")
