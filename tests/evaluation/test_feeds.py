"""Unsuitable feeds are refused by name in every function that takes feeds, including another graph in against=."""

import re
import warnings
from html import unescape

import numpy as np
import pytest
from frameworks import needs

import graphviz_nn as gnn
from graphviz_nn.cli import main
from graphviz_nn.errors import Error, FeedError, GradientError, TracingError


def graph(x="float64", w="float32"):
    return gnn.trace(lambda x, w: np.sum(w * x), x=gnn.input(2, dtype=x), w=gnn.parameter(2, dtype=w))


def report(model, feeds, folder):
    return gnn.gradient_report(model, feeds, folder / "report.md")


TAKERS = {
    "evaluate": lambda model, feeds, folder: gnn.evaluate(model, feeds),
    "compile": lambda model, feeds, folder: gnn.compile(model)(feeds),
    "value_and_gradient": lambda model, feeds, folder: gnn.value_and_gradient(model, feeds),
    "check_gradients": lambda model, feeds, folder: gnn.check_gradients(model, feeds),
    "draw": lambda model, feeds, folder: gnn.draw(model, feeds=feeds, show="values"),
    "steps": lambda model, feeds, folder: gnn.draw(model, feeds=feeds, show=("gradients", "check")),
    "gradient_report": report,
}
REFUSED = {
    "out of the range": (graph("int8"), {"x": [1, 300], "w": [1, 2]}, r"x is 300 at \[1\]; it must be int8, whole"),
    "below the range": (graph("uint8"), {"x": [-1, 3], "w": [1, 2]}, r"x is -1 at \[0\]; .* from 0 to 255"),
    "not whole": (
        graph("int64"),
        {"x": [0.5, 3], "w": [1, 2]},
        r"x must be int64, found float64 values that aren't whole",
    ),
    "infinite": (graph("int64"), {"x": [np.inf, 3], "w": [1, 2]}, r"x is inf at \[0\]; it must be int64, whole"),
    "no truth value": (graph("bool"), {"x": [1, 2], "w": [1, 2]}, r"x is 2 at \[1\]; it must be bool, True or False"),
    "too large": (graph(), {"x": [1, 2], "w": [1e300, 2]}, r"w is 1e\+300 at \[0\]; it is float32, whose largest"),
    "too large for half": (graph("float16"), {"x": [1, 70_000], "w": [1, 2]}, r"x is 70000 at \[1\]; it is float16"),
    "masked": (graph(), {"x": np.ma.array([1.0, 2.0], mask=[0, 1]), "w": [1, 2]}, "x is a masked array"),
}


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("title", REFUSED)
def test_what_does_not_fit(title, taker, tmp_path):
    model, feeds, says = REFUSED[title]
    with pytest.raises(FeedError, match=says):
        TAKERS[taker](model, feeds, tmp_path)
    assert not list(tmp_path.iterdir())


@needs("torch")
def test_tensors_are_feeds_if_they_hold_plain_numbers(tmp_path):
    import torch

    ones = torch.ones(2)
    with warnings.catch_warnings():
        # PyTorch says that they are old.
        warnings.simplefilter("ignore")
        quantised = torch.quantize_per_tensor(ones, 0.1, 0, torch.qint8)
    refused = {
        "x is a meta tensor; it has no numbers": torch.ones(2, device="meta"),
        "x is a sparse tensor; give x.to_dense()": ones.to_sparse(),
        "x is a quantised tensor; give x.dequantize()": quantised,
    }
    for says, tensor in refused.items():
        for taker in TAKERS.values():
            with pytest.raises(FeedError, match=re.escape(says)):
                taker(graph(), {"x": tensor, "w": [1, 2]}, tmp_path)
    for tensor in (ones, torch.ones(2, requires_grad=True), ones.bfloat16(), [ones[0], torch.tensor(1)]):
        assert gnn.evaluate(graph(), {"x": tensor, "w": [1, 2]}, outputs="output") == 3


