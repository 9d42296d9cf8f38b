"""Every file format of models: loaded, drawn by a command, and refused in one line if it is broken."""

from pathlib import Path

import pytest

import graphviz_nn as gnn
from graphviz_nn.cli import main
from graphviz_nn.errors import Error, UsageError
from graphviz_nn.importers import IMPORTERS, open_model


def python(path):
    path.write_text("import graphviz_nn as gnn\n\n\ndef double(x=gnn.input(2)):\n    return 2 * x\n", encoding="utf-8")


def onnx_model(path):
    onnx = pytest.importorskip("onnx")
    made = onnx.helper
    node = made.make_node("Add", ["x", "x"], ["y"])
    x, y = (made.make_tensor_value_info(name, onnx.TensorProto.DOUBLE, [2]) for name in "xy")
    onnx.save(made.make_model(made.make_graph([node], "net", [x], [y])), path)


# What writes a file of each kind, of a model that doubles x.
WRITTEN = {
    ".py": python,
    ".onnx": onnx_model,
    ".json": lambda path: gnn.save(gnn.trace(lambda x: 2 * x, x=gnn.input(2)), path),
}


def test_every_kind_of_file_is_tried_here():
    assert WRITTEN.keys() == IMPORTERS.keys()


@pytest.mark.parametrize("suffix", IMPORTERS)
def test_a_model_is_opened(suffix, tmp_path, capsys):
    path, files = tmp_path / f"model{suffix}", set[Path]()
    WRITTEN[suffix](path)
    graph = open_model(str(path), files=files)
    gnn.check(graph)
    assert files == {path}
    assert gnn.evaluate(graph, x=[1.0, 2.0], outputs=graph.outputs[0]).tolist() == [2.0, 4.0]
    assert main(["draw", str(path), "-o", str(tmp_path / "figure.svg")]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("suffix", IMPORTERS)
@pytest.mark.parametrize("data", [None, b"", b"\0\xff\xfe(", b"x" * 10_000], ids=["none", "empty", "bytes", "letters"])
def test_a_broken_file_is_refused_in_one_line(suffix, data, tmp_path):
    if suffix == ".onnx":
        pytest.importorskip("onnx")
    path = tmp_path / f"model{suffix}"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(Error, match=path.name) as found:
        open_model(str(path))
    assert "\n" not in str(found.value)


def test_another_kind_of_file_is_told_those_that_there_are(tmp_path):
    with pytest.raises(UsageError) as found:
        open_model(str(tmp_path / "model.txt"))
    assert all(row.what in str(found.value) for row in IMPORTERS.values())
