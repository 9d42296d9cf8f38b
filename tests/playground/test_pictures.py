"""Live pictures: every id is in the SVG, each says what it shows, and the page's rules are those of this package."""

import os
import re
from collections import Counter
from itertools import pairwise
from math import prod
from xml.etree import ElementTree

import numpy as np
import pytest
from generated import models
from hypothesis import HealthCheck, Phase, given, settings

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import Error, UsageError
from graphviz_nn.playground.pictures import alive, running, why_not
from graphviz_nn.playground.screen import SCALARS
from graphviz_nn.style.numbers import FEW

MODELS = int(os.environ.get("MODELS", "3"))


def classifier(*sizes, activation=nn.Tanh):
    layers = [each for a, b in pairwise(sizes) for each in (nn.Linear(a, b), activation())]
    network = nn.Sequential(*layers[:-1], nn.Softmax())
    return gnn.trace(lambda x, y: nn.cross_entropy(network(x), y), x=gnn.input(sizes[0]), y=gnn.target(sizes[-1]))


def elements(picture):
    """The elements of a picture by id, each of which is there once."""
    found = [each for each in ElementTree.fromstring(picture["svg"]).iter() if "id" in each.attrib]
    named = {each.attrib["id"]: each for each in found}
    assert len(named) == len(found)
    return named


def sources(scene):
    """What the numbers of a scene are of."""
    texts = (item for group in scene.groups for item in group.items)
    return {(each.source.of, each.source.kind) for each in texts if getattr(each, "source", None)}


@pytest.mark.parametrize("view", ["operations", "layers", "arrows", "units"])
@settings(
    max_examples=MODELS, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
)
@given(model=models)
def test_every_id_is_there_and_every_number_of_the_files_has_a_place(view, model):
    graph = model.graph
    try:
        picture = alive(graph, view, show="numbers")
    except Error as error:
        assert why_not(graph, view) == str(error)
        return
    named, seen = elements(picture), running(graph, view)
    for kind in ("lines", "units", "numbers", "parts"):
        assert {row["id"] for row in picture[kind]} <= named.keys()
    for part in picture["parts"]:
        assert part["variable"] in {*seen.variables, *graph.variables}
    if view == "units":
        assert {line["parameter"] for line in picture["lines"]} <= {*graph.leaves}
        return
    drawn = gnn.draw(graph, view=view, feeds=model.feeds, show="gradients", repeats="show")
    assert {(row["of"], row["kind"]) for row in picture["numbers"]} == sources(drawn.scene)
    for row in picture["numbers"]:
        shape = tuple(picture["shapes"][row["of"]])
        assert shape == seen.variable(row["of"]).shape
        if 1 < prod(shape) <= FEW and len(shape) <= 2:
            assert len(row["index"]) == len(shape) and all(np.array(row["index"]) < shape)
        else:
            assert row["index"] == [] and row["row"] in ("", "ends", "mean")


def test_each_weight_and_bias_has_its_line():
    graph = classifier(2, 3, 2)
    picture = alive(graph, "units", show="biases")
    entries = [(name, index) for name in ("W1", "b1", "W2", "b2") for index in np.ndindex(graph.variable(name).shape)]
    assert [(line["parameter"], tuple(line["index"])) for line in picture["lines"]] == entries
    assert [line["flat"] for line in picture["lines"]] == [*range(6), *range(3), *range(6), *range(2)]
    named = elements(picture)
    assert "a1[2]" in named[picture["lines"][2]["id"]].attrib["aria-label"]
    assert Counter(unit["variable"] for unit in picture["units"]) == {"x": 2, "a1": 3, "p": 2}
    assert [unit["named"] for unit in picture["units"]] == [True] * 2 + [False] * 5
    assert not any(line["parameter"] == "b1" for line in alive(graph, "units")["lines"])


