"""Blocks have the colour of what they compute, or of the stage of the model that they belong to."""

import re

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.forms.hues import OTHER, PARTS, coloured
from graphviz_nn.style.sheet import load, names
from graphviz_nn.views import VIEWS, detailed
from graphviz_nn.views.blocks import closed, in_modules, joined
from graphviz_nn.views.captions import captioned
from graphviz_nn.views.detail import layered


@gnn.function
def attend(x, weights):
    return nn.multi_head_attention(x, *weights, heads=2)


@gnn.function
def feed_forward(x, W, b, V, c):
    return nn.linear(nn.gelu(nn.linear(x, W, b)), V, c)


@gnn.function
def block(x, weights, layers):
    return feed_forward(attend(x, weights), *layers)


@gnn.function
def first(image, F, G):
    image = nn.relu(nn.convolution_2d(image, F, padding=1))
    return nn.max_pooling_2d(nn.convolution_2d(image, G, padding=1), 2)


@gnn.function
def second(image, F, G):
    return nn.convolution_2d(nn.relu(nn.convolution_2d(image, F, padding=1)), G, padding=1)


def transformer(x, a, f):
    return nn.softmax(block(x, a, f))


def convolutional(image, F, G, H, K):
    return -second(first(image, F, G), H, K)


GRAPH = gnn.trace(
    transformer,
    x=gnn.input((3, 4)),
    a=gnn.parameters_of([np.eye(4)] * 4),
    f=gnn.parameters_of([np.eye(4), np.zeros(4)] * 2),
)
IMAGES = gnn.trace(
    convolutional,
    image=gnn.input((1, 1, 8, 8)),
    **{name: gnn.parameter((1, 1, 3, 3)) for name in "FGHK"},
)


def layers(graph):
    return joined(captioned(layered(in_modules(graph))))


def hues(graph, by):
    """The words of a graph's blocks, by the titles that they are drawn with."""
    diagram = coloured(FORMS["blocks"](graph, Shown()), graph, "blocks", by)
    drawn = [shape for shape in diagram.shapes if shape.name in graph.operations]
    return {graph.operation(shape.name).op: shape.hue.word if shape.hue else "" for shape in drawn}


def test_a_block_has_the_colour_of_its_part():
    found = hues(closed(layers(GRAPH), 2), "parts")
    assert found == {"multi_head_attention": "attention", "feed_forward": "feed-forward", "softmax": OTHER.word}
    assert hues(closed(layers(IMAGES), 1), "parts") == {
        "first, 1, /2": "convolution",
        "second, 1": "convolution",
        "negative": "",
    }


def test_a_block_of_several_parts_has_none_of_their_colours():
    assert hues(closed(layers(GRAPH), 1), "parts") == {"block": OTHER.word, "softmax": OTHER.word}


def test_a_caption_does_not_hide_the_part():
    seen = detailed("blocks", IMAGES, (), "fold", (), 0)
    found = hues(seen, "parts")
    assert {op: part for op, part in found.items() if "conv" in op or "pool" in op} == {
        op: "convolution" if "conv" in op else "pooling" for op in found if "conv" in op or "pool" in op
    }
    assert any("conv" in op for op in found)


def by_hand(x, W, b, V):
    h = np.exp(np.tanh(x @ W + b) @ V)
    return h / h.sum(axis=-1, keepdims=True)


def test_a_formula_by_hand_has_the_colour_of_its_layer():
    graph = gnn.trace(
        by_hand, x=gnn.input((5, 4)), W=gnn.parameter((4, 3)), b=gnn.parameter(3), V=gnn.parameter((3, 2))
    )
    found = hues(detailed("blocks", graph, (), "fold", (), 0), "parts")
    assert found == {"linear, 3": "feed-forward", "tanh": "", "linear, 2": "feed-forward", "softmax": OTHER.word}


def test_a_stage_is_the_outermost_module():
    found = hues(closed(layers(IMAGES), 1), "stages")
    assert found == {"first, 1, /2": "first", "second, 1": "second", "negative": ""}


@pytest.mark.parametrize("part", PARTS)
def test_the_operations_of_each_part_exist(part):
    assert all(op == "instance_norm" or hasattr(nn, op) for op in PARTS[part])


@pytest.mark.parametrize("view", VIEWS)
def test_views_without_blocks_refuse_colours(view):
    if view in ("operations", "functions", "compact", "layers", "blocks"):
        assert gnn.draw(GRAPH, view=view, colours="parts").svg
    else:
        with pytest.raises(UsageError, match="view='blocks'"):
            gnn.draw(IMAGES, view=view, colours="parts")


def test_every_format_has_the_colours(tmp_path):
    fill = load("lecture").palette.fills[list(PARTS).index("attention")]
    for suffix in ("svg", "dot", "mmd"):
        for style, has in (("lecture", True), ("mono", False)):
            path = tmp_path / f"{style}.{suffix}"
            gnn.draw(GRAPH, path, view="blocks", style=style)
            assert (fill in path.read_text(encoding="utf-8")) is has


def test_the_legend_explains_them():
    picture = gnn.draw(GRAPH, view="blocks", legend=True)
    (legend,) = [group for group in picture.scene.groups if group.id == "legend"]
    said = re.sub(r"[^a-z]", "", " ".join(getattr(item, "tex", "") for item in legend.items).replace("mathrm", ""))
    assert "attention" in said and "feedforward" in said and "other" in said and "layer" not in said


def test_norms_keep_their_shades():
    feeds = {"x": np.ones((3, 4))}
    graph = gnn.trace(lambda x, W=gnn.parameter(np.eye(4)): nn.linear(x, W).sum(), x=gnn.input((3, 4)))
    picture = gnn.draw(graph, view="blocks", show="gradients", feeds=feeds)
    assert {shape.hue for panel in picture.panels for shape in panel.diagram.shapes if shape.norms} == {None}


@pytest.mark.parametrize("style", names())
def test_more_stages_than_colours_start_again(style):
    layers = [nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)) for _ in range(9)]
    graph = gnn.trace(nn.Sequential(*layers), x=gnn.input(2))
    assert gnn.draw(graph, view="blocks", colours="stages", style=style).svg
