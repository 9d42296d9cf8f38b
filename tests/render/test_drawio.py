"""draw.io files: everything in position, connected lines, editable text."""

import json
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from math import dist

import pytest
from pictures import NAMES, STEMS, lecture, named

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.render.curves import flattened, guided, halfway
from graphviz_nn.render.drawingml import Outline, line
from graphviz_nn.render.drawio import drawio
from graphviz_nn.render.letters import inked
from graphviz_nn.scene import Group, Path, Scene, Text
from graphviz_nn.style.runs import runs

NEAR = 0.5


class Cell:
    """An object of the file, its place on the page."""

    def __init__(self, element, parents):
        (self.cell,) = element
        self.id, self.label, self.tooltip = element.get("id"), element.get("label"), element.get("tooltip")
        self.style = dict(part.partition("=")[::2] for part in self.cell.get("style").split(";") if part)
        self.geometry = self.cell.find("mxGeometry")
        self.parent = parents.get(self.cell.get("parent"))
        self.points = [(float(p.get("x")), float(p.get("y"))) for p in self.geometry.iter("mxPoint")]

    @property
    def corner(self):
        x, y = float(self.geometry.get("x", 0)), float(self.geometry.get("y", 0))
        if self.cell.get("connectable") == "0":
            (a, b), (x, y) = halfway(self.parent.way), self.points[0]
            return a + x, b + y
        return (x + self.parent.corner[0], y + self.parent.corner[1]) if self.parent else (x, y)

    @property
    def size(self):
        return float(self.geometry.get("width")), float(self.geometry.get("height"))

    @property
    def way(self):
        start, end, *between = self.points
        return [start, *between, end]


def cells(data):
    root = ElementTree.fromstring(data)
    found = {}
    for element in root.iter("UserObject"):
        assert element.get("id") not in found
        found[element.get("id")] = Cell(element, found)
    return found


@pytest.mark.parametrize("name", STEMS)
def test_everything_is_in_its_place(name):
    scene = lecture()[name].scene
    found = cells(drawio(scene))
    for group in map(inked, scene.groups):
        if not group.items:
            continue
        cell = found[group.id]
        assert cell.tooltip == group.title
        if group.ends is None and isinstance(group.items[0], Path) and group.name:
            outline = Outline(group.items[0])
            assert dist(cell.corner, (outline.left, outline.top)) < NEAR
            assert dist(cell.size, (outline.width, outline.height)) < NEAR
        if group.ends:
            path, _ = line(group)
            drawn = curve(cell.way)
            assert dist(cell.way[0], path.commands[0][1]) < NEAR
            assert dist(cell.way[-1], path.commands[-1][1][-2:]) < NEAR
            assert max(min(dist(p, q) for q in drawn) for p in flattened(path.commands)) < NEAR
            for word, side, name in (("source", "exit", group.ends[0]), ("target", "entry", group.ends[1])):
                assert cell.cell.get(word) == name
                x, y = (float(cell.style[side + axis]) for axis in "XY")
                (left, top), (width, height) = found[name].corner, found[name].size
                assert dist((left + x * width, top + y * height), cell.way[0 if word == "source" else -1]) < NEAR
        own = [each for each in found.values() if each.id == group.id or each.id.startswith(f"{group.id}-")]
        for text in (item for item in group.items if isinstance(item, Text)):
            middles = [(c.corner[0] + c.size[0] / 2, c.corner[1] + c.size[1] / 2) for c in own if c.cell.get("vertex")]
            assert min(abs(x - text.x) for x, _ in middles) < 1
            assert min(abs(y - text.y) for _, y in middles) < text.size / 2


def curve(points):
    """What draw.io draws: quadratic pieces that meet between their guides, as a dense row of points."""
    if len(points) == 2:
        guides, joints = [points[0]], points
        guides = [((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2)]
    else:
        guides = points[1:-1]
        between = [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in pairwise(guides)]
        joints = [points[0], *between, points[-1]]
    row = []
    for start, guide, end in zip(joints, guides, joints[1:], strict=False):
        for step in range(101):
            t = step / 100
            shares = (1 - t) ** 2, 2 * t * (1 - t), t * t
            row.append(
                tuple(sum(s * p[axis] for s, p in zip(shares, (start, guide, end), strict=True)) for axis in (0, 1))
            )
    return row


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_ways_around_are_curves(direction):
    def shared(x, W):
        return W @ (W @ (W @ (W @ x)))

    scene = gnn.draw(gnn.trace(shared, x=gnn.input(2), W=gnn.parameter((2, 2))), direction=direction).scene
    bent = [group for group in scene.groups if group.ends and "C" in {letter for letter, _ in group.items[0].commands}]
    assert bent
    found = cells(drawio(scene))
    for group in bent:
        path, _ = line(group)
        drawn = curve(guided(path.commands))
        assert max(min(dist(p, q) for q in drawn) for p in flattened(path.commands)) < NEAR
        assert found[group.id].style["curved"] == "1"


def test_labels_are_html():
    network = gnn.trace(nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1)), x=gnn.input(2))
    found = cells(drawio(gnn.draw(network, view="units").scene))
    label = found["node-a1.5b.2.5d."].label
    assert re.sub(r' style="[^"]*"', "", label) == "<i>a</i><sub>2</sub><sup>(1)</sup>"
    assert found["node-a1.5b.2.5d."].style["perimeter"] == "ellipsePerimeter"
    trapezoid = cells(drawio(gnn.draw(network, view="layers").scene))["node-linear"]
    assert trapezoid.style["shape"] == "mxgraph.basic.polygon"
    assert len(json.loads(trapezoid.style["polyCoords"])) == 4


def test_what_text_can_not_say_is_an_image():
    items = (Text(r"\sqrt{2}", 20.0, 20.0, 10.0, "#123456"),)
    found = cells(drawio(Scene(40.0, 40.0, "#FFFFFF", "t", "d", (Group("a", "", items),))))
    assert found["a"].style["image"].startswith("data:image/svg+xml,")
    assert found["a"].tooltip == r"\sqrt{2}"
    assert not runs(r"\sqrt{2}")


@pytest.mark.parametrize("name", NAMES)
def test_names_of_strangers(name):
    data = drawio(named(name).scene)
    root = ElementTree.fromstring(data)
    assert {element.tag for element in root.iter()} <= {
        "mxfile", "diagram", "mxGraphModel", "root", "mxCell", "UserObject", "mxGeometry", "mxPoint", "Array",
    }  # fmt: skip
    for cell in cells(data).values():
        assert not re.findall(r"<(?!/?(?:i|b|sub|sup)\b)", cell.label)


def test_things_that_belong_together_are_a_group():
    picture = gnn.draw(gnn.trace(lambda x: nn.softmax(x), x=gnn.input(2)), legend=True, expand="softmax")
    found = cells(drawio(picture.scene))
    assert "group" in found["legend"].style
    assert sum(cell.parent is found["legend"] for cell in found.values()) >= 4
    (frame,) = [cell for cell in found.values() if cell.id.startswith("frame-") and cell.parent is None]
    assert [cell.label for cell in found.values() if cell.parent is frame] == ["softmax"]
