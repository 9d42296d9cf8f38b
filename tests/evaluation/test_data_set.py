"""Without `wrt=`, a data set is compared along directions, parameters entry by entry, and the report says so."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.tracing.registry import OPS


def loss(x, y, w):
    return np.mean((np.tanh(x @ w) - y) ** 2)


def checked(examples, **options):
    rng = np.random.default_rng(0)
    graph = gnn.trace(loss, x=gnn.input((examples, 2)), y=gnn.target(examples), w=gnn.parameter(2))
    feeds = {"x": rng.normal(size=(examples, 2)), "y": rng.normal(size=examples), "w": rng.normal(size=2)}
    return gnn.check_gradients(graph, feeds, **options)


def test_a_data_set():
    report = checked(100)
    assert {row.name: (row.mode, row.compared) for row in report.rows} == {
        "x": ("directions", 4),
        "y": ("directions", 4),
        "w": ("entries", 2),
    }
    said = "x and y hold data, compared along 4 directions; wrt=('x', 'y') compares like parameters"
    assert report and said in str(report).splitlines()
    assert "each of several errors with at least 50%" in report.rows[0].note


def test_what_is_asked_for_or_small_is_compared_entry_by_entry():
    for report in (checked(100, wrt=("x", "y", "w")), checked(3), checked(100, mode="entries")):
        assert {row.mode for row in report.rows} == {"entries"} and "hold data" not in str(report)


@pytest.mark.parametrize("name", ["x", "y"])
def test_a_single_wrong_entry_is_found(name):
    """Of the gradient by the data that comes back through an operation, one entry of 200 is off by a hundredth."""
    op, slot = ("matmul", 0) if name == "x" else ("subtract", 1)
    right = OPS[op]
    rule = right.pullback(slot)

    def off(g, *arguments, **attributes):
        found = rule(g, *arguments, **attributes)
        return found * np.where(np.arange(found.shape[0]).reshape(-1, *(1,) * (found.ndim - 1)) == 57, 1.01, 1.0)

    rules = [off if place == slot else right.pullback(place) for place in range(2)]
    with patch.dict(OPS, {op: replace(right, vjp=tuple(rules))}):
        report = checked(100)
    (wrong,) = [row for row in report.rows if row.verdict == "differs"]
    assert wrong.name == name and wrong.worst.startswith("[57")
