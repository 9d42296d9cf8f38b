"""Chains broken into rows: everything appears once, nothing touches, and rows keep their limit."""

from collections import Counter
from itertools import islice

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from layout.test_quality import violations
from yardstick import dangling, flat

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.forms import FORMS, Shown
from graphviz_nn.forms.diagram import Diagram, Link, Shape
from graphviz_nn.layout import in_rows, place
from graphviz_nn.layout.continued import continued
from graphviz_nn.layout.geometry import Box
from graphviz_nn.layout.result import Layout, Placed, Route
from graphviz_nn.scene import compose
from graphviz_nn.style.sheet import load
from graphviz_nn.views import VIEWS, detailed

SHEET = load("lecture")
STEPS = {
    "linear": lambda h, number: nn.Linear(2, 2)(h),
    "tanh": lambda h, number: np.tanh(h),
    "named": lambda h, number: gnn.label(h * 2.0, f"h_{{{number}}}"),
    "residual": lambda h, number: h + nn.Linear(2, 2)(np.tanh(h)),
    "branches": lambda h, number: np.exp(h) * np.sin(h),
}
CHAINS = st.lists(st.sampled_from(sorted(STEPS)), min_size=2, max_size=9)


def diagram_of(steps, view):
    def model(x, y):
        h = x
        for number, step in enumerate(steps):
            h = STEPS[step](h, number)
        return nn.squared_error(h, y)

    graph = gnn.trace(model, x=gnn.input(2), y=gnn.target(2))
    chosen = VIEWS[view]
    return FORMS[chosen.form](detailed(chosen.detail, graph), Shown(**chosen.shown))


def broken(steps, view, direction, limit):
    diagram = diagram_of(steps, view)
    whole = place(diagram, SHEET, direction=direction)
    return diagram, whole, list(in_rows(diagram, whole, limit, SHEET))


@settings(max_examples=40, deadline=None)
@given(
    CHAINS,
    st.sampled_from(["operations", "compact", "layers", "arrows"]),
    st.sampled_from(["LR", "TB"]),
    st.sampled_from([250.0, 400.0, 700.0]),
)
# A label in a row that its arrow passes only.
@example(["named", "tanh", *["linear"] * 2, "residual", *["tanh"] * 2, *["residual"] * 2], "compact", "LR", 250.0)
def test_rows_hold_everything_and_nothing_touches(steps, view, direction, limit):
    diagram, whole, layouts = broken(steps, view, direction, limit)
    for layout in layouts[:2]:
        assert set(layout.boxes) == {shape.name for shape in continued(diagram, layout.rows).shapes}
        assert [route.link for route in layout.routes] == list(continued(diagram, layout.rows).links)
        said = Counter(each.tex for each in layout.notes)
        said.update(label.tex for route in layout.routes for label in route.labels if label.tex != route.link.mark)
        once = Counter(each.tex for each in whole.notes)
        once.update(label.tex for route in whole.routes for label in route.labels if label.tex != route.link.mark)
        assert said == once
        assert not violations(diagram, layout)
        for route in layout.routes:
            (x0, y0), (x1, y1) = route.points[0], route.points[-1]
            tail, head = layout.boxes[route.link.tail], layout.boxes[route.link.head]
            assert tail.holds((x0, y0), 0.6) and head.holds((x1, y1), 0.6)


@settings(max_examples=20, deadline=None)
@given(CHAINS, st.sampled_from(["LR", "TB"]))
def test_rows_are_within_the_limit_or_almost(steps, direction):
    _, _, layouts = broken(steps, "compact", direction, 300.0)
    assume(layouts)
    along = [layout.width if direction == "LR" else layout.height for layout in layouts]
    # A row of its own may need other gaps than in the whole.
    assert max(along) <= 300.0 * 1.1 + 2 * SHEET.page.margin


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_rows_begin_under_each_other(direction):
    diagram, _, (layout, *_) = broken(["linear", "tanh"] * 5, "layers", direction, 420.0)
    turns = [route for route in layout.routes if len(route.points) > 10]
    assert turns
    starts = {diagram.spine[0], *(route.link.head for route in turns)}
    boxes = [layout.boxes[name] for name in starts]
    edges = [box.x - box.width / 2 if direction == "LR" else box.y - box.height / 2 for box in boxes]
    assert max(edges) - min(edges) < 0.01


@pytest.mark.parametrize("limit", [360.0, 420.0, 500.0])
@pytest.mark.parametrize("steps", [["linear", "tanh"] * 2, ["linear", "tanh", "tanh"] * 2, ["tanh", "linear"] * 3])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_no_shape_is_a_row_of_its_own(steps, direction, limit):
    diagram, _, (layout, *_) = broken(steps, "layers", direction, limit)
    across = [layout.boxes[name].y if direction == "LR" else layout.boxes[name].x for name in diagram.spine]
    rows = Counter(round(each) for each in across)
    assert len(rows) > 1
    assert min(rows.values()) > 1


def test_a_layer_stays_in_one_row():
    _, _, (layout, *_) = broken(["linear", "tanh"] * 4, "operations", "LR", 420.0)
    turns = [route.link for route in layout.routes if len(route.points) > 10]
    assert turns
    learned = {"matmul", "add"}
    torn = [link for link in turns if {_step(link.tail), _step(link.head)} == learned]
    assert not torn


