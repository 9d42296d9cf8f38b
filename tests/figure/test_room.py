"""What a page lacks the room for is told from the shapes alone: then no picture of them is small enough."""

from dataclasses import replace

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.figure import pipeline, refusal
from graphviz_nn.figure.options import checked
from graphviz_nn.figure.plan import planned
from graphviz_nn.figure.room import LOOSE, MANY, Room
from graphviz_nn.layout import least_area


def plain(layers=40):
    """Nothing beside the line: as dense as pictures are."""

    def model(x, w):
        for weight, bias in w:
            x = np.tanh(weight @ x + bias)
        return x

    return gnn.trace(model, x=gnn.input(3), w=[(gnn.parameter((3, 3)), gnn.parameter(3))] * layers)


def gated(layers=14):
    def model(x, w):
        for one, other in w:
            x = x + nn.sigmoid(one @ x) * np.tanh(other @ x)
        return x

    return gnn.trace(model, x=gnn.input(3), w=[(gnn.parameter((3, 3)), gnn.parameter((3, 3)))] * layers)


def large(plan, found):
    """How many times as large a picture is as its shapes with half the gaps."""
    (panel,) = found.panels
    assert len(panel.diagram.shapes) > MANY
    return found.scene.width * found.scene.height / least_area(panel.diagram, plan.look.sheet, plan.look.direction)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", ["layers", "operations"])
@pytest.mark.parametrize("model", [plain, gated])
def test_rows_of_many_shapes_are_so_many_times_as_large(model, view, direction):
    asked = checked({"view": view, "repeats": "show", "direction": direction})
    plan = planned([model()], asked)
    with pipeline._set_in(plan):
        shapes = list(pipeline._shapes(plan, *pipeline.shown(plan)))
    assert len(shapes) > 1
    assert all(large(plan, rows) >= LOOSE for rows in shapes[1:])


@pytest.mark.parametrize("repeats", ["fold", "show"])
def test_a_view_that_is_named_has_the_repeats_that_were_asked_for(monkeypatch, repeats):
    """What an error says fits does, with no other option changed."""
    tried = []
    monkeypatch.setattr(refusal, "_fits", lambda graphs, asked, room: tried.append(asked) or True)
    with pytest.raises(UsageError, match="these fit, each alone: view='"):
        gnn.draw(gated(), view="layers", repeats=repeats, width="2cm", height="1cm")
    assert {asked["repeats"] for asked in tried} == {repeats}
    assert len(tried) > 1


def test_less_is_thought_to_fit_where_others_of_the_model_were_loose():
    plan = planned([plain()], checked({"view": "layers", "repeats": "show", "width": "10cm", "height": "10cm"}))
    with pipeline._set_in(plan):
        subjects, known = pipeline.shown(plan)
        panels = pipeline._panels(plan, subjects, known)
        diagrams = [panel.diagram for panel in panels]
        whole = next(pipeline._laid_out(plan, panels, known)).scene
    letters = []
    for wider in (None, 1.0, 10.0):
        room = Room()
        if wider:
            room.seen(replace(whole, width=wider * whole.width), diagrams, plan.look)
        letters.append(room.letters(plan.page, diagrams, plan.look))
    # What is known for all pictures holds for dense ones.
    assert letters[0] == letters[1] > letters[2] > 0.0
