"""Every format draws each shape at the position and size of the scene."""

import math
import re
import zlib
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pictures import STEMS, lecture
from pptx import Presentation
from tikz_files import blocks, box

from graphviz_nn.figure.picture import rendered
from graphviz_nn.scene import Path
from graphviz_nn.scene.page import PAGES

# In pt; nobody sees less.
ALMOST = 0.5
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


def pairs(numbers):
    values = [float(each) for each in numbers]
    return list(zip(values[::2], values[1::2], strict=True))


def shapes(scene):
    """The box of each node's outline, by the id of its group."""
    return {
        group.id: box(pairs(value for _, values in group.items[0].commands for value in values))
        for group in scene.groups
        if re.match(r"(view\d+-)*node-", group.id) and isinstance(group.items[0], Path)
    }


def svg(data, scene):
    found = {}
    for group in ElementTree.fromstring(data).iter("{http://www.w3.org/2000/svg}g"):
        path = group.find("{http://www.w3.org/2000/svg}path")
        if path is not None and path.get("role") is None:
            found[group.get("id")] = box(pairs(re.findall(NUMBER, path.get("d"))))
    return found


def tikz(data, scene):
    """The boxes of groups with paths, each what is drawn under its title; all paths and arrows are somewhere."""
    found = [(title, boxes, arrows) for title, boxes, arrows in blocks(data.decode()) if boxes or arrows]
    placed = {}
    for group in scene.groups:
        paths = [item for item in group.items if isinstance(item, Path)]
        if not paths:
            continue
        ours = [each for each in found if each[0] == group.title]
        assert ours, group.title
        wanted = [box(pairs(value for _, values in path.commands for value in values)) for path in paths]
        title, boxes, arrows = min(ours, key=lambda each: math.dist(wanted[0], (each[1] or each[2])[0]))
        found.remove((title, boxes, arrows))
        if arrows:
            # A head is its tip and two wings.
            start, stop = paths[0].commands[0][1], paths[-1].commands[0 if len(paths) > 1 else -1][1][-2:]
            assert not boxes and len(arrows) == 1
            assert near(arrows[0], (*start, *stop)), (title, arrows[0], start, stop)
        else:
            assert len(boxes) == len(paths), title
            assert all(map(near, boxes, wanted)), title
            placed[group.id] = boxes[0]
    assert found == []
    return placed


def pptx(data, scene):
    page = PAGES["slide"]
    scale = page.scale(scene)
    left, top = (page.width - scale * scene.width) / 2, (page.height - scale * scene.height) / 2
    found = []
    for shape in Presentation(BytesIO(data)).slides[0].shapes:
        low = (shape.left / 12700 - left) / scale, (shape.top / 12700 - top) / scale
        found.append((*low, low[0] + shape.width / 12700 / scale, low[1] + shape.height / 12700 / scale))
    return found


def drawn(operators, scene):
    """The boxes of all paths in a page description, whose origin is the lower left corner."""
    found, points = [], []
    for values, operator in re.findall(rf"((?:{NUMBER}\s+)*)\b([a-zA-Z]+\*?)\b", operators):
        numbers = pairs(values.split()) if operator in ("m", "l", "c") else []
        if operator == "m" and points:
            found.append(box(points))
            points = []
        points += [(x, scene.height - y) for x, y in numbers]
    return [*found, box(points)] if points else found


def pdf(data, scene):
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    for stream in streams:
        try:
            # A last byte that looks like the end of a line belongs to the checksum.
            text = zlib.decompressobj().decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        if re.search(r"\d m\n", text):
            return drawn(text, scene)
    raise AssertionError("no page in the PDF file")


def pgf(data, scene):
    found, points = [], []
    for kind, rest in re.findall(r"\\pgfpath(moveto|lineto|curveto|close)(.*)", data.decode()):
        if kind == "moveto" and points:
            found.append(box(points))
            points = []
        corners = re.findall(rf"\\pgfqpoint\{{({NUMBER})in\}}\{{({NUMBER})in\}}", rest)
        points += [(float(x) * 72, scene.height - float(y) * 72) for x, y in corners]
    return [*found, box(points)]


BY_NAME = {".svg": svg, ".tex": tikz}
BY_PLACE = {".pdf": pdf, ".pgf": pgf, ".pptx": pptx}


def near(one, other):
    return all(abs(a - b) < ALMOST for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("suffix", BY_NAME)
@pytest.mark.parametrize("name", STEMS)
def test_shapes_are_in_their_places(name, suffix):
    picture = lecture()[name]
    wanted = shapes(picture.scene)
    found = BY_NAME[suffix](rendered(picture, suffix), picture.scene)
    assert wanted
    assert [each for each, place in wanted.items() if not near(found[each], place)] == []


@pytest.mark.parametrize("suffix", BY_PLACE)
@pytest.mark.parametrize("name", STEMS)
def test_a_shape_is_in_every_place(name, suffix):
    picture = lecture()[name]
    found = BY_PLACE[suffix](rendered(picture, suffix), picture.scene)
    missing = [each for each, place in shapes(picture.scene).items() if not any(near(one, place) for one in found)]
    assert missing == []
