"""Text on text, on a line or outside of its shape, lines through shapes, pale letters: none, seen by a browser."""

import random

import pytest
from generated import LOSSES, STEPS, Model
from quality.browser import wrong

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.drawing import draw
from graphviz_nn.errors import UsageError
from graphviz_nn.lecture import figures
from graphviz_nn.style.sheet import names

SHOWN = ((), "shapes", "formulas", "counts")


def check(pictures, folder):
    found = wrong(pictures, folder)
    assert not found, "\n".join(f"{name}: {each}" for name, wrongs in found.items() for each in wrongs)


@pytest.mark.parametrize("style", names())
def test_figures_of_the_lecture(style, tmp_path, monkeypatch):
    monkeypatch.setattr(draw, "__kwdefaults__", {**draw.__kwdefaults__, "style": style})
    check({figure.path.stem: figure.picture() for figure in figures()}, tmp_path)


def model_of(chosen, seed):
    steps = tuple(chosen.choice(sorted(STEPS)) for _ in range(chosen.randrange(1, 7)))
    losses = tuple(chosen.choice(sorted(LOSSES)) for _ in range(chosen.choice((1, 1, 1, 2))))
    return Model(steps, losses, chosen.random() < 0.3, chosen.random() < 0.5, seed)


@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
def test_generated_graphs(view, tmp_path):
    chosen = random.Random(view)
    pictures = {}
    for number in range(80):
        model = model_of(chosen, number)
        options = {
            "style": chosen.choice(names()),
            "direction": chosen.choice(("LR", "TB")),
            "show": chosen.choice(SHOWN),
            "legend": chosen.random() < 0.2,
        }
        feeds = model.feeds if chosen.random() < 0.2 and not model.batch else None
        pictures[f"{number}: {model} {options} {feeds}"] = gnn.draw(model.graph, view=view, feeds=feeds, **options)
    check(pictures, tmp_path)


@pytest.mark.parametrize("width", ["column", "page", "slide"])
def test_generated_graphs_on_pages(width, tmp_path):
    chosen = random.Random(width)
    pictures = {}
    for number in range(40):
        model = model_of(chosen, number)
        options = {
            "view": chosen.choice(("operations", "compact", "layers", "arrows")),
            "style": chosen.choice(names()),
            "direction": chosen.choice(("LR", "LR", "TB")),
            "width": width,
        }
        # Some are too large.
        try:
            pictures[f"{number}: {model} {options}"] = gnn.draw(model.graph, **options)
        except UsageError as error:
            assert "too large" in str(error)
    assert len(pictures) > 20
    check(pictures, tmp_path)


def test_networks_of_units(tmp_path):
    chosen = random.Random("units")
    pictures = {}
    for number in range(60):
        sizes = [chosen.randrange(1, 12) for _ in range(chosen.randrange(2, 6))]
        layers = [layer for pair in zip(sizes, sizes[1:], strict=False) for layer in (nn.Linear(*pair), nn.Tanh())]
        graph = gnn.trace(nn.Sequential(*layers), x=gnn.input(sizes[0]))
        options = {
            "style": chosen.choice(names()),
            "direction": chosen.choice(("LR", "TB")),
            "show": chosen.choice(SHOWN),
            "units": chosen.choice((3, 8, 20)),
        }
        pictures[f"{number}: {sizes} {options}"] = gnn.draw(graph, view="units", **options)
    check(pictures, tmp_path)
