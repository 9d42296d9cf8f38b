"""Files that are broken, too large or meant to hurt: one line that says what is wrong, and nothing else happens."""

import random
import time

import numpy as np
import pytest
from frameworks import beside

import graphviz_nn as gnn

pytestmark = list(beside("onnx"))
onnx = pytest.importorskip("onnx")

import onnx_cases  # noqa: E402 (it needs onnx)
from google.protobuf.message import DecodeError  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402
from onnx_models import model, perceptron, value  # noqa: E402

node = helper.make_node


def refused(given, tmp_path, **more):
    """What is said of a file; always one line."""
    path = tmp_path / "bad.onnx"
    path.write_bytes(given if isinstance(given, bytes) else given.SerializeToString())
    with pytest.raises(gnn.errors.Error) as caught:
        gnn.trace(path, **more)
    assert "\n" not in str(caught.value) and "bad.onnx" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("kept", [1, 10, 100, 200])
def test_a_truncated_file(kept, tmp_path):
    assert "isn't an ONNX model, or is cut short" in refused(perceptron().SerializeToString()[:-kept], tmp_path)


@pytest.mark.parametrize("data", [b"PK\x03\x04zip", b"\x80\x04pickle.", b"hello, world", b"\xff" * 100])
def test_another_file(data, tmp_path):
    assert "isn't an ONNX model" in refused(data, tmp_path) or "holds no ONNX graph" in refused(data, tmp_path)


def test_an_empty_file(tmp_path):
    assert "holds no ONNX graph" in refused(b"", tmp_path)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.truncate(2**31)
    with pytest.raises(gnn.errors.UsageError, match=r"has 2,147,483,648 bytes, but an ONNX file has at most"):
        gnn.trace(path)


def test_a_new_operator_set(tmp_path):
    assert "uses version 99 of ONNX's operator set" in refused(
        helper.make_model(perceptron().graph, opset_imports=[helper.make_opsetid("", 99)]), tmp_path
    )


def test_no_operator_set(tmp_path):
    given = perceptron()
    del given.opset_import[:]
    assert "doesn't say which version" in refused(given, tmp_path)


def in_circle():
    nodes = [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"])]
    return model(nodes, [value("x", (3,))], [value("b", (3,))])


def reading_nothing():
    return model([node("Relu", ["nowhere"], ["y"])], [value("x", (3,))], [value("y", (3,))])


def defined_twice():
    return model([node("Relu", ["x"], ["y"]), node("Exp", ["x"], ["y"])], [value("x", (3,))], [value("y", (3,))])


def of_strings():
    return model([node("Identity", ["x"], ["y"])], [value("x", (3,), TensorProto.STRING)], [value("y", (3,))])


def absurd():
    return model([node("Relu", ["x"], ["y"])], [value("x", (2**40, 2**40))], [value("y", (3,))])


def with_claims():
    given = perceptron()
    given.graph.initializer[0].dims[:] = [2**20, 2**19]
    return given


def with_negative_lengths():
    given = perceptron()
    given.graph.initializer[0].dims[:] = [-4, -3]
    return given


def of_sequences():
    given = perceptron()
    given.graph.input[0].CopyFrom(
        helper.make_value_info("x", helper.make_sequence_type_proto(helper.make_tensor_type_proto(1, (3,))))
    )
    return given


def without_rank():
    given = perceptron()
    given.graph.input[0].type.tensor_type.ClearField("shape")
    return given


@pytest.mark.parametrize(
    "made, says",
    [
        (in_circle, "reads 'b', which is computed later: the nodes are out of order, or in a circle"),
        (reading_nothing, "reads 'nowhere', which nothing computes"),
        (defined_twice, "defines 'y' twice"),
        (of_strings, "the type STRING isn't one of real numbers"),
        (absurd, "is absurd"),
        (with_claims, "its numbers don't fill the shape (1048576, 524288)"),
        (with_negative_lengths, "is absurd"),
        (of_sequences, "is no array but a sequence"),
        (without_rank, "an array of unknown shape"),
    ],
)
def test_a_broken_graph(made, says, tmp_path):
    assert says in refused(made(), tmp_path)


def calling(names):
    """Functions that call others, each twice."""
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("own", 1)]
    functions = []
    for name, called in names.items():
        body = [
            node(called, ["a"], ["b"], domain="own" if called in names else ""),
            node(called, ["b"], ["c"], domain="own" if called in names else ""),
        ]
        functions.append(helper.make_function("own", name, ["a"], ["c"], body, opsets))
    first = next(iter(names))
    nodes = [node(first, ["x"], ["y"], domain="own")]
    domains = [helper.make_opsetid("own", 1)]
    return model(nodes, [value("x", (3,))], [value("y", (3,))], functions=functions, domains=domains)


