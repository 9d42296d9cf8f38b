"""Heat maps: shades follow the numbers; signs and non-finite entries are distinct without colour."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import graphviz_nn as gnn
from graphviz_nn.layout.result import Placed
from graphviz_nn.render.drawio import drawio
from graphviz_nn.scene import Path
from graphviz_nn.scene.heat import INSET, heat
from graphviz_nn.scene.paint import mixed
from graphviz_nn.style.heat import MOST, SHADES, heat_map
from graphviz_nn.style.numbers import FEW
from graphviz_nn.style.sheet import load, names

SHEET = load("lecture")
SHOW = ("gradients", "check", "heatmaps")
numbers = st.floats(allow_nan=True, allow_infinity=True, width=32)
matrices = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=numbers).filter(
    lambda value: value.size > FEW
)


def squares(path):
    """The boxes of a path's squares."""
    corners = [values for letter, values in path.commands if letter in "ML"]
    for start in range(0, len(corners), 4):
        (x, y), _, (u, v), _ = corners[start : start + 4]
        yield x, y, u, v


def seen(value, style="lecture", pale=False):
    """For each entry: the colour in its middle, the width of what is there in squares, whether it is crossed out."""
    sheet = load(style)
    placed = Placed("", 0.0, 0.0, 10.0, True, "value", pale, "x", heat_map(value))
    page, *painted, frame = heat(placed, "heat", "#123456", sheet).items
    assert page.fill == sheet.page.background and frame.fill is None
    box, (rows, columns) = placed.extent, value.shape
    crosses = [path for path in painted if path.stroke]
    middles = (
        {
            tuple(np.mean([crosses[0].commands[4 * i + j][1] for j in range(4)], axis=0).round(6))
            for i in range(len(crosses[0].commands) // 4)
        }
        if crosses
        else set()
    )
    found = {}
    for i in range(rows):
        for j in range(columns):
            x, y = (box.width * ((j + 0.5) / columns - 0.5), box.height * ((i + 0.5) / rows - 0.5))
            colour, width = page.fill, 0.0
            for path in painted:
                for left, top, right, bottom in squares(path) if path.fill else ():
                    if left < x < right and top < y < bottom:
                        colour, width = path.fill, (right - left) * columns / box.width
            crossed = any(abs(x - u) < 1e-3 and abs(y - v) < 1e-3 for u, v in middles)
            found[i, j] = colour, width, crossed
    return found


@given(matrices)
def test_colours_are_those_of_the_values(value):
    found = seen(value)
    finite = np.abs(value[np.isfinite(value)])
    most = finite.max() if finite.size and finite.max() else 1.0
    for place, (colour, width, crossed) in found.items():
        number = value[place]
        assert crossed == (not np.isfinite(number))
        shade = round(number / most * SHADES) if np.isfinite(number) else 0
        sign = SHEET.weight.positive if shade > 0 else SHEET.weight.negative
        assert colour == mixed(SHEET.page.background, sign, abs(shade) / SHADES)
        if shade < 0:
            assert width == pytest.approx(1 - 2 * INSET, abs=1e-6)
        elif shade:
            assert width > 1 - 1e-6


@pytest.mark.parametrize("style", names())
def test_the_ends_of_the_range_have_the_colours_of_their_signs(style):
    found = seen(np.array([[-2.0, 0.0, 1.0, 2.0], [np.nan, -1.0, np.inf, 0.0]]), style)
    sheet = load(style)
    assert found[0, 0][0] == sheet.weight.negative and found[0, 3][0] == sheet.weight.positive
    assert found[0, 1] == (sheet.page.background, 0.0, False)
    assert found[1, 0][2] and found[1, 2][2]


def test_what_stands_back_is_pale():
    value = np.linspace(-1, 1, 12).reshape(3, 4)
    strong, pale = seen(value), seen(value, pale=True)
    assert strong[2, 3][0] == SHEET.weight.positive
    assert pale[2, 3][0] == mixed(SHEET.page.background, SHEET.weight.positive, SHEET.emphasis.line_share)


@pytest.mark.parametrize(
    ("shape", "rows", "columns"),
    [((10,), 10, 1), ((10, 1), 10, 1), ((1, 10), 1, 10), ((1, 3, 1, 5), 3, 5), ((1, 1, 9), 1, 9), ((33, 7), 17, 7)],
)
def test_axes_of_one_entry_do_not_count(shape, rows, columns):
    found = heat_map(np.ones(shape)).rows
    assert (len(found), len(found[0])) == (rows, columns)


@given(st.integers(1, 200), st.integers(1, 200))
def test_long_axes_are_shown_by_means_of_blocks(rows, columns):
    value = np.random.default_rng(rows).normal(size=(rows, columns))
    found = heat_map(value)
    if value.size <= FEW:
        assert found is None
        return
    tall, wide = -(-rows // MOST), -(-columns // MOST)
    assert len(found.rows) == -(-rows // tall) <= MOST and len(found.rows[0]) == -(-columns // wide) <= MOST
    for i, row in enumerate(found.rows):
        for j, mean in enumerate(row):
            block = value[i * tall : (i + 1) * tall, j * wide : (j + 1) * wide]
            assert mean == pytest.approx(block.mean())


@pytest.mark.parametrize("shape", [(), (6,), (2, 3), (2, 3, 4), (0, 9)])
def test_what_has_no_heat_map(shape):
    assert heat_map(np.ones(shape)) is None


def model(x, W):
    return np.sum(np.tanh(W @ x) ** 2)


GRAPH = gnn.trace(model, x=gnn.input(16), W=gnn.parameter((10, 16)))
RNG = np.random.default_rng(0)
FEEDS = {"x": RNG.normal(size=16), "W": RNG.normal(size=(10, 16))}


@pytest.mark.parametrize("view", ["operations", "compact", "layers", "arrows"])
def test_values_and_gradients_have_one_each(view):
    picture = gnn.draw(GRAPH, feeds=FEEDS, show=SHOW, view=view)
    found = {group.id: group for group in picture.scene.groups if group.id.startswith("heat-")}
    assert {"heat-value-x", "heat-gradient-x"} <= found.keys()
    assert all(isinstance(item, Path) for group in found.values() for item in group.items)
    assert "16×1" in found["heat-value-x"].title
    assert r"heat\ maps" in picture.svg
    plain = gnn.draw(GRAPH, feeds=FEEDS, show=("gradients", "check"), view=view)
    assert not any(group.id.startswith("heat-") for group in plain.scene.groups) and r"heat\ maps" not in plain.svg


def test_small_arrays_are_written_out_and_nothing_else():
    graph = gnn.trace(lambda x, w: np.sum(w * x), x=gnn.input(3), w=gnn.parameter(3))
    feeds = {"x": [1.0, 2.0, 3.0], "w": [1.0, 0.0, 1.0]}
    assert gnn.draw(graph, feeds=feeds, show="heatmaps").svg == gnn.draw(graph, feeds=feeds).svg


def test_many_examples_have_the_heat_map_of_their_mean():
    feeds = {**FEEDS, "x": RNG.normal(size=(5, 16))}
    picture = gnn.draw(GRAPH, feeds=feeds, batch="x", show=SHOW)
    shape = next(shape for shape in picture.panels[0].diagram.shapes if shape.name == "x")
    assert shape.value_heat == heat_map(feeds["x"].mean(axis=0))


def test_a_heat_map_comes_with_its_number():
    found = gnn.steps(GRAPH, FEEDS, "both", show=("gradients", "heatmaps"))
    shown = [{group.id for group in picture.scene.groups if group.id.startswith("heat-")} for picture in found]
    assert "heat-value-x" in shown[0] and "heat-gradient-x" not in shown[0]
    assert {"heat-gradient-x", "heat-gradient-W"} <= shown[-1]


def test_draw_io_has_every_shade_as_an_image():
    scene = gnn.draw(GRAPH, feeds=FEEDS, show=SHOW).scene
    shades = [
        path
        for group in scene.groups
        if group.id.startswith("heat-")
        for path in group.items
        if sum(letter == "M" for letter, _ in path.commands) > 1
    ]
    assert shades and drawio(scene).count(b"shape=image") >= len(shades)
