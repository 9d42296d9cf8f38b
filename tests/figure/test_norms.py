"""Norms of gradients in the view of blocks: a number beside each block, a shade inside, and their scale."""

import re

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.scene.paint import contrast
from graphviz_nn.scene.steepness import Scale, scale_of, shade
from graphviz_nn.style.sheet import load, names

RNG = np.random.default_rng(0)
STEPS = 6
FEEDS = {
    "x": RNG.normal(size=(5, 4)),
    "y": RNG.normal(size=(5, 4)),
    "W": RNG.normal(size=(STEPS, 4, 4)),
    "V": RNG.normal(size=(4, 4)),
}


def deep(x, y, weights, V):
    for W in weights:
        x = nn.sigmoid(nn.linear(x, W))
    return nn.mean_squared_error(nn.linear(x, V), y)


GRAPH = gnn.trace(
    deep,
    x=gnn.input((5, 4)),
    y=gnn.target((5, 4)),
    weights=[gnn.parameter(each) for each in FEEDS["W"]],
    V=gnn.parameter(FEEDS["V"]),
)
GIVEN = {name: FEEDS[name] for name in "xy"}
_, SLOPES = gnn.value_and_gradient(GRAPH, GIVEN)
SIZES = {name: float(np.linalg.norm(each)) for name, each in SLOPES.items()}


def drawn(**options):
    return gnn.draw(GRAPH, view="blocks", **{"feeds": GIVEN, "show": "gradients", **options})


def blocks(picture):
    return {shape.name: shape for shape in picture.panels[0].diagram.shapes}


def test_each_block_has_the_norm_of_its_gradient():
    found = blocks(drawn(repeats="show"))
    norms = [shape.norms for shape in found.values() if shape.norms]
    np.testing.assert_allclose(np.ravel(norms), [*SIZES.values()])
    written = [shape.gradient for shape in found.values() if shape.gradient]
    assert "gradient norm" in drawn(repeats="show").svg
    assert all(float(text.replace(r"{\cdot}10^{", "e").rstrip("}")) > 0 for text in written) and len(written) == 7
    # Activations have no parameters, and arrows carry no numbers.
    assert not any(shape.norms or shape.gradient for shape in found.values() if shape.kind != "layer")


def test_a_block_drawn_for_others_shows_all_of_their_norms_in_order():
    found = blocks(drawn())
    first, last = (shape for shape in found.values() if shape.norms)
    np.testing.assert_allclose(first.norms, [SIZES[f"weights_{step}"] for step in range(STEPS)])
    assert last.norms == (SIZES["V"],) and r"\ \ldots\ " in first.gradient
    shades = [path.fill for path in _group(drawn(), first.name).items if getattr(path, "fill", None)]
    assert len(shades) == STEPS and shades == sorted(shades, key=lambda fill: contrast(fill, "#FFFFFF"))


def _group(picture, name):
    return next(group for group in picture.scene.groups if group.name == name and group.id.startswith("node-"))


def test_a_parameter_that_is_only_added_has_its_own_number():
    def shifted(x, y, shift, W):
        return nn.mean_squared_error(nn.linear(x + shift, W), y)

    specs = {"x": gnn.input((5, 4)), "y": gnn.target((5, 4)), "shift": gnn.parameter(np.ones(4))}
    graph = gnn.trace(shifted, **specs, W=gnn.parameter(FEEDS["V"]))
    found = blocks(gnn.draw(graph, view="blocks", feeds=GIVEN, show="gradients"))
    assert [name for name, shape in found.items() if shape.norms] == ["shift", "linear"]


def test_means_over_examples_have_mean_gradients():
    one = gnn.trace(
        lambda x, y, W: nn.mean_squared_error(nn.linear(x, W), y),
        x=gnn.input(4), y=gnn.target(4), W=gnn.parameter(FEEDS["V"]),
    )  # fmt: skip
    picture = gnn.draw(one, view="blocks", feeds=GIVEN, batch=("x", "y"), show="gradients")
    _, slopes = gnn.value_and_gradient(gnn.batch(one, GIVEN, reduce="mean"), GIVEN)
    assert [shape.norms for shape in blocks(picture).values() if shape.norms] == [
        pytest.approx((np.linalg.norm(slopes["W"]),))
    ]
    assert "mean" in picture.svg and "5" in picture.svg


def test_a_check_marks_every_block():
    right = {**SLOPES}
    wrong = {**right, "V": 2 * right["V"]}
    for given, marks in ((right, 0), (wrong, 1)):
        found = blocks(drawn(show=("gradients", "check"), against=given))
        said = [shape.gradient for shape in found.values() if shape.norms]
        assert [text.endswith(r"\boxtimes") for text in said].count(True) == marks
        assert [text.endswith(r"\checkmark") for text in said].count(True) == len(said) - marks


def test_nothing_but_shades_is_filled_and_a_bar_explains_them():
    picture = drawn()
    scale, page = scale_of([picture.panels[0].diagram]), picture.sheet.page.background
    bar = next(group for group in picture.scene.groups if group.id == "scale")
    assert "logarithmic" in bar.title and scale.most == max(SIZES.values())
    for name, shape in blocks(picture).items():
        fills = {path.fill for path in _group(picture, name).items if getattr(path, "fill", None)}
        assert shape.norms or fills == {page}
    assert not any(group.id == "scale" for group in gnn.draw(GRAPH, view="blocks").scene.groups)


@pytest.mark.parametrize("style", names())
def test_larger_norms_are_farther_from_the_page_in_gray_and_letters_stay_legible(style):
    sheet, scale = load(style), Scale(1e-6, 10.0)
    shades = [shade(norm, scale, sheet) for norm in (0.0, *np.geomspace(1e-6, 10, 8))]
    page, ink = sheet.page.background, sheet.text.ink
    far = [contrast(each, page) for each in shades]
    assert far == sorted(set(far)) and far[0] == 1 and min(contrast(each, ink) for each in shades) >= 4.5


def test_nearly_equal_norms_look_so_and_zero_and_nan_are_empty():
    scale = scale_of(gnn.draw(GRAPH, view="blocks", feeds=GIVEN, show="gradients").panels[0].diagram for _ in "1")
    assert Scale(scale.most / 100, scale.most).share(scale.most / 1.1) > 0.97
    assert scale.share(0.0) == scale.share(float("nan")) == scale.share(float("inf")) == 0


def test_what_has_no_norms_is_refused():
    still = gnn.trace(lambda x: (x**2).sum(), x=gnn.input(2))
    with pytest.raises(UsageError, match="no parameter is learned"):
        gnn.draw(still, view="blocks", feeds={"x": [1, 2]}, show="gradients")
    several = gnn.trace(lambda x, W: nn.linear(x, W), x=gnn.input(2), W=gnn.parameter((3, 2)))
    with pytest.raises(UsageError, match=re.escape("found output of shape (3,)")):
        gnn.draw(several, view="blocks", feeds={"x": [1, 2], "W": np.ones((3, 2))}, show="gradients")


@pytest.mark.parametrize("suffix", [".tex", ".pdf", ".drawio", ".html"])
def test_every_format_has_the_shades(tmp_path, suffix):
    path = drawn().save(tmp_path / f"norms{suffix}")
    assert path.stat().st_size > 1000
