"""Pages: widths by name and as lengths, and pictures that fit them."""

import re

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import PageWarning, UsageError
from graphviz_nn.scene import page
from graphviz_nn.scene.page import PAGES, smallest
from graphviz_nn.style.sheet import load, names


def network(depth):
    layers = [layer for _ in range(depth) for layer in (nn.Linear(3, 3), nn.Tanh())]
    return gnn.trace(nn.Sequential(*layers, nn.Softmax()), x=gnn.input(3))


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ("column", 234.0),
        ("page", 486.0),
        ("slide", 960.0),
        ("72pt", 72.0),
        ("2.54 cm", 72.0),
        ("25.4mm", 72.0),
        (99, 99),
    ],
)
def test_widths(said, points):
    assert page(said).width == pytest.approx(points)


@pytest.mark.parametrize("said", ["colunm", "12 parsec", "-3cm", "nan", "0pt", "1e9", True, None, "", "12 cm 3", 5])
def test_what_is_no_width_is_refused(said):
    with pytest.raises(UsageError):
        page(said)


@pytest.mark.parametrize("style", [*names()])
@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
@pytest.mark.parametrize("width", sorted(PAGES))
def test_a_picture_fits_and_can_be_read(width, view, style):
    picture = gnn.draw(network(4), view=view, style=style, width=width)
    asked = PAGES[width]
    assert picture.scene.width == pytest.approx(asked.width)
    assert picture.scene.height <= asked.height + 1e-6
    assert smallest(picture.scene) >= load(style).text.least_size * asked.far - 1e-6


def test_a_small_picture_keeps_its_size_in_a_column():
    small = gnn.draw(network(1), view="compact", style="column")
    placed = gnn.draw(network(1), view="compact", style="column", width="column")
    assert small.scene.width < 234.0 == placed.scene.width
    assert smallest(small.scene) == smallest(placed.scene)


def test_a_small_picture_fills_a_slide():
    placed = gnn.draw(network(1), view="compact", width="slide")
    assert (placed.scene.width, placed.scene.height) == (960.0, 540.0)
    assert smallest(placed.scene) > smallest(gnn.draw(network(1), view="compact").scene)


def test_what_is_too_long_is_broken_into_rows_and_says_nothing():
    options = {"view": "compact", "style": "column", "repeats": "show"}
    picture = gnn.draw(network(5), width="column", **options)
    assert picture.remarks == ()
    assert picture.scene.height > 1.5 * gnn.draw(network(2), **options).scene.height


def test_what_has_too_many_rows_is_folded_and_says_so():
    picture = gnn.draw(network(14), view="layers", width="slide", repeats="show")
    assert "folded to merged, so that it fits its width" in picture.remarks


def test_an_error_says_what_fits():
    with pytest.raises(UsageError) as raised:
        gnn.draw(network(12), view="units", width="column")
    assert re.search(r"6 pt, at which it is \d+\.\d cm (high|wide); these fit, each alone: ", str(raised.value))
    named = re.findall(r"view='(\w+)'", str(raised.value))
    assert {"arrows", "blocks", "compact", "operations"} <= set(named)
    for name in named:
        assert gnn.draw(network(12), view=name, width="column").scene.width == 234.0


def test_an_error_without_a_remedy():
    with pytest.raises(UsageError, match=r"at which \w+ alone is \d\.\d cm wide; give more width"):
        gnn.draw(network(30), width="1 cm")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gated(x, h, Wz, Wr, W):
    both = np.concatenate([h, x])
    z, r = sigmoid(Wz @ both), sigmoid(Wr @ both)
    return (1 - z) * h + z * np.tanh(W @ np.concatenate([r * h, x]))


def remembering(x, h, c, Wf, Wi, Wo, Wc):
    both = np.concatenate([h, x])
    c = sigmoid(Wf @ both) * c + sigmoid(Wi @ both) * np.tanh(Wc @ both)
    return sigmoid(Wo @ both) * np.tanh(c), c


def encoding(x, noise, We, Wm, Ws, Wd):
    h = np.tanh(We @ x)
    mu, s = Wm @ h, Ws @ h
    return np.sum((x - sigmoid(Wd @ (mu + np.exp(s) * noise))) ** 2) + np.sum(np.exp(2 * s) + mu**2 - 1 - 2 * s)


BRANCHED = [
    (gated, {"x": 3, "h": 2}, {"Wz": (2, 5), "Wr": (2, 5), "W": (2, 5)}),
    (remembering, {"x": 3, "h": 2, "c": 2}, dict.fromkeys(("Wf", "Wi", "Wo", "Wc"), (2, 5))),
    (encoding, {"x": 6, "noise": 2}, {"We": (4, 6), "Wm": (2, 4), "Ws": (2, 4), "Wd": (6, 2)}),
]


