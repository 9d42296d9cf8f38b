"""A batch computes the same as many single evaluations."""

import numpy as np
import pytest
from generated import models
from hypothesis import given, settings

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, GradientError, UsageError
from graphviz_nn.ops.many import RULES
from graphviz_nn.ops.rules import broadcast
from graphviz_nn.tracing.registry import OPS, op

SIZE = 3
PARAMETERS = list("WVbcg")


def close(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


def examples(feeds, names, seed=0):
    """Several variants of what is fed, and all of them as one array each."""
    rng = np.random.default_rng(seed)
    single = [
        {name: value[..., ::-1] if name == "y" else value + rng.uniform(-0.1, 0.1, value.shape) for name, value in each}
        for each in [[(name, feeds[name]) for name in names]] * SIZE
    ]
    return single, {name: np.stack([each[name] for each in single]) for name in names}


@settings(max_examples=60, deadline=None)
@given(models)
def test_a_batch_is_its_examples(model):
    graph, feeds = model.graph, model.feeds
    single, together = examples(feeds, ("x", "y"), model.seed)
    shared = {name: value for name, value in feeds.items() if name not in together}
    batched = gnn.batch(graph, together)
    gnn.check(batched)
    found = gnn.evaluate(batched, {**shared, **together})
    each = [gnn.evaluate(graph, {**shared, **one}) for one in single]
    for name, variable in graph.variables.items():
        if found[name].shape == variable.shape:
            close(found[name], each[0][name])
        else:
            close(found[name], np.stack([one[name] for one in each]))
    assert found[graph.outputs[0]].shape == (SIZE,)


@settings(max_examples=40, deadline=None)
@given(models)
def test_gradients_of_the_mean_are_mean_gradients(model):
    graph, feeds = model.graph, model.feeds
    single, together = examples(feeds, ("x", "y"), model.seed)
    shared = {name: value for name, value in feeds.items() if name not in together}
    mean, found = gnn.value_and_gradient(gnn.batch(graph, together, reduce="mean"), {**shared, **together})
    pairs = [gnn.value_and_gradient(graph, {**shared, **one}) for one in single]
    close(mean, np.mean([value for value, _ in pairs]))
    for name in found:
        close(found[name], np.mean([gradients[name] for _, gradients in pairs], axis=0))
    both = gnn.batch(gnn.gradient(graph), together)
    values = gnn.evaluate(both, {**shared, **together})
    for name, result in both.graph["gradients"].items():
        close(values[result], np.stack([gradients[name] for _, gradients in pairs]))


def own(rank):
    return np.random.default_rng(rank).uniform(0.5, 1.5, (2, 3, 4, 5)[-rank:] if rank else ())


ROWS, COLUMNS = np.array([0, 2]), np.array([1, 0])
OPERATIONS = {
    "W x": (lambda a: own(2) @ a, (5,)),
    "W x, many": (lambda a: own(3) @ a, (5,)),
    "x W": (lambda a: a @ own(2), (4,)),
    "x W, many": (lambda a: a @ own(3), (4,)),
    "A W, many": (lambda a: a @ own(4), (2, 4)),
    "W A, many": (lambda a: own(4) @ a, (5, 2)),
    "x x": (lambda a: a @ a, (3,)),
    "A x": (lambda a: a @ a[0], (3, 3)),
    "x A": (lambda a: a[0] @ a, (3, 3)),
    "A A, many": (lambda a: a @ a[0], (2, 3, 3)),
    "outer": (lambda a: np.outer(a, own(1)) + np.outer(own(1), a).T, (2, 3)),
    "outer, both": (lambda a: np.outer(a, a), (3,)),
    "broadcast": (lambda a: a * own(3) + own(1), (5,)),
    "transposed": (lambda a: np.transpose(a, (2, 0, 1)), (2, 3, 4)),
    "extremes": (lambda a: np.max(a, axis=0) + np.min(a, axis=1).sum(), (3, 3)),
    "product": (lambda a: np.prod(a, axis=(0, 2)), (2, 3, 2)),
    "of a number": (lambda a: np.sum(a) + np.mean(a), ()),
    "concatenated": (lambda a: np.concatenate([a, own(2)], axis=0), (3, 5)),
    "slices": (lambda a: a[1:, ::2][..., None], (3, 4)),
    "rows": (lambda a: a[ROWS], (3, 4)),
    "columns": (lambda a: a[:, COLUMNS], (3, 4)),
    "entries": (lambda a: a[ROWS, COLUMNS], (3, 4)),
    "apart": (lambda a: a[ROWS, :, COLUMNS], (3, 4, 2)),
    "apart, by a number": (lambda a: a[0, :, COLUMNS], (3, 4, 2)),
    "inner entries": (lambda a: a[:, ROWS, COLUMNS], (2, 3, 4)),
    "ravelled": (lambda a: np.ravel(a) * 2, (2, 3)),
}


@pytest.mark.parametrize("title", OPERATIONS)
def test_operations_and_their_gradients(title):
    function, shape = OPERATIONS[title]
    graph = gnn.trace(function, a=gnn.input(shape))
    loss = gnn.trace(lambda a: np.sum(np.sin(function(a))), a=gnn.input(shape))
    many = np.random.default_rng(1).uniform(0.5, 1.5, (SIZE, *shape))
    of = graph.outputs[0]
    close(
        gnn.evaluate(gnn.batch(graph, {"a": many}), a=many, outputs=of),
        np.stack([gnn.evaluate(graph, a=one, outputs=of) for one in many]),
    )
    both = gnn.gradient(loss, wrt="a")
    close(
        gnn.evaluate(gnn.batch(both, {"a": many}), a=many, outputs="grad_a"),
        np.stack([gnn.evaluate(both, a=one, outputs="grad_a") for one in many]),
    )


@pytest.mark.parametrize(
    ("function", "rest"),
    [
        (lambda i, w: w[i], (2, 3)),
        (lambda i, w: w[:, i], (2, 3)),
        (lambda i, w: w[i, :, 1], (2, 3, 2)),
        (lambda i, w: np.take(w, i, axis=0) * w[i[0]], (2, 3)),
    ],
)
@pytest.mark.parametrize("shared", [True, False])
def test_traced_indices(function, rest, shared):
    graph = gnn.trace(lambda i, w: np.sum(np.sin(function(i, w))), i=gnn.input(2, dtype="int64"), w=gnn.parameter(rest))
    i = np.array([[0, 1], [1, 1], [0, 0]])
    w = np.random.default_rng(0).uniform(size=rest if shared else (3, *rest))
    both = gnn.gradient(graph)
    batched = gnn.batch(both, {"i": i} if shared else {"i": i, "w": w})
    each = [gnn.evaluate(both, i=i[n], w=w if shared else w[n], outputs="grad_w") for n in range(3)]
    close(gnn.evaluate(batched, i=i, w=w, outputs="grad_w"), np.stack(each))


def test_every_operation_has_a_rule():
    assert not [name for name, each in OPS.items() if name not in RULES and each.shape is not broadcast]


def model(x, y, W):
    h = gnn.nn.linear(x, W)
    a = gnn.nn.tanh(h)
    return gnn.nn.cross_entropy(gnn.nn.softmax(a), y)


GRAPH = gnn.trace(model, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))


