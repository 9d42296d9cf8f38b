"""Derivatives as TeX come from the rules, so a wrong rule shows."""

from dataclasses import replace

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.layout.measure import typeset
from graphviz_nn.style.labels import plain
from graphviz_nn.style.slope import slope, symbols_of
from graphviz_nn.tracing.registry import OPS
from graphviz_nn.views import detailed, named

a, b = gnn.input(()), gnn.input(())
v, w = gnn.input(3), gnn.input(3)
A, B = gnn.input((2, 3)), gnn.input((3, 4))

# The model, its arguments, and what is written on each arrow back.
WRITTEN = [
    (lambda a, b: a + b, {"a": a, "b": b}, ["· 1", "· 1"]),
    (lambda a, b: a - b, {"a": a, "b": b}, ["· 1", "· (-1)"]),
    (lambda a, b: a * b, {"a": a, "b": b}, ["· b", "· a"]),
    (lambda a, b: a / b, {"a": a, "b": b}, ["· 1 / b", "· (-y) / b"]),
    (lambda a: a**2, {"a": a}, ["· 2 a"]),
    (lambda a: a**3, {"a": a}, ["· 3 a^2"]),
    (lambda a: np.tanh(a), {"a": a}, ["· (1 - y^2)"]),
    (lambda a: np.sin(a), {"a": a}, ["· cos(a)"]),
    (lambda a: np.log(a), {"a": a}, ["· 1 / a"]),
    (lambda a: nn.sigmoid(a), {"a": a}, ["· σ'(a)"]),
    (lambda v: np.sum(nn.relu(v)), {"v": v}, ["· 1", "⊙ ReLU'(v)"]),
    (lambda v: np.mean(v), {"v": v}, ["· 1/3"]),
    (lambda v, w: v @ w, {"v": v, "w": w}, ["· w", "· v"]),
    (lambda v, w: np.sum(v * w), {"v": v, "w": w}, ["· 1", "⊙ w", "⊙ v"]),
    (lambda A, B: np.sum(A @ B), {"A": A, "B": B}, ["· 1", "ū_1 B^T", "A^T ū_1"]),
    (lambda A, v: np.sum(nn.linear(v, A)), {"A": A, "v": v}, ["· 1", "ū_1 v^T", "A^T ū_1"]),
    (lambda v, w: nn.squared_error(v, w), {"v": v, "w": w}, ["· 2 (v - w)", "· (-2 (v - w))"]),
]


def written(model, specs):
    """What is written on the arrows back, in the order in which they are gone along."""

    def whole(**arguments):
        return gnn.label(model(**arguments), "y")

    graph = gnn.trace(whole, **specs)
    seen = detailed("operations", graph)
    seen = named(seen)
    both = gnn.backward(seen, wrt=list(specs))
    symbols = symbols_of(both)
    found = [slope(both, *part, symbols).label for part in both.graph["backward"]["parts"]]
    assert all(typeset(tex).width > 0 for tex in found)
    return [" ".join(plain(tex).split()) for tex in found]


@pytest.mark.parametrize(("model", "specs", "expected"), WRITTEN)
def test_what_is_written(model, specs, expected):
    assert written(model, specs) == expected


def test_a_wrong_rule_shows(monkeypatch):
    monkeypatch.setitem(OPS, "tanh", replace(OPS["tanh"], vjp=(lambda g, y, a: g * (1 - y),)))
    assert written(lambda a: np.tanh(a), {"a": a}) == ["· (1 - y)"]


@pytest.mark.parametrize("name", [n for n, op in OPS.items() if op.vjp is not None and isinstance(op.kernel, np.ufunc)])
def test_every_operation_has_one_that_can_be_set(name):
    count = OPS[name].kernel.nin
    specs = {f"a{i}": gnn.input((2, 2)) for i in range(count)}

    def model(**arguments):
        return np.sum(OPS[name].kernel(*arguments.values()))

    both = gnn.backward(gnn.trace(model, **specs), wrt=list(specs))
    for part in both.graph["backward"]["parts"]:
        assert typeset(slope(both, *part, symbols_of(both)).label).width > 0
