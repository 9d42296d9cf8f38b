"""The shapes, arrows and main line of a graph."""

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.forms import operations
from graphviz_nn.forms.operations import glyph
from graphviz_nn.graph import Operation


def residual(x, w, b):
    return x + np.tanh(w @ x + b)


RESIDUAL = gnn.trace(residual, x=gnn.input(2), w=gnn.parameter((2, 2)), b=gnn.parameter(2))


def test_a_residual_connection_goes_past_the_main_line():
    diagram = operations(RESIDUAL)
    line = [RESIDUAL.operation(name).op for name in diagram.spine if name in RESIDUAL.operations]
    assert line == ["matmul", "add", "tanh", "add"]
    assert {each.leaf for each in diagram.hanging} == {"w", "b"}


def test_a_branch_without_parameters_leaves_the_main_line_short():
    graph = gnn.trace(lambda x: x / np.sum(x), x=gnn.input(3))
    assert [graph.operation(name).op for name in operations(graph).spine if name in graph.operations] == ["divide"]


def test_every_role_has_its_kind():
    graph = gnn.trace(lambda x, y, w: ((w * x - y) ** 2).sum(), x=gnn.input(2), y=gnn.target(2), w=gnn.parameter(2))
    kinds = {shape.name: shape.kind for shape in operations(graph).shapes}
    assert (kinds["x"], kinds["y"], kinds["w"]) == ("data", "target", "parameter")
    assert kinds[graph.outputs[0]] == "loss"


def test_an_array_that_comes_out_is_no_loss():
    diagram = operations(RESIDUAL)
    assert {shape.name: shape.kind for shape in diagram.shapes}[RESIDUAL.outputs[0]] == "data"


def test_an_output_that_is_used_on_has_both_arrows():
    def model(x):
        h = np.exp(x)
        return h, np.tanh(h)

    graph = gnn.trace(model, x=gnn.input(2))
    first = graph.outputs[0]
    heads = [link.head for link in operations(graph).links if link.variable == first]
    assert len(heads) == 2 and first in heads


def test_an_argument_used_twice_has_two_arrows():
    graph = gnn.trace(lambda x: x * x, x=gnn.input(()))
    assert [link.variable for link in operations(graph).links].count("x") == 2


@pytest.mark.parametrize(
    ("operation", "tex"),
    [
        (Operation("power", literals={1: 2}), r"(\cdot)^{2}"),
        (Operation("power", literals={0: 2}), r"2^{(\cdot)}"),
        (Operation("add", literals={1: 1}), "+ 1"),
        (Operation("getitem", attributes={"index": (slice(1, None), 0)}), r"\text{[1:, 0]}"),
    ],
)
def test_numbers_and_indices_stand_in_the_circle(operation, tex):
    assert glyph(operation) == tex


def test_zeros_around_an_array_are_called_padding():
    """Written as np.pad; what is added at places of a larger array is a scatter."""
    padded = gnn.trace(lambda x: np.pad(x, ((1, 1), (0, 2))), x=gnn.input((3, 4)))
    assert [glyph(each) for each in padded.operations.values()] == [r"\mathrm{pad}"]
    chosen = gnn.gradient(gnn.trace(lambda x: np.sum(x[np.array([0, 0, 2])]), x=gnn.parameter(3)))
    assert r"\mathrm{scatter}" in [glyph(each) for each in chosen.operations.values() if each.body is None]


def test_a_name_stands_at_the_first_arrow_only():
    def model(x):
        h = np.exp(x)
        return np.tanh(h) + h

    links = [link for link in operations(gnn.trace(model, x=gnn.input(2))).links if link.variable == "h"]
    assert [link.label for link in links] == ["h", ""]


def test_a_traced_index_is_a_dot():
    graph = gnn.trace(lambda E, i: E[i, 0], E=gnn.parameter((4, 2)), i=gnn.input(3, dtype="int64"))
    (choice,) = [shape.label for shape in operations(graph).shapes if shape.kind == "operation"]
    assert choice == r"\text{[·, 0]}"
    assert "·" in gnn.draw(graph).svg


def test_a_negative_number_keeps_its_sign():
    assert glyph(gnn.Operation("multiply", literals={1: -0.5})) == r"\times\,{-0.5}"
    assert glyph(gnn.Operation("multiply", literals={1: -1e-9})) == r"\times\,{-10^{-9}}"
