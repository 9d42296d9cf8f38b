"""The engine can be stopped, and reports why it failed."""

import shutil
import signal
import subprocess
import sys

import pytest

from graphviz_nn.errors import LayoutError, UsageError
from graphviz_nn.layout import engine

TANGLE = "digraph {" + "".join(f"n{i} -> n{(i * 7 + j) % 2000};" for i in range(2000) for j in range(5)) + "}"
SCRIPT = """
import sys
from graphviz_nn.layout import engine
call = engine._call

def told(*arguments):
    print("begun", flush=True)
    try:
        return call(*arguments)
    finally:
        print("ended", flush=True)

engine._call = told
try:
    engine.run("wasm", sys.stdin.read())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_stops_a_layout_under_way():
    pipes = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
    with subprocess.Popen([sys.executable, "-c", SCRIPT], text=True, **pipes) as process:
        process.stdin.write(TANGLE)
        process.stdin.close()
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read().split() == ["ended", "interrupted"]
    assert process.returncode == 0


def test_a_layout_of_too_many_steps_is_given_up(monkeypatch):
    monkeypatch.setattr(engine, "WORK", 100_000_000)
    with pytest.raises(LayoutError, match="too large for a layout"):
        engine.run("wasm", TANGLE)


def test_a_layout_goes_on_after_one_that_was_given_up(monkeypatch):
    test_a_layout_of_too_many_steps_is_given_up(monkeypatch)
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
