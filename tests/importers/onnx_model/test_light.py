"""The light models of the package onnx, with weights: values beside onnx's reference, and pictures."""

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn

pytestmark = list(beside("onnx"))
pytest.importorskip("onnx")

from onnx_light import FOLDER, NAMES, compared  # noqa: E402 (it needs onnx)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_graph_that_can_be_computed(name):
    graph = gnn.trace(FOLDER / f"light_{name}.onnx")
    gnn.check(graph)
    assert not graph.remarks and [graph.variable(each).role for each in graph.outputs] == ["output"]
    assert sum(each.role == "parameter" for each in graph.leaves.values()) > 10


def test_they_are_all_that_there_are():
    assert {f"light_{name}.onnx" for name in NAMES} == {path.name for path in FOLDER.glob("*.onnx")}


@pytest.mark.parametrize("name", ["bvlc_alexnet", "resnet50", "shufflenet", "squeezenet"])
def test_values_are_those_of_the_reference(name):
    found, wanted = compared(name)
    assert np.abs(found - wanted).max() < 1e-5 * np.abs(wanted).max()
