"""Where nodes say which module they belong to, and which line."""

import pytest
from frameworks import beside

from graphviz_nn.graph.ir import ModuleCall, Source

pytestmark = list(beside("onnx"))
onnx = pytest.importorskip("onnx")

from graphviz_nn.importers.onnx_model.scopes import modules_of, source_of  # noqa: E402


def made(name="", **properties):
    node = onnx.NodeProto(name=name)
    for key, each in properties.items():
        node.metadata_props.add(key=key if key == "namespace" else f"pkg.torch.onnx.{key}", value=each)
    return node


def test_the_new_exporter_names_paths_and_classes():
    node = made(
        name_scopes="['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d']",
        class_hierarchy="['net.ResNet', 'torch.nn.Sequential', 'net.Block', 'torch.nn.Conv2d', 'aten.conv2d.default']",
    )
    assert modules_of(node) == (
        ModuleCall("layer1", "Sequential"),
        ModuleCall("layer1.0", "Block"),
        ModuleCall("layer1.0.conv1", "Conv2d"),
    )


def test_a_namespace_names_them_too():
    node = made(namespace=": net.Net/act@1: torch.nn.ReLU/relu: aten.relu.default")
    assert modules_of(node) == (ModuleCall("act", "ReLU", 2),)


@pytest.mark.parametrize(
    "name, paths",
    [
        ("/layer1/layer1.0/conv1/Conv", ["layer1", "layer1.0", "layer1.0.conv1"]),
        ("/down.0/down.0.3/Conv", ["down.0", "down.0.3"]),
        ("/transformer/h.0/attn/Add", ["transformer", "transformer.h.0", "transformer.h.0.attn"]),
        ("/Add", []),
        ("node_linear", []),
        ("", []),
    ],
)
def test_the_old_exporter_writes_paths_into_names(name, paths):
    assert [each.path for each in modules_of(made(name))] == paths


@pytest.mark.parametrize(
    "written",
    ["__import__('os').system('false')", "[" * 5000, "['a'", "{}", "[1, 2]", "'" * 30_000, "[f'{1}']"],
)
def test_what_is_no_list_of_texts_is_ignored(written):
    assert modules_of(made("/a/b", name_scopes=written, class_hierarchy=written)) == (ModuleCall("a", "Module"),)


def test_the_line_is_the_user_s_own():
    trace = 'File "/home/me/net.py", line 7, in forward\n  x\nFile "/lib/site-packages/torch/nn.py", line 9, in f'
    assert source_of(made(stack_trace=trace)) == Source("net.py", 7)
    assert source_of(made(stack_trace="File")) is None