def test_functions_that_call_each_other(tmp_path):
    assert "nests its functions more than 40 deep" in refused(calling({"one": "two", "two": "one"}), tmp_path)


def test_functions_that_grow(tmp_path, monkeypatch):
    monkeypatch.setattr("graphviz_nn.importers.onnx_model.walk.MOST_NODES", 5000)
    chain = {f"f{number}": f"f{number + 1}" for number in range(30)}
    assert "runs more than 5,000 steps" in refused(calling({**chain, "f30": "Relu"}), tmp_path)


def nested(depth):
    graph = helper.make_graph([node("Relu", ["x"], ["r0"])], "g0", [], [value("r0", (3,))])
    for number in range(1, depth):
        inner = node("If", ["c"], [f"r{number}"], then_branch=graph, else_branch=graph)
        graph = helper.make_graph([inner], f"g{number}", [], [value(f"r{number}", (3,))])
    return graph


def test_branches_in_branches(tmp_path):
    graph = nested(12)
    given = model(list(graph.node), [value("x", (3,)), value("c", (), TensorProto.BOOL)], list(graph.output))
    assert gnn.draw(gnn.trace(given)).svg


def test_a_file_that_is_nested_too_deeply(tmp_path):
    # Graph in attribute in node in graph: a group that opens again and again.
    data = b""
    for _ in range(2000):
        data = b"\x32" + bytes(_length(len(data))) + data
    assert "isn't an ONNX model" in refused(data, tmp_path) or "holds no" in refused(data, tmp_path)


def _length(size):
    while size > 127:
        yield size % 128 + 128
        size //= 128
    yield size


@pytest.mark.parametrize("place", ["../secret.bin", "/etc/passwd", "weights.bin", "<script>"])
def test_numbers_in_another_file_are_neither_read_nor_needed(place, tmp_path):
    given = perceptron()
    tensor = given.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=place)
    onnx_file = tmp_path / "net.onnx"
    onnx_file.write_bytes(given.SerializeToString())
    graph = gnn.trace(onnx_file)
    assert graph.variable("fc1.weight").value is None and "<script>" not in gnn.draw(graph).svg
    with pytest.raises(gnn.errors.FeedError, match=r"fc1.weight is in .*, which isn't read; .*fc1.weight=…"):
        gnn.evaluate(graph, x=np.ones((2, 3), "float32"))
    x, weight = np.ones((2, 3), "float32"), np.zeros((4, 3), "float32")
    assert np.shape(gnn.evaluate(graph, {"x": x, "fc1.weight": weight}, outputs="y")) == (2, 2)