def test_what_fits_is_rounded_at_most():
    assert gnn.evaluate(graph("int8"), x=[1.0, 127.0], w=[0.1, 1e-60], outputs="x").dtype == "int8"
    assert gnn.evaluate(graph("float16"), x=[True, 0.1], w=[1, 2], outputs="x").tolist() == [1, np.float16(0.1)]


def test_data_are_refused_as_feeds_are():
    model = gnn.trace(
        lambda x, y, w: (w @ x - y) ** 2,
        x=gnn.input(2, dtype="float32"), y=gnn.target((), dtype="float32"), w=gnn.parameter(2, dtype="float32"),
    )  # fmt: skip
    with pytest.raises(FeedError, match=r"x is 1e\+300 at \[1, 0\]; it is float32"):
        gnn.fit(model, gnn.data.arrays(np.array([[1, 2.0], [1e300, 2]]), np.array([1.0, 2])), steps=1)
    with pytest.raises(FeedError, match=r"y is 1e\+300 at \[1\]; it is float32"):
        gnn.fit(model, gnn.data.arrays(np.array([[1, 2.0], [1, 2]]), np.array([1.0, 1e300])), steps=1)


def test_the_command_line_refuses_in_one_line(tmp_path, capsys):
    file = tmp_path / "model.py"
    file.write_text(
        "import numpy as np\nimport graphviz_nn as gnn\n\n"
        'def loss(x=gnn.input(2, dtype="int8"), w=gnn.parameter(2)):\n    return np.sum(w * x)\n'
    )
    for command in ("check", "draw"):
        assert main([command, f"{file}:loss", "--feed", "x=1,300", "--feed", "w=1,2"]) == 2
        said = capsys.readouterr().err
        assert "x is 300 at [1]; it must be int8" in said and said.count("\n") == 1


def test_the_command_line_tells_what_can_not_be_measured(tmp_path, capsys):
    file = tmp_path / "model.py"
    code = "import numpy as np\nimport graphviz_nn as gnn\n\n"
    code += "def loss(w=gnn.parameter(2)):\n    return np.log(np.sum(np.sin(w))MORE)"
    for more, expected in (("", 0), (" + 1e12", 3)):
        file.write_text(code.replace("MORE", more) + "\n")
        assert main(["check", f"{file}:loss", "--feed", "w=1,2", "--report", str(tmp_path / "report.html")]) == expected
        said, page = capsys.readouterr().out, (tmp_path / "report.html").read_text(encoding="utf-8")
        for text in (said, page):
            assert ("can't be measured" in unescape(text)) == bool(more)
        assert ('class="open"' in page) == bool(more)


def test_pictures_and_reports_tell_what_can_not_be_measured(tmp_path):
    model = gnn.trace(lambda x, w: np.log(np.sum(w * np.sin(x)) + 1e12), x=gnn.input(2), w=gnn.parameter(2))
    feeds = {"x": [0.5, 1.0], "w": [2.0, 3.0]}
    picture = gnn.draw(model, feeds=feeds, show=("values", "gradients", "check"))
    footer = next(group for group in picture.scene.groups if group.id == "footer")
    assert any(item.tex.startswith(r"?\ ") and "measurable" in item.tex for item in footer.items)
    assert "x, w not measurable" in report(model, feeds, tmp_path).summary
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| ? | x |" in text and "is rounded, which hides slopes below" in text


def loops(x, w):
    total = 0.0
    for i in range(3):
        total = total + np.sin(w[i] * x[i])
    return total


ONE = gnn.trace(lambda x, w: np.sum(np.sin(w * x)), x=gnn.input(3), w=gnn.parameter(3))
FED = {"x": [1.0, 2.0, 3.0], "w": [0.5, -0.5, 0.1]}


def test_another_graph_or_a_function_with_specs():
    def same(x=gnn.input(3), w=gnn.parameter(3)):
        return loops(x, w)

    for other in (same, gnn.trace(loops, x=gnn.input(3), w=gnn.parameter(3))):
        found = gnn.check_gradients(ONE, FED, against=other)
        assert found and [row.name for row in found.rows] == ["x", "w"]
        assert f"agree with {getattr(other, '__name__', 'loops')}" in found.summary
    assert gnn.draw(ONE, feeds=FED, show=("gradients", "check"), against=same)


