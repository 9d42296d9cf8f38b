"""Every included style is readable and keeps kinds distinct, for any eye and printer."""

import re
from itertools import combinations

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.cli.figures import figures
from graphviz_nn.scene.paint import PALEST, mixed, toned
from graphviz_nn.style.sheet import load, names

KINDS = ("data", "parameter", "target", "constant", "operation", "layer", "activation", "function", "loss", "unit")
# Those whose line has the colour in which their names and parameters are written.
WRITTEN = ("layer", "activation", "function", "loss")
# What differs between two models.
CHANGES = ("added", "removed", "changed", "weights_changed")
# What is never beside a circle that is a unit.
NO_UNITS = {"data", "parameter", "target", "layer", "loss"}
PAIRS = [pair for pair in combinations(KINDS, 2) if not ("unit" in pair and NO_UNITS.intersection(pair))]
# A circle gets as long as what is in it, and a layer with as many entries out as in is a box.
ALIKE = {"circle": "pill", "trapezoid": "box"}

# What WCAG asks for: of text (level AA), and of what else is needed to understand.
TEXT, LINE = 4.5, 3.0
# How far apart two lightnesses L* are, of large areas and of lines, so that they are told apart in gray.
FILL_STEP, LINE_STEP = 4.0, 10.0
WIDTH_RATIO = 1.5
# How far apart two colours of CIE Lab are, of fills or of lines, in the style for the colour-blind.
DISTANCE = 12.0

# Source: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, A physiologically-based model for simulation of color
# vision deficiency, 2009; severity 1, on linear RGB.
SIMULATIONS = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# From linear sRGB to XYZ in units of the white D65.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
XYZ /= XYZ.sum(axis=1, keepdims=True)


