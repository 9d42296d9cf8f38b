"""The engine can be stopped, and says why it failed."""

import shutil
import signal
import subprocess
import sys
import time

import pytest

from graphviz_nn.errors import LayoutError, UsageError
from graphviz_nn.layout import engine

TANGLE = "digraph {" + "".join(f"n{i} -> n{(i * 7 + j) % 2000};" for i in range(2000) for j in range(5)) + "}"
SCRIPT = """
import sys
from graphviz_nn.layout import engine
engine.run("wasm", "digraph {}")
print("ready", flush=True)
engine.run("wasm", sys.stdin.read())
"""


def test_ctrl_c_stops_a_layout_under_way():
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([sys.executable, "-c", SCRIPT], text=True, **pipes) as process:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write(TANGLE)
        process.stdin.close()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
        process.wait(timeout=60)
    assert "KeyboardInterrupt" in errors and "thread.join" in errors
    assert process.returncode == -signal.SIGINT


def test_a_layout_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(engine, "TIME_LIMIT", 0.01)
    with pytest.raises(LayoutError, match="took more than"):
        engine.run("wasm", TANGLE)


def test_a_layout_goes_on_after_one_that_was_given_up(monkeypatch):
    test_a_layout_that_takes_too_long_is_given_up(monkeypatch)
    monkeypatch.undo()
    assert engine.run("wasm", "digraph { a -> b }")["objects"]


@pytest.mark.parametrize("name", ["wasm", "dot"])
def test_what_graphviz_cannot_read_is_an_error(name):
    if name == "dot" and shutil.which("dot") is None:
        pytest.skip("needs the user's own Graphviz")
    with pytest.raises(LayoutError, match=r"syntax error|parse"):
        engine.run(name, "digraph {")


def test_an_unknown_engine_gets_the_list():
    with pytest.raises(UsageError, match="wasm"):
        engine.run("wsam", "digraph {}")
