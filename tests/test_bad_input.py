"""Errors in the input of a gradient check name it with a remedy, in every function that checks gradients."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.cli import main
from graphviz_nn.errors import Error


def loss(x, y, W):
    z = W @ x
    p = np.exp(z) / np.sum(np.exp(z))
    return -np.log(y @ p)


X, Y, W = gnn.input(2), gnn.target(3), gnn.parameter((3, 2))
LOSS = gnn.trace(loss, x=X, y=Y, W=W)
SCORES = gnn.trace(lambda x, W: W @ x, x=X, W=W)
CHOICE = gnn.trace(lambda x, i, W: (W @ x)[i], x=X, i=gnn.input((), dtype="int64"), W=W)
FEEDS = {"x": [1.0, 2.0], "y": [0.0, 1.0, 0.0], "W": np.ones((3, 2)).tolist()}
CHOSEN = {"x": FEEDS["x"], "i": 1, "W": FEEDS["W"]}
SHOW = ("gradients", "check")
WAYS = {
    "check_gradients": lambda graph, feeds, folder, **more: gnn.check_gradients(graph, feeds, **more),
    "gradient_report": lambda graph, feeds, folder, **more: gnn.gradient_report(
        graph, feeds, folder / "report.html", **more
    ),
    "draw": lambda graph, feeds, folder, **more: gnn.draw(graph, feeds=feeds, show=SHOW, **more),
    "steps": lambda graph, feeds, folder, **more: gnn.steps(graph, feeds, "both", show=SHOW, **more),
}


def gives(found):
    def student(**feeds):
        return found

    return student


def raising(x, y, W):
    raise ZeroDivisionError("division by zero")


def three(x, y):
    return {}


FED = [
    (LOSS, {"x": FEEDS["x"]}, r"the target y isn't fed; give y=… \(an array of shape \(3,\)\)"),
    (LOSS, {**FEEDS, "x": [1.0]}, r"x has shape \(1,\); the graph was traced with \(2,\)"),
    (LOSS, {**FEEDS, "x": [[1.0, 2.0]] * 5}, r"for many examples use batch\(graph, over='x'\)"),
    (LOSS, {**FEEDS, "x": ["a", "b"]}, "x must hold numbers, found <U1"),
    (LOSS, {**FEEDS, "x": None}, "x must hold numbers, found object"),
    (LOSS, {**FEEDS, "x": [1j, 2]}, "x holds complex numbers; it must be float64"),
    (LOSS, {**FEEDS, "x": [1.0, np.nan]}, r"x is NaN at \[1\]; replace or remove"),
    (LOSS, {**FEEDS, "w": 1}, r"the graph has no argument 'w': did you mean 'W'\? There are: x, y, W$"),
    (LOSS, [1, 2], "feeds must be a dict"),
    (CHOICE, {**CHOSEN, "i": 1.5}, "i must be int64, found float64 values that aren't whole"),
    (CHOICE, {**CHOSEN, "i": 7}, r"getitem \(test_bad_input.py:\d+\): index 7 is out of bounds.*feed whole numbers"),
    (SCORES, {"x": FEEDS["x"], "W": FEEDS["W"]}, r"of shape \(3,\): sum it, add a loss|sum it in the model"),
    (LOSS, {**FEEDS, "y": [0.0] * 3}, r"loss is inf: log \(.*\) gives -inf of 0.0; a gradient can only be checked"),
    (LOSS, {**FEEDS, "x": [500.0, 500.0]}, "exp .* gives inf of 1000.0, then divide .* gives nan of inf and inf"),
]
STUDENTS = [
    (LOSS, gives({"w": 1.0}), "what student returned has a gradient of 'w', which isn't a variable: did you mean 'W'"),
    (LOSS, gives({"W": np.zeros((2, 3))}), r"'W' has shape \(2, 3\).*\(3, 2\); its transpose fits"),
    (LOSS, gives({"W": np.full((3, 2), np.nan)}), r"'W' is nan at \[0, 0\]; look for 0/0"),
    (LOSS, gives({"W": [["a"]]}), "'W' must hold numbers"),
    (LOSS, gives({}), "what student returned has no gradients"),
    (LOSS, gives(None), "student returned a NoneType; it must return a dict"),
    (LOSS, gives(([1, 2], {"W": np.zeros((3, 2))})), r"a value of shape \(2,\), but loss is a single number"),
    (LOSS, gives((np.nan, {"W": np.zeros((3, 2))})), "the value that student returns is nan"),
    (LOSS, raising, r"raising\(x, y, W\) raised ZeroDivisionError: division by zero; it must take the feeds"),
    (LOSS, three, r"three\(x, y, W\) raised TypeError.*unexpected keyword argument 'W'"),
    (CHOICE, gives({"i": 1.0}), "i is int64, which has no gradient; leave it out"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("graph", "feeds", "says"), FED, ids=[row[2][:40] for row in FED])
@pytest.mark.filterwarnings("ignore::graphviz_nn.errors.NumericalWarning")
def test_feeds_and_losses(way, graph, feeds, says, tmp_path):
    with pytest.raises(Error, match=says):
        WAYS[way](graph, feeds, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("graph", "student", "says"), STUDENTS, ids=[row[2][:40] for row in STUDENTS])
def test_gradients_of_students(way, graph, student, says, tmp_path):
    feeds = FEEDS if graph is LOSS else CHOSEN
    with pytest.raises(Error, match=says):
        WAYS[way](graph, feeds, tmp_path, against=student)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", WAYS)
def test_what_is_no_graph(way, tmp_path):
    with pytest.raises(Error, match=r"graphviz_nn.trace|graphviz_nn.input"):
        WAYS[way](loss, FEEDS, tmp_path)


def test_a_whole_number_has_no_gradient():
    with pytest.raises(
        Error, match=r"i is int64; only floating-point variables have .* dtype='float64', or leave it out"
    ):
        gnn.check_gradients(CHOICE, CHOSEN, wrt="i")


def test_a_target_has_one_where_it_is_asked_for():
    report = gnn.check_gradients(LOSS, FEEDS, wrt="y")
    assert report.passed and [row.role for row in report.rows] == ["target"]


MODEL = """
import numpy as np
import graphviz_nn as gnn
from graphviz_nn import nn

