"""Views keep the mathematics: for the figures, for generated models, and for every formula."""

from dataclasses import replace

import numpy as np
import pytest
from equal_copies import left_out
from generated import Model, models
from hypothesis import example, given, settings

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli.figures import figures
from graphviz_nn.nn.formulas.roles import LEARNED
from graphviz_nn.nn.formulas.table import FORMULAS, Formula
from graphviz_nn.transforms.fold import fold, unfold
from graphviz_nn.transforms.recognise import recognise
from graphviz_nn.views import DETAILS, detailed


def numbers(graph, feeds, wrt, is_loss=True):
    """The loss and all gradients joined to one array; the output, if it isn't a loss."""
    if not is_loss:
        return 0.0, np.concatenate([np.ravel(gnn.evaluate(graph, feeds, outputs=name)) for name in graph.outputs])
    loss, parts = gnn.value_and_gradient(graph, feeds, wrt=wrt)
    return float(loss), np.concatenate([np.ravel(each) for each in parts.values()])


def agree(graph, seen, feeds, without=("constant",)):
    """That a view is a valid graph with the loss and the gradients of the graph that it is of."""
    leaves = [name for name, variable in graph.leaves.items() if variable.role not in without]
    gnn.check(seen)
    found = [name for name, variable in seen.leaves.items() if variable.role not in without]
    is_loss = not graph.variable(graph.outputs[0]).shape
    loss, gradients = numbers(graph, feeds, leaves, is_loss)
    other, others = numbers(seen, feeds, found, is_loss)
    assert other == pytest.approx(loss, rel=1e-10)
    np.testing.assert_allclose(others, gradients, rtol=1e-10, atol=1e-12 * max(1.0, np.abs(gradients).max()))


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.path.stem)
def test_figures(figure, detail):
    rng = np.random.default_rng(1)
    for graph in {id(panel.model): panel.model for panel in figure.picture().panels}.values():
        feeds = {n: rng.uniform(-1, 1, v.shape) for n, v in graph.leaves.items() if v.role in ("input", "parameter")}
        for target, variable in graph.leaves.items():
            if variable.role == "target":
                feeds[target] = np.eye(variable.shape[-1])[0] if variable.shape else 0.5
        agree(graph, detailed(detail, graph), feeds)


@pytest.mark.parametrize("detail", DETAILS)
@settings(max_examples=75, deadline=None)
@given(model=models)
def test_generated_models(detail, model):
    graph = model.graph
    agree(graph, detailed(detail, graph), model.feeds)


@settings(max_examples=60, deadline=None)
@given(model=models)
def test_folding_and_unfolding_gives_the_same_graph(model):
    graph = model.graph
    for folded in (fold(graph), recognise(fold(graph))):
        again = unfold(folded)
        assert dict(again.operations) == dict(graph.operations)
        assert {n: v.shape for n, v in again.variables.items()} == {n: v.shape for n, v in graph.variables.items()}
        assert sorted(again.edges(keys=True)) == sorted(graph.edges(keys=True))
    for seen in (detailed("layers", graph), detailed("merged", graph)):
        again = unfold(seen)
        dead, copies, formulas = left_out(graph, seen, model.feeds)
        assert not dead
        assert again.operations.keys() | copies.keys() | formulas >= graph.operations.keys()
        for name, operation in graph.operations.items():
            if name not in copies and name not in formulas:
                assert again.operation(name) == operation
                assert again.results(name) == graph.results(name)


def test_without_equal_copies_nothing_is_gone():
    graph = Model(("linear", "sigmoid by hand", "branches", "softmax by hand"), ("squares",), False, False, 0).graph
    for folded in (fold(graph), recognise(fold(graph)), detailed("layers", graph), detailed("merged", graph)):
        again = unfold(folded)
        assert dict(again.operations) == dict(graph.operations)
        assert sorted(again.edges(keys=True)) == sorted(graph.edges(keys=True))


@settings(max_examples=40, deadline=None)
@given(model=models)
def test_opened_blocks_compute_the_same(model):
    graph = model.graph
    for detail in ("operations", "functions", "layers", "merged"):
        seen = detailed(detail, graph)
        blocks = [name for name, operation in seen.operations.items() if operation.body is not None]
        # An opened loss is its textbook formula, which says the same of a y that sums to 1, not of others.
        agree(graph, detailed(detail, graph, blocks), model.feeds, without=("constant", "target"))


@settings(max_examples=40, deadline=None)
@given(model=models)
@example(model=Model(("linear",), ("cross-entropy of logits",), False, False, 0))
def test_no_fold_hides_a_value_used_elsewhere(model):
    graph = model.graph
    for detail in ("operations", "functions", "layers", "merged"):
        seen = detailed(detail, graph)
        block, replaced = {}, set()
        for name, operation in seen.operations.items():
            written = operation.written if operation.written is not None else operation.body
            if written is not None:
                block.update(dict.fromkeys(unfold(written).operations, name))
            if operation.written is not None:
                replaced.add(name)
        left, (_, copies, formulas) = unfold(seen), left_out(graph, seen, model.feeds)
        # Where an author's formula can't be opened by name, the names are those of its definition.
        if any(value not in left and graph.producer(value) in left for value in graph.variables):
            continue
        for value in set(graph.variables) - set(seen.variables):
            assert value not in graph.outputs
            if value not in left:
                assert graph.producer(value) in {*copies, *formulas}
                continue
            home = block.get(graph.producer(value) or "")
            users = {block.get(user, user) for user in left.successors(value)}
            # What is computed by a definition doesn't take what its formula did.
            assert users - replaced <= {home}


