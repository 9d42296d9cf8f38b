"""Words below a picture: in rows that don't widen it, unless a single piece does."""

import itertools

import pytest

from graphviz_nn.graph.text import words
from graphviz_nn.layout.measure import typeset
from graphviz_nn.scene.footer import footed
from graphviz_nn.scene.primitives import Scene
from graphviz_nn.style.sheet import load

PIECES = [(words(f"piece number {number}"), "note") for number in range(5)]


@pytest.mark.parametrize(("width", "rows"), [(600, 1), (250, 2), (120, 5), (20, 5)])
def test_pieces_stand_in_rows_as_wide_as_the_picture(width, rows):
    sheet = load("lecture")
    scene = footed(Scene(float(width), 50.0, "#FFFFFF", "", "", ()), PIECES, sheet)
    (group,) = scene.groups
    assert [item.tex for item in group.items] == [tex for tex, _ in PIECES]
    assert len({round(item.y, 3) for item in group.items}) == rows
    boxes = [(item.x, item.y, typeset(item.tex).width * item.size) for item in group.items]
    assert all(x - wide / 2 >= sheet.page.margin - 1e-9 for x, _, wide in boxes)
    assert max(x + wide / 2 for x, _, wide in boxes) <= scene.width - sheet.page.margin + 1e-9
    assert scene.width == max(width, max(wide for _, _, wide in boxes) + 2 * sheet.page.margin)
    assert min(y for _, y, _ in boxes) > 50
    assert max(y for _, y, _ in boxes) < scene.height
    for (x, y, wide), (other, below, _) in itertools.pairwise(boxes):
        assert below > y + sheet.text.note_size or other > x + wide / 2