def test_units_lie_where_their_circles_do():
    picture = alive(classifier(2, 3, 2), "units")
    named = elements(picture)
    for unit in picture["units"]:
        outline = next(each for each in named[unit["id"]] if each.tag.endswith("path")).attrib["d"]
        (x, y), right = map(float, re.match(r"M(\S+) ([^A-Z]+)", outline).groups()), unit["x"] + unit["r"]
        assert x == pytest.approx(unit["x"], abs=0.02) and y == pytest.approx(unit["y"] - unit["r"], abs=0.02)
        assert unit["r"] > 0 and right < picture["width"]


def test_a_shared_weight_has_a_line_at_each_use():
    def loss(x, y, W):
        return nn.squared_error(np.tanh(W @ np.tanh(W @ x)), y)

    graph = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2)))
    lines = Counter((line["parameter"], *line["index"]) for line in alive(graph, "units")["lines"])
    assert lines == {("W", row, column): 2 for row in range(2) for column in range(2)}


def test_columns_that_are_shortened_say_which_units_they_show():
    picture = alive(classifier(2, 20, 2), "units")
    assert [unit["index"] for unit in picture["units"] if unit["variable"] == "a1"] == [[n] for n in (*range(6), 19)]
    assert picture["scale"]["weights"] == ["W1", "b1", "W2", "b2"]


def test_a_network_of_many_examples_has_the_units_of_one():
    def loss(X, Y, W, b):
        return np.mean((np.tanh(X @ W + b) - Y) ** 2)

    graph = gnn.trace(loss, X=gnn.input((50, 2)), Y=gnn.target((50, 3)), W=gnn.parameter((2, 3)), b=gnn.parameter(3))
    picture = alive(graph, "units")
    assert [tuple(line["index"]) for line in picture["lines"]] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert len(picture["units"]) == 5
    rows = [row["row"] for row in alive(graph, "layers", show="numbers")["numbers"] if row["of"] == "X"]
    assert {"ends", "mean"} == {*rows}


def test_convolutions_have_live_numbers_but_no_units():
    network = nn.Sequential(nn.Convolution2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32, 2), nn.Softmax())
    graph = gnn.trace(lambda x, y: nn.cross_entropy(network(x), y), x=gnn.input((1, 1, 6, 6)), y=gnn.target(2))
    assert "use view='layers'" in why_not(graph, "units")
    for view in ("layers", "volumes"):
        picture = alive(graph, view, show="numbers")
        assert picture["numbers"] and {row["id"] for row in picture["numbers"]} <= elements(picture).keys()


def test_a_view_of_too_many_shapes_is_refused_with_one_that_has_fewer():
    graph = classifier(2, 8, 8, 2)
    said = why_not(graph, "scalars")
    assert f"at most {SCALARS}" in said and "'operations'" in said and not why_not(graph, "operations")
    with pytest.raises(UsageError, match="at most"):
        alive(graph, "scalars")
    assert why_not(graph, "unit").startswith("there is no view 'unit': did you mean 'units'")


def test_names_are_text_in_the_picture():

    graph = gnn.trace(
        lambda x, w: gnn.label(w * x, rf"\text{{{'<b>'}}}"),
        x=gnn.input(2),
        w=gnn.parameter(2),
    )
    markup = alive(graph, "operations", show="numbers")["svg"]
    assert "<script" not in markup and "<b>" not in markup


@pytest.mark.parametrize("style", ["lecture", "paper", "dark"])
def test_each_colour_has_one_for_the_dark(style):
    picture = alive(classifier(2, 2, 2), "layers", show="numbers", style=style)
    marks = {int(each) for each in re.findall(r'data-(?:fill|stroke)="(\d+)"', picture["svg"])}
    assert marks == {*range(len(picture["colours"]))}
    light, dark = (int(each[1:3], 16) for each in picture["scale"]["page"])
    assert dark < 0x30 and (light > 0xF0 or style == "dark")


def test_the_same_picture_each_time():
    first, second = (alive(classifier(2, 4, 2), "units", show="biases") for _ in range(2))
    assert first == second
