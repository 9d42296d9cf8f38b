"""A leaf whose lines would cross others is drawn again."""

import pytest
from models import MODELS

import graphviz_nn as gnn


@pytest.mark.parametrize(("name", "view", "leaf"), [("word2vec", "arrows", "C"), ("gan", "operations", "b1_2")])
def test_a_shared_parameter_is_drawn_again_rather_than_crossing(name, view, leaf):
    (panel,) = gnn.draw(MODELS[name].graph, view=view).panels
    again = [shape for shape in panel.diagram.shapes if shape.of == leaf]
    assert again, [shape.of for shape in panel.diagram.shapes]


def test_what_crosses_nothing_is_drawn_once():
    (panel,) = gnn.draw(MODELS["gru"].graph, view="operations").panels
    assert [shape.name for shape in panel.diagram.shapes if " at " in shape.name] == []
