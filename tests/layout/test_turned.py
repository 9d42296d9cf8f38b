"""What is aligned across a path makes a U: down on the left, up on the right, straight across between the levels."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.wishes import Subject, composed, wishes
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.layout import place, unmet
from graphviz_nn.layout.geometry import overlap
from graphviz_nn.style.sheet import load
from graphviz_nn.views import detailed

SHEET = load("lecture")


@gnn.function
def step(x, weight):
    return np.tanh(weight @ x)


@gnn.function
def residual(x, weight):
    return x + weight @ x


@gnn.function
def down(x):
    return x[::2]


@gnn.function
def up(x):
    return np.repeat(x, 2)


@gnn.function
def crop(x):
    return 1.0 * x


def u_net(steps, *, bottom=1, block=step, cropped=False, skips=True):
    """A U-Net of vectors, with so many blocks on each level, and where its ways across begin and end."""

    def model(x, **weights):
        waiting, kept = iter(weights.values()), []
        for count in steps:
            for _ in range(count):
                x = block(x, next(waiting))
            kept.append(crop(x) if cropped else x)
            x = down(x)
        for _ in range(bottom):
            x = block(x, next(waiting))
        for count in reversed(steps):
            x = up(x)
            x = x + kept.pop() if skips else x
            for _ in range(count):
                x = block(x, next(waiting))
        return x

    size = 2 ** len(steps)
    levels = [level for level, count in enumerate(steps) for _ in range(count)]
    sizes = [size >> level for level in [*levels, *[len(steps)] * bottom, *reversed(levels)]]
    weights = {f"W{number}": gnn.parameter((n, n)) for number, n in enumerate(sizes, 1)}
    return gnn.trace(model, x=gnn.input(size), **weights)


def turns(graph, diagram):
    """The last block of each level on the way down, and where the way across ends."""
    heads = [s.name for s in diagram.shapes if s.name.startswith("add")]
    tails = [link.tail for link in diagram.links if link.head.startswith("down")]
    return list(zip(tails, reversed(heads), strict=True))


def laid_out(graph, view="compact", direction="TB", pairs=turns):
    seen = detailed("functions", graph)
    diagram = FORMS[view](seen, Shown())
    asked = wishes(align=pairs(graph, diagram))
    (diagram,) = composed([Subject(graph, seen, diagram)], asked, sideways=direction == "LR")
    return place(diagram, SHEET, direction=direction), diagram


@settings(max_examples=12, deadline=None)
@given(
    steps=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    bottom=st.integers(0, 3),
    block=st.sampled_from([step, residual]),
    cropped=st.booleans(),
)
def test_levels_are_side_by_side(steps, bottom, block, cropped):
    layout, diagram = laid_out(u_net(steps, bottom=bottom, block=block, cropped=cropped))
    boxes = layout.boxes
    assert len(diagram.turns) == len(steps) and not list(unmet(layout, diagram))
    for tail, head in diagram.turns:
        assert boxes[tail].y == pytest.approx(boxes[head].y) and boxes[tail].x < boxes[head].x
        way = [tail, *([link.head for link in diagram.links if link.tail == tail and "crop" in link.head]), head]
        for pair in pairwise(way):
            (route,) = [r for r in layout.routes if (r.link.tail, r.link.head) == pair]
            assert np.ptp([y for _, y in route.points]) < 1e-6
    # From level to level straight down, and straight up again.
    for one, other in pairwise(diagram.turns):
        for before, after in pairwise(boxes[name] for name in (*one[:1], *other[:1])):
            assert before.y < after.y and before.x == pytest.approx(after.x)
        assert boxes[one[1]].y < boxes[other[1]].y and boxes[one[1]].x == pytest.approx(boxes[other[1]].x)
    names = list(boxes)
    for number, name in enumerate(names):
        assert not any(overlap(boxes[name], boxes[other], 0.0) for other in names[:number])
    for route in layout.routes:
        if route.link.tail in names and (route.link.tail, route.link.head) not in diagram.turns:
            tail, head = boxes[route.link.tail], boxes[route.link.head]
            is_down = tail.x == pytest.approx(head.x) and head.x < boxes[diagram.turns[0][1]].x - 1.0
            assert not is_down or tail.y < head.y


@pytest.mark.parametrize("bottom", [0, 1, 2, 3])
def test_one_block_is_at_the_bottom(bottom):
    layout, diagram = laid_out(u_net([1, 1], bottom=bottom))
    boxes, (tail, head) = layout.boxes, diagram.turns[-1]
    lowest = max(boxes, key=lambda name: boxes[name].y)
    assert boxes[lowest].x == pytest.approx((boxes[tail].x + boxes[head].x) / 2)
    ways = [route.points for route in layout.routes if lowest in (route.link.tail, route.link.head)]
    # Into it and out of it, level.
    assert len(ways) == 2
    assert ways[0][-1][1] == ways[1][0][1] == boxes[lowest].y


def test_a_bottom_with_parameters_has_one_shape_on_either_side():
    layout, diagram = laid_out(u_net([1], bottom=1), "operations")
    lowest = max(box.y for box in layout.boxes.values())
    assert sum(box.y == pytest.approx(lowest) for box in layout.boxes.values()) > 1
    assert not list(unmet(layout, diagram))


def test_an_autoencoder_without_ways_across():
    def pairs(graph, diagram):
        return [("step", "step_5"), ("step_2", "step_4")]

    layout, diagram = laid_out(u_net([1, 1], skips=False), pairs=pairs)
    assert not list(unmet(layout, diagram))
    assert layout.boxes["step"].x < layout.boxes["step_3"].x < layout.boxes["step_5"].x


@pytest.mark.parametrize("view", ["operations", "layers", "compact"])
def test_leaves_hang_on_the_outside_or_between(view):
    layout, diagram = laid_out(u_net([1, 2]), view)
    assert not list(unmet(layout, diagram)) and not layout.crowded
    names = list(layout.boxes)
    for number, name in enumerate(names):
        assert not any(overlap(layout.boxes[name], layout.boxes[other], 0.0) for other in names[:number])


def test_a_u_is_the_same_in_both_directions_and_turned_over_from_below():
    graph = u_net([1, 1])
    align = ("step", "step_5")
    drawn = {
        direction: gnn.draw(graph, view="compact", align=align, direction=direction) for direction in ("LR", "TB", "BT")
    }
    assert drawn["LR"].scene == drawn["TB"].scene != drawn["BT"].scene
    assert drawn["BT"].scene.height == pytest.approx(drawn["TB"].scene.height)


def test_a_u_is_for_one_view():
    with pytest.raises(UsageError, match="one view"):
        gnn.draw(u_net([1]), view=["compact", "layers"], align=("step", "step_3"))
