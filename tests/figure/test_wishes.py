"""Composing pictures by name: texts, hiding, renaming and highlighting, in every view and format."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.cli import main
from graphviz_nn.errors import LabelError, UsageError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.scene import Text
from graphviz_nn.style.labels import plain
from graphviz_nn.style.sheet import load, names


def loss(x, y, W1, W2):
    z1 = nn.linear(x, W1)
    a1 = nn.sigmoid(z1)
    p = nn.softmax(nn.linear(a1, W2))
    return nn.cross_entropy(p, y)


GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(2), W1=gnn.parameter((3, 2)), W2=gnn.parameter((2, 3)))
FEEDS = {"x": [1.0, 2.0], "y": [0.0, 1.0], "W1": np.ones((3, 2)), "W2": np.arange(6.0).reshape(2, 3)}
NETWORK = gnn.trace(nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2), nn.Softmax()), x=gnn.input(2))


def shapes(picture, panel=0):
    return {shape.name: shape for shape in picture.panels[panel].diagram.shapes}


def arrows(picture, panel=0):
    return {(link.tail, link.head) for link in picture.panels[panel].diagram.links}


def group(picture, name):
    return next(each for each in picture.scene.groups if each.id == name)


# Title and caption.


def test_a_title_above_and_a_caption_below():
    bare = gnn.draw(GRAPH)
    picture = gnn.draw(GRAPH, title="Two layers, $W^{(1)}$ first", caption="It's 50% of_it. " * 12)
    title, caption = (group(picture, name).items for name in ("title", "caption"))
    nodes = [item.y for each in picture.scene.groups if each.id.startswith("node") for item in each.items[1:]]
    assert max(line.y for line in title) < min(nodes) < max(nodes) < min(line.y for line in caption)
    assert len(title) == 1 < len(caption)
    assert picture.scene.width == bare.scene.width
    assert picture.scene.title == "Two layers, W^(1) first"
    for line in (*title, *caption):
        half = typeset(line.tex).width * line.size / 2
        assert half <= line.x <= picture.scene.width - half
        assert line.x == pytest.approx(picture.scene.width / 2)
    assert "Two layers" in picture.svg


def test_the_page_grows_for_a_long_word():
    picture = gnn.draw(GRAPH, caption="x" * 200)
    (line,) = group(picture, "caption").items
    assert typeset(line.tex).width * line.size < picture.scene.width


def test_a_line_break_is_kept():
    assert len(group(gnn.draw(GRAPH, title="one\ntwo"), "title").items) == 2


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_each_view_has_its_heading(direction):
    views = ["operations", "layers", "arrows"]
    said = ["every $+$", "a much longer heading that is broken into several lines " * 3, "arrows"]
    picture = gnn.draw(GRAPH, view=views, headings=said, direction=direction)
    bottom = 0.0
    for number in (1, 2, 3):
        mine = [each for each in picture.scene.groups if each.id.startswith(f"view{number}-")]
        (heading,) = (each for each in mine if each.id.endswith("-heading"))
        texts = [item.y for each in mine if each is not heading for item in each.items if isinstance(item, Text)]
        assert bottom < min(line.y for line in heading.items)
        assert max(line.y for line in heading.items) < min(texts)
        bottom = max(texts) if direction == "LR" else 0.0
        for line in heading.items:
            half = typeset(line.tex).width * line.size / 2
            assert half <= line.x <= picture.scene.width - half
    assert picture.again().svg == picture.svg


def test_a_heading_for_each_view_of_each_model():
    picture = gnn.draw([GRAPH, NETWORK], view=["layers", "arrows"], headings=["a", "b", "c", "d"])
    found = {each.id: each.title for each in picture.scene.groups if each.id.endswith("heading")}
    assert found == {f"view{n}-heading": name for n, name in enumerate("abcd", 1)}
    assert group(gnn.draw(NETWORK, headings="alone"), "heading").title == "alone"


def leaking(x, y, W):
    p = nn.softmax(nn.linear(np.concatenate([x, y]), W))
    return nn.cross_entropy(p, y)


LEAKING = gnn.trace(leaking, x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 4)))


@pytest.mark.parametrize("view", ["operations", "layers", ["layers", "arrows"]])
def test_what_lint_finds_is_written_below(view):
    picture = gnn.draw(LEAKING, view=view, show="remarks", caption="and more")
    path = "y → concatenate → linear → softmax → p"
    assert group(picture, "caption").title == f"× the prediction depends on the target: {path} and more"
    bare = gnn.draw(LEAKING, view=view)
    assert not any(each.id == "caption" for each in bare.scene.groups)
    assert picture.remarks == bare.remarks
    assert not any(each.id == "caption" for each in gnn.draw(NETWORK, show="remarks").scene.groups)


# Hiding.


@pytest.mark.parametrize("view", ["operations", "layers", "arrows", "compact"])
def test_what_is_hidden_is_bridged_and_the_mathematics_stays(view):
    whole, picture = gnn.draw(GRAPH, view=view), gnn.draw(GRAPH, view=view, hide=["sigmoid", "x"])
    assert "x" in shapes(whole)
    assert not {"x", "sigmoid"} & set(shapes(picture))
    for name, value in gnn.evaluate(whole.graph, FEEDS).items():
        np.testing.assert_array_equal(gnn.evaluate(picture.graph, FEEDS)[name], value)


def test_bridges():
    assert ("z1", "a1") in arrows(gnn.draw(GRAPH, view="layers", hide="sigmoid"))
    assert ("z1", "linear_2") in arrows(gnn.draw(GRAPH, view="layers", hide=["sigmoid", "a1"]))
    hidden = gnn.draw(GRAPH, hide=["sigmoid", "W2"])
    assert ("matmul", "matmul_2") in arrows(hidden)
    assert all("W2" not in ends for ends in arrows(hidden))
    units = gnn.draw(NETWORK, view="units", hide="a1")
    assert arrows(units) == {(f"x[{i}]", f"p[{j}]") for i in (1, 2) for j in (1, 2)}


def test_the_main_line_ends_before_a_hidden_end():
    picture = gnn.draw(GRAPH, hide=["cross_entropy", r"\mathrm{loss}"])
    assert {"cross_entropy", "loss"}.isdisjoint(shapes(picture))
    assert picture.panels[0].diagram.spine[-1] == "softmax"


def test_something_is_left_to_draw():
    with pytest.raises(UsageError, match="nothing is left"):
        gnn.draw(gnn.trace(lambda x: -x, x=gnn.input(2)), hide=["x", "negative", "output"])


def test_a_word_is_a_word_though_a_variable_is_called_so():
    def model(x, target):
        return x - target

    graph = gnn.trace(model, x=gnn.input(2), target=gnn.parameter(2))
    assert "target" in shapes(gnn.draw(graph, hide="target"))
    assert "target" not in shapes(gnn.draw(graph, hide=r"\mathrm{target}"))


# Renaming.


def test_symbols_are_used_wherever_a_variable_is_written():
    picture = gnn.draw(GRAPH, rename={"z1": "s", "x": "u_hat"}, feeds=FEEDS, show=("gradients",))
    assert shapes(picture)["x"].label == r"\hat{u}"
    assert "s" in {link.label for link in picture.panels[0].diagram.links}
    formulas = gnn.draw(GRAPH, view="layers", rename={"x": "u"}, show="formulas")
    assert any("u" in shape.note for shape in shapes(formulas).values())
    assert GRAPH.variable("x").label is None


@pytest.mark.parametrize("view", ["compact", "layers", "arrows", "units"])
def test_operations_get_other_titles(view):
    picture = gnn.draw(NETWORK, view=view, rename={"linear_1": "encoder"})
    assert "encoder" in {plain(item.tex) for g in picture.scene.groups for item in g.items if isinstance(item, Text)}


def test_scalars_follow_their_vector():
    graph = gnn.trace(lambda x, theta: theta @ x, x=gnn.input(2), theta=gnn.parameter(2))
    picture = gnn.draw(graph, view="scalars", rename={"theta": "w"}, callouts={"theta": "learned"})
    assert plain(shapes(picture)["theta_1"].label) == "w_1"


def test_a_symbol_that_cant_be_set_is_refused():
    with pytest.raises(LabelError, match="foo"):
        gnn.draw(GRAPH, rename={"x": r"\foo"})
    with pytest.raises(LabelError, match="one line"):
        gnn.draw(GRAPH, rename={"x": "a\nb"})


# Emphasis.


def test_paths_are_strong_and_all_else_is_pale():
    picture = gnn.draw(GRAPH, highlight="W1 -> loss")
    pale = {name for name, shape in shapes(picture).items() if shape.emphasis == "pale"}
    assert pale == {"x", "y", "W2"}
    assert {link.tail for link in picture.panels[0].diagram.links if link.emphasis == "pale"} == pale


def test_single_names_and_the_arrows_between_them():
    picture = gnn.draw(GRAPH, view="layers", highlight=["x", "linear"])
    strong = {(link.tail, link.head) for link in picture.panels[0].diagram.links if link.emphasis == "strong"}
    assert strong == {("x", "linear")}
    assert {name for name, shape in shapes(picture).items() if shape.emphasis == "strong"} == {"x", "linear"}


def test_an_arrow_can_stand_out():
    picture = gnn.draw(GRAPH, highlight="z1")
    assert [link.variable for link in picture.panels[0].diagram.links if link.emphasis == "strong"] == ["z1"]


@pytest.mark.parametrize("style", names())
def test_pale_lines_are_thinner_and_lighter_than_strong_ones(style):
    sheet = load(style)
    picture = gnn.draw(GRAPH, view="layers", style=style, highlight="x -> z1")
    strong, pale = (group(picture, f"node-{name}").items for name in ("z1", "a1"))
    assert strong[0].width > pale[0].width
    assert strong[0].stroke != pale[0].stroke
    assert pale[1].colour == sheet.emphasis.ink


def test_no_path_is_an_error():
    with pytest.raises(UsageError, match="no path p -> x"):
        gnn.draw(GRAPH, highlight="p -> x")


# Names.


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"callouts": {"W3": "a"}}, "did you mean 'W2'"),
        ({"callouts": {"linear": "a"}}, "this picture doesn't draw; view='compact'"),
        ({"view": "layers", "braces": {"a": ("x", "W1")}}, "view='operations' or expand='linear' shows it"),
        ({"callouts": {"negative": "a"}}, "expand='sigmoid' shows it"),
        ({"callouts": {"x": "a"}, "hide": "x"}, "hide= removes"),
        ({"hide": "shape"}, "did you mean 'shapes'"),
        ({"rename": {"W3": "a"}}, "did you mean 'W2'"),
        ({"callouts": ["x"]}, "must be a dict"),
        ({"callouts": {"x": ""}}, "needs text"),
        ({"braces": {"a": ()}}, "needs names"),
        ({"highlight": "->"}, "paths such as"),
        ({"title": 3}, "needs text"),
        ({"headings": [3]}, "needs text"),
        ({"headings": ["a", "b"]}, "headings= has 2 texts for 1 views; give one for each"),
    ],
)
def test_errors_say_what_would_work(options, said):
    with pytest.raises(UsageError, match=said):
        gnn.draw(GRAPH, **options)


def test_a_name_counts_in_every_view_where_it_is():
    picture = gnn.draw(GRAPH, view=["operations", "layers"], callouts={"linear": "here", "x": "in"}, hide="W1")
    callouts = [each.id for each in picture.scene.groups if "callout" in each.id]
    assert callouts == ["view1-callout-1", "view2-callout-1", "view2-callout-2"]
    assert "W1" not in shapes(picture)


def test_symbols_are_names_too():
    first = gnn.draw(NETWORK, view="layers", callouts={"z^{(1)}": "here"})
    assert first.svg == gnn.draw(NETWORK, view="layers", callouts={"z1": "here"}).svg


# Formats.

EVERYTHING = {
    "title": "50% of $x^2$ & <b>_#{~",
    "caption": 'It\'s "so" -- \\really^',
    "callouts": {"a1": "learned & <i>features</i>"},
    "braces": {"features_$\\alpha$": ("x", "a1")},
    "highlight": "x -> a1",
    "rename": {"x": "u", "linear": "50% encoder"},
    "hide": "z1",
}


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("suffix", ["svg", "pdf", "png", "eps", "tex", "pptx", "dot"])
def test_every_format_takes_everything(suffix, direction, tmp_path):
    files = [tmp_path / f"{number}.{suffix}" for number in (1, 2)]
    for file in files:
        gnn.draw(NETWORK, file, view="layers", direction=direction, **EVERYTHING)
    assert files[0].read_bytes() == files[1].read_bytes()
    if suffix == "svg":
        ElementTree.parse(files[0])


def test_the_same_bytes_from_every_process(tmp_path):
    script = tmp_path / "s.py"
    script.write_text(
        "import graphviz_nn as gnn\n"
        "def f(x, y, z):\n    return ((x + y) * (y + z) + (x + z)) * x\n"
        "graph = gnn.trace(f, x=gnn.input(2), y=gnn.input(2), z=gnn.input(2))\n"
        "print(gnn.draw(graph, hide=['add', 'add_2', 'multiply', 'z'], callouts={'x': 'a', 'y': 'b'},\n"
        "               braces={'c': ('x', 'y')}, highlight='x -> f', order=('x', 'y')).svg)\n"
    )
    found = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        found.add(subprocess.run([sys.executable, script], env=environment, capture_output=True, check=True).stdout)
    assert len(found) == 1


def test_dot_has_what_dot_can_say():
    source = gnn.draw(GRAPH, title="A title", callouts={"softmax": "a remark"}, order=("W1", "W2")).digraph.source
    assert "A title" in source
    assert 'xlabel="a remark"' in source
    assert "rank=same" in source


def test_a_picture_is_drawn_again_as_it_was():
    picture = gnn.draw(NETWORK, view="layers", **EVERYTHING)
    assert picture.again().svg == picture.svg


# The command line.


def test_the_command_line_takes_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text(
        "import graphviz_nn as gnn\n"
        "def loss(x=gnn.input(2), y=gnn.target(()), theta=gnn.parameter(2)):\n"
        "    score = theta @ x\n"
        "    return (score - y) ** 2\n"
    )
    arguments = ["draw", "m.py:loss", "-o", "a.svg", "--title", "A title", "--caption", "$a = b$"]
    arguments += [
        "--callout",
        "x=what is known, $x = 1$",
        "--brace",
        "$a = b$=x,matmul",
        "--highlight",
        "theta -> loss",
    ]
    arguments += ["--heading", "operations", "--show", "remarks"]
    arguments += ["--rename", "score=s", "--hide", "y", "--order", "theta,matmul", "--align", "theta,matmul"]
    assert main(arguments) == 0
    from graphviz_nn.importers.python_file import run

    picture = gnn.draw(
        run(tmp_path / "m.py").loss,
        title="A title",
        caption="$a = b$",
        headings=["operations"],
        show="remarks",
        callouts={"x": "what is known, $x = 1$"},
        braces={"$a = b$": ("x", "matmul")},
        highlight="theta -> loss",
        rename={"score": "s"},
        hide="y",
        order=("theta", "matmul"),
        align=("theta", "matmul"),
    )
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == picture.svg
    for wrong in (["--callout", "x"], ["--brace", "=x"], ["--rename", "a=b", "--rename", "a=c"]):
        assert main(["draw", "m.py:loss", *wrong]) == 2
    assert "write --callout NAME=TEXT" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["show", "hide"])
@pytest.mark.parametrize("word, form, other", [("biases", "units", "layers"), ("unnamed", "layers", "arrows")])
def test_a_word_of_one_view_is_refused_in_others(word, form, other, option):
    graph = gnn.trace(lambda x, W: np.tanh(W @ x), x=gnn.input(2), W=gnn.parameter((2, 2)))
    with pytest.raises(gnn.errors.UsageError, match=f"{word!r} belongs to the view {form!r}"):
        gnn.draw(graph, view=other, **{option: word})
