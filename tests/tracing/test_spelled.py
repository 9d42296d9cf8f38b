"""Numbers that the author computes are drawn as written, if that is sure; the code is never run a second time."""

import json
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphviz_nn as gnn
from graphviz_nn.errors import Error
from graphviz_nn.forms.operations import glyph
from graphviz_nn.graph.spelling import spelling
from graphviz_nn.style.literals import literal
from graphviz_nn.views import DETAILS, detailed

d_k, lr, scale = 4, 0.1, 1 / math.sqrt(3)


@dataclass
class Sizes:
    d_model: int = 12
    heads: int = 4
    reads: int = 0

    @property
    def width(self):
        self.reads += 1
        return 3


SIZES = Sizes()
counted = []


def called(value):
    counted.append(value)
    return value


def shadow(x):
    sqrt = lambda value: value + 1.0  # noqa: E731 (a name that is ours elsewhere)
    return x * sqrt(2.5)


# What is written, and the glyph of its last operation.
WRITTEN = [
    (lambda x: x / np.sqrt(d_k), r"\div \sqrt{d_{k}}"),
    (lambda x: x / math.sqrt(3), r"\div \sqrt{3}"),
    (lambda x: np.divide(x, np.sqrt(d_k)), r"\div \sqrt{d_{k}}"),
    (lambda x: x * d_k**-0.5, r"\times d_{k}^{-0.5}"),
    (lambda x: x / d_k**0.5, r"\div \sqrt{d_{k}}"),
    (lambda x: x / np.sqrt(x.shape[-1]), r"\div \sqrt{5}"),
    (lambda x: x / np.sqrt(np.shape(x)[0]), r"\div \sqrt{3}"),
    (lambda x: x / np.sqrt(len(x)), r"\div \sqrt{3}"),
    (lambda x: x / np.sqrt(SIZES.d_model // SIZES.heads), r"\div \sqrt{d_{\mathrm{model}} / \mathrm{heads}}"),
    (lambda x: x * (2 * np.pi), r"\times 2 \pi"),
    (lambda x: 2 * np.pi * x, r"\times 2 \pi"),
    (lambda x: x * (1 / 3), r"\times 1 / 3"),
    (lambda x: x / (d_k - 1), r"\div \left(d_{k} - 1\right)"),
    (lambda x: x - 0.5 * np.log(2 * np.pi), r"\cdot - 0.5 \log\left(2 \pi\right)"),
    (lambda x: np.maximum(x, -np.sqrt(d_k)), r"\max\left(\cdot, -\sqrt{d_{k}}\right)"),
    (lambda x: x * scale, r"\times \mathrm{scale}"),
    # Digits say as much, or more.
    (lambda x: x * 0.5, r"\times 0.5"),
    (lambda x: x * lr, r"\times 0.1"),
    (lambda x: x / (1 + 1), r"\div 2"),
    (lambda x: x**2, r"(\cdot)^{2}"),
    # What isn't arithmetic of known numbers.
    (lambda x: x / np.sqrt(called(3)), r"\div 1.73"),
    (lambda x: x / np.sqrt(SIZES.width), r"\div 1.73"),
    (lambda x: x / np.sqrt([3, 5][d_k - 4 :][0]), r"\div 1.73"),
    (shadow, r"\times 3.5"),
]


@pytest.mark.parametrize(("function", "wanted"), WRITTEN)
def test_a_number_is_drawn_as_written(function, wanted):
    graph = gnn.trace(function, x=gnn.input((3, 5)))
    (operation,) = (each for each in graph.operations.values() if each.literals)
    assert glyph(operation) == wanted
    x = np.random.default_rng(0).uniform(1, 2, (3, 5))
    np.testing.assert_array_equal(gnn.evaluate(graph, x=x)[graph.outputs[0]], function(x))


def test_nothing_runs_twice():
    counted.clear()
    SIZES.reads = 0
    gnn.trace(lambda x: x / np.sqrt(called(3)) + np.sqrt(SIZES.width), x=gnn.input(2))
    assert counted == [3]
    assert SIZES.reads == 1


def test_a_spelling_of_several_numbers_says_nothing():
    def decayed(x):
        for t in range(3):
            x = np.tanh(x * 0.9 ** (t + 1))
        return x

    graph = gnn.trace(decayed, x=gnn.input(2))
    assert [glyph(each) for each in graph.operations.values() if each.literals] == [
        *(r"\times 0.9", r"\times 0.81", r"\times 0.729"),
    ]


def test_two_ways_to_write_a_number_are_none():
    two = 2.0
    graph = gnn.trace(lambda x: np.clip(x, -np.sqrt(d_k), np.sqrt(d_k)), x=gnn.input(2))
    assert set(next(iter(graph.operations.values())).spelled.values()) <= {"sqrt(d_k)", "-sqrt(d_k)"}
    graph = gnn.trace(lambda x: np.where(x > 0, np.sqrt(d_k) * two, two * np.sqrt(d_k)), x=gnn.input(2))
    assert [each.spelled for each in graph.operations.values() if each.op == "where"] == [{}]


def loss(x, y, W):
    return np.sum((np.tanh(W @ x) / np.sqrt(d_k - 1) - y) ** 2)


GRAPH = gnn.trace(loss, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)))


