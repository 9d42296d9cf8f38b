"""Folded equal parts: the mathematics stays, and the picture says what it leaves out."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from generated import STEPS, Model
from generated.chains import is_well_scaled
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import UsageError
from graphviz_nn.figure.pipeline import in_one_line
from graphviz_nn.transforms.fold import unfold
from graphviz_nn.views import detailed, drawn
from graphviz_nn.views.repeats import LEAST

VIEWS = ("operations", "compact", "layers", "arrows")
HOW = [how for how, least in LEAST.items() if least]


def deep(x, y, Ws):
    for W in Ws:
        x = np.tanh(W @ x)
    return nn.squared_error(x, y)


def recurrent(xs, h, y, W, V):
    states = []
    for t in range(8):
        h = np.tanh(V @ xs[t] + W @ h)
        states.append(h)
    return nn.squared_error(h, y) + 0.1 * np.mean(np.stack(states) ** 2)


def examples(X, y, w):
    total = 0
    for i in range(9):
        p = 1 / (1 + np.exp(-(X[i] @ w)))
        total = total - (y[i] * np.log(p) + (1 - y[i]) * np.log(1 - p))
    return total / 9


def nested(x, y, W, V):
    for _ in range(6):
        for _ in range(5):
            x = np.tanh(W @ x)
        x = x + V @ x / 10
    return nn.squared_error(x, y)


def two_states(h, c, y, W, V):
    for _ in range(7):
        c = np.tanh(W @ h) * c
        h = nn.sigmoid(V @ c)
    return nn.squared_error(h, y) + np.sum(c)


def coupling(a, b, log_volume, y, Ws):
    for W in Ws:
        scale = np.tanh(W @ a)
        a, b = b * np.exp(scale) + a, a
        log_volume = log_volume + np.sum(scale)
    return nn.squared_error(a + b, y) - log_volume


P, X, T = gnn.parameter, gnn.input, gnn.target
GRAPHS = {
    "deep": gnn.trace(deep, x=X(3), y=T(3), Ws=tuple(P((3, 3)) for _ in range(12))),
    "recurrent": gnn.trace(recurrent, xs=X((8, 2)), h=X(3), y=T(3), W=P((3, 3)), V=P((3, 2))),
    "examples": gnn.trace(examples, X=X((9, 2)), y=T(9), w=P(2)),
    "nested": gnn.trace(nested, x=X(3), y=T(3), W=P((3, 3)), V=P((3, 3))),
    "coupling": gnn.trace(coupling, a=X(3), b=X(3), log_volume=X(()), y=T(3), Ws=tuple(P((3, 3)) for _ in range(8))),
    "two states": gnn.trace(two_states, h=X(3), c=X(3), y=T(3), W=P((3, 3)), V=P((3, 3))),
}


def fed(graph):
    rng = np.random.default_rng(2)
    return {name: rng.uniform(0.1, 0.9, leaf.shape) for name, leaf in graph.leaves.items() if leaf.value is None}


def agree(graph, seen, feeds):
    gnn.check(seen)
    loss, gradients = gnn.value_and_gradient(graph, feeds, wrt=sorted(feeds))
    other, others = gnn.value_and_gradient(seen, feeds, wrt=sorted(feeds))
    assert other == pytest.approx(loss, rel=1e-10)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(others[name], gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("detail", ["operations", "layers", "merged"])
@pytest.mark.parametrize("name", GRAPHS)
def test_folded_parts_compute_the_same(name, detail, how):
    graph = GRAPHS[name]
    seen = detailed(detail, graph, repeats=how)
    assert seen.graph["repeats"] and len(seen) < len(detailed(detail, graph))
    agree(graph, seen, fed(graph))


@pytest.mark.parametrize("name", GRAPHS)
def test_unfolded_they_are_as_written(name):
    graph = GRAPHS[name]
    again = unfold(detailed("operations", graph, repeats="fold all"))
    assert again.operations.keys() == graph.operations.keys()
    assert sorted(again.edges(keys=True)) == sorted(graph.edges(keys=True))


loops = st.builds(
    lambda steps, count, **other: Model(tuple(steps) * count, **other),
    steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=3),
    count=st.integers(3, 7),
    losses=st.just(("squares",)),
    batch=st.booleans(),
    named=st.booleans(),
    seed=st.integers(0, 2**16),
).filter(is_well_scaled)


@pytest.mark.parametrize("detail", ["operations", "layers"])
@settings(max_examples=40, deadline=None)
@given(model=loops)
def test_generated_loops(detail, model):
    graph = model.graph
    seen = detailed(detail, graph, repeats="fold all")
    gnn.check(seen)
    feeds = {name: value for name, value in model.feeds.items() if name in seen}
    agree(graph, seen, feeds)
    eye = drawn(seen)
    assert set(eye) <= set(seen) and set(graph.outputs) <= set(eye)
    for name in eye.operations:
        assert eye.results(name)


def shapes(picture):
    return {shape.name: shape for shape in picture.diagrams[0].shapes}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", GRAPHS)
def test_pictures_show_what_is_folded(name, view):
    graph = GRAPHS[name]
    picture, whole = gnn.draw(graph, view=view), gnn.draw(graph, view=view, repeats="show")
    assert len(shapes(picture)) < len(shapes(whole))
    told = [remark for remark in picture.remarks if "equal parts" in remark]
    assert told and not any("equal parts" in remark for remark in whole.remarks)
    titles = [frame.title for frame in picture.diagrams[0].frames if frame.repeats]
    dots = [shape for shape in shapes(picture).values() if shape.kind == "more"]
    assert len(titles) + len(dots) == len(told)
    # Every arrow ends at something drawn, everything drawn has an arrow.
    ends = {end for link in picture.diagrams[0].links for end in (link.tail, link.head)}
    assert ends == set(shapes(picture))


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", GRAPHS)
def test_all_of_a_part_is_in_its_frame(name, view, direction):
    with in_one_line():
        picture = gnn.draw(GRAPHS[name], view=view, direction=direction, show=("shapes", "parameters"))
    (diagram,) = picture.diagrams
    frames = {group.name: group.items[0] for group in picture.scene.groups if group.id.startswith("frame-")}
    for frame in diagram.frames:
        low_x, high_x, low_y, high_y = reach([frames[frame.name]])
        for group in picture.scene.groups:
            if group.id.startswith("node-"):
                left, right, top, bottom = reach(group.items)
                within = low_x < left and right < high_x and low_y < top and bottom < high_y
                beyond = right < low_x or left > high_x or bottom < low_y or top > high_y
                assert within if group.name in frame.members else beyond, group.name


def reach(items):
    points = [value for item in items if hasattr(item, "commands") for _, values in item.commands for value in values]
    return min(points[::2]), max(points[::2]), min(points[1::2]), max(points[1::2])


def test_parts_in_series_are_drawn_once():
    (diagram,) = gnn.draw(GRAPHS["deep"], view="layers").diagrams
    (frame,) = diagram.frames
    assert frame.title == r"\mathrm{×12}" and {"linear", "tanh"} <= set(frame.members) <= {"linear", "v1", "tanh"}
    assert {link.variable for link in diagram.links if link.tail == "tanh"} == {"x12"}


def test_parts_that_begin_beside_something_else_have_no_frame():
    (diagram,) = gnn.draw(GRAPHS["coupling"], view="compact").diagrams
    assert not diagram.frames and [shape.kind for shape in diagram.shapes].count("more") == 1


def test_a_frame_over_several_rows_is_one():
    picture = gnn.draw(GRAPHS["nested"], view="compact", width="column")
    titles = [text.tex for group in picture.scene.groups if group.id.startswith("frame-") for text in group.items[1:]]
    outer = [title for title in titles if "↻6" in title]
    assert len(outer) > 1 and ["continued" in title for title in outer] == [False] + [True] * (len(outer) - 1)


def test_same_weights_are_said_to_be_the_same():
    (diagram,) = gnn.draw(GRAPHS["two states"]).diagrams
    assert [(frame.title, frame.note) for frame in diagram.frames] == [(r"\mathrm{↻7}", r"\mathrm{same\ weights}")]


FIXED = np.eye(2) * 2
WEIGHTS = [
    (lambda i, W, V, many: W, "↻6"),
    (lambda i, W, V, many: many[i], "×6"),
    (lambda i, W, V, many: (W, V)[i % 2], "×2 ↻3"),
    (lambda i, W, V, many: (W, V)[i // 3], "↻3 ×2"),
    (lambda i, W, V, many: (W, V)[i == 4], "×6, 2 sets of weights"),
    (lambda i, W, V, many: FIXED, "↻6"),
    (lambda i, W, V, many: 2.0, "×6"),
]


@pytest.mark.parametrize(("weight", "title"), WEIGHTS)
def test_a_frame_says_whether_its_parts_have_weights_of_their_own(weight, title):
    def model(x, W, V, many):
        for i in range(6):
            x = np.tanh(np.dot(weight(i, W, V, many), x))
        return x

    many = P((6, 2, 2))
    found = detailed("operations", gnn.trace(model, x=X(2), W=P((2, 2)), V=P((2, 2)), many=many), repeats="fold")
    assert [fact.title for fact in found.graph["repeats"].values()] == [title]


def test_recurrent_steps_are_the_first_and_the_last():
    picture = gnn.draw(GRAPHS["recurrent"])
    labels = [shape.label for shape in shapes(picture).values() if shape.kind == "data"]
    assert [label for label in labels if "xs" in label] == [r"\mathrm{xs}_{\mathrm{0}}", r"\mathrm{xs}_{\mathrm{7}}"]
    (dots,) = [shape for shape in shapes(picture).values() if shape.kind == "more"]
    assert dots.note == r"\mathrm{6\ more}"
    before, *after = [link for link in picture.diagrams[0].links if dots.name in (link.tail, link.head)]
    assert before.variable == "h1" and [link.label for link in after if link.variable != "h7"] == [""]


def test_a_part_may_repeat_within_a_part():
    (diagram,) = gnn.draw(GRAPHS["nested"]).diagrams
    outer, inner = diagram.frames
    assert set(inner.members) < set(outer.members)
    assert [frame.title for frame in (outer, inner)] == [r"\mathrm{↻6}", r"\mathrm{↻5}"]


@pytest.mark.parametrize(
    "option",
    [
        {"callouts": {"x7": "here"}},
        {"highlight": "x -> x5"},
        {"hide": "x8"},
        {"rename": {"x4": "s"}},
        {"braces": {"half": ("x2", "x6")}},
        {"expand": "tanh_7"},
    ],
)
def test_what_is_named_is_drawn(option):
    assert len(shapes(gnn.draw(GRAPHS["deep"], view="layers", **option))) >= 24


def test_what_opens_stays_in_its_frame():
    graph = gnn.trace(lambda x, Ws: [x := nn.softmax(W @ x) for W in Ws][-1], x=X(3), Ws=(P((3, 3)),) * 6)
    closed, opened = (gnn.draw(graph, view="layers", expand=names) for names in ((), "softmax"))
    (before,), (outer, _) = closed.diagrams[0].frames, opened.diagrams[0].frames
    assert before.title == outer.title and len(outer.members) > len(before.members)


def test_values_are_those_of_what_is_drawn():
    graph = GRAPHS["deep"]
    feeds = fed(graph)
    picture = gnn.draw(graph, view="layers", feeds=feeds, show=("gradients", "check"), digits=4)
    values = gnn.evaluate(graph, feeds, outputs="x12")
    assert f"{values[0]:.4g}" in shapes(picture)["x12"].value
    assert sum("agree" in text.tex for group in picture.scene.groups for text in group.items if hasattr(text, "tex"))


def test_the_way_back_and_single_numbers_are_whole():
    small = gnn.trace(lambda x, y, w: deep(x, y, [w] * 6), x=X(2), y=T(2), w=P((2, 2)))
    for options in ({"show": "backward"}, {"view": "scalars"}, {"view": "units"}):
        assert not any("equal parts" in remark for remark in gnn.draw(small, **options).remarks)


def test_other_words_are_refused():
    with pytest.raises(UsageError, match="did you mean 'fold'"):
        gnn.draw(GRAPHS["deep"], repeats="folt")


def test_few_parts_are_drawn_each():
    few = gnn.trace(lambda x, w: deep(x, x, [w] * 4), x=X(2), w=P((2, 2)))
    assert not gnn.draw(few).diagrams[0].frames
    assert gnn.draw(few, repeats="fold all").diagrams[0].frames


def test_a_long_loop_is_a_small_picture():
    def loss(X, y, W, w):
        total = 0
        for i in range(100):
            total = total + (w @ np.tanh(W @ X[i]) - y[i]) ** 2
        return total

    graph = gnn.trace(loss, X=X((100, 2)), y=T(100), W=P((3, 2)), w=P(3))
    for view in VIEWS:
        assert len(shapes(gnn.draw(graph, view=view))) < 40


def test_the_same_picture_in_every_process():
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; from test_repeats import GRAPHS, gnn\n"
        "for graph in GRAPHS.values(): print(gnn.draw(graph, view='layers').svg)"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    told = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in "12"
    }
    assert len(told) == 1
