"""A function with specs as defaults works wherever a graph is expected."""

import inspect

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import plots, training
from graphviz_nn.errors import Error, GraphError, TracingError


def logistic(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)), b=gnn.parameter(2)):
    return gnn.nn.cross_entropy(gnn.nn.softmax(W @ x + b), y)


FEEDS = {"x": [1.0, 2.0], "y": [0.0, 1.0], "W": [[0.1, 0.2], [0.3, -0.4]], "b": [0.0, 0.5]}
DATA = gnn.data.gaussians(20)

TAKES = {
    "backward": lambda model, folder: list(gnn.backward(model)),
    "batch": lambda model, folder: list(gnn.batch(model, size=3)),
    "chain_rule": lambda model, folder: str(gnn.chain_rule(model, "W", FEEDS)),
    "check_gradients": lambda model, folder: str(gnn.check_gradients(model, FEEDS)),
    "collapsed": lambda model, folder: list(gnn.collapsed(model)),
    "compile": lambda model, folder: gnn.compile(model).source,
    "draw": lambda model, folder: gnn.draw(model).svg,
    "summary": lambda model, folder: str(gnn.summary(model)),
    "evaluate": lambda model, folder: str(gnn.evaluate(model, FEEDS)),
    "explore": lambda model, folder: gnn.explore(model, folder / "a.html").read_bytes(),
    "fit": lambda model, folder: gnn.fit(model, DATA, steps=3).parameters["W"].tolist(),
    "formula": lambda model, folder: gnn.formula(model),
    "gradient": lambda model, folder: list(gnn.gradient(model)),
    "gradient_report": lambda model, folder: (
        gnn.gradient_report(model, FEEDS, folder / "a.md") and (folder / "a.md").read_bytes()
    ),
    "handout": lambda model, folder: gnn.handout(model, DATA).html,
    "initial_parameters": lambda model, folder: str(training.initial_parameters(model, seed=1)),
    "lint": lambda model, folder: str(gnn.lint(model)),
    "play": lambda model, folder: gnn.play(model, DATA, export=folder / "a.html").read_bytes(),
    "steps": lambda model, folder: len(gnn.steps(model)),
    "training.feeds": lambda model, folder: training.feeds(model, DATA)["x"].tolist(),
    "value_and_gradient": lambda model, folder: str(gnn.value_and_gradient(model, FEEDS)),
    "why_not": lambda model, folder: gnn.why_not(model, "softmax"),
}
PLAYED = ("handout", "play")


@pytest.mark.parametrize("name", TAKES)
def test_a_function_is_taken_as_its_graph_is(name, tmp_path):
    assert TAKES[name](logistic, tmp_path) == TAKES[name](gnn.trace(logistic), tmp_path)


def test_whatever_takes_a_graph_is_tried_here():
    graphs = {"graph", "model"}
    takers = {
        name
        for name in gnn.__all__
        if inspect.isfunction(each := getattr(gnn, name)) and graphs.intersection(inspect.signature(each).parameters)
    }
    # What is kept or checked is the graph itself.
    assert takers - {"check", "save"} <= set(TAKES)


# The playground has networks of its own, where no graph is given.
NOTHING = [(name, each) for name in TAKES for each in (3, {"x": 1}, np.zeros(2))]
NOTHING += [(name, None) for name in TAKES if name not in PLAYED]


@pytest.mark.parametrize(("name", "nothing"), NOTHING)
def test_what_is_neither_is_refused(name, nothing, tmp_path):
    with pytest.raises(Error, match="expected a graph"):
        TAKES[name](nothing, tmp_path)


def test_an_argument_without_a_spec_is_named():
    with pytest.raises(TracingError, match="'x'"):
        gnn.lint(lambda x: x)


def test_the_package_shows_its_public_names_and_no_others():
    assert sorted(dir(gnn)) == sorted(gnn.__all__)
    assert all(getattr(gnn, name) is not None for name in gnn.__all__)


def test_a_notebook_shows_a_graph_as_its_picture():
    shown = gnn.trace(logistic)._repr_mimebundle_()
    assert shown["image/svg+xml"].startswith("<svg")
    assert shown["text/plain"].startswith("<graph of logistic")


def test_a_notebook_shows_a_long_graph_in_words():
    def long(x=gnn.input(2)):
        for _ in range(300):
            x = np.tanh(x)
        return x

    assert gnn.trace(long)._repr_mimebundle_() == {"text/plain": "<graph of long: 300 operations>"}


def test_a_broken_graph_is_still_shown():
    graph = gnn.trace(logistic)
    graph.remove_node("y")
    with pytest.raises(GraphError):
        gnn.check(graph)
    assert list(graph._repr_mimebundle_()) == ["text/plain"]


def test_training_without_data_says_what_to_give():
    with pytest.raises(Error, match="data"):
        gnn.fit(logistic)


def test_plots_take_what_was_trained():
    assert plots.panel(gnn.fit(logistic, DATA, steps=3))
