"""Columns: circles apart and on the page, lines to their outlines, labels that touch nothing."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.forms import Shown
from graphviz_nn.forms.units import units
from graphviz_nn.layout import in_columns
from graphviz_nn.layout.geometry import clear
from graphviz_nn.style.sheet import load
from graphviz_nn.views import detailed

SHEETS = {name: load(name) for name in ("lecture", "column")}


def diagram(sizes, **shown):
    layers = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), nn.Sigmoid())]
    graph = gnn.trace(nn.Sequential(*layers), x=gnn.input(sizes[0]))
    return units(detailed("layers", graph), Shown(parameters=True, **shown))


networks = settings(max_examples=40, deadline=None)
some = {
    "sizes": st.lists(st.integers(1, 40), min_size=2, max_size=5),
    "direction": st.sampled_from(["LR", "TB"]),
    "style": st.sampled_from(sorted(SHEETS)),
}


def apart(one, other):
    return max(
        abs(one.x - other.x) - (one.width + other.width) / 2, abs(one.y - other.y) - (one.height + other.height) / 2
    )


def check(found, layout):
    boxes = list(layout.boxes.values())
    texts = [text.extent for text in (*layout.notes, *(label for route in layout.routes for label in route.labels))]
    for box in [*boxes, *texts]:
        assert box.width / 2 - 1e-6 <= box.x <= layout.width - box.width / 2 + 1e-6
        assert box.height / 2 - 1e-6 <= box.y <= layout.height - box.height / 2 + 1e-6
    assert all(apart(*pair) > 1 for pair in combinations(boxes, 2))
    assert all(apart(*pair) > 0.5 for pair in combinations(texts, 2))
    assert all(apart(box, text) > 0.5 for box in boxes for text in texts)
    for route in layout.routes:
        assert all(clear(*route.points, [text], 0.0) for text in texts), route.link
        for point, end in ((route.points[0], route.link.tail), (route.points[-1], route.link.head)):
            assert layout.boxes[end].holds(point, 0.1)
            assert not layout.boxes[end].holds(point, -0.1)


@networks
@given(**some)
def test_networks(sizes, direction, style):
    found = diagram(sizes)
    layout = in_columns(found, SHEETS[style], direction=direction)
    check(found, layout)
    along, across = ("x", "y") if direction == "LR" else ("y", "x")
    centres = []
    for column in found.columns:
        places = [layout.boxes[name] for name in column.members if name]
        assert len({round(getattr(box, along), 6) for box in places}) == 1
        ends = getattr(places[0], across), getattr(places[-1], across)
        centres.append((sum(ends) / 2, getattr(places[0], along)))
    assert max(c for c, _ in centres) - min(c for c, _ in centres) < 1e-6
    steps = [b - a for (_, a), (_, b) in pairwise(centres)]
    assert max(steps) - min(steps) < 1e-6


@networks
@given(**some, data=st.data())
def test_one_unit(sizes, direction, style, data):
    layer = data.draw(st.integers(1, len(sizes) - 1))
    number = data.draw(st.integers(1, sizes[layer]))
    name = "a" if len(sizes) == 2 else f"a{layer}"
    found = diagram(sizes, unit=(name, number))
    check(found, in_columns(found, SHEETS[style], direction=direction))


def test_dots_stand_for_what_is_left_out():
    layout = in_columns(diagram([2, 64]), SHEETS["lecture"])
    dots = [text for text in layout.notes if text.tex == r"\bullet"]
    above, below = layout.boxes["a[6]"], layout.boxes["a[64]"]
    assert len(dots) == 3
    assert dots[1].x == above.x
    assert dots[1].y == pytest.approx((above.y + below.y) / 2)
    (brace,) = layout.marks
    assert [text.tex for text in brace.texts] == ["64"]
    inner = in_columns(diagram([2, 64, 2]), SHEETS["lecture"])
    assert not inner.marks
    assert any(text.tex == "n = 64" and text.y > inner.boxes["a1[64]"].y for text in inner.notes)


def test_labels_fit_into_their_circles():
    found = diagram([2, 12])
    layout = in_columns(found, SHEETS["lecture"])
    for shape in found.shapes:
        room = type(layout.notes[0])(shape.label, 0.0, 0.0, SHEETS["lecture"].text.link_size).extent
        assert (room.width**2 + room.height**2) ** 0.5 < layout.boxes[shape.name].width


def test_an_unknown_engine():
    with pytest.raises(UsageError, match="there is no layout engine 'neato'"):
        in_columns(diagram([2, 2]), SHEETS["lecture"], engine="neato")


def test_an_unknown_direction():
    with pytest.raises(UsageError, match=r"there is no direction 'RX'"):
        in_columns(diagram([2, 2]), SHEETS["lecture"], direction="RX")
