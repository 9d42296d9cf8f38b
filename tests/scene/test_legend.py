"""The legend shows the contents of the picture, in their look."""

import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.layout.measure import typeset
from graphviz_nn.scene import Path, Text
from graphviz_nn.style.labels import plain
from graphviz_nn.style.sheet import load, names


def loss(x, y, W, c):
    return nn.cross_entropy(nn.softmax(nn.sigmoid(nn.linear(x, W)) * c), y)


GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)), c=gnn.constant([1.0, 2.0, 0.5]))
NETWORK = gnn.trace(nn.Sequential(nn.Linear(2, 3), nn.Sigmoid()), x=gnn.input(2))


def legend(picture):
    (found,) = [group for group in picture.scene.groups if group.id == "legend"]
    return found.items


def said(picture):
    return [plain(item.tex) for item in legend(picture) if isinstance(item, Text)]


def corners(item):
    if isinstance(item, Text):
        text = typeset(item.tex)
        a, b = text.width * item.size / 2, text.height * item.size / 2
        return [(item.x - a, item.y - b), (item.x + a, item.y + b)]
    return [(x, y) for _, v in item.commands for x, y in zip(v[::2], v[1::2], strict=True)]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("operations", ["data", "parameter", "target", "constant", "operation", "loss"]),
        ("layers", ["data", "constant", "operation", "layer", "activation", "function", "loss"]),
        ("arrows", ["data", "constant", "operation"]),
        (["arrows", "operations"], ["data", "parameter", "target", "constant", "operation", "loss"]),
    ],
)
def test_what_is_in_the_picture(view, expected):
    assert said(gnn.draw(GRAPH, view=view, legend=True)) == expected


def test_weights_of_units():
    weights = [link.weight for link in gnn.draw(NETWORK, view="units").panels[0].diagram.links]
    assert min(weights) < 0 < max(weights)
    assert said(gnn.draw(NETWORK, view="units", legend=True)) == ["unit", "positive weight", "negative weight"]
    unknown = gnn.trace(lambda x, W: nn.sigmoid(W @ x), x=gnn.input(2), W=gnn.parameter((3, 2)))
    assert said(gnn.draw(unknown, view="units", legend=True)) == ["unit"]


def test_only_on_request():
    assert not any(group.id == "legend" for group in gnn.draw(GRAPH).scene.groups)


@pytest.mark.parametrize("style", names())
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_samples_look_like_their_shapes_and_are_on_the_page(style, direction):
    sheet, bare = load(style), gnn.draw(GRAPH, view="layers", style=style, direction=direction)
    picture = gnn.draw(GRAPH, view="layers", style=style, direction=direction, legend=True)
    items = legend(picture)
    for path, kind in zip(items[::2], said(picture), strict=True):
        assert isinstance(path, Path)
        assert (path.fill, path.stroke) == (sheet.look(kind).fill, sheet.look(kind).line)
    boxes = []
    for item in items:
        xs, ys = zip(*corners(item), strict=True)
        boxes.append((min(xs), max(xs), min(ys), max(ys)))
    for left, right, top, bottom in boxes:
        assert 0 <= left < right <= picture.scene.width
        assert bare.scene.height - sheet.page.margin <= top < bottom <= picture.scene.height
    for number, (left, right, top, bottom) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert right < other[0] or other[1] < left or bottom < other[2] or other[3] < top


def test_it_wraps_where_the_picture_is_narrow():
    wide, narrow = (gnn.draw(GRAPH, view="layers", direction=d, legend=True) for d in ("LR", "TB"))
    rows = [len({round(max(y for _, y in corners(item))) for item in legend(p)[::2]}) for p in (wide, narrow)]
    assert rows[0] == 1 < rows[1]
    bare = gnn.draw(GRAPH, view="layers", direction="TB")
    assert narrow.scene.width == bare.scene.width
