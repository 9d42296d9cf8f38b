"""What was shown, as files; the script does the same training again and draws the same figure."""

import ast
import base64
import io
import re
import runpy
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import graphviz_nn as gnn
from graphviz_nn.nn import cross_entropy, softmax
from graphviz_nn.playground.exports import KINDS
from graphviz_nn.playground.session import Session
from playground.test_session import opened

BEGINS = {"svg": b"<svg", "pdf": b"%PDF", "png": b"\x89PNG", "tex": b"\\documentclass", "pptx": b"PK", "py": b'"""'}
HOSTILE = ('"""\nimport os\n', "it's \\ \x00 {x} \u2028")


def exported(session, kind, **more):
    answer = session.do({"do": "export", "as": kind, **more})
    assert "error" not in answer, answer
    return answer["name"], base64.b64decode(answer["base64"])


def unpacked(session, folder):
    """Write the script, and what it reads."""
    name, data = exported(session, "py")
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(folder)
    else:
        (folder / name).write_bytes(data)
    return folder / "playground.py"


def told(text):
    return [float(each) for each in re.search(r"loss (\S+), test loss (\S+)", text).groups()]


def changed(session):
    session.do({"do": "step", "count": 30})
    session.do({"do": "set", "field": "rate", "value": 0.1})
    session.do({"do": "edit", "parameter": next(iter(session.subject.layout.shapes)), "index": [0, 1], "value": 0.5})
    session.do({"do": "set", "field": "batch_size", "value": 16})
    session.do({"do": "step", "count": 25})
    return session


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_file(kind):
    session = changed(opened(hidden=[3]))
    _, data = exported(session, kind)
    assert data.startswith(BEGINS[kind])
    assert (_, data) == exported(session, kind)


def test_the_panel_has_the_curve_and_the_boundary():
    session = changed(opened(hidden=[3]))
    assert exported(session, "svg", of="panel")[1].count(b"<path") > 100
    assert "not tex" in session.do({"do": "export", "as": "tex", "of": "panel"})["error"]["what"]
    assert "there is no kind of file 'gif'" in session.do({"do": "export", "as": "gif"})["error"]["what"]
    assert "picture or panel" in session.do({"do": "export", "as": "svg", "of": "page"})["error"]["what"]


def test_the_script_in_another_process_has_the_same_losses_and_figure(tmp_path):
    session = changed(opened(hidden=[4, 2], optimizer="adam", features=["x1", "x1 x2"], regularisation="l2"))
    path = unpacked(session, tmp_path)
    done = subprocess.run([sys.executable, path.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    frame = session.frame()
    np.testing.assert_allclose(told(done.stdout), [frame["loss"], frame["test_loss"]], rtol=1e-12)
    assert drawn(tmp_path) == exported(session, "svg")[1]


def drawn(folder):
    """The figure of the script, without the places in its own code."""
    return re.sub(rb" \(playground\.py:\d+\)", b"", (folder / "playground.svg").read_bytes())


def own(name="mine"):
    def loss(x, y, W=gnn.parameter((2, 2)), b=gnn.parameter(2)):
        return cross_entropy(softmax(W @ x + b), y)

    return Session(gnn.trace(loss, x=gnn.input(2), y=gnn.target(2)), gnn.data.moons(60, seed=2), name=name)


def in_batches():
    def loss(X, y, w=gnn.parameter(2), b=gnn.parameter(())):
        return np.mean((X @ w + b - y) ** 2)

    return Session(gnn.trace(loss, X=gnn.input((20, 2)), y=gnn.target(20)), gnn.data.plane(1200))


def hostile_data(count):
    data = gnn.data.moons(count, seed=1)
    return gnn.data.Data(data.inputs, data.targets, HOSTILE, HOSTILE)


SESSIONS = {
    "nothing trained": lambda: opened(data="circle", hidden=[]),
    "regression": lambda: changed(opened(data="bumps", problem="regression", hidden=[3], activation="relu")),
    "no test data": lambda: changed(opened(test=0.0, hidden=[2], activation="linear")),
    "data of one's own": lambda: changed(opened(Session(data=hostile_data(40)), hidden=[3])),
    "many data of one's own": lambda: changed(opened(Session(data=hostile_data(1100)), hidden=[3])),
    "a graph of one's own": own,
    "a graph of a batch": in_batches,
    "an example": lambda: changed(opened(hidden=[3], example=["test", 3], view="layers")),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_each_script_has_the_same_losses_and_figure(name, tmp_path, monkeypatch, capsys):
    session = SESSIONS[name]()
    if session.graph is not None:
        session.do({"do": "set", "field": "view", "value": "layers"})
        session.do({"do": "step", "count": 20})
    path = unpacked(session, tmp_path)
    names = {each.id for each in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(each, ast.Name)}
    assert "os" not in names
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path))
    frame = session.frame()
    printed = capsys.readouterr().out
    if frame["test_loss"] == frame["test_loss"]:
        np.testing.assert_allclose(told(printed), [frame["loss"], frame["test_loss"]], rtol=1e-12)
    else:
        assert f"loss {float(frame['loss'])!r}, test loss None" in printed
    assert drawn(tmp_path) == exported(session, "svg")[1]
