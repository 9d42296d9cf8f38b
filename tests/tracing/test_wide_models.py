"""Models of every kind, traced, beside what NumPy makes of them."""

import numpy as np
from generated import wide_models
from hypothesis import given, settings

import graphviz_nn as gnn


@settings(max_examples=100, deadline=None)
@given(wide_models())
def test_a_traced_model_has_numpys_shapes(model):
    graph = model.graph
    gnn.check(graph)
    assert [graph.variable(name).shape for name in graph.outputs] == [np.shape(each) for each in model.computed()]