X, Y, W = gnn.input(2), gnn.target(3), gnn.parameter((3, 2))
def layers(x=X, y=Y, W=W): return nn.cross_entropy(nn.softmax(nn.linear(x, W)), y)
def logits(x=X, y=Y, W=W): return nn.cross_entropy_with_logits(W @ x, y)
def by_hand(x=X, y=Y, W=W):
    z = W @ x
    return -np.sum(y * np.log(np.exp(z) / np.sum(np.exp(z))))
def divergence(x=X, y=Y, W=W): return nn.kl_divergence(y, nn.softmax(W @ x))
def binary(x=X, y=gnn.target(()), w=gnn.parameter(2)): return nn.binary_cross_entropy(nn.sigmoid(w @ x), y)
def margin(x=X, y=gnn.target(()), w=gnn.parameter(2)): return nn.hinge(w @ x, y)
def squares(x=X, y=Y, W=W): return np.sum((nn.sigmoid(W @ x) - y) ** 2)
def scores(x=X, W=W): return W @ x
def choice(x=X, i=gnn.input((), dtype="int64")): return x[i]
def length(x=X): return np.sqrt(np.sum(x**2))
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")

    def command(*arguments):
        return main(arguments), *capsys.readouterr()

    return command


DRAWN = {
    "y as probabilities": ("layers", "logits", "by_hand", "divergence", "binary"),
    "y as 1 or -1": ("margin",),
    "x, y, W from the standard normal distribution": ("squares",),
}


@pytest.mark.parametrize(("words", "name"), [(words, name) for words, names in DRAWN.items() for name in names])
def test_a_target_is_drawn_as_what_its_loss_takes(run, words, name):
    for seed in range(5):
        code, out, err = run("check", f"model.py:{name}", "--seed", str(seed))
        assert (code, err) == (0, "") and words in out, out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["scores"], "scores has shape (3,), but only a single number has gradients; sum it in the model"),
        (["choice"], "i is int64, which can't be drawn at random; feed it: --feed 'i=0'"),
        (["choice", "--feed", "i=7"], "index 7 is out of bounds for axis 0 with size 2; feed whole numbers within it"),
        (["layers", "--feed", "x=a"], "--feed x=a: write x=1 or x=1,2"),
        (["layers", "--feed", "x=1,2,3"], "x has shape (3,); the graph was traced with (2,)"),
        (["layers", "--feed", "z=1"], "the graph has no argument 'z': there are: x, y, W"),
        (["layers", "--against", "toch"], "did you mean 'torch'"),
    ],
)
def test_the_command_line_refuses_in_one_line(run, arguments, says):
    code, out, err = run("check", f"model.py:{arguments[0]}", *arguments[1:])
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert says in err


def test_the_command_line_warns_in_one_line(run):
    code, _, err = run("draw", "model.py:length", "--feed", "x=0,0", "--show", "gradients", "-o", "a.svg")
    assert code == 0
    assert err.startswith("graphviz-nn: warning: grad_x at [0] is nan: divide on the way back through sqrt (model.py:")
    assert err.count("\n") == 1
