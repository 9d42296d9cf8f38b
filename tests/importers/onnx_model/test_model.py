"""Models of ONNX as graphs: values, names, modules, open lengths, constants, branches, functions."""

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn
from graphviz_nn.graph.ir import ModuleCall

pytestmark = list(beside("onnx"))
onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402
from onnx_models import model, perceptron, value  # noqa: E402

node = helper.make_node


def reference(given, **feeds):
    return ReferenceEvaluator(given).run(None, feeds)


def test_a_file_has_the_values_of_the_reference(tmp_path):
    onnx.save(perceptron(), tmp_path / "net.onnx")
    graph = gnn.trace(tmp_path / "net.onnx")
    x = np.random.default_rng(1).normal(size=(2, 3)).astype("float32")
    np.testing.assert_allclose(gnn.evaluate(graph, x=x, outputs="y"), reference(perceptron(), x=x)[0], rtol=1e-6)
    assert [graph.variable(name).role for name in graph.leaves] == ["input", *["parameter"] * 4]
    assert graph.graph["name"] == "net" and not graph.remarks


def test_weights_have_gradients():
    given = perceptron()
    given.graph.node.append(node("ReduceSum", ["y"], ["total"], keepdims=0))
    given.graph.output[0].name = "total"
    given.graph.output[0].type.tensor_type.ClearField("shape")
    found = gnn.gradient(gnn.trace(given), wrt="fc2.bias")
    x = np.ones((2, 3), "float32")
    assert [each.tolist() for each in gnn.evaluate(found, x=x).values()][-1] == [2, 2]


def test_a_file_takes_an_example_in_order(tmp_path):
    onnx.save(perceptron(batch="batch"), tmp_path / "net.onnx")
    assert gnn.trace(tmp_path / "net.onnx", gnn.input((6, 3))).variable("y").shape == (6, 2)


def test_draw_takes_a_file_and_a_model(tmp_path):
    onnx.save(perceptron(), tmp_path / "net.onnx")
    picture = gnn.draw(tmp_path / "net.onnx", view="layers")
    assert "linear" in picture.svg
    assert gnn.draw(gnn.trace(tmp_path / "net.onnx"), view="layers").svg == picture.svg
    assert gnn.draw(perceptron(), view="layers").svg.count("<path") == picture.svg.count("<path")


def test_weights_share_the_memory_that_onnx_gives():
    found = gnn.trace(perceptron()).variable("fc1.weight").value
    assert found is not None and not found.flags.owndata


def test_nodes_know_their_modules():
    graph = gnn.trace(perceptron())
    calls = {each.modules for each in graph.operations.values()}
    assert calls == {(ModuleCall(name, "Module"),) for name in ("fc1", "act", "fc2")}


def test_an_open_length_is_asked_for_by_name():
    given = perceptron(batch="batch")
    with pytest.raises(gnn.errors.TracingError, match=r"leaves batch open.*batch=1.*--input batch=1"):
        gnn.trace(given)
    assert gnn.trace(given, batch=5).variable("y").shape == (5, 2)
    assert gnn.trace(given, x=gnn.input((7, 3))).variable("y").shape == (7, 2)
    assert gnn.trace(given, np.ones((4, 3), "float32")).variable("y").shape == (4, 2)
    assert gnn.draw(given, example={"batch": 3}, show="shapes").svg


@pytest.mark.parametrize(
    "given, problem",
    [
        ({"batch": 0.5}, "whole number"),
        ({"batch": -1}, "whole number"),
        ({"x": gnn.input((7, 4))}, r"takes x of shape \(batch, 3\), found \(7, 4\)"),
        ({"x": gnn.input(3)}, r"takes x of shape \(batch, 3\), found \(3,\)"),
        ({"bach": 3}, "did you mean 'batch'"),
        ({"x": gnn.input((7, 3)), "batch": 4}, r"takes x of shape"),
    ],
)
def test_what_does_not_fit_is_refused(given, problem):
    with pytest.raises(gnn.errors.TracingError, match=problem):
        gnn.trace(perceptron(batch="batch"), **given)


def test_an_open_length_without_a_name_is_asked_for_by_the_input():
    with pytest.raises(gnn.errors.TracingError, match=r"leaves the shape of x open: \(\?, 3\).*--input x=…"):
        gnn.trace(perceptron(batch=None))


