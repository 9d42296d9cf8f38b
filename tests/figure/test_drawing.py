"""Pictures: geometry, formats, escaping, reproducibility, errors."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import FeedError, FileError, GraphError, LabelError, LayoutError, NumericalWarning, UsageError
from graphviz_nn.forms import Shown, operations
from graphviz_nn.layout import engine, place
from graphviz_nn.style.sheet import load
from graphviz_nn.views import DETAILS, detailed


def loss(x, y, theta):
    score = theta @ x
    return (score - y) ** 2


GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2))
SHEET = load("lecture")


@st.composite
def graphs(draw):
    steps = draw(st.lists(st.tuples(st.sampled_from("+*-e"), st.integers(0, 9), st.integers(0, 9)), max_size=12))

    def model(x, y, w):
        known = [x, y, w]
        for kind, i, j in steps:
            a, b = known[i % len(known)], known[j % len(known)]
            known.append(np.exp(a) if kind == "e" else {"+": a + b, "*": a * b, "-": a - b}[kind])
        return sum(known)

    return gnn.trace(model, x=gnn.input(2), y=gnn.target(2), w=gnn.parameter(2))


@settings(max_examples=60, deadline=None)
@given(graph=graphs(), direction=st.sampled_from(["LR", "TB"]), shapes=st.booleans())
def test_shapes_are_apart_and_arrows_end_on_outlines(graph, direction, shapes):
    diagram = operations(detailed("operations", graph), Shown(shapes=shapes))
    layout = place(diagram, SHEET, direction=direction)
    boxes = list(layout.boxes.items())
    for number, (name, a) in enumerate(boxes):
        assert a.width / 2 <= a.x <= layout.width - a.width / 2
        assert a.height / 2 <= a.y <= layout.height - a.height / 2
        for other, b in boxes[number + 1 :]:
            apart = abs(a.x - b.x) - (a.width + b.width) / 2, abs(a.y - b.y) - (a.height + b.height) / 2
            assert max(apart) > 1, (name, other)
    for route in layout.routes:
        for point, end in ((route.points[0], route.link.tail), (route.points[-1], route.link.head)):
            box = layout.boxes[end]
            assert box.holds(point, 0.1), route.link
            assert not box.holds(point, -0.1), route.link


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_the_main_line_is_straight(direction):
    layout = place(operations(GRAPH), SHEET, direction=direction)
    places = [layout.boxes[name] for name in ("x", "matmul", "subtract", "power", "loss")]
    across = [box.y if direction == "LR" else box.x for box in places]
    assert max(across) - min(across) < 0.01


def test_the_engine_that_comes_along_gives_a_layout():
    layout = place(operations(GRAPH), SHEET, engine="wasm")
    assert set(layout.boxes) == {"x", "y", "theta", "matmul", "subtract", "power", "loss"}


def test_a_missing_dot_names_the_other_engine(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LayoutError, match="engine='wasm'"):
        place(operations(GRAPH), SHEET, engine="dot")


def test_nonsense_is_a_layout_error():
    with pytest.raises(LayoutError):
        engine.run("wasm", "digraph { a -> ")


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        (".svg", b"<svg"),
        (".pdf", b"%PDF"),
        (".png", b"\x89PNG"),
        (".eps", b"%!PS"),
        (".tex", b"\\documentclass"),
        (".dot", b"digraph"),
        (".gv", b"digraph"),
    ],
)
def test_every_format_twice_the_same(suffix, start, tmp_path):
    files = [tmp_path / f"{number}{suffix}" for number in (1, 2)]
    for file in files:
        gnn.draw(GRAPH, file, show="shapes")
    assert files[0].read_bytes().startswith(start)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert sorted(tmp_path.iterdir()) == files


def test_the_same_bytes_with_any_hash_seed():
    code = (
        "import graphviz_nn as gnn, hashlib, numpy as np\n"
        "g = gnn.trace(lambda x, w: np.exp(w @ x).sum() + x.sum(), x=gnn.input(2), w=gnn.parameter((2, 2)))\n"
        "print(hashlib.sha256(gnn.draw(gnn.gradient(g), show='shapes').svg.encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "'><x>", r"\theta & <b>", "a]]>b", "<b>x</b>"])
def test_labels_of_strangers_are_escaped(label, tmp_path):
    graph = gnn.trace(lambda x: x * 2, x=gnn.input(2, label=label))
    picture = gnn.draw(graph)
    tree = ElementTree.fromstring(picture.svg)
    assert not [each for each in tree.iter() if each.tag.endswith(("script", "}b", "}x"))]
    quoted = re.sub(r'"(?:[^"\\]|\\.)*"', "", picture.digraph.source)
    assert not re.search("[<>]", re.sub(r"=<|</?(?:I|B|SUB|SUP)>|<BR/>|->|>(?=[\s\]])", "", quoted))


@pytest.mark.parametrize("label", [r"\unknown{x}", "{", r"\frac{1}", "x^"])
def test_broken_tex_is_named(label, tmp_path):
    graph = gnn.trace(lambda x: x * 2, x=gnn.input(2, label=label))
    with pytest.raises(LabelError) as caught:
        gnn.draw(graph, tmp_path / "x.svg")
    assert repr(label) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"view": "operation"}, "did you mean 'operations'"),
        ({"direction": "RX"}, "no direction"),
        ({"engine": "dott"}, "did you mean 'dot'"),
        ({"to": "x.sgv"}, "no picture format"),
    ],
)
def test_unknown_options(options, says):
    with pytest.raises(UsageError, match=says):
        gnn.draw(GRAPH, **options)


def test_a_file_that_cant_be_written(tmp_path):
    with pytest.raises(FileError, match="can't write"):
        gnn.draw(GRAPH, tmp_path / "missing" / "x.svg")


def test_a_notebook_shows_the_picture():
    assert gnn.draw(GRAPH)._repr_mimebundle_()["image/svg+xml"].startswith("<svg")


def test_a_graph_of_one_variable_and_parallel_arrows():
    gnn.draw(gnn.trace(lambda x: x, x=gnn.input(2)))
    gnn.draw(gnn.trace(lambda x: x * x, x=gnn.input(2)), direction="TB")


def test_pyplot_stays_out():
    code = (
        "import sys, graphviz_nn as g; g.draw(g.trace(lambda x: x * 2, x=g.input(2))).svg; print(sorted(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "matplotlib.pyplot" not in found


def texts(picture):
    """The TeX of everything written in a picture."""
    tree = ElementTree.fromstring(picture.svg)
    return [each.get("aria-label") for each in tree.iter() if each.get("aria-label")]


FEEDS = {"x": [1.0, 2.0], "y": 3.0, "theta": [0.5, -0.5]}


@pytest.mark.parametrize("view", ["operations", "scalars", "compact", "layers", "arrows"])
def test_values_are_those_of_the_evaluator(view):
    picture = gnn.draw(GRAPH, view=view, feeds=FEEDS)
    found = gnn.evaluate(GRAPH, FEEDS)
    expected = {"score": "-0.5", "theta": ["0.5", "{-}0.5"], "loss": "12.25"}
    assert float(found["score"]) == -0.5
    assert float(found["loss"]) == 12.25
    written = texts(picture)
    assert expected["score"] in written
    # The entries of a vector, one below the other.
    column = [tex for tex in written if tex in expected["theta"]]
    assert (column == expected["theta"]) is (view == "operations")
    assert ("12.25" in written) is (view in ("operations", "scalars", "layers"))


def test_values_need_feeds_that_fit():
    with pytest.raises(FeedError, match="isn't fed"):
        gnn.draw(GRAPH, feeds={"x": [1.0, 2.0]})


def test_values_that_are_no_numbers_and_long_ones():
    graph = gnn.trace(lambda x: np.log(x), x=gnn.input(9))
    with pytest.warns(NumericalWarning, match=r"output at \[0\] is -inf: log \(test_drawing.py"):
        written = texts(gnn.draw(graph, feeds={"x": range(9)}))
    rows = (r"0\ \ldots\ 8", r"\mathrm{mean}\ 4"), (r"{-}\infty\ \ldots\ 2.08", r"\mathrm{mean}\ {-}\infty")
    assert all(written.index(mean) == written.index(ends) + 1 for ends, mean in rows)


def test_layers_say_what_they_compute():
    written = texts(gnn.draw(GRAPH, view="layers", show="formulas", hide=("shapes", "parameters")))
    assert r"\theta \cdot x" in written
    assert r"\left(\mathrm{score} - y\right)^{2}" in written


def test_what_a_view_gives_is_checked(monkeypatch):
    """A view is a graph that runs: one that breaks an invariant is never drawn."""

    def damaged(graph):
        found = graph.copy()
        found.add_variable("score", replace(graph.variable("score"), shape=(7,)))
        return found

    monkeypatch.setitem(DETAILS, "operations", damaged)
    with pytest.raises(GraphError, match=r"score has shape \(7,\)"):
        gnn.draw(GRAPH, view="operations")
