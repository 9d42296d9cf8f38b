"""A matrix that is used in both directions says so at its arrows."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms.transposed import across


def tied(x, W):
    return np.tanh(x @ W) @ W.T


def twice(x, W):
    return nn.relu(x @ W[:, :3]) + nn.sigmoid(x @ W[:, :3])


def recurrent(x, W):
    for _ in range(3):
        x = np.tanh(W @ x)
    return x


def labels(graph, view):
    (panel,) = gnn.draw(graph, view=view).panels
    return [link.mark for link in panel.diagram.links if link.tail == "W" and "top" in link.mark]


@pytest.mark.parametrize("view", ["layers", "compact", "arrows"])
@pytest.mark.parametrize(("model", "shape"), [(tied, (4, 2)), (tied, (4, 4))])
def test_the_second_direction_is_marked(view, model, shape):
    graph = gnn.trace(model, x=gnn.input((5, 4)), W=gnn.parameter(shape))
    assert labels(graph, view) == [across("W")]


@pytest.mark.parametrize(("model", "x", "shape"), [(twice, (5, 4), (4, 3)), (recurrent, 3, (3, 3))])
def test_one_direction_is_not(model, x, shape):
    graph = gnn.trace(model, x=gnn.input(x), W=gnn.parameter(shape))
    assert labels(graph, "layers") == []


def test_data_on_both_sides_of_products_are_no_matrix_of_a_layer():
    graph = gnn.trace(
        lambda x, H: (H @ np.tanh(x)) @ (np.tanh(x) @ H).sum(axis=0),
        x=gnn.input((3, 3)),
        H=gnn.parameter((3, 3)),
    )
    (panel,) = gnn.draw(graph, view="layers").panels
    assert all("top" not in link.mark for link in panel.diagram.links if link.tail == "x")


def test_each_arrow_says_it_where_it_arrives():
    def thrice(x, W):
        return np.maximum(0, np.maximum(0, x @ W) @ W.T) @ W

    graph = gnn.trace(thrice, x=gnn.input((4, 6)), W=gnn.parameter((6, 3)))
    picture = gnn.draw(graph, view="layers", width="column")
    (panel,) = picture.panels
    assert {link.head: link.mark for link in panel.diagram.links if link.tail == "W"} == {
        "linear": "",
        "linear_2": across("W"),
        "linear_3": "",
    }
    texts = [text for group in picture.scene.groups for text in group.items if getattr(text, "tex", "") == across("W")]
    assert len(texts) == 1


@pytest.mark.parametrize("suffix", ["dot", "mmd"])
def test_formats_in_words_have_it_in_unicode(tmp_path, suffix):
    graph = gnn.trace(tied, x=gnn.input((5, 4)), W=gnn.parameter((4, 2)))
    gnn.draw(graph, tmp_path / f"a.{suffix}", view="layers")
    text = (tmp_path / f"a.{suffix}").read_text(encoding="utf-8")
    assert "\\top" not in text and any(sign in text for sign in ("W⊤", "Wᵀ", "W^⊤", "W^T"))