def _step(name):
    return name.rstrip("0123456789_")


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_what_is_shared_is_repeated_as_a_tag(direction):
    def shared(x, w):
        return np.tanh(np.tanh(np.tanh(x * w) * w) * w)

    graph = gnn.trace(shared, x=gnn.input(2), w=gnn.parameter(2))
    diagram = FORMS["operations"](detailed("operations", graph), Shown())
    layout = next(in_rows(diagram, place(diagram, SHEET, direction=direction), 220.0, SHEET))
    tags = [shape for shape in continued(diagram, layout.rows).shapes if shape not in diagram.shapes]
    assert {(tag.label, tag.kind) for tag in tags} == {("w", "parameter")}
    rows = {layout.rows.row[name] for name in diagram.spine}
    assert len(tags) == len(rows) - 1 > 0
    assert not violations(diagram, layout)


def residual(depth, skip):
    """A chain of steps with an arrow over so many of them from each that has room for it."""

    def model(x):
        values = [x]
        for number in range(depth):
            value = np.tanh(values[-1])
            values.append(value + values[number - skip] if number >= skip and number % skip == 0 else value)
        return values[-1].sum()

    return gnn.trace(model, x=gnn.input(3))


@settings(max_examples=30, deadline=None)
@given(
    st.integers(4, 24),
    st.integers(2, 9),
    st.sampled_from(["operations", "compact", "layers", "arrows"]),
    st.sampled_from(["LR", "TB"]),
    st.sampled_from([150.0, 250.0, 400.0]),
)
def test_a_row_may_end_anywhere(depth, skip, view, direction, limit):
    chosen = VIEWS[view]
    diagram = FORMS[chosen.form](detailed(chosen.detail, residual(depth, skip)), Shown(**chosen.shown))
    whole = place(diagram, SHEET, direction=direction)
    along = whole.width if direction == "LR" else whole.height
    layouts = list(islice(in_rows(diagram, whole, limit, SHEET), 2))
    assert layouts or along < 2 * limit
    for layout in layouts:
        assert not violations(diagram, layout)
        assert not list(dangling(flat(compose(layout, diagram, SHEET, "picture"))))
        drawn = continued(diagram, layout.rows)
        assert [route.link for route in layout.routes] == list(drawn.links)
        shapes = {shape.name: shape for shape in drawn.shapes}
        # Each interrupted arrow has a tag where it arrives, with the label of that where it left.
        for tag in layout.rows.tags:
            assert {shapes[name].label for name in (tag.leaves, tag.arrives) if name} == {tag.label}


def test_equal_tags_mean_equal_values():
    diagram = FORMS["operations"](detailed("operations", residual(20, 9)), Shown())
    layout = next(in_rows(diagram, place(diagram, SHEET), 150.0, SHEET))
    values = {}
    for tag in layout.rows.tags:
        values.setdefault(tag.label, set()).add(diagram.links[tag.link].variable)
    assert len(values) > 1
    assert all(len(each) == 1 for each in values.values())


def test_what_is_written_apart_from_a_shape_is_no_row():
    shapes = tuple(Shape(name, "data", name) for name in "xyz")
    links = (Link("x", "y", "x"), Link("y", "z", "y"))
    diagram = Diagram(shapes, links, tuple("xyz"))
    boxes = {name: Box(place, 0.0, 20.0, 20.0, "box") for name, place in zip("xyz", (0.0, 200.0, 400.0), strict=True)}
    routes = [Route(link, ((boxes[link.tail].x + 10, 0.0), (boxes[link.head].x - 10, 0.0))) for link in links]
    notes = tuple(Placed("0", place, 30.0, 9.0, owner=owner) for place, owner in ((100.0, ""), (270.0, "y")))
    whole = Layout(420.0, 60.0, boxes, tuple(routes), notes)
    layouts = list(in_rows(diagram, whole, 150.0, SHEET))
    assert layouts
    for layout in layouts:
        assert set(layout.rows.row.values()) == set(range(max(layout.rows.row.values()) + 1))
        # It stays beside its shape.
        note = next(each for each in layout.notes if each.owner == "y")
        assert (note.x - layout.boxes["y"].x, note.y - layout.boxes["y"].y) == pytest.approx((70.0, 30.0))


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_value_is_led_back_once(direction):
    """Both arrows of it run in one line between the rows; that of another value has its own."""
    names = ("x", "f", "g", "p", "q", "h", "y")
    ends = ("x f", "f g", "g p", "g q", "p h", "q h", "h y")
    links = tuple(Link(*pair.split(), pair.split()[0]) for pair in ends)
    shapes = tuple(Shape(name, "operation", name) for name in names)
    diagram = Diagram(shapes, links, ("x", "f", "g", "p", "h", "y"))
    whole = place(diagram, SHEET, direction=direction)
    sideways = direction == "LR"
    for layout in in_rows(diagram, whole, 200.0, SHEET):
        led = [route for route in layout.routes if layout.rows.row[route.link.tail] != layout.rows.row[route.link.head]]
        runs = {}
        for route in led:
            levels = {point[sideways] for point in route.points[4:-4]}
            runs.setdefault(route.link.variable, []).append(levels)
        if len(runs.get("g", ())) == 2:
            assert set.intersection(*runs["g"])
            return
    raise AssertionError("no break between g and both of p and q")


def test_data_that_lead_to_many_branches_are_no_row():
    """The branches are a little longer than a row may be: so is the first row, then."""

    def model(x):
        return nn.Linear(6, 2)(np.concatenate([np.exp(np.tanh(np.sin(np.cos(x)))) for _ in range(3)]))

    diagram = FORMS["operations"](detailed("operations", gnn.trace(model, x=gnn.input(2))), Shown())
    whole = place(diagram, SHEET)
    box = whole.boxes["concatenate"]
    length = box.x + box.width / 2 - (whole.boxes["x"].x - whole.boxes["x"].width / 2)
    limit = (length + 45.0) / 1.25
    first = next(in_rows(diagram, whole, limit, SHEET, slack=1.25)).rows.row
    assert first["x"] == first["concatenate"]