@pytest.mark.parametrize("detail", DETAILS)
def test_it_lasts_in_every_detail(detail):
    texts = [glyph(each) for each in detailed(detail, GRAPH).operations.values() if each.op == "divide"]
    assert texts
    assert set(texts) == {r"\div \sqrt{d_{k} - 1}"}


def test_it_lasts_in_gradients_batches_formulas_and_files(tmp_path):
    both = gnn.gradient(GRAPH)
    divisions = [glyph(each) for each in both.operations.values() if each.op == "divide"]
    assert divisions == [r"\div \sqrt{d_{k} - 1}"] * 2
    many = gnn.batch(GRAPH, {"x": np.ones((4, 2)), "y": np.ones((4, 3))})
    assert any(r"\sqrt{d_{k} - 1}" in glyph(each) for each in many.operations.values())
    assert r"\sqrt{d_{k} - 1}" in gnn.formula(GRAPH)
    again = gnn.load(gnn.save(GRAPH, tmp_path / "graph.json"))
    assert dict(again.operations) == dict(GRAPH.operations)


CODE = [
    *("__import__('os')", "open('x')", "sqrt(a, b)", "a.b", "a[0]", "lambda: 1", "a if b else c", "'text'", "sqrt(*a)"),
    *("1e999", "True", "a @ b", "sqrt(" * 50 + "1" + ")" * 50, "a" * 41, "", "$a$", "a; b", "f'{a}'", "(a := 1)"),
]


@pytest.mark.parametrize("text", CODE)
def test_a_file_holds_no_other_text(text, tmp_path):
    assert spelling(text) is None
    path = gnn.save(GRAPH, tmp_path / "graph.json")
    document = path.read_text()
    damaged = document.replace(json.dumps("sqrt(d_k - 1)"), json.dumps(text))
    assert damaged != document
    path.write_text(damaged)
    with pytest.raises(Error, match="expression of names and numbers"):
        gnn.load(path)


# Text that computes what it says.

NUMBERS = st.integers(1, 9).map(str) | st.sampled_from(["a", "b_1", "pi", "0.25"])
TEXTS = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(st.sampled_from(["sqrt", "log", "exp"]), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(inner, NUMBERS).map(lambda parts: f"({parts[0]}) ** {parts[1]}"),
        inner.map(lambda text: f"-({text})"),
    ),
    max_leaves=5,
).filter(lambda text: len(text) <= 40)


@given(text=TEXTS)
def test_every_spelling_is_tex_that_can_be_set(text):
    from graphviz_nn.graph.ir import Operation
    from graphviz_nn.layout.measure import typeset

    operation = Operation("divide", literals={1: 1.5}, spelled={1: text})
    tex, level = literal(operation, 1)
    assert 1 <= level <= 5
    assert typeset(tex).width > 0
    assert typeset(glyph(operation)).width > typeset(tex).width
