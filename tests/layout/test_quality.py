"""What a typographer would see first: text on text, text on a line, a line through a shape."""

import random
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from random_graphs import graph_of

from graphviz_nn.forms import Shown, operations
from graphviz_nn.layout import place
from graphviz_nn.layout.geometry import NOTHING, clear, overlap, segments
from graphviz_nn.layout.result import Layout, Route
from graphviz_nn.style.sheet import load
from graphviz_nn.views import detailed

SHEET = load("lecture")
STEPS = st.lists(st.tuples(st.sampled_from("+*-e"), st.integers(0, 9), st.integers(0, 9)), max_size=12)


def laid_out(steps, direction):
    diagram = operations(detailed("operations", graph_of(steps)), Shown(shapes=True))
    return place(diagram, SHEET, direction=direction)


def violations(layout):
    """What touches what it mustn't."""
    texts = [*layout.notes, *(label for route in layout.routes for label in route.labels)]
    boxes = {name: replace(box, reserve=NOTHING) for name, box in layout.boxes.items()}
    for a, b in combinations(texts, 2):
        if overlap(a.extent, b.extent, -0.01):
            yield f"{a.tex} on {b.tex}"
    for text in texts:
        yield from (f"{text.tex} on {name}" for name, box in boxes.items() if overlap(text.extent, box, -0.01))
        for route in layout.routes:
            if not all(clear(a, b, [text.extent], 0.0) for a, b in segments(route.points)):
                yield f"{text.tex} on the arrow of {route.link.variable}"
    for route in layout.routes:
        others = [box for name, box in boxes.items() if name not in (route.link.tail, route.link.head)]
        if not all(clear(a, b, others, -0.1) for a, b in segments(route.points)):
            yield f"the arrow of {route.link.variable} through a shape"


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, direction=st.sampled_from(["LR", "TB"]))
def test_nothing_touches_what_it_mustnt(steps, direction):
    layout = laid_out(steps, direction)
    assert layout.crowded or not list(violations(layout))


def test_hardly_a_picture_is_crowded():
    generator = random.Random(0)
    crowded = 0
    for number in range(60):
        steps = [(generator.choice("+*-e"), generator.randrange(10), generator.randrange(10)) for _ in range(9)]
        crowded += bool(laid_out(steps, "LR" if number % 2 else "TB").crowded)
    assert crowded <= 3


def test_what_touches_is_found():
    layout = laid_out([("+", 0, 1), ("*", 2, 3)], "LR")
    first, *others = layout.routes
    label = next(label for route in layout.routes for label in route.labels)
    start = first.points[0]
    moved = Route(first.link, first.points, (replace(label, x=start[0], y=start[1]),))
    bad = Layout(layout.width, layout.height, layout.boxes, (moved, *others))
    assert len(list(violations(bad))) >= 2
