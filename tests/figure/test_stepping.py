"""Steps: nothing moves, each operation has one step, and no number appears before it is known."""

import networkx as nx
import numpy as np
import pytest
from generated import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.scene.primitives import Text

SQUARE = gnn.trace(
    lambda x, y, w, b: (w * x + b - y) ** 2,
    **{name: spec(()) for name, spec in zip("xywb", [gnn.input, gnn.target, *[gnn.parameter] * 2], strict=True)},
)
FEEDS = {"x": 2.0, "y": 1.0, "w": 0.5, "b": 0.25}
CHAIN = gnn.trace(nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2), nn.Softmax()), x=gnn.input(2))
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def places(scene):
    """The position of everything: outlines of shapes, and the two ends of arrows."""
    found = {}
    for group in scene.groups:
        paths = [item for item in group.items if not isinstance(item, Text)]
        if group.ends is None:
            found[group.id] = [path.commands for path in paths]
        else:
            # The head of a strong line may be larger.
            found[group.id] = [paths[0].commands[0]] + [path.commands[0] for path in paths[1:]]
    return found


def texts(scene):
    return {(item.tex, item.x, item.y, item.size) for g in scene.groups for item in g.items if isinstance(item, Text)}


def assert_still(steps, whole):
    for picture in steps:
        assert (picture.scene.width, picture.scene.height) == (whole.scene.width, whole.scene.height)
        found = places(picture.scene)
        expected = places(whole.scene)
        assert found.keys() <= expected.keys()
        assert all(name == "sizes" or name.startswith("numbers-") for name in expected.keys() - found.keys())
        assert all(found[name] == expected[name] for name in found)
        assert texts(picture.scene) <= texts(whole.scene)


@few
@given(models, st.sampled_from(["operations", "compact", "layers", "arrows"]), st.sampled_from(["LR", "TB"]))
def test_nothing_moves(model, view, direction):
    graph = model.graph
    options = {"view": view, "direction": direction}
    whole = gnn.draw(graph, feeds=model.feeds, show="gradients", **options)
    assert_still(gnn.steps(graph, model.feeds, "both", **options), whole)


@few
@given(models)
def test_each_operation_has_its_turn_after_what_it_needs(model):
    graph = model.graph
    steps = gnn.steps(graph)
    shown = steps[0].graph
    assert sorted(steps.names) == sorted(shown.operations)
    turn = {name: number for number, name in enumerate(steps.names)}
    for name in turn:
        assert all(turn[other] < turn[name] for other in nx.ancestors(shown, name) if other in turn)
    for name, picture in zip(steps.names, steps, strict=True):
        strong = [s.name for s in picture.panels[0].diagram.shapes if s.emphasis == "strong"]
        assert strong == [name]


@few
@given(models)
def test_no_number_is_there_before_it_is_known(model):
    steps = gnn.steps(model.graph, model.feeds, "both")
    graph, count = steps[0].graph, len(steps[0].graph.operations)
    done = set()
    for picture, name in zip(steps[:count], steps.names, strict=False):
        done.add(name)
        diagram = picture.panels[0].diagram
        said = [(each.name, each) for each in diagram.shapes] + [(each.variable, each) for each in diagram.links]
        for variable, each in said:
            assert not each.gradient
            if each.value:
                assert graph.producer(variable) in {None, *done}
        for variable, facts in diagram.facts.items():
            if variable in graph.variables and graph.producer(variable) not in {None, *done}:
                assert "value" not in dict(facts)
    done = set()
    (of,) = graph.outputs
    before = nx.ancestors(graph, of)
    for picture, name in zip(steps[count:], steps.names[count:], strict=True):
        done.add(name)
        for link in picture.panels[0].diagram.links:
            if link.gradient:
                assert {user for user in graph.successors(link.variable) if user in before} <= done


def test_the_last_step_has_every_number():
    whole = gnn.draw(SQUARE, feeds=FEEDS, show="gradients")
    steps = gnn.steps(SQUARE, FEEDS, "both")
    assert len(steps) == 8
    assert texts(steps[-1].scene) == texts(whole.scene)
    assert steps.names[:4] == steps.names[:3:-1]


@pytest.mark.parametrize("order", ["forward", "both"])
def test_units_go_column_by_column(order):
    graph = gnn.trace(lambda x: np.sum(nn.softmax(nn.Linear(2, 3)(x))), x=gnn.input(2)) if order == "both" else CHAIN
    steps = gnn.steps(graph, view="units", order=order)
    assert_still(steps, gnn.draw(graph, view="units"))
    for picture in steps:
        diagram = picture.panels[0].diagram
        strong = {shape.name for shape in diagram.shapes if shape.emphasis == "strong"}
        assert strong in [set(filter(None, column.members)) for column in diagram.columns]


@pytest.mark.parametrize(
    "options",
    [
        {"view": "scalars"},
        {"width": "slide"},
        {"width": "column"},
        {"expand": "softmax", "view": "layers"},
        {"title": "A network", "caption": "two layers", "legend": True, "style": "dark"},
        {"callouts": {"x": "comes in"}, "rename": {"x": "u"}},
        {"show": ("shapes", "formulas"), "view": "layers", "hide": "softmax"},
    ],
    ids=lambda options: " ".join(options),
)
def test_all_that_draw_can_do(options):
    assert_still(gnn.steps(CHAIN, **options), gnn.draw(CHAIN, **options))


def test_folding_goes_from_view_to_view():
    steps = gnn.steps(CHAIN, order="fold")
    assert steps.names == ("operations", "compact", "layers", "arrows")
    assert len({(picture.scene.width, picture.scene.height) for picture in steps}) == 1
    first = [next(g for g in picture.scene.groups if g.id == "node-x").items[1].x for picture in steps]
    assert np.ptp(first) < 1e-6
    assert gnn.steps(CHAIN, order="fold", view=["layers", "arrows"]).names == ("layers", "arrows")
    slide = gnn.steps(SQUARE, order="fold", view=["operations", "compact"], width="slide")
    assert {picture.scene.width for picture in slide} == {960.0}


def test_a_sequence_of_pictures_that_shows_itself():
    steps = gnn.steps(SQUARE, FEEDS)
    assert [picture.scene for picture in steps[1:]] == [steps[n].scene for n in (1, 2, 3)]
    assert repr(steps).startswith("<4 steps of ")
    assert set(steps._repr_mimebundle_()) == {"text/html", "text/plain"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"order": "bakward"}, "did you mean 'backward'"),
        ({"order": "both", "model": CHAIN}, r"needs a single number.*write order='forward'"),
        ({"order": "backward", "model": CHAIN, "feeds": {"x": [1.0, 2.0]}}, "gradients need a single number"),
        ({"show": "gradients", "feeds": FEEDS}, "order='backward' or 'both'"),
        ({"order": "backward", "show": "gradients"}, "needs values"),
        ({"to": "a.giff"}, "did you mean '.gif'"),
        ({"highlight": "x"}, "take highlight="),
        ({"view": ["layers", "arrows"]}, "order='fold'"),
        ({"order": "fold", "view": "layers"}, "found 'layers'"),
        ({"model": [SQUARE, SQUARE]}, "takes one model"),
        ({"model": gnn.trace(lambda x: x, x=gnn.input(2))}, "no operations"),
        ({"view": "operatoins"}, "did you mean 'operations'"),
    ],
)
def test_refusals_say_what_would_work(options, said):
    with pytest.raises(UsageError, match=said):
        gnn.steps(**{"model": SQUARE, **options})