def test_another_graph_that_differs():
    scaled = gnn.trace(lambda x, w: 2 * loops(x, w), x=gnn.input(3), w=gnn.parameter(3))
    found = gnn.check_gradients(ONE, FED, against=scaled)
    assert not found and found.rows[0].note.startswith("the output itself differs")
    assert [row.verdict for row in found.rows] == ["differs"] * 3
    single = gnn.trace(loops, x=gnn.input(3, dtype="float32"), w=gnn.parameter(3, dtype="float32"))
    assert gnn.check_gradients(ONE, FED, against=single)


@pytest.mark.parametrize(
    ("other", "wrt", "says"),
    [
        (gnn.trace(lambda a: np.sum(a), a=gnn.input(3)), None, "has no argument of the same name; it has a"),
        (gnn.trace(lambda x: np.sum(x), x=gnn.input(3)), "w", "has no 'w'; it has x"),
        (gnn.trace(lambda x, w: np.sum(w), x=gnn.input(3), w=gnn.input((3, 1))), None, r"w has shape \(3,\)"),
    ],
)
def test_another_graph_that_can_not_be_compared(other, wrt, says):
    with pytest.raises((GradientError, FeedError), match=says):
        gnn.check_gradients(ONE, FED, against=other, wrt=wrt)


@pytest.mark.parametrize("make", [gnn.input, gnn.target, gnn.parameter, gnn.constant])
@pytest.mark.parametrize(
    ("value", "dtype", "says"),
    [
        ([300], "int8", r"is 300 at \[0\]; it must be int8, whole numbers from -128 to 127"),
        ([1.5], "int8", r"must be int8, found float64 values that aren't whole: 1.5 at \[0\]"),
        ([1.0, np.nan], "uint8", r"is nan at \[1\]; it must be uint8"),
        ([2], "bool", r"is 2 at \[0\]; it must be bool"),
        (np.array([1e300]), "float32", r"is 1e\+300 at \[0\]; it is float32"),
    ],
)
def test_the_values_of_specs_are_refused_as_feeds_are(make, value, dtype, says):
    with pytest.raises(TracingError, match=says):
        make(value, dtype=dtype)
    assert make([1, 0], dtype=dtype).variable.value.dtype == dtype


@pytest.mark.parametrize(
    "values",
    [np.ma.array([0, 1], mask=[0, 1]), np.rec.array([(0.0,), (1.0,)], dtype=[("a", float)])],
    ids=["masked", "record"],
)
def test_arrays_that_compute_otherwise_enter_nowhere(values):
    scaled = gnn.trace(lambda x, w: w * x, x=gnn.input(()), w=gnn.parameter(2))
    model = gnn.trace(lambda x, y, w: (w @ x - y) ** 2, x=gnn.input(2), y=gnn.target(()), w=gnn.parameter(np.ones(2)))
    training = gnn.fit(model, gnn.data.arrays(np.eye(2), np.ones(2)), steps=1)
    entries = {
        "index": lambda: gnn.trace(lambda x: x[values], x=gnn.input(3)),
        "index in a tuple": lambda: gnn.trace(lambda x: x[:, values], x=gnn.input((2, 3))),
        "take": lambda: gnn.trace(lambda x: x.take(values), x=gnn.input(3)),
        "predict": lambda: training.predict(values),
        "evaluate": lambda: training.evaluate([values, values], training.prediction),
        "cotangent": lambda: gnn.gradient(scaled, cotangent=values),
        "batch": lambda: gnn.batch(scaled, {"x": values}),
    }
    for title, enter in entries.items():
        with pytest.raises(Error, match=r"is a (masked|record) array") as caught:
            enter()
        assert "\n" not in str(caught.value), title


def test_a_cotangent_that_does_not_fit_its_dtype():
    scaled = gnn.trace(lambda w: w * 2, w=gnn.parameter(2, dtype="float32"))
    with pytest.raises(GradientError, match=r"is 1e\+300 at \[1\]; it is float32"):
        gnn.gradient(scaled, cotangent=[1, 1e300])
