"""Rails lead past everything, or there are none: whatever lies beside the line, on either side of it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_nn.forms.diagram import Diagram, Hanging, Link, Shape
from graphviz_nn.layout.geometry import Box, clear, overlap, sample
from graphviz_nn.layout.rails import rails
from graphviz_nn.style.sheet import load

SHEET = load("lecture")
# The line: shapes of this size so far apart, in pt.
SIZE, APART = 24.0, 70.0


def turned(box, sideways):
    """A box of a line from left to right in one that goes down, or as it is."""
    return box if sideways else Box(box.y, box.x, box.height, box.width, box.outline)


@st.composite
def lines(draw):
    """A line of shapes, a leaf at the first of some of them, and other shapes beside the line."""
    count = draw(st.integers(2, 5))
    boxes = {f"s{i}": Box(APART * i, 0.0, SIZE, SIZE, "circle") for i in range(count)}
    heads = sorted(draw(st.sets(st.integers(0, count - 1), min_size=2)))
    out = draw(st.sampled_from([-1, 1]))
    boxes["leaf"] = Box(APART * heads[0], out * 45.0, SIZE, SIZE, "rounded")
    for number in range(draw(st.integers(0, 4))):
        x, y = APART / 4 * draw(st.integers(-2, 4 * count)), draw(st.sampled_from([-1, 1])) * draw(st.integers(24, 160))
        other = Box(x, y, draw(st.integers(8, 60)), draw(st.integers(8, 24)), "box")
        if not any(overlap(other, box, 0.0) for box in boxes.values()):
            boxes[f"other{number}"] = other
    return boxes, tuple(f"s{i}" for i in heads), out


@pytest.mark.parametrize("sideways", [True, False])
@settings(deadline=None)
@given(line=lines())
def test_a_rail_touches_nothing_or_there_is_none(sideways, line):
    flat, heads, out = line
    boxes = {name: turned(box, sideways) for name, box in flat.items()}
    shapes = tuple(Shape(name, "parameter" if name == "leaf" else "operation", name) for name in boxes)
    hanging = (Hanging("leaf", heads, out > 0, out > 0),)
    found = rails(
        Diagram(shapes, tuple(Link("leaf", head, "leaf") for head in heads), hanging=hanging), boxes, SHEET, sideways
    )
    assert all(found.boxes[name] == box for name, box in boxes.items() if name != "leaf")
    if found.blocked:
        assert found.blocked == {"leaf"} and not found.ways
        return
    leaf, gap = found.boxes["leaf"], SHEET.gap.label
    others = [box for name, box in boxes.items() if name not in ("leaf", *heads)]
    assert not any(overlap(leaf, box, gap - 1e-6) for name, box in boxes.items() if name != "leaf")
    assert clear((leaf.x, leaf.y), (boxes[heads[0]].x, boxes[heads[0]].y), others, 0.0)
    assert [head for _, head in found.ways] == list(heads[1:])
    for (_, head), way in found.ways.items():
        passed = [boxes[each] for each in heads if each != head]
        for part in pairwise(sample(way)):
            assert clear(*part, [*others, *passed], 0.0)
        # In to the middle of the side of its head that looks to the leaf.
        x, y = way[-1]
        assert boxes[head].holds((x, y), 0.1) and not boxes[head].holds((x, y), -0.1)
        assert (x if sideways else y) == pytest.approx(boxes[head].x if sideways else boxes[head].y)
