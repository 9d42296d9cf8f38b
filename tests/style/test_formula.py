"""A graph written as one formula, with the brackets it needs and no more."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.errors import GraphError, UsageError
from graphviz_nn.layout.measure import typeset
from graphviz_nn.nn import cross_entropy, linear, sigmoid, softmax
from graphviz_nn.style.formula import filled, formula, inside, wanting
from graphviz_nn.style.literals import ATOM
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.views import detailed


def of(function, **shapes):
    return formula(gnn.trace(function, **{name: gnn.input(shape) for name, shape in shapes.items()}))


@pytest.mark.parametrize(
    ("function", "tex"),
    [
        (lambda a, b, c: a - (b - c), r"a - \left(b - c\right)"),
        (lambda a, b, c: a - b - c, "a - b - c"),
        (lambda a, b, c: (a + b) * c, r"\left(a + b\right) \times c"),
        (lambda a, b, c: a * b + c, r"a \times b + c"),
        (lambda a, b, c: a / (b * c), r"a / \left(b \times c\right)"),
        (lambda a, b, c: a * (-b) + c, r"a \times \left(-b\right) + c"),
        (lambda a, b, c: (a * b) ** 2 + c, r"\left(a \times b\right)^{2} + c"),
        (lambda a, b, c: np.square(a - b) + np.square(c), r"\left(a - b\right)^{2} + c^{2}"),
        (lambda a, b, c: a ** (b + c), "a^{b + c}"),
        (lambda a, b, c: np.exp(a - b) + c, r"\exp\left(a - b\right) + c"),
        (lambda a, b, c: np.sum(a + b) * np.sum(c), r"\left(\sum \left(a + b\right)\right) \times \left(\sum c\right)"),
        (lambda a, b, c: np.stack([a, b, c]), r"\mathrm{stack}\left(a, b, c\right)"),
        (lambda a, b, c: a @ b * c, r"\left(a \cdot b\right) \times c"),
        (lambda a, b, c: (a + b + c)[0], r"\left(a + b + c\right)_{\mathrm{0}}"),
        (lambda a, b, c: 2 * a + b * -0.5 + c, r"2 \times a + b \times \left(-0.5\right) + c"),
        (
            lambda a, b, c: np.tanh(np.abs(a)) + np.log2(b) + c,
            r"\tanh\left(\left|a\right|\right) + \log_{2}\left(b\right) + c",
        ),
    ],
)
def test_brackets_where_they_are_needed(function, tex):
    found = of(function, a=3, b=3, c=3)
    assert found == tex
    assert typeset(found).width > 0


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.tex], ids=lambda op: op.name)
def test_a_symbol_with_an_index_above_stands_in_every_template(op):
    wanted = wanting(op.tex)
    found = filled(op.tex, op.name, [(r"a^{(1)}_{2}", ATOM)] * max(len(wanted), 1))[0]
    assert typeset(found).width > 0


@pytest.mark.parametrize("op", OPS.values(), ids=OPS)
def test_every_operations_template_can_be_set(op):
    assert typeset(op.tex.format("x", "y", "z")).width > 0


def network(x, y, W, b):
    return cross_entropy(softmax(linear(x, W, b)), y)


NETWORK = gnn.trace(network, x=gnn.input(2), y=gnn.target(3), W=gnn.parameter((3, 2)), b=gnn.parameter(3))


def test_functions_without_parameters_go_by_their_names():
    assert formula(
        NETWORK
    ) == r"\mathrm{cross\u2010entropy}\left(y, \mathrm{softmax}\left(W\, x + b\right)\right)".replace(
        r"\u2010", "\N{HYPHEN}"
    )
    p = next(iter(NETWORK.graph["anonymous"]))
    assert formula(NETWORK, p) == r"W\, x"


def test_layers_show_the_formula_they_are_known_by():
    def model(x, W):
        return softmax(sigmoid(linear(x, W)))

    seen = detailed("layers", gnn.trace(model, x=gnn.input(2), W=gnn.parameter((3, 2))))
    symbols = {name: {"x": "x", "W": "W"}.get(name, "z") for name in seen.variables}
    found = [inside(seen, name, symbols) for name in seen.operations]
    assert found == [
        r"W\, x",
        r"1 / \left(1 + \exp\left(-z\right)\right)",
        r"\exp\left(z\right) / \left(\sum \exp\left(z\right)\right)",
    ]


def test_what_has_no_formula():
    with pytest.raises(UsageError, match="did you mean 'output'"):
        formula(gnn.trace(lambda x: x + 1, x=gnn.input(2)), "outputs")

    def squared(x):
        for _ in range(12):
            x = x * x
        return x

    with pytest.raises(GraphError, match="longer than 2000 characters"):
        of(squared, x=2)


def test_a_symbol_with_an_index_above_gets_no_second_one():
    def model(x, W):
        return W.T @ x + gnn.label(x * x, "a^{(1)}_{2}") ** 2 + np.square(gnn.label(x + x, "q"))

    graph = gnn.trace(model, x=gnn.input(2), W=gnn.label(gnn.parameter((2, 2)), "W^{(1)}"))
    body = gnn.trace(gnn.nn.Sequential(gnn.nn.Linear(2, 2), gnn.nn.Tanh(), gnn.nn.Linear(2, 2)), x=gnn.input((3, 2)))
    assert r"W^{(1)\top}" in gnn.draw(body, view="layers", show="formulas").svg
    assert gnn.formula(graph).count("^{") == 3