@pytest.mark.parametrize(("model", "inputs", "weights"), BRANCHED)
def test_what_has_branches_fits_a_column_and_says_whether_it_is_turned(model, inputs, weights):
    specs = {name: gnn.input(shape) for name, shape in inputs.items()}
    graph = gnn.trace(model, **specs, **{name: gnn.parameter(shape) for name, shape in weights.items()})
    picture = gnn.draw(graph, view="compact", width="column")
    is_turned = "turned to run down with smaller gaps, so that it fits its width" in picture.remarks
    assert picture.direction == ("TB" if is_turned else "LR")
    assert (picture.scene.width, picture.scene.height <= 648.001) == (234.0, True)
    assert smallest(picture.scene) >= 6.0 - 1e-6


CHANGES = {"set closer", "turned to run down with smaller gaps", "folded to merged"}


@pytest.mark.parametrize(("model", "inputs", "weights"), BRANCHED)
def test_a_narrow_page_changes_more_than_its_scale(model, inputs, weights):
    specs = {name: gnn.input(shape) for name, shape in inputs.items()}
    graph = gnn.trace(model, **specs, **{name: gnn.parameter(shape) for name, shape in weights.items()})
    natural, found, shapes = gnn.draw(graph, view="compact").scene, [], set()
    for step in (0, *range(3, 11)):
        picture = gnn.draw(graph, view="compact", width=natural.width * 0.9**step)
        said = [remark for remark in picture.remarks if ", so that it fits" in remark]
        found.append([remark.partition(", so that it fits")[0] for remark in said])
        shapes.add(round(picture.scene.height / picture.scene.width, 1))
    assert not found[0]
    # Of what breaks into rows, which has another shape, nothing is said.
    assert {change for changes in found for change in changes} <= CHANGES and len(shapes) > 1
    assert max(map(len, found)) <= 1


def test_several_views_are_scaled_only():
    both = gnn.draw(network(2), view=["compact", "arrows"], width="page")
    assert both.scene.width == pytest.approx(486.0)
    with pytest.raises(UsageError, match="too large"):
        gnn.draw(network(9), view=["compact", "arrows"], width="column", repeats="show")


def test_a_loss_and_gradients_are_the_same_on_every_page():
    graph = gnn.trace(
        lambda x, y, W: nn.squared_error(W @ x, y), x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2))
    )
    feeds = {"x": [1.0, 2.0], "y": [0.5, 0.5], "W": [[1.0, 0.0], [0.5, 1.0]]}
    for width in PAGES:
        drawn = gnn.draw(graph, width=width).graph
        assert gnn.evaluate(drawn, feeds)[drawn.outputs[0]] == gnn.evaluate(graph, feeds)[graph.outputs[0]]


@pytest.mark.parametrize(("said", "points"), [("column", 648.0), ("page", 648.0), ("slide", 540.0), ("1 in", 72.0)])
def test_heights(said, points):
    assert page(height=said).height == pytest.approx(points)
    assert page("12 cm", said).height == pytest.approx(points)
    assert page("column", said).width == PAGES["column"].width


def test_a_whole_slide_is_the_only_page_that_is_filled():
    assert page("slide") == page("slide", "slide") == PAGES["slide"]
    half = page("slide", "3 in")
    assert not half.filled and half.far == PAGES["slide"].far


@pytest.mark.parametrize("said", ["pgae", "-3cm", "0pt", True, ""])
def test_what_is_no_height_is_refused(said):
    with pytest.raises(UsageError, match="height"):
        page("column", said)


@pytest.mark.parametrize("height", ["page", "slide", "12 cm", 300])
@pytest.mark.parametrize("width", [None, "20 cm"])
def test_what_goes_down_is_broken_into_columns_no_higher(width, height):
    asked = page(width, height)
    picture = gnn.draw(network(6), view="compact", direction="TB", width=width, height=height)
    assert picture.scene.height <= asked.height + 1e-6
    assert smallest(picture.scene) >= load("lecture").text.least_size * asked.far - 1e-6


def test_an_error_names_width_and_height():
    with pytest.raises(UsageError, match="a width of 3 cm and a height of 2 cm"):
        gnn.draw(network(9), view="operations", direction="TB", width="3 cm", height="2 cm")


def test_what_there_is_too_little_of():
    scene = gnn.draw(network(3), view="compact", direction="TB").scene
    assert page(1000, 20).scarce(scene) == "height"
    assert page(20, 1000).scarce(scene) == "width"


def test_a_picture_higher_than_a_page_says_so():
    with pytest.warns(PageWarning, match="high"):
        picture = gnn.draw(network(6), view="layers", direction="TB", width="8.25 cm", repeats="show")
    assert any("times a page's height" in remark for remark in picture.remarks)
    assert picture.scene.height > PAGES["page"].height
    low = gnn.draw(network(1), view="compact", width="8.25 cm")
    assert not any("high" in remark for remark in low.remarks)
