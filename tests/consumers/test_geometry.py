"""Every format draws each shape at the position and size of the scene."""

import re
import zlib
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pictures import STEMS, lecture
from pptx import Presentation

from graphviz_nn.figure.picture import rendered
from graphviz_nn.scene import Path
from graphviz_nn.scene.page import PAGES

# In pt; nobody sees less.
ALMOST = 0.5
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


def box(points):
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


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
    lines = data.decode().split("\\path[use as bounding box", 1)[1].splitlines()[1:]
    paths = [line for line in lines if line.startswith("\\path[")]
    counts = [sum(isinstance(item, Path) for item in group.items) for group in scene.groups]
    assert len(paths) == sum(counts)
    starts = [sum(counts[:number]) for number in range(len(counts))]
    return {
        group.id: box(pairs(re.findall(rf"({NUMBER})(?=[,)])", paths[start].split("]", 1)[1])))
        for group, start, count in zip(scene.groups, starts, counts, strict=True)
        if count
    }


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