# Recognition: every row of the table.


def drawn(formula: Formula, shapes):
    rng = np.random.default_rng(3)
    return {
        n: rng.uniform(0.1, 0.9, shape) if n in ("p", "y") else rng.uniform(-1, 1, shape) for n, shape in shapes.items()
    }


ROWS = [
    pytest.param(formula, shapes, id=f"{formula.layer}-{row}-{number}")
    for row, formula in enumerate(FORMULAS)
    for number, shapes in enumerate(formula.shapes(3))
]


def traced(formula, shapes):
    """A formula as a model: its arguments are parameters, inputs and targets as it wants them."""
    numbers_given = {name: 0.25 for name, example in formula.examples[0].items() if example == "a number"}

    def role(name):
        if formula.role(name) is LEARNED:
            return gnn.parameter
        return gnn.target if name in ("y", "target") else gnn.input

    kept = {name: shape for name, shape in shapes.items() if name not in numbers_given}
    specs = formula.arguments({name: role(name)(shape) for name, shape in kept.items()}, numbers_given)

    def model(**arguments):
        result = formula.function(**arguments)
        return result[0] if isinstance(result, tuple) else result

    return gnn.trace(model, **specs), drawn(formula, kept)


@pytest.mark.parametrize(("formula", "shapes"), ROWS)
def test_every_formula_is_found_and_computes_the_same(formula, shapes):
    graph, values = traced(formula, shapes)
    feeds = dict(zip(graph.leaves, values.values(), strict=True))
    found = recognise(fold(graph))
    assert formula.layer in [operation.op for operation in found.operations.values()], gnn.why_not(graph, formula.layer)
    total = np.ones(graph.variable(graph.outputs[0]).shape)
    for seen in (found, detailed("layers", graph)):
        gnn.check(seen)
        one, other = (
            gnn.gradient(each, of=each.outputs[0], wrt=list(graph.leaves), cotangent=total) for each in (graph, seen)
        )
        names = [graph.outputs[0], *one.graph["gradients"].values()]
        first, second = gnn.evaluate(one, feeds, outputs=names), gnn.evaluate(other, feeds, outputs=names)
        for name in names:
            np.testing.assert_allclose(second[name], first[name], rtol=1e-10, atol=1e-12)


# A test of these tests.


def test_a_wrong_formula_is_not_used(monkeypatch):
    """A row with a wrong definition is refused; if accepted, the comparison fails."""
    wrong = Formula("sigmoid", lambda z: z / (2 + np.exp(z)), ({"z": (5,)},), definition=nn.sigmoid)
    model = Model(("linear",), ("squares",), False, False, 0)
    graph = gnn.trace(lambda x, y: np.sum((x / (2 + np.exp(x)) - y) ** 2), x=gnn.input(3), y=gnn.target(3))
    feeds = {name: model.feeds[name] for name in "xy"}
    monkeypatch.setattr("graphviz_nn.transforms.recognise._levels", lambda _: ((wrong,),))
    agree(graph, detailed("layers", graph), feeds)
    monkeypatch.setattr("graphviz_nn.transforms.match.agrees", lambda *_: True)
    seen = detailed("layers", graph)
    assert "sigmoid" in [operation.op for operation in seen.operations.values()]
    with pytest.raises(AssertionError):
        agree(graph, seen, feeds)


def test_a_wrong_fold_is_noticed(monkeypatch):
    graph = Model(("sigmoid", "tanh"), ("squares",), False, False, 0).graph

    def forgets(graph):
        seen = fold(graph).copy()
        name = next(name for name, operation in seen.operations.items() if operation.op == "sigmoid")
        body = seen.operation(name).body.copy()
        step = next(n for n, operation in body.operations.items() if operation.op == "negative")
        (before,), (after,) = body.arguments(step).values(), body.results(step)
        user = next(iter(body.successors(after)))
        slot = next(slot for slot, v in body.arguments(user).items() if v == after)
        body.remove_nodes_from([step, after])
        body.add_edge(before, user, key=slot)
        seen.nodes[name]["data"] = replace(seen.operation(name), body=body)
        return seen

    monkeypatch.setitem(DETAILS, "layers", forgets)
    with pytest.raises(AssertionError):
        agree(graph, detailed("layers", graph), Model((), ("squares",), False, False, 0).feeds)


# Extremes: the stable definition is the one that is kept.


@pytest.mark.parametrize(
    "loss",
    [
        lambda z, y: -np.log(np.dot(y, np.exp(z) / np.exp(z).sum())),
        lambda z, y: np.log(np.sum(np.exp(z))) - z @ y,
        lambda z, y: -np.sum(y * np.log(nn.softmax(z))),
        lambda z, y: nn.cross_entropy(nn.softmax(z), y),
        lambda z, y: nn.cross_entropy_with_logits(z, y),
    ],
)
@pytest.mark.parametrize("detail", ["functions", "layers", "merged"])
@pytest.mark.parametrize(("logits", "value"), [([1000.0, -1000.0], 2000.0), ([-1000.0, 1000.0], 0.0)])
def test_extreme_logits_are_exact(loss, detail, logits, value):
    graph = gnn.trace(loss, z=gnn.input(2), y=gnn.target(2))
    seen = detailed(detail, graph)
    found, gradients = gnn.value_and_gradient(seen, z=logits, y=[0.0, 1.0], wrt="z")
    assert found == value
    assert gradients["z"].tolist() == ([1.0, -1.0] if value else [0.0, 0.0])
