"""Models of other frameworks, taken wherever a graph is."""

import inspect

import numpy as np
import pytest
from frameworks import needs

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, TracingError

DATA = gnn.data.arrays(np.ones((4, 3)), np.ones(4))
TRAINED = ("fit", "handout", "play")
# What a call needs besides the model and its example.
MORE = {
    "batch": {"size": 2},
    "why_not": {"layer": "softmax"},
    "fit": {"data": DATA, "steps": 1, "progress": False},
    "handout": {"data": DATA},
    "play": {"data": DATA, "export": "page.html"},
    "gradient_report": {"feeds": {}, "to": "report.md"},
    "explore": {"to": "page.html"},
    "save": {"to": "graph.json"},
}


def public():
    """The public functions that take a graph, or whatever becomes one."""
    for name in sorted(gnn.__all__):
        each = getattr(gnn, name)
        if inspect.isfunction(each):
            first = next(iter(inspect.signature(each).parameters.values()), None)
            if first is not None and first.name in ("graph", "model"):
                yield name


TAKERS = [name for name in public() if name != "check"]


def test_every_function_that_takes_a_graph_takes_an_example():
    assert {"evaluate", "draw", "steps", "fit", "save", "lint", "formula", "check_gradients", "summary"} < {*TAKERS}
    for name in TAKERS:
        example = inspect.signature(getattr(gnn, name)).parameters["example"]
        assert example.kind is example.KEYWORD_ONLY and example.default == (), name
        assert "    example : " in getattr(gnn, name).__doc__, name


@needs("torch")
@pytest.mark.parametrize("name", TAKERS)
def test_a_module_is_taken_as_its_graph(name, tmp_path, monkeypatch):
    import torch

    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1)

    def loss(x, y):
        return ((model(x) - y) ** 2).mean()

    example = (torch.ones(1, 3), gnn.target((1, 1)) if name in TRAINED else torch.ones(1, 1))
    whole = gnn.trace(loss, *example)
    function, more = getattr(gnn, name), MORE.get(name, {})
    found = function(loss, **more, example=example)
    feeds = {"x": example[0], "y": example[1]}
    if name in ("evaluate", "value_and_gradient", "check_gradients", "chain_rule", "steps"):
        # These have been fed with the example.
        more = {} if name == "steps" else feeds
    elif name == "gradient_report":
        more = {**more, "feeds": feeds}
    same = function(whole, **more)
    assert type(found) is type(same)
    if name in ("formula", "why_not", "gradient_report", "lint", "summary"):
        assert str(found) == str(same)
    with pytest.raises(TracingError, match=r"loss needs an example .* in other functions, example="):
        function(loss, **MORE.get(name, {}))


def test_an_argument_called_example_is_fed():
    def double(example=gnn.input(2)):
        return 2 * example

    graph = gnn.trace(double)
    for model in (double, graph):
        found = gnn.evaluate(model, example=[1.0, 2.0], outputs="double")
        assert found.tolist() == gnn.evaluate(model, {"example": [1.0, 2.0]}, outputs="double").tolist() == [2, 4]
        with pytest.raises(FeedError, match="example is fed twice"):
            gnn.evaluate(model, {"example": [1.0, 2.0]}, example=[1.0, 2.0])


def test_a_function_of_numpy_takes_specs_as_its_example():
    assert gnn.evaluate(lambda x: 2 * x, {"x": [1, 2]}, example=gnn.input(2), outputs="output").tolist() == [2, 4]


@needs("torch")
def test_numbers_given_beside_an_example_come_first():
    import torch

    model = torch.nn.Linear(3, 1)
    weight = np.ones((1, 3))
    found = gnn.evaluate(model, weight=weight, bias=torch.zeros(1), example=torch.ones(2, 3), outputs="output")
    assert found.tolist() == [[3], [3]]
    with pytest.raises(FeedError, match="input isn't fed"):
        gnn.evaluate(model, example=gnn.input((2, 3)))


@needs("jax")
def test_functions_of_jax_are_compared_with_their_own_gradients():
    import jax

    @jax.custom_vjp
    def square(x):
        return x**2

    square.defvjp(lambda x: (x**2, x), lambda x, slope: (slope * x,))
    weights = {"W": jax.numpy.ones((3, 2)), "unused": jax.numpy.ones(1)}

    def loss(params, x, how):
        return {"loss": how(jax.numpy.tanh(x @ params["W"])).sum(), "more": x}

    for how, verdict in ((jax.numpy.square, True), (square, False)):
        example = (weights, jax.numpy.ones((2, 3)))
        report = gnn.check_gradients(lambda params, x, how=how: loss(params, x, how), example=example, against="jax")
        assert report.passed is verdict and any("itself, not its graph" in note for note in report.notes)
    assert gnn.evaluate(jax.numpy.sin, example=jax.numpy.zeros(2, "bfloat16"), outputs="output").tolist() == [0, 0]
