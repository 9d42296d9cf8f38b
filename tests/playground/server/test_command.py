"""``graphviz-nn play`` and ``gnn.play`` as a user starts and ends them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from tabs import Client, processes

import graphviz_nn as gnn
from graphviz_nn.cli import main
from graphviz_nn.errors import ExposedWarning, UsageError
from graphviz_nn.playground.server import limits, shown
from graphviz_nn.playground.server.engine import Served
from graphviz_nn.playground.server.serve import Server
from graphviz_nn.playground.server.shown import served

MODEL = """\
import numpy as np
import graphviz_nn as gnn

@gnn.custom_gradient(lambda g, y, x: g * (1 - y * y))
def squashed(x):
    return np.tanh(x)

def loss(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((4, 2)), V=gnn.parameter((2, 4))):
    return gnn.nn.cross_entropy(gnn.nn.softmax(V @ gnn.nn.tanh(W @ x)), y)

def own_rule(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((4, 2)), V=gnn.parameter((2, 4))):
    return gnn.nn.cross_entropy(gnn.nn.softmax(V @ squashed(W @ x)), y)
"""
# What is started in the background ignores it.
LISTENS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
COMMAND = (
    LISTENS + "import sys; from graphviz_nn.cli import main; sys.exit(main(['play', '--no-browser', *sys.argv[1:]]))"
)
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process")


@contextmanager
def started(folder, script, *arguments):
    """A process that plays, and who speaks to it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=folder, env=environment, **pipes) as process:
        try:
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:"), process.stderr.read()
            process.client = Client(SimpleNamespace(url=url))
            yield process
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    return tmp_path


@posix
def test_ctrl_c_ends_twenty_tabs(folder):
    with started(folder, COMMAND, "--data", "moons", "--test", "0.25") as process:
        assert unquote(process.client.parts.fragment) == '{"data":"moons","test":0.25}'
        with ExitStack() as tabs:
            pages = [tabs.enter_context(process.client.page()) for _ in range(20)]
            for page in pages:
                page.ask("play")
            for page in pages:
                assert page.frame()["step"] >= 0
            below = processes(process.pid) if sys.platform == "linux" else []
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
            # It takes a fifth of a second (benchmarks/playground_tabs.py) where nothing else runs.
            assert time.monotonic() - start < 5
        assert (process.returncode, out, err) == (0, "", "Ctrl-C ends it\n")
        assert not any(Path(f"/proc/{each}").exists() for each in below)


@posix
def test_a_model_of_a_file(folder):
    with started(folder, COMMAND, "model.py:own_rule", "--data", "gaussians", "--examples", "40") as process:
        with process.client.page() as page:
            answer = page.ask("open")
            assert answer["model"]["kind"] == "own" and len(answer["model"]["parameters"]) == 2
            assert page.ask("step", count=30)["frame"]["loss"] < answer["frame"]["loss"]
            assert "nothing" in page.ask("set", field="nothing", value=1)["error"]["what"]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@posix
def test_a_script_without_a_guard_goes_on_after_ctrl_c(folder):
    script = LISTENS + MODEL + "gnn.play(loss, gnn.data.xor(40), browser=False)\nprint('after')\n"
    with started(folder, script) as process:
        with process.client.page() as page:
            assert page.ask("open")["model"]["kind"] == "own"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("after\n", "Ctrl-C ends it\n")
        assert process.returncode == 0


