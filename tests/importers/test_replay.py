"""Replaying the steps of a framework: rules, results that don't fit, opaque steps."""

import re

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.graph.ir import ModuleCall, Source
from graphviz_nn.importers.replay import Known, Replay

BLOCK = ModuleCall("layer1.0", "Block")
THREE = Known((3,), "float64")


def replayed(rule, known, called="step"):
    replay = Replay()
    x = replay.leaf("x", "input", THREE)
    with replay.at([BLOCK], Source("model.py", 7)):
        found = replay.step(called, rule, [x], {}, known)
    results = found if isinstance(found, tuple) else (found,)
    return replay.graph({f"y{number}": each for number, each in enumerate(results)}, {"name": "model"})


def test_a_rule_gives_operations_of_its_module_and_line():
    graph = replayed(lambda x: np.exp(x) + 1, [THREE])
    assert [each.op for each in graph.operations.values()] == ["exp", "add"]
    assert all(each.modules == (BLOCK,) and str(each.source) == "model.py:7" for each in graph.operations.values())
    np.testing.assert_allclose(gnn.evaluate(graph, x=[0.0, 1, 2], outputs="y0"), np.exp([0, 1, 2]) + 1)
    assert not graph.remarks


def test_a_result_has_the_dtype_of_the_framework():
    graph = replayed(lambda x: x * 2, [Known((3,), "float32")])
    assert graph.variable("y0").dtype == "float32"


@pytest.mark.parametrize(
    "rule, reason",
    [
        (None, "no rule"),
        (lambda x: x[:2], r"its rule gives shapes \(2,\)"),
        (lambda x: x @ np.ones((4, 2)), "matmul"),
        (lambda x, y: x, "argument"),
    ],
)
def test_what_no_rule_computes_is_opaque(rule, reason):
    graph = replayed(rule, [THREE, Known((), "float64")], "lstm")
    gnn.check(graph)
    (remark,) = graph.remarks
    assert remark.startswith("lstm is drawn, but can't be computed") and re.search(reason, remark)
    assert [(v.shape, v.dtype) for v in map(graph.variable, graph.outputs)] == [((3,), "float64"), ((), "float64")]
    assert "lstm" in gnn.draw(graph, view="operations").svg
    with pytest.raises(gnn.errors.UsageError, match=r"lstm in layer1.0 \(model.py:7\) can be drawn, but not computed"):
        gnn.evaluate(graph, x=np.ones(3), outputs="y0")
    with pytest.raises(gnn.errors.GradientError, match=r"lstm .* has no gradient"):
        gnn.gradient(graph, of="y1", wrt="x")
    with pytest.raises(gnn.errors.GradientError, match=r"lstm .* many examples"):
        gnn.batch(graph, size=5)


def test_a_step_forgets_what_its_failed_rule_recorded():
    def rule(x):
        np.sin(x + np.ones(3))
        raise ValueError("later")

    graph = replayed(rule, [THREE])
    assert {each.op for each in graph.operations.values()} == {"opaque"} and list(graph.leaves) == ["x"]


def test_an_argument_that_is_returned_is_an_output():
    replay = Replay()
    x = replay.leaf("x", "input", THREE)
    graph = replay.graph({"y": x, "z": x, "c": np.arange(2.0)}, {"name": "model"})
    found = gnn.evaluate(graph, x=[1.0, 2, 3], outputs=["y", "z", "c"])
    assert [each.tolist() for each in found.values()] == [[1, 2, 3], [1, 2, 3], [0, 1]]


def test_saved_graphs_keep_modules(tmp_path):
    graph = replayed(lambda x: np.exp(x), [THREE])
    gnn.save(graph, tmp_path / "g.json")
    assert gnn.load(tmp_path / "g.json").operation("exp").modules == (BLOCK,)
