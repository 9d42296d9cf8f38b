"""Branches and loops: taken, selected, unrolled, or drawn as one step."""

import time

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn

pytestmark = list(beside("onnx"))
onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402
from onnx_models import model, value  # noqa: E402

node, graph_of = helper.make_node, helper.make_graph
X = np.array([1.0, -2, 3], "float32")


def branching(condition_given, shapes=((3,), (3,))):
    """A branch: the exponential of x, or its negative."""
    sides = [
        graph_of([node(op, ["x"], [f"{op}_y"])], op, [], [value(f"{op}_y", shape)])
        for op, shape in zip(("Exp", "Neg"), shapes, strict=True)
    ]
    nodes = [node("If", ["c"], ["y"], then_branch=sides[0], else_branch=sides[1])]
    inputs = [value("x", (3,)), value("c", (), TensorProto.BOOL)]
    weights = {} if condition_given is None else {"c": np.array(condition_given)}
    return model(nodes, inputs[: 1 if weights else 2], [value("y", (3,))], weights)


@pytest.mark.parametrize("taken", [True, False])
def test_a_known_branch_is_taken(taken):
    graph = gnn.trace(branching(taken))
    assert [each.op for each in graph.operations.values()] == ["exp" if taken else "negative"]


@pytest.mark.parametrize("taken", [True, False])
def test_a_branch_by_the_data_is_selected(taken):
    graph = gnn.trace(branching(None))
    assert {"exp", "negative", "where"} == {each.op for each in graph.operations.values()} and not graph.remarks
    np.testing.assert_allclose(gnn.evaluate(graph, x=X, c=taken, outputs="y"), np.exp(X) if taken else -X, rtol=1e-6)


def test_branches_of_different_shape_are_one_step_with_all_that_they_read():
    given = branching(None)
    side = next(each.g for each in given.graph.node[0].attribute if each.name == "else_branch")
    side.node[0].CopyFrom(node("ReduceSum", ["x"], ["Neg_y"]))
    graph = gnn.trace(given)
    (name,) = graph.operations
    assert set(graph.arguments(name).values()) == {"x", "c"}
    assert "If is drawn, but can't be computed: its branches differ in shape: (3,) and (1,)" in graph.remarks
    assert gnn.draw(graph, view="operations").svg


def loop(count, body_nodes, *, inputs=(), limit=""):
    """A loop over h, which starts with x, that leaves h in every pass."""
    body = graph_of(
        body_nodes if limit else [*body_nodes, node("Identity", ["go"], ["on"])],
        "body",
        [value("i", (), TensorProto.INT64), value("go", (), TensorProto.BOOL), value("h", (3,))],
        [value(limit or "on", (), TensorProto.BOOL), value("next", (3,)), value("row", (3,))],
    )
    nodes = [node("Loop", ["n", "yes", "x"], ["last", "rows"], body=body)]
    known = {} if count is None else {"n": np.int64(count)}
    return model(
        nodes,
        [value("x", (3,)), *inputs],
        [value("last", (3,)), value("rows", (count, 3) if count and count < 10**9 else None)],
        {**known, "w": np.float32(0.5), "two": np.int64(2), "yes": np.array(True)},
    )


GROWING = [node("Mul", ["h", "w"], ["half"]), node("Add", ["half", "x"], ["next"]), node("Sin", ["next"], ["row"])]


def test_a_loop_of_known_length_is_unrolled_with_its_weights_shared():
    given = loop(4, GROWING)
    graph = gnn.trace(given)
    found = gnn.evaluate(graph, x=X, outputs=["last", "rows"])
    for ours, theirs in zip(found.values(), ReferenceEvaluator(given).run(None, {"x": X}), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert [each.op for each in graph.operations.values()].count("sin") == 4 and not graph.remarks


def test_a_loop_ends_when_its_condition_says_so():
    ending = [*GROWING, node("Less", ["i", "two"], ["on"])]
    given = loop(50, ending, limit="on")
    graph = gnn.trace(given)
    # The condition of a pass is for the next.
    assert graph.variable("rows").shape == (3, 3)
    assert np.allclose(gnn.evaluate(graph, x=X, outputs="rows"), ReferenceEvaluator(given).run(None, {"x": X})[1])


@pytest.mark.parametrize("inside", ["count", "end"])
def test_a_loop_by_the_data_is_one_step(inside):
    if inside == "count":
        given = loop(None, GROWING, inputs=[value("n", (), TensorProto.INT64)])
    else:
        asked = [node("ReduceSum", ["next"], ["sum"], keepdims=0), node("Greater", ["sum", "w"], ["on"])]
        given = loop(3, [*GROWING, *asked], limit="on")
    given.graph.value_info.append(value("rows", (3, 3)))
    graph = gnn.trace(given)
    assert [each.op for each in graph.operations.values()] == ["opaque", "opaque"]
    assert "depends on the model's input" in graph.remarks[0] and gnn.draw(graph, view="operations").svg


@pytest.mark.parametrize("count", [10**6, 2**62])
def test_a_long_loop_is_one_step_at_once(count):
    before = time.process_time()
    graph = gnn.trace(loop(count, GROWING))
    assert any("passes" in each for each in graph.remarks) and time.process_time() - before < 2


def test_loops_in_loops_end_soon():
    inner = loop(3000, GROWING).graph.node[0]
    inner.output[:] = ["next", "rows"]
    inner.input[2] = "h"
    given = loop(3000, [inner, node("Sin", ["next"], ["row"])])
    before = time.process_time()
    assert any("passes" in each for each in gnn.trace(given).remarks) and time.process_time() - before < 5


def test_what_a_scan_reads_backwards():
    body = graph_of(
        [node("Add", ["sum", "part"], ["next"]), node("Neg", ["next"], ["row"])],
        "body",
        [value("sum", (2,)), value("part", (2,))],
        [value("next", (2,)), value("row", (2,))],
    )
    options = {"num_scan_inputs": 1, "scan_input_axes": [1], "scan_input_directions": [1], "scan_output_axes": [1]}
    scan = node("Scan", ["start", "x"], ["last", "rows"], body=body, **options)
    given = model([scan], [value("start", (2,)), value("x", (2, 3))], [value("last", (2,)), value("rows", (2, 3))])
    x = np.arange(6, dtype="float32").reshape(2, 3)
    found = gnn.evaluate(gnn.trace(given), start=np.zeros(2, "float32"), x=x, outputs=["last", "rows"])
    np.testing.assert_allclose(found["last"], x.sum(axis=1))
    np.testing.assert_allclose(found["rows"], -np.cumsum(x[:, ::-1], axis=1))


def test_a_sequence_is_a_list_of_outputs():
    nodes = [node("SplitToSequence", ["x"], ["parts"]), node("SequenceInsert", ["parts", "x"], ["all"])]
    given = model(nodes, [value("x", (3,))], [value("all", None)])
    graph = gnn.trace(given)
    assert graph.outputs == ("all.0", "all.1", "all.2", "all.3")
    assert gnn.evaluate(graph, x=X, outputs="all.1").tolist() == [-2]


def test_a_step_that_reads_a_sequence_without_a_rule_ends_the_picture():
    nodes = [node("SplitToSequence", ["x"], ["parts"]), node("Relu", ["parts"], ["y"])]
    graph = gnn.trace(model(nodes, [value("x", (3,))], [value("y", (3,))]))
    assert any("Relu 'y' isn't drawn: it takes no sequence" in each for each in graph.remarks)