WIDE = ",".join(f"c{i}" for i in range(1000)) + ",y\n" + (",".join(["0.5"] * 1000) + ",a\n") * 3 + "0.5," * 1000 + "b\n"
FILES = {
    "text.csv": "a,b,c\n1,2,x\n1,foo,y\n",
    "nan.csv": "a,b,c\n1,2,x\n1,nan,y\n",
    "class.csv": "a,b,c\n1,2,x\n1,3,x\n",
    "row.csv": "a,b,c\n1,2,x\n",
    "wide.csv": WIDE,
    "numbers.csv": "a,b,c\n" + "1,2,0.5\n2,1,0.25\n" * 20,
}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--data text.csv", "text.csv, column 'b', row 2: 'foo' isn't a number"),
        ("--data nan.csv", "nan.csv, column 'b', row 2: nan isn't a finite number"),
        ("--data class.csv", "every 'c' is 'x'; learning needs at least two classes"),
        ("--data row.csv", "row.csv has 1 row of data; learning needs at least two"),
        ("--data wide.csv", "columns for this network, found 1000; choose some of them"),
        ("--data missing.csv", "can't read missing.csv"),
        ("--data spirals", "there is no data set 'spirals': did you mean 'spiral'?"),
        (
            "model.py:loss --data wide.csv",
            "the data have 1000 input columns (c0, c1, c2, c3, …), but the graph takes 2",
        ),
        ("model.py:loss --data numbers.csv", "target"),
        ("model.py:loss", "a model needs data to train on"),
        ("model.py:los --data xor", "did you mean 'loss'?"),
        ("--test 2", "test: must be a number from 0 to 0.9, found 2.0"),
        ("--data xor --noise 99", "noise: must be a number from 0 to 10"),
        ("--columns a", "--columns is for files"),
        ("--port 70000", "a port is a number from 0 to 65535, found 70000"),
        ("--port x", "'x' isn't a whole number"),
        ("--host 8.8.8.8", "can't listen on 8.8.8.8: "),
        ("--host 300.1.1.1", "can't listen on 300.1.1.1: "),
    ],
)
def test_what_can_not_be_played_is_one_line(folder, monkeypatch, capsys, arguments, sentence):
    monkeypatch.chdir(folder)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    assert main(["play", "--no-browser", *arguments.split()]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and sentence in err


def test_a_port_in_use(monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["play", "--no-browser", "--port", str(port)]) == 2
        assert f"port {port} is in use; leave it out for a free one" in capsys.readouterr().err


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_a_missing_package_is_named(monkeypatch, package):
    for name in [
        each for each in sys.modules if re.match(rf"{package}\b|graphviz_nn\.playground\.server\.(app|guard|tab)", each)
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=re.escape("pip install 'graphviz_nn[play]'")):
        Server(Served())


def test_the_browser_is_opened(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(shown.webbrowser, "open", opened.append)
    monkeypatch.setattr(Server, "wait", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    assert main(["play", "--seed", "3"]) == 0
    assert capsys.readouterr().out.split() == opened
    assert unquote(opened[0]).endswith('/#{"data_seed":3,"seed":3}')


def test_others_are_let_in_only_with_a_warning(monkeypatch):
    monkeypatch.setattr(Server, "wait", lambda self: None)
    with pytest.warns(ExposedWarning, match="other machines reach 0.0.0.0"):
        gnn.play(host="0.0.0.0", browser=False)


def test_models_that_are_too_large_or_lost_are_refused(monkeypatch):
    rule = gnn.custom_gradient(lambda g, y, x: g)(lambda x: x)
    data = gnn.data.xor(20)

    def loss(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2))):
        return gnn.nn.cross_entropy(gnn.nn.softmax(rule(W @ x)), y)

    with pytest.raises(UsageError, match="write graphviz-nn play FILE"):
        served(gnn.trace(loss), data)
    monkeypatch.setattr(limits, "OPERATIONS", 2)
    with pytest.raises(UsageError, match="up to 2 operations in a model, found"):
        served(gnn.trace(loss), data)
    monkeypatch.setattr(limits, "OPERATIONS", 20)
    monkeypatch.setattr(limits, "PARAMETERS", 3)
    with pytest.raises(UsageError, match="up to 3 numbers in the parameters of a model, found 4"):
        served(gnn.trace(loss), data)
    with pytest.raises(UsageError, match="data must be made by"):
        gnn.play(loss, [[1, 2]])


def test_without_the_extra_the_command_says_so_in_one_line():
    # In a process where these were never imported.
    packages = "{'starlette', 'uvicorn', 'websockets'}"
    block = f"import sys; sys.modules.update(dict.fromkeys({packages}))\n"
    found = subprocess.run([sys.executable, "-c", block + COMMAND], capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert found.stderr.startswith("graphviz-nn: the playground needs") and found.stderr.count("\n") == 1, found.stderr