HUGE = {
    "ConstantOfShape": [node("ConstantOfShape", ["n"], ["y"])],
    "Expand": [node("Expand", ["x", "n"], ["y"])],
    "Tile": [node("Tile", ["one", "n"], ["y"])],
    "Range": [node("Range", ["zero", "far", "step"], ["y"])],
    "Pad": [node("Pad", ["x", "pads"], ["y"])],
    "OneHot": [node("OneHot", ["places", "far", "values"], ["y"])],
    "Product": [node("ConstantOfShape", ["n"], ["a"]), node("Add", ["a", "x"], ["y"])],
    "Window": [node("MaxPool", ["image"], ["y"], kernel_shape=[10**6, 10**6])],
    "Split": [node("Split", ["x"], ["y"], num_outputs=2**40)],
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_arrays_are_not_made(name, tmp_path):
    weights = {
        "n": np.array([10**6, 10**6, 3]),
        "one": np.ones((1, 1, 1), "float32"),
        "zero": np.int64(0),
        "far": np.int64(10**12),
        "step": np.int64(1),
        "pads": np.array([10**9, 10**9]),
        "places": np.array([1, 2]),
        "values": np.array([0.0, 1.0], "float32"),
        "image": np.ones((1, 1, 3, 3), "float32"),
    }
    given = model(HUGE[name], [value("x", (3,))], [value("y", None)], weights)
    before = time.process_time()
    try:
        assert gnn.trace(given).outputs
    except gnn.errors.Error as error:
        assert "\n" not in str(error)
    # It would take hours.
    assert time.process_time() - before < 20


def test_names_with_markup(tmp_path):
    name = '<script>alert(1)</script>"&\x00\n'
    nodes = [node("Relu", [name], [f"{name}2"], name=name), node("Exp", [f"{name}2"], ["y"])]
    given = model(nodes, [value(name, (3,))], [value("y", (3,))], name=name)
    picture = gnn.draw(given, tmp_path / "page.html", view="operations", title="x")
    assert "<script>alert" not in picture.svg and "<script>alert" not in (tmp_path / "page.html").read_text()


BOMBS = {
    "a window of a million numbers": ([node("Conv", ["image", "image"], ["y"], kernel_shape=[1] * 10**6)], (3,)),
    "a permutation of a million": ([node("Transpose", ["x"], ["y"], perm=[0] * 10**6)], (3,)),
    "an equation of a million letters": ([node("Einsum", ["x"], ["y"], equation="i" * 10**6)], (3,)),
    "a million steps": ([node("RNN", ["x", "w", "w"], ["y"], hidden_size=2)], (10**6, 1, 2)),
    "a million parts": ([node("SplitToSequence", ["x"], ["p"]), node("SequenceAt", ["p", "places"], ["y"])], (10**6,)),
    "a large image": ([node("Resize", ["image", "", "scales"], ["y"], mode="cubic")], (3,)),
    "a long signal": ([node("DFT", ["x", "far"], ["y"])], (1, 100, 1)),
    "a long product": ([node("CumProd", ["x", "zero"], ["y"])], (10**6,)),
    "a large random array": (
        [node("RandomNormal", [], ["r"], shape=[10**9] * 2), node("Add", ["r", "x"], ["y"])],
        (1,),
    ),
    "arrays twice as long sixty times": (
        [node("Concat", [f"a{n}"] * 2, [f"a{n + 1}"], axis=0) for n in range(60)],
        (3,),
    ),
    "numbers that aren't there": (
        [
            node("Constant", [], ["c"], value=TensorProto(data_type=1, dims=[2**20, 2**19])),
            node("Add", ["c", "x"], ["y"]),
        ],
        (3,),
    ),
    "a name of ten million letters": ([node("Relu", ["x"], ["q" * 10**7]), node("Exp", ["q" * 10**7], ["y"])], (3,)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_small_files_that_ask_for_much(name):
    nodes, shape = BOMBS[name]
    known = {
        "image": np.ones((1, 1, 3, 3), "float32"),
        "w": np.ones((1, 2, 2), "float32"),
        "places": np.array(0),
        "scales": np.array([1, 1, 1e9, 1e9], "float32"),
        "far": np.int64(10**12),
        "zero": np.array([0]),
    }
    entry = "a0" if name.startswith("arrays twice") else "x"
    before = time.process_time()
    try:
        graph = gnn.trace(model(nodes, [value(entry, shape)], [value(nodes[-1].output[0], None)], known))
        assert graph.outputs and not any("\n" in each or len(each) > 3000 for each in graph.remarks)
    except gnn.errors.Error as error:
        assert "\n" not in str(error) and len(str(error)) < 3000
    assert time.process_time() - before < 3


@pytest.mark.parametrize("seed", range(2))
def test_files_with_changed_bytes_raise_only_errors_of_this_package(seed):
    rng, cases = random.Random(seed), onnx_cases.cases()
    names = (
        "loop11",
        "scan9_sum",
        "lstm_reverse",
        "resize_upsample_scales_cubic",
        "if",
        "celu_expanded",
        "qlinearconv",
    )
    files = [cases[name].model.SerializeToString() for name in names]
    for _ in range(60):
        data = bytearray(rng.choice(files))
        for _ in range(rng.choice((1, 2, 4))):
            place = rng.randrange(len(data))
            change = rng.randrange(3)
            if change == 0:
                data[place] = rng.randrange(256)
            elif change == 1:
                del data[place : place + rng.choice((1, 4))]
            else:
                data[place:place] = bytes([rng.randrange(256)])
        try:
            gnn.check(gnn.trace(onnx.ModelProto.FromString(bytes(data))))
        except (gnn.errors.Error, DecodeError) as error:
            assert "\n" not in str(error)


def test_a_pickle_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "net.pt"
    path.write_bytes(b"\x80\x04cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(gnn.errors.UsageError, match=r"may hold a pickle.*never loaded; write a Python file"):
        gnn.trace(path)
