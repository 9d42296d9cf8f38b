"""How large a picture will be is known before it is laid out: what won't fit isn't, and what is large is said first."""

import logging
import re

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import LayoutError, UsageError
from graphviz_nn.figure import pipeline, viewed


def chain(steps):
    def model(x, a, b):
        for _ in range(steps):
            x = np.sin(x * a) + np.tanh(x * b)
        return x

    return gnn.trace(model, x=gnn.input(()), a=gnn.parameter(()), b=gnn.parameter(()))


def network(depth):
    layers = [layer for _ in range(depth) for layer in (nn.Linear(4, 4), nn.Tanh())]
    return gnn.trace(nn.Sequential(*layers, nn.Linear(4, 3), nn.Softmax()), x=gnn.input(4))


def foretold(caplog):
    return [re.findall(r"(\d+\.\d) m", record.getMessage()) for record in caplog.records if "will be" in record.message]


def test_what_is_metres_wide_is_said_before_the_layout(caplog, monkeypatch):
    monkeypatch.setattr(pipeline, "METRE", pipeline.METRE / 10)
    before, lay_out = [], pipeline.place

    def noting(*given, **options):
        before.append(foretold(caplog))
        return lay_out(*given, **options)

    monkeypatch.setattr(pipeline, "place", noting)
    gnn.draw(network(20), view="layers", repeats="show")
    assert before
    assert all(len(said) == 1 for said in before)
    assert "repeats='fold' or view='compact' or width='page' makes it smaller" in caplog.text


@pytest.mark.parametrize(
    "model", [chain(10), chain(30), network(10), network(25)], ids=["chain", "long", "net", "deep"]
)
@pytest.mark.parametrize("view", ["operations", "layers"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_it_is_about_as_large_as_was_said(model, view, direction, caplog, monkeypatch):
    monkeypatch.setattr(pipeline, "METRE", pipeline.METRE / 20)
    scene = gnn.draw(model, view=view, direction=direction, repeats="show").scene
    ((width, height),) = foretold(caplog)
    area = float(width) * float(height) * pipeline.METRE**2
    assert 0.35 < area / (scene.width * scene.height) < 2.5


def test_nothing_is_said_of_what_is_small_or_fits_a_page(caplog):
    caplog.set_level(logging.WARNING)
    picture = gnn.draw(network(3), view="layers")
    gnn.draw(network(3), view="layers", width="page")
    assert max(picture.scene.width, picture.scene.height) < pipeline.METRE
    assert not foretold(caplog)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"view": "operations", "repeats": "show"}, {"view": "operations", "repeats": "fold"}),
        ({"view": "layers", "repeats": "show"}, {"view": "layers", "repeats": "fold"}),
    ],
)
def test_too_many_shapes_are_refused_before_a_diagram_is_made(asked, fits, monkeypatch):
    monkeypatch.setattr(viewed, "MOST", 30)
    monkeypatch.setattr(pipeline, "place", None)
    monkeypatch.setattr(pipeline, "composed", None)
    with pytest.raises(LayoutError, match=r"more than .* shapes is too large, the most is 30; repeats='fold' draws"):
        gnn.draw(network(40), **asked)
    monkeypatch.undo()
    assert len(gnn.draw(network(40), **fits).graph.operations) <= 30


def test_a_view_that_fits_is_named_where_nothing_repeats(monkeypatch):
    monkeypatch.setattr(viewed, "MOST", 9)

    def model(x, W=gnn.parameter((3, 3)), V=gnn.parameter((3, 3))):
        return np.max(1 / (1 + np.exp(-(V @ np.tanh(W @ x + 1))))) + 2 * np.sum(x)

    with pytest.raises(LayoutError, match=r"more than .* the most is 9; view='functions' has fewer"):
        gnn.draw(gnn.trace(model, x=gnn.input(3)))
    assert len(gnn.draw(gnn.trace(model, x=gnn.input(3)), view="functions").graph.operations) <= 9


def test_what_a_page_has_no_room_for_is_not_laid_out(monkeypatch):
    """Not even the attempt that the error speaks of."""
    lay_out, calls = pipeline.place, []
    monkeypatch.setattr(pipeline, "place", lambda *given, **options: calls.append(given) or lay_out(*given, **options))
    with pytest.raises(UsageError, match="the picture is too large for a width of 3cm and a height of 1cm"):
        gnn.draw(network(20), view="layers", repeats="show", width="3cm", height="1cm")
    assert not calls
