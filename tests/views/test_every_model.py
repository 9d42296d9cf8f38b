"""Models of every kind in every view: the same mathematics, and no silent omissions.

How many models each test takes is the environment variable ``MODELS``; 2,000 of them take about an hour of one
core:

    MODELS=2000 pytest tests/views/test_every_model.py
"""

import os

import numpy as np
import pytest
from equal_copies import left_out
from generated import wide_models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.figure.picture import rendered
from graphviz_nn.render import FORMATS
from graphviz_nn.views import DETAILS, VIEWS, detailed
from graphviz_nn.views.kinds import hidden, kinds

# By default so few that the file takes two minutes.
MODELS = int(os.environ.get("MODELS", "50"))
# Formats that take longer than the picture are tried on every tenth.
QUICK = (".svg", ".tex", ".dot", ".mmd", ".drawio")
SUFFIXES = [*(QUICK * 10), *sorted(FORMATS.keys() - set(QUICK))]
# Nobody reads more single numbers than these.
SCALARS = 150
# What is computed in single precision is so exact, in whatever order.
SINGLE, DOUBLE = 5e-4, 1e-10
many = settings(max_examples=MODELS, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def precision(graph):
    """How exactly two ways to compute a graph agree."""
    return SINGLE if any(variable.dtype == "float32" for variable in graph.variables.values()) else DOUBLE


def slopes(graph, feeds):
    """The loss, and its gradients by all that is fed and has one, joined to one array; whole numbers have none."""
    if np.dtype(graph.variable(graph.outputs[0]).dtype).kind != "f":
        return float(gnn.evaluate(graph, feeds)[graph.outputs[0]]), np.zeros(1)
    wrt = [name for name, variable in graph.leaves.items() if variable.role != "constant"]
    wrt = [name for name in wrt if np.dtype(graph.variable(name).dtype).kind == "f"]
    loss, found = gnn.value_and_gradient(graph, feeds, wrt=wrt)
    return float(loss), np.concatenate([np.ravel(each) for each in found.values()])


@pytest.mark.parametrize("detail", DETAILS)
@many
@given(model=wide_models())
def test_loss_and_gradients_are_the_same(detail, model):
    graph = model.graph
    seen = detailed(detail, graph)
    gnn.check(seen)
    close, feeds = precision(graph), model.feeds(graph)
    loss, gradients = slopes(graph, feeds)
    other, others = slopes(seen, feeds)
    assert other == pytest.approx(loss, rel=close, abs=close)
    np.testing.assert_allclose(others, gradients, rtol=close, atol=close * max(1.0, np.abs(gradients).max()))


@pytest.mark.parametrize("direction", ["LR", "TB"])
# These models have no feature maps: those of test_volumes.py have.
@pytest.mark.parametrize("view", sorted(VIEWS.keys() - {"volumes"}))
@many
@given(model=wide_models(), suffix=st.sampled_from(SUFFIXES))
def test_every_model_is_drawn_in_every_way(view, direction, model, suffix):
    graph = model.graph
    if view == "scalars" and len(detailed("scalars", graph).operations) > SCALARS:
        return
    try:
        picture = gnn.draw(graph, view=view, direction=direction)
    except gnn.errors.UsageError as error:
        # What goes several ways isn't a chain of vectors.
        assert view == "units" and "use view='layers'" in str(error)
        return
    gnn.check(picture.graph)
    assert rendered(picture, suffix)
    assert all(picture.remarks)
    assert str(gnn.lint(graph))


@pytest.mark.parametrize("detail", ["operations", "functions", "layers", "merged"])
@many
@given(model=wide_models())
def test_operations_that_are_left_out_are_named(detail, model):
    graph = model.graph
    seen = detailed(detail, graph)
    dead, copies, _ = left_out(graph, seen, model.feeds(graph))
    said = [each for each in seen.remarks if "no output depends on it" in each]
    for name in dead:
        assert any(str(graph.operation(name).source) in each or "…" in each for each in said)
    once = " ".join(each for each in seen.remarks if "drawn once" in each)
    assert all(str(source) in once for source in copies.values())
    assert not copies or detail != "operations"


@pytest.mark.parametrize("view", ["operations", "functions", "compact", "layers", "arrows"])
@many
@given(model=wide_models())
def test_what_a_view_holds_is_drawn_or_taken_in(view, model):
    picture = gnn.draw(model.graph, view=view, **({"show": "loss"} if view == "arrows" else {}))
    (panel,) = picture.panels
    seen, known = panel.graph, kinds(panel.graph)
    shapes = {name for shape in panel.diagram.shapes for name in (shape.name, *shape.also)}
    drawn = shapes | {link.variable for link in panel.diagram.links}
    taken = hidden(seen, known) if VIEWS[view].form != "operations" else frozenset()
    assert set(seen.operations) <= drawn | taken
    used = {name for name in seen.leaves if seen.degree(name)}
    # What equal parts alone take is folded with them.
    folded = set(seen.graph.get("repeats", ()))
    inside = {name for name in used if folded.issuperset(seen.successors(name))}
    assert used <= drawn | taken | inside
    for name in taken & seen.variables.keys():
        # Parameters and targets alone are taken in.
        assert seen.variable(name).role in ("parameter", "target") or seen.producer(name) in taken
