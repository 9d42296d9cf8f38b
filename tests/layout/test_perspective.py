"""The layout of volumes: their scale, rows and levels, and what passes over them."""

from itertools import pairwise

import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.forms.volume import Slab, Volume
from graphviz_nn.layout import in_perspective
from graphviz_nn.layout.flip import flipped
from graphviz_nn.layout.geometry import overlap, sample
from graphviz_nn.layout.stations import stations
from graphviz_nn.scene.page import smallest
from graphviz_nn.scene.solids import funnelled
from graphviz_nn.style.sheet import load

SHEET = load("lecture")


def volume(name, channels, side):
    return Shape(name, "layer", name, volume=Volume((side, side) if side else (), (Slab(channels, "layer"),)))


def line(*sizes, skips=()):
    """Volumes in a line, through windows of 3×3, with skips between some of them."""
    names = [f"v{number}" for number in range(len(sizes))]
    links = [Link(a, b, a, r"\mathrm{3×3}" "\n" r"\mathrm{conv}", taken=(3, 3)) for a, b in pairwise(names)]
    links += [Link(names[a], names[b], names[a], mark="+") for a, b in skips]
    return Diagram(tuple(volume(n, *each) for n, each in zip(names, sizes, strict=True)), tuple(links), tuple(names))


def fronts(layout):
    return [box.solid.front(box.x, box.y) for box in layout.boxes.values()]


def test_each_halving_takes_off_the_same_height():
    heights = [
        box.solid.height for box in in_perspective(line((1, 64), (1, 32), (1, 16), (1, 8)), SHEET).boxes.values()
    ]
    steps = [a - b for a, b in pairwise(heights)]
    assert steps == pytest.approx([steps[0]] * 3) and steps[0] > 1


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_volumes_follow_each_other_and_their_funnels_lead_on(direction):
    diagram = line((1, 64), (8, 64), (16, 32), (32, 16), (10, 0))
    layout = flipped(in_perspective(diagram, SHEET, direction=direction), direction)
    start, end = (0, 2) if direction in ("LR", "RL") else (1, 3)
    sign = 1 if direction in ("LR", "TB") else -1
    for one, other in pairwise(fronts(layout)):
        assert sign * (other[start] - one[start]) > 0
        assert other[start] > one[end] if sign > 0 else other[end] < one[start]
    routes, funnels = funnelled(layout, diagram)
    assert list(funnels) == [0, 1, 2, 3]
    for number, funnel in funnels.items():
        head = layout.boxes[diagram.links[number].head]
        for corner in funnel.patch:
            assert layout.boxes[diagram.links[number].tail].holds(corner, 0.01)
        assert all(head.holds(tip, 0.01) for _, tip in funnel.rays)
    assert [route.link.plain for route in routes] == [True] * 4


def test_a_skip_passes_over_all_between():
    diagram = line((8, 32), (8, 32), (8, 64), (8, 32), skips=[(0, 3), (0, 2)])
    layout = in_perspective(diagram, SHEET)
    long, short = layout.routes[-2:]
    tops = [box.y - box.height / 2 for box in layout.boxes.values()]
    assert min(y for _, y in sample(short.points)) < min(tops)
    assert min(y for _, y in sample(long.points)) < min(y for _, y in sample(short.points))


def test_a_network_that_shrinks_and_grows_again_is_a_u():
    diagram = line((4, 32), (4, 16), (8, 8), (4, 16), (4, 32), skips=[(0, 4), (1, 3)])
    found = stations(diagram, may_turn=True)
    assert found.is_u and [found.row[f"v{n}"] for n in range(5)] == [0, 1, 2, 1, 0]
    boxes = in_perspective(diagram, SHEET).boxes
    assert boxes["v0"].y < boxes["v1"].y < boxes["v2"].y
    assert (boxes["v4"].y, boxes["v3"].y) == pytest.approx((boxes["v0"].y, boxes["v1"].y))
    assert not stations(line((4, 32), (4, 16), (4, 32)), may_turn=True).is_u
    assert not stations(diagram, may_turn=False).is_u


def test_branches_have_rows_of_their_own():
    shapes = tuple(volume(name, 4, 16) for name in "abcde")
    links = tuple(Link(a, b, a, taken=(3, 3)) for a, b in ("ab", "bd", "ac", "cd", "de"))
    layout = in_perspective(Diagram(shapes, links, ("a", "b", "d", "e")), SHEET)
    assert layout.boxes["a"].y == layout.boxes["b"].y != layout.boxes["c"].y
    assert not overlap(layout.boxes["b"], layout.boxes["c"], 0.0)


def test_nothing_that_is_written_touches_another_text():
    convolutions = [
        nn.Convolution2d(a, b, 3, padding=1) for a, b in ((3, 64), (64, 64), (64, 128), (128, 128), (128, 256))
    ]
    graph = gnn.trace(nn.Sequential(*convolutions), x=gnn.input((3, 8, 8)))
    picture = gnn.draw(graph, view="volumes", width="column", show="counts")
    assert smallest(picture.scene) >= SHEET.text.least_size - 0.01
    layout = in_perspective(picture.panels[0].diagram, SHEET)
    texts = [note.extent for note in (*layout.notes, *(text for route in layout.routes for text in route.labels))]
    assert not [1 for n, one in enumerate(texts) for other in texts[:n] if overlap(one, other, 0.0)]