def test_scopes_are_kept_so_that_views_fold():
    batched = gnn.batch(GRAPH, size=5, reduce="mean")
    folded = gnn.draw(batched, view="layers").graph
    assert {"linear", "softmax"} <= {each.op for each in folded.operations.values()}
    rng = np.random.default_rng(0)
    feeds = {"x": rng.normal(size=(5, 2)), "y": np.eye(2)[[0, 1, 1, 0, 1]], "W": rng.normal(size=(2, 2))}
    close(gnn.evaluate(folded, feeds, outputs="model"), gnn.evaluate(batched, feeds, outputs="model"))
    seen = gnn.draw(GRAPH, view="layers").graph
    assert gnn.batch(seen, size=5).variable("model").shape == (5,)


def test_outputs_that_are_the_same_for_all():
    graph = gnn.trace(lambda x, t: (x * t, 2 * t, t), x=gnn.input(()), t=gnn.parameter(()))
    assert [gnn.batch(graph, size=4).variable(n).shape for n in gnn.batch(graph, size=4).outputs] == [(4,)] * 3
    total = gnn.batch(graph, size=4, reduce="sum")
    found = gnn.evaluate(total, x=[1.0, 2.0, 3.0, 4.0], t=2.0)
    assert [float(found[name]) for name in total.outputs] == [20.0, 16.0, 8.0]


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"over": "w"}, UsageError, "did you mean 'W'|isn't in the graph"),
        ({"over": "a", "size": 2}, UsageError, "is computed in the graph"),
        ({}, UsageError, "the number of examples is unknown"),
        ({"size": 0}, UsageError, "of at least 1"),
        ({"size": 2, "reduce": "meen"}, UsageError, "did you mean 'mean'"),
        ({"over": {"x": [1.0, 2.0]}}, FeedError, r"x has shape \(2,\); many examples must have shape"),
        ({"over": {"x": np.ones((3, 2)), "y": np.ones((4, 2))}}, FeedError, "y has 4 examples, but others have 3"),
    ],
)
def test_what_is_no_batch(options, error, says):
    with pytest.raises(error, match=says):
        gnn.batch(GRAPH, **options)


def test_an_operation_without_a_rule_is_named(monkeypatch):
    monkeypatch.setattr("graphviz_nn.tracing.registry.OPS", OPS)
    op("sorted", np.sort, lambda x: x, None, category="shape")
    try:
        graph = gnn.trace(lambda x: gnn.tracing.tracer.apply("sorted", x), x=gnn.input(3))
        with pytest.raises(GradientError, match=r"sorted \(test_batch.*no rule for many examples"):
            gnn.batch(graph, size=2)
    finally:
        del OPS["sorted"]
