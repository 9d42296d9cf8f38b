"""Arguments that take names refuse anything else in one line."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import Error

GRAPH = gnn.trace(lambda x, y, W: np.sum((W @ x - y) ** 2), x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))
FEEDS = {"x": [1.0, 2.0], "y": [0.0, 1.0], "W": np.eye(2)}
SEVERAL = {
    "gradient": lambda given: gnn.gradient(GRAPH, wrt=given).graph["gradients"],
    "backward": lambda given: gnn.backward(GRAPH, wrt=given).graph["gradients"],
    "value_and_gradient": lambda given: gnn.value_and_gradient(GRAPH, FEEDS, wrt=given)[1],
    "check_gradients": lambda given: {each.name: each for each in gnn.check_gradients(GRAPH, FEEDS, wrt=given).rows},
    "evaluate": lambda given: gnn.evaluate(GRAPH, FEEDS, outputs=given),
    "batch": lambda given: {
        name: each
        for name, each in gnn.batch(GRAPH, over=given, size=3).leaves.items()
        if len(each.shape) > 1 + (name == "W")
    },
}
ONE = {
    "gradient": lambda given: gnn.gradient(GRAPH, of=given),
    "check_gradients": lambda given: gnn.check_gradients(GRAPH, FEEDS, of=given),
    "formula": lambda given: gnn.formula(GRAPH, given),
    "why_not": lambda given: gnn.why_not(GRAPH, given),
    "random": lambda given: gnn.random(2, given),
}


@pytest.mark.parametrize("function", SEVERAL)
@pytest.mark.parametrize("given", [5, True, [5], [["x"]], object(), b"x", "nosuch", ["x", "nosuch"]])
def test_what_is_no_name_is_refused_in_a_line(function, given):
    with pytest.raises(Error, match=r"^[^\n]+$"):
        SEVERAL[function](given)


@pytest.mark.parametrize("function", SEVERAL)
@pytest.mark.parametrize("kind", [tuple, iter, np.array])
def test_names_come_in_anything_that_gives_them(function, kind):
    assert list(SEVERAL[function](kind(["x", "y"]))) == ["x", "y"]


@pytest.mark.parametrize("function", ONE)
@pytest.mark.parametrize("given", [5, True, ["x"], {"x": 1}, object(), np.array(["x"]), "nosuch"])
def test_what_is_no_single_name_is_refused_in_a_line(function, given):
    with pytest.raises(Error, match=r"^[^\n]+$"):
        ONE[function](given)
