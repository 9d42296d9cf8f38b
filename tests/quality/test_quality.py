"""A browser finds no text on text, on a line or outside its shape, no lines through shapes, and no pale letters."""

import json
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from browser import CHROMIUM, MISSING, browser
from generated import LOSSES, STEPS, Model

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli.figures import figures
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.options import OPTIONS
from graphviz_nn.style.sheet import names

MEASURE = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
SHOWN = ((), "shapes", "formulas", "counts")


def wrong(pictures):
    """What is wrong with each picture, measured in one page."""
    found = {}
    with browser() as page:
        page.js(f"{MEASURE}; document.body.innerHTML = '<div id=stage></div>'; undefined")
        for name, picture in pictures.items():
            ends = {group.id: group.ends for group in picture.scene.groups if group.ends}
            page.js(f"stage.innerHTML = {json.dumps(picture.svg)}; undefined")
            found[name] = page.js(f"measure(stage.firstElementChild, {json.dumps(ends)})")
    return found


def check(pictures):
    said = [f"{name}: {each}" for name, wrongs in wrong(pictures).items() for each in wrongs]
    assert not said, "\n".join(said)


def test_what_is_wrong_is_seen():
    picture = gnn.draw(gnn.trace(lambda x, w: nn.sigmoid(w * x), x=gnn.input(2), w=gnn.parameter(2)))
    groups = {group.id: group for group in picture.scene.groups}
    node, other = groups["node-multiply"], groups["node-x"]
    pale = tuple(replace(each, colour=other.items[0].fill) for each in other.items[1:])
    moved = tuple(replace(each, x=each.x - 40) for each in node.items[1:])
    bad = {
        node.id: replace(node, items=(*node.items[:1], *moved)),
        other.id: replace(other, items=(other.items[0], *pale)),
    }
    scene = replace(picture.scene, groups=tuple(bad.get(group.id, group) for group in picture.scene.groups))
    (said,) = wrong({"": replace(picture, scene=scene)}).values()
    for part in ("leaves its shape", "lies on the arrow", "contrast"):
        assert any(part in each for each in said), said


@pytest.mark.parametrize("style", names())
def test_figures_of_the_lecture(style, monkeypatch):
    monkeypatch.setitem(OPTIONS, "style", replace(OPTIONS["style"], default=style))
    check({figure.path.stem: figure.picture() for figure in figures()})


def model_of(chosen, seed):
    steps = tuple(chosen.choice(sorted(STEPS)) for _ in range(chosen.randrange(1, 7)))
    losses = tuple(chosen.choice(sorted(LOSSES)) for _ in range(chosen.choice((1, 1, 1, 2))))
    return Model(steps, losses, chosen.random() < 0.3, chosen.random() < 0.5, seed)


@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
def test_generated_graphs(view):
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
    check(pictures)


@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
def test_backward_passes(view):
    chosen = random.Random(view)
    pictures = {}
    for number in range(25):
        model = model_of(chosen, number)
        options = {
            "style": chosen.choice(names()),
            "direction": chosen.choice(("LR", "TB")),
            "hide": chosen.choice(((), (), "forward")),
        }
        feeds = model.feeds if chosen.random() < 0.3 and not model.batch else None
        pictures[f"{number}: {model} {options} {feeds}"] = gnn.draw(
            model.graph, view=view, feeds=feeds, show="backward", **options
        )
    check(pictures)


@pytest.mark.parametrize("width", ["column", "page", "slide"])
def test_generated_graphs_on_pages(width):
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
    check(pictures)


def test_heat_maps():
    rng, pictures = np.random.default_rng(0), {}
    for number in range(24):
        sizes = rng.integers(2, 40, size=rng.integers(2, 5))
        layers = [layer for pair in pairwise(map(int, sizes)) for layer in (nn.Linear(*pair), nn.Tanh())]
        net = nn.Sequential(*layers)

        def loss(x, net=net):
            return np.sum(net(x) ** 2)

        graph = gnn.trace(loss, x=gnn.input(int(sizes[0])))
        view, direction = ("operations", "compact", "layers", "arrows")[number % 4], ("LR", "LR", "TB")[number % 3]
        options = {"view": view, "direction": direction, "style": names()[number % len(names())]}
        pictures[f"{number}: {sizes} {options}"] = gnn.draw(
            graph, feeds={"x": rng.normal(size=sizes[0])}, show=("gradients", "heatmaps"), **options
        )
    assert all(any(group.id.startswith("heat-") for group in each.scene.groups) for each in pictures.values())
    check(pictures)


def test_networks_of_units():
    chosen = random.Random("units")
    pictures = {}
    for number in range(60):
        sizes = [chosen.randrange(1, 12) for _ in range(chosen.randrange(2, 6))]
        layers = [layer for pair in pairwise(sizes) for layer in (nn.Linear(*pair), nn.Tanh())]
        graph = gnn.trace(nn.Sequential(*layers), x=gnn.input(sizes[0]))
        options = {
            "style": chosen.choice(names()),
            "direction": chosen.choice(("LR", "TB")),
            "show": chosen.choice(SHOWN),
            "units": chosen.choice((3, 8, 20)),
        }
        pictures[f"{number}: {sizes} {options}"] = gnn.draw(graph, view="units", **options)
    check(pictures)