def linear(colour):
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    dark, light = sorted(XYZ[1] @ linear(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour, simulation="none"):
    """L*, a* and b*, as seen by someone."""
    x, y, z = XYZ @ np.clip(SIMULATIONS[simulation] @ linear(colour), 0, 1)
    x, y, z = (np.cbrt(v) if v > 216 / 24389 else v * 841 / 108 + 4 / 29 for v in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_measures_are_right():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    np.testing.assert_allclose(lab("#FF0000"), [53.24, 80.09, 67.20], atol=0.05)
    for simulation in SIMULATIONS:
        np.testing.assert_allclose(lab("#808080", simulation), lab("#808080"), atol=0.01)
    assert np.linalg.norm(lab("#B00000", "deuteranopia") - lab("#5A5A00", "deuteranopia")) < 20
    assert np.linalg.norm(lab("#B00000") - lab("#5A5A00")) > 60


@pytest.mark.parametrize("style", names())
def test_text_can_be_read(style):
    sheet = load(style)
    texts = {name: getattr(sheet.text, name) for name in ("ink", "notes", "values", "gradients")}
    texts |= {kind: sheet.look(kind).line for kind in (*WRITTEN, *CHANGES)}
    found = {
        (name, place): contrast(colour, place)
        for name, colour in texts.items()
        for place in (sheet.page.background, sheet.frame.fill)
    }
    found |= {(kind, "inside"): contrast(sheet.ink(kind), sheet.look(kind).fill) for kind in (*KINDS, *CHANGES)}
    found |= {("palette", fill): contrast(sheet.ink("layer"), fill) for fill in sheet.palette.fills}
    assert {each: round(ratio, 2) for each, ratio in found.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("style", names())
def test_lines_can_be_seen(style):
    sheet = load(style)
    lines = {kind: sheet.look(kind).line for kind in KINDS} | {"arrow": sheet.line.colour}
    lines |= {f"palette {number}": line for number, line in enumerate(sheet.palette.lines)}
    lines |= {name: getattr(sheet.weight, name) for name in ("positive", "negative", "unknown")}
    found = {name: contrast(colour, sheet.page.background) for name, colour in lines.items()}
    assert {name: round(ratio, 2) for name, ratio in found.items() if ratio < LINE} == {}


@pytest.mark.parametrize("style", names())
def test_what_stands_back_can_be_read_and_is_seen(style):
    sheet = load(style)
    looks = {kind: toned(sheet.look(kind), sheet.ink(kind), "pale", sheet) for kind in KINDS}
    found = {kind: contrast(look.ink, look.fill) for kind, look in looks.items()}
    found |= {place: contrast(sheet.emphasis.ink, place) for place in (sheet.page.background, sheet.frame.fill)}
    assert {each: round(ratio, 2) for each, ratio in found.items() if ratio < TEXT} == {}
    lines = {kind: contrast(look.line, sheet.page.background) for kind, look in looks.items()}
    assert {kind: round(ratio, 2) for kind, ratio in lines.items() if ratio < 1.5} == {}


@pytest.mark.parametrize("style", names())
def test_what_is_highlighted_is_told_apart_in_gray(style):
    sheet = load(style)
    for kind in KINDS:
        pale, strong = (toned(sheet.look(kind), sheet.ink(kind), each, sheet) for each in ("pale", "strong"))
        assert abs(lab(pale.line) - lab(strong.line))[0] >= LINE_STEP
        assert strong.width / pale.width >= WIDTH_RATIO


@pytest.mark.parametrize("style", names())
def test_kinds_are_told_apart_in_gray(style):
    sheet = load(style)

    def differ(one, other):
        if ALIKE.get(one.outline, one.outline) != ALIKE.get(other.outline, other.outline):
            return True
        if bool(one.dash) != bool(other.dash) or max(one.width / other.width, other.width / one.width) >= WIDTH_RATIO:
            return True
        fill, line = (abs(lab(getattr(one, part)) - lab(getattr(other, part)))[0] for part in ("fill", "line"))
        return fill >= FILL_STEP or line >= LINE_STEP

    assert [pair for pair in PAIRS if not differ(*map(sheet.look, pair))] == []


@pytest.mark.parametrize("style", names())
def test_signs_are_told_apart_without_colour(style):
    assert load(style).weight.dash


@pytest.mark.parametrize("simulation", SIMULATIONS)
def test_colours_are_told_apart_by_the_colour_blind(simulation):
    sheet = load("colorblind")

    def distance(one, other):
        pairs = [(getattr(sheet.look(one), part), getattr(sheet.look(other), part)) for part in ("fill", "line")]
        return max(np.linalg.norm(lab(a, simulation) - lab(b, simulation)) for a, b in pairs)

    pairs = [*PAIRS, *combinations(CHANGES, 2)]
    assert {pair: distance(*pair) for pair in pairs if distance(*pair) < DISTANCE} == {}
    palette = list(zip(sheet.palette.fills, sheet.palette.lines, strict=True))
    apart = [
        max(np.linalg.norm(lab(a, simulation) - lab(b, simulation)) for a, b in zip(one, other, strict=True))
        for one, other in combinations(palette, 2)
    ]
    assert min(apart) >= DISTANCE
    texts, weights = (sheet.text.values, sheet.text.gradients), (sheet.weight.positive, sheet.weight.negative)
    for one, other in (texts, weights):
        assert np.linalg.norm(lab(one, simulation) - lab(other, simulation)) >= DISTANCE


def colours(sheet):
    """All colours of a sheet."""
    return set(re.findall(r"#[0-9A-F]{6}", repr(sheet)))


@pytest.mark.parametrize("style", names())
def test_the_lectures_figures_have_the_colours_of_every_style(style, monkeypatch):
    draw, sheet = gnn.draw, load(style)
    monkeypatch.setattr(gnn, "draw", lambda *args, **options: draw(*args, **{**options, "style": style}))
    for figure in figures():
        picture = figure.picture()
        weights = {link.weight for panel in picture.panels for link in panel.diagram.links} - {None}
        most = {panel.diagram.strongest for panel in picture.panels}
        shares = [PALEST + (1 - PALEST) * abs(w) / m for w in weights for m in most if m]
        signs = sheet.weight.positive, sheet.weight.negative
        paler = {mixed(sheet.page.background, sign, min(share, 1)) for sign in signs for share in shares}
        known, tones = colours(sheet), (sheet.emphasis.line_share, sheet.emphasis.fill_share)
        if "pale" in {each.emphasis for panel in picture.panels for each in panel.diagram.shapes}:
            paler |= {mixed(sheet.page.background, colour, share) for colour in known for share in tones}
        found = set(re.findall(r"#[0-9A-Fa-f]{6}", picture.svg))
        assert found <= known | paler, figure.title
