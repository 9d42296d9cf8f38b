"""The table on saturated, undefined and empty cases in docs/gradients.md is right: a value, or a named warning."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.errors import FeedError, NonFiniteError, NumericalWarning, ShapeError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "gradients.md"
SECTION = PAGE.read_text(encoding="utf-8").partition("## At the edge\n")[2].partition("\n## ")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split(" |")] for line in SECTION.splitlines() if line[:3] == "| `"]


def numbers(text):
    return [] if text == "none" else [float(each) for each in text.split(", ")]


def traced(code, x):
    return gnn.trace(eval("lambda x: " + code, {"np": np, "nn": nn}), x=gnn.parameter(x.shape))


@pytest.mark.parametrize(("code", "at", "value", "slope", "named"), ROWS, ids=[" at ".join(row[:2]) for row in ROWS])
def test_a_value_or_a_named_warning(code, at, value, slope, named):
    x, words = np.array(numbers(at)), re.findall(r"`(.+?)`", named)
    code = code.strip("`")
    if value == "refused":
        with pytest.raises(ShapeError, match=words[0]):
            traced(code, x)
        return
    graph = traced(code, x)
    (of,) = graph.outputs
    both = gnn.gradient(graph, cotangent=np.ones(graph.variable(of).shape))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = gnn.evaluate(both, x=x, outputs=[of, both.graph["gradients"]["x"]])
    for expected, array in zip((value, slope), found.values(), strict=True):
        np.testing.assert_allclose(np.ravel(array), numbers(expected), rtol=1e-5)
    finite = all(np.isfinite(array).all() for array in found.values())
    assert [each.category for each in caught] == ([] if finite else [NumericalWarning])
    assert finite == (not words)
    for warning, word in [(warning, word) for warning in caught for word in words]:
        assert re.search(rf"\b{word}( in \S+)? \(<string>:1\) gives", str(warning.message))


def test_every_kind_of_row_is_there():
    assert len(ROWS) > 50
    assert {row[2] for row in ROWS} > {"refused", "inf", "nan", "0"}


def test_the_warning_is_at_the_line_that_asked():
    graph = gnn.trace(lambda x: np.sqrt(np.sum(x**2)), x=gnn.parameter(2))
    with pytest.warns(NumericalWarning, match="grad_x at .* multiply on the way back through power") as caught:
        gnn.value_and_gradient(graph, x=[0.0, 0.0])
    assert caught[0].filename == __file__
    with pytest.warns(NumericalWarning, match="back through sqrt"):
        gnn.draw(graph, feeds={"x": [0.0, 0.0]}, show="gradients")


def test_the_check_says_where_it_comes_from():
    graph = gnn.trace(lambda x: np.sqrt(np.sum(x**2)), x=gnn.parameter(2))
    report = gnn.check_gradients(graph, x=[0.0, 0.0])
    assert not report and "gives nan of inf and 0.0" in str(report)
    graph = gnn.trace(lambda x: np.sum(np.log(x)), x=gnn.parameter(2))
    with pytest.raises(FeedError, match=r"output is -inf: log \(test_edges.py:\d+\) gives -inf of 0.0; a gradient can"):
        gnn.check_gradients(graph, x=[0.0, 1.0])


def test_infinity_on_the_way_to_a_right_value_is_said_only_if_asked():
    graph = gnn.trace(lambda x: 1 / (1 + np.exp(-x)), x=gnn.input(()))
    assert gnn.evaluate(graph, x=-1000.0, outputs=graph.outputs[0]) == 0
    with pytest.raises(NonFiniteError, match=r"exp .* gives inf of 1000.0"):
        gnn.evaluate(graph, x=-1000.0, outputs=graph.outputs[0], finite=True)


def test_an_infinity_that_is_fed_is_named():
    graph = gnn.trace(lambda x: x - x, x=gnn.input(()))
    with pytest.warns(NumericalWarning, match="the input x is inf, then subtract"):
        gnn.evaluate(graph, x=np.inf, outputs=graph.outputs[0])


@pytest.mark.parametrize("finite", [False, True])
def test_infinities_that_a_constant_has_are_meant(finite):
    mask = np.array([[0.0, -np.inf], [0.0, 0.0]])
    graph = gnn.trace(lambda x, m: nn.softmax(x + m).sum(), x=gnn.input((2, 2)), m=gnn.constant(mask))
    assert gnn.evaluate(graph, x=np.ones((2, 2)), finite=finite)["output"] == 2
    pooled = gnn.trace(lambda x: nn.max_pooling_2d(x, 3, padding=1).sum(), x=gnn.input((1, 1, 4, 4)))
    assert np.isfinite(gnn.evaluate(pooled, x=np.ones((1, 1, 4, 4)), finite=finite)["output"])


def test_an_output_with_a_constants_infinity_is_named():
    graph = gnn.trace(lambda x, m: x + m, x=gnn.input(2), m=gnn.constant([0.0, -np.inf]))
    with pytest.warns(NumericalWarning, match="output at .* the constant m at .* is -inf"):
        gnn.evaluate(graph, x=[1.0, 1.0])


@pytest.mark.parametrize("length", [np.linalg.norm, lambda x: np.sum(np.abs(np.fft.fft(x)))], ids=["norm", "modulus"])
def test_a_length_of_0_has_steps_that_are_finite(length):
    graph = gnn.gradient(gnn.trace(lambda x: length(x), x=gnn.parameter(3)))
    found = gnn.evaluate(graph, x=np.zeros(3), finite=True)
    assert not np.any(found[graph.graph["gradients"]["x"]])
