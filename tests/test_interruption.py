"""Ctrl-C during a training that is part of something else ends everything, in one line, and writes nothing."""

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process")
# Says once when it is under way, at a step that isn't recorded, and is never done by itself.
TRAINS = """\
import graphviz_nn as gnn

def loss(x=gnn.input(2), y=gnn.target(2), W=gnn.parameter((2, 2))):
    return gnn.nn.cross_entropy(gnn.nn.softmax(W @ x), y)

def rate(step):
    if step == 21:
        print("trains", flush=True)
    return 0.1

def figure():
    trained = gnn.fit(gnn.trace(loss), gnn.data.xor(50), steps=10**9, every=10, rate=rate)
    return gnn.draw(trained.graph)
"""
AT_ONCE = TRAINS + "\ngraph = gnn.fit(gnn.trace(loss), gnn.data.xor(50), steps=10**9, every=10, rate=rate).graph\n"
# What is started in the background ignores it.
LISTENS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
COMMAND = LISTENS + "import sys; from graphviz_nn.cli import main; sys.exit(main(sys.argv[1:]))"
LECTURE = LISTENS + (
    "import sys; from pathlib import Path; from graphviz_nn import cli; from graphviz_nn.cli import figures;"
    "figures.folder = lambda: Path('figures'); sys.exit(cli.main(['lecture', 'out']))"
)
TRAIN = LISTENS + (
    "import sys; from graphviz_nn.training import checkpoint; from graphviz_nn.cli import main;"
    "checkpoint.PAUSE = 0.0; sys.exit(main(sys.argv[1:]))"
)


def interrupted(folder, script, *arguments, after=None):
    """What a process says and returns that is interrupted when it says that it trains, or when a file is there."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=folder, env=environment, **pipes) as process:
        if after is None:
            assert "trains\n" in process.stdout, process.stderr.read()
        else:
            while process.poll() is None and not after.exists():
                pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    return process.returncode, out, err


def left(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.py").write_text(AT_ONCE, encoding="utf-8")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "trained.py").write_text(TRAINS, encoding="utf-8")
    return tmp_path


def test_the_lecture(folder):
    assert interrupted(folder, LECTURE) == (2, "", "graphviz-nn: interrupted\n")
    assert left(folder) == ["figures", "mine.py"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("draw", "mine.py:graph", "-o", "fig.svg"),
        ("steps", "mine.py:graph", "-o", "fig.html"),
        ("check", "mine.py:graph"),
        ("lint", "mine.py:graph"),
        ("train", "mine.py:graph", "--data", "xor", "-o", "trained.json"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_whose_file_trains(folder, arguments):
    assert interrupted(folder, COMMAND, *arguments) == (2, "", "graphviz-nn: interrupted\n")
    assert left(folder) == ["figures", "mine.py"]


def test_a_file_that_is_watched(folder):
    code, _, err = interrupted(folder, COMMAND, "watch", "mine.py:graph", "-o", "fig.svg")
    assert (code, err) == (0, "")
    assert left(folder) == ["figures", "mine.py"]


def test_a_training_that_is_saved_can_go_on(folder):
    (folder / "mine.py").write_text(TRAINS, encoding="utf-8")
    given = ("train", "mine.py:loss", "--data", "xor", "--examples", "50", "--save", "run.npz")
    endless = (*given, "--steps", "1000000000", "--every", "10", "-o", "trained.json", "--plot", "fig.svg")
    assert interrupted(folder, TRAIN, *endless, after=folder / "run.npz") == (2, "", "graphviz-nn: interrupted\n")
    assert left(folder) == ["figures", "mine.py", "run.npz"]
    import numpy as np

    with np.load(folder / "run.npz") as arrays:
        reached = int(arrays["training/state/step"])
    more = subprocess.run(
        [sys.executable, "-m", "graphviz_nn", *given, "--resume", "run.npz", "--steps", str(reached + 10)],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert more.returncode == 0, more.stderr


def test_a_page_of_documentation(folder):
    pytest.importorskip("sphinx")
    (folder / "conf.py").write_text('extensions = ["graphviz_nn"]\n')
    (folder / "index.rst").write_text("Title\n=====\n\n.. graphviz-nn:: mine.py:graph\n")
    script = LISTENS + "import sys; from sphinx.cmd.build import main; sys.exit(main(['-q', '.', 'built']))"
    code, _, err = interrupted(folder, script)
    assert code not in (0, None)
    assert "Interrupted" in err
    assert not list(folder.rglob("*.svg")) and not (folder / "built" / "index.html").exists()


def test_at_a_prompt_what_was_found_is_kept(folder):
    script = LISTENS + TRAINS + "found = gnn.fit(gnn.trace(loss), gnn.data.xor(50), steps=10**9, every=10, rate=rate)\n"
    code, out, _ = interrupted(folder, script + "print(found.remarks[0])")
    assert code == 0
    assert "interrupted; the parameters are those of step" in out