def test_arithmetic_of_shapes_leaves_no_trace():
    nodes = [
        node("Shape", ["x"], ["s"]),
        node("Gather", ["s", "zero"], ["n"]),
        node("Unsqueeze", ["n", "axes"], ["first"]),
        node("Concat", ["first", "rest"], ["wanted"], axis=0),
        node("Reshape", ["x", "wanted"], ["y"]),
    ]
    weights = {"zero": np.int64(0), "axes": np.array([0]), "rest": np.array([-1])}
    graph = gnn.trace(model(nodes, [value("x", (2, 3, 4))], [value("y", (2, 12))], weights))
    assert [each.op for each in graph.operations.values()] == ["reshape"] and list(graph.leaves) == ["x"]


def test_a_function_of_the_file_is_one_call():
    body = [node("Mul", ["a", "a"], ["b"]), node("Add", ["b", "a"], ["c"])]
    opsets = [helper.make_opsetid("", 18)]
    function = helper.make_function("own", "square_plus", ["a"], ["c"], body, opsets)
    nodes = [node("square_plus", ["x"], ["h"], domain="own"), node("square_plus", ["h"], ["y"], domain="own")]
    given = model(
        nodes,
        [value("x", (3,))],
        [value("y", (3,))],
        functions=[function],
        domains=[helper.make_opsetid("own", 1)],
    )
    graph = gnn.trace(given)
    assert {each.scope for each in graph.operations.values()} == {("square_plus:1",), ("square_plus:2",)}
    x = np.array([1.0, 2, 3], "float32")
    np.testing.assert_allclose(gnn.evaluate(graph, x=x, outputs="y"), reference(given, x=x)[0])


def test_a_function_gets_the_attributes_of_the_call():
    inner = onnx.NodeProto(op_type="LeakyRelu", input=["a"], output=["b"])
    inner.attribute.add(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT)
    opsets = [helper.make_opsetid("", 18)]
    function = helper.make_function("own", "leaky", ["a"], ["b"], [inner], opsets, ["slope"])
    given = model(
        [node("leaky", ["x"], ["y"], domain="own", slope=0.25)],
        [value("x", (2,))],
        [value("y", (2,))],
        functions=[function],
        domains=[helper.make_opsetid("own", 1)],
    )
    np.testing.assert_allclose(gnn.evaluate(gnn.trace(given), x=[-4.0, 4.0], outputs="y"), [-1, 4])


def test_an_unknown_operator_is_drawn_if_the_file_tells_its_shape():
    nodes = [node("Mystery<b>", ["x"], ["h"], domain="com.stranger"), node("Relu", ["h"], ["y"])]
    given = model(nodes, [value("x", (3,))], [value("y", (3,))], domains=[helper.make_opsetid("com.stranger", 1)])
    given.graph.value_info.append(value("h", (5, 3)))
    graph = gnn.trace(given)
    assert graph.variable("y").shape == (5, 3) and "<b>" not in gnn.draw(graph).svg
    with pytest.raises(gnn.errors.UsageError, match="Mystery_b_ can be drawn, but not computed"):
        gnn.evaluate(graph, x=np.ones(3, "float32"), outputs="y")


def test_a_picture_of_what_has_no_shape_is_partial():
    nodes = [node("Relu", ["x"], ["a"]), node("Mystery", ["a"], ["h"], domain="s"), node("Exp", ["h"], ["y"])]
    given = model(nodes, [value("x", (3,))], [value("y", (3,))], domains=[helper.make_opsetid("s", 1)])
    graph = gnn.trace(given)
    assert any("partial" in each and "Mystery" in each for each in graph.remarks)
    assert gnn.draw(graph).svg and next(each.op for each in graph.operations.values()) == "maximum"


def test_a_truth_value_may_be_handed_through():
    graph = gnn.trace(model([], [value("c", (2,), TensorProto.BOOL)], [value("c", (2,), TensorProto.BOOL)]))
    assert gnn.evaluate(graph, c=[True, False], outputs=graph.outputs[0]).tolist() == [True, False]


def test_random_numbers_are_drawn_anew():
    nodes = [node("RandomNormalLike", ["x"], ["noise"], scale=2.0), node("Add", ["x", "noise"], ["y"])]
    program = gnn.compile(gnn.trace(model(nodes, [value("x", (3,))], [value("y", (3,))])))
    one, other = (program(x=np.ones(3, "float32"))["y"] for _ in range(2))
    assert one.dtype == "float32" and not np.allclose(one, other)
