"""Combined pictures: parts move only as a whole, and nothing is lost."""

import xml.etree.ElementTree as ElementTree

import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError

SMALL = gnn.draw(gnn.trace(lambda x: x**2, x=gnn.input(2)))
LARGE = gnn.draw(gnn.trace(lambda x, y: (x - y) ** 2, x=gnn.input(2), y=gnn.target(2)))


def middles(picture, axis):
    """The middle of each part's ink."""
    found = []
    for part in dict.fromkeys(group.id.partition("-")[0] for group in picture.scene.groups):
        groups = [group for group in picture.scene.groups if group.id.startswith(f"{part}-node")]
        values = [v for g in groups for item in g.items for _, n in getattr(item, "commands", ()) for v in n[axis::2]]
        found.append((min(values) + max(values)) / 2)
    return found


def test_side_by_side():
    both = gnn.beside(SMALL, LARGE)
    assert both.scene.width == SMALL.scene.width + LARGE.scene.width
    assert both.scene.height == max(SMALL.scene.height, LARGE.scene.height)
    assert both.panels == SMALL.panels + LARGE.panels
    one, other = middles(both, 1)
    assert one == pytest.approx(other)


def test_below_each_other():
    both = gnn.stacked(SMALL, LARGE)
    assert both.scene.height == SMALL.scene.height + LARGE.scene.height
    one, other = middles(both, 0)
    assert one == pytest.approx(other)


def test_a_composition_can_be_composed():
    picture = gnn.stacked(gnn.beside(SMALL, LARGE), gnn.beside(LARGE, SMALL))
    ids = [element.get("id") for element in ElementTree.fromstring(picture.svg).iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert len(picture.panels) == 4


def test_what_can_not_be_composed():
    with pytest.raises(UsageError, match="nothing to combine"):
        gnn.beside()
    with pytest.raises(UsageError, match=r"found 'fig.svg'; draw\(model\) returns one"):
        gnn.stacked(SMALL, "fig.svg")
    with pytest.raises(UsageError, match="isn't one DOT graph"):
        _ = gnn.beside(SMALL, LARGE).digraph


def test_each_picture_keeps_its_background():
    dark = gnn.draw(gnn.trace(lambda x: x**2, x=gnn.input(2)), style="dark")
    both = gnn.beside(LARGE, dark)
    (ground,) = [group.items[0] for group in both.scene.groups if group.id.endswith("-background")]
    assert (both.scene.background, ground.fill) == (LARGE.scene.background, dark.scene.background)
    corners = [numbers for _, numbers in ground.commands if numbers]
    assert {round(x, 6) for x, _ in corners} == {round(LARGE.scene.width, 6), round(both.scene.width, 6)}
    assert {round(y, 6) for _, y in corners} == {0.0, round(both.scene.height, 6)}
    assert not any("background" in group.id for group in gnn.beside(dark, dark).scene.groups)
