"""Numbers in units: legible on every shade of every style, told apart in gray, and inside their circles."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms.diagram import Shape
from graphviz_nn.layout.measure import typeset
from graphviz_nn.scene.paint import contrast as measured
from graphviz_nn.scene.primitives import Text
from graphviz_nn.scene.unit import shaded
from graphviz_nn.style.sheet import load, names

SHARES = np.linspace(-1, 1, 41)


def luminance(colour):
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.array([0.2126, 0.7152, 0.0722]) @ np.where(
        share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4
    )


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("style", names())
def test_the_two_measures_of_contrast_agree(style):
    sheet = load(style)
    pair = sheet.text.ink, sheet.unit.fill
    assert measured(*pair) == pytest.approx(contrast(*pair))


@pytest.mark.parametrize("style", names())
def test_numbers_can_be_read_on_every_shade(style):
    sheet = load(style)
    looks = {share: shaded(Shape("x", "unit", "x", value="1", shade=share), sheet.unit, sheet) for share in SHARES}
    found = {share: contrast(look.ink, look.fill) for share, look in looks.items()}
    assert {share: round(ratio, 2) for share, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("style", names())
def test_shades_grow_from_the_page_on_both_sides_and_signs_differ_without_colour(style):
    sheet = load(style)
    page = luminance(sheet.page.background)
    for sign in (-1, 1):
        looks = [
            shaded(Shape("x", "unit", "x", value="1", shade=sign * s), sheet.unit, sheet)
            for s in (0.0, 0.25, 0.5, 0.75, 1.0)
        ]
        away = [abs(luminance(look.fill) - page) for look in looks]
        assert away[0] == 0
        assert all(np.diff(away) > 0.01 if page > 0.5 else np.diff(away) > 0)
        assert bool(looks[-1].dash) == (sign < 0)


def test_a_unit_without_a_value_looks_as_its_sheet_says():
    sheet = load("lecture")
    assert shaded(Shape("x", "unit", "x"), sheet.unit, sheet) is sheet.unit


@pytest.mark.parametrize("digits", [1, 3, 8])
@pytest.mark.parametrize("show", [(), ("curves",)])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_what_is_in_a_unit_stays_inside_it(digits, show, direction):
    def model(x, W):
        return nn.tanh(W @ nn.features(x, "x1", "x2", "x1 x2"))

    W = np.array([[1e3 / 7, -2e3 / 3, 0.1], [1.0, 2.0, -1 / 3]])
    graph = gnn.trace(model, x=gnn.input(2), W=gnn.parameter((2, 3)))
    feeds = {"x": [-1 / 3, 2 / 3], "W": W}
    scene = gnn.draw(graph, view="units", feeds=feeds, digits=digits, show=show, direction=direction).scene
    held = [group for group in scene.groups if group.id.startswith("node-")]
    assert len(held) == 7
    for group in held:
        rim, *rest = group.items
        points = np.array([n[i : i + 2] for _, n in rim.commands for i in range(0, len(n), 2)])
        low, high = points.min(axis=0), points.max(axis=0)
        radius = min(high - low) / 2
        for item in rest:
            if isinstance(item, Text):
                text = typeset(item.tex)
                half = np.array([text.width, text.height]) * item.size / 2
                corners = np.array([(item.x, item.y) + half * sign for sign in [(-1, -1), (-1, 1), (1, -1), (1, 1)]])
            else:
                corners = np.array([n[i : i + 2] for _, n in item.commands for i in range(0, len(n), 2)])
            # A pill is all within its radius of the line between its two middles.
            middle = np.clip(corners, low + radius, high - radius)
            assert (np.linalg.norm(corners - middle, axis=1) <= radius).all()
